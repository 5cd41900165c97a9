"""What is due from tasks on a ticket: each open one that has an hour."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from aplomb.lib.prepared import prepared
from aplomb.promises.sources import Due
from aplomb.tickets.merged import whole_of
from aplomb.tickets.models import Beside, Stage, Task, Ticket

TASK = "task"


def tasks_due(ticket: Ticket) -> Iterable[Due]:
    """The open tasks with an hour, those of what was merged into it too. Nothing is asked of a ticket that never had a task."""
    if not ticket.beside & (Beside.TASKS | Beside.MERGED) or ticket.stage not in (Stage.LIVE, Stage.SNOOZED):
        return []
    if ticket.beside & Beside.MERGED:
        found = list(_hours(Task.objects.filter(ticket__in=whole_of(ticket))))
    else:
        found = _open(ticket.pk)
    return [Due(TASK, at, key=str(pk), source=f"task {pk}") for pk, at in found if at is not None]


@prepared
def _open(ticket_id: int) -> "QuerySet[Task, tuple[int, dt.datetime | None]]":
    return _hours(Task.objects.filter(ticket=ticket_id))


def _hours(tasks: "QuerySet[Task, Task]") -> "QuerySet[Task, tuple[int, dt.datetime | None]]":
    found = tasks.filter(done_at=None, due_at__isnull=False)
    return found.order_by("due_at", "id").values_list("pk", "due_at")
