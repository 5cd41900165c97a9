"""The bytes of a mail read into what a ticket needs. Pure; whatever arrives, something comes out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aplomb.channels.mail.automatic import (
    Automatic,
    Bounce,
    BouncedRecipient,
    Report,
    read_bounce,
    recognise,
    status_text,
)
from aplomb.channels.mail.headers import (
    Address,
    Headers,
    first,
    read_addresses,
    read_date,
    read_headers,
    read_ids,
    read_message_id,
    read_text,
    split_header,
)
from aplomb.channels.mail.mime import Part, read_parts
from aplomb.channels.mail.sniff import safe_name, sniff_type
from aplomb.lib.html import MAX_HTML, html_to_text, sanitise, text_to_html
from aplomb.lib.mailtext import clean_text, decode_bytes
from aplomb.reading.language import detect
from aplomb.reading.quotes import split_quoted

__all__ = [
    "Address",
    "Automatic",
    "Bounce",
    "BouncedRecipient",
    "ParsedAttachment",
    "ParsedMail",
    "Unparsable",
    "parse_mail",
]

MAX_TEXT: Final = 2_000_000
MAX_ATTACHMENTS: Final = 500

_FORWARD = re.compile(r"\s*(?:fwd?|rv|i|tr|wg|enc|doorst|vs|pd|πρθ|προώθ|προωθ|redirec[țţt])\s*:", re.I)
_CONTENT_ID = re.compile(r"""cid:([^"'\s>)]+)""", re.I)
_SEEN_FIELDS: Final = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "x-rcpt-to",
)


class Unparsable(Exception):
    """Nothing at all can be read of a mail; ``reason`` is a short machine word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ParsedAttachment:
    """One file of a mail. ``type`` is what its bytes are, ``declared_type`` what the mail said; ``size`` in
    bytes.

    ``inline`` if the HTML shows it by its ``content_id`` (without angle brackets; empty if it has none).
    """

    name: str
    type: str
    declared_type: str
    size: int
    inline: bool
    content_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """What a mail says. Ids stand in angle brackets, instants in UTC; texts are NFC and free of control
    characters.

    ``html`` is sanitised; ``new_text`` is ``text`` without quoted history and signature; ``size`` is in
    bytes.
    """

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    recipients_seen: tuple[str, ...]
    subject: str
    text: str
    html: str | None
    new_text: str
    attachments: tuple[ParsedAttachment, ...]
    automatic: Automatic
    bounce: Bounce
    lang: str | None
    size: int


def parse_mail(raw: bytes) -> ParsedMail:
    """Return what the mail ``raw`` says (RFC 5322, MIME, and what is written instead).

    Raises Unparsable only if there is nothing to read: no bytes, or only blanks.
    """
    if not raw.strip(b"\x00 \t\r\n"):
        raise Unparsable("empty")
    root = read_parts(raw)
    headers = root.headers
    body = _Body()
    body.read(root)
    text, html = body.text(), body.html()
    subject = read_text(first(headers, "subject"))
    sender = _sender(headers)
    from_address = sender.address if sender else ""
    new_text = _new_text(subject, text, html)
    bounce = read_bounce(headers, from_address, subject, text, body.report)
    return ParsedMail(
        message_id=read_message_id(headers.get("message-id", [])),
        in_reply_to=read_ids(headers.get("in-reply-to", [])),
        references=read_ids(headers.get("references", [])),
        date=read_date(first(headers, "date")),
        sender=sender,
        reply_to=read_addresses(headers.get("reply-to", [])),
        to=read_addresses(headers.get("to", [])),
        cc=read_addresses(headers.get("cc", [])),
        recipients_seen=_recipients_seen(headers),
        subject=subject,
        text=text,
        html=None if html is None else sanitise(html),
        new_text=new_text,
        attachments=_attachments(body.files, html),
        automatic=recognise(headers, from_address, subject, new_text, body.report, bounce),
        bounce=bounce,
        lang=detect(f"{subject}\n{new_text[:2_000]}", _declared_language(headers)),
        size=len(raw),
    )


def _new_text(subject: str, text: str, html: str | None) -> str:
    # Who forwards a mail sends what is below on purpose.
    return text if _FORWARD.match(subject) else split_quoted(text, html).new_text


def _sender(headers: Headers) -> Address | None:
    for name in ("from", "sender"):
        if mailboxes := read_addresses(headers.get(name, [])):
            return mailboxes[0]
    return None


def _recipients_seen(headers: Headers) -> tuple[str, ...]:
    values = [value for name in _SEEN_FIELDS for value in headers.get(name, [])]
    return tuple(mailbox.address for mailbox in read_addresses(values)) if values else ()


def _declared_language(headers: Headers) -> str | None:
    declared = (first(headers, "content-language") or first(headers, "accept-language")).strip()[:2].lower()
    return declared if declared.isalpha() and len(declared) == 2 else None


@dataclass(slots=True)
class _Piece:
    """A stretch of the body: plain text, HTML, or both as alternatives of each other."""

    plain: str | None
    html: str | None


class _Body:
    """The parts of a mail sorted into what is read, what is a file and what machines report."""

    def __init__(self) -> None:
        self.pieces: list[_Piece] = []
        self.files: list[tuple[Part, str]] = []
        self.report = Report()

    def read(self, part: Part) -> None:
        if part.type == "multipart/alternative":
            self._read_alternatives(part)
        elif part.parts:
            if part.type == "multipart/report":
                self.report = _report(part)
            for inner in part.parts:
                self.read(inner)
        elif _is_body(part):
            text = _decoded(part)
            is_html = part.type == "text/html"
            self.pieces.append(_Piece(None, text) if is_html else _Piece(text, None))
        else:
            self.files.append((part, part.type))

    def _read_alternatives(self, part: Part) -> None:
        held = self.pieces
        plain: str | None = None
        html: str | None = None
        for inner in part.parts:
            if inner.type in ("text/x-amp-html", "text/watch-html"):
                continue
            self.pieces = []
            self.read(inner)
            plain = _joined([piece.plain for piece in self.pieces]) or plain
            html = _joined([piece.html for piece in self.pieces]) or html
        self.pieces = held
        if plain or html:
            self.pieces.append(_Piece(plain, html))

    def text(self) -> str:
        texts = [piece.plain if (piece.plain or "").strip() else _text_of(piece.html) for piece in self.pieces]
        joined = "\n\n".join(text.strip("\n") for text in texts if text and text.strip())
        return clean_text(joined[:MAX_TEXT]).strip("\n")

    def html(self) -> str | None:
        if not any(piece.html for piece in self.pieces):
            return None
        return "<hr>".join(piece.html or text_to_html(piece.plain or "") for piece in self.pieces)


def _joined(texts: list[str | None]) -> str:
    return "\n".join(text for text in texts if text and text.strip())


def _text_of(html: str | None) -> str:
    return html_to_text(html) if html else ""


def _is_body(part: Part) -> bool:
    named = "filename" in part.disposition_parameters or "name" in part.parameters
    return part.type in ("text/plain", "text/html") and part.disposition != "attachment" and not named


def _decoded(part: Part) -> str:
    text = decode_bytes(part.content(), part.parameters.get("charset"))
    if part.type == "text/html":
        return clean_text(text[: MAX_HTML + 1])
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _unflowed(text, part.parameters) if part.parameters.get("format", "").lower() == "flowed" else text


def _unflowed(text: str, parameters: dict[str, str]) -> str:
    """Join the soft line ends of format=flowed (RFC 3676): a line that ends in a blank goes on in the
    next."""
    drop_blank = parameters.get("delsp", "").lower() == "yes"
    lines: list[str] = []
    going_on = False
    for line in text.split("\n"):
        if going_on and not line.startswith(">") and line != "-- ":
            lines[-1] += line.removeprefix(" ")
        else:
            lines.append(line if line.startswith(">") else line.removeprefix(" "))
        going_on = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if going_on and drop_blank:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _report(part: Part) -> Report:
    kind = part.parameters.get("report-type", "").strip().lower()
    status = original = b""
    for inner in _leaves(part):
        if inner.type in ("message/delivery-status", "message/global-delivery-status"):
            status = status_text(inner.content())
            kind = kind or "delivery-status"
        elif inner.type in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global",
        ):
            original = original or split_header(inner.content().lstrip())[0]
    return Report(kind, status, original)


def _leaves(part: Part) -> Iterator[Part]:
    for inner in part.parts:
        yield from _leaves(inner) if inner.parts else (inner,)


def _attachments(files: list[tuple[Part, str]], html: str | None) -> tuple[ParsedAttachment, ...]:
    shown = {each.lower() for each in _CONTENT_ID.findall(html)} if html and files else set()
    return tuple(_attachment(part, number, shown) for number, (part, _) in enumerate(files[:MAX_ATTACHMENTS], 1))


def _attachment(part: Part, number: int, shown: set[str]) -> ParsedAttachment:
    content = part.content()
    declared = part.type
    written = part.disposition_parameters.get("filename") or part.parameters.get("name") or ""
    if part.type == "message/rfc822":
        kind = declared
        written = written or _message_name(content)
    else:
        kind = sniff_type(content, declared, written)
    content_id = read_text(first(part.headers, "content-id"), 250).strip("<> ")
    return ParsedAttachment(
        name=safe_name(written, kind, number),
        type=kind,
        declared_type=declared,
        size=len(content),
        inline=bool(content_id) and content_id.lower() in shown,
        content_id=content_id,
        content=content,
    )


def _message_name(content: bytes) -> str:
    subject = read_text(first(read_headers(split_header(content)[0]), "subject"), 80)
    return f"{subject}.eml" if subject else ""
