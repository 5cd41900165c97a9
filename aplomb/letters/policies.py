"""Who may see, use and edit which letter."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from aplomb.journal.actors import Actor
from aplomb.people.models import Membership, Person, Role
from aplomb.people.policies import YES, Verdict, hidden_team_ids, may_administer, no

OWNED = re.compile(r"signature-(person|team|mailbox)-(\d{1,18})")


@dataclass(frozen=True)
class Reader:
    """What this actor's place on the desk lets them see and edit, looked up once."""

    by: Actor
    is_administrator: bool
    is_supervisor: bool
    person_id: int
    teams: frozenset[int]
    hidden: frozenset[int]

    def sees(self, team_id: int | None, person_id: int | None) -> bool:
        """Letters of closed teams and of other people are out of sight; an administrator sees every one."""
        if self.is_administrator:
            return True
        if person_id is not None:
            return person_id == self.person_id
        return team_id is None or team_id in self.teams or team_id not in self.hidden

    def edits(self, team_id: int | None, person_id: int | None) -> bool:
        """Administrators everything, supervisors what is their teams', everyone their own signature."""
        if self.is_administrator:
            return True
        if person_id is not None:
            return person_id == self.person_id
        return self.is_supervisor and team_id in self.teams


def reader_of(by: Actor) -> Reader:
    """At most two queries."""
    if not isinstance(by, Person):
        return Reader(by, by.actor_kind == "system", False, 0, frozenset(), frozenset())
    teams = frozenset(Membership.objects.filter(person=by).values_list("team_id", flat=True))
    is_administrator = by.is_administrator
    hidden = frozenset() if is_administrator else frozenset(hidden_team_ids(by))
    return Reader(by, is_administrator, by.is_supervisor, by.pk, teams, hidden)


def may_see_letters(by: Actor) -> Verdict:
    """The pages of letters: whoever answers customers."""
    if isinstance(by, Person) and by.is_one_of(Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR):
        return YES
    return may_administer(by)


def may_edit_letter(by: Actor, *, team_id: int | None, person_id: int | None) -> Verdict:
    """Change the words of a letter, put them in force, retire them."""
    if reader_of(by).edits(team_id, person_id):
        return YES
    return no(_("Letters of the whole desk are for administrators, those of a team for its supervisors."))


def may_add_for_team(by: Actor, team_id: int | None) -> Verdict:
    """A new canned reply: as one may edit it afterwards."""
    return may_edit_letter(by, team_id=team_id, person_id=None)
