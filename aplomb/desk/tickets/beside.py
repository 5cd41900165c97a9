"""What hangs on a ticket beside its messages, as its page shows it. Of a plain ticket nothing is asked."""

from dataclasses import dataclass
from typing import Any

from aplomb.people.models import Person
from aplomb.tickets.actions.hand_over import may_confirm
from aplomb.tickets.merged import whole_of
from aplomb.tickets.models import Beside, CoWorker, Follower, HandOver, Message, Snooze, Stage, Task, Ticket


@dataclass(frozen=True)
class ShownHandOver:
    """A hand-over that waits to be read, its words, and whether this reader is the one to confirm it."""

    row: HandOver
    text: str
    may_confirm: bool


def beside_of(ticket: Ticket, person: Person) -> dict[str, Any]:
    """Followers, co-workers, tasks, what was handed over and why it sleeps: a query for each that the ticket has."""
    has = Beside(ticket.beside)
    followers = people_of(Follower, ticket) if has & Beside.FOLLOWERS else []
    tasks = _tasks(ticket) if has & (Beside.TASKS | Beside.MERGED) else []
    return {
        "followers": followers,
        "is_following": any(each.pk == person.pk for each in followers),
        "co_workers": people_of(CoWorker, ticket) if has & Beside.CO_WORKERS else [],
        "tasks": [each for each in tasks if each.done_at is None],
        "tasks_done": [each for each in tasks if each.done_at is not None],
        "hand_over": _hand_over(ticket, person) if has & Beside.HAND_OVER else None,
        "is_snoozed": ticket.stage == Stage.SNOOZED,
        "snooze": _snooze(ticket) if ticket.stage == Stage.SNOOZED else None,
        "may_snooze": ticket.stage in (Stage.LIVE, Stage.SNOOZED),
    }


def people_of(model: type[Follower] | type[CoWorker], ticket: Ticket) -> list[Person]:
    """Who follows it, or works on it too, by name; who has left is not shown."""
    rows = model._default_manager.filter(ticket=ticket.pk).select_related("person").order_by("person__work_name")
    return [row.person for row in rows if row.person.is_active]


def _tasks(ticket: Ticket) -> list[Task]:
    found = list(Task.objects.filter(ticket__in=whole_of(ticket)).select_related("assignee", "done_by"))
    # what has an hour first, by its hour; what is done last
    far = max((each.due_at for each in found if each.due_at is not None), default=ticket.created_at)
    return sorted(found, key=lambda each: (each.done_at is not None, each.due_at is None, each.due_at or far, each.pk))


def _snooze(ticket: Ticket) -> Snooze | None:
    return Snooze.objects.filter(ticket=ticket.pk).select_related("person").first()


def _hand_over(ticket: Ticket, person: Person) -> ShownHandOver | None:
    waiting = HandOver.objects.filter(ticket=ticket.pk, read_at=None)
    row = waiting.select_related("given_by", "given_to", "team", "message").order_by("-pk").first()
    if row is None:
        return None
    message: Message = row.message
    return ShownHandOver(row, message.text, may_confirm(person, row, ticket))
