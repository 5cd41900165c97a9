"""What others ask of the calendars: the arithmetic of one, and the days on which it is closed."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from aplomb.calendars.models import Calendar, DayKind, HolidayYear, OwnDay, name_in_language
from aplomb.lib.prepared import prepared
from aplomb.lib.time import zone
from aplomb.lib.worktime import WorkCalendar, work_calendar

# by calendar: its stamp, and what was worked out while it had that
_worked_out: dict[int, tuple[str, WorkCalendar]] = {}
MOST_KEPT = 500


@prepared
def _default() -> QuerySet[Calendar]:
    return Calendar.objects.filter(is_default=True)[:1]


def default_calendar() -> Calendar | None:
    """The desk's calendar; None where nobody has made one. One query."""
    found = _default()
    return found[0] if found else None


def arithmetic_of(calendar: Calendar) -> WorkCalendar:
    """The calendar as lib/worktime counts with it. Kept until the calendar changes: then two queries."""
    kept = _worked_out.get(calendar.pk)
    if kept is not None and kept[0] == calendar.stamp:
        return kept[1]
    days_off, other_days = set[dt.date](), dict[dt.date, list[list[str]]]()
    for year in _holiday_years(calendar):
        days_off |= {dt.date.fromisoformat(each) for each in year.days}
    for own in OwnDay.objects.filter(calendar=calendar):
        days_off.discard(own.date)
        if own.kind == DayKind.CLOSED:
            days_off.add(own.date)
        elif own.kind == DayKind.HOURS:
            other_days[own.date] = own.spans
    found = work_calendar(zone(calendar.time_zone).key, calendar.hours, days_off, other_days)
    if len(_worked_out) >= MOST_KEPT:
        _worked_out.clear()
    _worked_out[calendar.pk] = (calendar.stamp, found)
    return found


@dataclass(frozen=True)
class Day:
    """A date that differs. `spans` are its hours, none if it is closed; `own` says that the desk decided it."""

    date: dt.date
    name: str
    kind: str
    spans: tuple[tuple[str, str], ...] = ()
    is_own: bool = False
    # what the law says of the same date
    holiday: str = ""


def days_that_differ(calendar: Calendar, since: dt.date, until: dt.date) -> list[Day]:
    """Public holidays and own days between two dates, both included, in order, in the reader's language. Two queries."""
    public = {date: names for date, names in _public(calendar) if since <= date <= until}
    found = {date: Day(date, name_in_language(names), DayKind.CLOSED) for date, names in public.items()}
    for own in OwnDay.objects.filter(calendar=calendar, date__range=(since, until)):
        holiday = name_in_language(public[own.date]) if own.date in public else ""
        spans = tuple((begin, end) for begin, end in own.spans)
        found[own.date] = Day(own.date, own.name or holiday, own.kind, spans, True, holiday)
    return [found[date] for date in sorted(found)]


def next_closed(calendar: Calendar, since: dt.date, most: int = 5) -> list[Day]:
    """The next days on which it is closed all day although the week says otherwise. Two queries."""
    opened = arithmetic_of(calendar).week
    ahead = days_that_differ(calendar, since, since + dt.timedelta(days=400))
    return [each for each in ahead if each.kind == DayKind.CLOSED and opened[each.date.weekday()]][:most]


def _public(calendar: Calendar) -> Iterator[tuple[dt.date, dict[str, str]]]:
    for year in _holiday_years(calendar):
        for date, names in year.days.items():
            yield dt.date.fromisoformat(date), names


def _holiday_years(calendar: Calendar) -> list[HolidayYear]:
    if not calendar.country:
        return []
    return list(HolidayYear.objects.filter(country=calendar.country, region=calendar.region))
