"""A text in several languages: what is stale, what is missing, and which one a reader gets."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplomb.lib.texts import Texts, TextState, digest, read_texts

BOTH = Texts("en").with_text("en", {"body": "Hello"}).with_text("el", {"body": "Γεια σας"})
_words = st.text(max_size=20)
_parts = st.dictionaries(st.sampled_from(["subject", "body"]), _words, max_size=2)
_steps = st.lists(st.tuples(st.sampled_from(["en", "es", "el"]), _parts), max_size=8)


def written(steps: list[tuple[str, dict[str, str]]]) -> Texts:
    texts = Texts("en")
    for language, parts in steps:
        texts = texts.with_text(language, parts)
    return texts


def test_a_translation_is_current_until_the_source_changes() -> None:
    assert BOTH.states(["en", "el", "ro"]) == {"en": "source", "el": "current", "ro": "missing"}
    changed = BOTH.with_text("en", {"body": "Good day"})
    assert changed.state("el") == TextState.STALE
    assert BOTH.state("el") == TextState.CURRENT, "nothing changes in place"


def test_blanks_at_the_ends_of_lines_are_no_change() -> None:
    assert BOTH.with_text("en", {"body": "Hello  \r\n", "subject": "  "}).state("el") == TextState.CURRENT


def test_a_source_that_is_as_before_again_makes_its_translations_current_again() -> None:
    there_and_back = BOTH.with_text("en", {"body": "Good day"}).with_text("en", {"body": "Hello"})
    assert there_and_back.state("el") == TextState.CURRENT


def test_a_stale_translation_can_be_said_to_hold() -> None:
    changed = BOTH.with_text("en", {"body": "Hello!"})
    assert changed.confirmed("el").state("el") == TextState.CURRENT
    with pytest.raises(KeyError):
        changed.confirmed("ro")


def test_empty_words_take_a_translation_out() -> None:
    assert BOTH.with_text("el", {"body": " \n "}).state("el") == TextState.MISSING


def test_a_reader_gets_their_language_else_the_others_in_order_else_the_source() -> None:
    three = BOTH.with_text("it", {"body": "Buongiorno"})
    for wanted, otherwise, language, is_fallback in (
        ("el", ("it",), "el", False),
        ("ro", ("it", "en"), "it", True),
        ("ro", ("es",), "en", True),
    ):
        chosen = three.chosen(wanted, otherwise)
        assert chosen is not None
        assert (chosen.language, chosen.is_fallback) == (language, is_fallback)
    without_source = Texts("en").with_text("el", {"body": "Γεια σας"}).chosen("ro")
    assert without_source is not None and without_source.language == "el"
    assert Texts("en").chosen("en") is None


@pytest.mark.parametrize(
    "kept", [None, 7, [], "x", {"in": 3}, {"in": {"en": 1}}, {"in": {"en": {"parts": [1]}}}, {"source": 4}]
)
def test_a_damaged_row_reads_as_nothing_and_never_raises(kept: object) -> None:
    assert read_texts(kept).states(["en"]) == {"en": "missing"}


@given(_steps)
def test_what_is_kept_reads_as_it_was(steps: list[tuple[str, dict[str, str]]]) -> None:
    texts = written(steps)
    assert read_texts(json.loads(json.dumps(texts.as_json()))) == texts


@given(_steps, _parts)
def test_whoever_was_written_last_is_never_stale(
    steps: list[tuple[str, dict[str, str]]], parts: dict[str, str]
) -> None:
    texts = written(steps).with_text("el", parts)
    assert texts.state("el") in (TextState.CURRENT, TextState.MISSING)


@given(_steps, _parts)
def test_a_translation_is_current_exactly_when_the_source_is_that_of_its_day(
    steps: list[tuple[str, dict[str, str]]], parts: dict[str, str]
) -> None:
    before = written(steps).with_text("el", {"body": "Γεια"})
    after = before.with_text("en", parts)
    same = digest(before.parts("en")) == digest(after.parts("en"))
    assert after.state("el") == (TextState.CURRENT if same else TextState.STALE)
