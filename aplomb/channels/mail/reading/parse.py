"""The bytes of a mail read into what a ticket needs. Pure; whatever arrives, something comes out."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Final
from urllib.parse import unquote

from aplomb.channels.mail.reading.automatic import Automatic, recognise
from aplomb.channels.mail.reading.body import Body, message_within, read_body
from aplomb.channels.mail.reading.bounces import Bounce, BouncedRecipient, read_bounce, read_report
from aplomb.channels.mail.reading.headers import (
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
from aplomb.channels.mail.reading.invitations import Attendee, Invitation
from aplomb.channels.mail.reading.mime import Part, read_parts
from aplomb.channels.mail.reading.newtext import new_text_of
from aplomb.channels.mail.reading.protection import Protection
from aplomb.channels.mail.reading.sniff import safe_name, sniff_type
from aplomb.lib.html import sanitise
from aplomb.reading.forward_words import forward_prefix
from aplomb.reading.forwarded import Forwarded, is_nearly_empty, read_forwarded
from aplomb.reading.language import detect

__all__ = [
    "Address",
    "Attendee",
    "Automatic",
    "Bounce",
    "BouncedRecipient",
    "Forwarded",
    "Invitation",
    "ParsedAttachment",
    "ParsedMail",
    "Protection",
    "Unparsable",
    "parse_mail",
]

MAX_ATTACHMENTS: Final = 500

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

    ``html`` is sanitised; ``new_text`` is the piece of ``text`` that is no quoted history and no signature;
    ``size`` is in bytes. ``authors`` are all of From, of whom ``sender`` is the first; ``forwarded`` is the mail
    within a forwarded one; ``protection`` says that it is signed or encrypted, and nothing of by whom.
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
    forwarded: Forwarded | None = None
    authors: tuple[Address, ...] = ()
    protection: Protection | None = None
    invitation: Invitation | None = None


def parse_mail(raw: bytes) -> ParsedMail:
    """Return what the mail ``raw`` says (RFC 5322, MIME, and what is written instead).

    Raises Unparsable only if there is nothing to read: no bytes, or only blanks.
    """
    if not raw.strip(b"\x00 \t\r\n"):
        raise Unparsable("empty")
    root = read_parts(raw)
    headers = root.headers
    body = read_body(root)
    text, html = body.text, body.html
    subject = read_text(first(headers, "subject"))
    authors = read_addresses(headers.get("from", []))
    sender = authors[0] if authors else _sender(headers)
    from_address = sender.address if sender else ""
    report = read_report(root)
    bounce = read_bounce(headers, from_address, subject, text, report)
    forwarded = None if report.kind or bounce.recipients else _forwarded(body, subject)
    # Who forwards a mail sends what is below on purpose.
    new_text = text if forward_prefix(subject) else new_text_of(text, html)
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
        automatic=recognise(headers, from_address, subject, new_text, report, bounce),
        bounce=bounce,
        lang=detect(f"{subject}\n{new_text[:2_000]}", _declared_language(headers)),
        size=len(raw),
        forwarded=forwarded,
        authors=authors,
        protection=body.protection,
        invitation=body.invitation,
    )


def _forwarded(body: Body, subject: str) -> Forwarded | None:
    """The mail that this one forwards: in its text, or as the one mail attached to it."""
    if (found := read_forwarded(body.text, body.html, subject)) is not None:
        return found
    mails = [part for part in body.files if part.type in ("message/rfc822", "message/global")]
    if len(mails) != 1 or not (forward_prefix(subject) or is_nearly_empty(body.text)):
        return None
    headers, inner = message_within(mails[0])
    sender = _sender(headers)
    return Forwarded(
        from_name=sender.name if sender else "",
        from_address=sender.address if sender else "",
        subject=read_text(first(headers, "subject")),
        text=inner.text,
        above=body.text,
    )


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


def _attachments(files: list[Part], html: str | None) -> tuple[ParsedAttachment, ...]:
    shown = _shown_ids(html) if html and files else frozenset()
    return tuple(_attachment(part, number, shown) for number, part in enumerate(files[:MAX_ATTACHMENTS], 1))


def _shown_ids(html: str) -> frozenset[str]:
    written = _CONTENT_ID.findall(html)
    return frozenset({unescape(unquote(each)).lower() for each in written} | {each.lower() for each in written})


def _attachment(part: Part, number: int, shown: frozenset[str]) -> ParsedAttachment:
    content = part.content()
    declared = part.type
    written = part.disposition_parameters.get("filename") or part.parameters.get("name") or ""
    if part.type in ("message/rfc822", "message/global"):
        kind = declared
        written = written or _message_name(content)
    else:
        written = written or first(part.headers, "content-description") * (declared == "application/octet-stream")
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
