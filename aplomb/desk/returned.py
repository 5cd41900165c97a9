"""Mail that came back, in words: on the message, beside the address, and before the next send."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

from aplomb.channels.mail.coming_in.undelivered import bounced_among, copies_of, unmarked_reports
from aplomb.tickets.models import Kind
from aplomb.tickets.reads import ShownMessage

# what an enhanced status means (RFC 3463 section 3), by its beginning; the longest that fits counts
_MEANINGS = {
    "1.0": _("there is no such mailbox"),
    "1.1": _("there is no such mailbox"),
    "1.10": _("there is no such mailbox"),
    "1.6": _("the mailbox has moved"),
    "1.2": _("there is no such domain"),
    "1.3": _("the address is misspelled"),
    "1.8": _("the server does not take mail from our address"),
    "2.1": _("the mailbox is switched off"),
    "2.2": _("the mailbox is full"),
    "2.3": _("the mail is too large"),
    "3.4": _("the mail is too large"),
    "4.1": _("the server cannot be reached"),
    "4.4": _("there is no such domain"),
    "4.6": _("the mail goes round in a circle"),
    "4.7": _("the server could not be reached in time"),
    "6": _("the server cannot read a mail of this kind"),
    "7": _("the server refuses it"),
}
FAILED = gettext_lazy("it could not be delivered")
DELAYED = gettext_lazy("not delivered yet")


@dataclass(frozen=True)
class Returned:
    """A mail that did not reach an address: when that was told, what it means in words, and what the server said.

    `is_final`: it will not arrive; else the server goes on trying. `message_id`: on which message it stands (0: none).
    """

    address: str
    at: dt.datetime
    is_final: bool
    meaning: str
    answer: str
    message_id: int = 0


def meaning(status: str, *, is_final: bool) -> str:
    """What a status (RFC 3463, '5.1.1' or empty) says, in the reader's language."""
    detail = status[2:]
    subject = detail.partition(".")[0]
    known = _MEANINGS.get(detail) or _MEANINGS.get(subject)
    if known:
        return gettext(known)
    return str(FAILED if is_final else DELAYED)


def returned_from(addresses: Iterable[str]) -> list[Returned]:
    """What was last reported of these addresses; nothing of those that are well. One query."""
    return [
        Returned(
            each.address, each.at, each.is_permanent, meaning(each.status, is_final=each.is_permanent), each.reason
        )
        for each in bounced_among(addresses)
    ]


def marks(messages: Sequence[ShownMessage], *, is_whole: bool) -> list[Returned]:
    """What of these messages did not arrive. One query, and none where no machine has written on the ticket.

    A report lands on the ticket of the mail that it is about, so that a whole conversation without a machine's mail has
    nothing that came back.
    """
    left = [each.id for each in messages if each.kind in (Kind.REPLY, Kind.SYSTEM)]
    if not left or (is_whole and not _machines(messages)):
        return []
    return [
        Returned(
            each.address,
            each.at,
            each.is_final,
            meaning(each.status, is_final=each.is_final),
            each.reason,
            each.message_id,
        )
        for each in copies_of(left)
    ]


def unmarked(messages: Sequence[ShownMessage]) -> list[tuple[int, str]]:
    """Reports among these messages that marked nothing: their ids, each with why. One query, none without machines."""
    ids = _machines(messages)
    return [(pk, gettext(reason)) for pk, reason in unmarked_reports(ids).items()] if ids else []


def _machines(messages: Sequence[ShownMessage]) -> list[int]:
    return [each.id for each in messages if each.kind == Kind.CUSTOMER and each.is_automatic]
