"""Presence, working hours, absence: by hand and by hours, per channel with a limit, by whom, and never as a ranking."""

import datetime as dt
from typing import Any

import pytest

from aplomb.calendars.actions import add_calendar, delete_calendar, make_first_calendar, set_day
from aplomb.calendars.errors import CalendarRefused
from aplomb.journal.actors import SYSTEM, Machine
from aplomb.lib.time import as_if_at
from aplomb.people.actions import change_person
from aplomb.people.actions.presence import (
    add_absence,
    clear_presence,
    remove_absence,
    set_hours,
    set_limit,
    set_presence,
    set_team_calendar,
)
from aplomb.people.errors import NotAllowed, NotFound, Wrong
from aplomb.people.models import Absence, Person, Presence
from aplomb.people.presence import Standing, standing_of, who_can_take
from tests.cast import Cast

pytestmark = pytest.mark.django_db

# a Friday in Athens: 12:00, 20:00, and Saturday noon
NOON = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
EVENING = dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)
SATURDAY = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def office_hours(cast: Cast) -> None:
    make_first_calendar("Europe/Athens", by=SYSTEM)


def of(person: Person, at: dt.datetime) -> Standing:
    return standing_of([person], at)[person.pk]


def names(people: list[Person]) -> list[str]:
    return [each.work_name for each in people]


def test_by_hours_one_is_available_and_else_away(cast: Cast) -> None:
    assert (of(cast.ada, NOON).state, of(cast.ada, EVENING).state) == ("available", "away")
    set_hours(cast.ada, {"fri": [["19:00", "23:00"]]}, by=cast.ada)
    change_person(cast.ada, by=SYSTEM, time_zone="Europe/Athens")
    assert (of(cast.ada, NOON).state, of(cast.ada, EVENING).state) == ("away", "available")
    set_hours(cast.ada, None, by=cast.ada)
    assert of(cast.ada, NOON).state == "available"


def test_a_team_works_by_its_own_calendar_which_is_kept_while_it_does(cast: Cast) -> None:
    evening = add_calendar(name="Evening", time_zone="Europe/Athens", hours={"fri": [["18:00", "22:00"]]}, by=SYSTEM)
    set_team_calendar(cast.lines, evening, by=cast.max)
    assert (of(cast.ada, NOON).state, of(cast.ada, EVENING).state) == ("away", "available")
    assert of(cast.noor, NOON).state == "available"
    with pytest.raises(CalendarRefused):
        delete_calendar(evening, by=SYSTEM)
    set_team_calendar(cast.lines, None, by=cast.max)
    delete_calendar(evening, by=SYSTEM)


def test_own_hours_have_the_days_off_of_the_team(cast: Cast) -> None:
    desk = make_first_calendar("Europe/Athens", by=SYSTEM)
    set_hours(cast.ada, {"fri": [["00:00", "24:00"]]}, by=cast.ada)
    assert of(cast.ada, NOON).is_available
    with as_if_at(NOON):
        set_day(desk, date=NOON.date(), by=SYSTEM)
    assert not of(cast.ada, NOON).is_available


def test_what_is_set_by_hand_holds_until_its_end(cast: Cast) -> None:
    with as_if_at(NOON):
        set_presence(cast.ada, "break", until=NOON + dt.timedelta(minutes=15), by=cast.ada)
    assert of(cast.ada, NOON + dt.timedelta(minutes=14)).state == "break"
    assert of(cast.ada, NOON + dt.timedelta(minutes=15)).state == "available"


def test_without_an_end_it_holds_until_ones_hours_begin_or_end(cast: Cast) -> None:
    with as_if_at(NOON):
        set_presence(cast.ada, "break", by=cast.ada)
    assert of(cast.ada, dt.datetime(2026, 11, 20, 14, 59, tzinfo=dt.UTC)).state == "break"
    assert of(cast.ada, dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)).state == "away"
    with as_if_at(EVENING):
        set_presence(cast.ada, "available", by=cast.ada)
    assert of(cast.ada, SATURDAY).state == "available"
    assert not of(cast.ada, dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)).is_by_hand


def test_a_telephone_that_forgets_somebody_keeps_them_for_hours_and_not_for_ever(cast: Cast) -> None:
    with as_if_at(NOON):
        set_presence(cast.ada, "in_call", by=Machine("telephone"))
    assert of(cast.ada, EVENING).state == "in_call"
    assert of(cast.ada, SATURDAY).state == "away"
    with as_if_at(NOON):
        set_presence(cast.ada, "after_call", by=Machine("telephone"))
    assert of(cast.ada, NOON + dt.timedelta(hours=1)).state == "available"


def test_it_is_written_over_and_nothing_is_kept_of_what_was(cast: Cast) -> None:
    with as_if_at(NOON):
        for state in ("break", "available", "away", "break"):
            set_presence(cast.ada, state, by=cast.ada)
        assert list(Presence.objects.values_list("state", flat=True)) == ["break"]
        clear_presence(cast.ada, by=cast.ada)
    assert not Presence.objects.exists()


def test_nobody_says_it_for_somebody_else(cast: Cast) -> None:
    for by in (cast.bo, cast.max, cast.cleo):
        with pytest.raises(NotAllowed):
            set_presence(cast.ada, "away", by=by)
    with pytest.raises(NotAllowed):
        clear_presence(cast.ada, by=cast.bo)
    assert not Presence.objects.exists()


@pytest.mark.parametrize(
    ("state", "minutes", "field"), [("asleep", 5, "state"), ("break", -5, "until"), ("break", 60 * 24 * 31, "until")]
)
def test_states_and_times_that_cannot_be_are_refused(cast: Cast, state: str, minutes: int, field: str) -> None:
    with as_if_at(NOON), pytest.raises(Wrong) as wrong:
        set_presence(cast.ada, state, until=NOON + dt.timedelta(minutes=minutes), by=cast.ada)
    assert wrong.value.field == field


def test_an_absence_is_said_with_who_stands_in_and_holds_by_the_dates_of_ones_own_zone(cast: Cast) -> None:
    change_person(cast.ada, by=SYSTEM, time_zone="Pacific/Auckland")
    with as_if_at(NOON):
        day = dt.date(2026, 11, 20)
        add_absence(cast.ada, first_day=day, last_day=day, stand_in=cast.noor, by=cast.ada)
    found = of(cast.ada, NOON)
    assert found.state == "away" and found.absence is not None and found.absence.stand_in == cast.noor
    # in Auckland the 20th is over at 11:00 UTC
    assert of(cast.ada, NOON + dt.timedelta(hours=1)).absence is None
    with as_if_at(NOON):
        set_presence(cast.ada, "available", by=cast.ada)
    assert of(cast.ada, NOON).is_available


def test_absences_are_planned_by_oneself_or_a_supervisor_and_by_nobody_else(cast: Cast) -> None:
    with as_if_at(NOON):
        days: dict[str, Any] = {"first_day": dt.date(2026, 12, 1), "last_day": dt.date(2026, 12, 2)}
        for number, by in enumerate((cast.ada, cast.bo, cast.max)):
            shift = dt.timedelta(days=7 * number)
            add_absence(cast.ada, by=by, **{name: day + shift for name, day in days.items()})
        for by in (cast.noor, cast.aud, cast.lena):
            with pytest.raises(NotAllowed):
                add_absence(cast.ada, by=by, **days)
            with pytest.raises(NotAllowed):
                set_hours(cast.ada, {}, by=by)
            with pytest.raises(NotAllowed):
                set_limit(cast.ada, "chat", 1, by=by)
            with pytest.raises(NotAllowed):
                remove_absence(cast.ada, Absence.objects.first().pk, by=by)  # type: ignore[union-attr]  # there is one
    assert Absence.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": dt.date(2026, 11, 30)}, "last_day"),
        ({"first_day": dt.date(1980, 1, 1)}, "first_day"),
        ({"last_day": dt.date(2999, 1, 1)}, "first_day"),
        ({"kind": "ill"}, "kind"),
        ({"first_day": dt.date(2026, 12, 10), "last_day": dt.date(2026, 12, 10)}, "first_day"),
    ],
)
def test_absences_that_cannot_be_are_refused(cast: Cast, changes: dict[str, object], field: str) -> None:
    with as_if_at(NOON):
        add_absence(cast.ada, first_day=dt.date(2026, 12, 8), last_day=dt.date(2026, 12, 10), by=cast.ada)
        given = {"first_day": dt.date(2026, 12, 1), "last_day": dt.date(2026, 12, 2), **changes}
        with pytest.raises(Wrong) as wrong:
            add_absence(cast.ada, by=cast.ada, **given)  # type: ignore[arg-type]  # arguments by name
    assert wrong.value.field == field
    assert Absence.objects.count() == 1


def test_nobody_stands_in_for_themselves_and_only_who_answers_tickets_does(cast: Cast) -> None:
    with as_if_at(NOON):
        days: dict[str, Any] = {"first_day": dt.date(2026, 12, 1), "last_day": dt.date(2026, 12, 2)}
        for stand_in in (cast.ada, cast.aud):
            with pytest.raises(Wrong) as wrong:
                add_absence(cast.ada, stand_in=stand_in, by=cast.ada, **days)
            assert wrong.value.field == "stand_in"


def test_an_absence_of_somebody_else_cannot_be_removed_through_ones_own(cast: Cast) -> None:
    with as_if_at(NOON):
        row = add_absence(cast.ada, first_day=NOON.date(), last_day=NOON.date(), by=cast.ada)
    with pytest.raises(NotFound):
        remove_absence(cast.noor, row.pk, by=cast.noor)
    remove_absence(cast.ada, row.pk, by=cast.bo)
    with pytest.raises(NotFound):
        remove_absence(cast.ada, row.pk, by=cast.ada)


def test_hours_that_overlap_are_refused_at_their_weekday(cast: Cast) -> None:
    with pytest.raises(Wrong) as wrong:
        set_hours(cast.ada, {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}, by=cast.ada)
    assert wrong.value.field == "mon"


def test_who_can_take_one_more_is_available_and_below_their_limit_by_channel(cast: Cast) -> None:
    assert names(who_can_take("chat", at=NOON)) == ["Ada", "Bo", "Max", "Noor"]
    assert names(who_can_take("chat", cast.lines.pk, at=NOON)) == ["Ada"]
    assert names(who_can_take("chat", at=EVENING)) == []
    # three chats, one call, any number of mails, unless somebody's own limit says otherwise
    load = {cast.ada.pk: 2, cast.bo.pk: 3}
    assert names(who_can_take("chat", at=NOON, load=load)) == ["Ada", "Max", "Noor"]
    assert names(who_can_take("call", at=NOON, load=load)) == ["Max", "Noor"]
    assert names(who_can_take("mail", at=NOON, load=load)) == ["Ada", "Bo", "Max", "Noor"]
    set_limit(cast.ada, "chat", 2, by=cast.bo)
    set_limit(cast.bo, "chat", None, by=cast.bo)
    set_limit(cast.max, "chat", 0, by=cast.max)
    assert names(who_can_take("chat", at=NOON, load=load)) == ["Bo", "Noor"]
    with as_if_at(NOON):
        set_presence(cast.noor, "in_call", by=cast.noor)
    assert names(who_can_take("chat", at=NOON, load=load)) == ["Bo"]
    with pytest.raises(KeyError):
        who_can_take("pigeon", at=NOON)


@pytest.mark.parametrize(
    ("channel", "at_most", "field"), [("pigeon", 1, "channel"), ("chat", -1, "at_most"), ("chat", 501, "at_most")]
)
def test_limits_that_cannot_be_are_refused(cast: Cast, channel: str, at_most: int, field: str) -> None:
    with pytest.raises(Wrong) as wrong:
        set_limit(cast.ada, channel, at_most, by=cast.ada)
    assert wrong.value.field == field


def test_a_desk_without_any_calendar_takes_everybody_to_be_there(cast: Cast) -> None:
    from aplomb.calendars.models import Calendar

    Calendar.objects.all().delete()
    assert of(cast.ada, SATURDAY).is_available


def test_how_things_stand_takes_the_same_few_queries_however_many_there_are(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    standing_of([cast.ada], NOON)
    people = list(Person.objects.all())
    with django_assert_max_num_queries(5):  # type: ignore[operator]  # pytest-django's fixture
        standing_of(people, NOON)
