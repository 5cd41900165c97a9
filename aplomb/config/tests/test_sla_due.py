"""`aplomb sla due`, as a script calls it."""

import json

from click.testing import CliRunner

from aplomb.config.cli import main

CALENDAR = {
    "time_zone": "Europe/Athens",
    "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["2026-03-25"],
}


def run(given: bytes) -> list[dict[str, object]]:
    result = CliRunner().invoke(main, ["sla", "due"], input=given)
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout_bytes.split(b"\n")[:-1]]


def line(**changes: object) -> bytes:
    given = {"id": 7, "calendar": CALENDAR, "start": "2026-03-24T14:30:00Z", "minutes": 60, "pauses": []}
    return json.dumps({**given, **changes}).encode()


def test_due_is_said_in_utc_to_the_second() -> None:
    assert run(line()) == [{"id": 7, "due": "2026-03-26T07:30:00Z"}]
    assert run(line(start="2026-03-24T14:59:59.5Z", minutes=1)) == [{"id": 7, "due": "2026-03-26T07:01:00Z"}]


def test_no_minutes_give_the_start() -> None:
    assert run(line(minutes=0, start="2026-03-25T03:00:00+02:00")) == [{"id": 7, "due": "2026-03-25T01:00:00Z"}]


def test_pauses_and_holidays_may_be_left_out() -> None:
    given = json.dumps(
        {"id": "a", "calendar": {**CALENDAR, "holidays": None}, "start": "2026-03-25T08:00:00Z", "minutes": 5}
    )
    assert run(given.encode()) == [{"id": "a", "due": "2026-03-25T08:05:00Z"}]


def test_what_is_never_reached_says_why() -> None:
    closed = {"time_zone": "UTC", "hours": {}}
    answers = run(
        b"\n".join(
            [line(calendar=closed), line(pauses=[["2026-03-01T00:00:00Z", None]]), line(minutes=10**9)],
        )
    )
    assert [each["due"] for each in answers] == [None, None, None]
    assert [each["why"] for each in answers] == [
        "the calendar never opens",
        "a pause lasts until further notice",
        "not reached within 10 years",
    ]


def test_bad_lines_are_named_and_the_rest_goes_on_in_order() -> None:
    bad = [
        b"nonsense",
        b"[]",
        b"[" * 100_000,
        b"\xff\xfe",
        line(id=1, calendar=None),
        line(id=2, calendar={**CALENDAR, "time_zone": "Mars/Base"}),
        line(id=3, calendar={**CALENDAR, "time_zone": 3}),
        line(id=4, calendar={**CALENDAR, "hours": {"mon": [["09:00", "09:00"]]}}),
        line(id=5, calendar={**CALENDAR, "hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}),
        line(id=6, calendar={**CALENDAR, "holidays": ["2026-02-30"]}),
        line(id=7, start="2026-03-24T14:30:00"),
        line(id=8, start="0001-01-01T00:00:00Z"),
        line(id=9, minutes=-1),
        line(id=10, minutes=True),
        line(id=11, minutes=float("inf")),
        line(id=12, minutes="60"),
        line(id=13, pauses=[["2026-03-24T14:30:00Z"]]),
        line(id=14, pauses=[[None, "2026-03-24T14:30:00Z"]]),
        line(id=15, pauses=[["2026-03-25T00:00:00Z", "2026-03-24T00:00:00Z"]]),
        line(id=16, minutes=None),
    ]
    answers = run(b"\n".join([*bad, b"", line(id="last")]))
    assert [each["id"] for each in answers] == [None] * 4 + [*range(1, 17), "last"]
    assert all(set(each) == {"id", "error"} for each in answers[:-1])
    assert answers[-1] == {"id": "last", "due": "2026-03-26T07:30:00Z"}


def test_an_id_of_any_kind_comes_back_on_one_line() -> None:
    answers = run(line(id={"a": ["\u2028", "\ud800", "é"]}))
    assert answers[0]["id"] == {"a": ["\u2028", "\ud800", "é"]}
