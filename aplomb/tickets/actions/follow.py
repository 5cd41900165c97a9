"""Who hears what is said on a ticket, and who works on it beside its assignee."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.journal.recording import record
from aplomb.people.errors import NotAllowed, NotFound, Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.writing import check_assignee, ids, save_changes
from aplomb.tickets.errors import Merged
from aplomb.tickets.events import CoWorkersChanged, FollowersChanged
from aplomb.tickets.merged import end_of
from aplomb.tickets.models import Beside, CoWorker, Follower, Ticket
from aplomb.tickets.policies import may_note, may_work, ticket_for, visible_to

MOST = 50


def follow(number: str, *, by: Actor, person: Person | None = None) -> Ticket:
    """Let somebody hear what is said; oneself, unless a `person` is named. Twice is once.

    Raises NotFound, NotAllowed, Merged, Wrong (`person`: has left, or does not see the ticket).
    """
    with transaction.atomic():
        ticket = _fetch(number, by)
        someone = person or _oneself(by)
        if someone != by:
            require(may_note(by))
        _check_sees(someone, ticket)
        add_followers(ticket, [someone], by=by)
    return ticket


def unfollow(number: str, *, by: Actor, person: Person | None = None) -> Ticket:
    """They hear nothing more; one may stop oneself, and whoever works the ticket may stop others. Twice is once.

    Raises NotFound, NotAllowed.
    """
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        someone = person or _oneself(by)
        if someone != by:
            require(may_work(by))
        gone, _rows = Follower.objects.filter(ticket=ticket, person=someone).delete()
        if gone:
            _set_bit(ticket, Beside.FOLLOWERS, Follower.objects.filter(ticket=ticket).exists())
            record(FollowersChanged(**ids(ticket), added=(), removed=(someone.pk,)), by=by, chain=ticket.chain)
    return ticket


def add_followers(ticket: Ticket, people: Iterable[Person], *, by: Actor) -> None:
    """Those who do not follow yet do now. Needs the ticket's lock; the caller knows that they see the ticket. Raises Wrong."""
    there = set(Follower.objects.filter(ticket=ticket).values_list("person_id", flat=True))
    new = [each for each in dict.fromkeys(people) if each.pk not in there]
    if not new:
        return
    if len(there) + len(new) > MOST:
        raise Wrong("person", _("Fifty people at the most can follow a ticket."))
    Follower.objects.bulk_create([Follower(ticket=ticket, person=each) for each in new])
    _set_bit(ticket, Beside.FOLLOWERS, True)
    event = FollowersChanged(**ids(ticket), added=tuple(each.pk for each in new), removed=())
    record(event, by=by, chain=ticket.chain)


def remove_followers(ticket: Ticket, people: Iterable[int], *, by: Actor) -> None:
    """Of these ids, those who follow do so no more. Needs the ticket's lock."""
    rows = Follower.objects.filter(ticket=ticket, person__in=list(people))
    gone = sorted(rows.values_list("person_id", flat=True))
    if gone:
        rows.delete()
        _set_bit(ticket, Beside.FOLLOWERS, Follower.objects.filter(ticket=ticket).exists())
        record(FollowersChanged(**ids(ticket), added=(), removed=tuple(gone)), by=by, chain=ticket.chain)


def add_co_worker(number: str, person: Person, *, by: Actor) -> Ticket:
    """Somebody works on it beside the assignee. Twice is once. Raises NotFound, NotAllowed, InBin, Merged, Wrong."""
    with transaction.atomic():
        ticket = _fetch(number, by)
        require(may_work(by))
        check_assignee(person, ticket.team)
        if person.pk == ticket.assignee_id:
            raise Wrong("person", _("%(name)s has the ticket already.") % {"name": person.work_name})
        there = list(CoWorker.objects.filter(ticket=ticket).values_list("person_id", flat=True))
        if person.pk in there:
            return ticket
        if len(there) >= MOST:
            raise Wrong("person", _("Fifty people at the most can work on a ticket."))
        CoWorker.objects.create(ticket=ticket, person=person)
        _set_bit(ticket, Beside.CO_WORKERS, True)
        save_changes(ticket)
        record(CoWorkersChanged(**ids(ticket), added=(person.pk,), removed=()), by=by, chain=ticket.chain)
    return ticket


def remove_co_worker(number: str, person: Person, *, by: Actor) -> Ticket:
    """They work on it no more. Twice is once. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        gone, _rows = CoWorker.objects.filter(ticket=ticket, person=person).delete()
        if gone:
            _set_bit(ticket, Beside.CO_WORKERS, CoWorker.objects.filter(ticket=ticket).exists())
            save_changes(ticket)
            record(CoWorkersChanged(**ids(ticket), added=(), removed=(person.pk,)), by=by, chain=ticket.chain)
    return ticket


def set_beside(ticket: Ticket, bit: Beside, is_there: bool) -> None:
    """Note on the ticket that such a thing hangs on it, or none any more. Needs the ticket's lock."""
    _set_bit(ticket, bit, is_there)


def _set_bit(ticket: Ticket, bit: Beside, is_there: bool) -> None:
    beside = ticket.beside | bit if is_there else ticket.beside & ~bit
    if beside != ticket.beside:
        ticket.beside = beside
        ticket.save(update_fields=["beside"])


def _fetch(number: str, by: Actor) -> Ticket:
    ticket = ticket_for(by, number, lock=True)
    if ticket.merged_into_id is not None:
        raise Merged(end_of(ticket).number)
    return ticket


def _oneself(by: Any) -> Person:
    if not isinstance(by, Person):
        raise NotAllowed(_("Only the staff may do this."))
    return by


def _check_sees(person: Person, ticket: Ticket) -> None:
    if not visible_to(person).filter(pk=ticket.pk).exists():
        raise Wrong("person", _("%(name)s does not see this ticket.") % {"name": person.work_name})


def person_of_id(pk: int) -> Person:
    """Somebody of the staff who is here. Raises NotFound."""
    found = Person.objects.filter(pk=pk, is_active=True).first()
    if found is None:
        raise NotFound
    return found
