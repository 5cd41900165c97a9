"""Bytes of mail to clean text: charsets declared, wrong, missing or unknown, and encoded words in headers."""

import base64
import binascii
import codecs
import re
import unicodedata
from functools import lru_cache
from typing import Final

MAX_LINE: Final = 1_000

# Names that mail programs write for charsets that Python knows otherwise. Labels of ISO 8859-1 and ASCII
# mean windows-1252 in practice, as the WHATWG Encoding Standard says.
_ALIASES: Final = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "x-ansi": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-greek": "mac-greek",
    "elot-928": "iso-8859-7",
    "elot_928": "iso-8859-7",
}
# They decode, but are no charsets of mail: what they yield is another text than the sender wrote.
_NOT_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)

_GREEK: Final = ("cp1253", "iso8859_7")
_CENTRAL: Final = ("cp1250", "iso8859_16", "iso8859_2")
_LADDER: Final = (*_GREEK, *_CENTRAL, "cp1252")
_ALSO_JUDGED: Final = [
    "cp1253",
    "iso8859_7",
    "cp1250",
    "iso8859_16",
    "iso8859_2",
    "cp1252",
    "cp1251",
    "koi8_r",
    "cp1254",
]

_GREEK_BYTES = re.compile(rb"[\xb6\xb8-\xba\xbc\xbe-\xfe]{2,}|\xa2[\xe1-\xfe]")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]")
_ROMANIAN_BYTES = re.compile(rb"[A-Za-z\xe2\xe3\xee][\xba\xfe\xe3]|[\xba\xfe\xaa\xde][a-z\xe2\xe3\xee]|\xe3(?![oe])")
_C1 = re.compile(rb"[\x80-\x9f]")

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]")
_CONTROL_OR_SPACE = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\u200b\ufffe\uffff]|[\ud800-\udfff]")

_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"[ \t\r\n]*")


def clean_text(text: str) -> str:
    """Return ``text`` in NFC with plain line ends, without NUL, control and direction-override characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if text.isascii():
        return _UNWANTED.sub("", text) if _UNWANTED.search(text) else text
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def clean_line(text: str, limit: int = MAX_LINE) -> str:
    """Return ``text`` as one line for a subject or a name: no line ends, controls or direction marks; at
    most ``limit``."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())[:limit].rstrip()
    line = _DIRECTION.sub("", _CONTROL_OR_SPACE.sub(" ", text)).strip()
    return unicodedata.normalize("NFC", " ".join(line.split())[: limit * 2])[:limit].rstrip()


@lru_cache(maxsize=256)
def charset_codec(label: str) -> str | None:
    """Return Python's name for a charset label of a mail; None if nobody knows it."""
    name = label.strip().strip("\"'").lower()
    try:
        found = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    if found.replace("-", "_") in _NOT_CHARSETS or not _is_text_codec(found):
        return None
    return "cp1252" if found in ("iso8859-1", "ascii") else found


def _is_text_codec(name: str) -> bool:
    try:
        b"ab".decode(name)
    except UnicodeError:
        return True
    except Exception:  # codecs that are no text encodings raise whatever they like
        return False
    return True


def decode_bytes(raw: bytes, declared: str | None = None, language: str | None = None) -> str:
    """Return ``raw`` as text, whatever its label says.

    The ladder: UTF-8 where the bytes prove it, the declared charset, then the charsets of the language (el,
    ro,
    else western), told by the bytes themselves when ``language`` is unknown. Never raises.
    """
    codec = charset_codec(declared) if declared else None
    stateful = codec is not None and codec.startswith(("utf-16", "utf-32", "utf-7", "iso2022", "hz"))
    if raw.isascii() and not stateful:
        return raw.decode("ascii")
    if codec == "cp1252" and _GREEK_BYTES.search(raw) and _language_of_bytes(raw[:20_000]) == "el":
        # Greek under a western label: the program that wrote it knew no other.
        return _decoded(raw, "utf-8") or _by_ladder(raw, "el")
    # Text in a one-byte charset is hardly ever valid UTF-8, so bytes that are outweigh a wrong label.
    for name in (codec, "utf-8") if stateful or _multibyte(codec) else ("utf-8", codec):
        if name is not None and (text := _decoded(raw, name)) is not None:
            return text
    return _mostly_utf8(raw) if codec in (None, "utf-8") and _is_mostly_utf8(raw) else _by_ladder(raw, language)


def _multibyte(codec: str | None) -> bool:
    return codec is not None and codec.startswith(("gb", "big5", "cp9", "euc", "shift", "johab"))


def _decoded(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(name)
    except (UnicodeError, ValueError):
        pass
    if name == "cp1252":
        # The five bytes that windows-1252 leaves undefined are controls to everyone else.
        return raw.decode("cp1252", "replace") if len(raw) > 20 and _share_of_errors(raw) < 0.02 else None
    return None


def _share_of_errors(raw: bytes) -> float:
    return sum(map(raw.count, (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"))) / len(raw)


def _is_mostly_utf8(raw: bytes) -> bool:
    text = raw.decode("utf-8", "replace")
    good = sum(1 for character in text[:20_000] if character > "\x7f" and character != "\ufffd")
    return text.count("\ufffd") * 10 < good


def _mostly_utf8(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _by_ladder(raw: bytes, language: str | None) -> str:
    sample = raw[:20_000]
    guessed = language if language in ("el", "ro") else _language_of_bytes(sample)
    if guessed == "el":
        # 0xB6 is Ά in ISO 8859-7 and a pilcrow in windows-1253, where Ά is 0xA2.
        is_iso = b"\xb6" in sample and b"\xa2" not in sample
        order: tuple[str, ...] = ("iso8859_7", "cp1253") if is_iso else _GREEK
    elif guessed == "ro":
        order = _CENTRAL if _C1.search(sample) else ("iso8859_16", "cp1250", "iso8859_2")
    elif guessed == "western" or len(sample) < 24:
        order = ("cp1252",)
    else:
        order = (_judged(sample) or "cp1252",)
    for name in order:
        if (text := _decoded(raw, name)) is not None:
            return text
    return raw.decode("cp1252", "replace")


def _language_of_bytes(sample: bytes) -> str | None:
    """Tell Greek, Romanian and western one-byte text apart by where the high bytes stand."""
    high = len(_HIGH_BYTES.findall(sample))
    in_greek_words = sum(len(word) for word in _GREEK_BYTES.findall(sample))
    if in_greek_words * 10 >= high * 8:
        # Cyrillic stands in whole words of high bytes too, with its vowels where Greek has few letters.
        return "el" if _reads_as_greek(sample) else None
    if in_greek_words * 10 <= high * 3:
        return "ro" if len(_ROMANIAN_BYTES.findall(sample)) * 4 >= high else "western"
    return None


def _reads_as_greek(sample: bytes) -> bool:
    # ς ends words; ά έ ή ί ό ύ ώ are the accents without which hardly a Greek word is written.
    accents = sum(sample.count(bytes([byte])) for byte in (0xDC, 0xDD, 0xDE, 0xDF, 0xFC, 0xFD, 0xFE))
    endings = len(re.findall(rb"\xf2(?![\x80-\xff])", sample))
    high = len(_HIGH_BYTES.findall(sample))
    return (accents + endings) * 14 >= high or high < 12


def _judged(sample: bytes) -> str | None:
    # Loaded only here: it is large, and the ladder has answered for nearly every mail before.
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_ALSO_JUDGED, enable_fallback=False).best()
    return best.encoding if best is not None else None


def decode_words(value: str, fallback: str | None = None) -> str:
    """Return a header's text with its RFC 2047 encoded words decoded, also where one character is split over
    two.

    ``value`` is an unfolded header. What is not decodable stays as it was written; lines ends are for the
    caller's ``clean_line``.
    """
    if "=?" not in value:
        return value
    pieces: list[str] = []
    held: list[bytes] = []
    held_charset = ""
    end = 0
    for match in _ENCODED_WORD.finditer(value):
        charset, encoding, payload = match.group(1).lower(), match.group(2).upper(), match.group(3)
        adjacent = bool(held) and _GAP.fullmatch(value, end, match.start()) is not None
        if held and not (adjacent and charset == held_charset):
            pieces.append(decode_bytes(b"".join(held), held_charset, fallback))
            held.clear()
        if not adjacent:
            pieces.append(value[end : match.start()])
        held.append(_word_bytes(encoding, payload))
        held_charset = charset
        end = match.end()
    if held:
        pieces.append(decode_bytes(b"".join(held), held_charset, fallback))
    pieces.append(value[end:])
    return "".join(pieces)


def _word_bytes(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "surrogateescape")
    if encoding == "Q":
        return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)
    return loose_base64(raw)


def loose_base64(raw: bytes) -> bytes:
    """Return what a base64 text stands for; foreign characters, lost padding and a lost last letter are
    overlooked."""
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        pass
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw.split(b"=", 1)[0] if raw.count(b"=") <= 2 else raw)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))
