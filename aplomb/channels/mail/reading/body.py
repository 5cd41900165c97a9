"""The parts of a mail sorted into what is read and what is a file: alternatives, signed and packed mail, old habits."""

import re
from dataclasses import dataclass, field
from typing import Final

from aplomb.channels.mail.reading.headers import read_headers, split_header
from aplomb.channels.mail.reading.invitations import Invitation, read_invitation
from aplomb.channels.mail.reading.mime import Part, read_parts
from aplomb.channels.mail.reading.protection import Protection, protection_of, signed_content, unwrapped
from aplomb.channels.mail.reading.tnef import SIGNATURE as TNEF_SIGNATURE
from aplomb.channels.mail.reading.tnef import Tnef, read_tnef
from aplomb.channels.mail.reading.uuencoded import split_uuencoded
from aplomb.lib.html import MAX_HTML, html_to_text, text_to_html
from aplomb.lib.mailtext import clean_text, decode_bytes

MAX_TEXT: Final = 2_000_000
MAX_OPENED: Final = 3

_PLAIN_TYPES: Final = frozenset(
    {"text/plain", "text/markdown", "text/x-markdown", "text/enriched", "text/richtext", "text/x-plain"}
)
_CALENDAR_TYPES: Final = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
_TNEF_TYPES: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_NOT_READ: Final = frozenset({"text/x-amp-html", "text/watch-html"})
_META_CHARSET = re.compile(rb"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)
_WHOLE_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.I)
_ENRICHED = re.compile(r"<(?:/?[a-z-]{1,30}|<)>", re.I)


@dataclass(slots=True)
class _Piece:
    """A stretch of the body: plain text, HTML, or both as alternatives of each other."""

    plain: str | None
    html: str | None


@dataclass(slots=True)
class Body:
    """What is read of a mail: ``text`` and ``html`` (neither cleaned nor sanitised for show), its files, and marks."""

    text: str = ""
    html: str | None = None
    files: list[Part] = field(default_factory=list)
    protection: Protection | None = None
    invitation: Invitation | None = None


def read_body(root: Part) -> Body:
    """Return the body of a mail whose parts are ``root``."""
    reader = _Reader()
    reader.read(root, is_root=True)
    return reader.finished()


class _Reader:
    def __init__(self) -> None:
        self.pieces: list[_Piece] = []
        self.files: list[Part] = []
        self.protection: Protection | None = None
        self.invitation: Invitation | None = None
        self.packed: Tnef | None = None
        self.opened = 0

    def finished(self) -> Body:
        if not any((piece.plain or piece.html or "").strip() for piece in self.pieces):
            self._read_what_else_there_is()
        html = self._html()
        return Body(self._text(), html, self.files, self.protection, self.invitation)

    def read(self, part: Part, *, is_root: bool = False) -> None:
        if part.type == "multipart/alternative":
            self._read_alternatives(part)
        elif part.parts:
            self._read_parts(part)
        elif self._is_body(part, is_root=is_root):
            self._read_text(part)
        elif not self._open(part):
            self.files.append(part)

    def _read_parts(self, part: Part) -> None:
        self._protect(protection_of(part.type, part.parameters))
        # A Macintosh sends a file in two forks; only the second is one elsewhere (RFC 1740).
        is_double = part.type == "multipart/appledouble" and len(part.parts) > 1
        for inner in part.parts:
            if not (is_double and inner.type == "application/applefile"):
                self.read(inner)

    def _read_alternatives(self, part: Part) -> None:
        held = self.pieces
        plain: str | None = None
        html: str | None = None
        for inner in part.parts:
            if inner.type in _NOT_READ:
                continue
            self.pieces = []
            self.read(inner)
            plain = _joined([piece.plain for piece in self.pieces]) or plain
            html = _joined([piece.html for piece in self.pieces]) or html
        self.pieces = held
        if plain or html:
            self.pieces.append(_Piece(plain, html))

    def _is_body(self, part: Part, *, is_root: bool) -> bool:
        if part.disposition == "attachment" or not part.type.startswith("text/"):
            return False
        named = "filename" in part.disposition_parameters or "name" in part.parameters
        return (not named or is_root) and (part.type == "text/html" or part.type in _PLAIN_TYPES)

    def _read_text(self, part: Part) -> None:
        raw = part.content()
        if part.type == "text/html" or (_WHOLE_HTML.match(raw) and b"</html>" in raw[-200:].lower()):
            self.pieces.append(_Piece(None, html_of(raw, part.parameters.get("charset"))))
            return
        raw, files = split_uuencoded(raw)
        for file in files:
            self.files.append(_file(decode_bytes(file.name), file.content))
        text = _plain_lines(raw, part)
        text, protection = unwrapped(text)
        self._protect(protection)
        self.pieces.append(_Piece(text, None))

    def _open(self, part: Part) -> bool:
        """Open what another program packed; True if the part itself needs no place among the files then."""
        if part.type in _CALENDAR_TYPES:
            if self.invitation is None:
                self.invitation = read_invitation(
                    part.content(), part.parameters.get("charset"), part.parameters.get("method", "")
                )
            return False
        if part.type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
            return self._open_signed(part)
        if part.type in _TNEF_TYPES or _name(part).lower() == "winmail.dat":
            return self._open_tnef(part.content())
        if part.type == "application/octet-stream" and _name(part).lower().endswith((".p7m", ".p7s")):
            self._protect(protection_of("application/pkcs7-mime", part.parameters, part.content()))
        return False

    def _open_signed(self, part: Part) -> bool:
        content = part.content()
        self._protect(protection_of(part.type, part.parameters, content))
        inner = signed_content(content) if self.opened < MAX_OPENED else None
        if not inner:
            return False
        self.opened += 1
        self.read(read_parts(inner))
        return True

    def _open_tnef(self, content: bytes) -> bool:
        if not content.startswith(TNEF_SIGNATURE) or self.opened >= MAX_OPENED:
            return False
        self.opened += 1
        packed = read_tnef(content)
        if packed is None or not (packed.files or packed.text.strip() or packed.html):
            return False
        self.packed = self.packed or packed
        for file in packed.files:
            if file.content or file.name:
                self.files.append(_file(file.name, file.content, file.type, file.content_id))
        return True

    def _read_what_else_there_is(self) -> None:
        """No part is the text of the mail: Outlook's packet may have it, a text that has a name, an invitation."""
        if self.packed is not None and (self.packed.text.strip() or self.packed.html):
            self.pieces.append(_Piece(self.packed.text or None, self.packed.html or None))
            return
        for part in self.files:
            if part.type in ("text/plain", "text/html") and part.disposition != "attachment":
                self.files.remove(part)
                self._read_text(part)
                return
        if self.invitation is not None:
            lines = (self.invitation.summary, self.invitation.location, self.invitation.description)
            self.pieces.append(_Piece("\n\n".join(line for line in lines if line), None))

    def _protect(self, found: Protection | None) -> None:
        if found is None:
            return
        before = self.protection
        if before is None or before.kind != found.kind:
            self.protection = before or found
        else:
            self.protection = Protection(
                found.kind, before.is_signed or found.is_signed, before.is_encrypted or found.is_encrypted
            )

    def _text(self) -> str:
        texts = [piece.plain if (piece.plain or "").strip() else _text_of(piece.html) for piece in self.pieces]
        joined = "\n\n".join(text.strip("\n") for text in texts if text and text.strip())
        return clean_text(joined[:MAX_TEXT]).strip("\n")

    def _html(self) -> str | None:
        if not any(piece.html for piece in self.pieces):
            return None
        return "<hr>".join(piece.html or text_to_html(piece.plain or "") for piece in self.pieces)


def _joined(texts: list[str | None]) -> str:
    return "\n".join(text for text in texts if text and text.strip())


def _text_of(html: str | None) -> str:
    return html_to_text(html) if html else ""


def _name(part: Part) -> str:
    return part.disposition_parameters.get("filename") or part.parameters.get("name") or ""


def _file(name: str, content: bytes, mime_type: str = "", content_id: str = "") -> Part:
    """A file that was packed in another part, as a part of its own."""
    headers = {"content-id": [content_id]} if content_id else {}
    usable = mime_type if mime_type.count("/") == 1 and mime_type.isascii() else "application/octet-stream"
    return Part(headers, usable, {}, "attachment", {"filename": name}, content)


def html_of(raw: bytes, charset: str | None) -> str:
    """Return a part's HTML as text; where no charset is declared, that of its own meta element counts."""
    if not charset and (found := _META_CHARSET.search(raw, 0, 2_000)):
        charset = found.group(1).decode("ascii")
    return clean_text(decode_bytes(raw[: MAX_HTML * 4], charset)[: MAX_HTML + 1])


def _plain_lines(raw: bytes, part: Part) -> str:
    text = decode_bytes(raw, part.parameters.get("charset"))[:MAX_TEXT]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.type in ("text/enriched", "text/richtext"):
        # Two line ends are one, and one is a blank (RFC 1896).
        text = re.sub(r"\n+", lambda ends: "\n" * (len(ends.group()) - 1) or " ", text.strip("\n"))
        return _ENRICHED.sub(lambda tag: "<" if tag.group() == "<<" else "", text)
    return unflowed(text, part.parameters) if part.parameters.get("format", "").lower() == "flowed" else text


def unflowed(text: str, parameters: dict[str, str]) -> str:
    """Join the soft line ends of format=flowed (RFC 3676): a line that ends in a blank goes on in the next.

    Quoted lines stay as they are, so that what quotes and what answers can be told apart.
    """
    drop_blank = parameters.get("delsp", "").lower() == "yes"
    lines: list[str] = []
    pieces: list[str] = []
    for line in text.split("\n"):
        is_quoted = line.startswith(">")
        if pieces and (is_quoted or line == "-- "):
            lines.append("".join(pieces))
            pieces = []
        if is_quoted or line == "-- ":
            lines.append(line)
            continue
        line = line.removeprefix(" ")
        if line.endswith(" "):
            pieces.append(line[:-1] if drop_blank else line)
        else:
            lines.append("".join(pieces) + line)
            pieces = []
    if pieces:
        lines.append("".join(pieces))
    return "\n".join(lines)


def message_within(part: Part) -> tuple[dict[str, list[str]], Body]:
    """Return the header and the body of a message/rfc822 part."""
    content = part.content().lstrip(b"\r\n")
    return read_headers(split_header(content)[0]), read_body(read_parts(content))
