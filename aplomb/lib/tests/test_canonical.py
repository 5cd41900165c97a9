import enum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from aplomb.lib.canonical import LARGEST, canonical_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.one_of(st.text(st.characters(max_codepoint=127)), TEXT)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-LARGEST, LARGEST), TEXT, st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(KEYS, inner), st.tuples(inner, inner)),
    max_leaves=20,
)


class Colour(enum.StrEnum):
    RED = "red"


@given(VALUES)
def test_it_is_what_rfc_8785_says_byte_for_byte(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


def test_every_control_character_is_escaped_as_the_rfc_wants_it() -> None:
    every = "".join(map(chr, range(0x100))) + "\u2028\uffff😀"
    assert canonical_json(every) == rfc8785.dumps(every)


def test_keys_past_ascii_are_ordered_by_utf_16_units() -> None:
    # code points would put the emoji last
    assert canonical_json({"\ufb33": 1, "😀": 2}) == '{"😀":2,"\ufb33":1}'.encode()


def test_a_word_of_an_enumeration_is_its_value() -> None:
    assert canonical_json({"colour": Colour.RED}) == b'{"colour":"red"}'


@pytest.mark.parametrize(
    "value", [LARGEST + 1, -LARGEST - 1, float("nan"), float("inf"), {1: 2}, "\ud800", b"x", {"a": {None: 1}}, {1, 2}]
)
def test_what_json_cannot_hold_exactly_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical_json(value)
