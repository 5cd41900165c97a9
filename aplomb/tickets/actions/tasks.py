"""Things to do on a ticket: by somebody or anybody, by some hour or whenever."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aplomb.journal.actors import Actor
from aplomb.journal.events import Sealed
from aplomb.journal.recording import record
from aplomb.lib.text import clean_text
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotFound, Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.follow import set_beside
from aplomb.tickets.actions.tell_together import tell_of_due_task
from aplomb.tickets.actions.writing import check_stands, ids, save_changes
from aplomb.tickets.events import TaskAdded, TaskChanged, TaskDone, TaskRemoved, TaskReopened
from aplomb.tickets.gates import Objection
from aplomb.tickets.merged import end_of, whole_of
from aplomb.tickets.models import Beside, Stage, Task, Ticket
from aplomb.tickets.policies import Sight, is_in_sight, may_work, sight_of, ticket_for, visible_to

# the piles on which something is still to be done; of a merged one where it goes on decides
TO_BE_DONE = (Stage.LIVE, Stage.SNOOZED, Stage.MERGED)
LONGEST = 300
MOST = 100
# after a longer downtime nobody is told any more
TOLD_WITHIN = dt.timedelta(days=3)
FURTHEST = dt.timedelta(days=5 * 366)


@dataclass(frozen=True, kw_only=True)
class Doing:
    """A task as it is to be. `is_whole_day`: due at the end of a day, the hour does not matter."""

    text: str
    assignee: Person | None = None
    due_at: dt.datetime | None = None
    is_whole_day: bool = False


def add_task(number: str, doing: Doing, *, by: Actor) -> Task:
    """Raises NotFound, NotAllowed, InBin, Merged, Wrong."""
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        check_stands(ticket)
        text = _checked(ticket, doing)
        if Task.objects.filter(ticket=ticket).count() >= MOST:
            raise Wrong("text", _("A ticket has a hundred tasks at the most."))
        task = Task.objects.create(
            ticket=ticket,
            text=text,
            assignee=doing.assignee,
            due_at=doing.due_at,
            is_whole_day=doing.is_whole_day and doing.due_at is not None,
            added_by=by if isinstance(by, Person) else None,
        )
        set_beside(ticket, Beside.TASKS, True)
        save_changes(ticket)
        event = TaskAdded(
            **ids(ticket),
            task_id=task.pk,
            assignee_id=task.assignee_id,
            due_at=task.due_at,
            sealed={"text": Sealed.text(text)},
        )
        record(event, by=by, chain=ticket.chain)
    return task


def change_task(task_id: int, doing: Doing, *, by: Actor) -> Task:
    """Its text, its assignee and its hour as given. Raises NotFound, NotAllowed, InBin, Merged, Wrong."""
    with transaction.atomic():
        task, ticket = _fetch(task_id, by)
        text = _checked(end_of(ticket), doing)
        before, due_before, text_before = task.assignee_id, task.due_at, task.text
        task.text, task.assignee, task.due_at = text, doing.assignee, doing.due_at
        task.is_whole_day = doing.is_whole_day and doing.due_at is not None
        if (before, due_before, text_before) == (task.assignee_id, task.due_at, task.text):
            return task
        task.save(update_fields=["text", "assignee", "due_at", "is_whole_day"])
        save_changes(ticket)
        event = TaskChanged(
            **ids(ticket),
            task_id=task.pk,
            assignee_before=before,
            assignee_id=task.assignee_id,
            due_before=due_before,
            due_at=task.due_at,
            sealed={"text": Sealed.text(text)} if text != text_before else {},
        )
        record(event, by=by, chain=ticket.chain)
    return task


def finish_task(task_id: int, *, by: Actor) -> Task:
    """It is done. Twice is once. Raises NotFound, NotAllowed, InBin, Merged."""
    with transaction.atomic():
        task, ticket = _fetch(task_id, by)
        if task.done_at is None:
            task.done_at, task.done_by = utc_now(), by if isinstance(by, Person) else None
            task.save(update_fields=["done_at", "done_by"])
            save_changes(ticket)
            record(TaskDone(**ids(ticket), task_id=task.pk), by=by, chain=ticket.chain)
    return task


def reopen_task(task_id: int, *, by: Actor) -> Task:
    """It was not done after all. Twice is once. Raises NotFound, NotAllowed, InBin, Merged."""
    with transaction.atomic():
        task, ticket = _fetch(task_id, by)
        if task.done_at is not None:
            task.done_at = task.done_by = None
            task.save(update_fields=["done_at", "done_by"])
            save_changes(ticket)
            record(TaskReopened(**ids(ticket), task_id=task.pk), by=by, chain=ticket.chain)
    return task


def remove_task(task_id: int, *, by: Actor) -> Ticket:
    """It is not to be done. Its words stay in the record. Raises NotFound, NotAllowed, InBin, Merged."""
    with transaction.atomic():
        task, ticket = _fetch(task_id, by)
        pk = task.pk
        task.delete()
        set_beside(ticket, Beside.TASKS, Task.objects.filter(ticket=ticket).exists())
        save_changes(ticket)
        record(TaskRemoved(**ids(ticket), task_id=pk), by=by, chain=ticket.chain)
    return ticket


def ask_about_open_tasks(ticket: Ticket, by: Actor) -> Iterable[Objection]:
    """Before a ticket is resolved or closed: what is still to be done on it."""
    if not ticket.beside & (Beside.TASKS | Beside.MERGED):
        return []
    count = Task.objects.filter(ticket__in=whole_of(ticket), done_at=None).count()
    if not count:
        return []
    words = ngettext("%(count)s task is still open.", "%(count)s tasks are still open.", count)
    return [Objection("open-tasks", words % {"count": count}, "confirm")]


def tell_due_tasks(*, most: int = 500) -> int:
    """Tell whose tasks have come to their hour, of the last three days: who was away longer sees it on the page.

    Gives how many tasks were looked at. Twice is once.
    """
    now = utc_now()
    found = Task.objects.filter(done_at=None, due_at__lte=now, due_at__gt=now - TOLD_WITHIN, assignee__isnull=False)
    standing = found.filter(ticket__stage__in=TO_BE_DONE).select_related("ticket", "assignee")
    tasks = list(standing.order_by("due_at", "id")[:most])
    with transaction.atomic():
        for task in tasks:
            if task.assignee is not None and is_to_be_done(task, sight_of(task.assignee)):
                tell_of_due_task(task)
    return len(tasks)


def is_to_be_done(task: Task, sight: Sight) -> bool:
    """Whether a task on a ticket that was merged is still to be done: where that goes on is open, and seen with this sight.

    No query for a ticket that stands alone: of those only who sees them asks.
    """
    if task.ticket.merged_into_id is None:
        return True
    end = end_of(task.ticket)
    return end.stage in (Stage.LIVE, Stage.SNOOZED) and is_in_sight(sight, end)


def _checked(ticket: Ticket, doing: Doing) -> str:
    text = " ".join(clean_text(doing.text).split())
    if not text:
        raise Wrong("text", _("Write what is to be done."))
    if len(text) > LONGEST:
        raise Wrong("text", _("A task has 300 letters at the most: put the rest in a note."))
    if doing.due_at is not None and not abs(doing.due_at - utc_now()) < FURTHEST:
        raise Wrong("due", _("That day is too far away."))
    person = doing.assignee
    if person is not None and not visible_to(person).filter(pk=ticket.pk).exists():
        raise Wrong("assignee", _("%(name)s does not see this ticket.") % {"name": person.work_name})
    return text


def _fetch(task_id: int, by: Actor) -> tuple[Task, Ticket]:
    place = Task.objects.filter(pk=task_id).values_list("ticket__number", "ticket__merged_into").first()
    if place is None:
        raise NotFound
    number, merged_into = place
    if merged_into is not None:
        # its end too, in the order in which merging takes them
        _lock_to_end(number, by)
    ticket = ticket_for(by, number, lock=True)
    require(may_work(by))
    # one that was merged may still be done, where it is shown now
    check_stands(end_of(ticket))
    # again under the lock: somebody may have taken it away
    task = Task.objects.filter(pk=task_id, ticket=ticket).first()
    if task is None:
        raise NotFound
    return task, ticket


def _lock_to_end(number: str, by: Actor) -> None:
    ticket = ticket_for(by, number)
    for each in sorted({ticket.pk: ticket, (end := end_of(ticket)).pk: end}.values(), key=lambda each: each.pk):
        ticket_for(by, each.number, lock=True)
