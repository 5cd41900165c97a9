"""Pages of equipment: what customers have."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aplomb.customers.actions.equipment import add_equipment, change_equipment, remove_equipment
from aplomb.customers.actions.places import owner_of
from aplomb.customers.models import Equipment
from aplomb.customers.policies import may_change_customers, may_see_customers
from aplomb.customers.reads import equipment_page, same_serials
from aplomb.desk.customers.doors import equipment_for, owner_for
from aplomb.desk.customers.place_forms import EquipmentForm
from aplomb.desk.customers.tabs import owner_page, tab_url
from aplomb.desk.doors import only
from aplomb.desk.frame import frame_of, person_of
from aplomb.desk.inputs import posted, query_text, whole_number
from aplomb.tickets.about import tickets_about


@only(may_see_customers)
@require_http_methods(["GET", "HEAD", "POST"])
def equipment_of(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """What a customer has; POST adds a device."""
    by, owner = person_of(request), owner_for(of, pk)
    form = EquipmentForm(posted(request), owner=owner)
    if request.method == "POST":
        if not may_change_customers(by):
            raise Http404
        if form.is_valid():
            made = form.do(lambda: add_equipment(owner, by=by, **form.given))
            if made is not None:
                messages.success(request, _("Added: %(name)s") % {"name": made.title})
                _warn_of_twins(request, made)
                return redirect(f"{tab_url(owner, 'equipment')}#equipment-{made.pk}")
    find = query_text(request, "find")
    found = equipment_page(owner, after=whole_number(request.GET.get("after")) or 0, find=find)
    page = {
        **owner_page(request, owner, "equipment"),
        "rows": [(each, found.also.get(each.pk, ())) for each in found.rows],
        "after": found.after,
        "find": find,
        "form": form,
        "adds": bool(form.errors) or "add" in request.GET,
    }
    return render(request, "desk/customers/equipment.html", page, status=400 if form.errors else 200)


@only(may_see_customers)
@require_http_methods(["GET", "HEAD", "POST"])
def device(request: HttpRequest, pk: int) -> HttpResponse:
    """One device with the tickets about it; POST changes it."""
    by, row = person_of(request), equipment_for(pk)
    owner = owner_of(row)
    form = EquipmentForm(posted(request), owner=owner, row=row)
    if request.method == "POST":
        if not may_change_customers(by):
            raise Http404
        if form.is_valid() and form.do(lambda: change_equipment(row, by=by, **form.given)) is not None:
            messages.success(request, _("Saved."))
            _warn_of_twins(request, row)
            return redirect("equipment", pk)
        row = equipment_for(pk)
    before = whole_number(request.GET.get("before")) or 0
    page = {
        **owner_page(request, owner, "equipment"),
        "row": row,
        "also": same_serials([row]).get(row.pk, ()),
        "form": form,
        "about": tickets_about(frame_of(request).sight, equipment=row.pk, before=before),
    }
    return render(request, "desk/customers/device.html", page, status=400 if form.errors else 200)


@only(may_change_customers)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """POST is_active 0 or 1."""
    row, wanted = equipment_for(pk), request.POST.get("is_active") == "1"
    remove_equipment(row, by=person_of(request), is_active=wanted)
    said = _("%(name)s is there again.") if wanted else _("%(name)s is marked as removed.")
    messages.success(request, said % {"name": row.title})
    return redirect("equipment", pk)


def _warn_of_twins(request: HttpRequest, row: Equipment) -> None:
    """A serial number that somebody else's device has too is no error, but worth a look."""
    for other in same_serials([row]).get(row.pk, ())[:3]:
        said = _("%(name)s of %(owner)s has the serial number %(serial)s too.")
        messages.warning(request, said % {"name": other.title, "owner": owner_of(other), "serial": other.serial})
