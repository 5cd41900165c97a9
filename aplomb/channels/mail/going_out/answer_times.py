"""When a person will answer, as it can be kept: by the hours of the ticket's team, in words for the customer."""

import datetime as dt
from dataclasses import dataclass

from babel.dates import format_datetime, format_skeleton, get_timezone_location

from aplomb.lib.time import zone
from aplomb.lib.worktime import WorkCalendar, day_over, is_open, next_open


@dataclass(frozen=True)
class Answering:
    """By when a person answers; `opens_at` is None while somebody is there, or where nobody knows the hours."""

    answer_by: dt.datetime
    opens_at: dt.datetime | None = None


def answering(calendar: WorkCalendar | None, now: dt.datetime, due: dt.datetime) -> Answering:
    """What may be promised to who wrote now and is due an answer by `due`.

    What is due while the desk works stands. What is due while it is closed is put to the end of a whole working day: the
    next one for who wrote while it was closed, the first after the due time for who wrote while it was open.
    """
    if calendar is None:
        return Answering(due)
    opens = next_open(calendar, now)
    if opens is None:
        return Answering(due)
    is_closed = opens > now
    by = due
    if not is_open(calendar, due):
        start = opens if is_closed else next_open(calendar, due)
        by = (day_over(calendar, start) if start is not None else None) or due
    return Answering(by, opens if is_closed else None)


def in_words(at: dt.datetime, zone_name: str, language: str, *, names_zone: bool) -> str:
    """ "Monday 23 November, 09:00", with the zone's city behind it where the reader's clock may show another time."""
    local = at.astimezone(zone(zone_name))
    # the desk's English is that of Europe: 23 November
    locale = "en_GB" if language == "en" else language
    day = format_skeleton("MMMMd", local, locale=locale)
    words = f"{format_datetime(local, 'EEEE', locale=locale)} {day}, {local:%H:%M}"
    if not names_zone:
        return words
    return f"{words} ({get_timezone_location(zone_name, locale=locale, return_city=True)})"


def same_clock(one: str, other: str, *instants: dt.datetime) -> bool:
    """Whether clocks in both zones show the same at these instants."""
    return all(at.astimezone(zone(one)).utcoffset() == at.astimezone(zone(other)).utcoffset() for at in instants)
