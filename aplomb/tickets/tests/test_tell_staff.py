"""Who has a ticket hears what happens on it, once, and not of their own doing."""

from collections.abc import Callable

import pytest

from aplomb.people.models import Notice
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.erase import discard_ticket
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.open import Opening
from aplomb.tickets.actions.receive import Incoming, receive_first_message
from tests.cast import Cast, wrote

pytestmark = pytest.mark.django_db

Drain = Callable[[], int]


def told() -> list[tuple[str, str, str]]:
    rows = Notice.objects.order_by("pk").select_related("person", "made_by")
    return [(str(each.person), each.kind, str(each.made_by or "")) for each in rows]


def test_who_gets_a_ticket_hears_who_gave_it(cast: Cast) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.bo)
    assert told() == [("Ada", "assigned", "Bo")]


def test_who_takes_a_ticket_hears_nothing(cast: Cast) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.ada)
    assert told() == []


def test_who_gets_it_again_hears_it_again(cast: Cast) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.bo)
    change_ticket(cast.ticket.number, Changes(assignee=None), by=cast.bo)
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.bo)
    assert [kind for _person, kind, _by in told()] == ["assigned", "assigned"]


def test_who_has_it_hears_the_customer_each_time(cast: Cast) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.ada)
    first = wrote(cast.cleo, cast.ticket)
    wrote(cast.cleo, cast.ticket, "Still nothing.")
    assert told() == [("Ada", "answered", ""), ("Ada", "answered", "")]
    assert Notice.objects.earliest("pk").path == f"/tickets/{cast.ticket.number}#message-{first.pk}"


def test_what_a_machine_answers_for_the_customer_is_no_news(cast: Cast) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.ada)
    wrote(cast.cleo, cast.ticket, "I am on holiday.", is_automatic=True)
    assert told() == []


def test_nobody_hears_of_nobodys_ticket(cast: Cast) -> None:
    wrote(cast.cleo, cast.ticket)
    assert told() == []


def test_who_has_it_hears_of_a_colleagues_note_and_not_of_their_own(cast: Cast, drain: Drain) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.ada)
    add_note(cast.ticket.number, "I rang her.", by=cast.bo)
    add_note(cast.ticket.number, "Thank you.", by=cast.ada)
    drain()
    drain()
    assert told() == [("Ada", "noted", "Bo")]


def test_who_gets_a_new_ticket_hears_of_it(cast: Cast) -> None:
    opening = Opening(subject="New", contact=cast.cleo, channel="mail", assignee=cast.ada)
    receive_first_message(opening, Incoming(text="Hello"), by=cast.cleo)
    assert told() == [("Ada", "assigned", "")]


def test_what_is_discarded_for_good_leaves_no_notice(cast: Cast) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.bo)
    bin_ticket(cast.ticket.number, "spam", by=cast.bo)
    discard_ticket(cast.ticket.number)
    assert not Notice.objects.exists()
