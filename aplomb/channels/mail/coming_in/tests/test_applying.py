"""From stored bytes to a message on a ticket."""

import pytest
from django.db import transaction

from aplomb.channels.mail.actions import add_mailbox, discard_mail, retry_mail
from aplomb.channels.mail.coming_in import applying
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.models import IncomingMail, RawMail
from aplomb.channels.mail.rawmail import raw_bytes
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.customers.models import Contact, ContactPoint
from aplomb.journal.actors import SYSTEM
from aplomb.people.errors import NotAllowed
from aplomb.tickets.actions.erase import erase_text
from aplomb.tickets.models import Attachment, Message, Status, Ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db

State = IncomingMail.State


def test_a_mail_becomes_a_ticket_of_its_sender(cast: Cast) -> None:
    row = taken_in(letter("Nothing prints since noon.", subject="Silent printer"))
    assert row.state == State.APPLIED and row.ticket is not None and row.message is not None
    assert row.ticket.contact == cast.cleo
    assert row.ticket.subject == "Silent printer"
    assert row.ticket.status == Status.NEW
    assert row.message.text.strip() == "Nothing prints since noon."
    assert row.mailbox == cast.mailbox


def test_a_stranger_becomes_a_contact_with_name_address_and_language(cast: Cast) -> None:
    row = taken_in(
        letter(
            "Καλημέρα σας, ο εκτυπωτής δεν τυπώνει από χθες το πρωί.",
            sender="Νίκος Αλεξίου <nikos@ergasia.example>",
            subject="Εκτυπωτής",
        )
    )
    assert row.ticket is not None
    assert row.ticket.contact.name == "Νίκος Αλεξίου"
    assert row.ticket.language == "el"
    assert ContactPoint.objects.get(contact=row.ticket.contact).value == "nikos@ergasia.example"


def test_the_same_mail_twice_is_one_message(cast: Cast) -> None:
    mail = letter()
    first, second = taken_in(mail), taken_in(mail)
    assert (first.state, second.state) == (State.APPLIED, State.DUPLICATE)
    assert Message.objects.filter(ticket=first.ticket).count() == 1


def test_the_same_message_id_over_another_body_is_another_message(cast: Cast) -> None:
    first = taken_in(letter("One thing.", message_id="<reused@acme.example>"))
    second = taken_in(letter("Something else.", message_id="<reused@acme.example>"))
    assert (first.state, second.state) == (State.APPLIED, State.APPLIED)


def test_applying_twice_changes_nothing(cast: Cast) -> None:
    row = taken_in(letter())
    applying.apply(row.pk)
    assert Message.objects.filter(ticket=row.ticket).count() == 1


def test_a_mail_without_a_sender_is_answered_to_its_envelope(cast: Cast) -> None:
    row = taken_in(letter(sender=""), envelope_from="cleo@acme.example")
    assert row.ticket is not None and row.ticket.contact == cast.cleo


def test_a_mail_that_names_nobody_is_parked_with_its_reason(cast: Cast) -> None:
    row = taken_in(letter(sender=""))
    assert row.state == State.PARKED
    assert "sender" in row.reason
    assert Ticket.objects.count() == 3


def test_an_empty_mail_is_parked_with_its_reason(cast: Cast) -> None:
    row = taken_in(b"")
    assert row.state == State.PARKED and row.reason


def test_a_parked_mail_can_be_retried_and_discarded(cast: Cast, drain: object) -> None:
    row = taken_in(letter(sender=""))
    RawMail.objects.filter(mail=row).update(content=letter().as_bytes(), is_compressed=False)
    retry_mail(row, by=cast.ada)
    applying.apply(row.pk)
    row.refresh_from_db()
    assert row.state == State.APPLIED
    other = taken_in(letter(sender=""))
    discard_mail(other, by=cast.ada)
    other.refresh_from_db()
    assert other.state == State.DISCARDED


def test_who_may_not_work_tickets_may_not_retry(cast: Cast) -> None:
    row = taken_in(letter(sender=""))
    with pytest.raises(NotAllowed):
        retry_mail(row, by=cast.olga)
    row.refresh_from_db()
    assert row.state == State.PARKED


def test_an_error_in_the_house_keeps_the_mail_and_parks_it_after_the_last_try(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = store([Arrival(content=letter().as_bytes(), source="smtp", envelope_to=("help@desk.example",))])[0]

    def broken(*_: object) -> None:
        raise RuntimeError("the house burns")

    monkeypatch.setattr(applying, "_apply", broken)
    for _attempt in range(applying.TRIES - 1):
        with pytest.raises(RuntimeError):
            applying.apply(row.pk)
    applying.apply(row.pk)
    row.refresh_from_db()
    assert row.state == State.PARKED
    assert row.reason == "RuntimeError: the house burns"
    assert raw_bytes(row) == letter().as_bytes() or raw_bytes(row).startswith(b"From: Cleo")


def test_automatic_mail_lands_without_reopening_anything(cast: Cast) -> None:
    from aplomb.tickets.actions.reply import Reply, reply_to_ticket

    reply_to_ticket(cast.ticket.number, Reply(text="We look into it.", then=Status.RESOLVED), by=cast.ada)
    row = taken_in(
        letter(
            "I am away until Monday.",
            subject=f"Out of office: [#{cast.ticket.shown_number}]",
            Auto_Submitted="auto-replied",
        )
    )
    assert row.ticket == cast.ticket and row.message is not None
    assert row.message.is_automatic
    assert Ticket.objects.get(pk=cast.ticket.pk).status == Status.RESOLVED


def test_an_attack_in_html_leaves_no_script(cast: Cast) -> None:
    mail = letter("plain")
    mail.add_alternative(
        "<p onclick='x()'>Hello</p><script>alert(1)</script><img src=x onerror=alert(1)>"
        "<a href='javascript:alert(1)'>go</a><iframe src='https://evil.example'></iframe>",
        subtype="html",
    )
    row = taken_in(mail)
    assert row.message is not None
    html = row.message.html.lower()
    assert "hello" in html
    for word in ("<script", "onclick", "onerror", "javascript:", "<iframe"):
        assert word not in html


def test_nul_bytes_and_unknown_charsets_do_not_stop_a_mail(cast: Cast) -> None:
    raw = (
        b"From: cleo@acme.example\r\nTo: help@desk.example\r\nSubject: a\x00b\r\nMessage-ID: <n@acme.example>\r\n"
        b"Content-Type: text/plain; charset=x-klingon\r\n\r\nIt is \x00 broken: caf\xc3\xa9\r\n"
    )
    row = taken_in(raw)
    assert row.state == State.APPLIED and row.message is not None
    assert "\x00" not in row.message.text and "café" in row.message.text


def test_files_are_kept_byte_for_byte(cast: Cast) -> None:
    mail = letter()
    mail.add_attachment(b"%PDF-1.4 bytes", maintype="application", subtype="pdf", filename="τιμολόγιο.pdf")
    row = taken_in(mail)
    assert row.message is not None
    attachment = row.message.attachments.get()
    assert (attachment.name, attachment.size) == ("τιμολόγιο.pdf", 14)
    from aplomb.tickets.files import read_file

    assert read_file(attachment.path) == b"%PDF-1.4 bytes"


def test_storing_is_all_or_nothing(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        store([Arrival(content=b"x", source="smtp")])
        raise ZeroDivisionError
    assert not IncomingMail.objects.exists()


def test_a_large_mail_is_kept_compressed_and_comes_back_as_it_was(cast: Cast) -> None:
    content = letter("word " * 50_000).as_bytes()
    row = store([Arrival(content=content, source="smtp")])[0]
    assert len(bytes(RawMail.objects.get(mail=row).content)) < len(content) / 10
    assert raw_bytes(row) == content


def test_who_writes_first_time_joins_the_organisation_of_their_domain(cast: Cast) -> None:
    row = taken_in(letter(sender="New One <new@acme.example>"))
    assert row.ticket is not None
    assert Contact.objects.get(pk=row.ticket.contact_id).organisation == cast.acme


def test_a_mail_that_comes_again_is_seen_and_forgotten_with_the_first(cast: Cast) -> None:
    mail = letter()
    first, second = taken_in(mail), taken_in(mail)
    assert second.ticket == first.ticket
    assert first.message is not None
    erase_text(first.message.pk, by=cast.bo)
    assert not RawMail.objects.filter(mail__in=[first.pk, second.pk]).exists()


def test_a_mail_is_of_its_mailbox_before_it_is_read(cast: Cast) -> None:
    trust = add_mailbox(name="Trust", address="trust@desk.example", team=cast.trust, by=SYSTEM)
    rows = store(
        [
            Arrival(content=b"x", source="smtp", envelope_to=(to,))
            for to in ("Trust+anything@desk.example", "help@desk.example", "gone@desk.example")
        ]
    )
    assert [IncomingMail.objects.get(pk=row.pk).mailbox for row in rows] == [trust, cast.mailbox, None]


def test_a_reason_with_a_nul_byte_parks_the_mail_all_the_same(cast: Cast) -> None:
    row = store([Arrival(content=letter().as_bytes(), source="smtp")])[0]
    applying.park(row, "bad\x00byte \ud800")
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.PARKED, "badbyte ?")


def test_a_type_with_a_nul_byte_does_not_park_a_mail(cast: Cast) -> None:
    mail = letter()
    mail.add_attachment(b"\x01\x02\x03\xff", maintype="application", subtype="x-thing", filename="thing.bin")
    row = taken_in(mail.as_bytes().replace(b"application/x-thing", b"application/x-th\x00ing"))
    assert row.state == State.APPLIED
    assert "\x00" not in Attachment.objects.get(message=row.message).type
