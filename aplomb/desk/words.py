"""Times, sizes and due times in words, in the reader's language and zone. What Babel works out is kept."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.units import format_unit
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aplomb.lib.time import utc_now, zone

SOON = dt.timedelta(hours=2)


@dataclass(frozen=True)
class Due:
    """A due time: what to say, the exact instant, and its tone: late, soon or later."""

    text: str
    exact: str
    tone: str


def language() -> str:
    """The language of the page, as Babel knows it."""
    return _known_language(get_language() or "en")


@lru_cache(maxsize=64)
def _known_language(code: str) -> str:
    try:
        # the desk's English is that of Europe: 14:02, 3 Nov
        return "en_GB" if code == "en" else str(Locale.parse(code.replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        return "en"


def moment(at: dt.datetime) -> str:
    """ "today 14:02", "yesterday 9:15", "3 Nov 14:02", with the year where it is another one."""
    local = timezone.localtime(at)
    return _("%(day)s %(time)s") % {
        "day": _day_word(local),
        "time": _clock(language(), local.hour, local.minute),
    }


def day(at: dt.datetime) -> str:
    """ "today", "yesterday", "3 Nov"."""
    return _day_word(timezone.localtime(at))


def brief(at: dt.datetime) -> str:
    """The time of day for today, else the day: for lists."""
    local = timezone.localtime(at)
    if local.date() == timezone.localdate():
        return _clock(language(), local.hour, local.minute)
    return _day_word(local)


def exact(at: dt.datetime) -> str:
    """The whole date and time in the reader's zone."""
    local = timezone.localtime(at)
    return f"{_whole_day(language(), local.date())}, {_clock(language(), local.hour, local.minute)} {local.tzname()}"


def clock(at: dt.datetime) -> str:
    """The time of day, in the reader's zone."""
    local = timezone.localtime(at)
    return _clock(language(), local.hour, local.minute)


def clock_in(zone_name: str) -> str:
    """What a clock shows there now."""
    local = utc_now().astimezone(zone(zone_name))
    return _clock(language(), local.hour, local.minute)


def due(at: dt.datetime, why: str = "reply", now: dt.datetime | None = None) -> Due:
    """What is due when, as one says it: "reply due in 25 min", "reply was due 2 hr ago"."""
    left = at - (now or utc_now())
    if left < dt.timedelta():
        text = _("reply was due %(time)s ago") if why == "reply" else _("was due %(time)s ago")
        return Due(text % {"time": span(-left)}, exact(at), "late")
    text = _("reply due in %(time)s") if why == "reply" else _("due in %(time)s")
    return Due(text % {"time": span(left)}, exact(at), "soon" if left <= SOON else "later")


def span(length: dt.timedelta) -> str:
    """How long: minutes up to 100, hours up to 48, then days."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 100:
        return _unit(minutes, "minute", language())
    if minutes < 48 * 60:
        return _unit(round(minutes / 60), "hour", language())
    return _unit(round(minutes / 1440), "day", language())


def file_size(size: int) -> str:
    """Bytes below a thousand, then kB, MB, GB."""
    if size < 1000:
        return f"{size} B"
    amount, name = next(((size / step, name) for step, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")) if size >= step))
    return f"{format_decimal(round(amount, 1 if amount < 10 else 0), locale=language())} {name}"


def _day_word(local: dt.datetime) -> str:
    today = timezone.localdate()
    if local.date() == today:
        return _("today")
    if local.date() == today - dt.timedelta(days=1):
        return _("yesterday")
    if local.date() == today + dt.timedelta(days=1):
        return _("tomorrow")
    return _short_day(language(), local.date(), local.year != today.year)


@lru_cache(maxsize=8192)
def _clock(locale: str, hour: int, minute: int) -> str:
    return format_time(dt.time(hour, minute), "short", locale=locale)


@lru_cache(maxsize=4096)
def _short_day(locale: str, on: dt.date, with_year: bool) -> str:
    if with_year:
        return format_date(on, "medium", locale=locale)
    return format_date(on, _without_year(locale), locale=locale)


@lru_cache(maxsize=64)
def _without_year(locale: str) -> str:
    skeletons = Locale.parse(locale).datetime_skeletons
    return str(skeletons["MMMd"]) if "MMMd" in skeletons else "d MMM"


@lru_cache(maxsize=4096)
def _whole_day(locale: str, on: dt.date) -> str:
    return format_date(on, "full", locale=locale)


@lru_cache(maxsize=4096)
def _unit(count: int, name: str, locale: str) -> str:
    # "25 min" and "5 hr" in every English
    return str(format_unit(count, f"duration-{name}", length="short", locale="en" if locale == "en_GB" else locale))
