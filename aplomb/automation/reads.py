"""Which macros are offered where."""

from aplomb.automation.models import Macro
from aplomb.automation.policies import visible_macros
from aplomb.letters.policies import reader_of
from aplomb.people.models import Person


def macros_for(by: Person, team_id: int | None) -> list[Macro]:
    """What this person may run on a ticket of this team: the desk's, the team's and one's own teams', one's own."""
    reader = reader_of(by)
    return [
        each
        for each in visible_macros(by).filter(is_active=True)
        if each.person_id is not None or each.team_id is None or each.team_id == team_id or each.team_id in reader.teams
    ]
