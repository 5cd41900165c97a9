"""The only writer of due items, and of a ticket's place in the queue."""

from collections.abc import Sequence

from django.db.models import QuerySet

from aplomb.journal.actors import SYSTEM
from aplomb.lib.prepared import prepared
from aplomb.promises.due import SNOOZE, queue_key
from aplomb.promises.models import DueItem
from aplomb.promises.sources import Due, due_on
from aplomb.tickets.merged import end_of
from aplomb.tickets.models import Stage, Ticket, TicketTag
from aplomb.tickets.policies import ticket_for
from aplomb.tickets.snoozing import wakes_at

NOTHING_DUE = (Stage.BIN, Stage.MERGED)


def work_out_due(ticket_id: int) -> None:
    """Ask all sources what is due now, whatever happened, keep it, and put the ticket in its place.

    Writes only what differs. Needs the transaction of the change and the ticket's lock.
    """
    [ticket] = _place_of(ticket_id)
    found = _due_now(ticket)
    # nothing kept is known without looking
    _keep(ticket, found, _kept(ticket_id) if ticket.due_count or ticket.next_due_at else [])
    first = _first(ticket, found)
    place = {
        "next_due_at": first.at if first else None,
        "next_due_why": first.kind if first else "",
        "next_due_source": first.source if first else "",
        "due_count": len(found),
        "queue_key": queue_key(first.at if first else None, ticket.activity_at),
    }
    changed = {name: value for name, value in place.items() if getattr(ticket, name) != value}
    if changed:
        Ticket.objects.filter(pk=ticket_id).update(**changed)
    # a tag may have come just now, and with it a copy of an older place
    TicketTag.objects.filter(ticket_id=ticket_id).update(stage=ticket.stage, queue_key=place["queue_key"])
    if ticket.stage == Stage.MERGED and ticket.merged_into_id is not None:
        # an answer that was undone or came back is missed where the ticket goes on
        # under its own lock: whoever writes there at this moment works it out too
        work_out_due(ticket_for(SYSTEM, end_of(ticket).number, lock=True).pk)


def _due_now(ticket: Ticket) -> list[Due]:
    """What the sources say, the earliest first; of a ticket that sleeps also the hour at which it wakes."""
    if ticket.stage in NOTHING_DUE:
        return []
    found = due_on(ticket)
    if ticket.stage == Stage.SNOOZED and ticket.snoozed_until is not None:
        found.append(Due(SNOOZE, wakes_at(ticket.snoozed_until, found[0].at if found else None)))
    return found


def _first(ticket: Ticket, found: Sequence[Due]) -> Due | None:
    """What the ticket is ordered by: the earliest, but while it sleeps the hour at which it wakes."""
    if ticket.stage == Stage.SNOOZED:
        found = [due for due in found if due.kind == SNOOZE] or found
    return found[0] if found else None


def _keep(ticket: Ticket, found: Sequence[Due], kept: Sequence[DueItem]) -> None:
    """Make the rows say what was found. One statement for all that is new or moved, one for all that is over."""
    said = {(item.kind, item.key): (item.at, item.source) for item in kept}
    differing = [due for due in found if said.get((due.kind, due.key)) != (due.at, due.source)]
    if differing:
        # no savepoints: this runs with every message
        DueItem.objects.bulk_create(
            [DueItem(ticket=ticket, kind=due.kind, key=due.key, at=due.at, source=due.source) for due in differing],
            update_conflicts=True,
            unique_fields=["ticket", "kind", "key"],
            update_fields=["at", "source"],
        )
    wanted = {(due.kind, due.key) for due in found}
    over = [item.pk for item in kept if (item.kind, item.key) not in wanted]
    if over:
        DueItem.objects.filter(pk__in=over).delete()


@prepared
def _place_of(ticket_id: int) -> QuerySet[Ticket]:
    place = ("activity_at", "queue_key", "next_due_at", "next_due_why", "next_due_source", "due_count")
    asked = ("number", "stage", "status", "beside", "snoozed_until", "team_id", "assignee_id")
    return Ticket.objects.only("id", *place, *asked).filter(pk=ticket_id)


@prepared
def _kept(ticket_id: int) -> QuerySet[DueItem]:
    return DueItem.objects.filter(ticket=ticket_id)
