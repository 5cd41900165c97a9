"""When a notice may be mailed: quiet hours by the clock on the wall, the digest of the day, bursts and pauses."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from aplomb.people.models import NoticeChoices, NoticeMail
from aplomb.people.wishes import Waiting, is_quiet, last_digest, states_due

ATHENS = ZoneInfo("Europe/Athens")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
NIGHT = {"quiet_from": dt.time(22), "quiet_to": dt.time(7)}


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def athens(text: str, *, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ATHENS, fold=fold).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("local", "quiet"),
    [
        ("2026-11-17T21:59", False),
        ("2026-11-17T22:00", True),
        ("2026-11-18T03:00", True),
        ("2026-11-18T06:59", True),
        ("2026-11-18T07:00", False),
    ],
)
def test_quiet_hours_go_over_midnight(local: str, quiet: bool) -> None:
    assert is_quiet(NoticeChoices(**NIGHT), ATHENS, athens(local)) is quiet


@pytest.mark.parametrize(("local", "quiet"), [("12:59", False), ("13:00", True), ("13:59", True), ("14:00", False)])
def test_quiet_hours_within_a_day(local: str, quiet: bool) -> None:
    choices = NoticeChoices(quiet_from=dt.time(13), quiet_to=dt.time(14))
    assert is_quiet(choices, ATHENS, athens(f"2026-11-17T{local}")) is quiet


def test_the_same_instant_is_quiet_for_one_and_not_for_another() -> None:
    now = at("2026-11-17T20:30")
    assert is_quiet(NoticeChoices(**NIGHT), ATHENS, now)
    assert not is_quiet(NoticeChoices(**NIGHT), ZoneInfo("America/Lima"), now)
    assert is_quiet(NoticeChoices(**NIGHT), KATHMANDU, at("2026-11-17T16:15"))
    assert not is_quiet(NoticeChoices(**NIGHT), KATHMANDU, at("2026-11-17T16:14"))


def test_whole_days_are_those_of_the_persons_zone() -> None:
    choices = NoticeChoices(quiet_days=[5, 6])
    assert is_quiet(choices, ATHENS, at("2026-11-20T22:00"))
    assert not is_quiet(choices, ZoneInfo("America/Lima"), at("2026-11-20T22:00"))
    assert not is_quiet(choices, ATHENS, at("2026-11-22T22:00"))


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    choices = NoticeChoices(quiet_from=dt.time(3, 15), quiet_to=dt.time(3, 45))
    # on 25 October 2026 Athens has 3:00 to 4:00 twice
    first, second = athens("2026-10-25T03:30"), athens("2026-10-25T03:30", fold=1)
    assert second - first == dt.timedelta(hours=1)
    assert is_quiet(choices, ATHENS, first) and is_quiet(choices, ATHENS, second)
    assert not is_quiet(choices, ATHENS, first + dt.timedelta(minutes=30))


def test_quiet_hours_that_begin_in_the_hour_that_is_left_out_begin_after_it() -> None:
    choices = NoticeChoices(quiet_from=dt.time(3, 30), quiet_to=dt.time(5))
    # on 29 March 2026 Athens goes from 3:00 to 4:00
    assert not is_quiet(choices, ATHENS, at("2026-03-29T00:59"))
    assert is_quiet(choices, ATHENS, at("2026-03-29T01:00"))
    assert not is_quiet(choices, ATHENS, at("2026-03-29T02:00"))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-17T05:59", "2026-11-16T06:00"),
        ("2026-11-17T06:00", "2026-11-17T06:00"),
        ("2026-07-17T05:00", "2026-07-17T05:00"),
    ],
)
def test_the_digest_is_due_at_its_hour_where_the_person_is(now: str, due: str) -> None:
    assert last_digest(NoticeChoices(), ATHENS, at(now)) == at(due)


def test_a_digest_of_an_hour_that_comes_twice_or_never_is_due_once_a_day() -> None:
    choices = NoticeChoices(digest_at=dt.time(3, 30))
    for day in (dt.date(2026, 3, 29), dt.date(2026, 10, 25)):
        minutes = (dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) + dt.timedelta(minutes=n) for n in range(24 * 60))
        found = {last_digest(choices, ATHENS, minute).date() for minute in minutes}
        assert len(found) == 2
        due = {
            last_digest(choices, ATHENS, dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC))
            for hour in range(4, 24)
        }
        assert len(due) == 1


NOW = at("2026-11-17T10:00")


def ago(minutes: float) -> dt.datetime:
    return NOW - dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("first", "last", "mailed", "due"),
    [
        (1, 1, None, False),
        (2, 2, None, True),
        (14, 0, None, False),
        (15, 0, None, True),
        (5, 5, 9, False),
        (5, 5, 10, True),
        (60 * 24 * 3, 60 * 24 * 2, None, True),
    ],
    ids=["just now", "settled", "still coming", "coming too long", "after a mail", "a while after a mail", "downtime"],
)
def test_a_burst_settles_and_mails_keep_a_distance(first: int, last: int, mailed: int | None, due: bool) -> None:
    choices = NoticeChoices(last_mailed_at=ago(mailed) if mailed is not None else None)
    found = states_due(choices, ATHENS, Waiting(ago(first), ago(last), None), NOW)
    assert found == ((NoticeMail.SOON,) if due else ())


def test_what_is_daily_waits_for_its_hour_and_what_is_quiet_for_the_end_of_it() -> None:
    digest = at("2026-11-17T06:00")
    early, late = digest - dt.timedelta(minutes=1), digest + dt.timedelta(minutes=1)
    assert states_due(NoticeChoices(), ATHENS, Waiting(None, None, early), NOW) == (NoticeMail.DAILY,)
    assert states_due(NoticeChoices(), ATHENS, Waiting(None, None, late), NOW) == ()
    quiet = NoticeChoices(quiet_from=dt.time(7), quiet_to=dt.time(13))
    assert states_due(quiet, ATHENS, Waiting(early, early, early), NOW) == ()
    after = at("2026-11-17T11:00")
    assert states_due(quiet, ATHENS, Waiting(early, early, early), after) == (NoticeMail.SOON, NoticeMail.DAILY)
