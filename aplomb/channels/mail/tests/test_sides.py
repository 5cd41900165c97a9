"""Side conversations by mail: out in a thread of their own, back into it, and never to the customer."""

import datetime as dt
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.test import Client

from aplomb.channels.mail.models import IncomingMail, ThreadMark, UndeliveredCopy
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.channels.mail.tests.reports import header_id, report
from aplomb.channels.mail.tokens import new_side_token, numbers_signed_in, side_keys_in, signing_key, staff_tokens_in
from aplomb.journal.models import OutgoingMail
from aplomb.lib.time import utc_now
from aplomb.people.actions import create_token
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.sides import Asking, ask_on, begin_side
from aplomb.tickets.actions.snooze import snooze_ticket
from aplomb.tickets.models import Delivery, Message, SideConversation, Ticket
from aplomb.tickets.sides import sides_of
from tests.cast import CLEO, HELP, Cast, fresh, fresh_message

pytestmark = pytest.mark.django_db

SUPPLIER = "sales@cables.example"
State = IncomingMail.State


def mail_of(message: Message) -> EmailMessage:
    outgoing = fresh_message(message).outgoing
    assert outgoing is not None
    found = message_from_bytes(bytes(outgoing.content), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def customers_ticket() -> Ticket:
    row = taken_in(letter("The line is dead.", subject="No tone", message_id="<question@acme.example>"))
    assert row.ticket is not None
    return row.ticket


def asked(cast: Cast, ticket: Ticket, text: str = "Have you a cable of 30 m?", **asking: object) -> Message:
    wanted = {"to": (SUPPLIER,), "subject": "A cable", **asking}
    return begin_side(ticket.number, Asking(text=text, **wanted), by=cast.ada)  # type: ignore[arg-type]  # by name


def told(
    question: Message, text: str = "Yes, on Monday.", sender: str = f"Sal <{SUPPLIER}>", **headers: str
) -> IncomingMail:
    headers.setdefault("In_Reply_To", mail_of(question)["Message-ID"])
    return taken_in(letter(text, sender=sender, subject="Re: A cable", **headers))


def test_a_question_leaves_in_a_thread_of_its_own(cast: Cast) -> None:
    ticket = customers_ticket()
    reply_to_ticket(ticket.number, Reply(text="We look into it."), by=cast.ada)
    mail = mail_of(asked(cast, ticket))
    whole = bytes(fresh_message(Message.objects.get(kind="asked")).outgoing.content).decode()  # type: ignore[union-attr]  # it has one
    assert (mail["To"], mail["Subject"]) == (SUPPLIER, "A cable")
    assert mail["References"] is None and mail["In-Reply-To"] is None
    assert "question@acme.example" not in whole and CLEO not in whole and "The line is dead" not in whole
    assert ticket.number not in whole and ticket.shown_number not in whole
    assert numbers_signed_in(whole, signing_key()) == []
    assert plain(mail).startswith("Have you a cable of 30 m?")


def test_a_ticket_number_in_the_subject_goes_out_to_nobody_else(cast: Cast) -> None:
    ticket = customers_ticket()
    message = asked(cast, ticket, subject=f"Fwd: No tone [#{ticket.shown_number}]")
    assert mail_of(message)["Subject"] == "Fwd: No tone"


def test_its_reply_address_carries_its_own_word(cast: Cast) -> None:
    cast.mailbox.has_plus = True
    cast.mailbox.save()
    message = asked(cast, customers_ticket())
    assert message.side is not None
    [address] = mail_of(message)["Reply-To"].addresses
    assert side_keys_in(address.addr_spec, signing_key()) == [message.side.key]
    assert address.addr_spec.startswith("help+s-") and len(address.username) <= 64


def test_an_answer_is_told_in_the_side_and_moves_no_clock(cast: Cast) -> None:
    ticket = customers_ticket()
    question = asked(cast, ticket, waits=True)
    before = fresh(ticket)
    row = told(question)
    after = fresh(ticket)
    assert row.state == State.APPLIED and row.message is not None and row.signal == "side"
    assert (row.message.kind, row.message.side_id, row.message.contact) == ("told", question.side_id, None)
    assert (row.message.text.strip(), row.message.said_by) == ("Yes, on Monday.", f"Sal <{SUPPLIER}>")
    assert (after.next_due_at, after.next_due_why, after.due_count) == (
        before.next_due_at,
        before.next_due_why,
        before.due_count,
    )
    assert (before.status, after.status) == ("waiting_third_party", "open")
    assert not after.participants.exists()


def test_an_answer_leaves_any_other_status_alone(cast: Cast) -> None:
    ticket = customers_ticket()
    question = asked(cast, ticket)
    change_ticket(ticket.number, Changes(status="resolved"), by=cast.ada)
    told(question)
    assert fresh(ticket).status == "resolved"


def test_the_customer_is_answered_without_a_word_of_it(cast: Cast) -> None:
    ticket = customers_ticket()
    question = asked(cast, ticket)
    answer = told(question, "Secret price: 12 euro.", message_id="<price@cables.example>")
    ask_on(question.side_id or 0, Asking(text="We take it."), by=cast.ada)
    mail = reply_to_ticket(ticket.number, Reply(text="The cable comes on Monday."), by=cast.ada)
    whole = bytes(fresh_message(mail).outgoing.content).decode()  # type: ignore[union-attr]  # it has one
    assert answer.message is not None
    assert "Secret" not in whole and "price@cables.example" not in whole and SUPPLIER not in whole
    assert mail_of(question)["Message-ID"] not in whole and "We take it" not in whole
    assert "<question@acme.example>" in mail_of(mail)["References"]
    assert mail_of(mail)["To"].addresses[0].addr_spec == CLEO and mail_of(mail)["Cc"] is None


def test_it_goes_on_in_its_thread_with_their_last_word_quoted(cast: Cast) -> None:
    question = asked(cast, customers_ticket())
    told(question, "Which colour?", message_id="<colour@cables.example>")
    mail = mail_of(ask_on(question.side_id or 0, Asking(text="Blue."), by=cast.ada))
    assert mail["In-Reply-To"] == "<colour@cables.example>"
    assert mail["References"].split() == [mail_of(question)["Message-ID"], "<colour@cables.example>"]
    assert (mail["Subject"], "> Which colour?" in plain(mail)) == ("Re: A cable", True)


def test_the_customers_own_word_in_the_side_is_theirs_and_the_side_is_known(cast: Cast) -> None:
    ticket = customers_ticket()
    question = asked(cast, ticket)
    row = told(question, "I was forwarded this. When?", sender=f"Cleo <{CLEO}>")
    assert row.message is not None
    assert (row.message.kind, row.message.side, row.ticket) == ("customer", None, ticket)
    assert SideConversation.objects.get().is_known
    assert fresh(ticket).next_due_at is not None


def test_another_address_that_answers_is_told(cast: Cast) -> None:
    row = told(asked(cast, customers_ticket()), sender="Ware House <store@cables.example>")
    assert row.message is not None
    assert (row.message.kind, row.message.said_by) == ("told", "Ware House <store@cables.example>")


def test_somebody_who_takes_part_speaks_for_the_customer_unless_they_were_asked(cast: Cast) -> None:
    ticket = customers_ticket()
    reply_to_ticket(ticket.number, Reply(text="Hello", cc=("boss@acme.example", SUPPLIER)), by=cast.ada)
    question = asked(cast, ticket, confirmed=True)
    assert told(question).message.kind == "told"  # type: ignore[union-attr]  # it became one
    assert told(question, "Me too", sender="boss@acme.example").message.kind == "customer"  # type: ignore[union-attr]  # as above


def test_an_answer_with_the_customer_in_copy_marks_the_side_as_known(cast: Cast) -> None:
    question = asked(cast, customers_ticket())
    row = told(question, Cc=CLEO)
    assert row.message is not None and row.message.kind == "told"
    assert SideConversation.objects.get().is_known


def test_an_answer_without_a_thread_is_known_by_subject_and_sender(cast: Cast) -> None:
    question = asked(cast, customers_ticket())
    row = taken_in(letter("Yes.", sender=SUPPLIER, subject="AW: a CABLE"))
    assert row.message is not None and row.message.side == question.side
    assert taken_in(letter("Buy cables!", sender=SUPPLIER, subject="A cable")).message.kind == "customer"  # type: ignore[union-attr]  # new
    assert taken_in(letter("Yes.", sender="x@y.example", subject="Re: A cable")).message.kind == "customer"  # type: ignore[union-attr]  # new


def test_an_answer_that_names_only_a_mail_of_the_thread_is_told(cast: Cast) -> None:
    question = asked(cast, customers_ticket())
    told(question, References=f"<inner@cables.example> {mail_of(question)['Message-ID']}")
    row = taken_in(letter("Also.", sender="it@cables.example", subject="x", In_Reply_To="<inner@cables.example>"))
    assert row.message is not None and row.message.kind == "told"


def test_a_machines_answer_changes_nothing_and_tells_nobody(cast: Cast) -> None:
    from aplomb.people.models import Notice

    ticket = customers_ticket()
    question = asked(cast, ticket, waits=True)
    row = told(question, "I am away.", Auto_Submitted="auto-replied")
    assert row.message is not None and (row.message.kind, row.message.is_automatic) == ("told", True)
    assert fresh(ticket).status == "waiting_third_party"
    assert not Notice.objects.filter(kind="side_answered").exists()
    told(question)
    assert [each.person for each in Notice.objects.filter(kind="side_answered")] == [cast.ada]


def test_a_bounce_is_told_and_marks_the_question(cast: Cast) -> None:
    ticket = customers_ticket()
    question = asked(cast, ticket)
    OutgoingMail.objects.filter(pk=question.outgoing_id or 0).update(state="sent")
    Message.objects.filter(pk=question.pk).update(delivery=Delivery.SENT)
    row = taken_in(report(header_id(question), (SUPPLIER, "failed", "5.1.1")))
    assert row.message is not None and (row.message.kind, row.message.side) == ("told", question.side)
    assert fresh_message(question).delivery == Delivery.FAILED
    assert UndeliveredCopy.objects.get().address == SUPPLIER


def test_our_own_question_that_comes_back_is_no_answer(cast: Cast) -> None:
    question = asked(cast, customers_ticket())
    outgoing = fresh_message(question).outgoing
    assert outgoing is not None
    assert taken_in(bytes(outgoing.content)).state == State.DUPLICATE


def test_a_forged_word_is_no_token(cast: Cast) -> None:
    question = asked(cast, customers_ticket())
    assert question.side is not None
    token = new_side_token(question.side.key, signing_key())
    assert side_keys_in(token, signing_key()) == [question.side.key]
    assert side_keys_in(token, b"another key") == []
    assert side_keys_in("s-aaaaaaaaaa.bbbbbbbb.cccccccccccccccc", signing_key()) == []
    assert staff_tokens_in(token, cast.ada.pk, signing_key()) == []


def test_marks_of_the_side_say_so(cast: Cast) -> None:
    question = asked(cast, customers_ticket())
    told(question, References="<inner@cables.example>")
    of_side = set(ThreadMark.objects.filter(side=question.side).values_list("header_id", flat=True))
    assert "<inner@cables.example>" in of_side and mail_of(question)["Message-ID"] in of_side
    assert HELP not in of_side


def test_what_is_forwarded_is_quoted_in_their_language_without_the_customers_address(cast: Cast) -> None:
    ticket = cast.greek
    said = Message.objects.get(ticket=ticket)
    message = begin_side(
        ticket.number, Asking(text="Δείτε.", to=(SUPPLIER,), language="el", forward=(said.pk,)), by=cast.ada
    )
    text = plain(mail_of(message))
    assert "Δεν έχω ίντερνετ από χθες." in text and "Δήμητρα Παππά" in text and "Χωρίς σύνδεση" in text
    assert "dimitra@globex.example" not in text and ticket.shown_number not in text
    assert text.index("Δείτε.") < text.index("Δεν έχω") and mail_of(message)["Content-Language"] == "el"


def test_after_a_merge_the_answer_is_told_where_the_ticket_goes_on(cast: Cast) -> None:
    question = asked(cast, cast.greek, waits=True)
    merge_ticket(cast.greek.number, cast.hidden.number, by=cast.bo)
    row = told(question)
    assert row.message is not None and (row.message.kind, row.message.ticket) == ("told", cast.hidden)
    assert [each.side for each in sides_of(fresh(cast.hidden), cast.bo)] == [question.side]


def test_a_ticket_that_sleeps_wakes_for_an_answer(cast: Cast) -> None:
    ticket = customers_ticket()
    question = asked(cast, ticket, waits=True)
    snooze_ticket(ticket.number, utc_now() + dt.timedelta(hours=3), by=cast.ada)
    told(question, "I am away.", Auto_Submitted="auto-replied")
    assert fresh(ticket).snoozed_until is not None
    told(question)
    assert (fresh(ticket).snoozed_until, fresh(ticket).status) == (None, "open")


def test_what_the_api_lists_leaves_it_out(cast: Cast, client: Client) -> None:
    ticket = customers_ticket()
    told(asked(cast, ticket), "Secret price")
    _row, secret = create_token(cast.ada, by=cast.ada)
    headers = {"Authorization": f"Bearer {secret}"}
    items = client.get(f"/api/v1/tickets/{ticket.number}/messages", headers=headers).json()["items"]
    assert [each["kind"] for each in items] == ["customer"]
