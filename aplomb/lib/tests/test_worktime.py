"""Working time: against a reference that looks at every minute, over clock changes in ten zones, and by hand."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aplomb.lib.worktime import (
    WEEKDAYS,
    Pause,
    WorkCalendar,
    WrongHours,
    due,
    is_open,
    next_close,
    next_open,
    week_of,
    work_calendar,
    worked_between,
)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.UTC)


# where clocks change: in March, October, at midnight, by half an hour, by a whole day, during Ramadan, and never
CHANGES = [
    ("Europe/Athens", utc(2026, 3, 29, 1)),
    ("Europe/Bucharest", utc(2026, 10, 25, 1)),
    ("America/New_York", utc(2026, 11, 1, 6)),
    ("America/Santiago", utc(2026, 4, 5, 3)),
    ("America/Havana", utc(2026, 11, 1, 5)),
    ("Africa/Casablanca", utc(2026, 2, 15, 2)),
    ("Australia/Lord_Howe", utc(2026, 4, 4, 15)),
    ("Atlantic/Azores", utc(2026, 10, 25, 1)),
    ("Pacific/Apia", utc(2011, 12, 30, 10)),
    ("America/St_Johns", utc(2010, 11, 7, 2, 31)),
    ("Asia/Kolkata", utc(2026, 6, 1)),
]
WEEKDAYS_9_17 = {day: [["09:00", "17:00"]] for day in WEEKDAYS[:5]}
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
MINUTE = dt.timedelta(minutes=1)
DAYS = 3


def counts(
    zone: str, hours: dict[str, list[list[str]]], off: set[dt.date], pauses: list[Pause], at: dt.datetime
) -> bool:
    """The words of the rule, asked of one instant."""
    local = at.astimezone(ZoneInfo(zone))
    if local.date() in off or any(since <= at and (until is None or at < until) for since, until in pauses):
        return False
    now, today, before = f"{local:%H:%M}", WEEKDAYS[local.weekday()], WEEKDAYS[local.weekday() - 1]
    if any(begin <= now and (now < end or end < begin) for begin, end in hours.get(today, [])):
        return True
    return any(end < begin and now < end for begin, end in hours.get(before, []))


clock_times = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
spans = st.tuples(st.sampled_from(WEEKDAYS), clock_times, clock_times | st.just("24:00"))


@st.composite
def some_hours(draw: st.DrawFn) -> dict[str, list[list[str]]]:
    """Spans that do not overlap: each drawn one is taken if it still fits."""
    hours: dict[str, list[list[str]]] = {}
    for day, begin, end in draw(st.lists(spans, max_size=12)):
        wanted = {**hours, day: [*hours.get(day, []), [begin, end]]}
        try:
            week_of(wanted)
        except WrongHours:
            continue
        hours = wanted
    return hours


@st.composite
def timelines(draw: st.DrawFn) -> tuple[str, dict[str, list[list[str]]], set[dt.date], list[Pause], dt.datetime, int]:
    zone, change = draw(st.sampled_from(CHANGES))
    start = change + draw(st.integers(-2000, 600)) * MINUTE
    off = {start.date() + dt.timedelta(days=each) for each in draw(st.sets(st.integers(-1, 4), max_size=2))}
    pauses: list[Pause] = []
    for since, length in draw(
        st.lists(st.tuples(st.integers(-300, 2500), st.none() | st.integers(0, 900)), max_size=3)
    ):
        begin = start + since * MINUTE
        pauses.append((begin, None if length is None else begin + length * MINUTE))
    return zone, draw(some_hours()), off, pauses, start, draw(st.integers(0, 1500))


NIGHTS = {day: [["22:00", "06:00"]] for day in WEEKDAYS}


@settings(max_examples=60, deadline=None)
@given(timelines())
@example(("Pacific/Apia", NIGHTS, {dt.date(2011, 12, 31)}, [], utc(2011, 12, 30, 6), 600))
@example(("America/Havana", NIGHTS, {dt.date(2026, 11, 1)}, [], utc(2026, 10, 31, 20), 600))
@example(("America/St_Johns", ALWAYS, {dt.date(2010, 11, 7)}, [], utc(2010, 11, 7, 1), 300))
def test_it_agrees_with_looking_at_every_minute(
    timeline: tuple[str, dict[str, list[list[str]]], set[dt.date], list[Pause], dt.datetime, int],
) -> None:
    zone, hours, off, pauses, start, minutes = timeline
    calendar = work_calendar(zone, hours, off)
    days = DAYS * 1440
    worked = [counts(zone, hours, off, pauses, start + each * MINUTE) for each in range(days)]
    total, reached = 0, None
    for number, counted in enumerate(worked):
        if total == minutes:
            reached = number
            break
        total += counted
    found = due(calendar, start, minutes, pauses)
    if reached is not None:
        assert found == start + reached * MINUTE
    else:
        assert found is None or found > start + (days - 1) * MINUTE
    assert worked_between(calendar, start, start + days * MINUTE, pauses) == sum(worked) * MINUTE
    for at in (0, 700, 2000):
        assert is_open(calendar, start + at * MINUTE) is counts(zone, hours, off, [], start + at * MINUTE)
    opens = next_open(calendar, start)
    first = next((each for each in range(days) if counts(zone, hours, off, [], start + each * MINUTE)), None)
    if first is not None:
        assert opens == start + first * MINUTE


def athens(**given: object) -> WorkCalendar:
    return work_calendar("Europe/Athens", WEEKDAYS_9_17, **given)  # type: ignore[arg-type]  # as the function says


def test_what_is_due_at_the_end_of_a_day_is_due_then_and_not_the_next_morning() -> None:
    assert due(athens(), utc(2026, 11, 20, 7), 480) == utc(2026, 11, 20, 15)
    assert due(athens(), utc(2026, 11, 20, 7), 481) == utc(2026, 11, 23, 7, 1)


def test_no_minutes_are_due_at_once_even_at_night() -> None:
    assert due(athens(), utc(2026, 11, 22, 1, 2, 3), 0) == utc(2026, 11, 22, 1, 2, 3)


def test_seconds_are_kept() -> None:
    assert due(athens(), utc(2026, 11, 20, 14, 59, 30), 1) == utc(2026, 11, 23, 7, 0, 30)


def test_the_second_half_of_a_night_is_the_next_dates() -> None:
    nights = work_calendar("UTC", {"thu": [["22:00", "06:00"]]}, [dt.date(2026, 1, 2)])
    assert due(nights, utc(2026, 1, 1, 20), 121) == utc(2026, 1, 8, 22, 1)
    thursday_off = work_calendar("UTC", {"thu": [["22:00", "06:00"]]}, [dt.date(2026, 1, 1)])
    assert next_open(thursday_off, utc(2026, 1, 1, 20)) == utc(2026, 1, 2, 0)


def test_an_hour_that_comes_twice_counts_twice_and_one_that_never_comes_not_at_all() -> None:
    early = {"sun": [["02:00", "05:00"]]}
    berlin = work_calendar("Europe/Berlin", early)
    assert worked_between(berlin, utc(2026, 10, 24, 12), utc(2026, 10, 25, 12)) == dt.timedelta(hours=4)
    assert worked_between(berlin, utc(2026, 3, 28, 12), utc(2026, 3, 29, 12)) == dt.timedelta(hours=2)


def test_a_half_day_replaces_the_hours_of_its_date_and_stands_against_a_day_off() -> None:
    eve = dt.date(2026, 12, 24)
    calendar = athens(days_off=[eve], other_days={eve: [["09:00", "12:00"]]})
    assert due(calendar, utc(2026, 12, 24, 7), 181) == utc(2026, 12, 25, 7, 1)
    closed = athens(other_days={eve: []})
    assert not is_open(closed, utc(2026, 12, 24, 8))


def test_when_it_closes() -> None:
    assert next_close(athens(), utc(2026, 11, 20, 8)) == utc(2026, 11, 20, 15)
    assert next_close(athens(), utc(2026, 11, 21, 8)) == utc(2026, 11, 21, 8)
    always = work_calendar("UTC", ALWAYS)
    assert next_close(always, utc(2026, 1, 1)) is None


def test_what_is_never_reached_is_not_due() -> None:
    assert due(work_calendar("UTC", {}), utc(2026, 1, 1), 1) is None
    assert due(work_calendar("UTC", ALWAYS), utc(2026, 1, 1), 1, [(utc(2026, 1, 1), None)]) is None
    assert due(work_calendar("UTC", ALWAYS), utc(2024, 2, 29), 10**12) is None
    one_day = work_calendar("UTC", {}, other_days={dt.date(2027, 5, 1): [["10:00", "11:00"]]})
    assert due(one_day, utc(2026, 1, 1), 60) == utc(2027, 5, 1, 11)
    assert due(one_day, utc(2026, 1, 1), 61) is None


def test_pauses_may_overlap_touch_and_be_empty() -> None:
    pauses: list[Pause] = [
        (utc(2026, 11, 20, 9), utc(2026, 11, 20, 10)),
        (utc(2026, 11, 20, 8), utc(2026, 11, 20, 9, 30)),
        (utc(2026, 11, 20, 10), utc(2026, 11, 20, 11)),
        (utc(2026, 11, 20, 14), utc(2026, 11, 20, 14)),
    ]
    assert due(athens(), utc(2026, 11, 20, 7), 120, pauses) == utc(2026, 11, 20, 12)


@pytest.mark.parametrize(
    ("hours", "kind"),
    [
        ({"mon": [["09:00", "09:00"]]}, "equal"),
        ({"mon": [["24:00", "09:00"]]}, "time"),
        ({"mon": [["09:00", "25:00"]]}, "time"),
        ({"mon": [["9:00", "17:00"]]}, "time"),
        ({"mon": [["09:00", "17:00"], ["16:59", "18:00"]]}, "overlap"),
        ({"mon": [["22:00", "06:00"]], "tue": [["05:59", "07:00"]]}, "overlap"),
        ({"sun": [["22:00", "06:00"]], "mon": [["05:00", "07:00"]]}, "overlap"),
        ({"monday": []}, "weekday"),
        ({"mon": [["09:00"]]}, "shape"),
        ({"mon": "09:00-17:00"}, "shape"),
        ({"mon": [["٠٩:٠٠", "17:00"]]}, "time"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_where(hours: dict[str, list[list[str]]], kind: str) -> None:
    with pytest.raises(WrongHours) as wrong:
        work_calendar("UTC", hours)
    assert wrong.value.kind == kind


def test_spans_may_touch() -> None:
    touching = {"mon": [["22:00", "06:00"]], "tue": [["06:00", "12:00"], ["12:00", "24:00"]]}
    assert worked_between(work_calendar("UTC", touching), utc(2026, 1, 5), utc(2026, 1, 8)) == dt.timedelta(hours=26)


def test_wrong_zones_instants_minutes_and_pauses_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        work_calendar("Europe/Nowhere", {})
    with pytest.raises(ValueError, match="needs a time zone"):
        due(athens(), dt.datetime(2026, 1, 1), 1)  # noqa: DTZ001  that is the point
    with pytest.raises(ValueError, match="between 1900"):
        due(athens(), utc(1, 1, 1), 1)
    with pytest.raises(ValueError, match="below none"):
        due(athens(), utc(2026, 1, 1), -1)
    with pytest.raises(ValueError, match="ends before it begins"):
        due(athens(), utc(2026, 1, 1), 1, [(utc(2026, 1, 2), utc(2026, 1, 1))])


def test_a_year_of_work_is_reckoned_in_a_moment() -> None:
    calendar = athens()
    due(calendar, utc(2026, 1, 1), 60 * 8 * 260)
    best = 1.0
    for _ in range(20):
        begun = time.perf_counter()
        due(calendar, utc(2026, 1, 1), 60 * 8 * 260)
        best = min(best, time.perf_counter() - begun)
    assert best < 0.005
