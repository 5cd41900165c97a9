"""Which tickets a ticket is linked with, as a person sees them."""

import enum
from dataclasses import dataclass

from django.db.models import Q

from aplomb.tickets.merged import end_of, whole_of
from aplomb.tickets.models import Beside, Link, Stage, Ticket
from aplomb.tickets.policies import Sight, is_in_sight
from aplomb.tickets.states import DONE

# a walk along links ends, whatever the rows say
MOST_STEPS = 200


class Relation(enum.StrEnum):
    """What the other ticket is to this one."""

    PARENT = "parent"
    CHILD = "child"
    BLOCKED = "blocked"
    BLOCKS = "blocks"
    RELATES = "relates"

    @property
    def kind(self) -> str:
        """The kind of the row."""
        if self in (Relation.PARENT, Relation.CHILD):
            return Link.Kind.PARENT
        return Link.Kind.BLOCKS if self in (Relation.BLOCKS, Relation.BLOCKED) else Link.Kind.RELATES

    @property
    def back(self) -> "Relation":
        """The same link as the other ticket sees it."""
        return _BACK[self]


_BACK = {
    Relation.PARENT: Relation.CHILD,
    Relation.CHILD: Relation.PARENT,
    Relation.BLOCKED: Relation.BLOCKS,
    Relation.BLOCKS: Relation.BLOCKED,
    Relation.RELATES: Relation.RELATES,
}
RELATIONS = frozenset(each.value for each in Relation)


@dataclass(frozen=True)
class Linked:
    """A linked ticket that the reader may see. `is_over`: it is resolved, closed, or in the bin."""

    link_id: int
    relation: Relation
    ticket: Ticket
    is_over: bool


def relation_of(link: Link, ticket_id: int) -> Relation:
    """What the link says, seen from this ticket."""
    is_first = link.first_id == ticket_id
    if link.kind == Link.Kind.PARENT:
        return Relation.CHILD if is_first else Relation.PARENT
    if link.kind == Link.Kind.BLOCKS:
        return Relation.BLOCKS if is_first else Relation.BLOCKED
    return Relation.RELATES


def links_of(sight: Sight, ticket: Ticket) -> tuple[Linked, ...]:
    """The links of the ticket and of what was merged into it, parents first. Nothing is told of a ticket out of sight.

    One query, none for a ticket without links and merges.
    """
    if not ticket.beside & (Beside.LINKS | Beside.MERGED):
        return ()
    whole = whole_of(ticket)
    touching = Q(first__in=whole) | Q(second__in=whole)
    rows = Link.objects.filter(touching).select_related("first", "second").order_by("id")[:MOST_STEPS]
    found: dict[tuple[str, int], Linked] = {}
    for link in rows:
        own, other = (link.first, link.second) if link.first_id in whole else (link.second, link.first)
        other = end_of(other)
        relation = relation_of(link, own.pk)
        if other.pk in whole or not is_in_sight(sight, other):
            continue
        over = other.status in DONE or other.stage == Stage.BIN
        found.setdefault((relation, other.pk), Linked(link.pk, relation, other, over))
    order = list(Relation)
    return tuple(sorted(found.values(), key=lambda each: (order.index(each.relation), each.link_id)))


def open_children(ticket: Ticket) -> list[Ticket]:
    """The tickets that belong under this one and are not done yet. One query."""
    rows = Link.objects.filter(first__in=whole_of(ticket), kind=Link.Kind.PARENT).select_related("second")
    children = {each.pk: each for each in (end_of(link.second) for link in rows.order_by("id"))}
    children.pop(ticket.pk, None)
    return [each for each in children.values() if each.status not in DONE and not each.is_binned]


def passed_up(kind: str, ticket_id: int) -> set[int]:
    """The ids that one passes from this ticket towards the first of all, itself included."""
    return _passed(kind, ticket_id, of="second", to="first_id")[0]


def passed_down(kind: str, ticket_id: int) -> int:
    """How many levels lie below this ticket."""
    return _passed(kind, ticket_id, of="first", to="second_id")[1]


def _passed(kind: str, ticket_id: int, *, of: str, to: str) -> tuple[set[int], int]:
    found, level, depth = {ticket_id}, {ticket_id}, 0
    while len(found) < MOST_STEPS:
        rows = Link.objects.filter(kind=kind, **{f"{of}__in": level}).values_list(to, flat=True)
        level = set(rows) - found
        if not level:
            break
        found |= level
        depth += 1
    return found, depth
