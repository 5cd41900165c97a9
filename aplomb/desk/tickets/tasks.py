"""Tasks on a ticket, and the page of those that are mine."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from aplomb.desk.frame import person_of
from aplomb.desk.inputs import whole_number
from aplomb.desk.tickets.answers import in_place, is_piece, pieces
from aplomb.desk.tickets.pages import ticket_context
from aplomb.desk.tickets.times import read_due
from aplomb.people.models import Person
from aplomb.tickets.actions.follow import person_of_id
from aplomb.tickets.actions.tasks import (
    TO_BE_DONE,
    Doing,
    add_task,
    change_task,
    finish_task,
    is_to_be_done,
    remove_task,
    reopen_task,
)
from aplomb.tickets.merged import whole_of
from aplomb.tickets.models import Stage, Task, Ticket
from aplomb.tickets.policies import may_work, seen_by, sight_of, ticket_for

MOST = 200


@require_safe
def my_tasks(request: HttpRequest) -> HttpResponse:
    """All open tasks of the reader, what is due first, then those without an hour."""
    person = person_of(request)
    sight = sight_of(person)
    own = Task.objects.filter(assignee=person, done_at=None, ticket__stage__in=TO_BE_DONE)
    # of a merged one decides where it goes on
    seen = own.filter(Q(ticket__in=seen_by(sight)) | Q(ticket__stage=Stage.MERGED))
    open_now = seen.select_related("ticket__contact")
    with_hour = list(open_now.filter(due_at__isnull=False).order_by("due_at", "id")[:MOST])
    without = list(open_now.filter(due_at=None).order_by("id")[: MOST - len(with_hour)])
    tasks = [each for each in with_hour + without if is_to_be_done(each, sight)]
    context = {"tasks": tasks, "may_work": bool(may_work(person))}
    return render(request, "desk/tickets/my_tasks.html", context)


@require_POST
@in_place
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Another task on the ticket."""
    task = add_task(number, _doing(request), by=person_of(request))
    return _answer(request, task.ticket)


@require_POST
@in_place
def change(request: HttpRequest, number: str, task_id: int, do: str) -> HttpResponse:
    """Done, not done after all, otherwise, or taken away."""
    by = person_of(request)
    ticket = ticket_for(by, number)
    if not Task.objects.filter(pk=task_id, ticket__in=whole_of(ticket)).exists():
        raise Http404
    if do == "change":
        change_task(task_id, _doing(request), by=by)
    elif do in DOINGS:
        DOINGS[do](task_id, by=by)
    else:
        raise Http404
    return _answer(request, ticket)


DOINGS = {"done": finish_task, "reopen": reopen_task, "remove": remove_task}


def _doing(request: HttpRequest) -> Doing:
    by, given = person_of(request), request.POST
    due_at, is_whole_day = read_due(by, date=given.get("date", ""), time=given.get("time", ""))
    return Doing(
        text=given.get("text", ""),
        assignee=_assignee(given.get("person", ""), by),
        due_at=due_at,
        is_whole_day=is_whole_day,
    )


def _assignee(word: str, by: Person) -> Person | None:
    if word == "me":
        return by
    return person_of_id(whole_number(word) or 0) if word else None


def _answer(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The head and the rail anew; on the page of one's tasks and without scripts, that page again."""
    if is_piece(request) and request.POST.get("from") != "my_tasks":
        return pieces(request, "desk/tickets/head_and_rail.html", ticket_context(request, ticket.number))
    return redirect("my_tasks") if request.POST.get("from") == "my_tasks" else redirect("ticket", ticket.number)
