"""What belongs to a merged ticket is seen by whoever sees the one that it goes on in, and by nobody else."""

import pytest
from django.db import transaction
from django.test import Client

from aplomb.desk.notices.reads import bell_of, notice_page
from aplomb.journal.actors import SYSTEM
from aplomb.live.looking import Look, Looking
from aplomb.people.actions.approvals import ask_approval
from aplomb.people.actions.notices import notice
from aplomb.people.approvals.policies import may_see
from aplomb.people.models import Person
from aplomb.search.actions import index_tickets
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.actions.viewing import look_at
from aplomb.tickets.models import Ticket
from aplomb.tickets.policies import numbers_in_sight, sees, sight_of, visible_to
from tests.cast import Cast, asked, fresh

pytestmark = pytest.mark.django_db


def told(person: Person, ticket: Ticket) -> None:
    with transaction.atomic():
        notice(person, "answered", about=f"message of {ticket.number}", ticket_number=ticket.number)


def test_merged_into_a_closed_team_it_is_among_no_ones_tickets(cast: Cast) -> None:
    merge_ticket(cast.greek.number, cast.hidden.number, by=cast.noor)
    greek = fresh(cast.greek)
    assert set(visible_to(cast.ada)) == {cast.ticket}
    assert [sees(each, greek) for each in (cast.ada, cast.noor, cast.bo, SYSTEM)] == [False, True, True, True]
    assert numbers_in_sight(sight_of(cast.ada), [greek.number]) == {}
    assert numbers_in_sight(sight_of(cast.noor), [greek.number]) == {greek.number: greek}


def test_merged_out_of_a_closed_team_it_is_seen(cast: Cast) -> None:
    merge_ticket(cast.hidden.number, cast.greek.number, by=cast.noor)
    hidden = fresh(cast.hidden)
    assert sees(cast.ada, hidden)
    assert numbers_in_sight(sight_of(cast.ada), [hidden.number, cast.ticket.number]) == {
        hidden.number: hidden,
        cast.ticket.number: cast.ticket,
    }


def test_a_notice_goes_with_the_ticket_where_it_goes_on(cast: Cast) -> None:
    again = asked(cast.cleo, "Again.", subject="Line!", team=cast.lines).ticket
    for each in (cast.greek, again):
        told(cast.ada, each)
    merge_ticket(cast.greek.number, cast.hidden.number, by=cast.noor)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    assert [row.title for row in notice_page(cast.ada).rows] == ["Line!"]
    assert bell_of(cast.ada, sight_of(cast.ada)).unseen == 1


def test_an_approval_goes_with_the_ticket_where_it_goes_on(cast: Cast) -> None:
    about = f"ticket {cast.greek.number}"
    asked_for = ask_approval("decision", about=about, question="May we?", reason="So.", by=cast.ada)
    merge_ticket(cast.greek.number, cast.hidden.number, by=cast.noor)
    assert not may_see(cast.ada, asked_for)


def test_the_palette_names_no_merged_ticket(cast: Cast, client: Client) -> None:
    index_tickets([cast.greek.pk])
    merge_ticket(cast.greek.number, cast.hidden.number, by=cast.noor)
    client.force_login(cast.ada)
    assert client.get("/palette", {"find": "σύνδεση"}).json()["lines"] == []


def test_whoever_looks_at_a_merged_ticket_is_told_to_those_who_see_where_it_goes_on(cast: Cast) -> None:
    looking = Looking()
    look_at(cast.greek.number, "a-page", by=cast.ada)
    merge_ticket(cast.greek.number, cast.hidden.number, by=cast.noor)
    assert looking.news() == [Look(cast.greek.number, cast.trust.pk)]
