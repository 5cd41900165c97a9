"""Two agents answer the same ticket in the same moment."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from aplomb.journal.models import Entry
from aplomb.journal.recording import ChainMoved
from aplomb.people.models import Person
from aplomb.tickets import gates, policies
from aplomb.tickets.actions import reply as replying
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.models import Message, Ticket
from tests.cast import Cast, gather

# how long the first waits, under its lock, for a second that cannot come
PATIENCE_SECONDS = 0.5


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, committed: two connections see it."""
    return gather()


@pytest.fixture
def meeting() -> Iterator[threading.Barrier]:
    """Where both would stand between reading the ticket and writing it."""
    barrier = threading.Barrier(2)

    def wait(ticket: Ticket, by: Any, text: str) -> list[gates.Objection]:
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(PATIENCE_SECONDS)
        return []

    before = list(gates._replying)
    gates.connect(replying=[wait])
    yield barrier
    gates.connect(replying=before)


def answer_at_once(number: str, people: list[Person]) -> list[BaseException]:
    """Everybody answers in a thread of their own. Gives what went wrong."""
    wrong: list[BaseException] = []

    def answer(person: Person) -> None:
        try:
            reply_to_ticket(number, Reply(text=f"{person} answers"), by=person)
        except (ChainMoved, DatabaseError) as error:
            wrong.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=answer, args=(each,)) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return wrong


def test_both_go_one_after_the_other_on_one_chain(cast: Cast, meeting: threading.Barrier) -> None:
    wrong = answer_at_once(cast.ticket.number, [cast.ada, cast.bo])

    assert wrong == []
    assert meeting.broken
    entries = list(Entry.objects.filter(chain=cast.ticket.chain).order_by("seq"))
    assert [each.seq for each in entries] == [1, 2, 3, 4]
    assert [each.kind for each in entries][2:] == ["MessageSent", "MessageSent"]
    assert {each.text for each in Message.objects.filter(ticket=cast.ticket, kind="reply")} == {
        "Ada answers",
        "Bo answers",
    }


def test_without_the_lock_they_meet_and_one_is_lost(
    cast: Cast, meeting: threading.Barrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = policies.ticket_for
    monkeypatch.setattr(replying, "ticket_for", lambda by, number, *, lock=False: locked(by, number))
    if connection.vendor == "sqlite":
        # there the transaction is the lock: it begins by writing
        options = connections.settings["default"]["OPTIONS"]
        monkeypatch.setitem(options, "transaction_mode", "DEFERRED")

    wrong = answer_at_once(cast.ticket.number, [cast.ada, cast.bo])

    assert not meeting.broken
    assert len(wrong) == 1
    assert Message.objects.filter(ticket=cast.ticket, kind="reply").count() == 1
