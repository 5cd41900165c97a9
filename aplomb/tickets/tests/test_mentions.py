"""Who is named in a text."""

import time

import pytest

from aplomb.tickets.mentions import Named, handles, mentioned

ADA = Named(1, "Ada", "Ada Lindqvist", "ada@desk.example")
ADA_MARIA = Named(2, "Ada Maria", "Ada Maria Ruiz", "am@desk.example")
NIKOS = Named(3, "Νίκος", "Νίκος Παππάς", "nikos@desk.example")
STEFAN = Named(4, "Ștefan", "Ștefan Pop", "stefan@desk.example")
PEOPLE = [ADA, ADA_MARIA, NIKOS, STEFAN]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@Ada please look", (1,)),
        ("(@ada)", (1,)),
        ("hello @Ada Maria, and @Ada", (2, 1)),
        ("@Ada Maria Ruiz!", (2,)),
        ("@Ada\u00a0Maria.", (2,)),
        ("@ΝΊΚΟΣ τι λες;", (3,)),
        ("@Ștefan", (4,)),
        ("@S\u0326tefan, vezi", (4,)),
        ("@Ada @Ada @ada", (1,)),
        ("ada@ada.example", ()),
        ("write to help@Ada", ()),
        ("@Ada.example is a host", ()),
        ("@Ada@social.example", ()),
        ("https://x.example/@Ada", ()),
        ("@Adam is somebody else", ()),
        ("@ Ada", ()),
        ("@Ada\nMaria", (1,)),
        ("`@Ada` is code", ()),
        ("```\n@Ada\n@Ștefan\n```\nand @Νίκος", (3,)),
        ("a lone ` and @Ada", (1,)),
        ("`x` @Ada `y`", (1,)),
        ("@Ada, yes. @Ada-Maria, no", (1,)),
        ("", ()),
        ("@", ()),
    ],
)
def test_who_is_named(text: str, ids: tuple[int, ...]) -> None:
    assert mentioned(text, PEOPLE) == (ids, ())


def test_two_of_one_name_are_told_apart_and_alone_the_name_is_unclear() -> None:
    other = Named(5, "Ada", "Ada Byron", "byron@desk.example")
    twin = Named(6, "Bo", "Bo Marsh", "bo@desk.example")
    twins = [ADA, other, twin, Named(7, "Bo", "Bo Marsh", "bo2@desk.example")]
    written = handles(twins)
    assert written == {
        1: "Ada Lindqvist",
        5: "Ada Byron",
        6: "Bo (bo@desk.example)",
        7: "Bo (bo2@desk.example)",
    }
    for each in twins:
        assert mentioned(f"see @{written[each.id]}, please", twins) == ((each.id,), ())
    assert mentioned("@Ada and @Bo", twins) == ((), ("Ada", "Bo"))


def test_at_most_fifty_are_named() -> None:
    many = [Named(number, f"P{number:03}", f"Q{number:03}", f"p{number}@x.example") for number in range(80)]
    ids, _unclear = mentioned(" ".join(f"@P{number:03}" for number in range(80)), many)
    assert ids == tuple(range(50))


@pytest.mark.parametrize(
    "text", ["@" * 200_000, "`" * 200_000, " @Ada Mari" * 20_000, "` @" * 66_000, "@Ada " * 40_000]
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    began = time.perf_counter()
    mentioned(text, PEOPLE)
    assert time.perf_counter() - began < 3
