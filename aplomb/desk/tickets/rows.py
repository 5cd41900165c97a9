"""A queue's rows as the page shows them: everything worded once, so that the template only places it."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from aplomb.desk import words
from aplomb.lib.time import utc_now
from aplomb.tickets.models import Priority, Status
from aplomb.tickets.numbers import shown
from aplomb.tickets.reads import QueueRow
from aplomb.tickets.states import BIN_KEEPS_FOR


def shown_rows(rows: tuple[QueueRow, ...], desk_language: str) -> list[dict[str, Any]]:
    """One mapping a row. `desk_language` is the reader's: a ticket in it does not name it."""
    now = utc_now()
    statuses = {value: str(label) for value, label in Status.choices}
    priorities = {value: str(label) for value, label in Priority.choices}
    base = reverse("ticket", args=["00000000"])
    return [_row(row, now, statuses, priorities, base, desk_language) for row in rows]


def _row(
    row: QueueRow,
    now: dt.datetime,
    statuses: dict[str, str],
    priorities: dict[int, str],
    base: str,
    desk_language: str,
) -> dict[str, Any]:
    tone, why, exact = _why_here(row, now)
    return {
        "number": row.number,
        "shown": shown(row.number),
        "url": base.replace("00000000", row.number),
        "subject": row.subject,
        "who": row.contact_name or _("without a name"),
        "organisation": row.organisation,
        "status": statuses.get(row.status, row.status),
        "status_key": row.status,
        "priority": priorities.get(row.priority, ""),
        "stands_out": row.priority > Priority.NORMAL,
        "is_low": row.priority < Priority.NORMAL,
        "assignee": row.assignee,
        "team": row.team,
        "language": row.language if row.language != desk_language else "",
        "tags": row.tags,
        "tone": tone,
        "why": why,
        "exact": exact,
        "active": words.brief(row.activity_at),
        "active_exact": words.exact(row.activity_at),
    }


def _why_here(row: QueueRow, now: dt.datetime) -> tuple[str, str, str]:
    """Why the ticket stands where it does: tone, words, and the exact instant."""
    if row.binned_at is not None:
        until = row.binned_at + BIN_KEEPS_FOR
        return "later", _("in the bin until %(day)s") % {"day": words.day(until)}, words.exact(until)
    if row.due_at is not None:
        due = words.due(row.due_at, row.due_why, now)
        return due.tone, due.text, due.exact
    since = {"time": words.span(now - row.activity_at)}
    exact = words.exact(row.activity_at)
    if row.status == Status.WAITING_CUSTOMER:
        return "later", _("waits for the customer, %(time)s") % since, exact
    if row.status == Status.WAITING_THIRD_PARTY:
        return "later", _("waits for others, %(time)s") % since, exact
    if row.status in (Status.RESOLVED, Status.CLOSED):
        return "later", _("done, last word %(time)s ago") % since, exact
    return "later", _("answered, last word %(time)s ago") % since, exact
