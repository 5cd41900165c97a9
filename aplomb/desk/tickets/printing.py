"""A ticket on paper: what the customer may read, unless notes and side conversations are asked for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplomb.desk.frame import frame_of, person_of
from aplomb.desk.tickets.answers import in_place
from aplomb.lib.time import utc_now
from aplomb.people.models import Desk
from aplomb.tickets.conversation import ShownMessage, conversation
from aplomb.tickets.models import Kind
from aplomb.tickets.reads import ticket_page
from aplomb.tickets.sides import sides_of

MOST_PRINTED = 1000
TO_CUSTOMERS = (Kind.CUSTOMER, Kind.REPLY, Kind.SYSTEM)
# what never left is on no paper
NOT_SAID = ("withdrawn", "discarded")


@require_safe
@in_place
def print_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """The page to print. `notes=1` adds what is among colleagues, `sides=1` what was asked elsewhere."""
    person = person_of(request)
    page = ticket_page(person, number, sight=frame_of(request).sight)
    has_notes, has_sides = request.GET.get("notes") == "1", request.GET.get("sides") == "1"
    said, earlier = conversation(page.ticket, most=MOST_PRINTED)
    kinds = (*TO_CUSTOMERS, Kind.NOTE) if has_notes else TO_CUSTOMERS
    desk = Desk.objects.first()
    context: dict[str, Any] = {
        "ticket": page.ticket,
        "page": page,
        "said": [each for each in said if _is_printed(each, kinds)],
        "earlier": earlier,
        "sides": sides_of(page.ticket, person) if has_sides else (),
        "has_notes": has_notes,
        "has_sides": has_sides,
        "is_internal": has_notes or has_sides,
        "desk": desk,
        "printed_at": utc_now(),
    }
    return render(request, "desk/tickets/print.html", context)


def _is_printed(message: ShownMessage, kinds: tuple[str, ...]) -> bool:
    # of another customer, whose ticket was merged without sharing: not on the paper that a customer may get
    if message.is_apart and Kind.NOTE not in kinds:
        return False
    return message.kind in kinds and message.delivery not in NOT_SAID
