"""A mail of ours as bytes: text and HTML, quoted history, files, and headers that thread and cannot be
forged.

The header is written by hand: what stands in it is either an encoded word, a quoted string or a checked
address, so
that no name or subject can add a field (RFC 5322, 2047, 6532). The body is the work of Python's email
package.
"""

import base64
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final

from aplomb.channels.mail.reading.headers import Address
from aplomb.lib.html import text_to_html
from aplomb.lib.mailtext import clean_line, clean_text

MAX_REFERENCES_BYTES: Final = 900
LAST_REFERENCES: Final = 20

_POLICY: Final = SMTP.clone(cte_type="7bit")
_LINE: Final = 76
# A chunk of 45 bytes makes an encoded word of 72 characters; RFC 2047 allows 75.
_CHUNK: Final = 45
_PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~ -]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,985}>")
_LOCAL = re.compile(r"[^\s\x00-\x1f\x7f()<>\[\]:;@\\,\"]+|\"(?:[^\"\\\r\n\x00]|\\[^\r\n\x00])+\"")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*|\[[0-9A-Fa-f.:IPv]+\]")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}")
_MARKER = re.compile(r"##-.*-##")

_BODY_STYLE: Final = "font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;color:#1f2933"
_QUIET_STYLE: Final = "color:#66707c;font-size:13px"
_QUOTE_STYLE: Final = "margin:0 0 0 4px;padding:0 0 0 12px;border-left:2px solid #c8ced6;color:#4a5561"


class BadAddress(ValueError):
    """An address that cannot stand in a mail's header."""


@dataclass(frozen=True, slots=True)
class ComposedFile:
    """A file to attach; ``type`` is its media type."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class QuotedHistory:
    """What the mail answers: a line in the customer's language ('On 3 Nov 2026, Ana wrote:') and its text."""

    line: str
    text: str


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """All that a mail of ours is made of. Ids stand in angle brackets; ``references`` oldest first.

    ``auto_submitted`` is 'auto-replied' or 'auto-generated' (RFC 3834) or None for a person's mail.
    ``marker`` is the
    words of the line above which the customer answers, empty for none. ``date`` is now unless given.
    """

    from_: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    text: str
    quoted: QuotedHistory | None
    signature: str
    in_reply_to: str | None
    references: tuple[str, ...]
    message_id: str
    attachments: tuple[ComposedFile, ...]
    auto_submitted: str | None
    language: str
    marker: str = ""
    date: datetime | None = None


def compose_mail(mail: OutgoingMail) -> bytes:
    """Return the mail with CRLF line ends, ready for SMTP.

    Raises BadAddress for an address that cannot be written, ValueError for a Message-ID that is none. A mail
    with an
    address whose local part is not ASCII needs SMTPUTF8 (see ``needs_smtputf8``).
    """
    body = EmailMessage(policy=_POLICY)
    body.set_content(_plain(mail), charset="utf-8")
    body.add_alternative(_html(mail), subtype="html", charset="utf-8")
    for file in mail.attachments:
        _attach(body, file)
    return b"".join(line.encode() for line in _header(mail)) + body.as_bytes()


def needs_smtputf8(address: str) -> bool:
    """True if a server must know SMTPUTF8 (RFC 6531) to take mail for this address: its local part is not
    ASCII."""
    return not address.rpartition("@")[0].isascii()


def wire_address(address: str) -> str:
    """Return the address as it stands in SMTP and in headers: domains of other alphabets in their ASCII form.

    Raises BadAddress if it is no address.
    """
    local, at, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(address) > 320:
        raise BadAddress(f"not an address: {address!r}")
    return f"{local}@{domain if domain.isascii() else '.'.join(map(_ascii_label, domain.split('.')))}"


def _ascii_label(label: str) -> str:
    # IDNA 2008: Python's own codec follows IDNA 2003, which turns ς into σ and so names another domain.
    if label.isascii():
        return label
    encoded = "xn--" + unicodedata.normalize("NFC", label.lower()).encode("punycode").decode("ascii")
    if len(encoded) > 63:
        raise BadAddress(f"domain label too long: {label!r}")
    return encoded


def _header(mail: OutgoingMail) -> list[str]:
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise ValueError(f"not a Message-ID: {mail.message_id!r}")
    fields = [
        ("From", _mailbox(mail.from_)),
        ("To", _mailboxes(mail.to) or "undisclosed-recipients:;"),
        ("Cc", _mailboxes(mail.cc)),
        ("Reply-To", _mailboxes(mail.reply_to)),
        ("Subject", _words(clean_line(mail.subject))),
        ("Date", format_datetime((mail.date or datetime.now(UTC)).astimezone(UTC))),
        ("Message-ID", mail.message_id),
        ("In-Reply-To", mail.in_reply_to if _MESSAGE_ID.fullmatch(mail.in_reply_to or "") else ""),
        ("References", _references(mail)),
    ]
    if mail.auto_submitted and _TOKEN.fullmatch(mail.auto_submitted):
        fields += [("Auto-Submitted", mail.auto_submitted), ("X-Auto-Response-Suppress", "All")]
    if _TOKEN.fullmatch(mail.language):
        fields.append(("Content-Language", mail.language))
    return [_folded(name, value) for name, value in fields if value]


def _mailboxes(addresses: tuple[Address, ...]) -> str:
    return ", ".join(map(_mailbox, addresses))


def _mailbox(address: Address) -> str:
    name = clean_line(address.name, 200)
    wire = wire_address(address.address)
    if not name:
        return wire
    if _PLAIN_NAME.fullmatch(name):
        return f"{name} <{wire}>"
    if name.isascii() and "=?" not in name:
        return '"{}" <{}>'.format(re.sub(r'([\\"])', r"\\\1", name), wire)
    return f"{_encoded(name)} <{wire}>"


def _words(text: str) -> str:
    fits = text.isascii() and "=?" not in text and max(map(len, text.split(" "))) < 200
    return text if fits else _encoded(text)


def _encoded(text: str) -> str:
    """Encoded words (RFC 2047) of whole characters each."""
    words: list[str] = []
    chunk = b""
    for character in text:
        raw = character.encode("utf-8", "replace")
        if len(chunk) + len(raw) > _CHUNK:
            words.append(base64.b64encode(chunk).decode("ascii"))
            chunk = b""
        chunk += raw
    words.append(base64.b64encode(chunk).decode("ascii"))
    return " ".join(f"=?utf-8?b?{word}?=" for word in words)


def _folded(name: str, value: str) -> str:
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + 1 + len(word) > _LINE and lines[-1].strip() and len(lines[-1]) > len(name) + 1:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"


def _references(mail: OutgoingMail) -> str:
    """Return the first id and the last ones, so that old mail servers do not choke (RFC 5322 3.6.4)."""
    known = [each for each in mail.references if _MESSAGE_ID.fullmatch(each)]
    if mail.in_reply_to and _MESSAGE_ID.fullmatch(mail.in_reply_to):
        known = [each for each in known if each != mail.in_reply_to] + [mail.in_reply_to]
    ids = list(dict.fromkeys(known))
    if len(ids) > LAST_REFERENCES + 1:
        ids = ids[:1] + ids[-LAST_REFERENCES:]
    while len(ids) > 1 and sum(len(each) + 3 for each in ids) + len("References:\r\n") > MAX_REFERENCES_BYTES:
        ids.pop(1 if len(ids) > 2 else 0)
    return " ".join(ids)


def _marker(words: str) -> str:
    line = clean_line(words, 200)
    return line if not line or _MARKER.fullmatch(line) else f"##- {line} -##"


def _plain(mail: OutgoingMail) -> str:
    blocks = [_marker(mail.marker), clean_text(mail.text).strip("\n")]
    if signature := clean_text(mail.signature).strip("\n"):
        blocks.append(f"-- \n{signature}")
    if mail.quoted is not None:
        lines = clean_text(mail.quoted.text).strip("\n").split("\n")
        quoted = "\n".join(f">{line}" if line.startswith(">") or not line else f"> {line}" for line in lines)
        blocks.append(f"{clean_line(mail.quoted.line)}\n{quoted}")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _html(mail: OutgoingMail) -> str:
    blocks: list[str] = []
    if marker := _marker(mail.marker):
        blocks.append(f'<div style="{_QUIET_STYLE}">{escape(marker)}</div>')
    blocks.append(text_to_html(clean_text(mail.text)))
    if signature := clean_text(mail.signature).strip("\n"):
        blocks.append(f'<div style="{_QUIET_STYLE}">-- <br>\n{text_to_html(signature)}</div>')
    if mail.quoted is not None:
        blocks.append(
            f'<div class="aplomb_when" style="{_QUIET_STYLE}">{escape(clean_line(mail.quoted.line))}</div>\n'
            f'<blockquote type="cite" style="{_QUOTE_STYLE}">\n'
            f"{text_to_html(clean_text(mail.quoted.text))}\n</blockquote>"
        )
    language = f' lang="{mail.language}"' if _TOKEN.fullmatch(mail.language) else ""
    head = '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>'
    content = "\n".join(blocks)
    return f'<!DOCTYPE html>\n<html{language}>{head}\n<body style="{_BODY_STYLE}">\n{content}\n</body></html>\n'


def _attach(body: EmailMessage, file: ComposedFile) -> None:
    media_type = file.type.strip().lower()
    # A message or a multipart must not travel in base64 (RFC 2046 5.2.1), which alone keeps bytes as they
    # are.
    if not _TYPE.fullmatch(media_type) or media_type.startswith(("message/", "multipart/")):
        media_type = "application/octet-stream"
    main, _, sub = media_type.partition("/")
    name = clean_line(file.name, 150).replace("/", "_").replace("\\", "_") or "attachment"
    body.add_attachment(file.content, maintype=main, subtype=sub, filename=name)
