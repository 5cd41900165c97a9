"""Saying which device and place a ticket is about."""

from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.customers.models import Equipment, Site
from aplomb.customers.owners import circle_of
from aplomb.journal.actors import Actor
from aplomb.journal.recording import record
from aplomb.people.errors import Wrong
from aplomb.people.policies import require
from aplomb.tickets.actions.writing import ids, save_changes
from aplomb.tickets.errors import InBin
from aplomb.tickets.events import TicketAboutChanged
from aplomb.tickets.models import Beside, Ticket, TicketAbout
from aplomb.tickets.policies import may_work, ticket_for

UNCHANGED: Any = object()

T = TypeVar("T", Equipment, Site)


def say_what_about(
    number: str, *, by: Actor, equipment: int | None = UNCHANGED, site: int | None = UNCHANGED
) -> Ticket:
    """The ticket is about this device or place of its customer, by id; None takes it away.

    A device brings its own place with it, unless one is given. Raises NotFound, NotAllowed, InBin, Wrong for what is not
    this customer's.
    """
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        if ticket.is_binned:
            raise InBin
        before = TicketAbout.objects.filter(ticket=ticket).first() or TicketAbout(ticket=ticket)
        after = TicketAbout(ticket=ticket, equipment_id=before.equipment_id, site_id=before.site_id)
        if equipment is not UNCHANGED:
            device = _own(Equipment, ticket, equipment) if equipment is not None else None
            after.equipment = device
            if device is not None and device.site_id and site is UNCHANGED:
                after.site_id = device.site_id
        if site is not UNCHANGED:
            after.site = _own(Site, ticket, site) if site is not None else None
        if (after.equipment_id, after.site_id) != (before.equipment_id, before.site_id):
            _write(ticket, before, after, by)
    return ticket


def _own(model: type[T], ticket: Ticket, pk: int) -> T:
    found = model._default_manager.filter(circle_of(ticket.contact).mine, pk=pk).first()
    if found is None:
        raise Wrong("about", _("This is nothing of this ticket's customer."))
    return found


def _write(ticket: Ticket, before: TicketAbout, after: TicketAbout, by: Actor) -> None:
    if after.equipment_id or after.site_id:
        TicketAbout.objects.update_or_create(
            ticket=ticket, defaults={"equipment_id": after.equipment_id, "site_id": after.site_id}
        )
        ticket.beside |= Beside.ABOUT
    else:
        TicketAbout.objects.filter(ticket=ticket).delete()
        ticket.beside &= ~Beside.ABOUT
    save_changes(ticket, "beside")
    event = TicketAboutChanged(
        **ids(ticket),
        equipment_before=before.equipment_id,
        equipment_id=after.equipment_id,
        site_before=before.site_id,
        site_id=after.site_id,
    )
    record(event, by=by, chain=ticket.chain)
