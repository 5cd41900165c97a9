"""A message cut into its MIME parts (RFC 2045-2049), with bounds on number, depth and copies.

Python's own parser reads a mail line by line into text: 60 MB take seconds and half a gigabyte. Here a
boundary is
searched in the bytes, each part is cut out once, and hostile nesting stops at a bound.
"""

import binascii
import re
from dataclasses import dataclass, field
from typing import Final

from aplomb.channels.mail.headers import (
    Headers,
    first,
    looks_like_header,
    read_headers,
    read_parameters,
    split_header,
)
from aplomb.lib.mailtext import loose_base64

MAX_PARTS: Final = 1_000
MAX_DEPTH: Final = 20

_LINE_ENDS: Final = b"\r\n"
_REST_OF_LINE = re.compile(rb"[ \t]*(?:\r?\n|\r|\Z)")


@dataclass(slots=True)
class Part:
    """One part: its header, its type, and either the parts within or its bytes as they stood in the mail."""

    headers: Headers
    type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    body: bytes
    parts: list["Part"] = field(default_factory=list)

    @property
    def main_type(self) -> str:
        """The type before its slash."""
        return self.type.partition("/")[0]

    def content(self) -> bytes:
        """Return the body with its transfer encoding undone; what is damaged comes as far as it is
        readable."""
        encoding = first(self.headers, "content-transfer-encoding").strip().lower()
        if encoding == "base64":
            return loose_base64(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding in ("x-uuencode", "uuencode", "x-uue"):
            return _uudecoded(self.body)
        return self.body


def read_parts(raw: bytes) -> Part:
    """Return the tree of a message's parts. What goes beyond MAX_PARTS or MAX_DEPTH stays in one part as it
    is."""
    block, body = split_header(raw)
    if block and not looks_like_header(block):
        # A mail without any header: all of it is text.
        block, body = b"", raw
    return _Reader().read(block, body, "text/plain", 0)


class _Reader:
    def __init__(self) -> None:
        self.count = 0

    def read(self, block: bytes, body: bytes, default_type: str, depth: int) -> Part:
        self.count += 1
        headers = read_headers(block)
        type_field = first(headers, "content-type")
        mime_type, parameters = read_parameters(type_field) if type_field else (default_type, {})
        disposition_field = first(headers, "content-disposition")
        disposition, more = read_parameters(disposition_field) if disposition_field else ("", {})
        usable = mime_type.isprintable() and mime_type.strip("/") and len(mime_type) <= 127
        if mime_type.count("/") != 1 or not usable:
            mime_type = default_type if not type_field or mime_type != "text" else "text/plain"
        part = Part(headers, mime_type, parameters, disposition, more, body)
        if mime_type.startswith("multipart/"):
            self._open(part, depth)
        return part

    def _open(self, part: Part, depth: int) -> None:
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
        pieces = _pieces(part.body, boundary or _guessed_boundary(part.body)) if depth < MAX_DEPTH else []
        if not pieces:
            part.type = "text/plain"
            return
        inner = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        body, part.body = part.body, b""
        for number, (start, end) in enumerate(pieces):
            if self.count >= MAX_PARTS:
                part.parts.append(Part({}, "application/octet-stream", {}, "attachment", {}, body[start:]))
                self.count += number < len(pieces)
                return
            piece = body[start:end]
            block, content = split_header(piece)
            if block and not looks_like_header(block):
                block, content = b"", piece
            part.parts.append(self.read(block, content, inner, depth + 1))


def _pieces(body: bytes, boundary: bytes) -> list[tuple[int, int]]:
    """Return where the parts lie between lines of '--boundary'; the last may lack its closing line."""
    if not boundary:
        return []
    pieces: list[tuple[int, int]] = []
    mark = b"--" + boundary
    start, found = -1, body.find(mark)
    while found >= 0 and len(pieces) <= MAX_PARTS:
        after = found + len(mark)
        if found == 0 or body[found - 1] in _LINE_ENDS:
            closing = body[after : after + 2] == b"--"
            rest = _REST_OF_LINE.match(body, after + 2 * closing)
            if rest is not None:
                if start >= 0:
                    pieces.append((start, _line_before(body, found, start)))
                if closing:
                    return pieces
                start = rest.end()
        found = body.find(mark, after)
    if 0 <= start < len(body):
        pieces.append((start, len(body)))
    return pieces


def _line_before(body: bytes, position: int, floor: int) -> int:
    """The line end before a boundary belongs to the boundary (RFC 2046 5.1.1)."""
    end = position - (2 if body[position - 2 : position] == b"\r\n" else 1)
    return max(end, floor)


def _guessed_boundary(body: bytes) -> bytes:
    """The boundary was not declared, or lost: take the first line that looks like one and stands there
    twice."""
    found = re.search(rb"^--([^\s-][^\r\n]{0,199}|-{2,30}[^\s-][^\r\n]{0,199})\r?$", body[:200_000], re.M)
    boundary = found.group(1).rstrip() if found else b""
    return boundary if boundary and body.count(b"--" + boundary) > 1 else b""


def _uudecoded(body: bytes) -> bytes:
    found: list[bytes] = []
    for line in body.splitlines():
        if line.startswith(b"begin ") or line.strip() in (b"end", b"`", b""):
            continue
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(found)
