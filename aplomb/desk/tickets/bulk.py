"""One action on the ticked rows of a queue: asked for, its result, and undoing it."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aplomb.desk.frame import frame_of, person_of
from aplomb.desk.presence.choosing import colleagues
from aplomb.desk.tickets import choices
from aplomb.desk.tickets.answers import in_place, is_piece
from aplomb.lib.time import zone
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.bulk import (
    MOST,
    begin_bulk,
    begin_undo,
    earliest,
    may_undo,
    run_for,
    work_bulk,
    work_undo,
)
from aplomb.tickets.jobs import work_on_many
from aplomb.tickets.models import BulkItem, BulkRun, Status
from aplomb.tickets.numbers import read_number, shown
from aplomb.tickets.policies import may_work
from aplomb.tickets.snoozing import presets

# up to so many at once while the browser waits; more are a job with a page that follows it
AT_ONCE = 50

Outcome, State, Undone = BulkItem.Outcome, BulkRun.State, BulkItem.Undone


@require_POST
@in_place
def bulk(request: HttpRequest) -> HttpResponse:
    """Do what was asked with the ticked tickets, and show what became of each."""
    person = person_of(request)
    action, _colon, choice = request.POST.get("act", "").replace("\x00", "").partition(":")
    tickets = _ticked(request)
    if action == "assign" and choice == "me":
        choice = str(person.pk)
    if action == "merge" and tickets and not choice:
        choice = earliest(list(tickets)[:MOST], by=person)
        tickets.pop(choice, None)
    key = request.POST.get("key", "").replace("\x00", "") or timezone.now().isoformat()
    with transaction.atomic():
        run, is_new = begin_bulk(person, key, action, choice, tickets)
        is_long = run.items.count() > AT_ONCE
        if is_new and is_long:
            work_on_many.enqueue(run_id=run.pk)
    if run.state == State.RUNNING and not is_long:
        # the same key again: what broke off goes on
        run = work_bulk(run.pk)
    return _answer(request, run)


@require_safe
@in_place
def bulk_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """What became of it so far."""
    return _answer(request, run_for(run_id, by=person_of(request)), stays=True)


@require_POST
@in_place
def undo(request: HttpRequest, run_id: int) -> HttpResponse:
    """Put back what was done, where nothing changed since."""
    with transaction.atomic():
        run = begin_undo(run_id, by=person_of(request))
        is_long = run.items.filter(outcome=Outcome.DONE).count() > AT_ONCE
        if is_long:
            work_on_many.enqueue(run_id=run.pk)
    if not is_long:
        run = work_undo(run.pk)
    return _answer(request, run)


@require_safe
@in_place
def pick(request: HttpRequest, field: str) -> HttpResponse:
    """What may be chosen for an action on many: agents, tags, hours."""
    person = person_of(request)
    require(may_work(person))
    context: dict[str, Any] = {"field": field}
    if field == "assignee":
        context["options"] = colleagues(besides=person)
    elif field == "tags":
        context["tags"] = choices.tags()
    elif field == "hours":
        context["hours"] = presets(timezone.now(), zone(person.time_zone))
    return render(request, "desk/tickets/bulk_pick.html", context)


def bar(request: HttpRequest, person: Person) -> dict[str, Any]:
    """What the bar above a queue offers; empty for who may not work tickets."""
    if not may_work(person):
        return {}
    return {"may_bulk": True, "bulk_statuses": Status.choices[1:], "bulk_teams": frame_of(request).teams}


def _ticked(request: HttpRequest) -> dict[str, int | None]:
    """The numbers with the versions that were seen; what is no number is left out."""
    found: dict[str, int | None] = {}
    for each in request.POST.getlist("ticket")[: MOST * 2]:
        number, _colon, version = each.partition(":")
        digits = read_number(number)
        if digits is not None:
            is_whole = version.isascii() and version.isdigit() and len(version) < 10
            found[digits] = int(version) if is_whole else None
    return found


def _answer(request: HttpRequest, run: BulkRun, *, stays: bool = False) -> HttpResponse:
    if not is_piece(request) and not stays:
        return redirect("bulk_run", run.pk)
    items = list(run.items.order_by("id"))
    counts = {outcome: sum(each.outcome == outcome for each in items) for outcome in Outcome.values}
    settled = [each for each in items if each.outcome != Outcome.WAITING]
    named = [each for each in items if each.outcome == Outcome.REFUSED or each.undone == Undone.LEFT]
    context = {
        "run": run,
        "is_running": run.state in (State.RUNNING, State.UNDOING),
        "is_undone": run.state in (State.UNDONE, State.UNDOING),
        "may_undo": may_undo(run) and counts[Outcome.DONE],
        "total": len(items),
        "settled": len(settled),
        "done": counts[Outcome.DONE],
        "same": counts[Outcome.SAME],
        "back": sum(each.undone == Undone.BACK for each in items),
        "named": [(each.number, shown(each.number), each.reason) for each in named],
        "unticked": " ".join(each.number for each in settled if each.outcome != Outcome.REFUSED),
        "queue": request.POST.get("next", "") if request.method == "POST" else "",
    }
    template = "desk/tickets/bulk_result.html" if is_piece(request) else "desk/tickets/bulk_page.html"
    return render(request, template, context)
