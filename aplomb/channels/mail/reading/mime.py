"""A message cut into its MIME parts (RFC 2045-2049), with bounds on number, depth and copies.

Python's own parser reads a mail line by line into text: 60 MB take seconds and half a gigabyte. Here a
boundary is
searched in the bytes, each part is cut out once, and hostile nesting stops at a bound.
"""

import binascii
import codecs
import re
from dataclasses import dataclass, field
from typing import Final

from aplomb.channels.mail.reading.headers import (
    MAX_HEADER_BYTES,
    Headers,
    first,
    has_known_field,
    looks_like_header,
    read_headers,
    read_parameters,
    split_header,
)
from aplomb.channels.mail.reading.uuencoded import uudecoded
from aplomb.lib.mailtext import base64_and_rest, loose_base64

MAX_PARTS: Final = 1_000
MAX_DEPTH: Final = 20

_LINE_ENDS: Final = b"\r\n"
_BASE64_TEXT = re.compile(
    rb"\s*(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]{4,76}={0,2}\s*\Z|\s*(?:[A-Za-z0-9+/]{60,76}\r?\n){20}"
)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\r\n]")
_QP_SIGN = re.compile(rb"=(?:[0-9A-F]{2}|[ \t]*\r?\n)")
_QP_LETTER = re.compile(rb"=(?:[C-F][0-9A-F]=[89AB][0-9A-F]|3D|20\r?\n|[E-F][0-9A-F])")
_BARE_BOUNDARY = re.compile(
    rb"(?:\A|\n)--([^\s-][^\r\n]{0,99}|-{2,40}[^\s-][^\r\n]{0,99})\r?\nContent-(?:Type|Tran|Disp)", re.I
)
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|body|div|table)\b", re.I)
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
        encoding = _encoding(self.headers)
        if encoding == "base64":
            coded, rest = base64_and_rest(self.body)
            if not coded.strip():
                return self.body
            decoded = loose_base64(coded)
            return decoded + b"\n" + rest if rest and self.main_type == "text" else decoded
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return uudecoded(self.body)
        return undeclared(self.body) if self.main_type == "text" and not self.is_file else self.body

    @property
    def is_file(self) -> bool:
        """True if the mail says that it is a file: such bytes are never guessed at."""
        named = "filename" in self.disposition_parameters or "name" in self.parameters
        return named or self.disposition == "attachment"


def _encoding(headers: Headers) -> str:
    written = first(headers, "content-transfer-encoding").lower()
    return written.replace("(", ";").partition(";")[0].strip(" \t\"'") if written else ""


def undeclared(body: bytes) -> bytes:
    """Undo a transfer encoding of a text that no header names, where every line of it is certain."""
    head = body[:2_000]
    if _BASE64_TEXT.match(head) and _NOT_BASE64.search(body) is None:
        decoded = loose_base64(body)
        return decoded if _is_text(decoded) else body
    if b"=\r\n" in head or b"=\n" in head:
        signs = body.count(b"=")
        if signs and len(_QP_SIGN.findall(body)) == signs and len(_QP_LETTER.findall(body)) > 0:
            return binascii.a2b_qp(body)
    return body


def _is_text(decoded: bytes) -> bool:
    try:
        return b"\x00" not in decoded and bool(decoded.decode("utf-8").strip())
    except UnicodeDecodeError:
        return False


def read_parts(raw: bytes) -> Part:
    """Return the tree of a message's parts. What goes beyond MAX_PARTS or MAX_DEPTH stays in one part as it
    is."""
    raw = _plain_bytes(raw)
    block, body = split_header(raw)
    if block and not looks_like_header(block):
        # A mail without any header: all of it is text.
        block, body = b"", raw
    return _Reader().read(block, body, "text/plain", 0)


def _plain_bytes(raw: bytes) -> bytes:
    """A saved mail may begin with a byte order mark, be wholly in UTF-16, or have empty lines on top."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace").encode()
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if raw[:1] in (b"\r", b"\n"):
        bare = raw.lstrip(b"\r\n")
        return bare if has_known_field(bare[:MAX_HEADER_BYTES]) else raw
    return raw


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
            mime_type = default_type if mime_type != "html" else "text/html"
        if not type_field and depth == 0 and (found := _BARE_BOUNDARY.search(body[:4_000])):
            mime_type, parameters = "multipart/mixed", {"boundary": found.group(1).decode("utf-8", "replace")}
        part = Part(headers, mime_type, parameters, disposition, more, body)
        if mime_type.startswith("multipart/"):
            self._open(part, depth)
        return part

    def _open(self, part: Part, depth: int) -> None:
        pieces = self._pieces_of(part) if depth < MAX_DEPTH else []
        if not pieces:
            part.type = "text/html" if _HTML.match(part.body) else "text/plain"
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

    def _pieces_of(self, part: Part) -> list[tuple[int, int]]:
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").strip()
        if pieces := _pieces(part.body, boundary):
            return pieces
        if _encoding(part.headers) in ("base64", "quoted-printable") and (decoded := part.content()) != part.body:
            # Forbidden for what has parts (RFC 2045 6.4), and sent all the same.
            if pieces := _pieces(decoded, boundary):
                part.body = decoded
            return pieces
        return _pieces(part.body, _guessed_boundary(part.body))


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
                # Parts may follow an end: a nested part with the same boundary has its own.
                start = -1 if closing else rest.end()
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
