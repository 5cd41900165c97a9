"""Splitting a customer's message off as a ticket of its own."""

import pytest

from aplomb.people.errors import NotAllowed, NotFound, Refused, Wrong
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.split import Splitting, split_off
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.models import Attachment, Message, Ticket
from aplomb.tickets.reads import ticket_page
from aplomb.tickets.record import verify_ticket
from tests.cast import Cast, fresh, wrote


@pytest.fixture
def beside(cast: Cast) -> Message:
    """What Cleo asks beside the matter, with a file."""
    file = IncomingFile("bill.txt", "text/plain", b"42 EUR")
    return wrote(cast.cleo, cast.ticket, "And my bill is wrong.", files=(file,))


def test_it_goes_on_as_a_ticket_with_its_files_and_both_records_hold(cast: Cast, beside: Message) -> None:
    new = split_off([beside.pk], Splitting(subject="Bill", team=cast.lines, assignee=cast.ada), by=cast.ada)
    page = ticket_page(cast.ada, new.number)
    assert (page.ticket.subject, page.ticket.contact, page.ticket.assignee) == ("Bill", cast.cleo, cast.ada)
    assert [each.text for each in page.messages] == ["And my bill is wrong."]
    assert [each.name for each in page.messages[0].attachments] == ["bill.txt"]
    assert page.messages[0].sent_at == beside.sent_at
    assert page.ticket.next_due_at is not None
    assert verify_ticket(new.number).holds
    assert verify_ticket(cast.ticket.number).holds


def test_it_stays_visible_with_a_link_and_nothing_waits_for_it(cast: Cast, beside: Message) -> None:
    reply_to_ticket(cast.ticket.number, Reply(text="We look at the line."), by=cast.ada)
    later = wrote(cast.cleo, cast.ticket, "And my bill, again.")
    assert fresh(cast.ticket).next_due_at is not None
    new = split_off([later.pk], Splitting(), by=cast.ada)
    assert [each.split_to for each in ticket_page(cast.ada, cast.ticket.number).messages] == ["", "", "", new.number]
    assert fresh(cast.ticket).next_due_at is None
    assert new.subject == cast.ticket.subject


def test_several_go_together_in_their_order(cast: Cast, beside: Message) -> None:
    more = wrote(cast.cleo, cast.ticket, "Both bills.")
    new = split_off([more.pk, beside.pk], Splitting(), by=cast.ada)
    assert [each.text for each in ticket_page(cast.ada, new.number).messages] == [
        "And my bill is wrong.",
        "Both bills.",
    ]


def test_all_that_was_said_is_not_split_off(cast: Cast, beside: Message) -> None:
    first = Message.objects.filter(ticket=cast.ticket).order_by("pk").first()
    assert first is not None
    with pytest.raises(Refused):
        split_off([first.pk, beside.pk], Splitting(), by=cast.ada)
    split_off([beside.pk], Splitting(), by=cast.ada)
    # the one that is left is the only one
    with pytest.raises(Refused) as refused:
        split_off([first.pk], Splitting(), by=cast.ada)
    assert refused.value.code == "only-message"
    assert Attachment.objects.filter(message=beside).count() == 1


def test_twice_is_once(cast: Cast, beside: Message) -> None:
    new = split_off([beside.pk], Splitting(), by=cast.ada)
    count = Ticket.objects.count()
    assert split_off([beside.pk], Splitting(), by=cast.ada) == new
    assert Ticket.objects.count() == count


def test_a_note_and_a_reply_stay_where_they_were_written(cast: Cast, beside: Message) -> None:
    note = add_note(cast.ticket.number, "Look at the bill.", by=cast.ada)
    reply = reply_to_ticket(cast.ticket.number, Reply(text="We look."), by=cast.ada)
    for each in (note, reply):
        with pytest.raises(Refused):
            split_off([each.pk], Splitting(), by=cast.ada)


def test_messages_of_two_customers_or_two_tickets_are_not_split_off_together(cast: Cast, beside: Message) -> None:
    theirs = wrote(cast.dimitra, cast.ticket, "Mine too.")
    with pytest.raises(Wrong):
        split_off([beside.pk, theirs.pk], Splitting(), by=cast.ada)
    elsewhere = wrote(cast.dimitra, cast.greek, "Still.")
    with pytest.raises(NotFound):
        split_off([beside.pk, elsewhere.pk], Splitting(), by=cast.ada)


def test_what_another_said_becomes_their_ticket(cast: Cast) -> None:
    theirs = wrote(cast.dimitra, cast.ticket, "Mine too.")
    assert split_off([theirs.pk], Splitting(), by=cast.ada).contact == cast.dimitra


def test_an_auditor_may_not_and_what_is_out_of_sight_is_not_found(cast: Cast, beside: Message) -> None:
    hidden = wrote(cast.dimitra, cast.hidden, "More.")
    with pytest.raises(NotFound):
        split_off([hidden.pk], Splitting(), by=cast.ada)
    with pytest.raises(NotAllowed):
        split_off([beside.pk], Splitting(), by=cast.aud)
    with pytest.raises(NotFound):
        split_off([10**9], Splitting(), by=cast.ada)
    with pytest.raises(NotFound):
        split_off([], Splitting(), by=cast.ada)
