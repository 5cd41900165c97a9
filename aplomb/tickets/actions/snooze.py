"""Putting a ticket out of sight until its hour, and back in sight (docs/flows/together.md)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.journal.actors import CLOCK, SYSTEM, Actor
from aplomb.journal.events import Sealed
from aplomb.journal.recording import record
from aplomb.lib.text import clean_text
from aplomb.lib.time import microseconds, utc_now
from aplomb.people.errors import NotFound, Refused, Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.writing import check_stands, ids, save_changes
from aplomb.tickets.events import TicketSnoozed, TicketWoken
from aplomb.tickets.models import Snooze, Stage, Ticket
from aplomb.tickets.policies import may_work, ticket_for
from aplomb.tickets.snoozing import LONGEST_SNOOZE, WAKES_BEFORE_DUE, wakes_at

LONGEST_REASON = 200


def snooze_ticket(number: str, until: dt.datetime, *, by: Actor, reason: str = "") -> Ticket:
    """Out of sight until then; it wakes earlier when its customer writes or something falls due before.

    A second snooze takes the place of the first. Raises NotFound, NotAllowed, InBin, Merged, Wrong, Refused.
    """
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        check_stands(ticket)
        if ticket.stage not in (Stage.LIVE, Stage.SNOOZED):
            raise Refused(_("Only a ticket that is open can be put away until later."), "not-open")
        _check_hour(ticket, until)
        reason = " ".join(clean_text(reason).split())[:LONGEST_REASON]
        ticket.stage, ticket.snoozed_until = Stage.SNOOZED, until
        save_changes(ticket, "stage", "snoozed_until")
        person = by if isinstance(by, Person) else None
        Snooze.objects.update_or_create(ticket=ticket, defaults={"person": person, "reason": reason, "at": utc_now()})
        sealed = {"reason": Sealed.text(reason)} if reason else {}
        record(TicketSnoozed(**ids(ticket), until=until, sealed=sealed), by=by, chain=ticket.chain)
    return ticket


def _check_hour(ticket: Ticket, until: dt.datetime) -> None:
    now = utc_now()
    if until <= now:
        raise Wrong("until", _("That hour has passed. Choose one that is still to come."))
    if until - now > LONGEST_SNOOZE:
        raise Wrong("until", _("A ticket can be put away for a year at the most."))
    if wakes_at(until, due_beside_snooze(ticket)) <= now:
        raise Refused(_("Something is due on this ticket before the hour is over: do that first."), "due-first")


def due_beside_snooze(ticket: Ticket) -> dt.datetime | None:
    """What is due first on the ticket, its own snooze aside. While it sleeps, `next_due_at` is the hour at which it wakes."""
    if ticket.stage != Stage.SNOOZED or ticket.next_due_at is None or ticket.snoozed_until is None:
        return ticket.next_due_at
    return ticket.next_due_at + WAKES_BEFORE_DUE if ticket.next_due_at < ticket.snoozed_until else None


def wake_ticket(number: str, *, by: Actor) -> Ticket:
    """Back in sight, by hand. What is awake stays so. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        _wake(ticket, "hand", by=by)
    return ticket


def wake_due(*, most: int = 200) -> int:
    """Wake what has come to its hour, or to what is due before it, each in a transaction of its own. Returns how many.

    After a downtime all of it comes at once; a second turn finds nothing to do.
    """
    due = Ticket.objects.filter(stage=Stage.SNOOZED, queue_key__lte=microseconds(utc_now())).order_by("queue_key", "id")
    woken = 0
    for number in list(due.values_list("number", flat=True)[:most]):
        with transaction.atomic():
            try:
                ticket = ticket_for(SYSTEM, number, lock=True)
            except NotFound:
                continue
            if ticket.stage != Stage.SNOOZED or ticket.snoozed_until is None:
                continue
            # the place in the queue is the hour at which it wakes (promises), by its own or by what is due
            if ticket.queue_key <= microseconds(utc_now()):
                woken += _wake(ticket, "hour" if ticket.snoozed_until <= utc_now() else "due", by=CLOCK)
    return woken


def wake_for_customer(ticket: Ticket, *, by: Actor) -> None:
    """Its customer wrote. Needs the ticket's lock, and the message already on the chain."""
    _wake(ticket, "customer", by=by)


def wake_for_answer(ticket: Ticket, *, by: Actor) -> None:
    """Somebody outside answered what they were asked about it. Needs the ticket's lock."""
    _wake(ticket, "told", by=by)


def wake_if_over(ticket: Ticket) -> None:
    """Its hour passed while it lay elsewhere. Needs the ticket's lock."""
    if ticket.snoozed_until is not None and ticket.snoozed_until <= utc_now():
        _wake(ticket, "hour", by=CLOCK)


def _wake(ticket: Ticket, why: str, *, by: Actor) -> bool:
    if ticket.stage != Stage.SNOOZED:
        return False
    ticket.stage, ticket.snoozed_until = Stage.LIVE, None
    save_changes(ticket, "stage", "snoozed_until")
    snoozed_by = Snooze.objects.filter(ticket=ticket).values_list("person_id", flat=True).first()
    Snooze.objects.filter(ticket=ticket).delete()
    record(TicketWoken(**ids(ticket), why=why, snoozed_by=snoozed_by), by=by, chain=ticket.chain)
    return True
