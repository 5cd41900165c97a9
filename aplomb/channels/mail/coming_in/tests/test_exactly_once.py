"""One mail is one message, whatever repeats it and whatever breaks under it."""

import datetime as dt
import errno
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, connections

from aplomb.channels.mail.coming_in import applying, copies
from aplomb.channels.mail.coming_in.receiver import Writer
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.jobs import pick_up_stored_mails
from aplomb.channels.mail.models import IncomingMail, RawMail
from aplomb.channels.mail.tests.letters import HELP, letter, taken_in
from aplomb.tickets.models import Message
from tests.cast import Cast

pytestmark = pytest.mark.django_db

State = IncomingMail.State
START = dt.datetime(2026, 3, 2, 9, 59, tzinfo=dt.UTC)
NAMELESS = b"From: cleo@acme.example\r\nTo: help@desk.example\r\nSubject: Tank\r\n\r\nThe tank is empty.\r\n"
DATED = b"Date: Mon, 2 Mar 2026 09:58:00 +0000\r\n" + NAMELESS
RELAYED = b"Received: from tank by relay.example id 17;\r\n\tMon, 2 Mar 2026 09:58:00 +0000\r\n" + NAMELESS


@pytest.fixture
def clock(time_machine: Any) -> Callable[[float], None]:
    time_machine.move_to(START, tick=False)
    return lambda minutes: time_machine.move_to(START + dt.timedelta(minutes=minutes), tick=False)


def stored(content: bytes | None = None) -> IncomingMail:
    return store([Arrival(content=content or letter().as_bytes(), source="smtp", envelope_to=(HELP,))])[0]


def applied_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> IncomingMail:
    """A mail over which that error comes up."""
    row = stored()

    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(applying, "_apply", broken)
    return row


@pytest.mark.parametrize("content", [NAMELESS, DATED, RELAYED])
def test_the_same_bytes_without_a_message_id_are_a_repeat(
    cast: Cast, clock: Callable[[float], None], content: bytes
) -> None:
    first = taken_in(content, envelope_from="tank@acme.example")
    # over the end of an hour of the clock
    clock(5)
    again = taken_in(content, envelope_from="tank@acme.example")
    assert (first.state, again.state) == (State.APPLIED, State.DUPLICATE)
    assert Message.objects.filter(ticket=first.ticket).count() == 1


def test_without_any_time_in_it_the_same_report_later_is_another_one(
    cast: Cast, clock: Callable[[float], None]
) -> None:
    taken_in(NAMELESS)
    clock(61)
    assert taken_in(NAMELESS).state == State.APPLIED


def test_with_a_time_in_it_the_same_mail_is_known_days_later(cast: Cast, clock: Callable[[float], None]) -> None:
    taken_in(DATED)
    clock(4 * 24 * 60)
    assert taken_in(DATED).state == State.DUPLICATE


@pytest.mark.parametrize("change", [{"envelope_from": "other@acme.example"}, {"to": "sales@desk.example"}])
def test_the_same_bytes_from_another_envelope_are_another_mail(cast: Cast, change: dict[str, str]) -> None:
    taken_in(DATED, envelope_from="tank@acme.example")
    assert taken_in(DATED, **{"envelope_from": "tank@acme.example", **change}).state == State.APPLIED


def test_a_received_line_in_the_text_is_no_time() -> None:
    assert not copies._has_time(b"Subject: x\r\n\r\nReceived: last week\r\nDate: none\r\n")
    assert copies._has_time(b"Subject: x\nDATE: soon\n\ny")


def test_another_version_that_reads_other_words_knows_the_mail_by_its_bytes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = letter()
    first = taken_in(mail)
    IncomingMail.objects.filter(pk=first.pk).update(digest="of an older version")
    assert taken_in(mail).state == State.DUPLICATE


def test_a_forgotten_mail_is_still_known(cast: Cast) -> None:
    mail = letter()
    first = taken_in(mail)
    RawMail.objects.filter(mail=first).delete()
    assert taken_in(mail).state == State.DUPLICATE


@pytest.mark.parametrize(
    "error", [OperationalError("database is locked"), OSError(errno.ENOSPC, "No space left on device")]
)
def test_a_trouble_of_the_house_is_not_held_against_the_mail(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    row = applied_with(monkeypatch, error)
    for _attempt in range(applying.TRIES * 2):
        with pytest.raises(type(error)):
            applying.apply(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.STORED, 0)


def test_after_a_day_it_is_parked_all_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, clock: Callable[[float], None]
) -> None:
    row = applied_with(monkeypatch, OperationalError("too many SQL variables"))
    clock(25 * 60)
    for _attempt in range(applying.TRIES - 1):
        with pytest.raises(OperationalError):
            applying.apply(row.pk)
    applying.apply(row.pk)
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.PARKED, "OperationalError: too many SQL variables")


def test_a_mail_that_ends_its_reader_each_time_is_parked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, clock: Callable[[float], None]
) -> None:
    """What kill -9 looks like from within: nothing is caught."""
    row = applied_with(monkeypatch, KeyboardInterrupt())
    clock(6)
    for _death in range(applying.TRIES):
        with pytest.raises(KeyboardInterrupt):
            applying.apply(row.pk)
    applying.apply(row.pk)
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.PARKED, "Reading it was cut short 5 times.")


def test_a_mail_whose_job_is_gone_is_picked_up(
    cast: Cast, clock: Callable[[float], None], drain: Callable[[], int]
) -> None:
    drain()
    row = stored()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM journal_job")
    clock(6)
    pick_up_stored_mails()
    pick_up_stored_mails()
    drain()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.APPLIED, 1)


def test_what_is_parked_shows_whom_it_is_from(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the house burns")

    monkeypatch.setattr(applying, "_take_in", broken)
    row = stored()
    for _attempt in range(applying.TRIES):
        try:
            applying.apply(row.pk)
        except RuntimeError:
            continue
    row.refresh_from_db()
    assert (row.state, row.sender, row.subject) == (State.PARKED, "cleo@acme.example", "Printer")


@pytest.mark.django_db(transaction=True)
def test_two_processes_read_two_copies_in_one_moment(cast: Cast) -> None:
    mail = letter("Both at once.").as_bytes()
    rows = [stored(mail) for _copy in range(4)]
    start = threading.Barrier(len(rows))

    def read(pk: int) -> None:
        start.wait()
        try:
            applying.apply(pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=read, args=(row.pk,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = sorted(IncomingMail.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", flat=True))
    assert states == ["applied", "duplicate", "duplicate", "duplicate"]
    assert Message.objects.filter(text__contains="Both at once.").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_processes_read_one_mail_in_one_moment(cast: Cast) -> None:
    row = stored(letter("Once only.").as_bytes())
    start = threading.Barrier(4)

    def read() -> None:
        start.wait()
        try:
            applying.apply(row.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=read) for _reader in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Message.objects.filter(text__contains="Once only.").count() == 1


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_on_a_full_disk_nothing_is_acknowledged_and_later_everything_is_taken(cast: Cast) -> None:
    """SQLite's own SQLITE_FULL: the file may not grow."""
    writer = Writer()
    pages: list[int] = []

    def keep(content: bytes) -> Any:
        done = writer.keep(Arrival(content=content, source="smtp", envelope_to=(HELP,)))
        # the writer's own thread and connection, as in the receiver
        thread = threading.Thread(target=run)
        writer.waiting.put(None)
        thread.start()
        thread.join()
        return done

    def run() -> None:
        if pages:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA page_count")
                cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 2}")
        writer._run()

    large = b"Subject: x\r\n\r\n" + random.Random(3).randbytes(300_000)
    pages.append(1)
    refused = keep(large)
    with pytest.raises(DatabaseError, match="full"):
        refused.result(timeout=0)
    assert IncomingMail.objects.count() == 0
    pages.clear()
    assert keep(large).result(timeout=0) is None
    assert IncomingMail.objects.get().size == len(large)


def test_a_file_that_finds_no_room_leaves_the_mail_waiting_and_whole(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aplomb.tickets.actions import writing

    mail = letter("With a file.")
    mail.add_attachment(b"x" * 50, maintype="application", subtype="x-data", filename="a.dat")
    row = stored(mail.as_bytes())

    def full(*_: object, **__: object) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(writing, "store_file", full)
        with pytest.raises(OSError, match="No space left"):
            applying.apply(row.pk)
    assert not Message.objects.filter(text__contains="With a file.").exists()
    applying.apply(row.pk)
    row.refresh_from_db()
    assert row.state == State.APPLIED


def test_a_machine_with_one_message_id_for_all_loses_nothing_and_repeats_nothing(cast: Cast) -> None:
    mails = [letter(f"Report {number:02}.", message_id="<always@acme.example>") for number in range(12)]
    assert {taken_in(mail).state for mail in mails} == {State.APPLIED}
    assert {taken_in(mail).state for mail in mails} == {State.DUPLICATE}
