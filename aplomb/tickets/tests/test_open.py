"""Opening a ticket."""

import pytest

from aplomb.journal.actors import CLOCK
from aplomb.journal.models import Entry
from aplomb.people.actions import change_person
from aplomb.people.errors import NotAllowed, Wrong
from aplomb.tickets.actions.open import Opening, open_ticket
from aplomb.tickets.models import Priority, RequestType, Tag, Ticket
from aplomb.tickets.numbers import is_number
from tests.cast import Cast
from tests.moved import nothing_moves


def test_an_agent_opens_a_ticket_for_a_contact(cast: Cast) -> None:
    ticket = open_ticket(Opening(subject="  Two\r\nlines\t here ", contact=cast.cleo, team=cast.lines), by=cast.ada)

    assert is_number(ticket.number)
    assert (ticket.subject, ticket.status, ticket.priority, ticket.language) == ("Two lines here", "new", 2, "en")
    assert (ticket.contact, ticket.team, ticket.assignee, ticket.channel) == (cast.cleo, cast.lines, None, "desk")
    assert [each.kind for each in Entry.objects.filter(chain=ticket.chain)] == ["TicketOpened"]


def test_the_chain_bears_the_number_and_not_the_subject(cast: Cast) -> None:
    ticket = open_ticket(Opening(subject="Secret words", contact=cast.cleo), by=cast.ada)

    entry = Entry.objects.get(chain=ticket.chain)
    assert ticket.chain.key == ticket.number
    assert "Secret" not in (entry.content or "")
    assert f'"id":"{cast.ada.pk}","kind":"staff"' in (entry.content or "")


def test_numbers_never_come_twice(cast: Cast) -> None:
    numbers = [open_ticket(Opening(subject="s", contact=cast.cleo), by=cast.ada).number for _ in range(20)]
    assert len({*numbers, cast.ticket.number, cast.greek.number, cast.hidden.number}) == 23


@pytest.mark.parametrize("subject", ["", "   ", "\n\t", "\x00", "\u200b"])
def test_a_subject_of_nothing_becomes_words_for_nothing(cast: Cast, subject: str) -> None:
    assert open_ticket(Opening(subject=subject, contact=cast.cleo), by=cast.ada).subject == "(no subject)"


def test_an_endless_subject_is_cut_at_255_characters(cast: Cast) -> None:
    ticket = open_ticket(Opening(subject="Ω" * 5000, contact=cast.cleo), by=cast.ada)
    assert Ticket.objects.get(pk=ticket.pk).subject == "Ω" * 255


def test_it_starts_with_what_the_opening_names(cast: Cast) -> None:
    kind = RequestType.objects.create(key="fault-x", names={"en": "Fault"})
    tag = Tag.objects.create(key="outage-x", names={"en": "Outage"})
    opening = Opening(
        subject="s",
        contact=cast.dimitra,
        assignee=cast.ada,
        priority=Priority.URGENT,
        request_type=kind,
        tags=(tag,),
        follows=cast.greek,
        language="it",
    )

    ticket = Ticket.objects.get(pk=open_ticket(opening, by=cast.bo).pk)

    assert (ticket.assignee, ticket.priority, ticket.request_type) == (cast.ada, 4, kind)
    assert (list(ticket.tags.all()), ticket.follows, ticket.language) == ([tag], cast.greek, "it")


def test_the_machine_may_open_one(cast: Cast) -> None:
    assert open_ticket(Opening(subject="s", contact=cast.cleo), by=CLOCK).status == "new"


@pytest.mark.parametrize("who", ["olga", "lena", "tariq", "aud"])
def test_who_does_not_answer_tickets_opens_none(cast: Cast, who: str) -> None:
    with nothing_moves(), pytest.raises(NotAllowed, match="This is for agents"):
        open_ticket(Opening(subject="s", contact=cast.cleo), by=getattr(cast, who))


def test_a_priority_that_there_is_not_is_refused(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(Wrong) as refused:
        open_ticket(Opening(subject="s", contact=cast.cleo, priority=5), by=cast.ada)
    assert refused.value.field == "priority"


def test_who_has_left_the_desk_gets_no_ticket(cast: Cast) -> None:
    change_person(cast.ada, by=cast.max, is_active=False)
    with nothing_moves(), pytest.raises(Wrong, match="Ada has left the desk"):
        open_ticket(Opening(subject="s", contact=cast.cleo, assignee=cast.ada), by=cast.bo)
