"""Who has a ticket hears, once, that its customer did not get the answer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from aplomb.channels.mail.going_out.telling import own_sender, tell_undelivered
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox import smtp
from aplomb.journal.outbox.actions import release
from aplomb.journal.outbox.smtp import Fate, Outcome
from aplomb.lib.env import SmtpServer
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.deliver import change_delivery
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.models import Delivery
from tests.cast import Cast, fresh_message

pytestmark = pytest.mark.django_db

Drain = Callable[[], int]


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Customers' servers refuse everything; the people of the desk are reached."""
    settings.SMTP_OUT = SmtpServer("mail.example", 25, "plain", "", "")
    settings.UNDO_SECONDS = 0

    def hand_over(_server: SmtpServer, mail: OutgoingMail) -> Outcome:
        if mail.purpose == "notice":
            return Outcome(Fate.ACCEPTED, "250 taken")
        return Outcome(Fate.REFUSED, "550 5.1.1 nobody here")

    monkeypatch.setattr(smtp, "hand_over", hand_over)


def notices() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose="notice").order_by("id"))


def test_the_assignee_is_told_by_mail_with_the_servers_words(cast: Cast, refusing: None, drain: Drain) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.bo), by=cast.ada)
    message = reply_to_ticket(cast.ticket.number, Reply(text="Try again now."), by=cast.ada)
    drain()
    assert fresh_message(message).delivery == Delivery.FAILED
    [told] = notices()
    assert (told.recipients, told.state) == (["bo@desk.example"], "sent")
    assert told.subject == f"Not delivered: No dial tone [{cast.ticket.shown_number}]"
    text = bytes(told.content)
    assert b"550 5.1.1 nobody here" in text and cast.ticket.number.encode() in text
    assert told.chain_key == ""


def test_without_an_assignee_who_wrote_it_is_told(cast: Cast, refusing: None, drain: Drain) -> None:
    reply_to_ticket(cast.greek.number, Reply(text="Ένα λεπτό."), by=cast.bo)
    drain()
    assert [each.recipients for each in notices()] == [["bo@desk.example"]]


def test_it_is_told_once_and_again_when_it_fails_again(
    cast: Cast, refusing: None, drain: Drain, time_machine: Any
) -> None:
    time_machine.move_to("2026-03-02T09:00:00Z", tick=False)
    message = reply_to_ticket(cast.ticket.number, Reply(text="Try again now."), by=cast.ada)
    drain()
    mail = OutgoingMail.objects.get(purpose="reply")
    tell_undelivered(message.pk)
    drain()
    assert len(notices()) == 1
    time_machine.move_to("2026-03-02T10:00:00Z", tick=False)
    assert release(mail, by=cast.ada)
    drain()
    assert len(notices()) == 2


def test_a_letter_of_the_desk_on_nobodys_ticket_is_told_to_nobody(cast: Cast, refusing: None, drain: Drain) -> None:
    drain()
    assert OutgoingMail.objects.filter(purpose="letter", state="failed").exists()
    assert notices() == []


def test_a_notice_that_fails_itself_makes_no_other(
    cast: Cast, refusing: None, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "hand_over", lambda *_: Outcome(Fate.REFUSED, "550 nobody"))
    reply_to_ticket(cast.ticket.number, Reply(text="Try again now."), by=cast.ada)
    drain()
    assert [each.state for each in notices()] == ["failed"]


def test_the_desk_writes_under_its_own_address_unless_that_is_in_trouble(cast: Cast, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "desk@desk.example"
    assert own_sender() == "desk@desk.example"
    assert own_sender({"DESK@desk.example"}) == "help@desk.example"
    assert own_sender({"desk@desk.example", "help@desk.example"}) == "aplomb@desk.example"


def test_a_mail_that_came_back_days_later_is_told_too(cast: Cast, settings: Any, drain: Drain) -> None:
    message = reply_to_ticket(cast.ticket.number, Reply(text="Try again now."), by=cast.ada)
    with transaction.atomic():
        change_delivery(fresh_message(message), Delivery.FAILED, "550 5.1.1 the mailbox is gone")
    drain()
    [told] = notices()
    assert told.recipients == ["ada@desk.example"]
    assert b"cleo@acme.example" in bytes(told.content) and b"the mailbox is gone" in bytes(told.content)
