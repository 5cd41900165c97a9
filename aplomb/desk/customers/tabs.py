"""What every page of one customer has: the name, the tabs, and what the reader may do there."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from aplomb.customers.models import Organisation
from aplomb.customers.owners import Owner
from aplomb.customers.policies import may_change_customers, may_note_customers, may_see_codes
from aplomb.desk.frame import person_of
from aplomb.tickets.policies import may_work


def owner_page(request: HttpRequest, owner: Owner, here: str) -> dict[str, Any]:
    """The variables of desk/customers/owner.html. `here` is the tab: overview, requests, notes, sites, equipment, people."""
    by = person_of(request)
    return {
        "owner": owner,
        "kind": kind_of(owner),
        "here": here,
        "tabs": _tabs(owner, here),
        "may_change": bool(may_change_customers(by)),
        "may_note": bool(may_note_customers(by)),
        "may_see_codes": bool(may_see_codes(by)),
        "may_work": bool(may_work(by)),
    }


def kind_of(owner: Owner) -> str:
    """organisation or contact: as the addresses name it."""
    return "organisation" if isinstance(owner, Organisation) else "contact"


def tab_url(owner: Owner, tab: str) -> str:
    """The address of a tab of this customer."""
    kind = kind_of(owner)
    return reverse(kind if tab == "overview" else f"{kind}_{tab}", args=[owner.pk])


def _tabs(owner: Owner, here: str) -> list[dict[str, Any]]:
    words = [
        ("overview", _("Overview")),
        ("requests", _("Requests")),
        ("notes", _("Notes")),
        ("sites", _("Sites")),
        ("equipment", _("Equipment")),
    ]
    if isinstance(owner, Organisation):
        words.append(("people", _("People")))
    return [{"url": tab_url(owner, tab), "word": word, "is_current": tab == here} for tab, word in words]
