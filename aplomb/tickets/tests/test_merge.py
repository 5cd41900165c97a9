"""Merging two tickets, and undoing it."""

import datetime as dt
from typing import Any

import pytest

from aplomb.customers.models import Contact
from aplomb.journal.models import Entry
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotAllowed, NotFound, Refused
from aplomb.people.models import Notice
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.draft import keep_draft
from aplomb.tickets.actions.erase import discard_ticket
from aplomb.tickets.actions.follow import add_co_worker, follow
from aplomb.tickets.actions.merge import WithItself, merge_ticket, unmerge_ticket
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.reply import Reply, reply_to_ticket, undo_reply
from aplomb.tickets.actions.sides import Asking, ask_on, begin_side
from aplomb.tickets.actions.snooze import snooze_ticket
from aplomb.tickets.errors import InBin, Merged
from aplomb.tickets.merged import end_of, whole_of
from aplomb.tickets.models import (
    Beside,
    Draft,
    Follower,
    Merge,
    Message,
    Participant,
    Snooze,
    Stage,
    Tag,
    Ticket,
    TicketTag,
)
from aplomb.tickets.policies import ticket_for
from aplomb.tickets.reads import QueueFilter, answer_address, queue_page, ticket_page
from aplomb.tickets.record import verify_ticket
from tests.cast import CLEO, Cast, asked, fresh, wrote


@pytest.fixture
def again(cast: Cast) -> Ticket:
    """Cleo asks the same once more, from her phone."""
    return asked(cast.cleo, "Did you get my mail? The line is still down.", subject="Line!", team=cast.lines).ticket


def row(ticket: Ticket) -> dict[str, Any]:
    """All that the table holds of it."""
    return dict(Ticket.objects.values().get(pk=ticket.pk))


def texts(by: object, number: str) -> list[str]:
    return [each.text for each in ticket_page(by, number).messages]  # type: ignore[arg-type]  # of the cast


def test_the_one_that_stays_shows_what_was_said_on_both_in_the_order_of_time(cast: Cast, again: Ticket) -> None:
    wrote(cast.cleo, cast.ticket, "Third.")
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    page = ticket_page(cast.ada, cast.ticket.number)
    assert [each.text for each in page.messages] == [
        "The line is down since this morning.",
        "Did you get my mail? The line is still down.",
        "Third.",
    ]
    assert [each.origin for each in page.messages] == ["", again.number, ""]
    assert [each.number for each in page.origins] == [again.number]


def test_nothing_moved_and_both_records_hold(cast: Cast, again: Ticket) -> None:
    before = list(Message.objects.order_by("pk").values("pk", "ticket", "text", "entry_seq"))
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    assert list(Message.objects.order_by("pk").values("pk", "ticket", "text", "entry_seq")) == before
    assert verify_ticket(again.number).holds
    assert verify_ticket(cast.ticket.number).holds


def test_the_merged_one_is_in_no_queue_and_its_page_shows_where_it_went(cast: Cast, again: Ticket) -> None:
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    rows = queue_page(cast.ada, QueueFilter()).rows
    assert again.number not in [row.number for row in rows]
    page = ticket_page(cast.ada, again.number)
    assert page.goes_on_in is not None
    assert page.goes_on_in.number == cast.ticket.number
    assert [each.text for each in page.messages] == ["Did you get my mail? The line is still down."]


def test_the_customers_next_word_lands_on_the_one_that_stays(cast: Cast, again: Ticket) -> None:
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    said = wrote(cast.cleo, again, "Hello?")
    assert said.ticket == cast.ticket


def test_chains_of_merges_are_followed_to_the_end(cast: Cast, again: Ticket) -> None:
    third = asked(cast.cleo, "Once more.", team=cast.lines).ticket
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    merge_ticket(cast.ticket.number, third.number, by=cast.ada)
    assert end_of(fresh(again)) == third
    assert sorted(whole_of(fresh(third))) == sorted([again.pk, cast.ticket.pk, third.pk])
    assert wrote(cast.cleo, again, "Hello?").ticket == third
    assert len(texts(cast.ada, third.number)) == 4
    # into a merged one is into where that goes on
    fourth = asked(cast.cleo, "And again.", team=cast.lines).ticket
    assert merge_ticket(fourth.number, again.number, by=cast.ada) == third


def test_undoing_restores_state_and_place_and_the_other_one(cast: Cast, again: Ticket) -> None:
    change_ticket(again.number, Changes(assignee=cast.ada, status="waiting_third_party"), by=cast.ada)
    first, other = row(again), row(cast.ticket)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    undone = unmerge_ticket(again.number, by=cast.ada)
    assert (undone.ticket, undone.stayed, undone.left) == (again, cast.ticket, 0)
    moving = {"version", "activity_at", "queue_key"}
    assert {**row(again), "version": 0} == {**first, "version": 0}
    after = row(cast.ticket)
    assert {key: after[key] for key in after.keys() - moving} == {key: other[key] for key in other.keys() - moving}
    assert Merge.objects.count() == 0
    assert texts(cast.ada, again.number) == ["Did you get my mail? The line is still down."]
    assert verify_ticket(again.number).holds


def test_mail_that_came_meanwhile_stays_where_it_landed_and_is_counted(cast: Cast, again: Ticket) -> None:
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    wrote(cast.cleo, again, "Hello?")
    assert unmerge_ticket(again.number, by=cast.ada).left == 1
    assert texts(cast.ada, cast.ticket.number)[-1] == "Hello?"


def test_tags_assignee_and_a_waiting_word_come_along_and_go_back(cast: Cast, again: Ticket) -> None:
    keys = sorted(Tag.objects.values_list("key", flat=True))[:1] or [Tag.objects.create(key="line").key]
    change_ticket(again.number, Changes(tags=tuple(keys), assignee=cast.ada), by=cast.ada)
    change_ticket(cast.ticket.number, Changes(status="resolved"), by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    stays = fresh(cast.ticket)
    assert (stays.status, stays.stage, stays.assignee) == ("open", Stage.LIVE, cast.ada)
    assert stays.next_due_at is not None
    assert list(TicketTag.objects.filter(ticket=stays).values_list("tag__key", flat=True)) == keys
    unmerge_ticket(again.number, by=cast.ada)
    stays = fresh(cast.ticket)
    assert (stays.status, stays.stage, stays.assignee) == ("resolved", Stage.DONE, None)
    assert not TicketTag.objects.filter(ticket=stays).exists()


def test_what_was_changed_since_is_not_taken_back(cast: Cast, again: Ticket) -> None:
    change_ticket(again.number, Changes(assignee=cast.ada), by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    change_ticket(cast.ticket.number, Changes(assignee=cast.bo, status="waiting_customer"), by=cast.ada)
    unmerge_ticket(again.number, by=cast.ada)
    stays = fresh(cast.ticket)
    assert (stays.assignee, stays.status) == (cast.bo, "waiting_customer")


def test_another_customer_does_not_take_part_unless_that_is_chosen(cast: Cast) -> None:
    merge_ticket(cast.greek.number, cast.ticket.number, by=cast.ada)
    page = ticket_page(cast.ada, cast.ticket.number)
    assert [each.is_apart for each in page.messages] == [False, True]
    assert page.participants == ()
    assert whole_of(fresh(cast.ticket), only_shared=True) == (cast.ticket.pk,)
    assert answer_address(fresh(cast.ticket)) == (CLEO,)
    unmerge_ticket(cast.greek.number, by=cast.ada)
    merge_ticket(cast.greek.number, cast.ticket.number, by=cast.ada, shares=True)
    assert [each.name for each in ticket_page(cast.ada, cast.ticket.number).participants] == [cast.dimitra.name]
    unmerge_ticket(cast.greek.number, by=cast.ada)
    assert not Participant.objects.filter(ticket=cast.ticket).exists()


def test_the_same_person_under_two_entries_is_one_customer(cast: Cast) -> None:
    Contact.objects.filter(pk=cast.dimitra.pk).update(merged_into=cast.cleo)
    Contact.objects.filter(pk=cast.cleo.pk).update(has_merged=True)
    merge_ticket(cast.greek.number, cast.ticket.number, by=cast.ada)
    assert Merge.objects.get().is_shared


@pytest.mark.parametrize("into", ["itself", "its own", "its end"])
def test_no_ticket_is_merged_with_itself_or_in_a_ring(cast: Cast, again: Ticket, into: str) -> None:
    third = asked(cast.cleo, "Once more.", team=cast.lines).ticket
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    merge_ticket(third.number, again.number, by=cast.ada)
    before = Ticket.objects.order_by("pk").values_list("pk", "merged_into", "stage", "version")
    found = list(before)
    other = {"itself": cast.ticket, "its own": again, "its end": third}[into]
    with pytest.raises(WithItself):
        merge_ticket(cast.ticket.number, other.number, by=cast.ada)
    assert list(before.all()) == found


def test_twice_is_once_and_elsewhere_is_refused(cast: Cast, again: Ticket) -> None:
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    version = fresh(again).version
    assert merge_ticket(again.number, cast.ticket.number, by=cast.ada) == cast.ticket
    assert fresh(again).version == version
    with pytest.raises(Merged) as refused:
        merge_ticket(again.number, cast.greek.number, by=cast.ada)
    assert refused.value.number == cast.ticket.number
    unmerge_ticket(again.number, by=cast.ada)
    with pytest.raises(Refused):
        unmerge_ticket(again.number, by=cast.ada)


def test_what_lies_in_the_bin_is_not_merged(cast: Cast, again: Ticket) -> None:
    bin_ticket(again.number, "mistake", by=cast.ada)
    with pytest.raises(InBin):
        merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    with pytest.raises(InBin):
        merge_ticket(cast.ticket.number, again.number, by=cast.ada)


def test_nothing_new_is_done_on_a_merged_ticket(cast: Cast, again: Ticket) -> None:
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    for act in (
        lambda: reply_to_ticket(again.number, Reply(text="x"), by=cast.ada),
        lambda: add_note(again.number, "x", by=cast.ada),
        lambda: change_ticket(again.number, Changes(priority=4), by=cast.ada),
        lambda: bin_ticket(again.number, "spam", by=cast.ada),
    ):
        with pytest.raises(Merged):
            act()


def test_who_does_not_see_both_may_not_merge_and_an_auditor_never(cast: Cast, again: Ticket) -> None:
    with pytest.raises(NotFound):
        merge_ticket(again.number, cast.hidden.number, by=cast.ada)
    with pytest.raises(NotFound):
        merge_ticket(cast.hidden.number, again.number, by=cast.ada)
    with pytest.raises(NotAllowed):
        merge_ticket(again.number, cast.ticket.number, by=cast.aud)
    assert Merge.objects.count() == 0


def test_merged_into_a_closed_team_it_is_out_of_sight_with_it(cast: Cast) -> None:
    merge_ticket(cast.greek.number, cast.hidden.number, by=cast.noor)
    with pytest.raises(NotFound):
        ticket_page(cast.ada, cast.greek.number)
    with pytest.raises(NotFound):
        ticket_for(cast.ada, cast.greek.number, lock=False)
    assert len(texts(cast.noor, cast.hidden.number)) == 2
    unmerge_ticket(cast.greek.number, by=cast.noor)
    assert len(texts(cast.ada, cast.greek.number)) == 1


def test_merged_out_of_a_closed_team_it_is_seen_with_the_one_that_stays(cast: Cast) -> None:
    merge_ticket(cast.hidden.number, cast.greek.number, by=cast.noor)
    assert texts(cast.ada, cast.greek.number) == ["Δεν έχω ίντερνετ από χθες.", "Someone read my mail."]
    assert texts(cast.ada, cast.hidden.number) == ["Someone read my mail."]


def test_drafts_go_along_and_come_back(cast: Cast, again: Ticket) -> None:
    keep_draft(cast.ada, again, "reply", text="Dear Cleo")
    keep_draft(cast.bo, again, "reply", text="Of Bo, there")
    keep_draft(cast.bo, cast.ticket, "reply", text="Of Bo, here")
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    assert ticket_page(cast.ada, cast.ticket.number).drafts["reply"].text == "Dear Cleo"
    assert ticket_page(cast.bo, cast.ticket.number).drafts["reply"].text == "Of Bo, here"
    assert ticket_page(cast.bo, again.number).drafts["reply"].text == "Of Bo, there"
    unmerge_ticket(again.number, by=cast.ada)
    assert Draft.objects.get(ticket=again, person=cast.ada).text == "Dear Cleo"


def test_a_reply_that_was_undone_after_the_merge_is_a_draft_where_one_writes_now(cast: Cast, again: Ticket) -> None:
    message = reply_to_ticket(again.number, Reply(text="On its way"), by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    undo_reply(message.pk, by=cast.ada)
    assert Draft.objects.get().ticket == cast.ticket
    assert fresh(again).stage == Stage.MERGED


def test_an_answer_that_is_undone_after_the_merge_is_due_where_the_ticket_goes_on(cast: Cast, again: Ticket) -> None:
    reply_to_ticket(cast.ticket.number, Reply(text="First."), by=cast.ada)
    wrote(cast.cleo, again, "Hello?")
    message = reply_to_ticket(again.number, Reply(text="On its way"), by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    assert fresh(cast.ticket).next_due_at is None
    undo_reply(message.pk, by=cast.ada)
    assert fresh(cast.ticket).next_due_at is not None


def test_a_plain_ticket_has_no_mark_and_one_that_gave_all_back_neither(cast: Cast, again: Ticket) -> None:
    assert not fresh(cast.ticket).beside & Beside.MERGED
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    assert fresh(cast.ticket).beside & Beside.MERGED
    unmerge_ticket(again.number, by=cast.ada)
    assert not fresh(cast.ticket).beside & Beside.MERGED


def test_the_bin_is_emptied_of_what_was_merged_into_it_too(cast: Cast, again: Ticket) -> None:
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    bin_ticket(cast.ticket.number, "spam", by=cast.ada)
    discard_ticket(cast.ticket.number)
    assert not Ticket.objects.filter(pk__in=[again.pk, cast.ticket.pk]).exists()
    assert verify_ticket(again.number).holds
    assert verify_ticket(cast.ticket.number).holds


def test_a_word_that_came_to_the_one_that_stayed_keeps_it_open_when_the_merge_is_undone(
    cast: Cast, again: Ticket
) -> None:
    change_ticket(cast.ticket.number, Changes(status="resolved"), by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    assert wrote(cast.cleo, again, "Still down.").ticket == cast.ticket
    unmerge_ticket(again.number, by=cast.ada)
    stays = fresh(cast.ticket)
    assert (stays.status, stays.stage) == ("open", Stage.LIVE)
    assert stays.next_due_at is not None


def test_whose_hour_passed_meanwhile_wakes_when_the_merge_is_undone(
    cast: Cast, again: Ticket, time_machine: Any
) -> None:
    reply_to_ticket(again.number, Reply(text="Tomorrow."), by=cast.ada)
    snooze_ticket(again.number, utc_now() + dt.timedelta(hours=2), by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    time_machine.move_to(utc_now() + dt.timedelta(hours=5))
    unmerge_ticket(again.number, by=cast.ada)
    ticket = fresh(again)
    assert (ticket.stage, ticket.snoozed_until) == (Stage.LIVE, None)
    assert not Snooze.objects.exists()
    last = Entry.objects.filter(chain=ticket.chain).order_by("-seq").first()
    assert last is not None
    assert last.kind == "TicketWoken"


def test_what_still_sleeps_goes_on_sleeping_when_the_merge_is_undone(cast: Cast, again: Ticket) -> None:
    reply_to_ticket(again.number, Reply(text="Tomorrow."), by=cast.ada)
    until = utc_now() + dt.timedelta(hours=2)
    snooze_ticket(again.number, until, by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    unmerge_ticket(again.number, by=cast.ada)
    assert (fresh(again).stage, fresh(again).snoozed_until) == (Stage.SNOOZED, until)


def test_who_heard_of_the_merged_one_hears_of_the_next_word_until_it_is_undone(cast: Cast, again: Ticket) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.ada)
    change_ticket(again.number, Changes(assignee=cast.max), by=cast.ada)
    follow(again.number, by=cast.bo)
    add_co_worker(again.number, cast.noor, by=cast.ada)
    follow(cast.ticket.number, by=cast.olga)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    following = Follower.objects.filter(ticket=cast.ticket).order_by("person").values_list("person", flat=True)
    assert set(following) == {cast.bo.pk, cast.noor.pk, cast.max.pk, cast.olga.pk}
    wrote(cast.cleo, again, "Any news?")
    assert Notice.objects.filter(person=cast.bo, kind="followed", ticket_number=cast.ticket.number).count() == 1
    unmerge_ticket(again.number, by=cast.ada)
    assert list(following.all()) == [cast.olga.pk]
    assert set(Follower.objects.filter(ticket=again).values_list("person", flat=True)) == {cast.bo.pk}


def test_who_does_not_see_the_one_that_stays_does_not_follow_it(cast: Cast) -> None:
    follow(cast.greek.number, by=cast.ada)
    merge_ticket(cast.greek.number, cast.hidden.number, by=cast.noor)
    assert not Follower.objects.filter(ticket=cast.hidden).exists()
    assert not fresh(cast.hidden).beside & Beside.FOLLOWERS


def test_no_more_follow_than_may_and_the_merge_goes_on(
    cast: Cast, again: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aplomb.tickets.actions.merge.MOST_FOLLOWERS", 1)
    follow(again.number, by=cast.bo)
    follow(cast.ticket.number, by=cast.olga)
    assert merge_ticket(again.number, cast.ticket.number, by=cast.ada) == cast.ticket
    assert Follower.objects.get(ticket=cast.ticket).person == cast.olga


def test_the_draft_of_a_side_conversation_is_one_wherever_its_ticket_goes_on(cast: Cast, again: Ticket) -> None:
    side = begin_side(again.number, Asking(text="q?", to=("s@cables.example",), subject="A"), by=cast.ada).side
    assert side is not None
    keep_draft(cast.ada, None, "asked", text="half", side=side)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    side.refresh_from_db()
    keep_draft(cast.ada, None, "asked", text="half more", side=side)
    assert [each.text for each in Draft.objects.filter(side=side)] == ["half more"]
    # the composer of a new side conversation is another one
    assert "asked" not in ticket_page(cast.ada, cast.ticket.number).drafts
    assert "asked" not in ticket_page(cast.ada, again.number).drafts
    ask_on(side.pk, Asking(text="half more"), by=cast.ada)
    assert not Draft.objects.exists()


def test_what_went_on_in_a_side_conversation_elsewhere_outlives_the_ticket_it_began_on(
    cast: Cast, again: Ticket
) -> None:
    side = begin_side(again.number, Asking(text="q?", to=("s@cables.example",), subject="A"), by=cast.ada).side
    assert side is not None
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    later = ask_on(side.pk, Asking(text="And now?"), by=cast.ada)
    unmerge_ticket(again.number, by=cast.ada)
    bin_ticket(again.number, "mistake", by=cast.ada)
    discard_ticket(again.number)
    assert [each.pk for each in Message.objects.filter(side=side)] == [later.pk]
    side.refresh_from_db()
    assert side.ticket == cast.ticket
    assert fresh(cast.ticket).beside & Beside.SIDES
    assert verify_ticket(cast.ticket.number).holds
