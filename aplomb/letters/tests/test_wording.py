"""Variables, fallbacks and marks: what is refused, what stands where a value is missing, and what no value can do."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplomb.letters.wording import Fault, Mark, check_text, clean_value, fill_text, marks_in, variables_in

KNOWN = {"name", "number", "opens_at"}
AVAILABLE = {"name", "number"}


def faults(text: str, *, marks_allowed: bool = True) -> list[tuple[int, str, str]]:
    found = check_text(text, AVAILABLE, known=KNOWN, marks_allowed=marks_allowed)
    return [(each.line, each.code, each.name) for each in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Hello {name}, number {number|none yet}.", []),
        ("Hello [[what to write]]", []),
        ("one\ntwo {nmae}", [(2, "unknown", "nmae")]),
        ("one\n\n{opens_at}", [(3, "not-here", "opens_at")]),
        ("Hello {name", [(1, "unclosed", "{")]),
        ("Hello {name\n}", [(1, "unclosed", "{"), (2, "stray", "}")]),
        ("{{name}}", [(1, "unclosed", "{"), (1, "stray", "}")]),
        ("{Name}", [(1, "bad-name", "{Name}")]),
        ("{}", [(1, "bad-name", "{}")]),
        ("{name.secret}", [(1, "bad-name", "{name.secret}")]),
        ("{name!r}", [(1, "bad-name", "{name!r}")]),
        ("}", [(1, "stray", "}")]),
        ("one\n[[two", [(2, "unclosed-mark", "")]),
        ("[[one [[two]]", [(1, "unclosed-mark", "")]),
        ("two]]", [(1, "unclosed-mark", "")]),
        ("[[]]", [(1, "unclosed-mark", "")]),
        ("a [single] bracket", []),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, found: list[tuple[int, str, str]]) -> None:
    assert faults(text) == found


def test_a_name_that_is_nearly_one_is_suggested() -> None:
    assert check_text("{nmae}", AVAILABLE) == [Fault(1, "unknown", "nmae", "name")]


def test_a_mark_has_no_place_in_a_letter_that_leaves_by_itself() -> None:
    assert faults("ok\n[[the date]]", marks_allowed=False) == [(2, "mark-not-here", "the date")]


def test_values_fallbacks_and_neutral_forms() -> None:
    text = "Hello {name}, {number|no number}; {other}"
    assert fill_text(text, {"name": "Ana", "number": "7"}, str.upper) == "Hello Ana, 7; OTHER"
    assert fill_text(text, {"name": "  "}, str.upper) == "Hello NAME, no number; OTHER"


def test_a_line_of_nothing_but_empty_variables_is_left_out() -> None:
    assert fill_text("{name|}\nThe desk", {}) == "The desk"
    assert fill_text("{name|}\n\nThe desk", {}) == "\nThe desk"
    assert fill_text("one\n{name|} {number|}\ntwo", {}) == "one\ntwo"
    assert fill_text("one\n{name|} {number|}\ntwo", {"number": "7"}) == "one\n 7\ntwo"
    assert fill_text("Tel. {number|}", {}) == "Tel. "


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("{number}", "Hello {number}."),
        ("[[pay me]]", "Hello ((pay me))."),
        ("a\nb\r\nc\x00", "Hello a b c."),
        ("  much   room ", "Hello much room."),
        ("\u202eevil", "Hello evil."),
        ("x" * 900, f"Hello {'x' * 500}."),
    ],
)
def test_a_value_is_words_and_nothing_else(value: str, shown: str) -> None:
    assert fill_text("Hello {name}.", {"name": value, "number": "secret"}) == shown


def test_a_value_cannot_complete_a_mark_that_the_letter_begins() -> None:
    filled = fill_text("[{name}]", {"name": "[x]"})
    assert filled == "[(x)]"
    assert marks_in(filled) == []


def test_marks_are_found_in_order_with_their_place() -> None:
    assert marks_in("a [[b]] c [[ d ]]") == [Mark("b", 2, 7), Mark("d", 10, 17)]
    assert marks_in("[[a\nb]]") == []


def test_what_stands_in_a_mark_is_for_a_person() -> None:
    assert variables_in("[[say {name}]] {number}") == {"number"}
    assert fill_text("[[say {name}]]", {"name": "Ana"}) == "[[say {name}]]"


@given(st.text(alphabet="{}[]|\nab ", max_size=60), st.text(alphabet="{}[]|\nab ", max_size=20))
def test_filling_never_raises_and_reads_no_value_again(text: str, value: str) -> None:
    clean = clean_value(value)
    filled = fill_text(text, {"a": value, "b": value})
    marks_of_its_own = len(marks_in(fill_text(text, {"a": "x", "b": "x"})))
    assert len(marks_in(filled)) <= marks_of_its_own
    if "{a}" in text and not faults_of(text) and clean:
        assert clean in filled


def faults_of(text: str) -> list[Fault]:
    return check_text(text, {"a", "b", "ab"}, marks_allowed=True)


@given(st.text(alphabet="{}[]|\nab ", max_size=60))
def test_a_text_without_faults_shows_no_brace(text: str) -> None:
    if not faults_of(text) and not marks_in(text):
        assert "{" not in fill_text(text, {"a": "1", "b": "2", "ab": "3"})


@pytest.mark.parametrize("piece", ["{", "}", "[[", "{a", "{a|", "[", "{a}", "[[a]]", "{a|[["])
def test_hostile_texts_are_read_in_linear_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = time.perf_counter()
    fill_text(text, {"a": "x"})
    check_text(text, {"a"}, marks_allowed=True)
    assert time.perf_counter() - began < 5
