"""Fetching a real Dovecot's mailbox."""

from collections.abc import Iterator
from typing import Any

import pytest

from aplomb.channels.mail.actions import add_mailbox, change_mailbox
from aplomb.channels.mail.coming_in import fetching
from aplomb.channels.mail.models import IncomingMail, Mailbox
from aplomb.channels.mail.servers.imap import MailboxFailure, try_mailbox
from aplomb.channels.mail.tests.letters import fetched_from, letter
from aplomb.journal.actors import SYSTEM
from aplomb.people.errors import NotAllowed, Wrong
from tests.cast import Cast
from tests.parts.dovecot import Dovecot
from tests.parts.ports import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("dovecot")]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def mailbox(cast: Cast, dovecot: Dovecot) -> Mailbox:
    return fetched_from(dovecot)


def fetched(mailbox: Mailbox) -> int:
    mailbox.refresh_from_db()
    return fetching.fetch(mailbox)


def test_what_is_new_is_stored_once(mailbox: Mailbox, dovecot: Dovecot) -> None:
    fetched(mailbox)
    before = IncomingMail.objects.count()
    dovecot.deliver(letter().as_bytes())
    dovecot.deliver(letter("Another.").as_bytes())
    assert fetched(mailbox) == 2
    assert fetched(mailbox) == 0
    assert IncomingMail.objects.count() == before + 2
    mailbox.refresh_from_db()
    assert mailbox.fetched_at is not None and mailbox.failure == ""


def test_fetching_from_the_start_again_stores_nothing_twice(mailbox: Mailbox, dovecot: Dovecot) -> None:
    dovecot.deliver(letter().as_bytes())
    fetched(mailbox)
    count = IncomingMail.objects.count()
    Mailbox.objects.filter(pk=mailbox.pk).update(last_uid=0)
    assert fetched(mailbox) == 0
    assert IncomingMail.objects.count() == count


def test_a_refused_password_says_so_on_the_mailbox(mailbox: Mailbox) -> None:
    change_mailbox(mailbox, by=SYSTEM, password="wrong")
    assert fetched(mailbox) == 0
    mailbox.refresh_from_db()
    assert "refuses the login" in mailbox.failure and mailbox.failed_at is not None
    assert "wrong" not in mailbox.failure


def test_a_server_that_is_down_says_so_on_the_mailbox(mailbox: Mailbox) -> None:
    change_mailbox(mailbox, by=SYSTEM, port=free_port())
    assert fetched(mailbox) == 0
    mailbox.refresh_from_db()
    assert "does not answer" in mailbox.failure


def test_a_folder_that_is_not_there_says_so(mailbox: Mailbox) -> None:
    change_mailbox(mailbox, by=SYSTEM, folder="Nowhere")
    with pytest.raises(MailboxFailure, match="no folder Nowhere"):
        try_mailbox(mailbox)


def test_trying_a_mailbox_tells_what_is_there(mailbox: Mailbox) -> None:
    assert "Signed in to 127.0.0.1" in try_mailbox(mailbox)


def test_a_private_address_is_not_reached_unless_it_is_named(mailbox: Mailbox) -> None:
    change_mailbox(mailbox, by=SYSTEM, host="10.1.2.3")
    with pytest.raises(MailboxFailure, match="private network"):
        try_mailbox(mailbox)


def test_the_password_is_not_readable_in_the_database(mailbox: Mailbox, dovecot: Dovecot) -> None:
    assert dovecot.password.encode() not in bytes(mailbox.password)


def test_only_administrators_add_mailboxes(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        add_mailbox(by=cast.ada, name="X", address="x@desk.example")
    assert not Mailbox.objects.filter(address="x@desk.example").exists()


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("address", {"address": "no address"}),
        ("name", {"name": "  "}),
        ("language", {"language": "xx"}),
        ("host", {"intake": "imap", "login": "a", "password": "b"}),
        ("login", {"intake": "imap", "host": "a", "password": "b"}),
        ("password", {"intake": "imap", "host": "a", "login": "b"}),
        ("port", {"port": 70000}),
    ],
)
def test_what_is_wrong_is_named_by_field(cast: Cast, field: str, given: dict[str, object]) -> None:
    with pytest.raises(Wrong) as caught:
        add_mailbox(**{"by": SYSTEM, "name": "X", "address": "x@desk.example", **given})  # type: ignore[arg-type]  # by name
    assert caught.value.field == field


def test_another_server_that_counts_the_same_way_loses_no_mail(mailbox: Mailbox, dovecot: Dovecot) -> None:
    dovecot.deliver(letter().as_bytes())
    fetched(mailbox)
    # the other account's mails bear the numbers that this one's did
    change_mailbox(mailbox, by=SYSTEM, host="localhost")
    mailbox.refresh_from_db()
    assert mailbox.last_uid == 0
    count = IncomingMail.objects.count()
    assert fetched(mailbox) > 0
    assert IncomingMail.objects.count() > count


def test_a_fetch_that_was_under_way_when_the_server_changed_does_not_move_the_new_mark(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    dovecot.deliver(letter().as_bytes())
    mailbox.refresh_from_db()
    change_mailbox(Mailbox.objects.get(pk=mailbox.pk), by=SYSTEM, host="localhost")
    fetching.fetch(mailbox)
    mailbox.refresh_from_db()
    assert (mailbox.uid_validity, mailbox.last_uid) == (0, 0)


@pytest.mark.parametrize("host", ["x" * 64 + ".example", "a..example"])
def test_a_host_that_cannot_be_a_name_says_so_on_the_mailbox(mailbox: Mailbox, host: str) -> None:
    change_mailbox(mailbox, by=SYSTEM, host=host)
    assert fetched(mailbox) == 0
    mailbox.refresh_from_db()
    assert host in mailbox.failure


def test_a_password_of_another_alphabet_reaches_the_server(mailbox: Mailbox) -> None:
    change_mailbox(mailbox, by=SYSTEM, password="Σίγμα")
    assert fetched(mailbox) == 0
    mailbox.refresh_from_db()
    assert "refuses the login" in mailbox.failure


def test_a_mail_over_the_limit_is_parked_with_its_header(mailbox: Mailbox, dovecot: Dovecot, settings: Any) -> None:
    fetched(mailbox)
    settings.MAIL_LIMIT = 5_000
    dovecot.deliver(letter("x " * 9_000, subject="Too much").as_bytes())
    assert fetched(mailbox) == 1
    row = IncomingMail.objects.latest("pk")
    assert row.state == IncomingMail.State.PARKED and "APLOMB_MAIL_LIMIT_MB" in row.reason
    assert row.size < 1_000
