"""Emptying the bin, and removing files that nothing needs."""

import datetime as dt

from django.db import transaction

from aplomb.journal.jobs import job, periodic
from aplomb.lib.time import utc_now
from aplomb.tickets.actions.draft import sweep_uploads
from aplomb.tickets.actions.erase import SETTLED_AFTER, discard_ticket, remove_file_if_unused
from aplomb.tickets.models import Ticket
from aplomb.tickets.states import BIN_KEEPS_FOR

UPLOADS_WAIT = dt.timedelta(days=7)


@periodic(every=dt.timedelta(hours=6))
def empty_bin() -> None:
    """Discard what has lain in the bin for 30 days."""
    old = Ticket.objects.filter(binned_at__lt=utc_now() - BIN_KEEPS_FOR).order_by("binned_at")
    for number in list(old.values_list("number", flat=True)[:500]):
        with transaction.atomic():
            for path in discard_ticket(number):
                remove_file.enqueue(path=path)


@periodic(every=dt.timedelta(days=1))
def sweep() -> None:
    """Remove files that somebody added and took away again, or never sent, after a week."""
    with transaction.atomic():
        for path in sweep_uploads(utc_now() - UPLOADS_WAIT):
            remove_file.enqueue(path=path)


@job()
def remove_file(*, path: str) -> None:
    """Remove the file unless an attachment names it."""
    if not remove_file_if_unused(path):
        remove_file.enqueue(run_at=utc_now() + SETTLED_AFTER, path=path)
