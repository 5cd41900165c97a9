"""Working on one ticket together: who looks, followers, co-workers, hand-over, snooze."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.calendars.reads import arithmetic_of, default_calendar
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import whole_number
from aplomb.desk.tickets import choices
from aplomb.desk.tickets.answers import in_place, is_piece, pieces
from aplomb.desk.tickets.beside import people_of
from aplomb.desk.tickets.pages import ticket_context
from aplomb.desk.tickets.times import read_moment
from aplomb.lib import worktime
from aplomb.lib.time import zone
from aplomb.people.errors import NotFound, Refused
from aplomb.people.models import Person, Team
from aplomb.people.policies import hidden_team_ids, require
from aplomb.tickets.actions.follow import add_co_worker, follow, person_of_id, remove_co_worker, unfollow
from aplomb.tickets.actions.hand_over import Handing, confirm_hand_over, hand_over
from aplomb.tickets.actions.snooze import due_beside_snooze, snooze_ticket, wake_ticket
from aplomb.tickets.actions.viewing import look_at, onlookers, onlookers_by_number
from aplomb.tickets.mentions import Named, handles
from aplomb.tickets.models import CoWorker, Follower, HandOver, Ticket
from aplomb.tickets.policies import may_note, may_work, ticket_for
from aplomb.tickets.snoozing import WAKES_BEFORE_DUE, presets, wakes_at


@require_http_methods(["GET", "HEAD", "POST"])
@in_place
def who_looks(request: HttpRequest, number: str) -> HttpResponse:
    """Who else has the ticket open now and who writes, as pieces; a post also says that this tab shows it, or has left."""
    person = person_of(request)
    if request.method == "POST":
        given = request.POST
        ticket = look_at(
            number,
            given.get("page", ""),
            by=person,
            is_writing=given.get("writing") == "1" and bool(may_work(person)),
            has_left=given.get("left") == "1",
        )
        if given.get("left") == "1":
            return HttpResponse(status=204)
    else:
        ticket = ticket_for(person, number)
    found = onlookers([ticket.pk], apart_from=person).get(ticket.pk, ())
    context = {"lookers": found, "writers": [each for each in found if each.writing_since is not None]}
    answer = render(request, "desk/tickets/who_looks.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def who_looks_in_list(request: HttpRequest) -> HttpResponse:
    """Who has the tickets of a list open, by number, for the marks in its rows."""
    numbers = request.GET.get("numbers", "")[:4000].split(",")
    found = onlookers_by_number(person_of(request), numbers)
    shown = {
        number: {
            "names": ", ".join(each.name for each in people),
            "writes": any(each.writing_since is not None for each in people),
        }
        for number, people in found.items()
    }
    answer = JsonResponse({"rows": shown})
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@in_place
def mentionable(request: HttpRequest, number: str) -> HttpResponse:
    """Who may be mentioned: everybody who sees the ticket, as they are written, oneself left out."""
    person = person_of(request)
    ticket = ticket_for(person, number)
    require(may_note(person))
    staff = list(Person.objects.filter(is_active=True).order_by("work_name", "pk").prefetch_related("teams"))
    written = handles(Named(each.pk, each.work_name, each.full_name, each.email) for each in staff)
    people = [
        {
            "name": written[each.pk],
            "full": each.full_name,
            "teams": ", ".join(team.name for team in each.teams.all()),
        }
        for each in staff
        if each.pk != person.pk and _sees(each, ticket)
    ]
    return JsonResponse({"people": people})


def _sees(person: Person, ticket: Ticket) -> bool:
    return ticket.team_id is None or ticket.team_id not in hidden_team_ids(person)


@require_POST
@in_place
def follow_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """Follow or stop: oneself, or the person who is named."""
    by, given = person_of(request), request.POST
    someone = person_of_id(whole_number(given.get("person")) or 0) if given.get("person") else None
    ticket = (unfollow if given.get("do") == "stop" else follow)(number, by=by, person=someone)
    return _answer(request, ticket)


@require_POST
@in_place
def co_work(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody works on it too, or no more; oneself as "me"."""
    by, given = person_of(request), request.POST
    word = given.get("person", "")
    someone = by if word == "me" else person_of_id(whole_number(word) or 0)
    ticket = (remove_co_worker if given.get("do") == "remove" else add_co_worker)(number, someone, by=by)
    return _answer(request, ticket)


@require_safe
@in_place
def people_to_add(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """Whom one may ask to work on it too, let follow, or give a task: who sees the ticket and is not there yet."""
    by = person_of(request)
    ticket = ticket_for(by, number)
    if what not in ("follower", "co-worker", "task"):
        raise Http404
    followers = {each.pk for each in people_of(Follower, ticket)} if what == "follower" else set()
    working = {each.pk for each in people_of(CoWorker, ticket)} | {ticket.assignee_id}
    people = [
        each
        for each in Person.objects.filter(is_active=True).order_by("work_name", "pk")
        if _sees(each, ticket)
        and not (what == "follower" and each.pk in followers)
        and not (what == "co-worker" and (each.pk in working or not each.is_agent))
        and not (what == "task" and each.pk in working | {by.pk})
    ]
    if what == "task":
        return render(request, "desk/tickets/people_options.html", {"people": people})
    template = "desk/tickets/people_to_add.html" if is_piece(request) else "desk/tickets/people_to_add_page.html"
    return render(request, template, {"ticket": ticket, "what": what, "people": people, "person": by})


@require_http_methods(["GET", "HEAD", "POST"])
@in_place
def hand_over_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """The form of a hand-over; `back` fills in the one who handed it over."""
    by = person_of(request)
    ticket = ticket_for(by, number)
    require(may_work(by))
    context: dict[str, Any] = {
        "ticket": ticket,
        "people": [(str(pk), name) for pk, name in choices.agents() if pk != by.pk],
        "teams": [(str(each.pk), each.name) for each in Team.objects.all()],
        "given": request.POST,
        "to": request.POST.get("person", ""),
        "to_team": request.POST.get("team", ""),
    }
    if request.method == "POST":
        try:
            found = hand_over(number, _handing(request), by=by)
        except NotFound:
            raise
        except Refused as reason:
            context |= {"reason": reason, "wrong_field": getattr(reason, "field", "")}
            return render(request, "desk/tickets/hand_over.html", context, status=422)
        name = found.given_to.work_name if found.given_to else found.team.name if found.team else ""
        messages.success(request, _("Handed over to %(name)s.") % {"name": name})
        # what went to a closed team may be out of sight now
        return redirect("ticket", ticket.number) if _sees_still(by, number) else redirect("queue")
    if request.GET.get("back"):
        last = HandOver.objects.filter(ticket=ticket).order_by("-pk").first()
        context["to"] = str(last.given_by_id) if last is not None and last.given_by_id else ""
    return render(request, "desk/tickets/hand_over.html", context)


def _handing(request: HttpRequest) -> Handing:
    given = request.POST
    return Handing(
        person=choices.agent(whole_number(given.get("person")) or 0),
        team=Team.objects.filter(pk=whole_number(given.get("team")) or 0).first(),
        done=given.get("done", ""),
        open=given.get("open", ""),
        promised=given.get("promised", ""),
    )


def _sees_still(by: Person, number: str) -> bool:
    try:
        ticket_for(by, number)
    except NotFound:
        return False
    return True


@require_POST
@in_place
def read_hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """The next one confirms that they have read it."""
    return _answer(request, confirm_hand_over(number, by=person_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@in_place
def snooze(request: HttpRequest, number: str) -> HttpResponse:
    """The hours to choose from, and putting it away. What falls due before is said with the hours."""
    by = person_of(request)
    ticket = ticket_for(by, number)
    require(may_work(by))
    if request.method == "POST":
        until = _chosen(request, by)
        ticket = snooze_ticket(number, until, by=by, reason=request.POST.get("reason", ""))
        return _answer(request, ticket, says=_("Put away until its hour, or until the customer writes."))
    now = timezone.now()
    due_at = due_beside_snooze(ticket)
    offered = presets(now, zone(by.time_zone), _next_open())
    context = {
        "ticket": ticket,
        "options": [
            {"key": each.key, "at": each.at, "value": each.at.isoformat()}
            for each in offered
            if wakes_at(each.at, due_at) > now
        ],
        "due_at": due_at,
        "wakes_latest": due_at - WAKES_BEFORE_DUE if due_at else None,
        "is_due_first": due_at is not None and due_at - WAKES_BEFORE_DUE <= now,
        "today": now.astimezone(zone(by.time_zone)).date().isoformat(),
    }
    template = "desk/tickets/snooze_body.html" if is_piece(request) else "desk/tickets/snooze.html"
    return render(request, template, context)


def _chosen(request: HttpRequest, by: Person) -> dt.datetime:
    """The hour that was chosen: one that was offered, or a date with its time. Raises Wrong."""
    offered = request.POST.get("until", "")
    return read_moment(by, offered=offered, date=request.POST.get("date", ""), time=request.POST.get("time", ""))


def _next_open() -> Any:
    calendar = default_calendar()
    if calendar is None:
        return None
    working = arithmetic_of(calendar)
    return lambda at: worktime.next_open(working, at)


@require_POST
@in_place
def wake(request: HttpRequest, number: str) -> HttpResponse:
    """Back in sight, by hand."""
    return _answer(request, wake_ticket(number, by=person_of(request)))


def _answer(request: HttpRequest, ticket: Ticket, *, says: str = "") -> HttpResponse:
    """The head and the rail anew; without scripts the page."""
    if not is_piece(request):
        if says:
            messages.success(request, says)
        return redirect("ticket", ticket.number)
    context = ticket_context(request, ticket.number)
    return pieces(request, "desk/tickets/head_and_rail.html", context, says=says)
