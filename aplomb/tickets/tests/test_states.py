"""The table of states and events, cell by cell, as the code has it and as docs/flows/ticket.md shows it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aplomb.tickets.states import BY_HAND, Happening, Status, next_status, starts_anew

PAGE = Path(__file__).resolve().parents[3] / "docs" / "flows" / "ticket.md"

SAME = "–"
STATUSES = ("new", "open", "waiting_customer", "waiting_third_party", "resolved", "closed")

# what becomes of each status, in the order of STATUSES
TABLE = {
    "customer_spoke": (SAME, SAME, "open", "open", "open", "open"),
    "machine_spoke": (SAME, SAME, SAME, SAME, SAME, SAME),
    "replied": ("open", SAME, SAME, SAME, "open", "open"),
    "replied_and_waits": ("waiting_customer", "waiting_customer", SAME, *["waiting_customer"] * 3),
    "replied_and_resolved": ("resolved", "resolved", "resolved", "resolved", SAME, "resolved"),
    "noted": (SAME, SAME, SAME, SAME, SAME, SAME),
}

# where a person may put a ticket by hand
HAND = {
    "new": ("open", "waiting_customer", "waiting_third_party", "resolved", "closed"),
    "open": ("waiting_customer", "waiting_third_party", "resolved", "closed"),
    "waiting_customer": ("open", "waiting_third_party", "resolved", "closed"),
    "waiting_third_party": ("open", "waiting_customer", "resolved", "closed"),
    "resolved": ("open", "waiting_customer", "waiting_third_party", "closed"),
    "closed": ("open", "waiting_customer", "waiting_third_party", "resolved"),
}


def table_of_page(title: str) -> dict[str, tuple[str, ...]]:
    """The rows of the table under that heading: the first cell's word, then the other cells."""
    section = PAGE.read_text(encoding="utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    words = [[re.sub(r"[`]", "", cell) for cell in row] for row in rows[2:]]
    return {row[0].split(" ")[0]: tuple(row[1:]) for row in words}


@pytest.mark.parametrize("happening", list(TABLE))
@pytest.mark.parametrize("status", STATUSES)
def test_each_cell_is_as_the_table_and_the_page_say(happening: str, status: str) -> None:
    cell = TABLE[happening][STATUSES.index(status)]
    expected = status if cell == SAME else cell
    assert next_status(status, Happening(happening)) == expected
    assert table_of_page("What happens, and what becomes of the ticket")[happening][STATUSES.index(status)] == cell


def test_the_table_knows_every_status_and_every_happening() -> None:
    assert set(TABLE) == {str(each) for each in Happening}
    assert set(STATUSES) == {str(each) for each in Status}
    assert set(table_of_page("What happens, and what becomes of the ticket")) == set(TABLE)


@pytest.mark.parametrize("status", STATUSES)
def test_what_a_person_may_set_by_hand_is_as_the_page_says(status: str) -> None:
    assert tuple(str(each) for each in BY_HAND[Status(status)]) == HAND[status]
    cells = dict(zip(STATUSES, table_of_page("What a person sets by hand")[status], strict=True))
    assert tuple(each for each in STATUSES if cells[each] == "yes") == HAND[status]
    assert set(cells.values()) <= {"yes", SAME}


@pytest.mark.parametrize(
    ("status", "closed_ago", "expected"),
    [
        ("closed", timedelta(days=30), False),
        ("closed", timedelta(days=30, microseconds=1), True),
        ("closed", timedelta(days=400), True),
        ("resolved", timedelta(days=400), False),
        ("open", timedelta(days=400), False),
    ],
)
def test_closed_for_longer_than_thirty_days_starts_anew(status: str, closed_ago: timedelta, expected: bool) -> None:
    now = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert starts_anew(status, now - closed_ago, now) is expected


def test_a_status_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError, match="on_hold"):
        next_status("on_hold", Happening.NOTED)
