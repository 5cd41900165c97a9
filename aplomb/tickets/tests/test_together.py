"""Followers, co-workers, mentions and hand-overs."""

from collections.abc import Callable

import pytest

from aplomb.journal.models import Entry
from aplomb.people.actions import add_team, change_person
from aplomb.people.errors import NotAllowed, NotFound, Wrong
from aplomb.people.models import Notice, Person, Role
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.erase import erase_text
from aplomb.tickets.actions.follow import add_co_worker, follow, remove_co_worker, unfollow
from aplomb.tickets.actions.hand_over import Handing, confirm_hand_over, hand_over
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.gates import NeedsConfirmation
from aplomb.tickets.models import Beside, CoWorker, Follower, HandOver, Message
from aplomb.tickets.reads import QueueFilter, queue_page
from aplomb.tickets.record import verify_ticket
from tests.cast import Cast, fresh, person, wrote
from tests.moved import nothing_moves

Drain = Callable[[], int]


def told(someone: Person) -> list[str]:
    return list(Notice.objects.filter(person=someone).order_by("pk").values_list("kind", flat=True))


def kinds(cast: Cast) -> list[str]:
    return list(Entry.objects.filter(chain=cast.ticket.chain, seq__gt=2).order_by("seq").values_list("kind", flat=True))


# followers


def test_a_follower_hears_what_is_said_and_twice_is_once(cast: Cast, drain: Drain) -> None:
    follow(cast.ticket.number, by=cast.bo)
    with nothing_moves():
        follow(cast.ticket.number, by=cast.bo)
    wrote(cast.cleo, cast.ticket)
    wrote(cast.cleo, cast.ticket, "I am out.", is_automatic=True)
    reply_to_ticket(cast.ticket.number, Reply(text="Hello"), by=cast.ada)
    add_note(cast.ticket.number, "Look at the line.", by=cast.ada)
    drain()
    assert told(cast.bo) == ["followed", "followed", "noted"]
    assert fresh(cast.ticket).beside & Beside.FOLLOWERS
    unfollow(cast.ticket.number, by=cast.bo)
    with nothing_moves():
        unfollow(cast.ticket.number, by=cast.bo)
    wrote(cast.cleo, cast.ticket)
    assert len(told(cast.bo)) == 3
    assert not fresh(cast.ticket).beside & Beside.FOLLOWERS


def test_following_changes_nothing_that_a_reply_waits_for(cast: Cast) -> None:
    before = fresh(cast.ticket).version
    follow(cast.ticket.number, by=cast.bo)
    assert fresh(cast.ticket).version == before


def test_who_lost_sight_of_a_ticket_hears_nothing_of_it(cast: Cast, drain: Drain) -> None:
    follow(cast.ticket.number, by=cast.ada)
    add_co_worker(cast.ticket.number, cast.max, by=cast.bo)
    change_ticket(cast.ticket.number, Changes(team=cast.trust), by=cast.bo)
    wrote(cast.cleo, cast.ticket)
    add_note(cast.ticket.number, "Between us.", by=cast.noor)
    drain()
    assert told(cast.ada) == []
    assert told(cast.max) == ["help_asked"]


def test_others_are_added_only_where_they_see_it_and_by_who_may(cast: Cast) -> None:
    follow(cast.ticket.number, by=cast.ada, person=cast.lena)
    assert Follower.objects.get().person == cast.lena
    with nothing_moves():
        with pytest.raises(Wrong):
            follow(cast.hidden.number, by=cast.noor, person=cast.ada)
        with pytest.raises(NotFound):
            follow(cast.hidden.number, by=cast.ada)
        with pytest.raises(NotAllowed):
            follow(cast.ticket.number, by=cast.olga, person=cast.ada)
        with pytest.raises(NotAllowed):
            unfollow(cast.ticket.number, by=cast.aud, person=cast.lena)
    unfollow(cast.ticket.number, by=cast.lena)
    assert not Follower.objects.exists()


def test_fifty_at_the_most_follow(cast: Cast) -> None:
    Follower.objects.bulk_create(
        [Follower(ticket=cast.ticket, person=person(f"p{n}", f"P{n}", Role.AGENT)) for n in range(50)]
    )
    with nothing_moves(), pytest.raises(Wrong):
        follow(cast.ticket.number, by=cast.ada)


# co-workers


def test_a_co_worker_has_it_in_a_queue_and_hears_like_the_assignee(cast: Cast, drain: Drain) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.ada)
    add_co_worker(cast.ticket.number, cast.bo, by=cast.ada)
    with nothing_moves():
        add_co_worker(cast.ticket.number, cast.bo, by=cast.ada)
    rows = queue_page(cast.bo, QueueFilter(co_worker=cast.bo.pk)).rows
    assert [row.number for row in rows] == [cast.ticket.number]
    wrote(cast.cleo, cast.ticket)
    add_note(cast.ticket.number, "On it.", by=cast.ada)
    reply_to_ticket(cast.ticket.number, Reply(text="Done", then="resolved"), by=cast.ada)
    drain()
    assert told(cast.bo) == ["help_asked", "answered", "noted"]
    # resolved, it is in no queue; they stay for when it comes back
    assert queue_page(cast.bo, QueueFilter(co_worker=cast.bo.pk)).rows == ()
    wrote(cast.cleo, cast.ticket)
    assert len(queue_page(cast.bo, QueueFilter(co_worker=cast.bo.pk)).rows) == 1
    remove_co_worker(cast.ticket.number, cast.bo, by=cast.ada)
    with nothing_moves():
        remove_co_worker(cast.ticket.number, cast.bo, by=cast.ada)
    assert not CoWorker.objects.exists()


def test_whoever_joins_by_themselves_is_told_nothing(cast: Cast) -> None:
    add_co_worker(cast.ticket.number, cast.bo, by=cast.bo)
    assert told(cast.bo) == []


def test_who_cannot_work_on_it_is_no_co_worker(cast: Cast) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.bo), by=cast.bo)
    with nothing_moves():
        for someone in (cast.bo, cast.aud, cast.tariq):
            with pytest.raises(Wrong):
                add_co_worker(cast.ticket.number, someone, by=cast.ada)
        with pytest.raises(Wrong):
            add_co_worker(cast.hidden.number, cast.ada, by=cast.noor)
        with pytest.raises(NotAllowed):
            add_co_worker(cast.ticket.number, cast.ada, by=cast.aud)
        with pytest.raises(NotFound):
            add_co_worker(cast.hidden.number, cast.noor, by=cast.ada)


# mentions


def test_a_mention_tells_once_a_note_and_makes_a_follower(cast: Cast, drain: Drain) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.bo), by=cast.bo)
    add_note(cast.ticket.number, "@Bo and @Lena, @Bo again; @Ada not me. Write to bo@desk.example", by=cast.ada)
    assert kinds(cast)[-3:] == ["NoteAdded", "FollowersChanged", "PeopleMentioned"]
    drain()
    assert told(cast.bo) == ["mentioned"]
    assert told(cast.lena) == ["mentioned"]
    assert {each.person for each in Follower.objects.all()} == {cast.bo, cast.lena}
    assert verify_ticket(cast.ticket.number).broken is None


def test_somebody_who_may_not_see_it_is_named_before_the_note_is_kept(cast: Cast) -> None:
    change_ticket(cast.ticket.number, Changes(team=cast.trust), by=cast.bo)
    with nothing_moves(), pytest.raises(NeedsConfirmation, match="Ada does not see this ticket"):
        add_note(cast.ticket.number, "Ask @Ada and @Bo", by=cast.noor, confirmed=False)
    add_note(cast.ticket.number, "Ask @Ada and @Bo", by=cast.noor, confirmed=True)
    assert (told(cast.ada), told(cast.bo)) == ([], ["mentioned"])


def test_a_name_of_two_is_asked_about(cast: Cast) -> None:
    person("bo2", "Bo Ek", Role.AGENT)
    with nothing_moves(), pytest.raises(NeedsConfirmation, match="More than one person is called Bo"):
        add_note(cast.ticket.number, "@Bo?", by=cast.ada, confirmed=False)
    add_note(cast.ticket.number, "@Bo Marsh?", by=cast.ada, confirmed=False)
    assert told(cast.bo) == ["mentioned"]


def test_who_has_left_is_nobody(cast: Cast) -> None:
    change_person(cast.bo, by=cast.max, is_active=False)
    add_note(cast.ticket.number, "@Bo?", by=cast.ada, confirmed=False)
    assert not Notice.objects.exists()


# hand-over

WORD = Handing(done="Called twice.", open="The router.", promised="A call on Friday.")


def test_a_hand_over_is_a_note_another_assignee_and_one_notice(cast: Cast, drain: Drain) -> None:
    found = hand_over(
        cast.ticket.number, Handing(person=cast.bo, done="Called twice.", open="The router."), by=cast.ada
    )
    assert kinds(cast) == ["NoteAdded", "TicketHandedOver", "TicketAssigned"]
    drain()
    assert fresh(cast.ticket).assignee == cast.bo
    note = Message.objects.get(kind="note")
    assert note == found.message
    assert note.text == "What was done:\nCalled twice.\n\nWhat is open:\nThe router."
    assert told(cast.bo) == ["handed_over"]
    assert verify_ticket(cast.ticket.number).broken is None


def test_the_next_one_confirms_once_and_nobody_else_does(cast: Cast) -> None:
    hand_over(cast.ticket.number, Handing(person=cast.bo, open="The router."), by=cast.ada)
    with nothing_moves():
        for someone in (cast.ada, cast.max):
            with pytest.raises(NotAllowed):
                confirm_hand_over(cast.ticket.number, by=someone)
    confirm_hand_over(cast.ticket.number, by=cast.bo)
    with nothing_moves():
        confirm_hand_over(cast.ticket.number, by=cast.bo)
    row = HandOver.objects.get()
    assert row.read_by == cast.bo
    assert not fresh(cast.ticket).beside & Beside.HAND_OVER


def test_a_hand_over_to_a_closed_team_goes_through_although_the_giver_sees_it_no_more(cast: Cast) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.ada)
    hand_over(cast.ticket.number, Handing(team=cast.trust, promised="Silence."), by=cast.ada)
    ticket = fresh(cast.ticket)
    assert (ticket.team, ticket.assignee) == (cast.trust, None)
    confirm_hand_over(cast.ticket.number, by=cast.noor)


def test_to_somebody_of_another_closed_team_both_change_at_once(cast: Cast) -> None:
    ida = person("ida", "Ida Berg", Role.AGENT)
    vault = add_team(name="Vault", by=cast.max, is_open=False, members=[ida])
    hand_over(cast.hidden.number, Handing(person=ida, team=vault, open="All of it."), by=cast.noor)
    ticket = fresh(cast.hidden)
    assert (ticket.team, ticket.assignee) == (vault, ida)
    assert told(ida) == ["handed_over"]


def test_handed_back_the_first_note_waits_no_more(cast: Cast) -> None:
    hand_over(cast.ticket.number, Handing(person=cast.bo, open="The router."), by=cast.ada)
    hand_over(cast.ticket.number, Handing(person=cast.ada, open="It is yours."), by=cast.bo)
    [waiting] = HandOver.objects.filter(read_at=None)
    assert waiting.given_to == cast.ada
    assert fresh(cast.ticket).assignee == cast.ada


@pytest.mark.parametrize("word", ["nothing", "nobody", "oneself", "blind"])
def test_a_hand_over_that_makes_no_sense_moves_nothing(cast: Cast, word: str) -> None:
    handing = {
        "nothing": Handing(person=cast.bo, done="  ", open="\n"),
        "nobody": Handing(open="x"),
        "oneself": Handing(person=cast.ada, open="x"),
        "blind": Handing(person=cast.max, team=cast.trust, open="x"),
    }[word]
    with nothing_moves(), pytest.raises(Wrong):
        hand_over(cast.ticket.number, handing, by=cast.ada)


def test_who_may_not_hands_nothing_over(cast: Cast) -> None:
    with nothing_moves():
        with pytest.raises(NotAllowed):
            hand_over(cast.ticket.number, Handing(person=cast.bo, open="x"), by=cast.aud)
        with pytest.raises(NotFound):
            hand_over(cast.hidden.number, Handing(person=cast.bo, open="x"), by=cast.ada)


def test_an_erased_note_takes_the_words_of_the_hand_over_along(cast: Cast) -> None:
    found = hand_over(cast.ticket.number, Handing(person=cast.bo, open="Secret"), by=cast.ada)
    erase_text(found.message.pk, by=cast.bo)
    assert HandOver.objects.get().message.text == ""
    assert verify_ticket(cast.ticket.number).broken is None
