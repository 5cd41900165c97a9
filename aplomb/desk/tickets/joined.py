"""What hangs together with a ticket, for its page: where it goes on, what goes on in it, what it is linked with."""

from collections.abc import Sequence
from typing import Any

from aplomb.people.models import Person
from aplomb.search.index import find
from aplomb.tickets.links import Relation, links_of
from aplomb.tickets.models import Merge, Stage, Ticket
from aplomb.tickets.numbers import read_number
from aplomb.tickets.policies import Sight, may_work, visible_to
from aplomb.tickets.reads import TicketPage

OFFERED = 10


def joined_context(page: TicketPage, person: Person, sight: Sight) -> dict[str, Any]:
    """Nothing, and no query, for a ticket that stands alone."""
    ticket = page.ticket
    merged_here: list[Merge] = []
    if page.origins:
        found = Merge.objects.filter(ticket__in=[each.ticket_id for each in page.origins])
        merged_here = list(found.select_related("ticket__contact", "by").order_by("at", "pk"))
        # the row says how it was merged; the customers' entries may have been parted since
        shared = {each.ticket_id: each.is_shared for each in page.origins}
        for row in merged_here:
            row.is_shared = shared[row.ticket_id]
    links = links_of(sight, ticket)
    return {
        "goes_on_in": page.goes_on_in,
        "may_unmerge": bool(may_work(person)),
        "merged_here": merged_here,
        "merged_apart": [each for each in merged_here if not each.is_shared],
        "links": links,
        "blockers": [each for each in links if each.relation == Relation.BLOCKED and not each.is_over],
    }


def offered(by: Person, text: str, *, without: Sequence[int]) -> list[Ticket]:
    """The tickets that somebody may mean: by number, else by words; the last that moved first."""
    wanted = text.replace("\x00", "").strip()[:200]
    if not wanted:
        return []
    seen = visible_to(by).exclude(pk__in=without).select_related("contact", "team")
    number = read_number(wanted)
    if number is not None:
        return list(seen.filter(number=number))
    found = seen.filter(pk__in=find(wanted, most=200)).exclude(stage__in=[Stage.BIN, Stage.MERGED])
    return list(found.order_by("-activity_at")[:OFFERED])


def others_of_customer(by: Person, ticket: Ticket, contacts: Sequence[int]) -> list[Ticket]:
    """The other tickets of the one who asked, the last that moved first."""
    seen = visible_to(by).filter(contact__in=contacts).exclude(pk=ticket.pk).select_related("contact", "team")
    return list(seen.exclude(stage__in=[Stage.BIN, Stage.MERGED]).order_by("-activity_at")[:OFFERED])
