"""Working time: what counts, how long it was, and when so much of it will have gone by. Pure arithmetic.

An instant counts when its local wall-clock time lies in a span [from, to) of its weekday, its local date is no day off, and
it lies in no pause. Where clocks go back an hour counts twice, where they go forward the missing one not at all: what counts
is what the clock on the wall shows, and how long it lasts is what passes (requirement S2).

Inside, instants are whole microseconds since 1970 in UTC and spans are microseconds of a day; outside they are datetimes
that are aware.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from aplomb.lib.time import known_zone, microseconds

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS_AHEAD = 10

Span = tuple[int, int]
Spans = tuple[Span, ...]
Pause = tuple[dt.datetime, dt.datetime | None]
Hours = Mapping[str, Sequence[Sequence[str]]]

MINUTE = 60_000_000
DAY = 1440 * MINUTE
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
# clocks of the world change at most a few times a year; none that changes twice within six hours is known
PROBE = 6 * 60 * MINUTE
FOREVER = 1 << 62
# the years that the arithmetic is held to: beyond them neither zones nor datetimes are to be trusted
FIRST_YEAR, LAST_YEAR = 1900, 9000


class WrongHours(ValueError):
    """Hours that cannot be. `kind` is one of shape, weekday, time, equal, overlap; `day` and `span` say where."""

    def __init__(self, kind: str, day: str, span: str = "") -> None:
        words = {
            "shape": 'is not a list of spans such as ["09:00", "17:00"]',
            "weekday": f"is no weekday: they are {', '.join(WEEKDAYS)}",
            "time": "is no time between 00:00 and 24:00",
            "equal": "ends when it begins",
            "overlap": "overlaps another span",
        }
        super().__init__(f"{day}: {span + ' ' if span else ''}{words[kind]}")
        self.kind, self.day, self.span = kind, day, span


@dataclass(frozen=True)
class WorkCalendar:
    """When work is done. `week` holds seven days' spans, Monday first, cut at midnight.

    `days` are the dates that differ from their weekday, by ordinal: no spans is a day off, others are that day's hours.
    """

    zone: ZoneInfo
    week: tuple[Spans, ...]
    days: Mapping[int, Spans] = field(default_factory=dict)

    @property
    def ever_opens(self) -> bool:
        """Whether there is any working time at all, days that differ left aside."""
        return any(self.week)


def work_calendar(
    time_zone: str,
    hours: Hours,
    days_off: Iterable[dt.date] = (),
    other_days: Mapping[dt.date, Sequence[Sequence[str]]] | None = None,
) -> WorkCalendar:
    """A calendar from a zone's name, weekly hours, days off, and dates with hours of their own.

    Hours of a date stand for that date from midnight to midnight, also against a day off, and end at 24:00 at the latest.
    Raises WrongHours, and ValueError for a zone that there is not.
    """
    if not isinstance(time_zone, str) or not known_zone(time_zone):
        raise ValueError(f"there is no time zone {time_zone!r}")
    days: dict[int, Spans] = {each.toordinal() - EPOCH_ORDINAL: () for each in days_off}
    for date, spans in (other_days or {}).items():
        days[date.toordinal() - EPOCH_ORDINAL] = spans_of_date(date.isoformat(), spans)
    return WorkCalendar(ZoneInfo(time_zone), week_of(hours), days)


def week_of(hours: Hours) -> tuple[Spans, ...]:
    """Seven days' spans, Monday first. What runs past midnight is cut there and goes on under the next weekday.

    Missing days are closed. Raises WrongHours for a span that ends when it begins, for overlaps (also with what the day
    before leaves over), and for times that are none.
    """
    if not isinstance(hours, Mapping):
        raise WrongHours("shape", "hours")
    for name in hours:
        if name not in WEEKDAYS:
            raise WrongHours("weekday", str(name)[:20])
    week: list[list[tuple[int, int, str, str]]] = [[] for _ in WEEKDAYS]
    for number, name in enumerate(WEEKDAYS):
        for begin, end, shown in _read_spans(name, hours.get(name, ())):
            if begin < end:
                week[number].append((begin, end, name, shown))
                continue
            week[number].append((begin, DAY, name, shown))
            if end:
                week[(number + 1) % 7].append((0, end, name, shown))
    return tuple(_in_order(day) for day in week)


def spans_of_date(day: str, spans: Sequence[Sequence[str]]) -> Spans:
    """The spans of one date, which end at midnight at the latest. `day` names it in what is refused. Raises WrongHours."""
    found = []
    for begin, end, shown in _read_spans(day, spans):
        if end < begin:
            raise WrongHours("time", day, shown)
        found.append((begin, end, day, shown))
    return _in_order(found)


def _read_spans(day: str, spans: object) -> Iterator[tuple[int, int, str]]:
    if not isinstance(spans, list | tuple):
        raise WrongHours("shape", day)
    for span in spans:
        if not isinstance(span, list | tuple) or len(span) != 2 or not all(isinstance(each, str) for each in span):
            raise WrongHours("shape", day)
        shown = f"{span[0]}–{span[1]}"[:40]
        begin, end = _time_of_day(span[0]), _time_of_day(span[1])
        if begin is None or end is None or begin == DAY:
            raise WrongHours("time", day, shown)
        if begin == end:
            raise WrongHours("equal", day, shown)
        yield begin, end, shown


def _time_of_day(text: str) -> int | None:
    """Microseconds since midnight of "09:30"; 24:00 ends a day."""
    if len(text) != 5 or text[2] != ":" or not text.isascii() or not (text[:2] + text[3:]).isdigit():
        return None
    hour, minute = int(text[:2]), int(text[3:])
    if minute > 59 or hour * 60 + minute > 1440:
        return None
    return (hour * 60 + minute) * MINUTE


def _in_order(spans: list[tuple[int, int, str, str]]) -> Spans:
    spans.sort()
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise WrongHours("overlap", after[2], after[3])
    return tuple((begin, end) for begin, end, _day, _shown in spans)


def due(calendar: WorkCalendar, start: dt.datetime, minutes: float, pauses: Iterable[Pause] = ()) -> dt.datetime | None:
    """The earliest instant by which so many working minutes have gone by since `start`, in UTC; None within ten years.

    No minutes are due at once. Raises ValueError for a start without a zone or outside 1900 to 9000, for minutes below
    none, and for a pause that ends before it begins.
    """
    begin = _instant(start)
    left = round(minutes * MINUTE)
    if left < 0:
        raise ValueError("there are no minutes below none")
    stops = _merged(pauses)
    if not left:
        return start.astimezone(dt.UTC)
    for since, until in _working(calendar, begin, _years_on(begin), stops):
        if until - since >= left:
            return EPOCH + dt.timedelta(microseconds=since + left)
        left -= until - since
    return None


def worked_between(
    calendar: WorkCalendar, since: dt.datetime, until: dt.datetime, pauses: Iterable[Pause] = ()
) -> dt.timedelta:
    """How much working time passed between the two instants; none where the second is not after the first."""
    begin, end, stops = _instant(since), _instant(until), _merged(pauses)
    return dt.timedelta(microseconds=sum(to - at for at, to in _working(calendar, begin, end, stops)))


def is_open(calendar: WorkCalendar, at: dt.datetime) -> bool:
    """Whether this instant counts."""
    begin = _instant(at)
    return any(True for _each in _working(calendar, begin, begin + 1, ()))


def next_open(calendar: WorkCalendar, at: dt.datetime) -> dt.datetime | None:
    """The first instant from `at` on that counts, in UTC: `at` itself while it is open. None within ten years."""
    begin = _instant(at)
    for since, _until in _working(calendar, begin, _years_on(begin), ()):
        return EPOCH + dt.timedelta(microseconds=since)
    return None


def next_close(calendar: WorkCalendar, at: dt.datetime) -> dt.datetime | None:
    """The first instant from `at` on that does not count, in UTC: `at` itself while it is closed. None within ten years."""
    begin = _instant(at)
    last = begin
    for since, until in _working(calendar, begin, _years_on(begin), ()):
        if since > last:
            break
        last = until
    return EPOCH + dt.timedelta(microseconds=last) if last < _years_on(begin) else None


def day_over(calendar: WorkCalendar, at: dt.datetime) -> dt.datetime | None:
    """When the last working time of this instant's local date ends, in UTC; None where no more comes on that date."""
    begin = _instant(at)
    tomorrow = at.astimezone(calendar.zone).date() + dt.timedelta(days=1)
    midnight = dt.datetime.combine(tomorrow, dt.time(), calendar.zone)
    spans = list(_working(calendar, begin, _instant(midnight), ()))
    last = spans[-1][1] if spans else None
    return EPOCH + dt.timedelta(microseconds=last) if last is not None else None


def _instant(at: dt.datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"an instant is between {FIRST_YEAR} and {LAST_YEAR}")
    return microseconds(at.astimezone(dt.UTC))


def _years_on(begin: int) -> int:
    then = EPOCH + dt.timedelta(microseconds=begin)
    day = 28 if (then.month, then.day) == (2, 29) else then.day
    return microseconds(then.replace(year=then.year + YEARS_AHEAD, day=day))


def _merged(pauses: Iterable[Pause]) -> list[Span]:
    """Pauses in order, those that touch made one."""
    found: list[Span] = []
    given = []
    for since, until in pauses:
        begin, end = _instant(since), FOREVER if until is None else _instant(until)
        if end < begin:
            raise ValueError("a pause ends before it begins")
        given.append((begin, end))
    for begin, end in sorted(given):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def _working(calendar: WorkCalendar, begin: int, end: int, stops: Sequence[Span]) -> Iterator[Span]:
    """The spans that count between two instants, in order, without the pauses."""
    if not stops:
        yield from _open_spans(calendar, begin, end)
        return
    place, count = 0, len(stops)
    for since, until in _open_spans(calendar, begin, end):
        while place < count and stops[place][1] <= since:
            place += 1
        at, ahead = since, place
        while ahead < count and stops[ahead][0] < until:
            if stops[ahead][0] > at:
                yield at, stops[ahead][0]
            at = stops[ahead][1]
            ahead += 1
        if place < count and stops[place][1] == FOREVER and stops[place][0] <= since:
            return
        if at < until:
            yield at, until


def _open_spans(calendar: WorkCalendar, begin: int, end: int) -> Iterator[Span]:
    week, days = calendar.week, calendar.days
    if not any(week) and not any(days.values()):
        return
    for since, until, offset in _stretches(calendar.zone.key, begin, end):
        day = (since + offset) // DAY
        midnight = day * DAY - offset
        while midnight < until:
            spans = week[(day + 3) % 7]
            if day in days:
                spans = days[day]
            for at, to in spans:
                at += midnight
                to += midnight
                if at < since:
                    at = since
                if to > until:
                    to = until
                if at < to:
                    yield at, to
            day += 1
            midnight += DAY


def _stretches(zone_name: str, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The time between two instants in stretches with one offset from UTC each: since, until, offset."""
    at = begin
    while at < end:
        year = (EPOCH + dt.timedelta(microseconds=at)).year
        starts, offsets, over = _offsets_of_year(zone_name, year)
        place = bisect_right(starts, at) - 1
        while at < end and place < len(starts):
            until = min(end, starts[place + 1] if place + 1 < len(starts) else over)
            yield at, until, offsets[place]
            at = until
            place += 1


@lru_cache(maxsize=4096)
def _offsets_of_year(zone_name: str, year: int) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """When offsets begin in a year in UTC, which they are, and when the year is over."""
    zone = ZoneInfo(zone_name)
    at, over = (microseconds(dt.datetime(each, 1, 1, tzinfo=dt.UTC)) for each in (year, year + 1))
    offset = _offset(zone, at)
    starts, offsets = [at], [offset]
    while at < over:
        ahead = min(at + PROBE, over)
        then = _offset(zone, ahead)
        if then != offset:
            low, high = at // 1_000_000, ahead // 1_000_000
            while high - low > 1:
                middle = (low + high) // 2
                if _offset(zone, middle * 1_000_000) == offset:
                    low = middle
                else:
                    high = middle
            # the year's last probe is the next year's first
            if high * 1_000_000 < over:
                starts.append(high * 1_000_000)
                offsets.append(then)
            offset = then
        at = ahead
    return tuple(starts), tuple(offsets), over


def _offset(zone: ZoneInfo, at: int) -> int:
    found = (EPOCH + dt.timedelta(microseconds=at)).astimezone(zone).utcoffset()
    assert found is not None
    return (found.days * 86400 + found.seconds) * 1_000_000
