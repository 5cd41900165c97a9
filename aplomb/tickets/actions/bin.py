"""The bin: spam and mistakes lie there for 30 days and can be taken out again."""

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.journal.recording import record
from aplomb.lib.time import utc_now
from aplomb.people.errors import Wrong
from aplomb.people.policies import require
from aplomb.tickets.actions.receive import take_out_of_bin
from aplomb.tickets.actions.writing import check_stands, ids, save_changes
from aplomb.tickets.events import TicketBinned, TicketRestored
from aplomb.tickets.models import Stage, Ticket
from aplomb.tickets.policies import may_work, ticket_for

REASONS = ("spam", "mistake")


def bin_ticket(number: str, reason: str, *, by: Actor) -> Ticket:
    """Put it in the bin. Twice is once. Raises NotFound, NotAllowed, Merged, Wrong."""
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        if reason not in REASONS:
            raise Wrong("reason", _("A ticket goes to the bin as spam or as a mistake."))
        if ticket.is_binned:
            return ticket
        check_stands(ticket)
        ticket.stage, ticket.bin_reason, ticket.binned_at = Stage.BIN, reason, utc_now()
        ticket.snoozed_until = None
        save_changes(ticket, "stage", "bin_reason", "binned_at", "snoozed_until")
        record(TicketBinned(**ids(ticket), reason=reason), by=by, chain=ticket.chain)
    return ticket


def restore_ticket(number: str, *, by: Actor) -> Ticket:
    """Take it out of the bin, as it was. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        if not ticket.is_binned:
            return ticket
        reason = ticket.bin_reason
        save_changes(ticket, *take_out_of_bin(ticket))
        record(TicketRestored(**ids(ticket), reason=reason), by=by, chain=ticket.chain)
    return ticket
