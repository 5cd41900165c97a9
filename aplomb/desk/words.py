"""Times, sizes and due times in words, in the reader's language and zone. What Babel works out is kept."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.units import format_unit
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from aplomb.lib.time import utc_now, zone

SOON = dt.timedelta(hours=2)

# by kind of due item: what is said while it is to come, and what once it is past
DUE_KINDS: dict[str, tuple[str, str]] = {
    "reply": (_("reply due in %(time)s"), _("reply was due %(time)s ago")),
    "task": (_("task due in %(time)s"), _("task was due %(time)s ago")),
    "snooze": (_("snooze over in %(time)s"), _("snooze was over %(time)s ago")),
    "approval": (_("decision due in %(time)s"), _("decision was due %(time)s ago")),
}
DUE_OTHERWISE = (_("due in %(time)s"), _("was due %(time)s ago"))


@dataclass(frozen=True)
class Due:
    """A due time: what to say, the exact instant, and its tone: late, soon or later."""

    text: str
    exact: str
    tone: str


class Speech:
    """How times are said on one page: the reader's language, zone and today, looked up once."""

    def __init__(self) -> None:
        self.locale = language()
        self.zone = timezone.get_current_timezone()
        self.now = utc_now()
        self.today = self.now.astimezone(self.zone).date()
        self._texts: dict[str, str] = {}

    def _said(self, text: str) -> str:
        """The text in the reader's language, asked for once a page. The caller marks it."""
        found = self._texts.get(text)
        if found is None:
            found = self._texts[text] = gettext(text)
        return found

    def moment(self, at: dt.datetime) -> str:
        """ "today 14:02", "yesterday 9:15", "3 Nov 14:02", with the year where it is another one."""
        local = at.astimezone(self.zone)
        words = {"day": self._day(local), "time": _clock(self.locale, local.hour, local.minute)}
        return self._said(_("%(day)s %(time)s")) % words

    def day(self, at: dt.datetime) -> str:
        """ "today", "yesterday", "3 Nov"."""
        return self._day(at.astimezone(self.zone))

    def brief(self, at: dt.datetime) -> str:
        """The time of day for today, else the day: for lists."""
        local = at.astimezone(self.zone)
        if local.date() == self.today:
            return _clock(self.locale, local.hour, local.minute)
        return self._day(local)

    def exact(self, at: dt.datetime) -> str:
        """The whole date and time in the reader's zone."""
        local = at.astimezone(self.zone)
        time = _clock(self.locale, local.hour, local.minute)
        return f"{_whole_day(self.locale, local.date())}, {time} {local.tzname()}"

    def stretch(self, start: dt.datetime | dt.date, end: dt.datetime | dt.date | None) -> str:
        """From when to when something is, in whole words and the reader's zone; of whole days `end` is the day after."""
        if not isinstance(start, dt.datetime):
            last = end - dt.timedelta(days=1) if end is not None and not isinstance(end, dt.datetime) else start
            first = _whole_day(self.locale, start)
            return f"{first} – {_whole_day(self.locale, last)}" if last > start else first
        if not isinstance(end, dt.datetime) or end <= start:
            return self.exact(start)
        local, until = start.astimezone(self.zone), end.astimezone(self.zone)
        begins = f"{_whole_day(self.locale, local.date())}, {_clock(self.locale, local.hour, local.minute)}"
        if local.date() == until.date():
            return f"{begins}–{_clock(self.locale, until.hour, until.minute)} {until.tzname()}"
        return f"{begins} – {self.exact(end)}"

    def due(self, at: dt.datetime, why: str = "reply", now: dt.datetime | None = None) -> Due:
        """What is due when, as one says it: "reply due in 25 min", "task was due 2 hr ago"."""
        left = at - (now or self.now)
        coming, past = DUE_KINDS.get(why, DUE_OTHERWISE)
        if left < dt.timedelta():
            return Due(self._said(past) % {"time": self.span(-left)}, self.exact(at), "late")
        tone = "soon" if left <= SOON else "later"
        return Due(self._said(coming) % {"time": self.span(left)}, self.exact(at), tone)

    def span(self, length: dt.timedelta) -> str:
        """How long: minutes up to 100, hours up to 48, then days."""
        minutes = max(0, int(length.total_seconds() // 60))
        if minutes < 100:
            return _unit(minutes, "minute", self.locale)
        if minutes < 48 * 60:
            return _unit(round(minutes / 60), "hour", self.locale)
        return _unit(round(minutes / 1440), "day", self.locale)

    def _day(self, local: dt.datetime) -> str:
        days = (local.date() - self.today).days
        if days == 0:
            return self._said(_("today"))
        if days == -1:
            return self._said(_("yesterday"))
        if days == 1:
            return self._said(_("tomorrow"))
        return _short_day(self.locale, local.date(), local.year != self.today.year)


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


def clock_in(zone_name: str) -> str:
    """What a clock shows there now."""
    local = utc_now().astimezone(zone(zone_name))
    return _clock(language(), local.hour, local.minute)


def file_size(size: int) -> str:
    """Bytes below a thousand, then kB, MB, GB."""
    if size < 1000:
        return f"{size} B"
    amount, name = next(((size / step, name) for step, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")) if size >= step))
    return f"{format_decimal(round(amount, 1 if amount < 10 else 0), locale=language())} {name}"


@lru_cache(maxsize=8192)
def _clock(locale: str, hour: int, minute: int) -> str:
    # 24 hours in every language: a desk that says when it answers must not be misread by half a day
    return format_time(dt.time(hour, minute), "HH:mm", locale=locale)


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
