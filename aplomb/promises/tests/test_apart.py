"""Two customers on one ticket, who were merged without sharing: an answer to one is none to the other."""

import pytest

from aplomb.promises.replies import reply_due
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.models import Message, Ticket
from tests.cast import CLEO, DIMITRA, Cast, fresh, wrote

pytestmark = pytest.mark.django_db


def waits_for(ticket: Ticket) -> list[str]:
    """The words whose answer is due."""
    return [Message.objects.get(pk=int(each.source.split()[1])).text for each in reply_due(fresh(ticket))]


@pytest.fixture
def stays(cast: Cast) -> Ticket:
    merge_ticket(cast.greek.number, cast.ticket.number, by=cast.ada)
    return fresh(cast.ticket)


def test_the_other_customer_goes_on_to_wait_when_one_was_answered(cast: Cast, stays: Ticket) -> None:
    assert waits_for(stays) == ["The line is down since this morning."]
    reply_to_ticket(stays.number, Reply(text="To Cleo."), by=cast.ada)
    assert waits_for(stays) == ["Δεν έχω ίντερνετ από χθες."]
    assert fresh(stays).next_due_why == "reply"
    reply_to_ticket(stays.number, Reply(text="To Dimitra.", to=(DIMITRA,)), by=cast.ada)
    assert waits_for(stays) == []


def test_an_answer_to_the_other_alone_is_none_to_the_one_who_asked(cast: Cast, stays: Ticket) -> None:
    reply_to_ticket(stays.number, Reply(text="To Dimitra.", to=(DIMITRA,)), by=cast.ada)
    assert waits_for(stays) == ["The line is down since this morning."]


def test_an_answer_to_both_is_one_to_each(cast: Cast, stays: Ticket) -> None:
    reply_to_ticket(stays.number, Reply(text="To both.", to=(CLEO, DIMITRA)), by=cast.ada)
    assert waits_for(stays) == []


def test_an_answer_before_the_merge_was_one(cast: Cast) -> None:
    reply_to_ticket(cast.greek.number, Reply(text="To Dimitra."), by=cast.ada)
    merge_ticket(cast.greek.number, cast.ticket.number, by=cast.ada)
    reply_to_ticket(cast.ticket.number, Reply(text="To Cleo."), by=cast.ada)
    assert waits_for(cast.ticket) == []


def test_what_the_other_writes_later_waits_though_the_one_who_asked_is_answered(cast: Cast, stays: Ticket) -> None:
    reply_to_ticket(stays.number, Reply(text="To Dimitra.", to=(DIMITRA,)), by=cast.ada)
    assert wrote(cast.dimitra, cast.greek, "Still nothing.").ticket == stays
    reply_to_ticket(stays.number, Reply(text="To Cleo."), by=cast.ada)
    assert waits_for(stays) == ["Still nothing."]
