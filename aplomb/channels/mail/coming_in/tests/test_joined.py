"""Mail to tickets that were merged or split: where it lands, and what goes out."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from aplomb.channels.mail.models import ThreadMark
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.channels.mail.tokens import new_token, signing_key
from aplomb.journal.models import OutgoingMail
from aplomb.tickets.actions.merge import merge_ticket, unmerge_ticket
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.split import Splitting, split_off
from aplomb.tickets.models import Message, Participant
from tests.cast import CLEO, DIMITRA, Cast, fresh

pytestmark = pytest.mark.django_db
THEIRS = f"Δήμητρα <{DIMITRA}>"


def left(message: Message) -> EmailMessage:
    """The mail that carries the message."""
    mail = OutgoingMail.objects.get(reference=f"message {message.pk}")
    return message_from_bytes(bytes(mail.content), policy=policy.default)


def test_mail_by_token_number_and_thread_lands_on_the_one_that_stays(cast: Cast) -> None:
    first = taken_in(letter(message_id="<one@acme.example>", subject="Line"))
    again = taken_in(letter(message_id="<two@acme.example>", subject="Line again"))
    assert again.ticket is not None and first.ticket is not None
    merge_ticket(again.ticket.number, first.ticket.number, by=cast.ada)
    token = new_token(again.ticket.number, signing_key())
    by_token = taken_in(letter("T", subject="a", In_Reply_To=f"<{token}@desk.example>"))
    by_number = taken_in(letter("N", subject=f"b {again.ticket.shown_number}"))
    by_thread = taken_in(letter("H", subject="c", References="<two@acme.example>"))
    by_subject = taken_in(letter("S", subject="Re: Line again"))
    for row, signal in ((by_token, "token"), (by_number, "number"), (by_thread, "thread"), (by_subject, "recent")):
        assert (row.ticket, row.signal) == (first.ticket, signal)
    unmerge_ticket(again.ticket.number, by=cast.ada)
    back = taken_in(letter("B", subject="d", References="<two@acme.example>"))
    assert back.ticket == again.ticket


def test_the_answer_threads_with_the_mails_of_both(cast: Cast) -> None:
    first = taken_in(letter("One.", message_id="<one@acme.example>", subject="Line"))
    again = taken_in(letter("Two.", message_id="<two@acme.example>", subject="Line again"))
    assert again.ticket is not None and first.ticket is not None
    merge_ticket(again.ticket.number, first.ticket.number, by=cast.ada)
    mail = left(reply_to_ticket(first.ticket.number, Reply(text="Both."), by=cast.ada))
    assert mail["In-Reply-To"] == "<two@acme.example>"
    assert mail["References"].split()[:2] == ["<one@acme.example>", "<two@acme.example>"]
    assert "Two." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one


def test_nothing_of_another_customer_leaves_with_an_answer(cast: Cast) -> None:
    first = taken_in(letter("One.", message_id="<one@acme.example>", subject="Line"))
    other = taken_in(letter("SECRET", sender=THEIRS, message_id="<gx@globex.example>", subject="Net"))
    assert other.ticket is not None and first.ticket is not None
    merge_ticket(other.ticket.number, first.ticket.number, by=cast.ada)
    mail = left(reply_to_ticket(first.ticket.number, Reply(text="To Cleo."), by=cast.ada))
    assert mail["To"].addresses[0].addr_spec == CLEO
    assert mail["Cc"] is None
    assert "gx@globex" not in mail.as_string()
    assert "SECRET" not in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
    assert DIMITRA not in mail.as_string()
    assert not Participant.objects.filter(ticket=first.ticket).exists()


def test_the_next_mail_in_the_thread_of_what_was_split_off_lands_on_the_new_ticket(cast: Cast) -> None:
    first = taken_in(letter("One.", message_id="<one@acme.example>", subject="Line"))
    beside = taken_in(
        letter("Bill.", subject="Re: Line", message_id="<bill@acme.example>", References="<one@acme.example>")
    )
    assert beside.message is not None and beside.ticket == first.ticket
    new = split_off([beside.message.pk], Splitting(subject="Bill"), by=cast.ada)
    more = taken_in(letter("The bill!", subject="Re: Line", In_Reply_To="<bill@acme.example>"))
    assert (more.ticket, more.signal) == (new, "thread")
    line = taken_in(letter("The line!", subject="Re: Line", In_Reply_To="<one@acme.example>"))
    assert line.ticket == first.ticket
    mail = left(reply_to_ticket(new.number, Reply(text="About the bill."), by=cast.ada))
    assert mail["In-Reply-To"] is not None
    assert "<bill@acme.example>" in mail["References"]
    assert "<one@acme.example>" not in mail["References"]
    assert ThreadMark.objects.filter(header_id="<bill@acme.example>").count() == 1


def test_splitting_sends_no_acknowledgement(cast: Cast, drain: object) -> None:
    first = taken_in(letter("One.", message_id="<one@acme.example>", subject="Line"))
    beside = taken_in(letter("Bill.", subject="Re: Line", References="<one@acme.example>"))
    assert beside.message is not None and first.ticket is not None
    drain()  # type: ignore[operator]  # a fixture
    before = OutgoingMail.objects.count()
    new = split_off([beside.message.pk], Splitting(), by=cast.ada)
    drain()  # type: ignore[operator]  # a fixture
    assert OutgoingMail.objects.count() == before
    assert fresh(new).status == "new"
