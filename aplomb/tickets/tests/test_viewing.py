"""Who has a ticket open, and who writes."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplomb.journal.models import Entry
from aplomb.people.errors import NotFound
from aplomb.people.models import Person
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.viewing import forget_onlookers, look_at, onlookers, onlookers_by_number
from aplomb.tickets.models import Viewing
from tests.cast import Cast
from tests.moved import nothing_moves

NOW = dt.datetime(2026, 3, 10, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as found:
        yield found


def seen(cast: Cast, by: Person) -> list[tuple[str, bool]]:
    found = onlookers([cast.ticket.pk], apart_from=by).get(cast.ticket.pk, ())
    return [(each.name, each.writing_since is not None) for each in found]


def look(cast: Cast, by: Person, page: str = "aaaa", **given: bool) -> None:
    look_at(cast.ticket.number, page, by=by, **given)


def test_others_see_who_looks_and_who_writes_and_one_does_not_see_oneself(cast: Cast, clock: Any) -> None:
    look(cast, cast.ada)
    look(cast, cast.bo)
    assert (seen(cast, cast.ada), seen(cast, cast.bo)) == ([("Bo", False)], [("Ada", False)])
    look(cast, cast.bo, is_writing=True)
    assert seen(cast, cast.ada) == [("Bo", True)]
    look(cast, cast.bo, is_writing=False)
    look(cast, cast.bo, has_left=True)
    assert seen(cast, cast.ada) == []


def test_several_tabs_of_one_are_one_who_writes_in_any_of_them(cast: Cast, clock: Any) -> None:
    look(cast, cast.bo, "tab1")
    clock.shift(5)
    look(cast, cast.bo, "tab2", is_writing=True)
    assert seen(cast, cast.ada) == [("Bo", True)]
    look(cast, cast.bo, "tab2", has_left=True)
    assert seen(cast, cast.ada) == [("Bo", False)]
    look(cast, cast.bo, "tab1", has_left=True)
    assert seen(cast, cast.ada) == []


def test_a_dead_browser_leaves_no_ghost(cast: Cast, clock: Any) -> None:
    look(cast, cast.bo, is_writing=True)
    clock.shift(44)
    assert seen(cast, cast.ada) == [("Bo", True)]
    clock.shift(2)
    assert seen(cast, cast.ada) == []
    # it comes back, and has not been writing all the while
    look(cast, cast.bo, is_writing=True)
    [found] = onlookers([cast.ticket.pk], apart_from=cast.ada)[cast.ticket.pk]
    assert found.writing_since == NOW + dt.timedelta(seconds=46)


def test_renewals_within_ten_seconds_write_nothing_also_from_other_tabs(cast: Cast, clock: Any) -> None:
    look(cast, cast.bo, "tab1")
    look(cast, cast.bo, "tab2")
    clock.shift(9)
    with nothing_moves():
        for page in ("tab1", "tab2"):
            look(cast, cast.bo, page)
    clock.shift(2)
    look(cast, cast.bo, "tab1")
    with nothing_moves():
        look(cast, cast.bo, "tab2")
    assert Viewing.objects.get(page="tab1").seen_at == NOW + dt.timedelta(seconds=11)


def test_what_was_sent_is_not_being_written_any_more(cast: Cast, clock: Any) -> None:
    look(cast, cast.bo, is_writing=True)
    reply_to_ticket(cast.ticket.number, Reply(text="x"), by=cast.bo)
    assert seen(cast, cast.ada) == [("Bo", False)]


def test_it_is_never_in_the_record_and_soon_forgotten(cast: Cast, clock: Any) -> None:
    before = Entry.objects.count()
    look(cast, cast.bo, is_writing=True)
    look(cast, cast.bo, has_left=True)
    assert Entry.objects.count() == before
    clock.shift(14 * 60)
    assert forget_onlookers() == 0
    clock.shift(2 * 60)
    assert (forget_onlookers(), Viewing.objects.count()) == (1, 0)


def test_who_does_not_see_the_ticket_neither_looks_nor_hears(cast: Cast, clock: Any) -> None:
    with nothing_moves(), pytest.raises(NotFound):
        look_at(cast.hidden.number, "aaaa", by=cast.ada)
    look_at(cast.hidden.number, "aaaa", by=cast.noor)
    assert onlookers_by_number(cast.ada, [cast.hidden.number]) == {}
    assert list(onlookers_by_number(cast.bo, [cast.hidden.number, "x"])) == [cast.hidden.number]


@pytest.mark.parametrize("page", ["", "abc", "x" * 17, "a b c", "é" * 5, "tab\n"])
def test_a_page_of_no_name_changes_nothing(cast: Cast, page: str) -> None:
    with nothing_moves():
        look(cast, cast.bo, page)


def test_eight_tabs_at_the_most_and_dead_ones_make_room(cast: Cast, clock: Any) -> None:
    for number in range(20):
        look(cast, cast.bo, f"tab{number}")
    assert Viewing.objects.count() == 8
    clock.shift(60)
    look(cast, cast.bo, "tab-new")
    assert Viewing.objects.get().page == "tab-new"


def test_a_goodbye_twice_or_of_a_stranger_moves_nothing(cast: Cast, clock: Any) -> None:
    look(cast, cast.bo)
    look(cast, cast.bo, has_left=True)
    with nothing_moves():
        look(cast, cast.bo, has_left=True)
        look(cast, cast.bo, "other", has_left=True)


def test_a_renewal_costs_a_handful_of_queries(cast: Cast, clock: Any) -> None:
    look(cast, cast.bo)
    clock.shift(20)
    with CaptureQueriesContext(connection) as asked:
        look(cast, cast.bo)
    assert len([each for each in asked if "SAVEPOINT" not in each["sql"]]) <= 4
