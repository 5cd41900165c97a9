"""The requests of a customer, page by page."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aplomb.customers.merged import contact_ids
from aplomb.customers.models import Organisation
from aplomb.customers.policies import may_see_customers
from aplomb.desk.customers.doors import owner_for
from aplomb.desk.customers.tabs import owner_page, tab_url
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.tickets.models import Stage, Status
from aplomb.tickets.reads import QueueFilter, WrongCursor, queue_page

DONE = (Status.RESOLVED, Status.CLOSED)


@only(may_see_customers)
@require_safe
def requests_of(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """Live ones by what is due, done ones by what moved last (?stage=done); ?status= keeps to one status."""
    by, owner = person_of(request), owner_for(of, pk)
    status = request.GET.get("status", "")
    status = status if status in Status.values else ""
    is_done = status in DONE or (not status and request.GET.get("stage") == "done")
    whose = (
        {"organisation": owner.pk}
        if isinstance(owner, Organisation)
        else {"contact": owner.pk, "entries": contact_ids(owner)}
    )
    wanted = QueueFilter(stage=Stage.DONE if is_done else Stage.LIVE, status=status, **whose)
    here = tab_url(owner, "requests")
    try:
        found = queue_page(by, wanted, cursor=request.GET.get("cursor", ""))
    except WrongCursor:
        return HttpResponseRedirect(here)
    kept = {"status": status} if status else {"stage": "done"} if is_done else {}
    page = {
        **owner_page(request, owner, "requests"),
        "rows": found.rows,
        "picks": _picks(here, status, is_done=is_done),
        "next_url": f"{here}?{urlencode({**kept, 'cursor': found.next_cursor})}" if found.next_cursor else "",
    }
    return render(request, "desk/customers/requests.html", page)


def _picks(here: str, status: str, *, is_done: bool) -> list[dict[str, Any]]:
    """What the list can be kept to."""
    found = [
        {"url": here, "word": _("live"), "is_current": not status and not is_done},
        {"url": f"{here}?stage=done", "word": _("resolved and closed"), "is_current": not status and is_done},
    ]
    found += [
        {"url": f"{here}?status={value}", "word": label, "is_current": status == value}
        for value, label in Status.choices
    ]
    return found
