"""What is due, when, and the place in the queue that follows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from aplomb.journal.actors import SYSTEM
from aplomb.journal.outbox.events import MailFate
from aplomb.promises.due import queue_key
from aplomb.promises.models import DueItem
from aplomb.tickets.actions.bin import bin_ticket, restore_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.deliver import note_delivery
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.reply import Reply, reply_to_ticket, undo_reply
from aplomb.tickets.models import Message, Ticket
from aplomb.tickets.reads import QueueFilter, queue_page
from tests.cast import Cast, asked, fresh, wrote

ASKED_AT = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)  # Europe's clocks go forward in the night that follows
DUE_AT = ASKED_AT + timedelta(hours=24)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(ASKED_AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ticket(clock: time_machine.Traveller, cast: Cast) -> Ticket:
    return asked(cast.cleo, "Hello?").ticket


def due(ticket: Ticket) -> tuple[datetime | None, str]:
    found = fresh(ticket)
    return found.next_due_at, found.next_due_why


def reply(ticket: Ticket, cast: Cast, then: str = "") -> Message:
    return reply_to_ticket(ticket.number, Reply(text="Hello", then=then), by=cast.ada)


def test_a_reply_is_due_24_hours_after_the_customer_spoke(ticket: Ticket) -> None:
    assert due(ticket) == (DUE_AT, "reply")
    item = DueItem.objects.get(ticket=ticket)
    assert (item.kind, item.at, item.source) == ("reply", DUE_AT, f"message {Message.objects.get(ticket=ticket).pk}")
    found = fresh(ticket)
    assert (found.next_due_source, found.due_count) == (item.source, 1)


def test_it_counts_from_when_it_was_said_and_not_from_when_it_came(cast: Cast, clock: time_machine.Traveller) -> None:
    said_at = ASKED_AT - timedelta(hours=30)
    late = asked(cast.cleo, "From a slow server", said_at=said_at).ticket
    assert due(late) == (said_at + timedelta(hours=24), "reply")


def test_a_second_message_does_not_move_it(ticket: Ticket, cast: Cast, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(hours=5))
    wrote(cast.cleo, ticket, "Still nothing")
    assert due(ticket) == (DUE_AT, "reply")


@pytest.mark.parametrize("then", ["", "waiting_customer", "resolved"])
def test_a_reply_clears_it(ticket: Ticket, cast: Cast, then: str) -> None:
    reply(ticket, cast, then)
    assert due(ticket) == (None, "")
    assert not DueItem.objects.filter(ticket=ticket).exists()


def test_an_undone_reply_brings_the_old_hour_back(ticket: Ticket, cast: Cast, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(hours=3))
    undo_reply(reply(ticket, cast).pk, by=cast.ada)
    assert due(ticket) == (DUE_AT, "reply")


@pytest.mark.parametrize("state", ["failed", "discarded"])
def test_a_reply_that_never_arrived_brings_it_back(ticket: Ticket, cast: Cast, state: str) -> None:
    sent = reply(ticket, cast)
    note_delivery(MailFate(mail_id=1, reference=f"message {sent.pk}", chain_key="", state=state))
    assert due(ticket) == (DUE_AT, "reply")


def test_sent_after_all_it_is_cleared_again(ticket: Ticket, cast: Cast) -> None:
    sent = reply(ticket, cast)
    for state in ("failed", "queued", "sent"):
        note_delivery(MailFate(mail_id=1, reference=f"message {sent.pk}", chain_key="", state=state))
    assert due(ticket) == (None, "")


def test_the_next_word_starts_anew(ticket: Ticket, cast: Cast, clock: time_machine.Traveller) -> None:
    reply(ticket, cast, "resolved")
    clock.shift(timedelta(days=3))
    wrote(cast.cleo, ticket, "It is back")
    assert due(ticket) == (ASKED_AT + timedelta(days=4), "reply")


def test_neither_notes_nor_automatic_mail_nor_states_answer(ticket: Ticket, cast: Cast) -> None:
    add_note(ticket.number, "Look at this", by=cast.ada)
    wrote(cast.cleo, ticket, "I am away", is_automatic=True)
    change_ticket(ticket.number, Changes(status="waiting_third_party", assignee=cast.ada), by=cast.ada)
    assert due(ticket) == (DUE_AT, "reply")


def test_an_automatic_mail_alone_makes_nothing_due(cast: Cast) -> None:
    assert due(asked(cast.cleo, "Delivery report", is_automatic=True).ticket) == (None, "")


def test_in_the_bin_and_when_done_nothing_is_due(ticket: Ticket, cast: Cast) -> None:
    bin_ticket(ticket.number, "spam", by=cast.ada)
    assert due(ticket) == (None, "")
    restore_ticket(ticket.number, by=cast.ada)
    assert due(ticket) == (DUE_AT, "reply")
    change_ticket(ticket.number, Changes(status="resolved"), by=cast.ada)
    assert due(ticket) == (None, "")
    change_ticket(ticket.number, Changes(status="open"), by=cast.ada)
    assert due(ticket) == (DUE_AT, "reply")


def test_queues_show_what_is_due_first_and_then_what_moved_last(cast: Cast, clock: time_machine.Traveller) -> None:
    Ticket.objects.all().update(stage=2)
    numbers = {}
    for hours, name in ((0, "first asked"), (1, "asked later"), (2, "answered"), (3, "answered last")):
        clock.move_to(ASKED_AT + timedelta(hours=hours))
        numbers[asked(cast.cleo, "?", subject=name).ticket.number] = name
    by_name = {name: number for number, name in numbers.items()}
    for name in ("answered", "answered last"):
        clock.shift(timedelta(minutes=1))
        reply_to_ticket(by_name[name], Reply(text="x"), by=cast.ada)

    page = queue_page(cast.ada, QueueFilter())

    assert [row.subject for row in page.rows] == ["first asked", "asked later", "answered last", "answered"]


def test_what_is_due_comes_before_what_is_not_for_a_thousand_years() -> None:
    far = datetime(3026, 1, 1, tzinfo=UTC)
    assert queue_key(far, far) < queue_key(None, far) < queue_key(None, far - timedelta(seconds=1)) < 2**63


def test_the_machine_changing_a_ticket_keeps_the_hour(ticket: Ticket) -> None:
    change_ticket(ticket.number, Changes(priority=4), by=SYSTEM)
    assert due(ticket) == (DUE_AT, "reply")
