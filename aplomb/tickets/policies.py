"""Who may see a ticket and do what with it."""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from aplomb.journal.actors import Actor
from aplomb.lib.prepared import prepared
from aplomb.people.errors import NotFound
from aplomb.people.models import Person, Role
from aplomb.people.policies import YES, Verdict, hidden_team_ids, no
from aplomb.tickets.merged import end_of
from aplomb.tickets.models import Ticket
from aplomb.tickets.numbers import read_number

Sight = tuple[int, ...] | None


def sight_of(by: Actor) -> Sight:
    """The closed teams whose tickets this actor does not see; None for who sees nothing at all."""
    if not isinstance(by, Person):
        return () if by.actor_kind == "system" else None
    return tuple(hidden_team_ids(by)) if by.is_active else None


def seen_by(sight: Sight) -> QuerySet[Ticket]:
    """The tickets that are seen with this sight.

    A merged one is seen by whoever sees the one that it goes on in, whatever its own team: where some teams are out of
    sight, no merged ticket is among these, and whoever needs one asks `sees` or `numbers_in_sight`.
    """
    if sight is None:
        return Ticket.objects.none()
    if not sight:
        return Ticket.objects.all()
    return Ticket.objects.filter(~Q(team_id__in=sight) | Q(team_id=None), merged_into=None)


def visible_to(by: Actor) -> QuerySet[Ticket]:
    """The tickets this actor may see: all of open teams, those of closed ones for members and supervisors."""
    return seen_by(sight_of(by))


def ticket_for(by: Actor, number: str, *, lock: bool = False) -> Ticket:
    """The ticket of that number, in any spelling, with its chain. Raises NotFound, also for what is out of sight.

    `lock` needs a transaction and keeps other writers out until its end. A ticket that was merged is seen by whoever
    sees the one that it goes on in.
    """
    sight, digits = sight_of(by), read_number(number) or ""
    found = _of_number(sight, digits, lock)
    if found and found[0].merged_into_id is None:
        return found[0]
    if not found and sight:
        found = _of_number((), digits, lock)
    if not found or found[0].merged_into_id is None or not is_in_sight(sight, end_of(found[0])):
        raise NotFound(_("There is no ticket of that number here."))
    return found[0]


def is_in_sight(sight: Sight, ticket: Ticket) -> bool:
    """Whether a ticket that stands alone is seen with this sight."""
    return sight is not None and ticket.team_id not in sight


def out_of_sight(sight: tuple[int, ...]) -> Q:
    """Which tickets are not seen with this sight, for lists of what belongs to tickets.

    A merged one goes with the one that it went on in, and is not seen where that one was merged again.
    """
    end_is_not = Q(merged_into__merged_into__isnull=False) | Q(merged_into__team_id__in=sight)
    return Q(merged_into=None, team_id__in=sight) | Q(merged_into__isnull=False) & end_is_not


def sees(by: Actor, ticket: Ticket) -> bool:
    """Whether this actor may see the ticket, wherever it goes on by now."""
    return is_in_sight(sight_of(by), end_of(ticket))


def numbers_in_sight(sight: Sight, numbers: Collection[str]) -> dict[str, Ticket]:
    """Those of these tickets that are seen with this sight, merged ones too. One query, more for merged ones."""
    found = {each.number: each for each in seen_by(sight).filter(number__in=numbers)}
    if sight and len(found) < len(numbers):
        merged = Ticket.objects.filter(number__in=set(numbers) - set(found), merged_into__isnull=False)
        found |= {each.number: each for each in merged if is_in_sight(sight, end_of(each))}
    return found


@prepared
def _of_number(sight: Sight, digits: str, lock: bool) -> QuerySet[Ticket]:
    found = seen_by(sight).filter(number=digits).select_related("chain", "contact")
    # the chain too: on PostgreSQL only locked rows are read anew after waiting
    return found.select_for_update(of=("self", "chain")) if lock else found


def may_work(by: Actor) -> Verdict:
    """Reply, assign, set states: agents, supervisors, administrators, and the machine under a name."""
    if isinstance(by, Person):
        return YES if by.is_agent else no(_("This is for agents."))
    return YES if by.actor_kind == "system" else no(_("Only the staff may do this."))


def may_note(by: Actor) -> Verdict:
    """Everyone who works a ticket, and those who are asked for their word: legal, technicians, auditors."""
    if isinstance(by, Person) and by.is_one_of(Role.LEGAL, Role.TECHNICIAN, Role.AUDITOR):
        return YES
    return may_work(by)


def may_erase(by: Actor) -> Verdict:
    """Erase or redact a text for good: supervisors, administrators, legal."""
    if isinstance(by, Person) and by.is_one_of(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.LEGAL):
        return YES
    return no(_("This is for supervisors, administrators and legal."))
