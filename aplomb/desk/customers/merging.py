"""Merging two entries of one person, and undoing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aplomb.customers.actions import merge_contact, unmerge_contact
from aplomb.customers.merged import contact_ids, end_of_contact
from aplomb.customers.models import Contact, ContactPoint
from aplomb.customers.policies import may_change_customers
from aplomb.customers.twins import likely_twins
from aplomb.desk.customers.reads import find_contacts
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import query_text, whole_number
from aplomb.people.errors import Refused
from aplomb.tickets.models import Ticket

OFFERED = 10


def merging_context(whose: Contact) -> dict[str, Any]:
    """The entries that were merged into this one; no query where none was."""
    if not whose.has_merged:
        return {"merged_contacts": []}
    found = Contact.objects.filter(pk__in=contact_ids(whose)[1:]).select_related("organisation")
    return {"merged_contacts": list(found.prefetch_related("points").order_by("pk"))}


@only(may_change_customers)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Choosing the entry that stays, looking at both, and merging them."""
    contact = _entry(pk)
    if request.method == "POST":
        return _merged(request, contact)
    if contact.merged_into_id is not None:
        return redirect("contact", end_of_contact(contact).pk)
    into = whole_number(request.GET.get("into"))
    if into:
        stays = end_of_contact(_entry(into))
        if stays.pk == contact.pk:
            return redirect("merge_contact", contact.pk)
        return render(request, "desk/customers/merge.html", {"contact": contact, "both": _both(contact, stays)})
    wanted = query_text(request, "q")
    found = [each for each in find_contacts(wanted, rows=OFFERED).contacts if each.pk != contact.pk] if wanted else []
    context = {
        "contact": contact,
        "q": wanted,
        "found": found,
        "nothing": bool(wanted) and not found,
        "twins": () if wanted else likely_twins(contact),
    }
    return render(request, "desk/customers/merge.html", context)


def _merged(request: HttpRequest, contact: Contact) -> HttpResponse:
    into = _entry(whole_number(request.POST.get("into")) or 0)
    try:
        stays = merge_contact(contact, into, by=person_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("merge_contact", contact.pk)
    messages.success(request, _("Both entries are one contact now. It can be undone here."))
    return redirect("contact", stays.pk)


@only(may_change_customers)
@require_POST
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """They are two again."""
    unmerge_contact(_entry(pk), by=person_of(request))
    messages.success(request, _("They are two contacts again, each as it was."))
    return redirect("contact", pk)


def _entry(pk: int) -> Contact:
    found = Contact.objects.select_related("organisation").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _both(gone: Contact, stays: Contact) -> list[dict[str, Any]]:
    """The entry that goes and the one that stays, each with its addresses and how many requests it has."""
    return [
        {
            "contact": each,
            "points": list(ContactPoint.objects.filter(contact__in=contact_ids(each)).order_by("id")),
            "requests": Ticket.objects.filter(contact__in=contact_ids(each)).count(),
        }
        for each in (gone, stays)
    ]
