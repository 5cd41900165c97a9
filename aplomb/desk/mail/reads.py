"""Pages of mail: newest first, by id, a bounded number of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from aplomb.channels.mail.holding import MEANING
from aplomb.channels.mail.models import IncomingMail
from aplomb.desk.mail.answers import Words, in_words
from aplomb.desk.mail.policies import ACCOUNT, incoming_visible_to, outgoing_visible_to
from aplomb.journal.models import OutgoingMail
from aplomb.people.models import Person
from aplomb.tickets.models import Ticket
from aplomb.tickets.policies import visible_to

ROWS = 50
COUNT_AT_MOST = 1000
TEXT_AT_MOST = 100_000

Out = OutgoingMail.State
OUTGOING: Mapping[str, tuple[str, ...]] = {
    "kept": (Out.KEPT,),
    "failed": (Out.FAILED,),
    "queued": (Out.QUEUED, Out.SENDING),
    "sent": (Out.SENT,),
    "gone": (Out.DISCARDED, Out.WITHDRAWN),
}
INCOMING: tuple[str, ...] = tuple(IncomingMail.State.values)


@dataclass(frozen=True)
class IncomingRow:
    mail: IncomingMail
    ticket: Ticket | None
    suggestion: Ticket | None

    @property
    def meaning(self) -> "str | Promise":
        """What it means that it is held, empty for others."""
        return MEANING.get(self.mail.hold, "") if self.mail.state == IncomingMail.State.HELD else ""


@dataclass(frozen=True)
class OutgoingRow:
    mail: OutgoingMail
    ticket: Ticket | None
    meaning: Words
    is_account: bool


@dataclass(frozen=True)
class IncomingPage:
    rows: tuple[IncomingRow, ...]
    before: int


@dataclass(frozen=True)
class OutgoingPage:
    rows: tuple[OutgoingRow, ...]
    before: int


def incoming_page(by: Person, state: str, *, before: int | None = None) -> IncomingPage:
    """Mails of a state, newest first, with the ticket they are on or may belong to. Three queries."""
    found = incoming_visible_to(by).select_related("mailbox").defer("mailbox__password", "mailbox__signature")
    if state in INCOMING:
        found = found.filter(state=state)
    if state == IncomingMail.State.HELD:
        found = _without_spam(found)
    if before is not None:
        found = found.filter(pk__lt=before)
    mails = list(found.order_by("-id")[: ROWS + 1])
    wanted = {pk for each in mails for pk in (each.ticket_id, each.suggestion_id) if pk}
    seen = {each.pk: each for each in visible_to(by).filter(pk__in=wanted).only("number", "subject")}
    rows = tuple(
        IncomingRow(each, seen.get(each.ticket_id or 0), seen.get(each.suggestion_id or 0)) for each in mails[:ROWS]
    )
    return IncomingPage(rows, mails[ROWS - 1].pk if len(mails) > ROWS else 0)


def outgoing_page(by: Person, state: str, *, before: int | None = None) -> OutgoingPage:
    """Mails of a state (a key of OUTGOING, else all), newest first. Three queries."""
    found = outgoing_visible_to(by).defer("content")
    if state in OUTGOING:
        found = found.filter(state__in=OUTGOING[state])
    if before is not None:
        found = found.filter(pk__lt=before)
    mails = list(found.order_by("-id")[: ROWS + 1])
    numbers = {each.chain_key for each in mails if each.chain_key}
    seen = {each.number: each for each in visible_to(by).filter(number__in=numbers).only("number", "subject")}
    rows = tuple(_outgoing_row(each, seen.get(each.chain_key)) for each in mails[:ROWS])
    return OutgoingPage(rows, mails[ROWS - 1].pk if len(mails) > ROWS else 0)


def outgoing_row(by: Person, mail: OutgoingMail) -> OutgoingRow:
    """One mail as its page shows it."""
    return _outgoing_row(mail, visible_to(by).filter(number=mail.chain_key).first() if mail.chain_key else None)


def _outgoing_row(mail: OutgoingMail, ticket: Ticket | None) -> OutgoingRow:
    return OutgoingRow(mail, ticket, in_words(mail.answer), mail.purpose == ACCOUNT)


def waiting_counts(by: Person) -> dict[str, int]:
    """How many mails wait for a person, counted up to a thousand: parked, held (spam apart), kept, failed."""
    parked = incoming_visible_to(by).filter(state=IncomingMail.State.PARKED).order_by()
    out = outgoing_visible_to(by).order_by()
    held = _without_spam(incoming_visible_to(by).filter(state=IncomingMail.State.HELD)).order_by()
    return {
        "held": held.values("pk")[:COUNT_AT_MOST].count(),
        "parked": parked.values("pk")[:COUNT_AT_MOST].count(),
        "kept": out.filter(state=Out.KEPT).values("pk")[:COUNT_AT_MOST].count(),
        "failed": out.filter(state=Out.FAILED).values("pk")[:COUNT_AT_MOST].count(),
    }


def _without_spam(mails: QuerySet[IncomingMail]) -> QuerySet[IncomingMail]:
    """Spam has a list of its own: what waits among it would drown what somebody must look at."""
    return mails.exclude(hold=IncomingMail.Hold.SPAM)


def settleable(by: Person, ids: list[int]) -> list[OutgoingMail]:
    """Those of these mails that may be released or discarded, oldest first, without their contents."""
    open_states = Q(state__in=[Out.KEPT, Out.FAILED])
    return list(outgoing_visible_to(by).filter(open_states, pk__in=ids[:500]).defer("content").order_by("id"))


def readable_text(content: bytes) -> str:
    """The text part of a finished mail, at most 100 000 characters; empty where it has none that can be read."""
    try:
        found = message_from_bytes(content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        body = found.get_body(preferencelist=("plain", "html"))
        text = body.get_content() if body is not None else ""
    except (ValueError, LookupError, KeyError):
        return ""
    return text[:TEXT_AT_MOST] if isinstance(text, str) else ""
