"""A ticket that an agent opens: the note of a call, or a mail that we send first."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aplomb.customers.actions import contact_for_address, contact_for_number
from aplomb.customers.addresses import looks_like_email
from aplomb.customers.models import Contact
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import posted
from aplomb.desk.tickets import choices
from aplomb.desk.tickets.answers import in_place
from aplomb.desk.tickets.composing import take_uploads
from aplomb.desk.tickets.forms import NewTicketForm
from aplomb.desk.tickets.recipients import addresses_in
from aplomb.desk.tickets.whom import device_words, whom_of
from aplomb.people.errors import Refused, Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.about import say_what_about
from aplomb.tickets.actions.open import Opening, open_ticket
from aplomb.tickets.actions.receive import Incoming, as_call, receive_first_message
from aplomb.tickets.actions.reply import Reply, checked_text, reply_to_ticket
from aplomb.tickets.models import Kind, Tag, Ticket
from aplomb.tickets.policies import may_work


@require_http_methods(["GET", "HEAD", "POST"])
@in_place
def new_ticket(request: HttpRequest) -> HttpResponse:
    """The form, and opening what it says."""
    person = person_of(request)
    require(may_work(person))
    way = "mail" if request.GET.get("way") == "mail" else "call"
    start = {
        "way": way,
        "assignee": str(person.pk) if person.is_agent else "",
        "reach": request.GET.get("reach", "")[:320],
        "name": request.GET.get("name", "")[:160],
    }
    whom = whom_of(request)
    form = NewTicketForm(person, posted(request), initial=start | whom.initial)
    if request.method == "POST" and form.is_valid():
        ticket = _open(request, form, person)
        if ticket is not None:
            return redirect("ticket", ticket.number)
    way = form.data.get("way", way) if form.is_bound else way
    status = 422 if request.method == "POST" else 200
    page = {"form": form, "way": way, "whom": whom, "device_words": device_words(whom.device) if whom.device else ""}
    return render(request, "desk/tickets/new.html", page, status=status)


@require_safe
@in_place
def suggest_contacts(request: HttpRequest) -> HttpResponse:
    """Contacts that begin with what is typed, for the list under the field."""
    require(may_work(person_of(request)))
    typed = request.GET.get("reach") or request.GET.get("to") or request.GET.get("cc") or ""
    last = typed.rpartition(",")[2]
    return render(request, "desk/tickets/contacts.html", {"contacts": choices.suggested_contacts(last)})


def _open(request: HttpRequest, form: NewTicketForm, person: Person) -> Ticket | None:
    """The ticket, or None with what is wrong written on the form."""
    try:
        with transaction.atomic():
            if form.cleaned_data["way"] == "mail":
                ticket = _send_first(request, form.cleaned_data, person)
            else:
                ticket = _write_down(form.cleaned_data, person)
            if form.cleaned_data["equipment"]:
                say_what_about(ticket.number, equipment=form.cleaned_data["equipment"], by=person)
            return ticket
    except Wrong as reason:
        known = {"email": "reach", "phone": "reach", "to": "reach"}.get(reason.field, reason.field)
        form.add_error(known if known in form.fields else None, str(reason))
    except Refused as reason:
        form.add_error(None, str(reason))
    return None


def _write_down(given: dict[str, Any], person: Person) -> Ticket:
    text = checked_text(given["text"])
    opening = _opening(given, _contact(given, person), "call", person)
    message = receive_first_message(opening, as_call(Incoming(text=text), person), by=person)
    return message.ticket


def _send_first(request: HttpRequest, given: dict[str, Any], person: Person) -> Ticket:
    address = next(iter(addresses_in(given["reach"])), "")
    if not looks_like_email(address):
        raise Wrong("reach", _("A mail needs an e-mail address."))
    opening = _opening(given, _contact(given, person), "mail", person)
    ticket = open_ticket(opening, by=person)
    uploads = tuple(take_uploads(request, ticket, Kind.REPLY))
    confirmed = request.POST.get("confirmed") == "true"
    reply = Reply(text=given["text"], to=(address,), uploads=uploads, confirmed=confirmed)
    reply_to_ticket(ticket.number, reply, by=person)
    return ticket


def _contact(given: dict[str, Any], person: Person) -> Contact:
    reach = given["reach"].strip()
    address = next(iter(addresses_in(reach)), "")
    if looks_like_email(address):
        return contact_for_address(address, by=person, name=given["name"], language=given["language"])
    return contact_for_number(reach, by=person, name=given["name"], language=given["language"])


def _opening(given: dict[str, Any], contact: Contact, channel: str, person: Person) -> Opening:
    assignee = choices.agent(int(given["assignee"])) if given["assignee"] else None
    return Opening(
        subject=given["subject"],
        contact=contact,
        channel=channel,
        language=given["language"],
        team=given["team"],
        assignee=assignee,
        priority=given["priority"],
        request_type=given["request_type"],
        tags=tuple(Tag.objects.filter(key__in=given["tags"])),
    )
