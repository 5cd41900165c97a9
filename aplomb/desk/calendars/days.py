"""Weekdays and dates in words, in the reader's language."""

import datetime as dt

from babel.dates import format_date, format_skeleton, get_day_names

from aplomb.desk.words import language


def weekday_name(number: int, *, short: bool = False) -> str:
    """The name of a weekday, Monday is 0; as it stands alone."""
    names = get_day_names("abbreviated" if short else "wide", context="stand-alone", locale=language())
    name = str(names[number])
    return name[:1].upper() + name[1:]


def weekday_and_date(on: dt.date) -> str:
    """ "Fri, 25 Dec 2026"."""
    return str(format_skeleton("yMMMEd", on, locale=language()))


def short_date(on: dt.date) -> str:
    """ "25 Dec 2026"."""
    return str(format_date(on, "medium", locale=language()))
