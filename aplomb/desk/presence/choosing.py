"""Colleagues where one of them is chosen: who can be reached, who is absent until when, and who stands in. Never refused."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from aplomb.desk.presence.words import absence_words, standing_words
from aplomb.desk.words import Speech
from aplomb.lib.time import utc_now
from aplomb.people.models import Person
from aplomb.people.presence import absences_at, standing_of


@dataclass(frozen=True)
class Colleague:
    """Somebody to choose: `said` is how things stand with them, in words."""

    pk: int
    name: str
    state: str
    said: str


def colleagues(*, besides: Person) -> list[Colleague]:
    """Everyone else who answers tickets, by work name."""
    people = Person.objects.filter(is_active=True).exclude(pk=besides.pk).order_by("work_name")
    agents = [each for each in people if each.is_agent]
    standing, speech = standing_of(agents), Speech()
    return [
        Colleague(each.pk, each.work_name, standing[each.pk].state, standing_words(standing[each.pk], speech))
        for each in agents
    ]


def absence_said(person: Person | None) -> str:
    """That somebody who was given something is absent; empty when they are not, or nobody was. One query."""
    if person is None:
        return ""
    absence = absences_at([person], utc_now()).get(person.pk)
    if absence is None:
        return ""
    return _("%(name)s is absent: %(absence)s.") % {"name": person.work_name, "absence": absence_words(absence)}
