import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplomb.tickets import numbers

SERIALS = st.integers(1, 9_000_000)


def test_the_check_digit_is_that_of_iso_7064_mod_11_10() -> None:
    # the example of the standard, and German tax numbers, which use the same system
    assert numbers.check_digit("0794") == "5"
    assert numbers.check_digit("8609574271") == "9"
    assert numbers.check_digit("6592997048") == "9"


@given(SERIALS)
def test_a_number_has_eight_digits_and_checks(serial: int) -> None:
    number = numbers.number_for(serial)
    assert len(number) == 8
    assert numbers.is_number(number)
    assert number[0] != "0"


def test_no_two_tickets_have_the_same_number() -> None:
    assert math.gcd(numbers.STEP, numbers.MOST - numbers.LEAST + 1) == 1
    assert len({numbers.number_for(serial) for serial in range(1, 20_001)}) == 20_000


@pytest.mark.parametrize("serial", [0, -1, 9_000_001])
def test_past_nine_million_there_are_no_numbers(serial: int) -> None:
    with pytest.raises(ValueError, match="used up"):
        numbers.number_for(serial)


@pytest.mark.parametrize("serial", [999_999, 10_000_000])
def test_a_serial_without_seven_digits_is_no_number(serial: int) -> None:
    with pytest.raises(ValueError):
        numbers.number_from(serial)


@given(SERIALS, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_never_finds_a_ticket(serial: int, place: int, off: int) -> None:
    number = numbers.number_for(serial)
    wrong = f"{number[:place]}{(int(number[place]) + off) % 10}{number[place + 1 :]}"
    assert not numbers.is_number(wrong)
    assert numbers.read_number(wrong) is None


def test_nearly_all_neighbours_that_changed_places_find_nothing() -> None:
    missed = tried = 0
    for serial in range(1, 2000):
        number = numbers.number_for(serial)
        for place in range(7):
            if number[place] != number[place + 1]:
                tried += 1
                missed += numbers.is_number(number[:place] + number[place + 1] + number[place] + number[place + 2 :])
    assert missed / tried < 0.03


NUMBER = numbers.number_for(17)
SHOWN = numbers.shown(NUMBER)


HALVES = (NUMBER[:4], NUMBER[4:])
SPELLINGS = [NUMBER, SHOWN, f"#{SHOWN}", f"[#{SHOWN}]", f"# {SHOWN}", *(mark.join(HALVES) for mark in " -–\u00a0")]
ARABIC = NUMBER.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_is_read(text: str) -> None:
    assert numbers.read_number(text) == NUMBER
    assert numbers.numbers_in(f"Re: {text} again") == [NUMBER]


@pytest.mark.parametrize("text", ["", "#", NUMBER[:7], NUMBER + "1", ARABIC, f"x{NUMBER}", "1234-56789", "²" * 8])
def test_what_is_no_number_is_not_read(text: str) -> None:
    assert numbers.read_number(text) is None


def test_numbers_inside_longer_ones_are_not_found() -> None:
    for text in (f"1{NUMBER}", f"{NUMBER}1", f"order-{NUMBER}", f"{SHOWN}-1", f"a{NUMBER}b"):
        assert numbers.numbers_in(text) == []


def test_all_numbers_of_a_text_are_found_once_each_in_order() -> None:
    other = numbers.number_for(18)
    assert numbers.numbers_in(f"[#{SHOWN}] and {other}, {NUMBER} again, 1234-5670") == [NUMBER, other]


def test_a_number_is_shown_in_two_groups_and_marked_in_subjects() -> None:
    assert numbers.shown("12345678") == "1234-5678"
    assert numbers.subject_mark("12345678") == "[#1234-5678]"
