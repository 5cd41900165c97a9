import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplomb.lib import time

FIRST, LAST = dt.datetime(2, 1, 1), dt.datetime(9998, 12, 31)  # noqa: DTZ001  the zones are drawn beside them
AWARE = st.datetimes(FIRST, LAST, timezones=st.timezones())


@given(AWARE)
def test_an_instant_comes_back_from_its_text_to_the_microsecond(instant: dt.datetime) -> None:
    assert time.read_instant(time.instant_text(instant)) == instant.astimezone(dt.UTC)


@given(AWARE)
def test_the_text_of_an_instant_has_always_the_same_shape(instant: dt.datetime) -> None:
    assert len(time.instant_text(instant)) == len("2026-03-01T09:30:00.000000Z")
    assert len(time.second_text(instant)) == len("2026-03-01T09:30:00Z")


def test_an_instant_is_written_in_utc_with_z() -> None:
    there = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert time.instant_text(there) == "2026-03-01T07:30:00.000000Z"
    assert time.second_text(there) == "2026-03-01T07:30:00Z"


def test_an_early_year_keeps_its_four_digits() -> None:
    assert time.instant_text(dt.datetime(987, 1, 2, tzinfo=dt.UTC)) == "0987-01-02T00:00:00.000000Z"


def test_a_naive_instant_has_no_text() -> None:
    with pytest.raises(ValueError):
        time.instant_text(dt.datetime(2026, 3, 1))  # noqa: DTZ001  that is the point


@pytest.mark.parametrize("text", ["", "yesterday", "2026-03-01T09:30:00", "2026-13-01T00:00:00Z", "2026-03-01"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        time.read_instant(text)


@given(AWARE)
def test_microseconds_are_exact(instant: dt.datetime) -> None:
    since = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=time.microseconds(instant))
    # compared in UTC: an hour that comes twice in a zone equals nothing outside it
    assert since == instant.astimezone(dt.UTC)


def test_zones_are_those_of_the_iana_database_and_an_unknown_one_is_utc() -> None:
    assert time.known_zone("Europe/Athens")
    assert not time.known_zone("Mars/Olympus")
    assert str(time.zone("Europe/Athens")) == "Europe/Athens"
    assert str(time.zone("../../etc/passwd")) == "UTC"
    assert time.utc_now().tzinfo is dt.UTC
