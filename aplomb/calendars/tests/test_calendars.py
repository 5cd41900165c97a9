"""Calendars: hours, holidays, own days; what is refused, and that nothing is half saved."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import translation

from aplomb.calendars.actions import (
    add_calendar,
    change_calendar,
    delete_calendar,
    know_holidays,
    make_default,
    make_first_calendar,
    remove_day,
    set_day,
)
from aplomb.calendars.errors import CalendarRefused, NotKeeper
from aplomb.calendars.jobs import keep_holidays
from aplomb.calendars.models import Calendar, HolidayYear, OwnDay
from aplomb.calendars.reads import arithmetic_of, days_that_differ, default_calendar, next_closed
from aplomb.journal.actors import SYSTEM
from aplomb.lib.time import as_if_at
from aplomb.lib.worktime import due, is_open
from tests.cast import Cast

pytestmark = pytest.mark.django_db

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NOW = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)


def made(name: str = "Athens", **further: object) -> Calendar:
    given = {"time_zone": "Europe/Athens", "hours": WEEK, **further}
    return add_calendar(name=name, by=SYSTEM, **given)  # type: ignore[arg-type]  # arguments by name


def test_the_first_calendar_is_the_desks_and_there_is_never_a_second_default() -> None:
    first = make_first_calendar("Europe/Athens", by=SYSTEM)
    assert make_first_calendar("Europe/Rome", by=SYSTEM).pk == first.pk
    second = made("Nights", hours={"fri": [["22:00", "06:00"]]})
    assert not second.is_default
    make_default(second, by=SYSTEM)
    assert [each.name for each in Calendar.objects.filter(is_default=True)] == ["Nights"]
    assert (default_calendar() or first).pk == second.pk


def test_hours_are_kept_in_order_and_empty_days_are_left_out() -> None:
    kept = made(hours={"tue": [], "mon": [["14:00", "17:00"], ["09:00", "13:00"]]})
    assert kept.hours == {"mon": [["09:00", "13:00"], ["14:00", "17:00"]]}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "OFFICE HOURS"}, "name"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone"),
        ({"hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "mon"),
        ({"hours": {"mon": [["22:00", "06:00"]], "tue": [["05:00", "07:00"]]}}, "tue"),
        ({"hours": {"mon": [["09:00", "09:00"]]}}, "mon"),
        ({"country": "QQ"}, "country"),
        ({"country": "GR", "region": "XX"}, "region"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_saved(wrong: dict[str, object], field: str) -> None:
    make_first_calendar("UTC", by=SYSTEM)
    with pytest.raises(CalendarRefused) as refused:
        made(**{"name": "New", **wrong})  # type: ignore[arg-type]  # arguments by name
    assert refused.value.field == field
    assert Calendar.objects.count() == 1


def test_only_administrators_keep_calendars(cast: Cast) -> None:
    calendar = made()
    for person in (cast.ada, cast.bo, cast.aud):
        with pytest.raises(NotKeeper):
            add_calendar(name="New", time_zone="UTC", hours={}, by=person)
        with pytest.raises(NotKeeper):
            set_day(calendar, date=dt.date.today(), by=person)  # noqa: DTZ011  any day
    change_calendar(calendar, name="New", time_zone="UTC", hours={}, by=cast.max)
    assert Calendar.objects.get().name == "New"


def test_public_holidays_count_and_are_named_in_the_readers_language() -> None:
    with as_if_at(NOW):
        calendar = made(country="GR")
        assert sorted(HolidayYear.objects.values_list("year", flat=True)) == [2024, 2025, 2026, 2027, 2028, 2029]
        counted = arithmetic_of(calendar)
        assert not is_open(counted, dt.datetime(2026, 10, 28, 10, tzinfo=dt.UTC))
        with translation.override("el"):
            found = days_that_differ(calendar, dt.date(2027, 3, 25), dt.date(2027, 3, 25))
        assert [each.name for each in found] == ["Εικοστή Πέμπτη Μαρτίου"]
        with translation.override("ro"):
            spoken = days_that_differ(calendar, dt.date(2027, 3, 25), dt.date(2027, 3, 25))
        assert [each.name for each in spoken] == ["Independence Day"]


def test_a_region_has_holidays_of_its_own() -> None:
    with as_if_at(NOW):
        madrid = made("Madrid", time_zone="Europe/Madrid", country="ES", region="MD")
        assert [each.date for each in days_that_differ(madrid, dt.date(2026, 5, 2), dt.date(2026, 5, 2))]
        change_calendar(madrid, name="Spain", time_zone="Europe/Madrid", hours=WEEK, country="ES", by=SYSTEM)
        assert days_that_differ(madrid, dt.date(2026, 5, 2), dt.date(2026, 5, 2)) == []


def test_an_own_day_counts_before_a_holiday_and_changes_what_is_due_at_once() -> None:
    with as_if_at(NOW):
        calendar = made(country="GR")
        start = dt.datetime(2026, 12, 24, 15, tzinfo=dt.UTC)
        # Christmas and the weekend are closed
        assert due(arithmetic_of(calendar), start, 60) == dt.datetime(2026, 12, 28, 8, tzinfo=dt.UTC)
        set_day(calendar, date=dt.date(2026, 12, 25), kind="usual", by=SYSTEM)
        assert due(arithmetic_of(Calendar.objects.get()), start, 60) == dt.datetime(2026, 12, 25, 8, tzinfo=dt.UTC)
        set_day(calendar, date=dt.date(2026, 12, 25), kind="hours", spans=[["12:00", "14:00"]], by=SYSTEM)
        assert due(arithmetic_of(Calendar.objects.get()), start, 60) == dt.datetime(2026, 12, 25, 11, tzinfo=dt.UTC)
        assert remove_day(calendar, dt.date(2026, 12, 25), by=SYSTEM)
        assert not remove_day(calendar, dt.date(2026, 12, 25), by=SYSTEM)
        assert due(arithmetic_of(Calendar.objects.get()), start, 60) == dt.datetime(2026, 12, 28, 8, tzinfo=dt.UTC)
        assert [each.date.isoformat() for each in next_closed(calendar, NOW.date(), 2)] == ["2026-12-25", "2027-01-01"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"date": dt.date(1970, 1, 1)}, "date"),
        ({"date": dt.date(2100, 1, 1)}, "date"),
        ({"kind": "party"}, "kind"),
        ({"kind": "hours"}, "spans"),
        ({"kind": "hours", "spans": [["13:00", "12:00"]]}, "spans"),
        ({"kind": "hours", "spans": [["09:00", "12:00"], ["11:00", "13:00"]]}, "spans"),
    ],
)
def test_a_day_that_cannot_be_is_refused(wrong: dict[str, object], field: str) -> None:
    with as_if_at(NOW):
        calendar = made()
        given = {"date": dt.date(2026, 12, 24), **wrong}
        with pytest.raises(CalendarRefused) as refused:
            set_day(calendar, by=SYSTEM, **given)  # type: ignore[arg-type]  # arguments by name
    assert refused.value.field == field
    assert not OwnDay.objects.exists()


def test_the_desks_calendar_is_not_deleted_and_another_is() -> None:
    first, second = made("One"), made("Two")
    with pytest.raises(CalendarRefused), transaction.atomic():
        delete_calendar(first, by=SYSTEM)
    delete_calendar(second, by=SYSTEM)
    assert [each.name for each in Calendar.objects.all()] == ["One"]


def test_holidays_of_a_new_year_are_learnt_by_themselves_and_anew_when_the_library_changes() -> None:
    with as_if_at(NOW):
        calendar = made(country="RO")
        before = calendar.stamp
        assert not know_holidays("RO", "", range(2024, 2030))
    with as_if_at(NOW + dt.timedelta(days=365)):
        keep_holidays()
    assert HolidayYear.objects.filter(year=2030).exists()
    assert Calendar.objects.get().stamp != before
    HolidayYear.objects.update(told_by="0.1", days={})
    with as_if_at(NOW):
        keep_holidays()
    assert HolidayYear.objects.get(year=2026).days["2026-12-01"]["ro"]


def test_what_was_worked_out_is_kept_until_the_calendar_changes(django_assert_num_queries: object) -> None:
    calendar = made()
    first = arithmetic_of(calendar)
    assert arithmetic_of(Calendar.objects.get()) is first
    change_calendar(calendar, name="Athens", time_zone="UTC", hours=WEEK, by=SYSTEM)
    assert arithmetic_of(Calendar.objects.get()) is not first
