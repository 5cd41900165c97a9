"""Invitations as calendars send them."""

from datetime import UTC, date, datetime

import pytest

from aplomb.channels.mail.reading.headers import Address
from aplomb.channels.mail.reading.invitations import Attendee, read_invitation
from aplomb.channels.mail.reading.parse import parse_mail

REQUEST = """BEGIN:VCALENDAR
VERSION:2.0
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:GTB Standard Time
BEGIN:STANDARD
DTSTART:16010101T040000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:u1@customer.example
SUMMARY;LANGUAGE=el:Επίσκεψη\\, αντλία
 στον Πειραιά
DTSTART;TZID="GTB Standard Time":20261110T100000
DURATION:PT1H30M
LOCATION:Hall 3
DESCRIPTION:Bring the\\nspare part\\; thanks.
ORGANIZER;CN="Ruiz, Ana":MAILTO:ana@customer.example
ATTENDEE;CN=Desk;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:help@desk.example
ATTENDEE:mailto:bob@customer.example
BEGIN:VALARM
DESCRIPTION:REMINDER
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_a_request_is_read() -> None:
    found = read_invitation(REQUEST.replace("\n", "\r\n").encode())

    assert found is not None
    assert (found.method, found.uid, found.summary) == (
        "request",
        "u1@customer.example",
        "Επίσκεψη, αντλίαστον Πειραιά",
    )
    assert found.start == datetime(2026, 11, 10, 8, 0, tzinfo=UTC)
    assert found.end == datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
    assert (found.location, found.description) == ("Hall 3", "Bring the\nspare part; thanks.")
    assert found.organiser == Address("Ruiz, Ana", "ana@customer.example")
    assert found.attendees == (
        Attendee("Desk", "help@desk.example", "accepted"),
        Attendee("", "bob@customer.example", "needs-action"),
    )
    assert not found.is_cancelled


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("DTSTART;VALUE=DATE:20261110", date(2026, 11, 10)),
        ("DTSTART:20261110T100000Z", datetime(2026, 11, 10, 10, 0, tzinfo=UTC)),
        ("DTSTART:20261110T100000", datetime(2026, 11, 10, 10, 0, tzinfo=UTC)),
        ("DTSTART;TZID=/example.org/Europe/Athens:20261110T100000", datetime(2026, 11, 10, 8, 0, tzinfo=UTC)),
        ("DTSTART;TZID=../../etc/passwd:20261110T100000", datetime(2026, 11, 10, 10, 0, tzinfo=UTC)),
        ("DTSTART:soon", None),
        ("DTSTART:99999999", None),
        ("SUMMARY:none", None),
    ],
)
def test_instants_days_and_nonsense(line: str, start: object) -> None:
    found = read_invitation(f"BEGIN:VEVENT\n{line}\nEND:VEVENT".encode(), method="PUBLISH")

    assert found is not None
    assert (found.start, found.method) == (start, "publish")


def test_a_cancelled_visit_says_so() -> None:
    found = read_invitation(b"METHOD:CANCEL\nBEGIN:VEVENT\nSUMMARY:Visit")

    assert found is not None
    assert found.is_cancelled


@pytest.mark.parametrize("raw", [b"", b"words", b"BEGIN:VCALENDAR\nEND:VCALENDAR", b"\xff\xfe\x00"])
def test_what_has_no_event_is_none(raw: bytes) -> None:
    assert read_invitation(raw) is None


def test_a_mail_keeps_the_file_and_shows_the_invitation() -> None:
    parsed = parse_mail(
        b"From: a@x.example\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nCome.\r\n--b\r\n"
        b"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n" + REQUEST.encode() + b"\r\n--b--\r\n"
    )

    assert parsed.text == "Come."
    assert parsed.invitation is not None
    assert parsed.invitation.location == "Hall 3"
    assert [file.type for file in parsed.attachments] == ["text/calendar"]
