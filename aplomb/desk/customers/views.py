"""Pages of contacts and organisations."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
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
from aplomb.customers.merged import contact_ids, end_of_contact
from aplomb.customers.models import Contact, ContactPoint, Organisation
from aplomb.customers.owners import Circle, Owner, circle_of
from aplomb.customers.policies import may_change_customers, may_see_customers
from aplomb.customers.reads import Beside, beside_ticket, find_places
from aplomb.desk import returned
from aplomb.desk.customers.doors import owner_for
from aplomb.desk.customers.forms import ContactForm, OrganisationForm, PointForm, pick_word
from aplomb.desk.customers.merging import merging_context
from aplomb.desk.customers.reads import ROWS, find_contacts, list_organisations, newest_contacts
from aplomb.desk.customers.tabs import owner_page
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import posted, query_text, whole_number, zone_choices
from aplomb.desk.words import clock_in
from aplomb.journal.looks.noting import note_look
from aplomb.people.errors import Refused, Wrong
from aplomb.people.models import Person
from aplomb.tickets.conversation import points_of
from aplomb.tickets.reads import QueueFilter, queue_page

TICKETS = 10
ORGANISATION_FIELDS = ("name", "domain", "language", "time_zone", "note")
SUGGESTED = 300


@only(may_see_customers)
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """Who the desk serves: the newest, or those who are looked for (?find=)."""
    wanted = query_text(request, "find")
    found = find_contacts(wanted) if wanted else newest_contacts(before=whole_number(request.GET.get("before")))
    page = {"found": found, "find": wanted, "found_places": find_places(wanted), **_rights(request)}
    return render(request, "desk/customers/contacts.html", page)


@only(may_change_customers)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    by = person_of(request)
    form = ContactForm(posted(request), initial=_start(request))
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
    if whose.merged_into_id is not None:
        return redirect("contact", end_of_contact(whose).pk)
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
    point = (
        ContactPoint.objects.select_related("contact")
        .filter(pk=point_id, contact__in=contact_ids(_contact(pk)))
        .first()
    )
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
    page = {
        "organisation": which,
        "form": form,
        **_live(by, organisation=pk),
        **_beside(which),
        **owner_page(request, which, "overview"),
    }
    return render(request, "desk/customers/organisation.html", page, status=400 if form.errors else 200)


@only(may_see_customers)
@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The contacts of an organisation, by name, page by page."""
    which = owner_for("organisation", pk)
    found = (
        Contact.objects.filter(organisation=which.pk, merged_into=None)
        .prefetch_related("points")
        .order_by("name", "id")
    )
    after = Contact.objects.filter(pk=whole_number(request.GET.get("after")) or 0, organisation=which.pk).first()
    if after is not None:
        found = found.filter(Q(name__gt=after.name) | Q(name=after.name, pk__gt=after.pk))
    rows = list(found[: ROWS + 1])
    page = {
        **owner_page(request, which, "people"),
        "contacts": rows[:ROWS],
        "after": rows[ROWS - 1].pk if len(rows) > ROWS else 0,
    }
    return render(request, "desk/customers/people.html", page)


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
    if whose.note:
        note_look(by, "customer notes", f"contact {whose.pk}")
    points = points_of(whose)
    page: dict[str, Any] = {
        "contact": whose,
        "points": points,
        "came_back": returned.returned_from(each.value for each in points if each.kind == ContactPoint.Kind.EMAIL),
        "form": form,
        "point_form": point_form,
        "local_time": clock_in(whose.zone_name) if whose.zone_name else "",
        **_live(by, contact=whose.pk, entries=contact_ids(whose)),
        **_beside(whose),
        **merging_context(whose),
        **owner_page(request, whose, "overview"),
    }
    if page["may_change"]:
        page["suggested"] = _suggested()
    wrong = form.errors or point_form.errors
    return render(request, "desk/customers/contact.html", page, status=400 if wrong else 200)


def _live(by: Person, **whose: Any) -> dict[str, Any]:
    """What is open of this contact or organisation, in the order of the queue."""
    return {"live": queue_page(by, QueueFilter(**whose), rows=TICKETS)}


def _beside(owner: Owner) -> dict[str, Any]:
    """Pinned notes and a few sites and devices, as far as the customer has any."""
    if isinstance(owner, Contact):
        circle = circle_of(owner)
    else:
        circle = Circle((), (owner.pk,), owner.has)
    return {"beside_customer": beside_ticket(circle) if circle.has else Beside()}


def _suggested() -> list[str]:
    """Names for the field's list; beyond these, a name is typed out."""
    return [pick_word(each) for each in Organisation.objects.order_by("name", "id").only("name")[:SUGGESTED]]


def _start(request: HttpRequest) -> dict[str, str]:
    """A contact that is added from an organisation's page belongs to it."""
    found = Organisation.objects.filter(pk=whole_number(request.GET.get("organisation")) or 0).first()
    return {"organisation": pick_word(found)} if found is not None else {}


def _rights(request: HttpRequest) -> dict[str, bool]:
    return {"may_change": bool(may_change_customers(person_of(request)))}
