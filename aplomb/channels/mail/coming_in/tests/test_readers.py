"""Readers at a real Dovecot: mail comes without asking for it, lines break, settings change, readers die."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aplomb.channels.mail.actions import change_mailbox
from aplomb.channels.mail.coming_in import leases
from aplomb.channels.mail.coming_in.readers import MailboxReaders, pause_after
from aplomb.channels.mail.models import IncomingMail, Mailbox, MailboxLease
from aplomb.channels.mail.servers import imap
from aplomb.channels.mail.tests.letters import fetched_from, letter
from aplomb.journal.actors import SYSTEM
from aplomb.lib.time import utc_now
from tests.cast import Cast
from tests.parts.dovecot import Dovecot
from tests.parts.ports import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("dovecot")]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def mailbox(cast: Cast, dovecot: Dovecot, settings: Any) -> Mailbox:
    # polling would not bring anything in time
    settings.IMAP_SECONDS = 3600
    return fetched_from(dovecot)


@pytest.fixture
def readers(mailbox: Mailbox) -> Iterator[MailboxReaders]:
    found = MailboxReaders()
    found.start()
    yield found
    found.stop()


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The mailboxes of the sessions that were opened."""
    found = []

    def counted(mailbox: Mailbox) -> Any:
        found.append(mailbox.pk)
        return imap.opened(mailbox)

    monkeypatch.setattr("aplomb.channels.mail.coming_in.readers.opened", counted)
    return found


def stored(subject: str) -> Callable[[], bool]:
    def look() -> bool:
        rows = IncomingMail.objects.filter(source="imap").select_related("raw")
        return any(subject.encode() in bytes(row.raw.content) for row in rows)

    return look


def delivered(dovecot: Dovecot, subject: str) -> Callable[[], bool]:
    dovecot.deliver(letter(subject=subject).as_bytes())
    return stored(subject)


def told(mailbox: Mailbox) -> Callable[[], str]:
    def words() -> str:
        mailbox.refresh_from_db()
        return f"failure: {mailbox.failure}, last uid {mailbox.last_uid}"

    return words


def idling(readers: MailboxReaders, mailbox: Mailbox) -> None:
    """Wait until the mailbox was read once."""

    def was_read() -> bool:
        mailbox.refresh_from_db()
        return mailbox.fetched_at is not None and not mailbox.failure

    wait_for(was_read, seconds=20, otherwise=told(mailbox))


def test_a_new_mail_is_stored_without_polling(
    mailbox: Mailbox, dovecot: Dovecot, sessions: list[int], readers: MailboxReaders
) -> None:
    idling(readers, mailbox)
    for subject in ("Comes-by-itself", "And-another"):
        begun = time.monotonic()
        wait_for(delivered(dovecot, subject), seconds=10, otherwise=told(mailbox))
        assert time.monotonic() - begun < 3
    # by the session that was open
    assert readers.readers[mailbox.pk].failures == 0 and sessions == [mailbox.pk]


def test_a_server_that_was_down_is_read_again(readers: MailboxReaders, mailbox: Mailbox, dovecot: Dovecot) -> None:
    idling(readers, mailbox)
    dovecot.stop()

    def failing() -> bool:
        mailbox.refresh_from_db()
        return bool(mailbox.failure) and mailbox.failed_at is not None

    wait_for(failing, seconds=20, otherwise=told(mailbox))
    arrived = delivered(dovecot, "While-it-was-down")
    dovecot.start_again()
    wait_for(arrived, seconds=25, otherwise=told(mailbox))

    def well() -> bool:
        mailbox.refresh_from_db()
        return not mailbox.failure and mailbox.failed_at is None

    wait_for(well, seconds=10, otherwise=told(mailbox))


def test_changed_settings_are_taken_up_within_seconds(
    readers: MailboxReaders, mailbox: Mailbox, dovecot: Dovecot
) -> None:
    idling(readers, mailbox)
    change_mailbox(mailbox, by=SYSTEM, password="wrong")

    def refused() -> bool:
        mailbox.refresh_from_db()
        return "refuses the login" in mailbox.failure

    wait_for(refused, seconds=15, otherwise=told(mailbox))
    # the pause after a refusal is long, and over once the settings change
    change_mailbox(mailbox, by=SYSTEM, password=dovecot.password)
    wait_for(delivered(dovecot, "With-the-right-password"), seconds=12, otherwise=told(mailbox))


def test_a_mailbox_that_is_switched_off_is_let_go(readers: MailboxReaders, mailbox: Mailbox) -> None:
    idling(readers, mailbox)
    change_mailbox(mailbox, by=SYSTEM, is_active=False)
    wait_for(lambda: leases.held() == {}, seconds=10, otherwise=lambda: str(leases.held()))
    assert readers.readers == {}


def test_of_two_readers_one_reads_and_the_other_takes_over_when_it_stops(
    readers: MailboxReaders, mailbox: Mailbox, dovecot: Dovecot
) -> None:
    idling(readers, mailbox)
    second = MailboxReaders()
    second.start()
    try:
        wait_for(delivered(dovecot, "Read-by-one"), seconds=10, otherwise=told(mailbox))
        assert leases.held() == {mailbox.pk: readers.holder} and second.readers == {}
        readers.stop()
        wait_for(lambda: leases.held() == {mailbox.pk: second.holder}, seconds=10, otherwise=told(mailbox))
        wait_for(delivered(dovecot, "Read-by-the-other"), seconds=10, otherwise=told(mailbox))
    finally:
        second.stop()


def test_a_reader_whose_lease_another_took_stores_nothing_more(
    readers: MailboxReaders, mailbox: Mailbox, dovecot: Dovecot
) -> None:
    idling(readers, mailbox)
    lease = readers.readers[mailbox.pk].lease
    lease.taken_at = float("-inf")
    MailboxLease.objects.filter(mailbox=mailbox).update(holder="another", until="2999-01-01T00:00:00Z")
    arrived = delivered(dovecot, "For-another-to-read")
    wait_for(lambda: mailbox.pk not in readers.readers, seconds=15, otherwise=told(mailbox))
    assert not arrived()


def test_readers_stop_within_seconds_and_give_their_mailboxes_back(readers: MailboxReaders, mailbox: Mailbox) -> None:
    idling(readers, mailbox)
    begun = time.monotonic()
    readers.stop()
    assert time.monotonic() - begun < 5
    assert not readers.thread.is_alive() and leases.held() == {}


def test_who_asks_for_a_look_at_a_mailbox_that_is_read_rings_its_reader(
    readers: MailboxReaders, mailbox: Mailbox, drain: Callable[[], int]
) -> None:
    from aplomb.channels.mail.jobs import fetch_mailbox

    idling(readers, mailbox)
    before = utc_now()
    fetch_mailbox(mailbox_id=mailbox.pk)

    def looked() -> bool:
        # it may look for a reason of its own just then: what was asked is over only once that was seen
        mailbox.refresh_from_db()
        is_asked = MailboxLease.objects.get(mailbox=mailbox).is_asked
        return not is_asked and mailbox.fetched_at is not None and mailbox.fetched_at > before

    wait_for(looked, seconds=10, otherwise=told(mailbox))


def test_pauses_grow_and_end_at_five_minutes() -> None:
    assert 0.5 <= pause_after(1) <= 1 and 4 <= pause_after(4) <= 8
    assert 150 <= pause_after(50) <= 300 and pause_after(1, is_refused=True) >= 15
