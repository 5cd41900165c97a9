"""Files that stand uuencoded in the text of a mail, as programs wrote them before MIME and some still do."""

import binascii
import re
from typing import Final, NamedTuple

MAX_FILES: Final = 100

_BEGIN = re.compile(rb"^begin[ ]([0-7]{3,4})[ ]([^\r\n]{1,250})\r?\n", re.M)
_LINE_END: Final = b"\r\n"


class Uuencoded(NamedTuple):
    """A file: its name as it was written, and its bytes."""

    name: bytes
    content: bytes


def split_uuencoded(text: bytes) -> tuple[bytes, list[Uuencoded]]:
    """Return the text without the files in it, and the files. What only looks like one stays text."""
    if b"begin " not in text:
        return text, []
    kept: list[bytes] = []
    files: list[Uuencoded] = []
    end = 0
    for found in _BEGIN.finditer(text):
        if found.start() < end or len(files) >= MAX_FILES:
            continue
        stop, content = _lines_from(text, found.end())
        if content is None:
            continue
        kept.append(text[end : found.start()])
        files.append(Uuencoded(found.group(2).strip(), content))
        end = stop
    kept.append(text[end:])
    return b"".join(kept), files


def _lines_from(text: bytes, start: int) -> tuple[int, bytes | None]:
    """Decode the lines from ``start`` to their end; None for the bytes where a line is none of uuencode."""
    pieces: list[bytes] = []
    position = start
    while position < len(text):
        stop = text.find(b"\n", position)
        stop = len(text) if stop < 0 else stop
        line = text[position:stop].rstrip(_LINE_END)
        if line.strip() == b"end":
            return stop + 1, b"".join(pieces)
        piece = _decoded_line(line)
        if piece is None:
            break
        pieces.append(piece)
        position = stop + 1
    # Cut off: what came counts, if it was more than a line by chance.
    return (position, b"".join(pieces)) if len(pieces) > 2 and position >= len(text) else (start, None)


def _decoded_line(line: bytes) -> bytes | None:
    if line.strip() in (b"", b"`"):
        return b""
    if not 0x20 <= line[0] <= 0x60 or len(line) > 86:
        return None
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        pass
    # Some programs pad a line by a letter too many.
    length = (((line[0] - 0x20) & 0x3F) * 4 + 5) // 3 + 1
    try:
        return binascii.a2b_uu(line[:length])
    except binascii.Error:
        return None


def uudecoded(body: bytes) -> bytes:
    """Return the bytes of a part whose transfer encoding is uuencode; damaged lines are left out."""
    lines = (line for line in body.splitlines() if not line.startswith(b"begin ") and line.strip() != b"end")
    return b"".join(piece for line in lines if (piece := _decoded_line(line)))
