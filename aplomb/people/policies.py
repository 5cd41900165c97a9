"""Who may do what on the desk, with the reason when they may not."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aplomb.journal.actors import Actor
from aplomb.lib.prepared import prepared
from aplomb.people.errors import NotAllowed
from aplomb.people.models import Person, Team


@dataclass(frozen=True)
class Verdict:
    """May they? `reason` says why not, in words for the person."""

    allowed: bool
    reason: "str | Promise" = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(True)


def no(reason: "str | Promise") -> Verdict:
    return Verdict(False, reason)


def require(verdict: Verdict) -> None:
    """Raises NotAllowed with the verdict's reason."""
    if not verdict:
        raise NotAllowed(verdict.reason)


def may_administer(by: Actor) -> Verdict:
    """People, teams, mailboxes, tokens of others: administrators and the machine's operator."""
    if not isinstance(by, Person):
        return YES if by.actor_kind == "system" else no(_("Only the staff may do this."))
    return YES if by.is_administrator else no(_("This is for administrators."))


@prepared
def _closed_seats() -> QuerySet[Team, tuple[int, int | None]]:
    return Team.objects.filter(is_open=False).order_by().values_list("pk", "membership__person_id")


def hidden_team_ids(by: Actor) -> list[int]:
    """Closed teams whose tickets this actor does not see: neither a member nor a supervisor."""
    if not isinstance(by, Person):
        return []
    if by.is_supervisor:
        return []
    # one plain join, sorted out here: an exclusion takes longer to build than closed teams have members
    seats = _closed_seats()
    own = {team for team, person in seats if person == by.pk}
    return sorted({team for team, _person in seats} - own)
