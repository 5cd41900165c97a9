"""The bin, and out of it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from aplomb.journal.models import Chain, Entry
from aplomb.people.errors import NotAllowed, NotFound, Wrong
from aplomb.tickets.actions.bin import bin_ticket, restore_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.jobs import empty_bin
from aplomb.tickets.models import Ticket
from tests.cast import Cast, fresh
from tests.moved import nothing_moves

NOW = datetime(2026, 2, 28, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("reason", ["spam", "mistake"])
def test_what_is_binned_leaves_the_queue_and_is_due_no_more(cast: Cast, reason: str) -> None:
    with time_machine.travel(NOW, tick=False):
        bin_ticket(cast.ticket.number, reason, by=cast.ada)
    ticket = fresh(cast.ticket)
    assert (ticket.stage, ticket.bin_reason, ticket.binned_at, ticket.status) == (2, reason, NOW, "new")
    assert (ticket.next_due_at, ticket.next_due_why) == (None, "")


@pytest.mark.parametrize(("status", "stage"), [("new", 0), ("open", 0), ("resolved", 1), ("closed", 1)])
def test_taken_out_it_is_as_it_was(cast: Cast, status: str, stage: int) -> None:
    if status != "new":
        change_ticket(cast.ticket.number, Changes(status=status), by=cast.ada)
    before = fresh(cast.ticket)

    bin_ticket(cast.ticket.number, "spam", by=cast.ada)
    restore_ticket(cast.ticket.number, by=cast.bo)

    after = fresh(cast.ticket)
    assert (after.status, after.stage, after.next_due_at) == (status, stage, before.next_due_at)
    assert (after.bin_reason, after.binned_at) == ("", None)
    kinds = list(Entry.objects.filter(chain=cast.ticket.chain).order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == ["TicketBinned", "TicketRestored"]


def test_twice_is_once(cast: Cast) -> None:
    bin_ticket(cast.ticket.number, "spam", by=cast.ada)
    with nothing_moves():
        bin_ticket(cast.ticket.number, "mistake", by=cast.ada)
    restore_ticket(cast.ticket.number, by=cast.ada)
    with nothing_moves():
        restore_ticket(cast.ticket.number, by=cast.ada)


def test_there_are_two_reasons(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(Wrong):
        bin_ticket(cast.ticket.number, "boring", by=cast.ada)


def test_who_may_not(cast: Cast) -> None:
    for who in (cast.olga, cast.aud, cast.lena, cast.tariq):
        with nothing_moves(), pytest.raises(NotAllowed):
            bin_ticket(cast.ticket.number, "spam", by=who)
    with nothing_moves(), pytest.raises(NotFound):
        bin_ticket(cast.hidden.number, "spam", by=cast.ada)
    bin_ticket(cast.hidden.number, "spam", by=cast.noor)
    with nothing_moves(), pytest.raises(NotFound):
        restore_ticket(cast.hidden.number, by=cast.ada)


@pytest.mark.parametrize(("days", "stays"), [(30, True), (31, False)])
def test_after_thirty_days_the_ticket_is_gone_and_its_chain_stays(cast: Cast, days: int, stays: bool) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        bin_ticket(cast.ticket.number, "spam", by=cast.ada)
        clock.shift(timedelta(days=days))
        empty_bin()
    assert Ticket.objects.filter(pk=cast.ticket.pk).exists() is stays
    assert Chain.objects.filter(key=cast.ticket.number).exists()
    assert Ticket.objects.filter(pk__in=[cast.greek.pk, cast.hidden.pk]).count() == 2
