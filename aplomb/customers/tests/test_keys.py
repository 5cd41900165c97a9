"""Spellings of serial numbers and towns, and hours as people write them."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplomb.customers.hours import NoHours, read_day, read_week, write_day
from aplomb.customers.keys import serial_key, serials_in, town_key


@pytest.mark.parametrize(
    "spelling",
    [
        "SN1204AB",
        "sn 12-o4/ab",
        "SN.12.O4.AB",
        " sn12o4ab ",
        "ΣΝ1204ΑΒ".replace("Σ", "S"),
        "SN12О4АВ",
        "ＳＮ１２０４ＡＢ",
    ],
)
def test_spellings_of_one_serial_number_are_one(spelling: str) -> None:
    assert serial_key(spelling) == "SN1204AB"


@pytest.mark.parametrize("spelling", ["", "---", "🖨", " \x00\n", "///"])
def test_what_has_no_letter_or_digit_is_no_serial_number(spelling: str) -> None:
    assert serial_key(spelling) == ""


def test_i_and_o_are_one_and_nought_and_l_is_neither() -> None:
    assert serial_key("IO") == serial_key("10") == "10"
    assert serial_key("l0") == "L0"


@given(st.text(max_size=200))
def test_a_key_of_a_key_is_the_key(text: str) -> None:
    assert serial_key(serial_key(text)) == serial_key(text)
    assert len(serial_key(text)) <= 80
    assert town_key(town_key(text)) == town_key(text)


@pytest.mark.parametrize(
    "text", ["S/N: SN1204AB.", "it is (sn-12 O4 ab), see photo", "sn 12\n04 AB", "SN1204AB", "“sn1204ab”"]
)
def test_a_whole_number_is_found_in_a_text(text: str) -> None:
    assert serials_in(text, frozenset({"SN1204AB"})) == ["SN1204AB"]


@pytest.mark.parametrize("text", ["SN1204ABC", "XSN1204AB", "SN 1204 and then AB", "", "12 04"])
def test_part_of_a_number_is_not_the_number(text: str) -> None:
    assert serials_in(text, frozenset({"SN1204AB", "1204"})) == []


def test_a_word_of_a_sentence_is_no_serial_number() -> None:
    assert serials_in("The printer is broken", frozenset({"PR1NTER"[:4], "BR0KEN"[:3], serial_key("the")})) == []


@pytest.mark.parametrize("text", ["a " * 100_000, "A1" * 100_000, "(" * 200_000, "9\n" * 100_000])
def test_long_texts_are_read_in_linear_time(text: str) -> None:
    began = time.perf_counter()
    serials_in(text, frozenset({"SN1204AB"}))
    assert time.perf_counter() - began < 5


def test_towns_are_one_without_capitals_and_accents() -> None:
    assert town_key("ΘΕΣΣΑΛΟΝΊΚΗ") == town_key(" θεσσαλονικη ") == "θεσσαλονικη"
    assert town_key("Cluj-Napoca") == "cluj-napoca"
    assert town_key("Făgețel") == town_key("FAGETEL")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("", []),
        ("9-17", [[540, 1020]]),
        ("9:00-13:00, 15:00-18:30", [[540, 780], [900, 1110]]),
        ("15.00–18.00; 9h30 — 13", [[570, 780], [900, 1080]]),
        ("0-24", [[0, 1440]]),
        ("9-12,12-17", [[540, 720], [720, 1020]]),
    ],
)
def test_hours_are_read(text: str, day: list[list[int]]) -> None:
    assert read_day(text) == day
    assert read_day(write_day(day)) == day


@pytest.mark.parametrize(
    "text",
    [
        "nine to five",
        "9",
        "17-9",
        "9-9",
        "9:60-10",
        "23-25",
        "9-12, 11-13",
        "9-17 -",
        "99-100",
        "-",
        "1-2,3-4,5-6,7-8,9-10",
    ],
)
def test_what_is_no_hours_is_refused(text: str) -> None:
    with pytest.raises(NoHours):
        read_day(text)


@given(st.text(max_size=100))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(NoHours):
        read_day(text)


def test_a_week_without_hours_is_not_known() -> None:
    assert read_week([""] * 7) == []
    assert read_week(["9-17", *[""] * 6])[0] == [[540, 1020]]
