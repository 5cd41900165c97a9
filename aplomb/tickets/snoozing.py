"""When a ticket that was put to sleep wakes, and the hours that are offered for it. Pure; docs/flows/together.md."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

# a snooze hides nothing that falls due: the ticket is back so long before
WAKES_BEFORE_DUE = dt.timedelta(hours=1)
LONGEST_SNOOZE = dt.timedelta(days=366)

LATER_TODAY = dt.timedelta(hours=3)
EVENING = dt.time(20, 0)
MORNING = dt.time(9, 0)
EARLIEST = dt.time(6, 0)
QUARTER = dt.timedelta(minutes=15)

# the first open hour at or after an instant
NextOpen = Callable[[dt.datetime], dt.datetime | None]


@dataclass(frozen=True)
class Preset:
    """An hour that is offered: today, tomorrow, monday or week, and the instant in UTC."""

    key: str
    at: dt.datetime


def wakes_at(until: dt.datetime, due_at: dt.datetime | None) -> dt.datetime:
    """When it wakes: at its hour, or before that so that what is due can still be done in time."""
    return until if due_at is None else min(until, due_at - WAKES_BEFORE_DUE)


def presets(now: dt.datetime, zone: ZoneInfo, next_open: NextOpen | None = None) -> tuple[Preset, ...]:
    """The hours to offer in the reader's zone, the earliest first. Mornings are the first open hour where a calendar
    is known (`next_open`), else nine o'clock. What would be the same hour twice stands once."""
    local = now.astimezone(zone)
    found: list[Preset] = []
    later = _up_to_quarter(local + LATER_TODAY)
    if later.date() == local.date() and later.time() <= EVENING:
        found.append(Preset("today", later.astimezone(dt.UTC)))
    to_monday = (7 - local.weekday()) % 7 or 7
    for key, days in (("tomorrow", 1), ("monday", to_monday), ("week", 7)):
        at = _morning(local.date() + dt.timedelta(days=days), zone, next_open)
        if at is not None and at > now and at not in {each.at for each in found}:
            found.append(Preset(key, at))
    return tuple(sorted(found, key=lambda each: each.at))


def _up_to_quarter(local: dt.datetime) -> dt.datetime:
    bare = local.replace(minute=0, second=0, microsecond=0)
    return bare + -(-(local - bare) // QUARTER) * QUARTER


def _morning(day: dt.date, zone: ZoneInfo, next_open: NextOpen | None) -> dt.datetime | None:
    """When that day's work begins; None for a day on which nobody works."""
    nine = dt.datetime.combine(day, MORNING, zone).astimezone(dt.UTC)
    opens = next_open(dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)) if next_open is not None else nine
    if opens is None:
        return nine
    local = opens.astimezone(zone)
    if local.date() != day:
        return None
    # whoever is open all night still means the morning
    return nine if local.time() < EARLIEST else opens.astimezone(dt.UTC)
