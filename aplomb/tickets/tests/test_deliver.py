"""What becomes of what left, and letters that the desk itself writes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from pytest_django import Settings

from aplomb.journal.actors import SYSTEM
from aplomb.journal.models import Entry, OutgoingMail
from aplomb.journal.outbox.actions import discard, release
from aplomb.journal.outbox.events import MailFate
from aplomb.lib import env
from aplomb.lib.time import utc_now
from aplomb.tickets.actions.deliver import add_letter, note_delivery
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.models import Message
from tests.cast import CLEO, Cast, fresh
from tests.moved import nothing_moves
from tests.parts.smtp_server import SmtpServer


def fate(message: Message, state: str, answer: str = "") -> MailFate:
    return MailFate(mail_id=1, reference=f"message {message.pk}", chain_key="", state=state, answer=answer)


@pytest.fixture
def sent(cast: Cast) -> Message:
    return reply_to_ticket(cast.ticket.number, Reply(text="Hello"), by=cast.ada)


def leave(drain: Callable[[], int]) -> None:
    """The time for undoing is over."""
    with time_machine.travel(utc_now() + timedelta(seconds=11), tick=False):
        drain()


@pytest.mark.parametrize("state", ["sent", "kept", "failed", "discarded"])
def test_a_fate_is_written_on_the_message_and_on_the_chain(cast: Cast, sent: Message, state: str) -> None:
    note_delivery(fate(sent, state, "250 OK"))

    sent.refresh_from_db()
    last = Entry.objects.filter(chain=cast.ticket.chain).latest("seq")
    assert (sent.delivery, sent.delivery_note, last.kind) == (state, "250 OK", "DeliveryChanged")
    assert "250 OK" not in (last.content or "")


def test_the_same_fate_twice_is_one_event(cast: Cast, sent: Message) -> None:
    note_delivery(fate(sent, "sent"))
    with nothing_moves():
        note_delivery(fate(sent, "sent"))


@pytest.mark.parametrize("reference", ["", "message", "sign-in 7", "message 999999999"])
def test_fates_of_other_mails_are_not_ours(cast: Cast, reference: str) -> None:
    with nothing_moves():
        note_delivery(MailFate(mail_id=1, reference=reference, chain_key="", state="sent"))


def test_while_no_server_is_set_mail_is_kept_until_somebody_discards_it(
    cast: Cast, sent: Message, drain: Callable[[], int]
) -> None:
    leave(drain)
    sent.refresh_from_db()
    assert sent.delivery == "kept"
    mail = OutgoingMail.objects.get(reference=f"message {sent.pk}")
    assert release(mail, by=SYSTEM) is False
    assert discard(mail, by=SYSTEM) is True
    sent.refresh_from_db()
    assert sent.delivery == "discarded"
    assert fresh(cast.ticket).next_due_at is not None


def test_a_real_server_takes_it_and_the_agent_sees_that(
    cast: Cast, sent: Message, drain: Callable[[], int], settings: Settings, smtp_server: SmtpServer
) -> None:
    settings.SMTP_OUT = out_by(smtp_server)
    leave(drain)
    sent.refresh_from_db()
    assert sent.delivery == "sent"
    [arrived] = [each for each in smtp_server.wait_for(1) if each.mail["Auto-Submitted"] is None]
    assert (arrived.recipients, arrived.mail["To"]) == ([CLEO], f"Cleo Whitfield <{CLEO}>")
    assert f"[#{cast.ticket.shown_number}]" in arrived.mail["Subject"]


def test_refused_for_good_the_customer_waits_again(
    cast: Cast, sent: Message, drain: Callable[[], int], settings: Settings, smtp_server: SmtpServer
) -> None:
    assert fresh(cast.ticket).next_due_at is None
    settings.SMTP_OUT = out_by(smtp_server)
    smtp_server.refusals[CLEO] = "550 5.1.1 No such person"
    leave(drain)
    sent.refresh_from_db()
    assert (sent.delivery, "550 5.1.1 No such person" in sent.delivery_note) == ("failed", True)
    assert fresh(cast.ticket).next_due_at is not None


def out_by(server: SmtpServer) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRY_OUT", server.address)
        return env.smtp_server("TRY_OUT")


def test_a_letter_of_the_desk_is_a_message_and_answers_nothing(cast: Cast) -> None:
    due = fresh(cast.ticket).next_due_at
    with transaction.atomic():
        letter = add_letter(cast.ticket, "acknowledgement", "We have your message.", (CLEO,))
    ticket = fresh(cast.ticket)
    assert (letter.kind, letter.is_automatic, letter.delivery) == ("system", True, "queued")
    assert (ticket.status, ticket.next_due_at) == ("new", due)
    assert Entry.objects.filter(chain=ticket.chain, kind="LetterSent").count() == 1
