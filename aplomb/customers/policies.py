"""Who may see and change customers: the staff, and the machine on their behalf."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from aplomb.customers.models import CustomerNote
from aplomb.journal.actors import Actor
from aplomb.lib.time import utc_now
from aplomb.people.models import Person, Role
from aplomb.people.policies import YES, Verdict, no

# how long the one who wrote a note may word it anew
EDITED_WITHIN = dt.timedelta(hours=24)


def may_change_customers(by: Actor) -> Verdict:
    """Agents, supervisors, administrators; the machine when mail brings somebody new."""
    if isinstance(by, Person):
        return YES if by.is_agent or by.is_one_of(Role.LEGAL) else no(_("This is for agents."))
    return YES if by.actor_kind == "system" else no(_("Only the staff may do this."))


def may_see_customers(by: Actor) -> Verdict:
    """Everyone on the staff."""
    return YES if isinstance(by, Person) and by.is_active else no(_("Only the staff may do this."))


def may_see_codes(by: Actor) -> Verdict:
    """Agents, and technicians, who stand at the door."""
    if isinstance(by, Person) and by.is_active and (by.is_agent or by.is_one_of(Role.TECHNICIAN)):
        return YES
    return no(_("This is for agents and technicians."))


def may_note_customers(by: Actor) -> Verdict:
    """Whoever changes customers, and technicians, who were there."""
    if isinstance(by, Person) and by.is_active and by.is_one_of(Role.TECHNICIAN):
        return YES
    return may_change_customers(by)


def may_edit_note(by: Actor, note: CustomerNote) -> Verdict:
    """Only the one who wrote it, within a day, while it is not struck."""
    if note.struck_at is not None:
        return no(_("This note was struck."))
    if not isinstance(by, Person) or by.pk != note.person_id:
        return no(_("Only the one who wrote a note changes its words."))
    if utc_now() - note.at > EDITED_WITHIN:
        return no(_("A note can be changed for a day. Strike it, and write another."))
    return may_note_customers(by)


def may_strike_note(by: Actor, note: CustomerNote) -> Verdict:
    """The one who wrote it, and supervisors and administrators."""
    if isinstance(by, Person) and (by.is_one_of(Role.SUPERVISOR, Role.ADMINISTRATOR) or by.pk == note.person_id):
        return may_note_customers(by)
    return no(_("A note is struck by the one who wrote it or by a supervisor."))
