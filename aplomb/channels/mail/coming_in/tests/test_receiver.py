"""The built-in receiver, spoken to as mail servers do."""

import smtplib
import socket
import struct
import threading
from collections.abc import Sequence

import pytest
from django.db import DatabaseError

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.coming_in import receiver
from aplomb.channels.mail.coming_in.receiver import ReceiverThread
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.tests.letters import letter
from aplomb.journal.actors import SYSTEM
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


def test_a_sender_who_hangs_up_before_the_answer_does_not_end_the_receiver(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    storing, gone = threading.Event(), threading.Event()

    def slow(arrivals: Sequence[Arrival]) -> object:
        storing.set()
        gone.wait(5)
        return store(arrivals)

    monkeypatch.setattr(receiver, "store", slow)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        lines = line.makefile("rb")
        lines.readline()
        for said in (
            b"HELO a\r\n",
            b"MAIL FROM:<cleo@acme.example>\r\n",
            b"RCPT TO:<help@desk.example>\r\n",
            b"DATA\r\n",
        ):
            line.sendall(said)
            lines.readline()
        line.sendall(letter("hung up").as_bytes() + b"\r\n.\r\n")
        assert storing.wait(5)
        lines.close()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as session:
        # its hello is answered after the loop has seen the other one go
        session.ehlo()
        gone.set()
        session.send_message(letter("stayed"), "cleo@acme.example", ["help@desk.example"])
    assert IncomingMail.objects.filter(raw__isnull=False).exists()


def test_while_the_database_is_away_a_recipient_is_asked_to_come_again_and_not_refused_for_good(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> frozenset[str]:
        raise DatabaseError("secret words of the server")

    monkeypatch.setattr(receiver, "addresses_in_use", away)
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as session, pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        session.send_message(letter(), "cleo@acme.example", ["help@desk.example"])
    code, words = caught.value.recipients["help@desk.example"]
    assert (code, b"secret" in words) == (451, False)


@pytest.mark.parametrize("address", [b"he\xfflp@desk.example", b"he\x00lp@desk.example"])
def test_an_address_that_is_no_text_is_refused_for_good(port: int, address: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        lines = line.makefile("rb")
        lines.readline()
        for said in (b"EHLO a", b"MAIL FROM:<cleo@acme.example> SMTPUTF8", b"RCPT TO:<" + address + b">"):
            line.sendall(said + b"\r\n")
            answer = lines.readline()
            while answer[3:4] == b"-":
                answer = lines.readline()
        lines.close()
    assert answer.startswith(b"55")


def test_by_lmtp_every_recipient_gets_an_answer_of_their_own(cast: Cast) -> None:
    add_mailbox(name="Sales", address="sales@desk.example", by=SYSTEM)
    found = free_port()
    running = ReceiverThread(hostname="127.0.0.1", port=found, lmtp=True)
    running.start()
    try:
        with socket.create_connection(("127.0.0.1", found), timeout=5) as line:
            lines = line.makefile("rb")
            lines.readline()
            line.sendall(b"LHLO a\r\n")
            while lines.readline()[3:4] == b"-":
                pass
            for said in (
                b"MAIL FROM:<cleo@acme.example>",
                b"RCPT TO:<help@desk.example>",
                b"RCPT TO:<sales@desk.example>",
            ):
                line.sendall(said + b"\r\n")
                assert lines.readline().startswith(b"250")
            line.sendall(b"DATA\r\n")
            lines.readline()
            line.sendall(letter().as_bytes() + b"\r\n.\r\n")
            answers = [lines.readline()[:3], lines.readline()[:3]]
            lines.close()
    finally:
        running.stop()
    # RFC 2033 section 4.2
    assert answers == [b"250", b"250"]
    assert IncomingMail.objects.count() == 1
