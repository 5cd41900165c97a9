"""Pages of contacts and organisations."""

from typing import Any

from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.customers.actions import (
    add_contact,
    add_organisation,
    add_point,
    change_contact,
    change_organisation,
    remove_point,
)
from aplomb.customers.models import Contact, ContactPoint, Organisation
from aplomb.customers.policies import may_change_customers, may_see_customers
from aplomb.desk import returned
from aplomb.desk.customers.forms import ContactForm, OrganisationForm, PointForm, pick_word
from aplomb.desk.customers.reads import ROWS, find_contacts, list_organisations, newest_contacts
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import posted, query_text, whole_number, zone_choices
from aplomb.people.errors import Refused, Wrong
from aplomb.people.models import Person
from aplomb.tickets.models import Stage
from aplomb.tickets.reads import QueueFilter, QueuePage, queue_page

TICKETS = 20
ORGANISATION_FIELDS = ("name", "domain", "language", "time_zone", "note")
SUGGESTED = 300


@only(may_see_customers)
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """Who the desk serves: the newest, or those who are looked for (?find=)."""
    wanted = query_text(request, "find")
    found = find_contacts(wanted) if wanted else newest_contacts(before=whole_number(request.GET.get("before")))
    return render(request, "desk/customers/contacts.html", {"found": found, "find": wanted, **_rights(request)})


@only(may_change_customers)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    by = person_of(request)
    form = ContactForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        email, phone = given.pop("email"), given.pop("phone")
        given |= {"emails": (email,) if email else (), "phones": (phone,) if phone else ()}
        made = form.do(lambda: add_contact(by=by, **given))
        if made is not None:
            messages.success(request, _("The contact is there."))
            return redirect("contact", made.pk)
    page = {"form": form, "suggested": _suggested()}
    return render(request, "desk/customers/add_contact.html", page, status=400 if form.errors else 200)


@only(may_see_customers)
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """One contact: what is known of them, how they are reached, their tickets."""
    by, whose = person_of(request), _contact(pk)
    form = _contact_form(request, whose)
    if request.method == "POST":
        if not may_change_customers(by):
            raise Http404
        if form.is_valid():
            changed = form.do(lambda: change_contact(whose, by=by, **form.cleaned_data))
            if changed is not None:
                messages.success(request, _("Saved."))
                return redirect("contact", pk)
            whose = _contact(pk)
    return _contact_page(request, whose, form, PointForm())


@only(may_change_customers)
@require_POST
def add_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Another address or number of a contact: POST kind, value."""
    by, whose = person_of(request), _contact(pk)
    form = PointForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            add_point(whose, given["kind"], given["value"], by=by)
        except Wrong as wrong:
            form.add_error("value", str(wrong))
        else:
            messages.success(request, _("Added: %(value)s") % {"value": given["value"]})
            return redirect("contact", pk)
    return _contact_page(request, whose, _contact_form(None, whose), form)


@only(may_change_customers)
@require_POST
def remove_address(request: HttpRequest, pk: int, point_id: int) -> HttpResponse:
    point = ContactPoint.objects.select_related("contact").filter(pk=point_id, contact=pk).first()
    if point is None:
        raise Http404
    try:
        remove_point(point, by=person_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Removed: %(value)s") % {"value": point.value})
    return redirect("contact", pk)


@only(may_see_customers)
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    wanted = query_text(request, "find")
    after = Organisation.objects.filter(pk=whole_number(request.GET.get("after")) or 0).first()
    rows = list_organisations(wanted, after=after)
    page = {
        "rows": rows[:ROWS],
        "after": rows[ROWS - 1].pk if len(rows) > ROWS else 0,
        "find": wanted,
        **_rights(request),
    }
    return render(request, "desk/customers/organisations.html", page)


@only(may_change_customers)
@require_http_methods(["GET", "HEAD", "POST"])
def add_organisation_page(request: HttpRequest) -> HttpResponse:
    by = person_of(request)
    form = OrganisationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        made = form.do(lambda: add_organisation(by=by, **form.cleaned_data))
        if made is not None:
            messages.success(request, _("The organisation is there."))
            return redirect("organisation", made.pk)
    return render(request, "desk/customers/add_organisation.html", {"form": form}, status=400 if form.errors else 200)


@only(may_see_customers)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation: what is known of it, its contacts and their tickets."""
    by, which = person_of(request), Organisation.objects.filter(pk=pk).first()
    if which is None:
        raise Http404
    form = OrganisationForm(posted(request), initial=model_to_dict(which, ORGANISATION_FIELDS))
    if request.method == "POST":
        if not may_change_customers(by):
            raise Http404
        if form.is_valid() and form.do(lambda: change_organisation(which, by=by, **form.cleaned_data)) is not None:
            messages.success(request, _("Saved."))
            return redirect("organisation", pk)
        which.refresh_from_db()
    members = list(
        Contact.objects.filter(organisation=which).prefetch_related("points").order_by("name", "id")[: ROWS + 1]
    )
    page = {
        "organisation": which,
        "form": form,
        "contacts": members[:ROWS],
        "has_more": len(members) > ROWS,
        **_tickets(person_of(request), organisation=pk),
        **_rights(request),
    }
    return render(request, "desk/customers/organisation.html", page, status=400 if form.errors else 200)


def _contact(pk: int) -> Contact:
    found = Contact.objects.select_related("organisation").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _contact_form(request: HttpRequest | None, whose: Contact) -> ContactForm:
    form = ContactForm(posted(request) if request is not None else None, contact=whose)
    zones = form.fields["time_zone"]
    zones.choices = zone_choices(empty=_("not known"), also=whose.time_zone)  # type: ignore[attr-defined]  # a choice
    return form


def _contact_page(request: HttpRequest, whose: Contact, form: ContactForm, point_form: PointForm) -> HttpResponse:
    by = person_of(request)
    points = list(whose.points.order_by("id"))
    page: dict[str, Any] = {
        "contact": whose,
        "points": points,
        "came_back": returned.returned_from(each.value for each in points if each.kind == ContactPoint.Kind.EMAIL),
        "form": form,
        "point_form": point_form,
        **_tickets(by, contact=whose.pk),
        **_rights(request),
    }
    if page["may_change"]:
        page["suggested"] = _suggested()
    wrong = form.errors or point_form.errors
    return render(request, "desk/customers/contact.html", page, status=400 if wrong else 200)


def _tickets(by: Person, *, contact: int | None = None, organisation: int | None = None) -> dict[str, Any]:
    """Live tickets in the order of the queue, then those that are done."""

    def page(stage: Stage) -> QueuePage:
        wanted = QueueFilter(stage=stage, contact=contact, organisation=organisation)
        return queue_page(by, wanted, rows=TICKETS)

    return {"live": page(Stage.LIVE), "done": page(Stage.DONE)}


def _suggested() -> list[str]:
    """Names for the field's list; beyond these, a name is typed out."""
    return [pick_word(each) for each in Organisation.objects.order_by("name", "id").only("name")[:SUGGESTED]]


def _rights(request: HttpRequest) -> dict[str, bool]:
    return {"may_change": bool(may_change_customers(person_of(request)))}
