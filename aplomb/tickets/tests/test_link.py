"""Linking tickets, and what follows from it."""

import itertools

import pytest

from aplomb.people.errors import NotAllowed, NotFound, Refused, Wrong
from aplomb.people.models import Notice
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.link import link_tickets, unlink_tickets
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.gates import NeedsConfirmation
from aplomb.tickets.links import Relation, links_of
from aplomb.tickets.models import Beside, Link, Ticket
from aplomb.tickets.policies import sight_of
from tests.cast import Cast, asked, fresh


def seen(cast: Cast, ticket: Ticket, by: object = None) -> list[tuple[str, str]]:
    person = by or cast.ada
    found = links_of(sight_of(person), fresh(ticket))  # type: ignore[arg-type]  # of the cast
    return [(each.relation.value, each.ticket.number) for each in found]


@pytest.mark.parametrize("relation", list(Relation))
def test_each_relation_is_seen_from_both_sides(cast: Cast, relation: Relation) -> None:
    link_tickets(cast.ticket.number, relation, cast.greek.number, by=cast.ada)
    assert seen(cast, cast.ticket) == [(relation.value, cast.greek.number)]
    assert seen(cast, cast.greek) == [(relation.back.value, cast.ticket.number)]


def test_it_is_taken_away_from_either_side_and_the_mark_with_it(cast: Cast) -> None:
    link = link_tickets(cast.ticket.number, "relates", cast.greek.number, by=cast.ada)
    unlink_tickets(cast.greek.number, link.pk, by=cast.ada)
    unlink_tickets(cast.greek.number, link.pk, by=cast.ada)
    assert seen(cast, cast.ticket) == seen(cast, cast.greek) == []
    assert not fresh(cast.ticket).beside & Beside.LINKS


def test_a_link_of_other_tickets_is_not_taken_away(cast: Cast) -> None:
    other = asked(cast.cleo, "More").ticket
    link = link_tickets(cast.ticket.number, "relates", cast.greek.number, by=cast.ada)
    unlink_tickets(other.number, link.pk, by=cast.ada)
    assert Link.objects.count() == 1


def test_twice_is_once_also_the_other_way_round(cast: Cast) -> None:
    one = link_tickets(cast.ticket.number, "relates", cast.greek.number, by=cast.ada)
    assert link_tickets(cast.greek.number, "relates", cast.ticket.number, by=cast.ada) == one


def test_nothing_is_told_of_what_one_may_not_see(cast: Cast) -> None:
    link_tickets(cast.hidden.number, "relates", cast.greek.number, by=cast.noor)
    assert seen(cast, cast.greek) == []
    assert seen(cast, cast.greek, cast.noor) == [("relates", cast.hidden.number)]
    with pytest.raises(NotFound):
        link_tickets(cast.greek.number, "blocks", cast.hidden.number, by=cast.ada)


def test_no_ring_no_second_parent_not_too_deep_not_with_itself(cast: Cast) -> None:
    line = [asked(cast.cleo, f"{each}").ticket for each in range(7)]
    for above, below in itertools.pairwise(line[:5]):
        link_tickets(above.number, "child", below.number, by=cast.ada)
    wrong = {
        "ring": (line[4], "child", line[0]),
        "has-parent": (line[5], "child", line[1]),
        "too-deep": (line[4], "child", line[5]),
    }
    for code, (one, relation, two) in wrong.items():
        with pytest.raises(Refused) as refused:
            link_tickets(one.number, relation, two.number, by=cast.ada)
        assert refused.value.code == code
    with pytest.raises(Refused):
        link_tickets(line[0].number, "relates", line[0].number, by=cast.ada)
    with pytest.raises(Wrong):
        link_tickets(line[0].number, "duplicates", line[1].number, by=cast.ada)
    with pytest.raises(NotAllowed):
        link_tickets(line[0].number, "relates", line[1].number, by=cast.aud)
    link_tickets(line[0].number, "blocks", line[5].number, by=cast.ada)
    with pytest.raises(Refused):
        link_tickets(line[5].number, "blocks", line[0].number, by=cast.ada)


def test_resolving_a_parent_with_an_open_child_asks_at_every_door(cast: Cast) -> None:
    child = asked(cast.cleo, "Of it").ticket
    link_tickets(cast.ticket.number, "child", child.number, by=cast.ada)
    with pytest.raises(NeedsConfirmation) as asks:
        change_ticket(cast.ticket.number, Changes(status="resolved"), by=cast.ada)
    assert [each.code for each in asks.value.objections] == ["open-children"]
    with pytest.raises(NeedsConfirmation):
        reply_to_ticket(cast.ticket.number, Reply(text="Done.", then="resolved"), by=cast.ada)
    assert fresh(cast.ticket).status == "new"
    change_ticket(cast.ticket.number, Changes(status="resolved", confirmed=True), by=cast.ada)
    assert fresh(cast.ticket).status == "resolved"


def test_a_parent_whose_children_are_done_closes_without_a_word(cast: Cast) -> None:
    child = asked(cast.cleo, "Of it").ticket
    link_tickets(cast.ticket.number, "child", child.number, by=cast.ada)
    change_ticket(child.number, Changes(status="resolved"), by=cast.ada)
    change_ticket(cast.ticket.number, Changes(status="closed"), by=cast.ada)


def test_a_child_that_one_may_not_see_is_asked_about_without_its_number(cast: Cast) -> None:
    link_tickets(cast.greek.number, "child", cast.hidden.number, by=cast.noor)
    with pytest.raises(NeedsConfirmation) as asks:
        change_ticket(cast.greek.number, Changes(status="resolved"), by=cast.ada)
    assert cast.hidden.shown_number not in str(asks.value)


def test_who_has_a_blocked_ticket_hears_that_its_blocker_is_done(cast: Cast) -> None:
    change_ticket(cast.greek.number, Changes(assignee=cast.ada), by=cast.bo)
    link_tickets(cast.ticket.number, "blocks", cast.greek.number, by=cast.ada)
    change_ticket(cast.ticket.number, Changes(status="resolved"), by=cast.bo)
    told = Notice.objects.get(person=cast.ada, kind="unblocked")
    assert (told.ticket_number, told.words) == (cast.greek.number, {"number": cast.ticket.shown_number})
    change_ticket(cast.ticket.number, Changes(status="closed"), by=cast.bo)
    assert Notice.objects.filter(kind="unblocked").count() == 1


def test_links_of_a_merged_ticket_are_seen_where_it_goes_on(cast: Cast) -> None:
    again = asked(cast.cleo, "Again").ticket
    link_tickets(again.number, "relates", cast.greek.number, by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    assert seen(cast, cast.ticket) == [("relates", cast.greek.number)]
    assert seen(cast, cast.greek) == [("relates", cast.ticket.number)]


def test_links_of_a_merged_ticket_are_taken_away_where_it_goes_on(cast: Cast) -> None:
    again = asked(cast.cleo, "Again").ticket
    link = link_tickets(again.number, "parent", cast.greek.number, by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    unlink_tickets(cast.ticket.number, link.pk, by=cast.ada)
    assert not Link.objects.exists()
    assert [bool(fresh(each).beside & Beside.LINKS) for each in (again, cast.greek, cast.ticket)] == [False] * 3


def test_open_children_of_a_merged_ticket_ask_where_it_goes_on(cast: Cast) -> None:
    again = asked(cast.cleo, "Again").ticket
    link_tickets(again.number, "child", cast.greek.number, by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    with pytest.raises(NeedsConfirmation) as asks:
        change_ticket(cast.ticket.number, Changes(status="resolved"), by=cast.ada)
    assert [each.code for each in asks.value.objections] == ["open-children"]


def test_what_a_merged_ticket_blocked_is_told_of_once_when_the_one_that_stays_is_done(cast: Cast) -> None:
    again = asked(cast.cleo, "Again").ticket
    change_ticket(cast.greek.number, Changes(assignee=cast.bo), by=cast.ada)
    link_tickets(again.number, "blocks", cast.greek.number, by=cast.ada)
    link_tickets(cast.ticket.number, "blocks", cast.greek.number, by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    change_ticket(cast.ticket.number, Changes(status="resolved"), by=cast.ada)
    told = Notice.objects.get(person=cast.bo, kind="unblocked")
    assert (told.ticket_number, told.words) == (cast.greek.number, {"number": cast.ticket.shown_number})
