"""Reports that a mail did not arrive, or is late: of whom, for good or for now, and which mail it was. Pure.

Sources: RFC 3464 and 6533 (reports), RFC 6522 (their container), RFC 3463 (statuses), RFC 3461 section 4 (xtext), and
what servers and providers write in words instead (``bounce_words``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from aplomb.channels.mail.reading import bounce_words as words
from aplomb.channels.mail.reading.folding import folded
from aplomb.channels.mail.reading.headers import (
    Headers,
    first,
    read_addresses,
    read_headers,
    read_ids,
    read_message_id,
    split_header,
)
from aplomb.channels.mail.reading.mime import Part
from aplomb.channels.mail.reading.notices import (
    ADDRESS,
    MAX_REASON,
    code_in,
    has_full_status,
    places_in,
    reason_in,
    says,
    split_notice,
)
from aplomb.lib.mailtext import decode_bytes

MAX_RECIPIENTS: Final = 200
MAX_BLOCKS: Final = 2_000
MAX_STATUS: Final = 500_000
TEXT_READ: Final = 200_000


@dataclass(frozen=True, slots=True)
class BouncedRecipient:
    """One address of a report: action (failed, delayed, delivered …), enhanced status ('5.1.1' or ''), and what the
    server said of it, in its own words."""

    address: str
    action: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report of delivery says; ``is_bounce`` only if some recipient was not reached for good."""

    is_bounce: bool
    recipients: tuple[BouncedRecipient, ...]
    original_message_id: str | None

    @property
    def is_report(self) -> bool:
        """Whether the mail reports anything of a delivery, be it good, bad or late."""
        return self.is_bounce or bool(self.recipients)


@dataclass(frozen=True, slots=True)
class Report:
    """The machine-readable parts of a mail: kind of its multipart/report (empty if it is none), status part, header of
    the original."""

    kind: str = ""
    status: bytes = b""
    original: bytes = b""


NO_BOUNCE: Final = Bounce(False, (), None)

_STATUS_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ORIGINAL_TYPES: Final = frozenset(
    {
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "text/rfc822-header",
        "message/rfc822-headers",
        "message/global-headers",
        "text/rfc822",
    }
)
_ACTIONS: Final = {
    "failed": "failed",
    "failure": "failed",
    "fail": "failed",
    "error": "failed",
    "delayed": "delayed",
    "delay": "delayed",
    "delivered": "delivered",
    "relayed": "relayed",
    "expanded": "expanded",
}
_BY_CLASS: Final = {"2": "delivered", "4": "delayed", "5": "failed"}
_DAEMONS = re.compile(
    r"(?:mailer-?_?daemon|mail-?daemon|mail-?er|postmaster|mdaemon|microsoftexchange\w*|bounces?|mail\.?delivery\w*"
    r"|posta-?certificata|notesrouter|mailrouter|systemadmin\w*|mail-?system|bounce-?notif\w*|mmdf|uucp|smtpd?|mta)(?:[-+=].*)?",
    re.I,
)
_MACHINES = re.compile(
    r"(?:no-?_?\.?-?reply|do-?_?\.?not-?_?\.?reply|noresponder|daemon|root|admin\w*)(?:[-+.].*)?", re.I
)
_ANSWERED = re.compile(r"\s*(?:re|r|aw|rv|rif|sv|antw|odp|απ|σχετ|fwd?|wg|tr|i|enc|πρθ)\s?(?:\[\d+\])?\s?:", re.I)
_REPLY_WORDS = re.compile(r"out of (?:the )?office|automatic reply|auto-?reply|fuera de|fuori (?:sede|ufficio)|abwesen")

_ANY_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)")
_ORIGINAL_ID = re.compile(
    r"^[ \t>|*]{0,8}(?:x-)?(?:original-)?message[- ]id[ \t]{0,4}:[ \t]*\n?[ \t>]{0,8}(<[^<>\s]{1,990}>)", re.M | re.I
)
_ORIGINAL_TO = re.compile(r"^[ \t>|*]{0,8}to:[ \t]*([^\r\n]{1,2000})", re.M | re.I)
_FIELDS = re.compile(r"^[ \t>|]{0,4}(?:final|original)-recipient:", re.M | re.I)
_RUNE = re.compile(r"\\x\{([0-9a-fA-F]{2,6})\}")


def read_report(root: Part) -> Report:
    """Return the machine-readable parts of a mail, wherever they stand in it; those of a mail inside it are not its own."""
    kind = ""
    if root.type == "multipart/report":
        kind = root.parameters.get("report-type", "").strip().lower()
    status = original = b""
    for part in _leaves(root):
        if part.type in _STATUS_TYPES and not status:
            status = status_text(part.content()[:MAX_STATUS])
            if root.type == "multipart/report":
                kind = kind or "delivery-status"
        elif part.type in _ORIGINAL_TYPES and not original:
            original = split_header(part.content().lstrip())[0]
    if kind in ("global-delivery-status", "delivery-report"):
        kind = "delivery-status"
    return Report(kind, status, original)


def _leaves(part: Part) -> Iterator[Part]:
    if not part.parts:
        yield part
    for inner in part.parts:
        yield from _leaves(inner)


def status_text(raw: bytes) -> bytes:
    """Return a status part with plain line ends in UTF-8, whatever its charset."""
    return decode_bytes(raw).replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")


def read_bounce(headers: Headers, sender: str, subject: str, text: str, report: Report) -> Bounce:
    """Return what a mail reports of deliveries: from its RFC 3464 part, from the same fields in its text, or from words.

    ``sender`` is the address of From (empty if there is none); ``text`` the readable part. What a person writes about a
    report, or pastes of one, is none; nor is a receipt or a complaint.
    """
    if report.kind in ("disposition-notification", "feedback-report"):
        return NO_BOUNCE
    origin = _origin(headers, sender)
    if not (origin.is_of_machine or origin.may_tell or report.kind):
        return NO_BOUNCE
    mail = _Mail(headers, sender, subject, text, report, origin)
    if report.status and (origin.is_of_machine or report.kind == "delivery-status"):
        if recipients := mail.completed(_reported(report.status, mail.own, mail.only_recipient())):
            return _bounce(recipients, mail)
        return _bounce(mail.named(), mail, is_sure=True)
    is_of_machine = origin.is_of_machine or report.kind == "delivery-status"
    if is_of_machine and _FIELDS.search(mail.text) and (recipients := _reported(mail.fields(), mail.own)):
        return _bounce(mail.completed(recipients), mail)
    if mail.tells():
        return _bounce(mail.named(), mail, is_sure=origin.is_of_daemon)
    return NO_BOUNCE


def _bounce(recipients: tuple[BouncedRecipient, ...], mail: "_Mail", *, is_sure: bool = False) -> Bounce:
    failed = any(each.action == "failed" for each in recipients)
    return Bounce(failed or (not recipients and is_sure and not mail.is_delay), recipients, mail.original_id())


@dataclass(frozen=True, slots=True)
class _Origin:
    """What the header says of who sent a mail: a server (by its name), some machine (no path back, Auto-Submitted),
    an address that people read but machines write from; and whom X-Failed-Recipients names."""

    is_of_daemon: bool
    is_quiet: bool
    may_tell: bool
    is_of_machine: bool
    failed: tuple[str, ...]


def _origin(headers: Headers, sender: str) -> _Origin:
    is_of_daemon = _is_of_daemon(headers, sender)
    submitted = first(headers, "auto-submitted").strip().lower()
    is_null = any(value.strip() in ("<>", "") for value in headers.get("return-path", []))
    is_quiet = is_null or submitted.startswith(("auto-generated", "auto-replied", "auto-notified"))
    named = [found for value in headers.get("x-failed-recipients", []) for found in ADDRESS.findall(value)]
    failed = tuple(dict.fromkeys(each.lower() for each in named[:MAX_RECIPIENTS]))
    return _Origin(
        is_of_daemon=is_of_daemon,
        is_quiet=is_quiet,
        may_tell=_MACHINES.fullmatch(sender.rpartition("@")[0]) is not None,
        is_of_machine=is_of_daemon or is_quiet or bool(failed) or not sender,
        failed=failed,
    )


def _is_of_daemon(headers: Headers, sender: str) -> bool:
    if _DAEMONS.fullmatch(sender.rpartition("@")[0]):
        return True
    named = read_addresses(headers.get("from", [])[:1])
    name = folded(named[0].name if named else first(headers, "from")[:200])
    return name in words.DAEMON_NAMES or any(each in name for each in words.DAEMON_PARTS)


class _Mail:
    """A mail that may be a report in words: who sent it, what it says, and where the mail that came back begins."""

    def __init__(
        self, headers: Headers, sender: str, subject: str, text: str, report: Report, origin: "_Origin"
    ) -> None:
        self.headers, self.sender, self.report, self.origin = headers, sender, report, origin
        self.raw_subject, self.subject, self.text = subject, folded(subject[:1_000]), text[:TEXT_READ]
        self.notice, self.rest = split_notice(self.text)
        self.said = folded(self.notice)
        self.own = {sender.lower(), *_own(headers)} - {""}
        self.places, self.names_surely = places_in(self.notice, self.own)

    @property
    def is_delay(self) -> bool:
        """The server goes on trying."""
        if says(self.subject, words.DELAYED_SUBJECTS):
            return True
        return says(self.said, words.DELAYED_WORDS) and not says(self.said, words.GIVEN_UP_WORDS)

    def tells(self) -> bool:
        """Whether it says that a mail did not arrive, and is sent by something that may say so."""
        if self.subject.startswith(words.DELIVERED_SUBJECTS) or _REPLY_WORDS.search(self.subject):
            return False
        by_subject = says(self.subject, words.FAILED_SUBJECTS) or says(self.subject, words.DELAYED_SUBJECTS)
        by_words = says(self.said, words.FAILED_WORDS) or says(self.said, words.DELAYED_WORDS)
        origin = self.origin
        if origin.failed or self.report.kind == "delivery-status":
            return by_subject or by_words or origin.is_of_daemon
        if _ANSWERED.match(self.raw_subject) and not origin.is_quiet:
            return False
        is_coded, is_named = bool(code_in(self.notice)), bool(self.named())
        if origin.is_of_daemon:
            return (by_words or is_coded or is_named) if by_subject else (by_words and is_coded and is_named)
        # others may send an order confirmation, or what came of a parcel
        is_plain = self.names_surely or has_full_status(self.notice)
        if origin.is_quiet or not self.sender:
            return by_words and is_named and is_plain and (by_subject or (origin.may_tell and is_coded))
        return origin.may_tell and by_subject and by_words and is_coded and is_named and is_plain

    def fields(self) -> bytes:
        """The fields of a report that stand in the text, from the first one on."""
        lines = [line.lstrip(" \t>|") if ":" in line.partition(" ")[0] else line for line in self.text.split("\n")]
        return "\n".join(lines).encode("utf-8", "replace")[:MAX_STATUS]

    def completed(self, recipients: tuple[BouncedRecipient, ...]) -> tuple[BouncedRecipient, ...]:
        """The same, with the words of the notice where the report has none; one address that lost its domain is found."""
        if recipients or not self.origin.failed:
            return recipients
        action = "delayed" if self.is_delay else "failed"
        return tuple(BouncedRecipient(each, action, code_in(self.notice)) for each in self.origin.failed)

    def named(self) -> tuple[BouncedRecipient, ...]:
        """Whom the notice names; where it names nobody, the one recipient of the mail that came back."""
        action = "delayed" if self.is_delay else "failed"
        places = dict(self.places)
        if self.origin.failed:
            wanted = [each for each in self.origin.failed if each not in self.own]
            by_key = {address.lower(): line for address, line in places.items()}
            places = {each: by_key.get(each, -1) for each in wanted}
        if not places and (only := self.only_recipient()):
            places = {only: -1}
        lines = self.notice.split("\n")
        starts = sorted(each for each in places.values() if each >= 0)
        pieces: dict[str, str] = {}
        for address, line in list(places.items())[:MAX_RECIPIENTS]:
            end = next((each for each in starts if each > line), len(lines))
            pieces[address] = "\n".join(lines[line:end]) if line >= 0 else self.notice
        codes = {address: code_in(piece) for address, piece in pieces.items()}
        # one code for all of them stands above or below the list
        shared = "" if any(codes.values()) else code_in(self.notice)
        return tuple(
            BouncedRecipient(
                address, action, codes[address] or shared, reason_in(self.notice if shared else piece, address)
            )
            for address, piece in pieces.items()
        )

    def only_recipient(self) -> str:
        """The recipient of the mail that came back, where that was one; else an empty text."""
        block = self.report.original
        values = read_headers(block).get("to", []) if block else _ORIGINAL_TO.findall(self.rest)[:1]
        found = [each.address for each in read_addresses(values) if each.address.lower() not in self.own]
        return found[0] if len(found) == 1 else ""

    def original_id(self) -> str | None:
        """The Message-ID of the mail that the report is about."""
        if self.report.original and (own := read_message_id(read_headers(self.report.original).get("message-id", []))):
            return own
        status = self.report.status.decode("utf-8", "replace")[:MAX_STATUS]
        for text in (status, self.rest, self.notice):
            if found := _ORIGINAL_ID.search(text):
                return found.group(1)
        for name in ("x-original-message-id", "in-reply-to", "references"):
            if known := read_ids(self.headers.get(name, [])):
                return known[-1]
        return None


def _own(headers: Headers) -> set[str]:
    """Whom the report was sent to: whoever it names beside them is not them."""
    fields = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "from", "sender", "reply-to", "errors-to")
    values = [value for name in fields for value in headers.get(name, [])]
    return {each.address.lower() for each in read_addresses(values)}


def _reported(status: bytes, own: set[str], otherwise: str = "") -> tuple[BouncedRecipient, ...]:
    """The recipients of a status part, one block each; blocks that lost their blank lines are parted at their fields.

    ``otherwise`` is whom a block means that names a recipient without a domain.
    """
    found: dict[str, BouncedRecipient] = {}
    for block in islice(_blocks(status[:MAX_STATUS]), MAX_BLOCKS):
        fields = read_headers(block)
        address = _reported_address(fields) or (otherwise if "final-recipient" in fields else "")
        if not address:
            continue
        if len(found) >= MAX_RECIPIENTS:
            break
        said = " ".join(first(fields, "diagnostic-code").split())
        code = _reported_status(first(fields, "status"), said)
        written = re.split(r"[\s(;]", first(fields, "action").strip().lower(), maxsplit=1)[0]
        action = _ACTIONS.get(written) or _BY_CLASS.get(code[:1], "failed")
        reason = re.sub(r"^[\w-]{1,20};\s*", "", said)[:MAX_REASON]
        if address.lower() not in own or len(found) == 0:
            found.setdefault(address.lower(), BouncedRecipient(address, action, code, reason))
    return tuple(found.values())


def _blocks(status: bytes) -> Iterator[bytes]:
    for piece in re.split(rb"\n[ \t]*\n", status.replace(b"\r\n", b"\n").strip()):
        lines: list[bytes] = []
        seen: set[bytes] = set()
        for line in piece.split(b"\n"):
            name = line.partition(b":")[0].strip().lower()
            if name in (b"final-recipient", b"original-recipient"):
                if name in seen:
                    yield b"\n".join(lines)
                    lines, seen = [], set()
                seen.add(name)
            lines.append(line)
        yield b"\n".join(lines)


def _reported_address(fields: Headers) -> str:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient", "x-original-recipient"):
        for value in fields.get(name, []):
            kind, mark, rest = value.partition(";")
            written = (rest if mark else value).strip()
            if kind.strip().lower().startswith("utf-8"):
                written = _RUNE.sub(lambda rune: _character(rune.group(1)), written)
            written = written.replace("+2B", "+").replace("+3D", "=").replace("+2b", "+").replace("+3d", "=")
            if bare := _bare(written):
                return bare
    return ""


def _bare(written: str) -> str:
    word = written.strip().strip("<>'").strip()
    if word.count("@") == 1 and word.strip("@") == word and not re.search(r"[\s<>(),;]", word):
        return word if word.isprintable() else ""
    found = read_addresses([written])
    return found[0].address if found else ""


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _reported_status(written: str, said: str) -> str:
    for text in (written, said):
        if found := _ANY_STATUS.search(text):
            return found.group(1)
    if found := re.match(r"\s*([245])(?:\d\d|\.\d{1,3})?\b", written):
        return f"{found.group(1)}.0.0"
    return code_in(said)
