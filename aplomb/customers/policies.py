"""Who may see and change customers: the staff, and the machine on their behalf."""

from django.utils.translation import gettext_lazy as _

from aplomb.journal.actors import Actor
from aplomb.people.models import Person, Role
from aplomb.people.policies import YES, Verdict, no


def may_change_customers(by: Actor) -> Verdict:
    """Agents, supervisors, administrators; the machine when mail brings somebody new."""
    if isinstance(by, Person):
        return YES if by.is_agent or by.is_one_of(Role.LEGAL) else no(_("This is for agents."))
    return YES if by.actor_kind == "system" else no(_("Only the staff may do this."))


def may_see_customers(by: Actor) -> Verdict:
    """Everyone on the staff."""
    return YES if isinstance(by, Person) and by.is_active else no(_("Only the staff may do this."))
