"""Every address has a row in docs/house/doors.md: who may enter, tried with a stranger, an agent, an agent of another
team, an auditor and an administrator. Whoever is refused has moved nothing."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import Settings

from aplomb.lib.env import SmtpServer
from tests.cast import Cast
from tests.house.door_samples import PEOPLE, WORDS, Door, Knock, Samples, patterns
from tests.house.tree import DOCS, no_findings

PAGE = DOCS / "house" / "doors.md"
PLACES = ("/api/", "/tickets", "/messages", "/mail", "/customers", "/settings", "/account", "/")


class TakenBack(Exception):
    """Ends a transaction whose changes nobody wants."""


def rows() -> dict[Door, dict[str, str]]:
    """The table: for each door, the word for each of the people."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]
        if line.startswith("| `/") and len(cells) == 4 + len(PEOPLE):
            path, name, method, of = cells[:4]
            found[Door(name, path, method, of)] = dict(zip(PEOPLE, cells[4:], strict=True))
    return found


def place_of(door: Door) -> str:
    return next(place for place in PLACES if door.path.startswith(place))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    known = {path for _name, path in patterns()}
    told = {door.path for door in rows()}
    no_findings(sorted(known - told), "docs/house/doors.md has no row for")
    no_findings(sorted(told - known), "docs/house/doors.md has a row for no address")


def test_rows_bear_the_names_of_their_addresses() -> None:
    names: dict[str, set[str]] = {}
    for name, path in patterns():
        names.setdefault(path, set()).add(name)
    no_findings((f"{each.path}: {each.name}" for each in rows() if each.name not in names[each.path]), "no such name")


def test_the_table_uses_its_own_words() -> None:
    used = {word for row in rows().values() for word in row.values()}
    assert used <= {*WORDS, "sign in"}


def test_what_belongs_to_a_ticket_is_tried_with_a_closed_teams_too() -> None:
    tickets = {
        door.path for door in rows() if re.search(r"<[\w:]*(number|message_id)>|^/mail/in/<|^/mail/out/<", door.path)
    }
    no_findings(sorted(tickets - {door.path for door in rows() if door.of == "Trust"}), "there is no row for Trust's")


@pytest.mark.parametrize(
    ("knock", "word", "expected"),
    [
        (Knock(200, False, False), "in", True),
        (Knock(404, False, False), "not there", True),
        (Knock(404, False, True), "not there", False),
        (Knock(302, True, False), "sign in", True),
        (Knock(302, True, False), "in", False),
        (Knock(403, False, True), "refused", False),
        (Knock(302, False, False), "does", False),
        (Knock(500, False, False), "in", False),
    ],
)
def test_words_mean_what_the_page_says(knock: Knock, word: str, expected: bool) -> None:
    assert knock.is_meant_by(word) is expected


@pytest.fixture
def samples(cast: Cast, settings: Settings) -> Samples:
    settings.SMTP_OUT = SmtpServer("127.0.0.1", 9, "plain", "", "")
    return Samples(cast)


def knocked(samples: Samples, door: Door, who: str) -> Knock:
    """What they get; whatever it changed is taken back."""
    found: list[Knock] = []
    try:
        with transaction.atomic():
            found.append(samples.knock(door, who))
            raise TakenBack
    except TakenBack:
        return found[0]


def wrong_doors(samples: Samples, place: str) -> Iterator[str]:
    for door, words in rows().items():
        if place_of(door) == place:
            for who, word in words.items():
                knock = knocked(samples, door, who)
                if not knock.is_meant_by(word):
                    yield f"{door.method} {door.path} of {door.of}: {who} should be {word!r}, got {knock}"


@pytest.mark.parametrize("place", PLACES)
def test_doors_open_for_whom_the_table_says(samples: Samples, place: str) -> None:
    no_findings(wrong_doors(samples, place), "docs/house/doors.md says who may enter")


@pytest.mark.parametrize("place", PLACES)
def test_a_door_takes_only_the_methods_of_its_rows(samples: Samples, place: str) -> None:
    methods: dict[str, set[str]] = {}
    for door in rows():
        methods.setdefault(door.path, set()).add(door.method)
    found = []
    for path, known in methods.items():
        door = next(each for each in rows() if each.path == path)
        if place_of(door) != place or len(known) > 1 or path.startswith(("/account/", "/api/", "/language")):
            continue
        other = Door(door.name, path, "POST" if known == {"GET"} else "GET", door.of)
        knock = knocked(samples, other, "max")
        if knock.status != 405:
            found.append(f"{other.method} {path}: {knock}")
    no_findings(found, "405 for what no row names")
