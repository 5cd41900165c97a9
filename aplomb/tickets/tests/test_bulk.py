"""One action on many tickets: each alone, the refused named, and all put back where nothing changed since."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import OperationalError

from aplomb.journal.actors import SYSTEM
from aplomb.journal.jobs import waiting
from aplomb.lib.time import utc_now
from aplomb.people.actions import change_person
from aplomb.people.errors import NotAllowed, NotFound, Refused, Wrong
from aplomb.people.models import Person
from aplomb.tickets.actions import bulk
from aplomb.tickets.actions.bulk import begin_bulk, begin_undo, halted_runs, run_for, work_bulk, work_undo
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.snooze import snooze_ticket
from aplomb.tickets.jobs import go_on_with_many, work_on_many
from aplomb.tickets.models import BulkItem, BulkRun, Snooze, Stage, Ticket
from aplomb.tickets.policies import ticket_for
from tests.cast import Cast, asked, fresh, wrote
from tests.moved import nothing_moves


def done(by: Person, action: str, choice: str, *tickets: Ticket, key: str = "k", seen: bool = False) -> BulkRun:
    numbers = {each.number: each.version if seen else None for each in tickets}
    run, _is_new = begin_bulk(by, key, action, choice, numbers)
    return work_bulk(run.pk)


def outcomes(run: BulkRun) -> list[str]:
    return list(run.items.order_by("id").values_list("outcome", flat=True))


@pytest.mark.parametrize(
    ("action", "choice", "field", "value"),
    [
        ("status", "closed", "status", "closed"),
        ("assign", "me", "assignee", None),
        ("team", "", "team", None),
        ("bin", "spam", "bin_reason", "spam"),
    ],
)
def test_each_does_what_it_does_alone_and_is_put_back(
    cast: Cast, action: str, choice: str, field: str, value: Any
) -> None:
    choice = str(cast.ada.pk) if choice == "me" else choice
    before = getattr(fresh(cast.ticket), field)
    run = done(cast.ada, action, choice, cast.ticket)
    assert getattr(fresh(cast.ticket), field) == (value if action != "assign" else cast.ada)
    begin_undo(run.pk, by=cast.ada)
    assert work_undo(run.pk).state == "undone"
    assert getattr(fresh(cast.ticket), field) == before


def test_tags_are_added_and_taken_away_beside_those_that_are_there(cast: Cast) -> None:
    from aplomb.tickets.models import Tag

    one, two = Tag.objects.create(key="cable"), Tag.objects.create(key="urgent-visit")
    change_ticket(cast.ticket.number, Changes(tags=(one.key,)), by=cast.ada)
    run = done(cast.ada, "tag", two.key, cast.ticket, cast.greek)
    assert [sorted(each.tags.values_list("key", flat=True)) for each in (cast.ticket, cast.greek)] == [
        ["cable", "urgent-visit"],
        ["urgent-visit"],
    ]
    begin_undo(run.pk, by=cast.ada)
    work_undo(run.pk)
    assert list(cast.ticket.tags.values_list("key", flat=True)) == ["cable"] and not cast.greek.tags.exists()
    assert outcomes(done(cast.ada, "untag", "cable", cast.ticket, cast.greek, key="3")) == ["done", "same"]


def test_one_that_refuses_is_named_and_stops_nobody(cast: Cast) -> None:
    run = done(cast.ada, "status", "resolved", cast.hidden, cast.ticket, cast.greek)
    assert outcomes(run) == ["refused", "done", "done"]
    assert "no ticket of that number" in run.items.get(number=cast.hidden.number).reason
    assert fresh(cast.hidden).status == "new"


def test_a_ticket_that_changed_under_the_reader_is_refused(cast: Cast) -> None:
    tickets = [fresh(cast.ticket), fresh(cast.greek)]
    wrote(cast.cleo, cast.ticket, "Wait, it is back!")
    run = done(cast.ada, "status", "closed", *tickets, seen=True)
    assert outcomes(run) == ["refused", "done"]
    assert "changed since" in run.items.get(number=cast.ticket.number).reason
    assert fresh(cast.ticket).status == "new"


def test_undoing_leaves_what_changed_since_and_names_it(cast: Cast) -> None:
    run = done(cast.ada, "status", "resolved", cast.ticket, cast.greek)
    wrote(cast.cleo, cast.ticket, "Not solved.")
    begin_undo(run.pk, by=cast.ada)
    work_undo(run.pk)
    assert (fresh(cast.ticket).status, fresh(cast.greek).status) == ("open", "new")
    left = BulkItem.objects.get(undone="left")
    assert (left.number, "changed since" in left.reason) == (cast.ticket.number, True)


def test_the_same_key_is_one_run_and_working_twice_is_once(cast: Cast) -> None:
    run = done(cast.ada, "assign", str(cast.ada.pk), cast.ticket)
    again, is_new = begin_bulk(cast.ada, "k", "bin", "spam", {cast.ticket.number: None})
    assert (again.pk, is_new) == (run.pk, False)
    with nothing_moves():
        work_bulk(run.pk)
    begin_undo(run.pk, by=cast.ada)
    work_undo(run.pk)
    with nothing_moves():
        begin_undo(run.pk, by=cast.ada)
        work_undo(run.pk)


def test_ten_minutes_later_it_is_too_late(cast: Cast) -> None:
    run = done(cast.ada, "assign", str(cast.ada.pk), cast.ticket)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11)), pytest.raises(Refused):
        begin_undo(run.pk, by=cast.ada)
    assert fresh(cast.ticket).assignee == cast.ada


def test_a_run_is_seen_and_undone_by_its_own_person_only(cast: Cast) -> None:
    run = done(cast.ada, "assign", str(cast.ada.pk), cast.ticket)
    with pytest.raises(NotFound):
        run_for(run.pk, by=cast.bo)
    with pytest.raises(NotFound), nothing_moves():
        begin_undo(run.pk, by=cast.bo)


def test_who_may_not_work_begins_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed), nothing_moves():
        begin_bulk(cast.aud, "k", "assign", "", {cast.ticket.number: None})


@pytest.mark.parametrize(("action", "count"), [("explode", 1), ("assign", 0), ("assign", 501)])
def test_nothing_and_too_much_and_the_unknown_are_refused(cast: Cast, action: str, count: int) -> None:
    with pytest.raises(Wrong):
        begin_bulk(cast.ada, "k", action, "", {f"{each:08}": None for each in range(count)})
    assert not BulkRun.objects.exists()


@pytest.mark.parametrize(
    ("action", "choice"),
    [
        ("assign", "9999"),
        ("assign", "x"),
        ("team", "9999"),
        ("status", "new"),
        ("tag", "none"),
        ("snooze", "soon"),
        ("bin", "x"),
    ],
)
def test_a_choice_that_there_is_not_is_refused_for_each(cast: Cast, action: str, choice: str) -> None:
    change_ticket(cast.ticket.number, Changes(status="open"), by=cast.ada)
    assert outcomes(done(cast.ada, action, choice, cast.ticket)) == ["refused"]


def test_merging_brings_all_into_one_and_undoing_takes_them_apart(cast: Cast) -> None:
    second = asked(cast.cleo, "Still no tone", subject="No tone again").ticket
    run = done(cast.ada, "merge", cast.ticket.number, second)
    assert fresh(second).merged_into_id == cast.ticket.pk
    begin_undo(run.pk, by=cast.ada)
    work_undo(run.pk)
    assert fresh(second).merged_into_id is None


def test_putting_away_and_back(cast: Cast) -> None:
    change_ticket(cast.ticket.number, Changes(status="open"), by=cast.ada)
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)).isoformat()
    run = done(cast.ada, "snooze", until, cast.ticket)
    assert outcomes(run) == ["done"] and fresh(cast.ticket).snoozed_until is not None
    begin_undo(run.pk, by=cast.ada)
    work_undo(run.pk)
    assert fresh(cast.ticket).snoozed_until is None


def undone(run: BulkRun, by: Person) -> list[str]:
    begin_undo(run.pk, by=by)
    return list(work_undo(run.pk).items.order_by("id").values_list("undone", flat=True))


def test_many_are_moved_to_a_closed_team_out_of_ones_own_sight(cast: Cast) -> None:
    run = done(cast.ada, "team", str(cast.trust.pk), cast.ticket, cast.greek)
    assert outcomes(run) == ["done", "done"]
    assert [fresh(each).team for each in (cast.ticket, cast.greek)] == [cast.trust, cast.trust]
    # what is out of sight is not put back either
    assert undone(run, cast.ada) == ["left", "left"]


@pytest.mark.parametrize(("action", "choice"), [("snooze", ""), ("bin", "mistake"), ("status", "resolved")])
def test_what_slept_before_sleeps_again_until_its_own_hour(cast: Cast, action: str, choice: str) -> None:
    change_ticket(cast.ticket.number, Changes(status="waiting_customer"), by=cast.ada)
    hour = utc_now() + dt.timedelta(days=3)
    snooze_ticket(cast.ticket.number, hour, by=cast.bo, reason="The part is on its way")
    run = done(cast.ada, action, choice or (utc_now() + dt.timedelta(days=1)).isoformat(), cast.ticket)
    assert (outcomes(run), undone(run, cast.ada)) == (["done"], ["back"])
    ticket, snooze = fresh(cast.ticket), Snooze.objects.get(ticket=cast.ticket)
    assert (ticket.stage, ticket.snoozed_until, ticket.status) == (Stage.SNOOZED, hour, "waiting_customer")
    assert (snooze.person, snooze.reason) == (cast.bo, "The part is on its way")


@pytest.mark.parametrize(("action", "choice"), [("snooze", ""), ("bin", "mistake")])
def test_what_should_have_woken_meanwhile_is_awake(cast: Cast, action: str, choice: str) -> None:
    change_ticket(cast.ticket.number, Changes(status="waiting_customer"), by=cast.ada)
    snooze_ticket(cast.ticket.number, utc_now() + dt.timedelta(minutes=5), by=cast.ada)
    run = done(cast.ada, action, choice or (utc_now() + dt.timedelta(days=1)).isoformat(), cast.ticket)
    with time_machine.travel(utc_now() + dt.timedelta(minutes=7)):
        assert undone(run, cast.ada) == ["back"]
        assert (fresh(cast.ticket).stage, fresh(cast.ticket).snoozed_until) == (Stage.LIVE, None)


def broken_off(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> BulkRun:
    """A run that an error of the database ended at its second ticket."""
    numbers = {each.number: None for each in (cast.ticket, cast.greek)}
    run, _is_new = begin_bulk(cast.ada, "k", "status", "resolved", numbers)

    def torn(run: BulkRun, ticket: Ticket) -> None:
        if ticket.pk == cast.greek.pk:
            raise OperationalError("deadlock detected")
        change_ticket(ticket.number, Changes(status=run.choice), by=run.person)

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setitem(bulk.DOINGS, "status", torn)
        work_bulk(run.pk)
    run.refresh_from_db()
    return run


def test_a_run_that_broke_off_is_taken_up_after_five_minutes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    run = broken_off(cast, monkeypatch)
    assert (run.state, outcomes(run), halted_runs()) == ("running", ["done", "waiting"], [])
    with time_machine.travel(utc_now() + dt.timedelta(minutes=6)):
        go_on_with_many()
        go_on_with_many()
        assert waiting(work_on_many) == 1
        work_on_many(run_id=run.pk)
        assert (outcomes(run), halted_runs()) == (["done", "done"], [])
    assert fresh(cast.greek).status == "resolved"


def test_an_undoing_that_broke_off_is_taken_up_and_given_up_after_a_day(cast: Cast) -> None:
    run = done(cast.ada, "status", "resolved", cast.ticket)
    begin_undo(run.pk, by=cast.ada)
    with time_machine.travel(utc_now() + dt.timedelta(minutes=6)):
        assert halted_runs() == [run.pk]
    with time_machine.travel(utc_now() + dt.timedelta(hours=25)):
        assert halted_runs() == []


def test_who_may_not_work_any_more_puts_no_status_back(cast: Cast) -> None:
    run = done(cast.ada, "status", "resolved", cast.ticket)
    begin_undo(run.pk, by=cast.ada)
    change_person(cast.ada, by=SYSTEM, roles=["auditor"])
    work_undo(run.pk)
    assert (run.items.get().undone, fresh(cast.ticket).status) == ("left", "resolved")


def test_merging_and_undoing_lock_the_earlier_ticket_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    second = asked(cast.cleo, "Still no tone", subject="No tone again").ticket
    locked: list[str] = []

    def told(by: Person, number: str, *, lock: bool = False) -> Ticket:
        locked.extend([number] if lock else [])
        return ticket_for(by, number, lock=lock)

    monkeypatch.setattr(bulk, "ticket_for", told)
    run = done(cast.ada, "merge", cast.ticket.number, second)
    assert (outcomes(run), undone(run, cast.ada)) == (["done"], ["back"])
    assert locked == [cast.ticket.number, second.number] * 2
