"""Who may see a ticket and do what with it."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from aplomb.journal.actors import Actor
from aplomb.people.errors import NotFound
from aplomb.people.models import Person, Role
from aplomb.people.policies import YES, Verdict, hidden_team_ids, no
from aplomb.tickets.models import Ticket
from aplomb.tickets.numbers import read_number


def visible_to(by: Actor) -> QuerySet[Ticket]:
    """The tickets this actor may see: all of open teams, those of closed ones for members and supervisors."""
    if not isinstance(by, Person):
        return Ticket.objects.all() if by.actor_kind == "system" else Ticket.objects.none()
    if not by.is_active:
        return Ticket.objects.none()
    hidden = hidden_team_ids(by)
    if not hidden:
        return Ticket.objects.all()
    return Ticket.objects.filter(~Q(team_id__in=hidden) | Q(team_id=None))


def ticket_for(by: Actor, number: str, *, lock: bool = False) -> Ticket:
    """The ticket of that number, in any spelling, with its chain. Raises NotFound, also for what is out of sight.

    `lock` needs a transaction and keeps other writers out until its end.
    """
    digits = read_number(number)
    found = visible_to(by).filter(number=digits or "")
    if lock:
        # the chain too: on PostgreSQL only locked rows are read anew after waiting
        found = found.select_for_update(of=("self", "chain"))
    ticket = found.select_related("chain", "contact").first()
    if ticket is None:
        raise NotFound(_("There is no ticket of that number here."))
    return ticket


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
