"""Emptying the bin, and removing files that nothing needs."""

import datetime as dt

from django.db import transaction
from django.utils import translation

from aplomb.journal.jobs import job, periodic
from aplomb.lib.time import utc_now
from aplomb.tickets.actions.bulk import halted_runs, work_bulk, work_undo
from aplomb.tickets.actions.draft import sweep_uploads
from aplomb.tickets.actions.erase import SETTLED_AFTER, discard_ticket, remove_file_if_unused
from aplomb.tickets.actions.snooze import wake_due
from aplomb.tickets.actions.tasks import tell_due_tasks
from aplomb.tickets.actions.viewing import forget_onlookers
from aplomb.tickets.models import BulkRun, Ticket
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


@periodic(every=dt.timedelta(minutes=1))
def wake_snoozed() -> None:
    """Tickets whose hour has come are in sight again, all that a downtime kept back too."""
    while wake_due():
        pass


@periodic(every=dt.timedelta(minutes=1))
def tell_of_due_tasks() -> None:
    """Whoever has a task that is due now hears of it, once for each hour that it was given."""
    tell_due_tasks()


@periodic(every=dt.timedelta(minutes=10))
def forget_who_looked() -> None:
    """Who had which ticket open is nobody's matter a quarter of an hour later."""
    forget_onlookers()


@job()
def work_on_many(*, run_id: int) -> None:
    """Do, or undo, what somebody asked of many tickets; begun again after a crash it goes on where it was."""
    run = BulkRun.objects.select_related("person").filter(pk=run_id).first()
    if run is None:
        return
    with translation.override(run.person.language):
        work_bulk(run_id)
        work_undo(run_id)


@periodic(every=dt.timedelta(minutes=5))
def go_on_with_many() -> None:
    """What was asked of many tickets and broke off on the way is taken up again, for a day."""
    for pk in halted_runs():
        work_on_many.enqueue(run_id=pk, once=f"many {pk}")
