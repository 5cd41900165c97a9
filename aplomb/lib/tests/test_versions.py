"""Which version counts when, and what may be changed."""

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplomb.lib.versions import (
    Standing,
    WrongVersion,
    check_beginning,
    check_changing,
    check_retiring,
    in_force,
    next_number,
    standing,
    version_for,
)

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Row:
    number: int
    in_force_from: dt.datetime | None = None
    retired_at: dt.datetime | None = None


FIRST = Row(1, NOON - 48 * HOUR)
SECOND = Row(2, NOON - HOUR)
PLANNED = Row(3, NOON + HOUR)
DRAFT = Row(4)
ALL = [FIRST, SECOND, PLANNED, DRAFT]

_instants = st.integers(-40, 40).map(lambda hours: NOON + hours * HOUR)
_rows = st.lists(
    st.tuples(st.none() | _instants, st.none() | _instants).map(lambda pair: Row(0, pair[0], pair[0] and pair[1])),
    max_size=8,
).map(lambda rows: [replace(each, number=number) for number, each in enumerate(rows, 1)])


def test_the_one_that_began_last_is_in_force() -> None:
    assert in_force(ALL, NOON) == SECOND
    assert in_force(ALL, NOON - 24 * HOUR) == FIRST
    assert in_force(ALL, NOON + HOUR) == PLANNED
    assert in_force(ALL, NOON - 100 * HOUR) is None


def test_each_stands_where_it_stands() -> None:
    assert [standing(each, ALL, NOON) for each in ALL] == ["replaced", "in_force", "planned", "draft"]


def test_retiring_does_not_bring_back_what_was_replaced() -> None:
    gone = replace(SECOND, retired_at=NOON)
    assert in_force([FIRST, gone], NOON) is None
    assert in_force([FIRST, gone], NOON - dt.timedelta(microseconds=1)) == gone
    assert standing(FIRST, [FIRST, gone], NOON) == Standing.REPLACED


def test_one_that_was_retired_before_it_began_never_was() -> None:
    called_off = Row(2, NOON, NOON - HOUR)
    assert in_force([FIRST, called_off], NOON + HOUR) == FIRST
    assert standing(called_off, [FIRST, called_off], NOON) == Standing.RETIRED
    assert standing(FIRST, [FIRST, called_off], NOON + HOUR) == Standing.IN_FORCE


def test_what_runs_keeps_its_own_version() -> None:
    assert version_for(ALL, NOON, began_under=1) == FIRST
    assert version_for(ALL, NOON) == SECOND
    assert version_for(ALL, NOON, began_under=4) is None
    assert version_for(ALL, NOON, began_under=99) is None
    assert version_for([replace(FIRST, retired_at=NOON - HOUR)], NOON, began_under=1) is not None


@pytest.mark.parametrize(
    ("version", "start", "code"),
    [
        (SECOND, NOON, "not-a-draft"),
        (DRAFT, NOON - HOUR, "in-the-past"),
        (DRAFT, NOON + HOUR, "another-begins-then"),
        (DRAFT, NOON, None),
        (DRAFT, NOON + 2 * HOUR, None),
    ],
)
def test_a_draft_begins_now_or_later_and_not_together_with_another(
    version: Row, start: dt.datetime, code: str | None
) -> None:
    if code is None:
        check_beginning(version, ALL, start, NOON)
        return
    with pytest.raises(WrongVersion) as refused:
        check_beginning(version, ALL, start, NOON)
    assert refused.value.code == code


def test_only_drafts_change_and_only_what_counts_is_retired() -> None:
    check_changing(DRAFT)
    with pytest.raises(WrongVersion):
        check_changing(SECOND)
    check_retiring(SECOND, ALL, NOON)
    check_retiring(PLANNED, ALL, NOON)
    for each in (FIRST, DRAFT):
        with pytest.raises(WrongVersion, match="not-in-force"):
            check_retiring(each, ALL, NOON)


def test_numbers_go_on() -> None:
    assert next_number([]) == 1
    assert next_number(ALL) == 5


@given(_rows, _instants)
def test_at_most_one_is_in_force_and_it_is_the_one_that_stands_so(rows: list[Row], at: dt.datetime) -> None:
    standings = [standing(each, rows, at) for each in rows]
    found = in_force(rows, at)
    assert standings.count(Standing.IN_FORCE) == (1 if found else 0)
    assert found is None or standing(found, rows, at) == Standing.IN_FORCE


@given(_rows, _instants)
def test_order_of_the_rows_does_not_matter(rows: list[Row], at: dt.datetime) -> None:
    assert in_force(rows, at) == in_force(rows[::-1], at)


@given(_rows, _instants)
def test_a_draft_that_begins_counts_from_its_instant_and_changes_nothing_before(
    rows: list[Row], now: dt.datetime
) -> None:
    draft = Row(next_number(rows))
    start = now + HOUR
    try:
        check_beginning(draft, rows, start, now)
    except WrongVersion:
        return
    after = [*rows, replace(draft, in_force_from=start)]
    assert in_force(after, now) == in_force(rows, now)
    found = in_force(after, start)
    assert found is not None and found.number == draft.number
