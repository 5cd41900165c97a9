"""Dates and times that people choose, in their own zone."""

import datetime as dt

from django.utils.translation import gettext as _

from aplomb.lib.time import read_instant, zone
from aplomb.people.errors import Wrong
from aplomb.people.models import Person

MORNING = dt.time(9, 0)
# a day without an hour is over with its last minute
LAST_MINUTE = dt.time(23, 59)


def read_moment(by: Person, *, offered: str = "", date: str = "", time: str = "") -> dt.datetime:
    """An instant that was offered, else a date with its time, nine in the morning where none is given.

    A time that summer time takes away is an hour later. Raises Wrong for what is none.
    """
    if offered:
        try:
            return read_instant(offered)
        except ValueError:
            raise Wrong("until", _("Choose an hour.")) from None
    return _local(by, "until", date, time or MORNING.isoformat("minutes"))


def read_due(by: Person, *, date: str, time: str = "") -> tuple[dt.datetime | None, bool]:
    """By when something is due, and whether that is a whole day. No date: whenever. Raises Wrong."""
    if not date.strip():
        if time.strip():
            raise Wrong("due", _("A time needs a day."))
        return None, False
    if time.strip():
        return _local(by, "due", date, time), False
    return _local(by, "due", date, LAST_MINUTE.isoformat("minutes")), True


def _local(by: Person, field: str, date: str, time: str) -> dt.datetime:
    try:
        found = dt.datetime.combine(dt.date.fromisoformat(date.strip()), dt.time.fromisoformat(time.strip()))
        if found.tzinfo is not None:
            raise ValueError(time)
        return found.replace(tzinfo=zone(by.time_zone)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise Wrong(field, _("That is no day and time: choose them again.")) from None
