"""Emptying the bin."""

import datetime as dt

from aplomb.journal.jobs import periodic
from aplomb.lib.time import utc_now
from aplomb.tickets.actions.erase import discard_ticket
from aplomb.tickets.models import Ticket
from aplomb.tickets.states import BIN_KEEPS_FOR


@periodic(every=dt.timedelta(hours=6))
def empty_bin() -> None:
    """Discard what has lain in the bin for 30 days."""
    old = Ticket.objects.filter(binned_at__lt=utc_now() - BIN_KEEPS_FOR).order_by("binned_at")
    for number in list(old.values_list("number", flat=True)[:500]):
        discard_ticket(number)
