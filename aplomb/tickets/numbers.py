"""Ticket numbers: seven digits and one check digit (ISO/IEC 7064, MOD 11,10). Pure.

Shown 1234-5678, in subjects [#1234-5678], read with or without blank, hyphen or #. A wrong check digit never matches, so a
number misheard on the phone or mistyped finds nothing rather than somebody else's ticket.
"""

import re

LEAST = 1_000_000
MOST = 9_999_999
STEP = 5_672_323

_SHAPE = re.compile(r"(?<![\d\w#-])#?\s?(\d{4})[\s\u00a0\-\u2010-\u2015]?(\d{4})(?![\d\w]|-\d)")


def check_digit(digits: str) -> str:
    """The check digit for a string of decimal digits."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def number_from(serial: int) -> str:
    """The eight digits of a ticket from its serial. Raises ValueError outside seven digits."""
    if not LEAST <= serial <= MOST:
        raise ValueError(f"{serial} has not seven digits")
    return f"{serial}{check_digit(str(serial))}"


def number_for(serial: int) -> str:
    """The number of the n-th ticket (n from 1). Neighbours look unlike, so that one misheard digit is no near miss.

    Raises ValueError past nine million tickets.
    """
    span = MOST - LEAST + 1
    if not 1 <= serial <= span:
        raise ValueError("the numbers are used up")
    # a step without common factor with the span visits every number once
    return number_from(LEAST + serial * STEP % span)


def is_number(digits: str) -> bool:
    """Eight ASCII digits whose last one checks."""
    return len(digits) == 8 and digits.isascii() and digits.isdigit() and check_digit(digits[:7]) == digits[7]


def shown(number: str) -> str:
    """1234-5678."""
    return f"{number[:4]}-{number[4:]}"


def subject_mark(number: str) -> str:
    """[#1234-5678], as it stands in subjects."""
    return f"[#{shown(number)}]"


def read_number(text: str) -> str | None:
    """The number when the whole text is one, in any spelling; else None."""
    bare = re.sub(r"[\s\u00a0#\-\u2010-\u2015\[\]]", "", text)
    return bare if is_number(bare) else None


def numbers_in(text: str) -> list[str]:
    """All numbers with a right check digit that stand in a text, in order, each once."""
    found = (f"{match[1]}{match[2]}" for match in _SHAPE.finditer(text))
    return list(dict.fromkeys(each for each in found if is_number(each)))
