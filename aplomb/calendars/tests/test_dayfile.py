"""Files of days off: whatever is in them, it is taken whole or not at all."""

import datetime as dt

import pytest

from aplomb.calendars.actions import add_calendar, import_days, set_day
from aplomb.calendars.dayfile import MOST_BYTES, read_day_file
from aplomb.calendars.errors import CalendarRefused
from aplomb.calendars.models import Calendar, OwnDay
from aplomb.journal.actors import SYSTEM
from aplomb.lib.time import as_if_at

NOW = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
SINCE, UNTIL = dt.date(2026, 1, 1), dt.date(2028, 12, 31)


def event(*lines: str, summary: str = "Day off") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"SUMMARY:{summary}", *lines, "END:VEVENT"])


def ics(*events: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()


def days(*events: str) -> dict[str, str]:
    return {each.isoformat(): name for each, name in read_day_file(ics(*events), since=SINCE, until=UNTIL).days.items()}


def test_whole_days_are_taken_and_the_end_is_the_day_after() -> None:
    assert days(event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227", summary="Noël")) == {
        "2026-12-24": "Noël",
        "2026-12-25": "Noël",
        "2026-12-26": "Noël",
    }
    assert list(days(event("DTSTART;VALUE=DATE:20261224"))) == ["2026-12-24"]
    assert list(days(event("DTSTART;VALUE=DATE:20261224", "DURATION:P2D"))) == ["2026-12-24", "2026-12-25"]


def test_a_day_that_comes_again_is_taken_each_time_without_its_exceptions() -> None:
    again = event("DTSTART;VALUE=DATE:19990501", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20270501")
    assert list(days(again)) == ["2026-05-01", "2028-05-01"]
    fridays = event("DTSTART;VALUE=DATE:20260102", "RRULE:FREQ=MONTHLY;BYDAY=1FR;COUNT=3")
    assert list(days(fridays)) == ["2026-01-02", "2026-02-06", "2026-03-06"]
    until = event("DTSTART;VALUE=DATE:20260102", "RRULE:FREQ=DAILY;UNTIL=20260104")
    assert list(days(until)) == ["2026-01-02", "2026-01-03", "2026-01-04"]


def test_a_turn_that_was_moved_counts_where_it_went() -> None:
    series = event("UID:x", "DTSTART;VALUE=DATE:20260102", "RRULE:FREQ=DAILY;COUNT=2")
    moved = event("UID:x", "RECURRENCE-ID;VALUE=DATE:20260103", "DTSTART;VALUE=DATE:20260110")
    assert sorted(days(series, moved)) == ["2026-01-02", "2026-01-10"]


def test_what_is_no_day_off_is_left_out_and_counted() -> None:
    read = read_day_file(
        ics(
            event("DTSTART:20261224T090000Z", "DTEND:20261224T100000Z"),
            event("DTSTART;VALUE=DATE:20261225", "STATUS:CANCELLED"),
            event("DTSTART;VALUE=DATE:19700101"),
            event("DTSTART;VALUE=DATE:20261226"),
        ),
        since=SINCE,
        until=UNTIL,
    )
    assert (list(read.days), read.with_hours, read.elsewhen) == ([dt.date(2026, 12, 26)], 1, 1)


def test_other_alphabets_and_old_encodings_are_read() -> None:
    assert days(event("DTSTART;VALUE=DATE:20261026", summary="Άγιος Δημήτριος")) == {"2026-10-26": "Άγιος Δημήτριος"}
    old = ics(event("DTSTART;VALUE=DATE:20261026", summary="Día")).decode().encode("latin-1")
    assert list(read_day_file(old, since=SINCE, until=UNTIL).days.values()) == ["Día"]
    assert read_day_file(b"\xef\xbb\xbf" + ics(event("DTSTART;VALUE=DATE:20261026")), since=SINCE, until=UNTIL).days


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \r\n ",
        b"hello",
        b"\x00\xff\xfe\x01",
        b"%PDF-1.7 \xe2\xe3\xcf\xd3",
        b"<html><body>Not found</body></html>",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:X\r\nEND:VCARD\r\n",
        ics(),
        ics(event()),
        ics(event("DTSTART;VALUE=DATE:20261399")),
        ics(event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261220")),
        ics(event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20281224")),
        ics(event("DTSTART;VALUE=DATE:15821224", "RRULE:FREQ=DAILY")),
        ics(event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=SECONDLY")),
        ics(event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=NEVER")),
        ics(event("DTSTART;VALUE=DATE:20260101", "EXDATE:nonsense", "RRULE:FREQ=DAILY;COUNT=2")),
        ics(*[event("DTSTART;VALUE=DATE:19000101", f"RRULE:FREQ=DAILY;INTERVAL={each}") for each in range(1, 40)]),
        b"X" * (MOST_BYTES + 1),
        b"BEGIN:VCALENDAR\r\n" * 5_000,
        ics(*[event("DTSTART;VALUE=DATE:20260101")] * 2_001),
    ],
    ids=range(22),
)
def test_a_holiday_file_that_is_none_is_refused_at_its_field(content: bytes) -> None:
    with pytest.raises(CalendarRefused) as refused:
        read_day_file(content, since=SINCE, until=UNTIL)
    assert refused.value.field == "file"
    assert str(refused.value)


def test_a_rule_that_never_comes_true_ends() -> None:
    never = event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    assert list(days(never)) == ["2026-01-01"]


@pytest.mark.django_db
def test_days_of_a_file_are_added_and_those_set_by_hand_stay() -> None:
    with as_if_at(NOW):
        calendar = add_calendar(name="One", time_zone="UTC", hours={}, by=SYSTEM)
        set_day(calendar, date=dt.date(2026, 12, 24), kind="hours", spans=[["09:00", "12:00"]], by=SYSTEM)
        stamp = Calendar.objects.get().stamp
        file = ics(
            event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"),
        )
        assert import_days(calendar, file, by=SYSTEM)[0] == 2
        assert import_days(calendar, file, by=SYSTEM)[0] == 0
    kinds = dict(OwnDay.objects.values_list("date", "kind"))
    assert kinds == {
        dt.date(2026, 12, 24): "hours",
        dt.date(2026, 12, 25): "closed",
        dt.date(2026, 12, 26): "closed",
    }
    assert Calendar.objects.get().stamp != stamp


@pytest.mark.django_db
def test_of_a_file_with_one_wrong_event_nothing_is_saved() -> None:
    with as_if_at(NOW):
        calendar = add_calendar(name="One", time_zone="UTC", hours={}, by=SYSTEM)
        wrong = ics(event("DTSTART;VALUE=DATE:20261224"), event("DTSTART;VALUE=DATE:20261399", summary="Feast"))
        with pytest.raises(CalendarRefused, match="Feast"):
            import_days(calendar, wrong, by=SYSTEM)
        with pytest.raises(CalendarRefused):
            import_days(calendar, ics(event("DTSTART;VALUE=DATE:19700101")), by=SYSTEM)
    assert not OwnDay.objects.exists()
