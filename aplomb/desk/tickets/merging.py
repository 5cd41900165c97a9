"""Merging a ticket into another one, undoing it, and splitting messages off."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from aplomb.customers.merged import is_same_contact, whole_contact_ids
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import query_text
from aplomb.desk.tickets import choices
from aplomb.desk.tickets.answers import in_place
from aplomb.desk.tickets.doors import message_for
from aplomb.desk.tickets.joined import offered, others_of_customer
from aplomb.desk.tickets.ticket import whole
from aplomb.people.errors import NotFound, Refused
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.merge import WithItself, merge_ticket, unmerge_ticket
from aplomb.tickets.actions.split import Splitting, split_off
from aplomb.tickets.actions.writing import check_stands
from aplomb.tickets.conversation import own_address
from aplomb.tickets.merged import end_of, origins_of
from aplomb.tickets.models import Kind, Message, Status, Tag, Ticket
from aplomb.tickets.policies import may_work, ticket_for
from aplomb.tickets.states import DONE

SPLIT_SHOWN = 50


@dataclass(frozen=True)
class Preview:
    """What merging would do, before it is done."""

    gone: Ticket
    stays: Ticket
    is_same_customer: bool
    gone_address: str
    stays_address: str
    status_after: str
    is_reopened: bool
    assignee: str
    new_tags: tuple[Tag, ...]
    hides_from_others: bool
    opens_to_others: bool
    with_it: int


@require_http_methods(["GET", "HEAD", "POST"])
@in_place
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """Choosing the ticket that stays, looking at what becomes of both, and doing it."""
    person = person_of(request)
    ticket = ticket_for(person, number)
    require(may_work(person))
    if request.method == "POST":
        return _merged(request, ticket)
    if ticket.merged_into_id is not None:
        return redirect("ticket", ticket.number)
    check_stands(ticket)
    into, says = query_text(request, "into"), ""
    if into:
        try:
            context = {"ticket": ticket, "preview": _preview(ticket, into, person)}
            return render(request, "desk/tickets/merge.html", context)
        except Refused as reason:
            # a number that is not there is said in place: one types it anew
            says = str(reason)
    wanted = query_text(request, "q")
    found = offered(person, wanted, without=[ticket.pk])
    context = {
        "ticket": ticket,
        "says": says,
        "q": wanted,
        "found": found,
        "nothing": bool(wanted) and not found,
        "others": [] if wanted else others_of_customer(person, ticket, whole_contact_ids(ticket.contact)),
    }
    return render(request, "desk/tickets/merge.html", context)


def _merged(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    shares = request.POST.get("shares") == "yes"
    stays = merge_ticket(ticket.number, request.POST.get("into", ""), by=person_of(request), shares=shares)
    gone = {"number": ticket.shown_number, "other": stays.shown_number}
    messages.success(
        request, _("%(number)s goes on in %(other)s. Both keep their messages, and it can be undone.") % gone
    )
    return redirect("ticket", stays.number)


def _preview(ticket: Ticket, into: str, person: Person) -> Preview:
    """Raises NotFound, and Refused for what could not be done."""
    stays = end_of(ticket_for(person, into))
    if stays.pk == ticket.pk:
        raise WithItself
    check_stands(stays)
    have = set(Tag.objects.filter(tickettag__ticket=stays).values_list("pk", flat=True))
    closed = {each.pk for each in (ticket.team, stays.team) if each is not None and not each.is_open}
    is_reopened = ticket.status not in DONE and stays.status in DONE
    assignee = stays.assignee or ticket.assignee
    return Preview(
        gone=ticket,
        stays=stays,
        is_same_customer=is_same_contact(ticket.contact, stays.contact),
        gone_address=next(iter(own_address(ticket)), ""),
        stays_address=next(iter(own_address(stays)), ""),
        status_after=str(Status(Status.OPEN if is_reopened else stays.status).label),
        is_reopened=is_reopened,
        assignee=assignee.work_name if assignee else "",
        new_tags=tuple(Tag.objects.filter(tickettag__ticket=ticket).exclude(pk__in=have)),
        hides_from_others=stays.team_id in closed and ticket.team_id != stays.team_id,
        opens_to_others=ticket.team_id in closed and ticket.team_id != stays.team_id,
        with_it=len(origins_of(ticket)),
    )


@require_POST
@in_place
def unmerge(request: HttpRequest, number: str) -> HttpResponse:
    """The ticket stands alone again."""
    undone = unmerge_ticket(number, by=person_of(request))
    said = _("%(number)s stands alone again, as it was before.") % {"number": undone.ticket.shown_number}
    if undone.left:
        text = ngettext(
            "%(count)s message that came meanwhile stays on %(other)s.",
            "%(count)s messages that came meanwhile stay on %(other)s.",
            undone.left,
        )
        said = f"{said} {text % {'count': undone.left, 'other': undone.stayed.shown_number}}"
    messages.success(request, said)
    return redirect("ticket", undone.ticket.number)


@require_http_methods(["GET", "HEAD", "POST"])
@in_place
def split(request: HttpRequest, message_id: int) -> HttpResponse:
    """What goes on as a ticket of its own: which messages, under which subject, with whom."""
    person = person_of(request)
    message = message_for(person, message_id)
    require(may_work(person))
    refused: Refused | None = None
    if request.method == "POST":
        try:
            new = split_off(_ticked(request, message_id), _splitting(request, person, message.ticket), by=person)
        except NotFound:
            raise
        except Refused as reason:
            refused = reason
        else:
            said = {"number": new.shown_number, "other": message.ticket.shown_number}
            messages.success(request, _("%(number)s is open. It began on %(other)s.") % said)
            return redirect("ticket", new.number)
    elif message.split_to is not None:
        return redirect("ticket", message.split_to.number)
    context = _split_context(message, person, request)
    return render(request, "desk/tickets/split.html", {**context, "refused": refused}, status=422 if refused else 200)


def _ticked(request: HttpRequest, message_id: int) -> list[int]:
    """The messages that are ticked; without any, the one that it began with."""
    found = [whole(each) for each in request.POST.getlist("messages")[:SPLIT_SHOWN]]
    return [each for each in found if each] or [message_id]


def _splitting(request: HttpRequest, person: Person, ticket: Ticket) -> Splitting:
    team = next((each for each in choices.teams(person) if str(each.pk) == request.POST.get("team", "")), None)
    assignee = request.POST.get("assignee", "")
    return Splitting(
        subject=request.POST.get("subject", ""),
        team=team,
        assignee=person if assignee == "me" else choices.agent(whole(assignee)),
        carries_tags=request.POST.get("tags") == "yes",
    )


def _split_context(message: Message, person: Person, request: HttpRequest) -> dict[str, Any]:
    ticket = message.ticket
    said = Message.objects.filter(ticket=ticket, kind=Kind.CUSTOMER, split_to=None).select_related("contact")
    near = list(said.filter(pk__gte=message.pk).order_by("pk")[:SPLIT_SHOWN])
    posted = request.POST
    return {
        "ticket": ticket,
        "message": message,
        "near": near,
        "ticked": set(_ticked(request, message.pk)) if posted else {message.pk},
        "subject": posted.get("subject", ticket.subject),
        "teams": choices.teams(person),
        "team": posted.get("team", str(ticket.team_id or "")),
        "agents": [(str(pk), name) for pk, name in choices.agents() if pk != person.pk],
        "assignee": posted.get("assignee", "me" if person.is_agent else ""),
        "has_tags": Tag.objects.filter(tickettag__ticket=ticket).exists(),
    }
