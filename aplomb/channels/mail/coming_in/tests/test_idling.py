"""Waiting for news: nothing that was told is missed, and a server that cannot tell is asked."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.coming_in import idling
from aplomb.channels.mail.coming_in.idling import Bell, can_idle, wait_for_news
from aplomb.channels.mail.coming_in.readers import MailboxReaders
from aplomb.channels.mail.models import IncomingMail, Mailbox
from aplomb.channels.mail.servers.imap import opened
from aplomb.channels.mail.tests.letters import letter
from aplomb.journal.actors import SYSTEM
from tests.cast import Cast
from tests.parts.imap_server import OddImapServer
from tests.parts.ports import wait_for


@pytest.fixture
def server() -> Iterator[OddImapServer]:
    with OddImapServer() as found:
        yield found


@pytest.fixture
def bell() -> Iterator[Bell]:
    found = Bell()
    yield found
    found.close()


def mailbox_at(server: OddImapServer) -> Mailbox:
    return add_mailbox(
        by=SYSTEM, name="Post", address="post@desk.example", intake="imap", host="127.0.0.1", port=server.port,
        security="plain", login="help", password="open sesame",
    )  # fmt: skip


@pytest.mark.django_db
def test_news_that_come_with_the_go_ahead_are_not_slept_over(cast: Cast, server: OddImapServer, bell: Bell) -> None:
    server.idles = True
    with opened(mailbox_at(server)) as box:
        assert can_idle(box)
        begun = time.monotonic()
        wait_for_news(box, bell, idles=True)
        assert time.monotonic() - begun < 5
        assert server.asked[-2:] == ["IDLE", "DONE"]


@pytest.mark.django_db
def test_what_a_server_tells_of_other_mails_does_not_pile_up(cast: Cast, server: OddImapServer, bell: Bell) -> None:
    server.idles = True
    with opened(mailbox_at(server)) as box:
        for _each in range(20):
            wait_for_news(box, bell, idles=True)
        assert sum(len(each) for each in box.client.untagged_responses.values()) < 5


@pytest.mark.django_db(transaction=True)
def test_a_server_that_cannot_tell_is_asked(cast: Cast, server: OddImapServer, settings: Any) -> None:
    settings.IMAP_SECONDS = 1
    mailbox_at(server)
    readers = MailboxReaders()
    readers.start()
    try:
        wait_for(lambda: "NOOP" in server.asked, seconds=20, otherwise=lambda: str(server.asked))
        server.put(letter().as_bytes())
        wait_for(lambda: IncomingMail.objects.exists(), seconds=20, otherwise=lambda: str(server.asked))
        assert server.asked.count("LOGOUT") == 0
    finally:
        readers.stop()


def test_a_bell_that_rang_before_anybody_waited_is_heard_once(bell: Bell) -> None:
    bell.ring()
    bell.ring()
    assert bell.wait(10)
    assert not bell.wait(0)


def test_a_bell_wakes_who_waits_in_another_thread(bell: Bell) -> None:
    heard: list[bool] = []
    waiter = threading.Thread(target=lambda: heard.append(bell.wait(30)))
    waiter.start()
    bell.ring()
    waiter.join(10)
    assert heard == [True]


def test_a_line_is_renewed_long_before_servers_log_out() -> None:
    # RFC 2177: 29 minutes
    assert idling.LONGEST_IDLE_SECONDS < 29 * 60
