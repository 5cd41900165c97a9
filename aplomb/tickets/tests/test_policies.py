"""Who sees a ticket: what is out of sight is not there."""

import pytest

from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import change_person, change_team
from aplomb.people.errors import NotFound
from aplomb.tickets.models import Ticket
from aplomb.tickets.policies import may_erase, may_note, may_work, ticket_for, visible_to
from tests.cast import Cast

EVERYONE = ("ada", "bo", "noor", "max", "olga", "lena", "tariq", "aud")


@pytest.mark.parametrize("who", EVERYONE)
def test_open_teams_and_tickets_without_one_are_seen_by_all(cast: Cast, who: str) -> None:
    assert {cast.ticket, cast.greek} <= set(visible_to(getattr(cast, who)))


@pytest.mark.parametrize("who", EVERYONE)
def test_a_closed_teams_tickets_are_seen_by_members_and_supervisors(cast: Cast, who: str) -> None:
    assert (cast.hidden in set(visible_to(getattr(cast, who)))) is (who in {"noor", "bo"})


def test_the_machine_sees_all_and_a_customer_nothing(cast: Cast) -> None:
    assert set(visible_to(SYSTEM)) == {cast.ticket, cast.greek, cast.hidden}
    assert list(visible_to(cast.cleo)) == []


def test_who_has_left_sees_nothing(cast: Cast) -> None:
    change_person(cast.bo, by=cast.max, is_active=False)
    assert list(visible_to(cast.bo)) == []


def test_a_team_that_opens_shows_its_tickets(cast: Cast) -> None:
    change_team(cast.trust, by=cast.max, name="Trust", is_open=True, members=[cast.noor])
    assert ticket_for(cast.ada, cast.hidden.number) == cast.hidden


@pytest.mark.parametrize(
    "spelling", ["{}", "#{}", " {} ", "[#{}]", "{0[0]}{0[1]}{0[2]}{0[3]}-{0[4]}{0[5]}{0[6]}{0[7]}"]
)
def test_a_number_is_read_in_any_spelling(cast: Cast, spelling: str) -> None:
    assert ticket_for(cast.ada, spelling.format(cast.ticket.number)) == cast.ticket


def test_a_ticket_out_of_sight_and_one_that_there_is_not_are_told_alike(cast: Cast) -> None:
    gone = cast.greek.number
    Ticket.objects.filter(pk=cast.greek.pk).delete()
    with pytest.raises(NotFound) as hidden:
        ticket_for(cast.ada, cast.hidden.number)
    with pytest.raises(NotFound) as missing:
        ticket_for(cast.ada, gone)
    assert (str(hidden.value), hidden.value.code) == (str(missing.value), missing.value.code)


@pytest.mark.parametrize(
    ("who", "works", "notes", "erases"),
    [
        ("ada", True, True, False),
        ("bo", True, True, True),
        ("noor", True, True, False),
        ("max", True, True, True),
        ("olga", False, False, False),
        ("lena", False, True, True),
        ("tariq", False, True, False),
        ("aud", False, True, False),
        ("cleo", False, False, False),
    ],
)
def test_who_may_what(cast: Cast, who: str, works: bool, notes: bool, erases: bool) -> None:
    by = getattr(cast, who)
    assert (bool(may_work(by)), bool(may_note(by)), bool(may_erase(by))) == (works, notes, erases)
    for verdict in (may_work(by), may_note(by), may_erase(by)):
        assert bool(verdict) or str(verdict.reason)
