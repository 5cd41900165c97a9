"""By which hours a team or a person works.

A team's own calendar, else the desk's. A person's own weekly hours in their zone, with the days off of their team's calendar;
else that calendar. Where nobody has made a calendar nothing is known, and None says so.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from aplomb.calendars.models import Calendar
from aplomb.calendars.reads import arithmetic_of, default_calendar
from aplomb.lib.prepared import prepared
from aplomb.lib.time import zone
from aplomb.lib.worktime import WorkCalendar, next_open, week_of
from aplomb.lib.worktime import is_open as counts
from aplomb.people.models import Membership, Person, TeamCalendar, WorkingHours


@prepared
def _of_team(team_id: int) -> QuerySet[Calendar]:
    return Calendar.objects.filter(pk__in=TeamCalendar.objects.filter(team=team_id).values("calendar"))[:1]


def calendar_row(team_id: int | None) -> Calendar | None:
    """The calendar of a team, else the desk's; None where there is none. At most two queries."""
    if team_id is not None:
        own = _of_team(team_id)
        if own:
            return own[0]
    return default_calendar()


def calendar_of(team_id: int | None) -> WorkCalendar | None:
    """The hours by which a team works, or the desk where it has none of its own; None where nobody has made a calendar."""
    found = calendar_row(team_id)
    return arithmetic_of(found) if found is not None else None


def is_open(team_id: int | None, at: dt.datetime) -> bool:
    """Whether the team works at this instant. Without any calendar it does: nothing else is known."""
    calendar = calendar_of(team_id)
    return calendar is None or counts(calendar, at)


def opens_at(team_id: int | None, at: dt.datetime) -> dt.datetime | None:
    """When the team works again, in UTC: `at` itself while it does. None where there is no calendar, or it never opens."""
    calendar = calendar_of(team_id)
    return next_open(calendar, at) if calendar is not None else None


def hours_of(people: Iterable[Person]) -> dict[int, WorkCalendar | None]:
    """By which hours each works. Somebody of several teams: by the calendar of the first by name that has one.

    Three queries, and those of calendars that changed.
    """
    wanted = list(people)
    desk = default_calendar()
    calendars: dict[int, Calendar] = {}
    linked = TeamCalendar.objects.filter(team__membership__person__in=[each.pk for each in wanted])
    for link in linked.order_by("team__name").select_related("calendar"):
        calendars.setdefault(link.team_id, link.calendar)
    seats = Membership.objects.filter(team__in=list(calendars), person__in=[each.pk for each in wanted])
    by_person: dict[int, Calendar] = {}
    places = {team: place for place, team in enumerate(calendars)}
    for seat in sorted(seats, key=lambda seat: places[seat.team_id]):
        by_person.setdefault(seat.person_id, calendars[seat.team_id])
    own = dict(WorkingHours.objects.filter(person__in=[each.pk for each in wanted]).values_list("person", "hours"))
    found: dict[int, WorkCalendar | None] = {}
    for each in wanted:
        row = by_person.get(each.pk, desk)
        shared = arithmetic_of(row) if row is not None else None
        found[each.pk] = shared
        if each.pk in own:
            days = shared.days if shared is not None else {}
            found[each.pk] = WorkCalendar(zone(each.time_zone), week_of(own[each.pk]), days)
    return found
