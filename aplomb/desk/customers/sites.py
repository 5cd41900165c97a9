"""Pages of sites: where customers are, and how one gets in."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from aplomb.customers.actions.places import add_site, change_site, look_at_code, owner_of, retire_site
from aplomb.customers.hours import write_day
from aplomb.customers.models import Site
from aplomb.customers.policies import may_change_customers, may_see_codes, may_see_customers
from aplomb.customers.reads import looks_at_code, sites_page
from aplomb.desk.customers.doors import owner_for, site_for
from aplomb.desk.customers.place_forms import SiteForm
from aplomb.desk.customers.tabs import owner_page, tab_url
from aplomb.desk.customers.worldwide import country_name, day_name
from aplomb.desk.doors import only
from aplomb.desk.frame import frame_of, person_of
from aplomb.desk.inputs import posted, whole_number
from aplomb.desk.tickets.answers import is_piece
from aplomb.people.errors import NotFound
from aplomb.tickets.about import tickets_about


@only(may_see_customers)
@require_http_methods(["GET", "HEAD", "POST"])
def sites(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """The places of a customer; POST adds one."""
    by, owner = person_of(request), owner_for(of, pk)
    form = SiteForm(posted(request))
    if request.method == "POST":
        if not may_change_customers(by):
            raise Http404
        if form.is_valid():
            made = form.do(lambda: add_site(owner, by=by, **form.given))
            if made is not None:
                messages.success(request, _("The site is there."))
                return redirect(f"{tab_url(owner, 'sites')}#site-{made.pk}")
    found = sites_page(owner, after=whole_number(request.GET.get("after")) or 0)
    page = {
        **owner_page(request, owner, "sites"),
        "rows": [shown_site(each) for each in found.rows],
        "after": found.after,
        "form": form,
        "adds": bool(form.errors) or "add" in request.GET,
    }
    return render(request, "desk/customers/sites.html", page, status=400 if form.errors else 200)


@only(may_see_customers)
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """One place with who looked at its code and the tickets about it; POST changes it."""
    by, which = person_of(request), site_for(pk)
    form = SiteForm(posted(request), site=which)
    if request.method == "POST":
        if not may_change_customers(by):
            raise Http404
        if form.is_valid() and form.do(lambda: change_site(which, by=by, **form.given)) is not None:
            messages.success(request, _("Saved."))
            return redirect("site", pk)
        which = site_for(pk)
    return _site_page(request, which, form)


@only(may_see_codes)
@never_cache
@require_POST
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code of the door, once; that one looked is kept."""
    which = site_for(pk)
    try:
        shown = look_at_code(which, by=person_of(request))
    except NotFound as reason:
        raise Http404 from reason
    if is_piece(request):
        return render(request, "desk/customers/site_code.html", {"site": which, "code": shown})
    return _site_page(request, which, SiteForm(site=which), code=shown)


@only(may_change_customers)
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """POST is_active 0 or 1."""
    which = site_for(pk)
    wanted = request.POST.get("is_active") == "1"
    retire_site(which, by=person_of(request), is_active=wanted)
    messages.success(request, _("The site is in use again.") if wanted else _("The site is not in use any more."))
    return redirect("site", pk)


def shown_site(row: Site) -> dict[str, Any]:
    """A site as its card shows it."""
    return {
        "row": row,
        "country": country_name(row.country) if row.country else "",
        "hours": [(day_name(day), write_day(stretches)) for day, stretches in enumerate(row.hours)],
    }


def _site_page(request: HttpRequest, which: Site, form: SiteForm, *, code: str = "") -> HttpResponse:
    before = whole_number(request.GET.get("before")) or 0
    page = {
        **owner_page(request, owner_of(which), "sites"),
        **shown_site(which),
        "site": which,
        "form": form,
        "code": code,
        "looks": looks_at_code(which) if which.code else [],
        "about": tickets_about(frame_of(request).sight, site=which.pk, before=before),
    }
    return render(request, "desk/customers/site.html", page, status=400 if form.errors else 200)
