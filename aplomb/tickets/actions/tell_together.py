"""Notices to those who work on a ticket together: who is told of what. Whoever does not see the ticket hears nothing."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import QuerySet

from aplomb.journal.latest import latest_on
from aplomb.lib.prepared import prepared
from aplomb.people.actions.notices import notice
from aplomb.people.models import Person
from aplomb.people.policies import hidden_team_ids
from aplomb.tickets.actions.tell_staff import tell_message
from aplomb.tickets.models import Beside, CoWorker, Follower, Kind, Message, Task, Ticket

BOTH = Beside.FOLLOWERS | Beside.CO_WORKERS


def tell_of_message(ticket_id: int, message_id: int) -> None:
    """Followers and co-workers hear of a message. One small query for a ticket that has neither."""
    found = _place(ticket_id)
    if not found or not found[0].beside & BOTH:
        return
    ticket = found[0]
    message = Message.objects.select_related("person").filter(pk=message_id).first()
    if message is None or message.kind not in (Kind.CUSTOMER, Kind.REPLY, Kind.NOTE):
        return
    note = message.kind == Kind.NOTE
    working = list(Person.objects.filter(pk__in=CoWorker.objects.filter(ticket=ticket_id).values("person")))
    following = list(Person.objects.filter(pk__in=Follower.objects.filter(ticket=ticket_id).values("person")))
    with transaction.atomic():
        # a colleague's answer is news to followers only: whoever works on it need not be told that it was answered
        if note or message.kind == Kind.CUSTOMER:
            for person in _who_see(ticket, working):
                tell_message(person, "noted" if note else "answered", ticket.number, message_id, by=message.person)
        for person in _who_see(ticket, following):
            if person.pk != ticket.assignee_id or message.kind == Kind.REPLY:
                tell_message(person, "noted" if note else "followed", ticket.number, message_id, by=message.person)


def tell_mentioned(message_id: int, number: str, people: Iterable[int]) -> None:
    """Whom a note names, once a note. Needs a transaction."""
    by = Person.objects.filter(pk__in=Message.objects.filter(pk=message_id).values("person")).first()
    for person in _all(people):
        tell_message(person, "mentioned", number, message_id, by=by)


def tell_co_workers(people: Iterable[int], number: str) -> None:
    """Who was asked to work on it too. In the transaction of that event."""
    by, seq = _who_did_it(number)
    for person in _all(people):
        notice(person, "help_asked", about=f"help {number} {seq}", ticket_number=number, by=by)


def tell_handed_over(people: Iterable[int], number: str, given_by: int | None, *, moves: bool) -> None:
    """To whom it was handed over, in the transaction of that event. That it becomes theirs is recorded just after it, after
    its move to another team where it `moves`: this notice stands for the one of that entry, so that they hear of it once."""
    by = Person.objects.filter(pk=given_by).first() if given_by else None
    _by, seq = _who_did_it(number)
    about = f"assigned {number} {seq + (2 if moves else 1)}"
    for person in _all(people):
        notice(person, "handed_over", about=about, ticket_number=number, by=by)


def tell_of_waking(ticket_id: int, number: str, why: str, snoozed_by: int | None) -> None:
    """Who put it to sleep and who has it hear that it is back, unless somebody woke it by hand. Needs a transaction."""
    if why == "hand":
        return
    found = Ticket.objects.filter(pk=ticket_id).first()
    if found is None:
        return
    ids = [each for each in (found.assignee_id, snoozed_by) if each is not None]
    for person in _who_see(found, _all(ids)):
        notice(person, "snooze_over", about=f"woken {number} {found.version}", ticket_number=number)


def tell_of_task(task_id: int, number: str, assignee_id: int) -> None:
    """Whose task it is now. In the transaction of that event."""
    by, seq = _who_did_it(number)
    for person in _all([assignee_id]):
        about = f"task {task_id} given {seq}"
        notice(person, "task_given", about=about, ticket_number=number, by=by, path=task_path(number, task_id))


def task_path(number: str, task_id: int) -> str:
    """Where a task stands."""
    return f"/tickets/{number}#task-{task_id}"


def tell_of_due_task(task: Task) -> None:
    """Its hour has come. Needs a transaction."""
    if task.assignee is not None and task.due_at is not None:
        about = f"task {task.pk} due {task.due_at:%Y%m%d%H%M}"
        for person in _who_see(task.ticket, [task.assignee]):
            number = task.ticket.number
            notice(person, "task_due", about=about, ticket_number=number, path=task_path(number, task.pk))


def _who_see(ticket: Ticket, people: Iterable[Person]) -> Iterator[Person]:
    for person in people:
        if ticket.team_id is None or ticket.team_id not in hidden_team_ids(person):
            yield person


def _who_did_it(number: str) -> tuple[Person | None, int]:
    """Who wrote the newest entry on the ticket's chain, and its place: the event that is told of, while it is told."""
    latest = latest_on(number)
    if latest is None:
        return None, 0
    is_staff = latest.actor_kind == "staff" and latest.actor_id.isdigit()
    return Person.objects.filter(pk=int(latest.actor_id)).first() if is_staff else None, latest.seq


def _all(ids: Iterable[int]) -> list[Person]:
    return list(Person.objects.filter(pk__in=list(ids), is_active=True).order_by("pk"))


@prepared
def _place(ticket_id: int) -> QuerySet[Ticket]:
    return Ticket.objects.only("id", "number", "beside", "assignee_id", "team_id").filter(pk=ticket_id)


def tell_of_answer(message_id: int, side_id: int, number: str) -> None:
    """Who asked last in a side conversation hears of the answer; where they have left, who has the ticket. Needs a
    transaction."""
    asked = Message.objects.filter(side=side_id, kind=Kind.ASKED, person__is_active=True).select_related("person")
    last = asked.order_by("-id").first()
    ticket = Ticket.objects.select_related("assignee").get(number=number)
    person = last.person if last is not None else ticket.assignee
    if person is not None:
        for each in _who_see(ticket, [person]):
            notice(each, "side_answered", about=f"message {message_id}", ticket_number=number)
