"""Linking tickets that have to do with each other, and what follows from it (docs/flows/merging.md)."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aplomb.journal.actors import Actor
from aplomb.journal.recording import record
from aplomb.people.actions.notices import notice
from aplomb.people.errors import Refused, Wrong
from aplomb.people.policies import require
from aplomb.tickets.actions.writing import check_stands, ids, save_changes
from aplomb.tickets.events import TicketLinked, TicketUnlinked
from aplomb.tickets.gates import Objection
from aplomb.tickets.links import RELATIONS, Relation, open_children, passed_down, passed_up, relation_of
from aplomb.tickets.merged import end_of, whole_of
from aplomb.tickets.models import Beside, Link, Ticket
from aplomb.tickets.numbers import shown
from aplomb.tickets.policies import is_in_sight, may_work, sight_of, ticket_for
from aplomb.tickets.states import DONE

MOST_LINKS = 100
# parent, child, and so on: deeper than this is no tree that anybody keeps in mind
DEEPEST = 5


def link_tickets(number: str, relation: str, other: str, *, by: Actor) -> Link:
    """`relation` as seen from the ticket: relates, blocks, blocked, parent (the other is its parent) or child. Twice is
    once. A merged one stands for the one that it goes on in.

    Raises NotFound, NotAllowed, InBin, Merged, Wrong, Refused (with itself, in a ring, too deep, too many).
    """
    with transaction.atomic():
        ticket, far = _both(number, other, by)
        require(may_work(by))
        if relation not in RELATIONS:
            raise Wrong("relation", _("Tickets relate to, block, or belong under one another."))
        check_stands(ticket)
        check_stands(far)
        kind, first, second = _directed(ticket, Relation(relation), far)
        found = _same(kind, first, second)
        if found is not None:
            return found
        _check(kind, first, second)
        link = Link.objects.create(kind=kind, first=first, second=second)
        for each, seen in ((ticket, Relation(relation)), (far, Relation(relation).back)):
            each.beside |= Beside.LINKS
            save_changes(each, "beside")
            across = far if each is ticket else ticket
            record(TicketLinked(**ids(each), relation=seen, other=across.number), by=by, chain=each.chain)
    return link


def unlink_tickets(number: str, link_id: int, *, by: Actor) -> None:
    """Take a link of the ticket away, whichever side it is seen from. Twice is once. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        ticket = ticket_for(by, number)
        require(may_work(by))
        # also of what was merged into it: its links are shown here
        whole = whole_of(ticket)
        touching = Q(first__in=whole) | Q(second__in=whole)
        link = Link.objects.select_related("first", "second").filter(touching, pk=link_id).first()
        if link is None:
            return
        own, other = _both(link.first.number, link.second.number, by, follows=False)
        if not Link.objects.filter(pk=link_id).delete()[0]:
            return
        for each, across in ((own, other), (other, own)):
            if not Link.objects.filter(Q(first=each) | Q(second=each)).exists():
                each.beside &= ~Beside.LINKS
            save_changes(each, "beside")
            seen = relation_of(link, each.pk)
            record(TicketUnlinked(**ids(each), relation=seen, other=across.number), by=by, chain=each.chain)


def ask_about_open_children(ticket: Ticket, by: Actor) -> Iterator[Objection]:
    """The gate of closing: a parent whose children are open."""
    if not ticket.beside & (Beside.LINKS | Beside.MERGED):
        return
    children = open_children(ticket)
    if not children:
        return
    sight = sight_of(by)
    # of those out of sight only that there are some
    numbers = [shown(each.number) for each in children if is_in_sight(sight, each)]
    named = ", ".join(numbers[:5]) or _("out of your sight")
    text = ngettext(
        "%(count)s ticket that belongs under this one is open: %(numbers)s.",
        "%(count)s tickets that belong under this one are open: %(numbers)s.",
        len(children),
    )
    yield Objection("open-children", text % {"count": len(children), "numbers": named}, "confirm")


def tell_unblocked(ticket_id: int, status_before: str, status: str) -> None:
    """The ticket is done: who has those that it blocked hears of it. Needs a transaction."""
    if status_before in DONE or status not in DONE:
        return
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is None or not ticket.beside & (Beside.LINKS | Beside.MERGED):
        return
    told: set[int] = set()
    rows = Link.objects.filter(first__in=whole_of(ticket), kind=Link.Kind.BLOCKS).select_related("second__assignee")
    for link in rows.order_by("pk"):
        blocked = end_of(link.second)
        if blocked.pk in told:
            continue
        told.add(blocked.pk)
        person = blocked.assignee
        if person is None or blocked.status in DONE or blocked.is_binned:
            continue
        # they may not see what blocked it: then its number is not told
        words = {"number": ticket.shown_number} if is_in_sight(sight_of(person), ticket) else {"number": "…"}
        about = f"unblocked {link.pk} {ticket.chain_id} {ticket.version}"
        notice(person, "unblocked", about=about, ticket_number=blocked.number, words=words)


def _both(number: str, other: str, by: Actor, *, follows: bool = True) -> tuple[Ticket, Ticket]:
    """Both through the door and under their locks, taken in one order."""
    ticket, far = ticket_for(by, number), ticket_for(by, other)
    if follows:
        far = end_of(far)
    if ticket.pk == far.pk:
        raise Refused(_("A ticket cannot be linked with itself."), "ring")
    rows = sorted((ticket, far), key=lambda each: each.pk)
    found = {each.pk: ticket_for(by, each.number, lock=True) for each in rows}
    return found[ticket.pk], found[far.pk]


def _directed(ticket: Ticket, relation: Relation, other: Ticket) -> tuple[str, Ticket, Ticket]:
    if relation in (Relation.BLOCKED, Relation.PARENT):
        return relation.kind, other, ticket
    return relation.kind, ticket, other


def _same(kind: str, first: Ticket, second: Ticket) -> Link | None:
    either = Q(first=first, second=second)
    if kind == Link.Kind.RELATES:
        either |= Q(first=second, second=first)
    return Link.objects.filter(either, kind=kind).first()


def _check(kind: str, first: Ticket, second: Ticket) -> None:
    for each in (first, second):
        if Link.objects.filter(Q(first=each) | Q(second=each)).count() >= MOST_LINKS:
            raise Refused(_("A ticket has %(count)s links at the most.") % {"count": MOST_LINKS}, "too-many")
    if kind == Link.Kind.RELATES:
        return
    _one_at_a_time()
    above = passed_up(kind, first.pk)
    if second.pk in above:
        raise Refused(_("That would be a ring: the other ticket comes before this one already."), "ring")
    if kind != Link.Kind.PARENT:
        return
    if Link.objects.filter(kind=kind, second=second).exists():
        raise Refused(_("A ticket belongs under one other only. Take that link away first."), "has-parent")
    if len(above) + 1 + passed_down(kind, second.pk) > DEEPEST:
        raise Refused(_("Tickets belong under one another at most %(count)s deep.") % {"count": DEEPEST}, "too-deep")


def _one_at_a_time() -> None:
    """Of three who would close a ring together, each with other tickets, no two see what the third does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [4_211_907])
