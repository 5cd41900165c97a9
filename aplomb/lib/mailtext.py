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
    "iso-8859-10": "iso8859-10",
    "cp-850": "cp850",
    "windows-31j": "cp932",
    "ms932": "cp932",
    "x-euc-jp": "euc-jp",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "windows-949": "cp949",
    "x-windows-949": "cp949",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "cn-gb": "gb18030",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "big5": "big5hkscs",
    "tis-620": "cp874",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "dos-874": "cp874",
    "iso-8859-9": "cp1254",
    "latin5": "cp1254",
    "koi8-ru": "koi8-u",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ce": "mac-latin2",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-cp1253": "cp1253",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "x-utf-8": "utf-8",
    "cesu-8": "utf-8",
    "iso-2022-jp": "iso2022_jp_2",
    "csiso2022jp": "iso2022_jp_2",
    "hz-gb-2312": "hz",
    "8859-1": "cp1252",
    "iso8859_1": "cp1252",
    "unknown-8bit": "unknown-8bit",
    "elot_928": "iso-8859-7",
}
# They decode, but are no charsets of mail: what they yield is another text than the sender wrote.
_NOT_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)

# Labels that programs write without having looked at the text.
_DEFAULTS: Final = frozenset({None, "cp1252", "utf-8"})
# Where 0x80 to 0x9F are letters and signs the label of the standard stands for the charset of Windows.
_SIBLINGS: Final = {
    "iso8859-7": "cp1253",
    "cp1253": "iso8859-7",
    "iso8859-2": "cp1250",
    "cp1250": "iso8859-2",
    "iso8859-9": "cp1254",
    "iso8859-8": "cp1255",
    "iso8859-6": "cp1256",
    "iso8859-13": "cp1257",
    "iso8859-15": "cp1252",
    "iso8859-5": "cp1251",
}
_STATEFUL: Final = ("utf-16", "utf-32", "utf-7", "iso2022", "hz")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What a label must at least weigh to be believed, and by how much another charset must be likelier.
_BELIEVED: Final = -7.0
_LIKELIER: Final = 0.7
# What text under a western label must weigh to be taken for it without another look.
_WESTERN: Final = -3.6

_C1_BYTES = re.compile(rb"[\x80-\x9f]")
_MULTIBYTE_UTF8 = re.compile(rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+")
_C1_LETTERS: Final = {
    code: bytes([code]).decode("cp1252", "replace").replace("\ufffd", "") for code in range(0x80, 0xA0)
}
_C1 = re.compile("[\x80-\x9f]")

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]")
_CONTROL_OR_SPACE = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\u200b\ufffe\uffff]|[\ud800-\udfff]")

# In the payload of Q some leave a question mark as it is.
_ENCODED_WORD = re.compile(
    r"=\?([^?\s*]{0,40})(?:\*[^?\s]{0,20})?\?(?:([bBqQ])\?([^?]*)\?=|([qQ])\?([^?]{0,200}(?:\?(?!=)[^?]{0,200}){1,20})\?=)"
)
_GAP = re.compile(r"[ \t\r\n]*")


def clean_text(text: str) -> str:
    """Return ``text`` in NFC with plain line ends, without NUL, control and direction-override characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if text.isascii():
        return _UNWANTED.sub("", text) if _UNWANTED.search(text) else text
    if _C1.search(text):
        # Controls to nobody: bytes of windows-1252 that somebody took for ISO 8859-1.
        text = text.translate(_C1_LETTERS)
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
    name = label.partition("(")[0].partition(",")[0].strip().strip("\"';, ").lower().removeprefix("3d").strip("\"'")
    name = name.removeprefix("charset=").strip("\"' ")
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

    The ladder: a byte order mark, UTF-8 where the bytes prove it, the declared charset where its letters make
    words, else the charset whose letters do (aplomb.lib.charsets). ``language`` (el, ro) decides where the
    text is too short to say. Never raises.
    """
    codec = charset_codec(declared) if declared else None
    if raw.isascii():
        return _seven_bits(raw, codec)
    for mark, name in _MARKS:
        if raw.startswith(mark) and (text := _decoded(raw.removeprefix(mark) if name == "utf-8" else raw, name)):
            return text
    # Text in another charset is hardly ever valid UTF-8, so bytes that are outweigh a wrong label.
    text = _decoded(raw, "utf-8")
    if text is not None and not (_multibyte(codec) and _may_be_two_bytes(text)):
        return undoubled(text)
    if codec is not None and codec.startswith(_STATEFUL) and (found := _decoded(raw, codec)) is not None:
        return found
    if codec not in _DEFAULTS and codec is not None and (found := _believed(raw, codec)) is not None:
        return found
    if text is not None:
        return text
    if codec != "cp1252" and _is_mostly_utf8(raw):
        return _mostly_utf8(raw)
    return _judged(raw, codec, language)


def decode_mixed(raw: bytes, declared: str | None = None) -> str:
    """Return a line as text of which some words may be UTF-8 and others in another charset."""
    if _MULTIBYTE_UTF8.search(raw) is None or _decoded(raw, "utf-8") is not None:
        return decode_bytes(raw, declared)
    words = raw.split(b" ")
    if len(words) > MAX_MIXED or not any(_MULTIBYTE_UTF8.search(word) and _decoded(word, "utf-8") for word in words):
        return decode_bytes(raw, declared)
    others = b" ".join(word for word in words if _decoded(word, "utf-8") is None)
    decoded = iter(decode_bytes(others, declared).split(" "))
    return " ".join(_decoded(word, "utf-8") or next(decoded, "") for word in words)


MAX_MIXED: Final = 2_000


def _seven_bits(raw: bytes, codec: str | None) -> str:
    """Text of ASCII bytes, which may be shifted: ISO-2022 shows that itself, UTF-7 and HZ only by their label."""
    if codec is not None and codec.startswith(_STATEFUL):
        is_wide = codec.startswith(("utf-16", "utf-32"))
        if (not is_wide or b"\x00" in raw) and (text := _decoded(raw, codec)) is not None:
            return text
    if b"\x1b$" in raw:
        order = ("iso2022_kr",) if b"\x1b$)C" in raw else ("iso2022_jp_2", "iso2022_jp_ext", "iso2022_jp_2004")
        for name in order:
            if (text := _decoded(raw, name)) is not None:
                return text
        if b"\x1b$)A" in raw:
            return _iso2022_cn(raw)
    return raw.decode("ascii")


def _iso2022_cn(raw: bytes) -> str:
    """RFC 1922, as far as it is written: GB 2312 between SO and SI."""
    pieces = re.split(rb"[\x0e\x0f]", raw.replace(b"\x1b$)A", b""))
    shifted = (bytes(byte | 0x80 if byte > 0x20 else byte for byte in piece) for piece in pieces[1::2])
    found = [*pieces]
    found[1::2] = shifted
    return b"".join(found).decode("gb18030", "replace")


def _multibyte(codec: str | None) -> bool:
    return codec is not None and codec.startswith(("gb", "big5", "cp9", "euc", "shift", "johab", "hz"))


def _may_be_two_bytes(text: str) -> bool:
    """A few letters of two bytes may be a word in a charset of the far east; three bytes a letter may not."""
    beyond = [character for character in text[:200] if character > "\x7f"]
    return len(beyond) < 6 and all(character < "\u0800" for character in beyond)


def _decoded(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(name)
    except (UnicodeError, ValueError):
        pass
    if name == "cp1252":
        # The five bytes that windows-1252 leaves undefined are controls to everyone else.
        return raw.decode("cp1252", "replace") if len(raw) > 20 and _share_of_errors(raw) < 0.02 else None
    if _multibyte(name):
        # One character cut in two must not cost the others.
        text = raw.decode(name, "replace")
        return text if text.count("\ufffd") * 50 <= len(text) else None
    return None


def _share_of_errors(raw: bytes) -> float:
    return sum(map(raw.count, (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"))) / len(raw)


def _believed(raw: bytes, codec: str) -> str | None:
    """The text as its label says, or as the sibling of that charset says; None if neither makes words."""
    from aplomb.lib.charsets import weight_as

    sibling = _SIBLINGS.get(codec)
    names = (sibling, codec) if sibling and codec.startswith("iso") and _C1_BYTES.search(raw) else (codec, sibling)
    weighed = []
    for name in names:
        if name is not None and (text := _decoded(raw, name)) is not None:
            weighed.append((weight_as(raw, name.replace("iso8859-", "iso8859_").replace("-", "_")), text))
    if not weighed:
        return None
    weight, text = weighed[0]
    if len(weighed) > 1 and weighed[1][0] > weight + _LIKELIER:
        weight, text = weighed[1]
    return text if weight > _BELIEVED else None


def _judged(raw: bytes, codec: str | None, language: str | None) -> str:
    # Loaded only here: nearly every mail was read before.
    from aplomb.lib.charsets import judge, weight_as

    western = weight_as(raw, "cp1252")
    verdict = None if codec == "cp1252" and western > _WESTERN else judge(raw)
    if verdict is not None and verdict.codec != "cp1252" and not _hinted(language, verdict.language):
        needed = _LIKELIER + 1.2 / verdict.letters
        if verdict.weight < western + needed:
            verdict = None
    name = verdict.codec if verdict is not None else "cp1252"
    if language == "el" and name == "cp1252":
        name = "cp1253"
    if name == "cp1250" and verdict is not None and (verdict.language == "ro" or language == "ro"):
        # Comma below, as Romanians write it, unless the bytes are of Windows.
        name = "cp1250" if _C1_BYTES.search(raw) else "iso8859_16"
    elif language == "ro" and name == "cp1252":
        name = "iso8859_16"
    for each in (name, codec):
        if each is not None and (text := _decoded(raw, each)) is not None:
            return text
    return raw.decode("cp1252", "replace")


def _hinted(language: str | None, found: str) -> bool:
    return language is not None and language == found


def _is_mostly_utf8(raw: bytes) -> bool:
    sample = raw[:60_000]
    good = sum(map(len, _MULTIBYTE_UTF8.findall(sample)))
    high = len(sample) - len(sample.translate(None, _HIGH))
    return good * 10 >= high * 8


_HIGH: Final = bytes(range(128, 256))


def _mostly_utf8(raw: bytes) -> str:
    """UTF-8 with a foreign line or a cut character in it: what is not UTF-8 is western, or nothing."""
    text = raw.decode("utf-8", "surrogateescape")
    is_western = all(character < "\u0250" or "\u2000" <= character < "\u2200" for character in text[:20_000]
                     if not "\udc80" <= character <= "\udcff")  # fmt: skip
    if not is_western:
        return raw.decode("utf-8", "replace")
    return _STRAY.sub(_western, text)


_STRAY = re.compile("[\udc80-\udcff]+")


def _western(stray: re.Match[str]) -> str:
    raw = stray.group().encode("utf-8", "surrogateescape")
    following = stray.string[stray.end() : stray.end() + 1]
    is_cut = raw[0] >= 0xC2 and (len(raw) > 1 or not following)
    return "\ufffd" if is_cut else raw.decode("cp1252", "replace")


def undoubled(text: str) -> str:
    """Return text that was taken for windows-1252 and written as UTF-8 a second time as it was; other text as it is.

    Only where it is certain: every character beyond ASCII must belong to such a doubling, and there must be
    two.
    """
    if not _DOUBLED.search(text):
        return text
    try:
        raw = b"".join(
            character.encode("latin-1") if character <= "\xff" else character.encode("cp1252") for character in text
        ) if len(text) < MAX_UNDOUBLED else b"\xff"  # fmt: skip
        found = raw.decode("utf-8")
    except UnicodeError:
        return text
    return found if len(_MULTIBYTE_UTF8.findall(raw)) > 1 or len(text) - len(found) > 1 else text


MAX_UNDOUBLED: Final = 500_000
_DOUBLED = re.compile("[\xc2-\xf4][\x80-\xbf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]")


def decode_words(value: str, fallback: str | None = None) -> str:
    """Return a header's text with its RFC 2047 encoded words decoded, also where one character is split over
    two.

    ``value`` is an unfolded header. What is not decodable stays as it was written; lines ends are for the
    caller's ``clean_line``.
    """
    if "=?" not in value:
        return value
    pieces: list[str] = []
    words: list[tuple[str, str]] = []
    held_charset = ""
    end = 0
    for match in _ENCODED_WORD.finditer(value):
        charset = match.group(1).lower()
        adjacent = bool(words) and _GAP.fullmatch(value, end, match.start()) is not None
        if words and not (adjacent and charset == held_charset):
            pieces.append(decode_bytes(_bytes_of(words), held_charset, fallback))
            words.clear()
        if not adjacent:
            pieces.append(value[end : match.start()])
        words.append(((match.group(2) or match.group(4)).upper(), match.group(3) or match.group(5) or ""))
        held_charset = charset
        end = match.end()
    if words:
        pieces.append(decode_bytes(_bytes_of(words), held_charset, fallback))
    pieces.append(value[end:])
    return "".join(pieces)


def _bytes_of(words: list[tuple[str, str]]) -> bytes:
    """The bytes of words of one charset in a row: a character, and even a group of base64, may be cut in two."""
    found: list[bytes] = []
    base64_cut = ""
    for encoding, payload in words:
        if encoding == "Q":
            found += [loose_base64(base64_cut.encode("utf-8", "replace"))] if base64_cut else []
            base64_cut = ""
            found.append(_q_bytes(payload))
            continue
        base64_cut += payload.strip()
        if base64_cut.endswith("=") or len(base64_cut) % 4 == 0:
            found.append(loose_base64(base64_cut.encode("utf-8", "replace")))
            base64_cut = ""
    if base64_cut:
        found.append(loose_base64(base64_cut.encode("utf-8", "replace")))
    return b"".join(found)


def _q_bytes(payload: str) -> bytes:
    return binascii.a2b_qp(payload.encode("utf-8", "replace").replace(b" ", b"_"), header=True)


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_BASE64_LETTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_FOREIGN: Final = bytes(byte for byte in range(256) if byte not in _BASE64_LETTERS)
_ENCODED_LINE = re.compile(rb"[A-Za-z0-9+/]{4,}={0,2}|[A-Za-z0-9+/]{2,3}={1,2}")


def loose_base64(raw: bytes) -> bytes:
    """Return what a base64 text stands for; foreign characters, lost padding and a lost last letter are overlooked.

    Several texts in a row, each with its padding, are read as one.
    """
    if raw.count(b"=", 0, -4) == 0:
        try:
            return binascii.a2b_base64(raw)
        except binascii.Error:
            pass
    pieces = raw.split(b"=")
    if len(pieces) > 64:
        pieces = [b"".join(pieces)]
    return b"".join(_one_base64(piece) for piece in pieces)


def _one_base64(raw: bytes) -> bytes:
    letters = raw.translate(None, _FOREIGN)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


def base64_and_rest(raw: bytes) -> tuple[bytes, bytes]:
    """Split a body that is labelled base64 into its encoded lines and the plain lines that somebody added below."""
    if _NOT_BASE64.search(raw) is None:
        return raw, b""
    lines = raw.splitlines(keepends=True)
    end = 0
    for number, line in enumerate(lines):
        bare = line.strip()
        if _ENCODED_LINE.fullmatch(bare) is not None:
            end = number + 1
        elif b" " in bare:
            return b"".join(lines[:end]), b"".join(lines[end:])
    return raw, b""
