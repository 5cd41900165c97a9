"""What Outlook packs into winmail.dat: files, and the text of the mail (TNEF, [MS-OXTNEF]; RTF, [MS-OXRTFCP]).

Every length is checked against the bytes that are there, what is damaged ends the reading, and what was read
before it counts.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from aplomb.lib.mailtext import decode_bytes

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
MAX_FILES: Final = 500
MAX_PROPERTIES: Final = 5_000
MAX_TEXT: Final = 5_000_000

_BODY, _MESSAGE_PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_NEW_FILE, _FILE_TITLE, _FILE_CONTENT, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005

_SUBJECT, _TEXT, _RTF, _HTML = 0x0037, 0x1000, 0x1009, 0x1013
_CONTENT, _NAME, _LONG_NAME, _MEDIA_TYPE, _CONTENT_ID, _DISPLAY_NAME = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001

_FIXED_SIZES: Final = {
    **dict.fromkeys((0x01, 0x02, 0x03, 0x04, 0x0A, 0x0B), 4),
    **dict.fromkeys((0x05, 0x06, 0x07, 0x14, 0x40), 8),
    0x48: 16,
}
_VARIABLE: Final = frozenset({0x1E, 0x1F, 0x0D, 0x102})


@dataclass(slots=True)
class TnefFile:
    """A file: its name and type as they were written, its bytes, and the id by which the HTML shows it."""

    name: str = ""
    type: str = ""
    content: bytes = b""
    content_id: str = ""


@dataclass(slots=True)
class Tnef:
    """The files, and the text as plain text and as HTML where the packet has them ('' where not)."""

    files: list[TnefFile] = field(default_factory=list)
    text: str = ""
    html: str = ""


def read_tnef(raw: bytes) -> Tnef | None:
    """Return what is in a winmail.dat; None if it is none."""
    if not raw.startswith(SIGNATURE):
        return None
    found = Tnef()
    rtf = b""
    charset = "cp1252"
    for attribute, content in _attributes(raw):
        if attribute == _CODE_PAGE and len(content) >= 4:
            charset = f"cp{struct.unpack_from('<I', content)[0]}"
        elif attribute == _BODY:
            found.text = found.text or decode_bytes(content.rstrip(b"\x00"), charset)
        elif attribute == _MESSAGE_PROPERTIES:
            properties = dict(_properties(content))
            found.text = _text(properties.get(_TEXT), charset) or found.text
            found.html = _text(properties.get(_HTML), charset)
            rtf = properties.get(_RTF, (0, b""))[1]
        elif attribute == _NEW_FILE:
            if len(found.files) >= MAX_FILES:
                break
            found.files.append(TnefFile())
        elif found.files:
            _read_file(found.files[-1], attribute, content, charset)
    if rtf and not found.text.strip() and not found.html:
        found.text = text_of_rtf(unpacked_rtf(rtf))
    return found


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    while position + 9 <= len(raw):
        _level, tag, length = struct.unpack_from("<BII", raw, position)
        start = position + 9
        if start + length > len(raw):
            # Cut off: what came of the last one is still worth having.
            yield tag & 0xFFFF, raw[start:]
            return
        yield tag & 0xFFFF, raw[start : start + length]
        position = start + length + 2


def _read_file(file: TnefFile, attribute: int, content: bytes, charset: str) -> None:
    if attribute == _FILE_TITLE:
        file.name = file.name or decode_bytes(content.rstrip(b"\x00"), charset)
    elif attribute == _FILE_CONTENT:
        file.content = content
    elif attribute == _FILE_PROPERTIES:
        properties = dict(_properties(content))
        names = (_text(properties.get(tag), charset) for tag in (_LONG_NAME, _NAME, _DISPLAY_NAME))
        file.name = next((name for name in names if name), file.name)
        file.type = _text(properties.get(_MEDIA_TYPE), charset).strip().lower()
        file.content_id = _text(properties.get(_CONTENT_ID), charset)
        kind, whole = properties.get(_CONTENT, (0, b""))
        if whole and not file.content:
            # An object begins with the id of its interface.
            file.content = whole[16:] if kind == 0x0D else whole


def _text(value: tuple[int, bytes] | None, charset: str) -> str:
    if value is None:
        return ""
    kind, raw = value
    if kind == 0x1F:
        return raw.decode("utf-16-le", "replace").rstrip("\x00")
    return decode_bytes(raw[:MAX_TEXT].rstrip(b"\x00"), charset)


def _properties(raw: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Yield (tag, (type, bytes)) for each property; of several values the first."""
    try:
        (count,) = struct.unpack_from("<I", raw)
        position = 4
        for _ in range(min(count, MAX_PROPERTIES)):
            kind, tag = struct.unpack_from("<HH", raw, position)
            position = _past_name(raw, position + 4) if tag >= 0x8000 else position + 4
            values = 1
            if kind & 0x1000 or kind in _VARIABLE:
                (values,) = struct.unpack_from("<I", raw, position)
                position += 4
            kind &= 0x0FFF
            first: bytes | None = None
            for _each in range(min(values, MAX_PROPERTIES)):
                position, value = _value(raw, position, kind)
                first = value if first is None else first
            yield tag, (kind, first or b"")
    except (struct.error, ValueError):
        return


def _past_name(raw: bytes, position: int) -> int:
    (kind,) = struct.unpack_from("<I", raw, position + 16)
    if kind == 0:
        return position + 24
    (length,) = struct.unpack_from("<I", raw, position + 20)
    return position + 24 + _padded(length)


def _value(raw: bytes, position: int, kind: int) -> tuple[int, bytes]:
    if kind in _VARIABLE:
        (length,) = struct.unpack_from("<I", raw, position)
        start = position + 4
        if start + length > len(raw):
            raise ValueError("longer than the packet")
        return start + _padded(length), raw[start : start + length]
    size = _FIXED_SIZES.get(kind)
    if size is None or position + size > len(raw):
        raise ValueError("unknown type")
    return position + size, raw[position : position + size]


def _padded(length: int) -> int:
    return (length + 3) & ~3


_RTF_START: Final = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans"
    b" SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpacked_rtf(raw: bytes) -> bytes:
    """Return RTF as it was before it was packed; at most MAX_TEXT bytes, as far as it is readable."""
    if len(raw) < 16:
        return b""
    _packed, size, kind, _check = struct.unpack_from("<IIII", raw)
    size = min(size, MAX_TEXT)
    if kind == 0x414C454D:
        return raw[16 : 16 + size]
    if kind != 0x75465A4C:
        return b""
    window = bytearray(_RTF_START.ljust(4096, b"\x00"))
    write = len(_RTF_START)
    out = bytearray()
    position = 16
    while position < len(raw) and len(out) < size:
        flags = raw[position]
        position += 1
        for bit in range(8):
            if position >= len(raw) or len(out) >= size:
                break
            if not flags >> bit & 1:
                piece = raw[position : position + 1]
                position += 1
            else:
                if position + 2 > len(raw):
                    return bytes(out)
                offset, length = raw[position] << 4 | raw[position + 1] >> 4, (raw[position + 1] & 15) + 2
                position += 2
                if offset == write:
                    return bytes(out)
                # What is copied may be what is being written.
                for step in range(length):
                    byte = window[(offset + step) % 4096]
                    window[write] = byte
                    write = (write + 1) % 4096
                    out.append(byte)
                continue
            window[write : write + 1] = piece
            write = (write + 1) % 4096
            out += piece
    return bytes(out)


_RTF_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|\r?\n|([^\\{}\r\n]+)"
)
_RTF_SKIPPED: Final = frozenset(
    {
        b"fonttbl",
        b"colortbl",
        b"stylesheet",
        b"info",
        b"pict",
        b"object",
        b"header",
        b"footer",
        b"themedata",
        b"listtable",
    }
)
_RTF_BREAKS: Final = {b"par": "\n", b"line": "\n", b"tab": "\t", b"cell": "\t", b"row": "\n", b"sect": "\n"}
_RTF_SIGNS: Final = {
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
}  # fmt: skip


def text_of_rtf(raw: bytes) -> str:
    """Return the text of a document in RTF: paragraphs, tabs and letters, no pictures and tables of fonts."""
    pieces: list[str] = []
    held = bytearray()
    codec = "cp1252"
    skipping: list[bool] = [False]
    fallback_letters = [1]
    to_skip = 0

    def settle() -> None:
        if held:
            pieces.append(decode_bytes(bytes(held), codec))
            held.clear()

    for token in _RTF_TOKEN.finditer(raw[:MAX_TEXT]):
        word, number, hexadecimal, sign, brace, text = token.groups()
        if brace == b"{":
            skipping.append(skipping[-1])
            fallback_letters.append(fallback_letters[-1])
        elif brace == b"}":
            if len(skipping) > 1:
                skipping.pop()
                fallback_letters.pop()
        elif word in _RTF_SKIPPED or sign == b"*":
            skipping[-1] = True
        elif word == b"ansicpg" and number:
            codec = f"cp{int(number)}"
        elif skipping[-1]:
            continue
        elif word == b"uc":
            fallback_letters[-1] = min(int(number or 1), 8)
        elif word == b"u" and number:
            settle()
            pieces.append(chr(int(number) % 0x10000))
            to_skip = fallback_letters[-1]
        elif word is not None:
            if (written := _RTF_BREAKS.get(word) or _RTF_SIGNS.get(word)) is not None:
                settle()
                pieces.append(written)
        elif hexadecimal or text or sign in (b"\\", b"{", b"}", b"~"):
            letters = bytes([int(hexadecimal, 16)]) if hexadecimal else text or (sign or b"").replace(b"~", b" ")
            held += letters[to_skip:]
            to_skip = max(0, to_skip - len(letters))
    settle()
    return "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip("\n")
