"""Who sees, runs and keeps which macro: as with letters, the desk's by administrators, a team's by its supervisors."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from aplomb.automation.models import Macro
from aplomb.journal.actors import Actor
from aplomb.letters.policies import Reader, reader_of
from aplomb.people.errors import NotFound
from aplomb.people.models import Person
from aplomb.people.policies import YES, Verdict, no
from aplomb.tickets.policies import may_work


def visible_macros(by: Actor) -> QuerySet[Macro]:
    """The desk's, those of teams that this actor sees, and one's own. An administrator sees those of every team."""
    reader = reader_of(by)
    shared = Macro.objects.select_related("team", "person", "changed_by")
    own = Q(person=reader.person_id) if reader.person_id else Q(pk__in=[])
    if reader.is_administrator:
        return shared.filter(Q(person=None) | own)
    teams = Q(team=None) | ~Q(team__in=reader.hidden) | Q(team__in=reader.teams)
    return shared.filter((Q(person=None) & teams) | own)


def macro_for(by: Actor, macro_id: int, *, lock: bool = False) -> Macro:
    """The macro, if this actor may see it. `lock` needs a transaction. Raises NotFound."""
    rows = visible_macros(by).filter(pk=macro_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound(_("There is no such macro here."))
    return found


def may_keep_macro(by: Actor, *, team_id: int | None, person_id: int | None, reader: Reader | None = None) -> Verdict:
    """Add, change or retire a macro of this owner."""
    if not may_work(by):
        return may_work(by)
    found = reader or reader_of(by)
    if person_id is not None:
        mine = not isinstance(by, Person) or by.pk == person_id
        return YES if mine else no(_("Only its owner changes a macro of one's own."))
    if found.edits(team_id, None):
        return YES
    return no(_("Macros of the whole desk are for administrators, those of a team for its supervisors."))
