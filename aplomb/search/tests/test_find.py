"""Finding tickets by word, on whichever database the tests run."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplomb.customers.actions import add_contact
from aplomb.journal.actors import SYSTEM
from aplomb.lib.folding import fold
from aplomb.search.index import find, put, remove
from aplomb.search.words import words_of
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.erase import discard_ticket
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from tests.cast import Cast, asked, wrote


@pytest.fixture
def indexed(cast: Cast, drain: Callable[[], int]) -> Cast:
    drain()
    return cast


@pytest.mark.parametrize(
    ("spelling", "other"),
    [
        ("Σύνδεση", "ΣΥΝΔΕΣΗ"),
        ("σύνδεσης", "ΣΥΝΔΕΣΗΣ"),
        ("τιμολόγιο", "τιμολογιο"),
        ("Ρωμαΐκή", "ρωμαικη"),
        ("ștampilă", "ştampila"),
        ("ȚARĂ", "ţara"),
        ("contraseña", "CONTRASENA"),
        ("perché", "perche"),
        ("Straße", "STRASSE"),
        ("ﬁle", "file"),
        ("\N{MATHEMATICAL BOLD CAPITAL A}\N{MATHEMATICAL BOLD CAPITAL B}", "ab"),
        ("\N{GREEK SMALL LETTER ALPHA WITH YPOGEGRAMMENI}", "\N{GREEK CAPITAL LETTER ALPHA}"),
    ],
)
def test_two_spellings_are_one_word(spelling: str, other: str) -> None:
    assert words_of(spelling) == words_of(other)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "text",
    ["dial tone", "DIAL", "tone no", "dia", "Whitfield", "cleo@acme.example", "acme", "tone clè"],
)
def test_a_ticket_is_found_by_subject_name_address_and_organisation(indexed: Cast, text: str) -> None:
    assert indexed.ticket.pk in find(text)
    assert indexed.hidden.pk not in find(text)


@pytest.mark.parametrize("text", ["χωρίς σύνδεση", "ΧΩΡΙΣ", "συνδ", "Δήμητρα", "δημητρα παππα", "ΔΉΜΗΤΡΑΣ"[:7]])
def test_greek_is_found_with_and_without_accents(indexed: Cast, text: str) -> None:
    assert indexed.greek.pk in find(text)


def test_every_word_must_be_there_and_only_the_last_may_be_a_beginning(indexed: Cast) -> None:
    assert find("dial nothing") == []
    assert find("dia tone") == []
    assert find("dial ton") == [indexed.ticket.pk]


def test_by_number_in_any_spelling_of_its_digits(indexed: Cast) -> None:
    assert find(indexed.ticket.number) == [indexed.ticket.pk]


def test_newest_first_and_never_more_than_asked_for(cast: Cast, drain: Callable[[], int]) -> None:
    made = [asked(cast.cleo, "?", subject=f"flood {each}").ticket.pk for each in range(5)]
    drain()
    assert find("flood") == made[::-1]
    assert find("flood", most=2) == made[:2:-1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "'",
        '"',
        '""',
        "*",
        "a*b",
        "NEAR(",
        "OR",
        "AND NOT",
        "-x",
        "words:x",
        "^a",
        "(",
        "\\",
        "\x00",
        "%",
        "_",
        "&|!<->",
        ":*",
    ],
)
def test_what_is_a_query_to_a_database_is_only_text(indexed: Cast, text: str) -> None:
    assert isinstance(find(text), list)


def test_an_endless_search_is_cut(indexed: Cast) -> None:
    assert find("dial " * 10_000) == [indexed.ticket.pk]
    assert find("x" * 100_000) == []


def test_a_new_subject_is_found_and_the_old_one_no_more(indexed: Cast, drain: Callable[[], int]) -> None:
    change_ticket(indexed.ticket.number, Changes(subject="Crackling"), by=indexed.ada)
    drain()
    assert (find("crackling"), find("dial")) == ([indexed.ticket.pk], [])


def test_who_joins_is_found(indexed: Cast, drain: Callable[[], int]) -> None:
    neighbour = add_contact(name="Ștefan Țuțea", emails=("stefan@home.example",), by=SYSTEM)
    wrote(neighbour, indexed.ticket, "Mine too")
    reply_to_ticket(indexed.ticket.number, Reply(text="x", cc=("copy@elsewhere.example",)), by=indexed.ada)
    drain()
    assert find("stefan tutea") == [indexed.ticket.pk]
    assert find("copy@elsewhere") == [indexed.ticket.pk]


def test_a_discarded_ticket_is_found_no_more(indexed: Cast) -> None:
    bin_ticket(indexed.ticket.number, "spam", by=indexed.ada)
    discard_ticket(indexed.ticket.number)
    assert find("dial tone") == []


def test_indexing_twice_is_indexing_once(cast: Cast) -> None:
    put([(7, "twice"), (8, "twice")])
    put([(7, "twice")])
    assert find("twice") == [8, 7]
    remove(7)
    remove(7)
    assert find("twice") == [8]
