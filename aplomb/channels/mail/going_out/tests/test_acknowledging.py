"""The acknowledgement: once, honest, and never to machines."""

import datetime as dt
from email import message_from_bytes, policy

import pytest

from aplomb.channels.mail.going_out.acknowledging import acknowledge
from aplomb.channels.mail.models import Mailbox
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.journal.models import OutgoingMail
from aplomb.lib.time import as_if_at, utc_now
from aplomb.tickets.models import Kind, Message
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def letters() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose="letter").order_by("id"))


def first_message(text: str = "It is broken.", **headers: str) -> Message:
    row = taken_in(letter(text, **headers))
    assert row.message is not None
    return row.message


def test_it_says_that_it_is_automatic_and_when_a_person_answers(cast: Cast) -> None:
    message = first_message()
    acknowledge(message.pk)
    sent = message_from_bytes(bytes(letters()[0].content), policy=policy.default)
    assert sent["Auto-Submitted"] == "auto-replied"
    body = sent.get_body(("plain",))
    assert body is not None
    assert "automatically" in body.get_content() and message.ticket.shown_number in body.get_content()
    assert Message.objects.filter(ticket=message.ticket, kind=Kind.SYSTEM).count() == 1


def test_it_is_sent_once_however_often_the_job_runs(cast: Cast) -> None:
    message = first_message()
    acknowledge(message.pk)
    acknowledge(message.pk)
    assert len(letters()) == 1


def test_an_address_gets_one_an_hour(cast: Cast) -> None:
    acknowledge(first_message(subject="One").pk)
    acknowledge(first_message(subject="Two").pk)
    assert len(letters()) == 1
    with as_if_at(utc_now() + dt.timedelta(minutes=61)):
        acknowledge(first_message(subject="Three").pk)
    assert len(letters()) == 2


def test_a_machine_gets_none(cast: Cast) -> None:
    acknowledge(first_message(Auto_Submitted="auto-generated").pk)
    assert letters() == []


def test_a_mailing_list_gets_none(cast: Cast) -> None:
    acknowledge(first_message(List_Id="<news.acme.example>").pk)
    assert letters() == []


def test_our_own_mailbox_gets_none(cast: Cast) -> None:
    acknowledge(first_message(sender="help@desk.example").pk)
    assert letters() == []


def test_a_mailbox_can_be_told_not_to(cast: Cast) -> None:
    Mailbox.objects.update(acknowledges=False)
    acknowledge(first_message().pk)
    assert letters() == []


def test_nothing_goes_out_after_a_long_downtime(cast: Cast) -> None:
    message = first_message()
    with as_if_at(utc_now() + dt.timedelta(hours=7)):
        acknowledge(message.pk)
    assert letters() == []


def test_it_is_in_the_customers_language(cast: Cast) -> None:
    message = first_message("Δεν λειτουργεί το ίντερνετ στο γραφείο μας.", sender="dimitra@globex.example")
    acknowledge(message.pk)
    text = Message.objects.get(ticket=message.ticket, kind=Kind.SYSTEM).text
    assert "automatically" not in text and message.ticket.shown_number in text


def test_it_meets_no_due_time(cast: Cast) -> None:
    message = first_message()
    acknowledge(message.pk)
    message.ticket.refresh_from_db()
    assert message.ticket.next_due_at == message.sent_at + dt.timedelta(hours=24)
