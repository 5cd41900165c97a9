"""What a ticket is about, and which tickets are about a device or a place."""

from dataclasses import dataclass

from aplomb.tickets.models import Beside, Stage, Ticket, TicketAbout
from aplomb.tickets.policies import Sight, seen_by

ROWS = 20


@dataclass(frozen=True)
class TicketsAbout:
    """Tickets, the newest first; `before` goes on (0: no more)."""

    rows: tuple[Ticket, ...]
    before: int = 0


def about_of(ticket: Ticket) -> TicketAbout | None:
    """The device and place that the ticket names; no query where it names none."""
    if not ticket.beside & Beside.ABOUT:
        return None
    found = TicketAbout.objects.select_related("equipment__product", "equipment__site", "site")
    return found.filter(ticket=ticket.pk).first()


def tickets_about(
    sight: Sight, *, equipment: int | None = None, site: int | None = None, before: int = 0, rows: int = ROWS
) -> TicketsAbout:
    """The tickets about that device or place that are seen with this sight, without those in the bin. One query."""
    found = seen_by(sight).exclude(stage=Stage.BIN).select_related("assignee", "contact")
    found = found.filter(about__equipment=equipment) if equipment is not None else found.filter(about__site=site)
    if before:
        found = found.filter(about__ticket__lt=before)
    page = list(found.order_by("-about__ticket")[: rows + 1])
    return TicketsAbout(tuple(page[:rows]), page[rows - 1].pk if len(page) > rows else 0)
