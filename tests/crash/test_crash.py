"""A few rounds of `make crash`, so that it works when it is asked for."""

import pytest
from django.conf import settings

from tests.crash.__main__ import crash
from tests.crash.counting import NOT_HEARD_SECONDS, _judged
from tests.crash.receiving import Acceptance


@pytest.mark.xdist_group("crash")
def test_nothing_is_lost_and_nothing_comes_twice_while_the_desk_is_killed() -> None:
    counts = crash("postgres" if settings.POSTGRES else "sqlite", rounds=3, seed=7)
    assert counts.sent == counts.acknowledged > 0
    assert counts.is_well, counts


def letter(at: float, message_id: str = "<1@desk.example>", *, is_answered: bool = True) -> Acceptance:
    return Acceptance(at, message_id, "a@acme.example", is_answered)


@pytest.mark.parametrize(
    ("found", "kills", "expected"),
    [
        ([letter(1.0)], [], (0, 0)),
        # nobody died and the answer went out: it came twice
        ([letter(1.0), letter(2.0)], [], (0, 1)),
        ([letter(1.0, is_answered=False), letter(2.0)], [], (1, 0)),
        ([letter(1.0), letter(20.0)], [1.5], (1, 0)),
        ([letter(1.0), letter(20.0)], [0.5], (0, 1)),
        ([letter(1.0), letter(20.0)], [1.1 + NOT_HEARD_SECONDS], (0, 1)),
        # another letter of the same kind is one too many, whoever died
        ([letter(1.0, is_answered=False), letter(2.0, "<2@desk.example>")], [1.5], (0, 1)),
    ],
)
def test_a_letter_may_come_again_only_where_its_answer_was_not_heard(
    found: list[Acceptance], kills: list[float], expected: tuple[int, int]
) -> None:
    assert _judged(found, kills) == expected
