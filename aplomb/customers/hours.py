"""Weekly hours as people write them: `9:00-13:00, 15-18`. Pure."""

import itertools
import re

Day = list[list[int]]
_STRETCH = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.h](\d{2}))?")
MIDNIGHT = 24 * 60
MOST_STRETCHES = 4


class NoHours(ValueError):
    """This says no hours."""


def read_day(text: str) -> Day:
    """Stretches of minutes after midnight, in order; empty for a day that is closed. `24:00` ends a day.

    Raises NoHours for anything else, for hours that end before they begin, and for stretches that overlap.
    """
    found: Day = []
    for part in re.split(r"[,;]", text.strip()[:80]):
        if not part.strip():
            continue
        match = _STRETCH.fullmatch(part.strip())
        if match is None:
            raise NoHours(part.strip())
        hour, minute, to_hour, to_minute = (int(each or 0) for each in match.groups())
        start, end = hour * 60 + minute, to_hour * 60 + to_minute
        if minute > 59 or to_minute > 59 or start >= end or end > MIDNIGHT:
            raise NoHours(part.strip())
        found.append([start, end])
    found.sort()
    overlap = any(later[0] < earlier[1] for earlier, later in itertools.pairwise(found))
    if overlap or len(found) > MOST_STRETCHES:
        raise NoHours(text.strip())
    return found


def write_day(day: Day) -> str:
    """The day again as text: `9:00–13:00, 15:00–18:00`; empty for a closed one."""
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in day)


def read_week(texts: list[str]) -> list[Day]:
    """Seven days, Monday first; an empty list where no day says anything. Raises NoHours."""
    week = [read_day(each) for each in texts]
    return week if any(week) else []


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
