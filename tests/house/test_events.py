"""Every event has a row on the wiring page and on docs/house/events.md, and every reaction is called on_…"""

import re

import pytest

from aplomb.config import wiring
from aplomb.journal.events import Event
from aplomb.journal.wires import reaction_name
from tests.house.tree import DOCS, no_findings

PAGE = DOCS / "house" / "events.md"


def events() -> list[type[Event]]:
    """The events of the desk: those that no other is made from."""
    parents = {base for kind in Event.KINDS.values() for base in kind.__mro__[1:]}
    return [kind for kind in Event.KINDS.values() if kind.__module__.startswith("aplomb.") and kind not in parents]


def rows() -> dict[str, list[str]]:
    """The rows of the page by event: when, together, afterwards."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        match = re.match(r"\|\s*`(\w+)`\s*\|(.*)\|\s*$", line)
        if match:
            found[match[1]] = [cell.strip() for cell in match[2].split("|")]
    return found


def words_of(reactions: object) -> list[str]:
    return [reaction_name(each).removeprefix("aplomb.").replace(".reactions.", ".") for each in reactions]  # type: ignore[attr-defined]  # a row


@pytest.mark.parametrize("event", events(), ids=lambda event: event.__name__)
def test_the_event_stands_on_both_pages(event: type[Event]) -> None:
    assert event in wiring.TOGETHER, "config/wiring.py, TOGETHER"
    assert event in wiring.AFTERWARDS, "config/wiring.py, AFTERWARDS"
    assert event.__name__ in rows(), "docs/house/events.md"


@pytest.mark.parametrize("event", events(), ids=lambda event: event.__name__)
def test_the_page_says_what_the_wiring_does(event: type[Event]) -> None:
    _when, together, afterwards = rows()[event.__name__]
    assert re.findall(r"`([\w.]+)`", together) == words_of(wiring.TOGETHER[event])
    assert re.findall(r"`([\w.]+)`", afterwards) == words_of(wiring.AFTERWARDS[event])


def test_no_page_names_an_event_that_there_is_not() -> None:
    names = {event.__name__ for event in events()}
    assert set(rows()) == names
    assert {event.__name__ for event in {**wiring.TOGETHER, **wiring.AFTERWARDS}} == names


def test_reactions_are_called_on_something() -> None:
    every = {each for table in (wiring.TOGETHER, wiring.AFTERWARDS) for row in table.values() for each in row}
    no_findings(
        (reaction_name(each) for each in every if not each.__name__.startswith("on_")), "reactions are called on_…"
    )


def test_facts_hold_no_personal_words() -> None:
    personal = {"text", "html", "subject", "name", "email", "address", "phone", "to", "cc", "body"}
    found = [
        f"{event.__name__}.{field}" for event in events() for field in event.__dataclass_fields__ if field in personal
    ]
    no_findings(found, "what names a person or what they wrote is sealed, never a fact")
