"""What is taken of a folder, at servers that are odd: nothing is lost, nothing stored twice, nothing stops the rest."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aplomb.channels.mail.actions import add_mailbox, change_mailbox
from aplomb.channels.mail.coming_in import applying, fetching
from aplomb.channels.mail.coming_in.leases import Lease
from aplomb.channels.mail.models import IncomingMail, Mailbox, UnfetchedMail
from aplomb.channels.mail.rawmail import raw_bytes
from aplomb.channels.mail.servers.imap import opened, try_mailbox
from aplomb.channels.mail.tests.letters import letter
from aplomb.journal.actors import SYSTEM
from tests.cast import Cast
from tests.parts.imap_server import OddImapServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server() -> Iterator[OddImapServer]:
    with OddImapServer() as found:
        yield found


@pytest.fixture
def mailbox(cast: Cast, server: OddImapServer) -> Mailbox:
    return add_mailbox(
        by=SYSTEM, name="Post", address="post@desk.example", intake="imap", host="127.0.0.1", port=server.port,
        security="plain", login="help", password="open sesame",
    )  # fmt: skip


def fetched(mailbox: Mailbox) -> int:
    mailbox.refresh_from_db()
    count = fetching.fetch(mailbox)
    mailbox.refresh_from_db()
    return count


def words(text: str) -> bytes:
    return letter(text).as_bytes()


def old() -> datetime:
    return datetime.now(UTC) - timedelta(days=40)


def test_of_a_folder_that_is_full_the_unread_and_the_new_are_taken(mailbox: Mailbox, server: OddImapServer) -> None:
    server.put(words("read long ago"), is_seen=True, arrived=old())
    unread = server.put(words("unread for long"), arrived=old())
    early = datetime.now(UTC) - timedelta(hours=2)
    server.put(words("read before the mailbox was added"), is_seen=True, arrived=early)
    new = server.put(words("read by somebody just now"), is_seen=True)
    assert fetched(mailbox) == 2
    assert server.fetched() == [unread, new]
    assert (mailbox.last_uid, mailbox.uid_validity) == (4, 1)
    later = server.put(words("read on a telephone at once"), is_seen=True)
    assert fetched(mailbox) == 1 and mailbox.last_uid == later


def test_everything_is_taken_where_that_is_wanted(mailbox: Mailbox, server: OddImapServer) -> None:
    for each in range(3):
        server.put(words(f"old {each}"), is_seen=True, arrived=old())
    Mailbox.objects.filter(pk=mailbox.pk).update(takes=Mailbox.Takes.ALL)
    assert fetched(mailbox) == 3


def test_who_is_interrupted_over_the_first_look_leaves_out_nothing_and_takes_nothing_twice(
    mailbox: Mailbox, server: OddImapServer
) -> None:
    server.put(words("read long ago"), is_seen=True, arrived=old())
    for each in range(3):
        server.put(words(f"unread {each}"))
    turns = iter([True, False])
    with opened(mailbox) as box:
        assert fetching.take_in(mailbox, fetching.Folder.chosen(box), lambda: next(turns)) == 1
    assert fetched(mailbox) == 2
    assert server.fetched() == [2, 3, 4]


def test_a_mail_that_the_server_refuses_does_not_stop_those_behind_it(mailbox: Mailbox, server: OddImapServer) -> None:
    for each in range(3):
        server.put(words(f"mail {each}"))
    server.refused = {2}
    assert fetched(mailbox) == 2
    row = UnfetchedMail.objects.get()
    assert (row.uid, row.mailbox, "cannot be read" in row.reason) == (2, mailbox, True)
    assert mailbox.last_uid == 3 and mailbox.failure == ""
    server.put(words("one more"))
    assert fetched(mailbox) == 1
    # asked for again, with growing pauses
    assert UnfetchedMail.objects.get().tries > 1 and server.fetched().count(2) > 1
    asked = server.fetched().count(2)
    fetched(mailbox)
    assert server.fetched().count(2) == asked
    server.refused = set()
    UnfetchedMail.objects.update(again_at=old())
    assert fetched(mailbox) == 1 and not UnfetchedMail.objects.exists()


def test_a_mail_that_breaks_the_line_each_time_does_not_stop_those_behind_it(
    mailbox: Mailbox, server: OddImapServer
) -> None:
    for each in range(3):
        server.put(words(f"mail {each}"))
    server.broken = {2}
    assert fetched(mailbox) == 0 and "ended the connection" in mailbox.failure
    fetched(mailbox)
    assert fetched(mailbox) == 0 and mailbox.failure == ""
    assert IncomingMail.objects.filter(mailbox=mailbox).count() == 2
    assert UnfetchedMail.objects.get().uid == 2


def test_a_mail_of_which_the_server_gives_nothing_is_noted_and_one_that_is_gone_is_not(
    mailbox: Mailbox, server: OddImapServer
) -> None:
    server.put(words("shown"))
    server.empty = {1}
    assert fetched(mailbox) == 0
    assert UnfetchedMail.objects.get().reason
    server.mails.clear()
    UnfetchedMail.objects.update(again_at=old())
    fetched(mailbox)
    assert not UnfetchedMail.objects.exists()


def test_a_server_that_tells_no_next_number_is_read_all_the_same(mailbox: Mailbox, server: OddImapServer) -> None:
    server.tells_next = False
    assert fetched(mailbox) == 0
    server.put(words("first"), is_seen=True, arrived=old())
    assert fetched(mailbox) == 0 and mailbox.last_uid == 1
    server.put(words("second"), is_seen=True)
    assert fetched(mailbox) == 1


def test_a_folder_that_was_renumbered_loses_nothing_and_fetches_nothing_that_was_read(
    mailbox: Mailbox, server: OddImapServer
) -> None:
    for each in range(3):
        server.put(words(f"mail {each}"), is_seen=each == 0)
    assert fetched(mailbox) == 3
    for row in IncomingMail.objects.filter(mailbox=mailbox):
        applying.apply(row.pk)
    server.validity = 2
    for mail in server.mails:
        mail.uid += 100
    server.put(words("behind them"))
    server.asked.clear()
    assert fetched(mailbox) == 1
    assert server.fetched() == [104]
    assert (mailbox.uid_validity, mailbox.last_uid) == (2, 104)


def test_numbers_that_went_back_without_a_word_lose_nothing(mailbox: Mailbox, server: OddImapServer) -> None:
    for each in range(5):
        server.put(words(f"mail {each}"))
    assert fetched(mailbox) == 5
    server.mails.clear()
    other = words("under a number that another mail had")
    server.put(other, uid=2)
    assert fetched(mailbox) == 1 and mailbox.last_uid == 2
    assert raw_bytes(IncomingMail.objects.latest("pk")) == other
    server.put(words("after that"))
    assert fetched(mailbox) == 1


def test_a_mail_listed_twice_is_stored_once(mailbox: Mailbox, server: OddImapServer) -> None:
    content = words("twice")
    server.put(content, uid=1)
    server.put(content, uid=1)
    assert fetched(mailbox) == 1 and fetched(mailbox) == 0


def test_a_size_that_is_not_told_is_no_way_around_the_limit(
    mailbox: Mailbox, server: OddImapServer, settings: Any
) -> None:
    settings.MAIL_LIMIT = 2_000
    server.tells_size = False
    server.put(words("small"))
    server.put(words("x " * 3_000))
    assert fetched(mailbox) == 2
    large = IncomingMail.objects.filter(mailbox=mailbox).order_by("-uid")[0]
    assert large.state == IncomingMail.State.PARKED and large.size < 1_000
    assert any("BODY.PEEK[]<0.2001>" in each for each in server.asked)


def test_a_folder_of_another_alphabet_is_chosen_by_its_wire_name(mailbox: Mailbox, server: OddImapServer) -> None:
    server.folder = "&A5UDuQPDA7UDwQPHA8wDvAO1A70DsQ-"
    change_mailbox(mailbox, by=SYSTEM, folder="Εισερχόμενα")
    server.put(words("Καλημέρα"))
    assert fetched(mailbox) == 1
    assert "1" in try_mailbox(mailbox)


def test_who_has_no_lease_does_not_read(mailbox: Mailbox, server: OddImapServer) -> None:
    server.put(words("mail"))
    lease = Lease(mailbox.pk, "another")
    assert lease.take()
    assert fetching.fetch_alone(mailbox, "we") is None and server.asked == []
    lease.give_back()
    assert fetching.fetch_alone(mailbox, "we") == 1
    assert lease.take()


def test_who_wants_everything_later_gets_what_was_left(mailbox: Mailbox, server: OddImapServer) -> None:
    server.put(words("read long ago"), is_seen=True, arrived=old())
    server.put(words("unread"))
    assert fetched(mailbox) == 1
    change_mailbox(mailbox, by=SYSTEM, takes="all")
    assert fetched(mailbox) == 1 and server.fetched() == [2, 1]
