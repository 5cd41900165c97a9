"""Putting a ticket out of sight until its hour."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from aplomb.journal.models import Entry
from aplomb.people.errors import NotAllowed, NotFound, Refused, Wrong
from aplomb.people.models import Notice
from aplomb.tickets.actions.bin import bin_ticket, restore_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.snooze import snooze_ticket, wake_due, wake_ticket
from aplomb.tickets.actions.tasks import Doing, add_task
from aplomb.tickets.errors import InBin
from aplomb.tickets.jobs import wake_snoozed
from aplomb.tickets.models import Snooze, Stage, Ticket
from aplomb.tickets.reads import QueueFilter, queue_counts, queue_page
from aplomb.tickets.snoozing import presets, wakes_at
from tests.cast import Cast, fresh, wrote
from tests.moved import nothing_moves

NOW = dt.datetime(2026, 3, 10, 10, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def answered(cast: Cast) -> Any:
    """Cleo's ticket, answered at ten in the morning: nothing is due on it."""
    with time_machine.travel(NOW, tick=False):
        reply_to_ticket(cast.ticket.number, Reply(text="We look into it."), by=cast.ada)
        yield cast


def put_away(cast: Cast, for_: dt.timedelta = DAY, **given: Any) -> Ticket:
    return snooze_ticket(cast.ticket.number, NOW + for_, by=given.pop("by", cast.ada), **given)


def last_kind(ticket: Ticket) -> tuple[str, str]:
    entry = Entry.objects.filter(chain=ticket.chain).order_by("-seq")[0]
    return entry.kind, entry.content or ""


def test_it_leaves_the_queue_and_lies_in_its_own_by_its_hour(answered: Cast) -> None:
    change_ticket(answered.greek.number, Changes(assignee=answered.bo), by=answered.bo)
    reply_to_ticket(answered.greek.number, Reply(text="Καλημέρα"), by=answered.bo)
    put_away(answered, 2 * DAY, reason="  they are\non holiday ")
    snooze_ticket(answered.greek.number, NOW + DAY, by=answered.bo)
    numbers = [row.number for row in queue_page(answered.bo, QueueFilter()).rows]
    assert answered.ticket.number not in numbers
    asleep = queue_page(answered.bo, QueueFilter(stage=Stage.SNOOZED)).rows
    assert [row.number for row in asleep] == [answered.greek.number, answered.ticket.number]
    assert queue_counts(answered.bo, {"asleep": QueueFilter(stage=Stage.SNOOZED)}) == {"asleep": 2}
    found = Snooze.objects.get(ticket=answered.ticket)
    assert (found.person, found.reason) == (answered.ada, "they are on holiday")
    assert last_kind(answered.ticket)[0] == "TicketSnoozed"


def test_what_is_looked_for_is_found_asleep_too(answered: Cast) -> None:
    put_away(answered)
    ticket = answered.ticket
    for wanted in (QueueFilter(only=(ticket.pk,)), QueueFilter(contact=ticket.contact_id)):
        assert [row.number for row in queue_page(answered.ada, wanted).rows] == [ticket.number]


def test_its_hour_brings_it_back_and_both_hear_of_it_once(answered: Cast) -> None:
    change_ticket(answered.ticket.number, Changes(assignee=answered.bo), by=answered.bo)
    put_away(answered, HOUR)
    with time_machine.travel(NOW + HOUR - dt.timedelta(seconds=1), tick=False):
        assert wake_due() == 0
    # the desk was down for days
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        wake_snoozed()
        wake_snoozed()
    ticket = fresh(answered.ticket)
    assert (ticket.stage, ticket.snoozed_until) == (Stage.LIVE, None)
    assert last_kind(ticket)[0] == "TicketWoken"
    assert '"why":"hour"' in last_kind(ticket)[1]
    told = Notice.objects.filter(kind="snooze_over").values_list("person__work_name", flat=True)
    assert sorted(told) == ["Ada", "Bo"]
    assert not Snooze.objects.exists()


def test_a_customers_word_brings_it_back_and_automatic_mail_does_not(answered: Cast) -> None:
    put_away(answered)
    wrote(answered.cleo, answered.ticket, "I am away.", is_automatic=True)
    assert fresh(answered.ticket).stage == Stage.SNOOZED
    wrote(answered.cleo, answered.ticket, "Any news?")
    assert fresh(answered.ticket).stage == Stage.LIVE
    assert '"why":"customer"' in last_kind(answered.ticket)[1]


def test_it_is_back_before_something_falls_due(answered: Cast) -> None:
    put_away(answered, 7 * DAY)
    add_task(answered.ticket.number, Doing(text="Call them", due_at=NOW + DAY), by=answered.ada)
    assert fresh(answered.ticket).next_due_at == NOW + DAY - HOUR
    with time_machine.travel(NOW + DAY - HOUR, tick=False):
        assert wake_due() == 1
    ticket = fresh(answered.ticket)
    assert (ticket.stage, ticket.next_due_why) == (Stage.LIVE, "task")
    assert '"why":"due"' in last_kind(ticket)[1]


def test_what_is_due_first_refuses_it(cast: Cast) -> None:
    late = fresh(cast.ticket).next_due_at
    assert late is not None
    with time_machine.travel(late - dt.timedelta(minutes=30), tick=False), nothing_moves(), pytest.raises(Refused):
        snooze_ticket(cast.ticket.number, late + DAY, by=cast.ada)


def test_another_hour_takes_the_place_of_the_first(answered: Cast) -> None:
    put_away(answered, HOUR)
    put_away(answered, 3 * DAY, by=answered.bo)
    assert fresh(answered.ticket).snoozed_until == NOW + 3 * DAY
    assert Snooze.objects.get().person == answered.bo
    with time_machine.travel(NOW + DAY, tick=False):
        assert wake_due() == 0


@pytest.mark.parametrize("for_", [dt.timedelta(), -HOUR, dt.timedelta(days=367)])
def test_an_hour_that_makes_no_sense_is_refused(answered: Cast, for_: dt.timedelta) -> None:
    with nothing_moves(), pytest.raises(Wrong):
        put_away(answered, for_)


def test_who_may_not_is_refused_and_who_sees_nothing_finds_nothing(answered: Cast) -> None:
    with nothing_moves():
        with pytest.raises(NotAllowed):
            put_away(answered, by=answered.aud)
        with pytest.raises(NotFound):
            snooze_ticket(answered.hidden.number, NOW + DAY, by=answered.ada)
        with pytest.raises(NotFound):
            wake_ticket("99999999", by=answered.ada)


def test_by_hand_it_is_back_at_once_and_twice_is_once(answered: Cast) -> None:
    put_away(answered)
    wake_ticket(answered.ticket.number, by=answered.bo)
    with nothing_moves():
        wake_ticket(answered.ticket.number, by=answered.bo)
    assert fresh(answered.ticket).stage == Stage.LIVE
    assert not Notice.objects.filter(kind="snooze_over").exists()


@pytest.mark.parametrize(("status", "stage"), [("resolved", Stage.DONE), ("waiting_third_party", Stage.SNOOZED)])
def test_a_status_leaves_it_asleep_unless_it_is_done(answered: Cast, status: str, stage: int) -> None:
    put_away(answered)
    change_ticket(answered.ticket.number, Changes(status=status), by=answered.ada)
    ticket = fresh(answered.ticket)
    assert (ticket.stage, ticket.snoozed_until is None) == (stage, stage == Stage.DONE)


def test_an_answer_leaves_it_asleep(answered: Cast) -> None:
    put_away(answered)
    reply_to_ticket(answered.ticket.number, Reply(text="A word more", then="waiting_customer"), by=answered.ada)
    assert fresh(answered.ticket).stage == Stage.SNOOZED


def test_in_the_bin_it_sleeps_no_more_and_done_or_binned_is_not_put_away(answered: Cast) -> None:
    put_away(answered)
    bin_ticket(answered.ticket.number, "mistake", by=answered.ada)
    with pytest.raises(InBin):
        put_away(answered)
    assert restore_ticket(answered.ticket.number, by=answered.ada).stage == Stage.LIVE
    change_ticket(answered.ticket.number, Changes(status="resolved"), by=answered.ada)
    with pytest.raises(Refused):
        put_away(answered)


ATHENS = ZoneInfo("Europe/Athens")


def shown(now: dt.datetime, **given: Any) -> dict[str, str]:
    return {each.key: f"{each.at.astimezone(ATHENS):%a %d %H:%M}" for each in presets(now, ATHENS, **given)}


def test_hours_are_offered_in_the_readers_zone() -> None:
    assert shown(NOW) == {
        "today": "Tue 10 15:00",
        "tomorrow": "Wed 11 09:00",
        "monday": "Mon 16 09:00",
        "week": "Tue 17 09:00",
    }
    assert shown(NOW + dt.timedelta(minutes=1))["today"] == "Tue 10 15:15"


def test_late_in_the_day_and_before_a_monday_no_hour_stands_twice() -> None:
    sunday = dt.datetime(2026, 3, 15, 20, 0, tzinfo=dt.UTC)
    assert shown(sunday) == {"tomorrow": "Mon 16 09:00", "week": "Sun 22 09:00"}


def test_summer_time_moves_the_morning_and_not_the_clock() -> None:
    saturday = dt.datetime(2026, 3, 28, 6, 0, tzinfo=dt.UTC)
    [tomorrow] = [each.at for each in presets(saturday, ATHENS) if each.key == "tomorrow"]
    assert tomorrow == dt.datetime(2026, 3, 29, 6, 0, tzinfo=dt.UTC)


def test_a_calendar_gives_its_first_open_hour_and_closed_days_are_not_offered() -> None:
    def opens(at: dt.datetime) -> dt.datetime:
        local = at.astimezone(ATHENS)
        day = local.date() + DAY if local.date() == dt.date(2026, 3, 11) else local.date()
        return dt.datetime.combine(day, dt.time(8, 30), ATHENS)

    assert shown(NOW, next_open=opens) == {"today": "Tue 10 15:00", "monday": "Mon 16 08:30", "week": "Tue 17 08:30"}


def test_it_wakes_an_hour_before_what_is_due() -> None:
    assert wakes_at(NOW + DAY, None) == NOW + DAY
    assert wakes_at(NOW + DAY, NOW + 3 * HOUR) == NOW + 2 * HOUR
