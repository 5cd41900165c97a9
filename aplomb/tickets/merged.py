"""Tickets that go on in another one: which they are, and where a merged one leads.

Merging moves nothing (docs/flows/merging.md): whoever reads what was said on a ticket reads what was said on those
merged into it too. A ticket with which nothing was merged costs no query here: its `beside` says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aplomb.customers.merged import end_of_contact, is_same_contact, whole_contact_ids
from aplomb.customers.models import Contact
from aplomb.tickets.models import Beside, Merge, Participant, Ticket

# so that no page and no query grows without end
MOST_MERGED = 50


@dataclass(frozen=True)
class Origin:
    """A ticket that goes on in another one, directly or over others.

    `is_shared`: its customer and the one of the ticket that stays are one, or may see each other's words.
    """

    ticket_id: int
    number: str
    contact_id: int
    is_shared: bool


def origins_of(ticket: Ticket) -> tuple[Origin, ...]:
    """All tickets that go on in this one, the earliest merged first. One query for each level, none for a plain ticket."""
    if not ticket.beside & Beside.MERGED:
        return ()
    found: list[Origin] = []
    level = {ticket.pk: True}
    while level:
        rows = Merge.objects.filter(into__in=level).select_related("ticket__contact", "into__contact")
        deeper: dict[int, bool] = {}
        for row in rows.order_by("at", "pk"):
            one = row.ticket
            found.append(Origin(one.pk, one.number, one.contact_id, level[row.into_id] and _is_shared(row)))
            if one.beside & Beside.MERGED:
                deeper[one.pk] = found[-1].is_shared
        level = deeper
    return tuple(found)


def _is_shared(merge: Merge) -> bool:
    # two entries of one person then may be two persons' by now
    chosen = bool(merge.brought.get("chosen"))
    return merge.is_shared and (chosen or is_same_contact(merge.ticket.contact, merge.into.contact))


def whole_of(ticket: Ticket, *, only_shared: bool = False) -> tuple[int, ...]:
    """The ids of the ticket and of all that go on in it: where its conversation lies.

    `only_shared` leaves out what was said with other customers: for whatever leaves the desk.
    """
    return (ticket.pk, *(each.ticket_id for each in origins_of(ticket) if each.is_shared or not only_shared))


def apart_of(ticket: Ticket, origins: Sequence[Origin] | None = None) -> frozenset[int]:
    """The entries of the customers whose tickets go on here without their taking part: what they say stays in the desk.

    Whoever was chosen has a seat here. `origins`: what `origins_of` gave a moment ago. No query for a plain ticket.
    """
    others = [each for each in (origins_of(ticket) if origins is None else origins) if not each.is_shared]
    if not others:
        return frozenset()
    here = Participant.objects.filter(ticket=ticket).values_list("contact_id", flat=True)
    return people_of(others) - entries_of_all([ticket.contact_id, *here])


def people_of(origins: Iterable[Origin]) -> frozenset[int]:
    """The entries of all who asked or took part on these tickets. Two queries, none for no ticket."""
    places = {each.ticket_id: each.contact_id for each in origins}
    if not places:
        return frozenset()
    seated = Participant.objects.filter(ticket__in=places).values_list("contact_id", flat=True)
    return entries_of_all([*places.values(), *seated])


def askers_of(ticket: Ticket) -> tuple[int, ...]:
    """All entries of the one who asked, and of those whose tickets go on here, whether they take part or not."""
    own = whole_contact_ids(ticket.contact)
    origins = origins_of(ticket)
    return (*own, *entries_of_all({each.contact_id for each in origins} - set(own))) if origins else own


def own_ticket(ticket: Ticket, contact: Contact, origins: Sequence[Origin] | None = None) -> Ticket | None:
    """The newest ticket of this customer that goes on here without their taking part; None where they do, or have none."""
    origins = origins_of(ticket) if origins is None else origins
    if contact.pk not in apart_of(ticket, origins):
        return None
    others = [each for each in origins if not each.is_shared]
    own = [each.ticket_id for each in others if contact.pk in people_of([each])]
    return Ticket.objects.select_related("contact", "team", "request_type").filter(pk=max(own)).first() if own else None


def entries_of_all(contact_ids: Iterable[int]) -> frozenset[int]:
    """The ids of all entries of these people. One query, more where entries were merged."""
    ends = {end_of_contact(each) for each in Contact.objects.filter(pk__in=set(contact_ids))}
    return frozenset(pk for each in ends for pk in whole_contact_ids(each))


def end_of(ticket: Ticket) -> Ticket:
    """Where the ticket goes on, whatever was merged into what; itself where it stands alone."""
    while ticket.merged_into_id is not None:
        ticket = Ticket.objects.select_related("chain", "contact").get(pk=ticket.merged_into_id)
    return ticket
