"""Two customers whose tickets were merged without their taking part: neither reads what the other wrote, whoever goes on."""

import datetime as dt
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from aplomb.channels.mail.models import LastAcknowledgement
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.customers.actions.merge import merge_contact, unmerge_contact
from aplomb.desk.tickets.recipients import in_copy
from aplomb.journal.models import OutgoingMail
from aplomb.lib.time import utc_now
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.forward import may_be_forwarded
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.sides import Asking, begin_side
from aplomb.tickets.gates import NeedsConfirmation
from aplomb.tickets.models import Message, Participant, Ticket
from aplomb.tickets.reads import ticket_page
from tests.cast import CLEO, DIMITRA, Cast, asked, fresh

pytestmark = pytest.mark.django_db
THEIRS = f"Δήμητρα <{DIMITRA}>"


def left(message: Message) -> EmailMessage:
    """The mail that carries the message."""
    mail = OutgoingMail.objects.get(reference=f"message {message.pk}")
    return message_from_bytes(bytes(mail.content), policy=policy.default)


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def stays(cast: Cast) -> Ticket:
    """Cleo's ticket, into which Dimitra's was merged without her taking part."""
    first = taken_in(letter("One.", message_id="<one@acme.example>", subject="Line"))
    other = taken_in(letter("SECRET", sender=THEIRS, message_id="<gx@globex.example>", subject="Net"))
    assert first.ticket is not None and other.ticket is not None
    merge_ticket(other.ticket.number, first.ticket.number, by=cast.ada)
    return first.ticket


@pytest.fixture
def more(stays: Ticket) -> Message:
    """Dimitra goes on in her own thread."""
    row = taken_in(
        letter(
            "MORE SECRET",
            sender=THEIRS,
            message_id="<gx2@globex.example>",
            subject="Re: Net",
            In_Reply_To="<gx@globex.example>",
            Cc="boss@globex.example",
        )
    )
    assert row.message is not None and row.message.ticket == stays
    return row.message


def test_what_another_customer_goes_on_to_write_leaves_with_no_answer(cast: Cast, stays: Ticket, more: Message) -> None:
    assert not Participant.objects.filter(ticket=stays).exists()
    mail = left(reply_to_ticket(stays.number, Reply(text="To Cleo."), by=cast.ada))
    assert (mail["To"].addresses[0].addr_spec, mail["Cc"]) == (CLEO, None)
    assert "One." in body(mail)
    assert "SECRET" not in mail.as_string()
    assert "globex" not in mail.as_string()
    assert mail["In-Reply-To"] == "<one@acme.example>"


def test_it_is_marked_on_the_page_and_suggests_and_forwards_nothing(cast: Cast, stays: Ticket, more: Message) -> None:
    page = ticket_page(cast.ada, stays.number)
    assert [(each.text, each.is_apart) for each in page.messages if each.kind == "customer"] == [
        ("One.", False),
        ("SECRET", True),
        ("MORE SECRET", True),
    ]
    assert in_copy(page) == ()
    assert [each.text for each in may_be_forwarded(fresh(stays))] == ["One."]


def test_whoever_is_answered_alone_reads_their_own_words_and_gets_no_part(
    cast: Cast, stays: Ticket, more: Message
) -> None:
    mail = left(reply_to_ticket(stays.number, Reply(text="To Dimitra.", to=(DIMITRA,)), by=cast.ada))
    assert "MORE SECRET" in body(mail)
    assert "One." not in body(mail)
    assert mail["References"].split() == ["<gx@globex.example>", "<gx2@globex.example>"]
    assert not Participant.objects.filter(ticket=stays).exists()
    assert "SECRET" not in body(left(reply_to_ticket(stays.number, Reply(text="To Cleo."), by=cast.ada)))


def test_whoever_is_answered_together_with_the_one_who_asked_takes_part(
    cast: Cast, stays: Ticket, more: Message
) -> None:
    reply_to_ticket(stays.number, Reply(text="To both.", to=(CLEO, DIMITRA)), by=cast.ada)
    assert [each.contact for each in Participant.objects.filter(ticket=stays)] == [cast.dimitra]
    assert [each.is_apart for each in ticket_page(cast.ada, stays.number).messages if each.text == "MORE SECRET"] == [
        False
    ]


def test_long_after_closing_it_follows_their_own_ticket(cast: Cast, stays: Ticket) -> None:
    change_ticket(stays.number, Changes(status="closed", confirmed=True), by=cast.ada)
    Ticket.objects.filter(pk=stays.pk).update(closed_at=utc_now() - dt.timedelta(days=40))
    LastAcknowledgement.objects.all().delete()
    again = taken_in(letter("Still.", sender=THEIRS, subject="Re: Net", In_Reply_To="<gx@globex.example>")).ticket
    assert again is not None and again.follows is not None
    assert (again.subject, again.contact, again.follows.contact) == ("Net", cast.dimitra, cast.dimitra)


def test_customers_who_were_taken_for_one_are_apart_when_they_are_parted(cast: Cast) -> None:
    a = asked(cast.cleo, "WORDS OF CLEO", subject="a").ticket
    b = asked(cast.dimitra, "WORDS OF DIMITRA", subject="b").ticket
    merge_contact(cast.dimitra, cast.cleo, by=cast.ada)
    merge_ticket(b.number, a.number, by=cast.ada)
    cast.dimitra.refresh_from_db()
    unmerge_contact(cast.dimitra, by=cast.ada)
    said = body(left(reply_to_ticket(a.number, Reply(text="To Cleo."), by=cast.ada)))
    assert "WORDS OF CLEO" in said
    assert "WORDS OF DIMITRA" not in said


def test_the_customer_of_a_merged_ticket_is_not_asked_as_an_outsider_unawares(cast: Cast, stays: Ticket) -> None:
    with pytest.raises(NeedsConfirmation):
        begin_side(stays.number, Asking(text="x", to=(DIMITRA,), subject="s"), by=cast.ada)


def test_a_word_of_the_customer_in_a_side_of_their_merged_ticket_is_their_own(cast: Cast) -> None:
    question = begin_side(cast.greek.number, Asking(text="x", to=("s@cables.example",), subject="s"), by=cast.ada)
    merge_ticket(cast.greek.number, cast.ticket.number, by=cast.ada)
    sent = OutgoingMail.objects.get(reference=f"message {question.pk}").message_id
    row = taken_in(letter("I see this", sender=THEIRS, subject="Re: s", In_Reply_To=sent))
    assert row.message is not None
    assert (row.message.kind, row.message.ticket) == ("customer", cast.ticket)


def test_what_a_machine_answered_is_not_quoted(cast: Cast) -> None:
    ticket = taken_in(letter("Q", message_id="<one@acme.example>", subject="Line")).ticket
    assert ticket is not None
    away = taken_in(
        letter(
            "I am away.",
            sender="Boss <boss@other.example>",
            subject="Auto: Line",
            References="<one@acme.example>",
            Auto_Submitted="auto-replied",
        )
    )
    assert away.message is not None and away.message.is_automatic
    mail = left(reply_to_ticket(ticket.number, Reply(text="A"), by=cast.ada))
    assert "I am away." not in body(mail)
    assert mail["In-Reply-To"] == "<one@acme.example>"
