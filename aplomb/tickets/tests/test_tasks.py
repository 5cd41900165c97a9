"""Tasks on a ticket."""

import datetime as dt

import pytest
import time_machine

from aplomb.journal.models import Entry
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotAllowed, NotFound, Wrong
from aplomb.people.models import Notice, Person
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.tasks import Doing, add_task, change_task, finish_task, remove_task, reopen_task
from aplomb.tickets.errors import InBin
from aplomb.tickets.gates import NeedsConfirmation
from aplomb.tickets.jobs import tell_of_due_tasks
from aplomb.tickets.models import Beside, Task
from aplomb.tickets.record import verify_ticket
from tests.cast import Cast, asked, fresh
from tests.moved import nothing_moves

NOW = dt.datetime(2026, 3, 10, 10, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def told(someone: Person) -> list[str]:
    return list(Notice.objects.filter(person=someone).order_by("pk").values_list("kind", flat=True))


def test_a_task_lives_from_added_to_done_and_back(cast: Cast) -> None:
    task = add_task(cast.ticket.number, Doing(text="  Call\nthem ", assignee=cast.bo), by=cast.ada)
    assert (task.text, task.assignee, task.added_by, task.due_at) == ("Call them", cast.bo, cast.ada, None)
    assert fresh(cast.ticket).beside & Beside.TASKS
    finish_task(task.pk, by=cast.bo)
    with nothing_moves():
        finish_task(task.pk, by=cast.ada)
    assert Task.objects.get().done_by == cast.bo
    reopen_task(task.pk, by=cast.ada)
    with nothing_moves():
        reopen_task(task.pk, by=cast.ada)
    change_task(task.pk, Doing(text="Write to them", assignee=cast.ada), by=cast.ada)
    remove_task(task.pk, by=cast.ada)
    kinds = Entry.objects.filter(chain=cast.ticket.chain, kind__startswith="Task").order_by("seq")
    assert [each.kind for each in kinds] == ["TaskAdded", "TaskDone", "TaskReopened", "TaskChanged", "TaskRemoved"]
    assert not fresh(cast.ticket).beside & Beside.TASKS
    assert "Call them" not in "".join(each.content or "" for each in kinds)
    assert verify_ticket(cast.ticket.number).broken is None


def test_what_has_an_hour_is_due_and_orders_the_queue_until_it_is_done(cast: Cast) -> None:
    at = fresh(cast.ticket).next_due_at
    assert at is not None
    first = add_task(cast.ticket.number, Doing(text="Soon", due_at=at - 2 * HOUR), by=cast.ada)
    second = add_task(cast.ticket.number, Doing(text="Sooner", due_at=at - 3 * HOUR), by=cast.ada)
    add_task(cast.ticket.number, Doing(text="Whenever"), by=cast.ada)
    ticket = fresh(cast.ticket)
    assert (ticket.next_due_at, ticket.next_due_why, ticket.next_due_source) == (
        at - 3 * HOUR,
        "task",
        f"task {second.pk}",
    )
    # the reply, and the two tasks that have an hour
    assert ticket.due_count == 3
    finish_task(second.pk, by=cast.ada)
    assert fresh(cast.ticket).next_due_source == f"task {first.pk}"
    remove_task(first.pk, by=cast.ada)
    assert fresh(cast.ticket).next_due_why == "reply"


def test_who_gets_a_task_hears_of_it_and_whoever_takes_it_does_not(cast: Cast) -> None:
    task = add_task(cast.ticket.number, Doing(text="x", assignee=cast.bo), by=cast.ada)
    add_task(cast.ticket.number, Doing(text="y", assignee=cast.ada), by=cast.ada)
    change_task(task.pk, Doing(text="x", assignee=cast.max), by=cast.ada)
    change_task(task.pk, Doing(text="x!", assignee=cast.max), by=cast.ada)
    assert [told(each) for each in (cast.bo, cast.max, cast.ada)] == [["task_given"], ["task_given"], []]


def test_its_hour_is_told_once_also_after_a_downtime(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        task = add_task(cast.ticket.number, Doing(text="x", assignee=cast.bo, due_at=NOW + HOUR), by=cast.bo)
        add_task(cast.ticket.number, Doing(text="nobody's", due_at=NOW + HOUR), by=cast.bo)
        tell_of_due_tasks()
        assert told(cast.bo) == []
    with time_machine.travel(NOW + 30 * HOUR, tick=False):
        tell_of_due_tasks()
        tell_of_due_tasks()
        assert told(cast.bo) == ["task_due"]
        change_task(task.pk, Doing(text="x", assignee=cast.bo, due_at=NOW + 31 * HOUR), by=cast.bo)
    with time_machine.travel(NOW + 32 * HOUR, tick=False):
        tell_of_due_tasks()
    assert told(cast.bo) == ["task_due", "task_due"]


def test_resolving_with_open_tasks_asks_and_goes_on_when_confirmed(cast: Cast) -> None:
    task = add_task(cast.ticket.number, Doing(text="x"), by=cast.ada)
    with nothing_moves():
        for status in ("resolved", "closed"):
            with pytest.raises(NeedsConfirmation, match="1 task is still open"):
                change_ticket(cast.ticket.number, Changes(status=status), by=cast.ada)
        with pytest.raises(NeedsConfirmation):
            reply_to_ticket(cast.ticket.number, Reply(text="Done", then="resolved"), by=cast.ada)
    change_ticket(cast.ticket.number, Changes(status="resolved", confirmed=True), by=cast.ada)
    # from resolved to closed nothing is left to ask
    change_ticket(cast.ticket.number, Changes(status="closed"), by=cast.ada)
    change_ticket(cast.ticket.number, Changes(status="open"), by=cast.ada)
    finish_task(task.pk, by=cast.ada)
    change_ticket(cast.ticket.number, Changes(status="resolved"), by=cast.ada)


@pytest.mark.parametrize("text", ["", " \n ", "x" * 301])
def test_a_text_that_is_none_or_endless_is_refused(cast: Cast, text: str) -> None:
    with nothing_moves(), pytest.raises(Wrong):
        add_task(cast.ticket.number, Doing(text=text), by=cast.ada)


def test_whoever_does_not_see_the_ticket_gets_no_task_on_it(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(Wrong):
        add_task(cast.hidden.number, Doing(text="x", assignee=cast.ada), by=cast.noor)


def test_a_hundred_tasks_at_the_most(cast: Cast) -> None:
    Task.objects.bulk_create([Task(ticket=cast.ticket, text=str(n)) for n in range(100)])
    with nothing_moves(), pytest.raises(Wrong):
        add_task(cast.ticket.number, Doing(text="x"), by=cast.ada)


def test_who_may_not_who_sees_nothing_and_what_is_gone(cast: Cast) -> None:
    task = add_task(cast.hidden.number, Doing(text="x"), by=cast.noor)
    with nothing_moves():
        for act in (finish_task, reopen_task, remove_task):
            with pytest.raises(NotFound):
                act(task.pk, by=cast.ada)
            with pytest.raises(NotFound):
                act(10_000, by=cast.ada)
        with pytest.raises(NotAllowed):
            add_task(cast.ticket.number, Doing(text="x"), by=cast.aud)
    bin_ticket(cast.hidden.number, "mistake", by=cast.noor)
    with pytest.raises(InBin):
        finish_task(task.pk, by=cast.noor)


def test_tasks_of_a_merged_ticket_are_done_where_it_goes_on(cast: Cast) -> None:
    again = asked(cast.cleo, "Again").ticket
    task = add_task(again.number, Doing(text="x", assignee=cast.bo, due_at=utc_now() + HOUR), by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    assert (fresh(cast.ticket).next_due_why, fresh(cast.ticket).next_due_source) == ("task", f"task {task.pk}")
    with pytest.raises(NeedsConfirmation, match="1 task is still open"):
        change_ticket(cast.ticket.number, Changes(status="resolved"), by=cast.ada)
    change_task(task.pk, Doing(text="y", assignee=cast.max, due_at=utc_now() + HOUR), by=cast.bo)
    finish_task(task.pk, by=cast.ada)
    assert fresh(cast.ticket).next_due_why == "reply"
    change_ticket(cast.ticket.number, Changes(status="resolved"), by=cast.ada)
    reopen_task(task.pk, by=cast.ada)
    remove_task(task.pk, by=cast.ada)
    assert not Task.objects.exists()
    assert verify_ticket(again.number).broken is None


def test_nothing_is_done_on_a_merged_ticket_whose_end_lies_in_the_bin(cast: Cast) -> None:
    again = asked(cast.cleo, "Again").ticket
    task = add_task(again.number, Doing(text="x"), by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    bin_ticket(cast.ticket.number, "mistake", by=cast.ada)
    with nothing_moves(), pytest.raises(InBin):
        finish_task(task.pk, by=cast.ada)


def test_the_hour_of_a_task_is_told_after_a_merge_only_to_who_sees_where_it_goes_on(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        one, two = asked(cast.cleo, "One").ticket, asked(cast.cleo, "Two").ticket
        for ticket in (one, two):
            add_task(ticket.number, Doing(text="x", assignee=cast.ada, due_at=NOW + HOUR), by=cast.ada)
        merge_ticket(one.number, cast.ticket.number, by=cast.ada)
        merge_ticket(two.number, cast.hidden.number, by=cast.noor)
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        tell_of_due_tasks()
        tell_of_due_tasks()
    due = Notice.objects.filter(person=cast.ada, kind="task_due")
    assert list(due.values_list("ticket_number", flat=True)) == [one.number]
