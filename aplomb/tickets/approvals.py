"""Approvals about tickets: `about` is "ticket" and the number. What people/approvals asks of this floor."""

from collections.abc import Collection

from django.db.models import F

from aplomb.journal.actors import SYSTEM
from aplomb.journal.models import Chain
from aplomb.people.models import Person
from aplomb.tickets.actions.writing import check_stands
from aplomb.tickets.merged import end_of, origins_of
from aplomb.tickets.models import Beside, Ticket
from aplomb.tickets.policies import numbers_in_sight, sight_of, ticket_for

WORD = "ticket"


class Tickets:
    """Answers for tickets (see people.approvals.subjects.Subject)."""

    def lock(self, key: str) -> Chain:
        """The ticket, and where it goes on if it was merged: both are put in their places anew. Raises NotFound."""
        ticket = ticket_for(SYSTEM, key)
        chain = None
        # always in the same order, so that nobody waits for somebody who waits for them
        for each in sorted({ticket.pk: ticket, (end := end_of(ticket)).pk: end}.values(), key=lambda each: each.pk):
            locked = ticket_for(SYSTEM, each.number, lock=True)
            chain = locked.chain if locked.pk == ticket.pk else chain
        assert chain is not None
        return chain

    def note(self, key: str) -> None:
        """From now on the ticket's page asks for approvals. Raises InBin, Merged."""
        ticket = Ticket.objects.get(number=key)
        check_stands(ticket)
        Ticket.objects.filter(pk=ticket.pk).update(beside=F("beside").bitor(Beside.APPROVALS))

    def seen(self, by: Person, keys: Collection[str]) -> set[str]:
        return set(numbers_in_sight(sight_of(by), keys))


def about(number: str) -> str:
    """The ticket as approvals name it."""
    return f"{WORD} {number}"


def abouts_of(ticket: Ticket) -> list[str]:
    """The ticket and those that go on in it, as approvals name them; empty where none was ever asked for."""
    if not ticket.beside & (Beside.APPROVALS | Beside.MERGED):
        return []
    return [about(ticket.number), *(about(each.number) for each in origins_of(ticket))]
