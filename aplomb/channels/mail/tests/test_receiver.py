"""The built-in receiver, spoken to as mail servers do."""

import smtplib
import socket

import pytest
from django.db import DatabaseError

from aplomb.channels.mail import receiver
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.receiver import ReceiverThread
from aplomb.channels.mail.tests.letters import letter
from tests.cast import Cast
from tests.parts.ports import free_port

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port(cast: Cast):  # type: ignore[no-untyped-def]  # a generator fixture
    found = free_port()
    running = ReceiverThread(hostname="127.0.0.1", port=found)
    running.start()
    yield found
    running.stop()


def test_a_mail_is_in_the_database_when_the_sender_is_told_so(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as session:
        session.send_message(letter(), "cleo@acme.example", ["help@desk.example"])
        row = IncomingMail.objects.get()
    assert (row.source, row.envelope_from, row.envelope_to) == ("smtp", "cleo@acme.example", ["help@desk.example"])


def test_mail_for_others_is_refused(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as session, pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        session.send_message(letter(), "cleo@acme.example", ["somebody@elsewhere.example"])
    assert caught.value.recipients["somebody@elsewhere.example"][0] == 550
    assert not IncomingMail.objects.exists()


def test_plus_addresses_of_a_mailbox_are_ours(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as session:
        session.send_message(letter(), "cleo@acme.example", ["help+anything@desk.example"])
    assert IncomingMail.objects.count() == 1


def test_what_cannot_be_stored_is_not_acknowledged(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_arrivals: object) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(receiver, "store", full)
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as session, pytest.raises(smtplib.SMTPDataError) as caught:
        session.send_message(letter(), "cleo@acme.example", ["help@desk.example"])
    assert caught.value.smtp_code == 451
    assert not IncomingMail.objects.exists()


def test_a_mail_over_the_limit_is_refused_for_good(port: int, settings, cast: Cast) -> None:  # type: ignore[no-untyped-def]  # pytest-django's
    settings.MAIL_LIMIT = 20_000
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as session, pytest.raises(smtplib.SMTPResponseException) as caught:
        session.send_message(letter("x" * 70 + "\n" * 40_000), "cleo@acme.example", ["help@desk.example"])
    assert caught.value.smtp_code == 552
    assert not IncomingMail.objects.exists()


def test_very_long_lines_are_taken(port: int) -> None:
    raw = b"From: cleo@acme.example\r\nSubject: long\r\n\r\n" + b"x" * 200_000 + b"\r\n"
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as session:
        session.sendmail("cleo@acme.example", ["help@desk.example"], raw)
    assert IncomingMail.objects.get().size > 200_000


def test_a_connection_that_breaks_in_the_middle_leaves_nothing(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        stream = raw.makefile("rwb")
        stream.readline()
        for line in (b"EHLO x", b"MAIL FROM:<cleo@acme.example>", b"RCPT TO:<help@desk.example>", b"DATA"):
            stream.write(line + b"\r\n")
            stream.flush()
            while stream.readline()[3:4] == b"-":
                pass
        stream.write(b"Subject: half a mail\r\n\r\nand then")
        stream.flush()
    assert not IncomingMail.objects.exists()


def test_many_at_once_are_all_stored(port: int) -> None:
    sessions = [smtplib.SMTP("127.0.0.1", port, timeout=20) for _ in range(8)]
    for session in sessions:
        for _ in range(5):
            session.send_message(letter(), "cleo@acme.example", ["help@desk.example"])
    for session in sessions:
        session.quit()
    assert IncomingMail.objects.count() == 40


def test_lmtp_answers_for_each_recipient(cast: Cast) -> None:
    found = free_port()
    running = ReceiverThread(hostname="127.0.0.1", port=found, lmtp=True)
    running.start()
    try:
        with smtplib.LMTP("127.0.0.1", found) as session:
            session.sendmail("cleo@acme.example", ["help@desk.example"], letter().as_bytes())
        assert IncomingMail.objects.get().source == "lmtp"
    finally:
        running.stop()
