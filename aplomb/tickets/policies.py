"""Who may see a ticket and do what with it."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from aplomb.journal.actors import Actor
from aplomb.lib.prepared import prepared
from aplomb.people.errors import NotFound
from aplomb.people.models import Person, Role
from aplomb.people.policies import YES, Verdict, hidden_team_ids, no
from aplomb.tickets.models import Ticket
from aplomb.tickets.numbers import read_number

Sight = tuple[int, ...] | None


def sight_of(by: Actor) -> Sight:
    """The closed teams whose tickets this actor does not see; None for who sees nothing at all."""
    if not isinstance(by, Person):
        return () if by.actor_kind == "system" else None
    return tuple(hidden_team_ids(by)) if by.is_active else None


def seen_by(sight: Sight) -> QuerySet[Ticket]:
    """The tickets that are seen with this sight."""
    if sight is None:
        return Ticket.objects.none()
    if not sight:
        return Ticket.objects.all()
    return Ticket.objects.filter(~Q(team_id__in=sight) | Q(team_id=None))


def visible_to(by: Actor) -> QuerySet[Ticket]:
    """The tickets this actor may see: all of open teams, those of closed ones for members and supervisors."""
    return seen_by(sight_of(by))


def ticket_for(by: Actor, number: str, *, lock: bool = False) -> Ticket:
    """The ticket of that number, in any spelling, with its chain. Raises NotFound, also for what is out of sight.

    `lock` needs a transaction and keeps other writers out until its end.
    """
    found = _of_number(sight_of(by), read_number(number) or "", lock)
    if not found:
        raise NotFound(_("There is no ticket of that number here."))
    return found[0]


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
