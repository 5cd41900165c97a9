"""A customer's word arrives."""

import datetime as dt
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from aplomb.journal.models import Entry
from aplomb.tickets import files
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.receive import Incoming, as_call, receive_message
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.models import Attachment, Message, Participant, Ticket
from tests.cast import Cast, asked, fresh, wrote
from tests.moved import nothing_moves

NOON = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the night the clocks go back in Europe


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def set_status(ticket: Ticket, status: str, cast: Cast) -> Ticket:
    return change_ticket(ticket.number, Changes(status=status), by=cast.ada)


def kinds(ticket: Ticket) -> list[str]:
    return list(Entry.objects.filter(chain=ticket.chain).order_by("seq").values_list("kind", flat=True))


def test_the_first_word_opens_a_ticket(cast: Cast) -> None:
    message = asked(cast.cleo, "Hello?", subject="A call", team=cast.lines)

    assert (message.kind, message.text, message.contact, message.delivery) == ("customer", "Hello?", cast.cleo, "here")
    assert (message.ticket.status, message.ticket.team, message.ticket.contact) == ("new", cast.lines, cast.cleo)
    assert kinds(message.ticket) == ["TicketOpened", "MessageReceived"]
    assert message.entry_seq == 2


@pytest.mark.parametrize("status", ["waiting_customer", "waiting_third_party", "resolved", "closed"])
def test_a_word_reopens_what_waited_or_was_done(cast: Cast, status: str) -> None:
    set_status(cast.ticket, status, cast)

    message = wrote(cast.cleo, cast.ticket)

    ticket = fresh(cast.ticket)
    assert message.ticket == ticket
    assert (ticket.status, ticket.stage, ticket.resolved_at, ticket.closed_at) == ("open", 0, None, None)


def test_closed_for_thirty_days_it_reopens(cast: Cast, clock: time_machine.Traveller) -> None:
    set_status(cast.ticket, "closed", cast)
    clock.shift(timedelta(days=30))
    assert wrote(cast.cleo, cast.ticket).ticket == cast.ticket


def test_closed_for_longer_a_new_ticket_follows_the_old_one(cast: Cast, clock: time_machine.Traveller) -> None:
    old = set_status(cast.ticket, "closed", cast)
    clock.shift(timedelta(days=30, seconds=1))

    new = wrote(cast.cleo, old, "It is back").ticket

    assert new != old
    assert (new.follows, new.subject, new.team, new.status) == (old, "No dial tone", cast.lines, "new")
    assert fresh(old).status == "closed"
    assert [each.text for each in Message.objects.filter(ticket=new)] == ["It is back"]


def test_an_automatic_mail_on_an_old_closed_ticket_opens_nothing(cast: Cast, clock: time_machine.Traveller) -> None:
    old = set_status(cast.ticket, "closed", cast)
    clock.shift(timedelta(days=90))

    message = wrote(cast.cleo, old, "I am away", is_automatic=True)

    assert (message.ticket, fresh(old).status) == (old, "closed")


@pytest.mark.parametrize("status", ["new", "open", "waiting_customer", "resolved", "closed"])
def test_an_automatic_mail_moves_no_status(cast: Cast, status: str) -> None:
    if status != "new":
        set_status(cast.ticket, status, cast)
    wrote(cast.cleo, cast.ticket, "I am away", is_automatic=True)
    assert fresh(cast.ticket).status == status


def test_somebody_else_who_writes_takes_a_seat_once(cast: Cast) -> None:
    wrote(cast.dimitra, cast.ticket, "Me too")
    wrote(cast.dimitra, cast.ticket, "And again")

    assert [seat.contact for seat in Participant.objects.filter(ticket=cast.ticket)] == [cast.dimitra]
    assert kinds(cast.ticket)[2:] == ["ParticipantAdded", "MessageReceived", "MessageReceived"]
    assert fresh(cast.ticket).contact == cast.cleo


def test_what_was_binned_by_mistake_comes_out_when_its_customer_writes(cast: Cast) -> None:
    bin_ticket(cast.ticket.number, "mistake", by=cast.ada)
    wrote(cast.cleo, cast.ticket)
    ticket = fresh(cast.ticket)
    assert (ticket.stage, ticket.bin_reason, ticket.binned_at) == (0, "", None)


def test_spam_stays_in_the_bin_whoever_writes(cast: Cast) -> None:
    bin_ticket(cast.ticket.number, "spam", by=cast.ada)
    wrote(cast.cleo, cast.ticket)
    assert (fresh(cast.ticket).stage, fresh(cast.ticket).bin_reason) == (2, "spam")


def test_a_call_is_the_customers_word_written_down_by_an_agent(cast: Cast) -> None:
    message = receive_message(cast.ticket, cast.cleo, as_call(Incoming(text="She rang"), cast.ada), by=cast.ada)

    assert (message.kind, message.channel, message.contact, message.person) == ("customer", "call", cast.cleo, None)
    last = Entry.objects.filter(chain=cast.ticket.chain).latest("seq")
    assert f'"actor":{{"id":"{cast.ada.pk}","kind":"staff"}}' in (last.content or "")


def test_files_are_kept_once_and_known_by_their_bytes(cast: Cast) -> None:
    same = IncomingFile(name="../../etc/passwd\x00.pdf", type="application/pdf", content=b"%PDF-1.7 the same bytes")
    message = wrote(cast.cleo, cast.ticket, files=(same, same))

    rows = list(Attachment.objects.filter(message=message))
    assert [row.name for row in rows] == ["passwd.pdf", "passwd.pdf"]
    assert len({row.path for row in rows}) == 1
    assert files.read_file(rows[0].path) == same.content


def test_a_full_disk_leaves_nothing_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("aplomb.tickets.actions.writing.store_file", full)
    with nothing_moves(), pytest.raises(OSError, match="No space left"):
        wrote(cast.cleo, cast.ticket, files=(IncomingFile(name="a", type="text/plain", content=b"a"),))


@pytest.mark.parametrize("text", ["", "\x00", "\ud800 broken", "😀" * 10, "שלום", "x" * 300_000])
def test_any_text_is_taken(cast: Cast, text: str) -> None:
    message = wrote(cast.cleo, cast.ticket, text)
    assert message.text == text.replace("\x00", "").replace("\ud800", "?")


def test_it_was_said_when_it_was_said(cast: Cast) -> None:
    said_at = datetime(2026, 1, 31, 23, 59, tzinfo=dt.timezone(timedelta(hours=-11)))
    assert wrote(cast.cleo, cast.ticket, said_at=said_at).sent_at == datetime(2026, 2, 1, 10, 59, tzinfo=UTC)
