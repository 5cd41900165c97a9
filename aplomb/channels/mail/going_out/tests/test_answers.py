"""Answers as mails."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.conf import LazySettings

from aplomb.channels.mail.models import Mailbox
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.journal.models import OutgoingMail
from aplomb.tickets.actions.reply import Reply, reply_to_ticket, undo_reply
from aplomb.tickets.models import Delivery, Message
from tests.cast import Cast, fresh_message

pytestmark = pytest.mark.django_db


def mail_of(message: Message) -> EmailMessage:
    outgoing = fresh_message(message).outgoing
    assert outgoing is not None
    found = message_from_bytes(bytes(outgoing.content), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def answered(cast: Cast, text: str = "We look into it today.", **reply: object) -> Message:
    return reply_to_ticket(cast.ticket.number, Reply(text=text, **reply), by=cast.ada)  # type: ignore[arg-type]  # by name


def test_an_answer_threads_in_the_customers_mail_program(cast: Cast) -> None:
    row = taken_in(letter(message_id="<question@acme.example>", subject="Printer"))
    assert row.ticket is not None
    sent = mail_of(reply_to_ticket(row.ticket.number, Reply(text="Is the red lamp on?"), by=cast.ada))
    assert sent["In-Reply-To"] == "<question@acme.example>"
    assert "<question@acme.example>" in sent["References"]
    assert sent["Message-ID"].startswith(f"<{row.ticket.number}.")
    assert sent["Subject"] == f"Printer [#{row.ticket.shown_number}]"


def test_an_answer_carries_the_work_name_the_desk_and_the_signature(cast: Cast) -> None:
    sent = mail_of(answered(cast))
    assert sent["From"].addresses[0].addr_spec == "help@desk.example"
    assert cast.ada.work_name in sent["From"].addresses[0].display_name
    assert cast.ada.full_name not in str(sent) or cast.ada.full_name == cast.ada.work_name
    body = sent.get_body(("plain",))
    assert body is not None and "The help desk" in body.get_content()


def test_an_answer_has_text_and_html_and_quotes_what_was_asked(cast: Cast) -> None:
    sent = mail_of(answered(cast))
    plain, html = sent.get_body(("plain",)), sent.get_body(("html",))
    assert plain is not None and html is not None
    assert "We look into it today." in plain.get_content()
    assert "> The line is down since this morning." in plain.get_content()
    assert "We look into it today." in html.get_content() and "<blockquote" in html.get_content()


def test_the_quoted_history_is_told_in_the_tickets_language(cast: Cast) -> None:
    message = reply_to_ticket(cast.greek.number, Reply(text="Θα σας απαντήσουμε σήμερα."), by=cast.ada)
    body = mail_of(message).get_body(("plain",))
    assert body is not None
    assert "> Δεν έχω ίντερνετ από χθες." in body.get_content()
    assert "wrote" not in body.get_content()


def test_an_answer_waits_for_the_time_of_undoing(cast: Cast, settings: LazySettings) -> None:
    settings.UNDO_SECONDS = 10
    message = answered(cast)
    outgoing = fresh_message(message).outgoing
    assert outgoing is not None
    assert 8 < (outgoing.not_before - outgoing.created_at).total_seconds() < 12
    undo_reply(message.pk, by=cast.ada)
    outgoing.refresh_from_db()
    assert outgoing.state == OutgoingMail.State.WITHDRAWN
    assert fresh_message(message).delivery == Delivery.WITHDRAWN


def test_a_mailbox_with_plus_addresses_asks_for_answers_there(cast: Cast) -> None:
    Mailbox.objects.update(has_plus=True)
    address = mail_of(answered(cast))["Reply-To"].addresses[0].addr_spec
    assert address.startswith(f"help+{cast.ticket.number}.") and address.endswith("@desk.example")


def test_files_go_with_the_answer(cast: Cast) -> None:
    from aplomb.tickets.actions.draft import upload_file

    upload = upload_file(cast.ada, cast.ticket, "reply", name="οδηγίες.txt", content=b"1. Unplug it.")
    sent = mail_of(answered(cast, uploads=(upload.pk,)))
    files = [(part.get_filename(), part.get_content()) for part in sent.iter_attachments()]
    assert files == [("οδηγίες.txt", "1. Unplug it.")]


def test_everyone_in_copy_is_written_to_and_takes_part(cast: Cast) -> None:
    message = answered(cast, to=("cleo@acme.example",), cc=("boss@acme.example",))
    outgoing = fresh_message(message).outgoing
    assert outgoing is not None and outgoing.recipients == ["cleo@acme.example", "boss@acme.example"]
    row = taken_in(letter("Fine.", sender="boss@acme.example", In_Reply_To=str(outgoing.message_id), subject="x"))
    assert row.ticket == cast.ticket


def test_a_subject_cannot_smuggle_a_header(cast: Cast) -> None:
    row = taken_in(letter(subject="Hello"))
    assert row.ticket is not None
    row.ticket.subject = "Hello\r\nBcc: victim@elsewhere.example"
    row.ticket.save(update_fields=["subject"])
    sent = mail_of(reply_to_ticket(row.ticket.number, Reply(text="Yes?"), by=cast.ada))
    assert sent["Bcc"] is None


def test_a_domain_of_another_alphabet_needs_no_server_that_knows_smtputf8(cast: Cast) -> None:
    message = answered(cast, to=("ana@παράδειγμα.example",), cc=("άννα@globex.example",))
    outgoing = fresh_message(message).outgoing
    assert outgoing is not None
    assert outgoing.recipients == ["ana@xn--hxajbheg2az3al.example", "άννα@globex.example"]


def test_an_answer_goes_where_the_customer_asked_for_it(cast: Cast) -> None:
    row = taken_in(letter(Reply_To="Office <office@acme.example>"))
    assert row.ticket is not None
    message = reply_to_ticket(row.ticket.number, Reply(text="Yes."), by=cast.ada)
    assert message.to == ["office@acme.example"]


def test_an_answer_goes_to_the_address_last_written_from(cast: Cast) -> None:
    from aplomb.customers.actions import add_point
    from aplomb.journal.actors import SYSTEM

    add_point(cast.cleo, "email", "cleo@home.example", by=SYSTEM)
    taken_in(letter(sender="cleo@home.example", subject=f"[#{cast.ticket.shown_number}]"))
    assert answered(cast).to == ["cleo@home.example"]
