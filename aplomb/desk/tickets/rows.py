"""A queue's rows as the page shows them: everything worded once, so that the template only places it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from aplomb.desk import words
from aplomb.tickets.models import Priority, Status
from aplomb.tickets.numbers import shown
from aplomb.tickets.reads import QueueRow
from aplomb.tickets.states import BIN_KEEPS_FOR


@dataclass(frozen=True)
class _Wording:
    """What the rows of one page share."""

    speech: words.Speech
    statuses: dict[str, str]
    priorities: dict[int, str]
    base: str
    language: str
    nameless: str


@dataclass(frozen=True)
class ShownRow:
    """What one row of a queue says, in the reader's language and time zone."""

    number: str
    version: int
    shown: str
    url: str
    subject: str
    who: str
    organisation: str
    status: str
    priority: str
    stands_out: bool
    assignee: str
    team: str
    language: str
    tags: tuple[str, ...]
    tone: str
    why: str
    exact: str
    active: str
    active_exact: str


def shown_rows(rows: tuple[QueueRow, ...], desk_language: str) -> list[ShownRow]:
    """The rows in words. `desk_language` is the reader's: a ticket in it does not name it."""
    wording = _Wording(
        words.Speech(),
        {value: str(label) for value, label in Status.choices},
        {value: str(label) for value, label in Priority.choices},
        reverse("ticket", args=["00000000"]),
        desk_language,
        _("without a name"),
    )
    return [_row(row, wording) for row in rows]


def _row(row: QueueRow, wording: _Wording) -> ShownRow:
    tone, why, exact = _why_here(row, wording.speech)
    return ShownRow(
        number=row.number,
        version=row.version,
        shown=shown(row.number),
        url=wording.base.replace("00000000", row.number),
        subject=row.subject,
        who=row.contact_name or wording.nameless,
        organisation=row.organisation,
        status=wording.statuses.get(row.status, row.status),
        priority=wording.priorities.get(row.priority, "") if row.priority != Priority.NORMAL else "",
        stands_out=row.priority > Priority.NORMAL,
        assignee=row.assignee,
        team=row.team,
        language=row.language if row.language != wording.language else "",
        tags=row.tags,
        tone=tone,
        why=why,
        exact=exact,
        active=wording.speech.brief(row.activity_at),
        active_exact=wording.speech.exact(row.activity_at),
    )


def _why_here(row: QueueRow, speech: words.Speech) -> tuple[str, str, str]:
    """Why the ticket stands where it does: tone, words, and the exact instant."""
    if row.binned_at is not None:
        until = row.binned_at + BIN_KEEPS_FOR
        return "later", _("in the bin until %(day)s") % {"day": speech.day(until)}, speech.exact(until)
    if row.snoozed_until is not None and row.due_at is not None:
        return "later", _("put away until %(time)s") % {"time": speech.moment(row.due_at)}, speech.exact(row.due_at)
    if row.due_at is not None:
        due = speech.due(row.due_at, row.due_why)
        return due.tone, due.text, due.exact
    since = {"time": speech.span(speech.now - row.activity_at)}
    exact = speech.exact(row.activity_at)
    if row.status == Status.WAITING_CUSTOMER:
        return "later", _("waits for the customer, %(time)s") % since, exact
    if row.status == Status.WAITING_THIRD_PARTY:
        return "later", _("waits for others, %(time)s") % since, exact
    if row.status in (Status.RESOLVED, Status.CLOSED):
        return "later", _("done, last word %(time)s ago") % since, exact
    return "later", _("answered, last word %(time)s ago") % since, exact
