"""What is due is the sum of what all sources say, kept as rows; the earliest orders the queue."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from aplomb.lib.time import microseconds
from aplomb.promises import sources
from aplomb.promises.actions import work_out_due
from aplomb.promises.models import DueItem
from aplomb.promises.sources import Due
from aplomb.tickets.actions.merge import merge_ticket, unmerge_ticket
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.models import Message, Stage, Tag, Ticket, TicketTag
from tests.cast import Cast, asked, fresh, wrote

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ticket(clock: time_machine.Traveller, cast: Cast) -> Ticket:
    return asked(cast.cleo, "Hello?").ticket


@pytest.fixture
def tasks() -> Iterator[list[Due]]:
    """What a further source says of every ticket."""
    told: list[Due] = []
    wired = list(sources._sources)
    sources.connect([*wired, lambda _ticket: told])
    yield told
    sources.connect(wired)


def again(ticket: Ticket) -> Ticket:
    with transaction.atomic():
        work_out_due(ticket.pk)
    return fresh(ticket)


def rows(ticket: Ticket) -> list[tuple[str, str, datetime, str]]:
    return list(DueItem.objects.filter(ticket=ticket).order_by("at").values_list("kind", "key", "at", "source"))


def first_message(ticket: Ticket) -> str:
    return f"message {Message.objects.filter(ticket=ticket).order_by('pk')[0].pk}"


def test_the_earliest_of_all_orders_the_queue(ticket: Ticket, tasks: list[Due]) -> None:
    tasks += [Due("task", NOW + 30 * HOUR, "9", "task 9"), Due("task", NOW + HOUR, "8", "task 8")]
    found = again(ticket)
    assert rows(ticket) == [
        ("task", "8", NOW + HOUR, "task 8"),
        ("reply", "", NOW + 24 * HOUR, first_message(ticket)),
        ("task", "9", NOW + 30 * HOUR, "task 9"),
    ]
    assert (found.next_due_at, found.next_due_why, found.next_due_source) == (NOW + HOUR, "task", "task 8")
    assert (found.due_count, found.queue_key) == (3, microseconds(NOW + HOUR))


def test_what_is_over_goes_and_what_moved_moves(ticket: Ticket, tasks: list[Due]) -> None:
    tasks += [Due("task", NOW + HOUR, "8", "task 8"), Due("task", NOW + 2 * HOUR, "9", "task 9")]
    again(ticket)
    tasks[:] = [Due("task", NOW + 3 * HOUR, "9", "task 9")]
    found = again(ticket)
    assert rows(ticket)[0] == ("task", "9", NOW + 3 * HOUR, "task 9")
    assert (len(rows(ticket)), found.next_due_at, found.due_count) == (2, NOW + 3 * HOUR, 2)
    tasks.clear()
    assert again(ticket).next_due_why == "reply"


def test_of_one_kind_and_key_only_the_earliest_stands(ticket: Ticket, tasks: list[Due]) -> None:
    tasks += [Due("task", NOW + 2 * HOUR), Due("task", NOW + HOUR), Due("task", NOW + 3 * HOUR)]
    again(ticket)
    assert [row[2] for row in rows(ticket)] == [NOW + HOUR, NOW + 24 * HOUR]


def test_when_nothing_differs_no_row_is_written(ticket: Ticket) -> None:
    with CaptureQueriesContext(connection) as asked_of_it:
        again(ticket)
    writes = [each["sql"] for each in asked_of_it.captured_queries if each["sql"].startswith(("UPDATE", "INSERT"))]
    assert [sql.split('"')[1] for sql in writes] == ["tickets_tickettag"]


def test_a_plain_ticket_is_asked_three_things_at_most(cast: Cast, clock: time_machine.Traveller) -> None:
    ticket = asked(cast.cleo, "Hello?").ticket
    with CaptureQueriesContext(connection) as asked_of_it, transaction.atomic():
        work_out_due(ticket.pk)
    reads = [each["sql"] for each in asked_of_it.captured_queries if each["sql"].startswith("SELECT")]
    assert len(reads) == 3


def test_in_the_bin_and_merged_away_no_source_is_asked(ticket: Ticket, tasks: list[Due]) -> None:
    tasks.append(Due("task", NOW + HOUR, "8", "task 8"))
    for stage in (Stage.BIN, Stage.MERGED):
        Ticket.objects.filter(pk=ticket.pk).update(stage=Stage.LIVE)
        assert again(ticket).due_count == 2
        Ticket.objects.filter(pk=ticket.pk).update(stage=stage)
        found = again(ticket)
        assert (rows(ticket), found.next_due_at, found.due_count) == ([], None, 0)


def sleeps(ticket: Ticket, until: datetime) -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(stage=Stage.SNOOZED, snoozed_until=until)
    return again(ticket)


def test_a_sleeping_ticket_is_ordered_by_the_hour_it_wakes(ticket: Ticket) -> None:
    until = NOW + 5 * HOUR
    found = sleeps(ticket, until)
    assert (found.next_due_at, found.next_due_why, found.queue_key) == (until, "snooze", microseconds(until))
    assert [row[0] for row in rows(ticket)] == ["snooze", "reply"]
    Ticket.objects.filter(pk=ticket.pk).update(stage=Stage.LIVE, snoozed_until=None)
    assert (again(ticket).next_due_why, len(rows(ticket))) == ("reply", 1)


def test_a_snooze_hides_nothing_that_falls_due_it_wakes_an_hour_before(ticket: Ticket) -> None:
    found = sleeps(ticket, NOW + 48 * HOUR)
    assert (found.next_due_at, found.next_due_why) == (NOW + 23 * HOUR, "snooze")


def test_with_nothing_due_it_sleeps_until_its_hour(ticket: Ticket, cast: Cast) -> None:
    reply_to_ticket(ticket.number, Reply(text="Hello"), by=cast.ada)
    assert sleeps(ticket, NOW + 48 * HOUR).next_due_at == NOW + 48 * HOUR


def test_what_was_split_off_no_longer_waits_here(ticket: Ticket, cast: Cast, clock: time_machine.Traveller) -> None:
    clock.shift(HOUR)
    second = wrote(cast.cleo, ticket, "And something else entirely.")
    Message.objects.filter(ticket=ticket).exclude(pk=second.pk).update(split_to=cast.greek)
    assert again(ticket).next_due_source == f"message {second.pk}"
    Message.objects.filter(pk=second.pk).update(split_to=cast.greek)
    assert again(ticket).next_due_at is None


def test_words_on_merged_tickets_wait_on_the_one_that_stays(
    ticket: Ticket, cast: Cast, clock: time_machine.Traveller
) -> None:
    clock.shift(HOUR)
    stays = asked(cast.cleo, "It is me again.").ticket
    assert fresh(stays).next_due_at == NOW + 25 * HOUR
    merge_ticket(ticket.number, stays.number, by=cast.ada)
    found = fresh(stays)
    assert (found.next_due_at, found.next_due_source) == (NOW + 24 * HOUR, first_message(ticket))
    assert fresh(ticket).next_due_at is None
    reply_to_ticket(stays.number, Reply(text="One answer to both."), by=cast.ada)
    assert fresh(stays).next_due_at is None


def test_taken_apart_again_each_waits_for_its_own(ticket: Ticket, cast: Cast, clock: time_machine.Traveller) -> None:
    clock.shift(HOUR)
    stays = asked(cast.cleo, "It is me again.").ticket
    merge_ticket(ticket.number, stays.number, by=cast.ada)
    unmerge_ticket(ticket.number, by=cast.ada)
    assert (fresh(ticket).next_due_at, fresh(stays).next_due_at) == (NOW + 24 * HOUR, NOW + 25 * HOUR)


def test_merged_in_two_steps_the_first_word_of_all_counts(
    ticket: Ticket, cast: Cast, clock: time_machine.Traveller
) -> None:
    clock.shift(HOUR)
    middle = asked(cast.cleo, "Again.").ticket
    clock.shift(HOUR)
    stays = asked(cast.cleo, "And again.").ticket
    merge_ticket(ticket.number, middle.number, by=cast.ada)
    merge_ticket(middle.number, stays.number, by=cast.ada)
    assert fresh(stays).next_due_at == NOW + 24 * HOUR


def test_a_tag_put_on_meanwhile_stands_where_its_ticket_stands(ticket: Ticket, cast: Cast) -> None:
    tag, _made = Tag.objects.get_or_create(key="line")
    TicketTag.objects.create(ticket=ticket, tag=tag)
    found = again(ticket)
    assert TicketTag.objects.get(ticket=ticket).queue_key == found.queue_key


def test_notes_leave_what_is_due_from_elsewhere_alone(ticket: Ticket, cast: Cast, tasks: list[Due]) -> None:
    tasks.append(Due("task", NOW + HOUR, "8", "task 8"))
    add_note(ticket.number, "Look", by=cast.ada)
    assert [row[0] for row in rows(ticket)] == ["task", "reply"]
    reply_to_ticket(ticket.number, Reply(text="Hello", then="resolved"), by=cast.ada)
    assert [row[0] for row in rows(ticket)] == ["task"]
