"""Reading a file of days off: an iCalendar (RFC 5545) with events that last whole days. Pure but for the words.

A file is taken whole or not at all. What it holds beside days (events with hours, cancelled ones, other years) is left out
and counted.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from aplomb.calendars.errors import CalendarRefused

MOST_BYTES = 1_000_000
MOST_EVENTS = 2_000
MOST_DAYS = 1_000
LONGEST_DAYS = 100
# of all recurring events together: more is no list of days off
MOST_TURNS = 60_000
SLOW_FREQUENCIES = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY"}
FIRST_YEAR = 1900
PROPERTIES = {"DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID"}


@dataclass
class DayFile:
    """The days that a file names, and how many of its events are none."""

    days: dict[dt.date, str] = field(default_factory=dict)
    with_hours: int = 0
    elsewhen: int = 0


def read_day_file(content: bytes, *, since: dt.date, until: dt.date) -> DayFile:
    """The whole days between two dates, both included. Raises CalendarRefused at the field `file`."""
    if len(content) > MOST_BYTES:
        raise _wrong(_("The file is larger than %(size)s MB; days off take less.") % {"size": MOST_BYTES // 1_000_000})
    if not content.strip():
        raise _wrong(_("The file is empty."))
    events = _events(content)
    if not events:
        raise _wrong(_("The calendar has no events."))
    if len(events) > MOST_EVENTS:
        raise _wrong(_("The calendar has more than %(count)s events.") % {"count": MOST_EVENTS})
    found, turns = DayFile(), iter(range(MOST_TURNS))
    for number, event in enumerate(events, 1):
        _require_readable(event, _shown(event, number))
    moved = _moved(events)
    for number, event in enumerate(events, 1):
        name, shown = _name(event), _shown(event, number)
        for day in _days_of(event, shown, found, until, turns, moved):
            if not since <= day <= until:
                found.elsewhen += 1
                continue
            found.days.setdefault(day, name)
            if len(found.days) > MOST_DAYS:
                raise _wrong(_("The calendar names more than %(count)s days.") % {"count": MOST_DAYS})
    return found


def _wrong(reason: str) -> CalendarRefused:
    return CalendarRefused(reason, "file")


def _events(content: bytes) -> list[Any]:
    import icalendar

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # RFC 5545 wants UTF-8; older programs write what their system speaks
        text = content.decode("latin-1")
    if "\0" in text:
        raise _wrong(_("This is no calendar file (iCalendar, .ics)."))
    try:
        found = icalendar.Calendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise _wrong(_("This is no calendar file (iCalendar, .ics).")) from error
    calendars = [each for each in found if each.name == "VCALENDAR"]
    if not calendars or len(calendars) != len(found):
        raise _wrong(_("This is no calendar file (iCalendar, .ics)."))
    return [event for each in calendars for event in each.walk("VEVENT")]


def _require_readable(event: Any, shown: str) -> None:
    """The library keeps what it cannot read as it is; a date that is none must not pass for none at all."""
    for name, _message in event.errors:
        if name in PROPERTIES:
            given = event.get(name)
            first = given[0] if isinstance(given, list) else given
            raise _wrong(_("%(event)s has a date that is none: %(date)s.") % {"event": shown, "date": str(first)[:40]})


def _shown(event: Any, number: int) -> str:
    return _name(event) or _("event %(number)s") % {"number": number}


def _name(event: Any) -> str:
    given = event.get("SUMMARY")
    if isinstance(given, list):
        given = given[0] if given else ""
    text = "".join(each if each.isprintable() else " " for each in str(given or ""))
    return " ".join(text.split())[:120]


def _days_of(
    event: Any, shown: str, found: DayFile, until: dt.date, turns: Iterator[int], moved: set[tuple[str, dt.date]]
) -> Iterator[dt.date]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    begin = _date(event, "DTSTART", shown)
    if begin is None:
        raise _wrong(_("%(event)s has no day on which it begins.") % {"event": shown})
    if isinstance(begin, dt.datetime):
        found.with_hours += 1
        return
    if begin.year < FIRST_YEAR:
        raise _wrong(_("%(event)s begins in the year %(year)s.") % {"event": shown, "year": begin.year})
    length = _length(event, begin, shown)
    without = _listed(event, "EXDATE", shown)
    is_whole_series = event.get("RECURRENCE-ID") is None
    uid = str(event.get("UID") or "")
    for start in _starts(event, begin, shown, until, turns):
        if start in without or (is_whole_series and (uid, start) in moved):
            continue
        for more in range(length):
            yield start + dt.timedelta(days=more)


def _starts(event: Any, begin: dt.date, shown: str, until: dt.date, turns: Iterator[int]) -> Iterator[dt.date]:
    """The day itself, and those on which it comes again, up to a date."""
    rule = event.get("RRULE")
    starts = {begin}
    if rule is not None:
        starts |= set(_again(rule, begin, shown, until, turns))
    yield from sorted(starts | _listed(event, "RDATE", shown))


def _again(rule: Any, begin: dt.date, shown: str, until: dt.date, turns: Iterator[int]) -> Iterator[dt.date]:
    from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # it has no types of its own

    wrong = _wrong(_("%(event)s comes again in a way that days off do not.") % {"event": shown})
    if isinstance(rule, list) or [str(each).upper() for each in rule.get("FREQ", [])][0:1] not in (
        [each] for each in SLOW_FREQUENCIES
    ):
        raise wrong
    try:
        last, count = (rule.get(each, [None])[0] for each in ("UNTIL", "COUNT"))
        parts = {key: value for key, value in rule.items() if key not in ("UNTIL", "COUNT")}
        end = min(until, last.date() if isinstance(last, dt.datetime) else last) if last else until
        text = type(rule)(parts).to_ical().decode()
        again = rrulestr(text, dtstart=dt.datetime(begin.year, begin.month, begin.day))  # noqa: DTZ001  dates alone
        if end < begin:
            return
        # bounded by the last day, so that a rule that never comes true ends too
        bounded = again.replace(until=dt.datetime(end.year, end.month, end.day, 23, 59))  # noqa: DTZ001  dates alone
        for each in islice(bounded, int(count) if count is not None else None):
            if next(turns, None) is None:
                raise _wrong(_("The calendar names more than %(count)s days.") % {"count": MOST_DAYS})
            yield each.date()
    except (ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise wrong from error


def _length(event: Any, begin: dt.date, shown: str) -> int:
    """For how many days: the end is the first day that is no longer part of it (RFC 5545 section 3.6.1)."""
    end = _date(event, "DTEND", shown)
    if end is None:
        lasts = getattr(event.get("DURATION"), "dt", None)
        days = max(1, lasts.days) if isinstance(lasts, dt.timedelta) else 1
    else:
        days = ((end.date() if isinstance(end, dt.datetime) else end) - begin).days
        if days < 0:
            raise _wrong(_("%(event)s ends before it begins.") % {"event": shown})
    if days > LONGEST_DAYS:
        raise _wrong(_("%(event)s lasts longer than %(count)s days.") % {"event": shown, "count": LONGEST_DAYS})
    return max(1, days)


def _date(event: Any, name: str, shown: str) -> dt.date | dt.datetime | None:
    value = event.get(name)
    if value is None:
        return None
    found = getattr(value, "dt", None)
    if not isinstance(found, dt.date):
        raise _wrong(_("%(event)s has a date that is none: %(date)s.") % {"event": shown, "date": str(value)[:40]})
    return found


def _listed(event: Any, name: str, shown: str) -> set[dt.date]:
    given = event.get(name)
    found: set[dt.date] = set()
    for part in given if isinstance(given, list) else [given] if given is not None else []:
        for each in getattr(part, "dts", None) or []:
            value = each.dt
            if not isinstance(value, dt.date):
                raise _wrong(
                    _("%(event)s has a date that is none: %(date)s.") % {"event": shown, "date": str(value)[:40]}
                )
            found.add(value.date() if isinstance(value, dt.datetime) else value)
            if len(found) > MOST_DAYS:
                raise _wrong(_("The calendar names more than %(count)s days.") % {"count": MOST_DAYS})
    return found


def _moved(events: list[Any]) -> set[tuple[str, dt.date]]:
    """Turns of a series that another event stands for."""
    found = set()
    for event in events:
        value = getattr(event.get("RECURRENCE-ID"), "dt", None)
        if isinstance(value, dt.date):
            found.add((str(event.get("UID") or ""), value.date() if isinstance(value, dt.datetime) else value))
    return found
