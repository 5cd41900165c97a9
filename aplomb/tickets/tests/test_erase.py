import datetime as dt
from typing import Any

import pytest
from django.core.files.storage import default_storage

from aplomb.journal.models import Entry, OutgoingMail
from aplomb.people.errors import NotAllowed, NotFound, Wrong
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.erase import discard_ticket, erase_text, redact_text, remove_file_if_unused
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.jobs import empty_bin
from aplomb.tickets.models import Attachment, Message, Ticket
from aplomb.tickets.record import verify_ticket
from tests.cast import Cast, asked

pytestmark = pytest.mark.django_db


def first_message(ticket: Ticket) -> Message:
    return Message.objects.get(ticket=ticket, entry_seq=2)


def last_entry(ticket: Ticket) -> Entry:
    return Entry.objects.filter(chain=ticket.chain).latest("seq")


def test_an_erased_text_is_gone_everywhere_and_the_record_says_who_erased_it(cast: Cast) -> None:
    message = erase_text(first_message(cast.ticket).pk, by=cast.bo)
    row = Message.objects.get(pk=message.pk)
    assert (row.text, row.quoted, row.html, row.changed) == ("", "", "", "erased")
    assert Entry.objects.get(chain=cast.ticket.chain, seq=2).openings["text"] == {"gone": "erased"}
    entry = last_entry(cast.ticket)
    assert entry.kind == "TextErased"
    assert f'"actor":{{"id":"{cast.bo.pk}","kind":"staff"}}' in (entry.content or "")


def test_erasing_twice_is_once(cast: Cast) -> None:
    erase_text(first_message(cast.ticket).pk, by=cast.bo)
    length = last_entry(cast.ticket).seq
    erase_text(first_message(cast.ticket).pk, by=cast.bo)
    assert last_entry(cast.ticket).seq == length


def test_a_redacted_text_reads_as_given_and_is_committed_to(cast: Cast) -> None:
    pk = first_message(cast.ticket).pk
    redact_text(pk, "The line is [removed].", by=cast.lena)
    row = Message.objects.get(pk=pk)
    assert (row.text, row.changed, row.entry_seq) == ("The line is [removed].", "redacted", 3)
    assert last_entry(cast.ticket).kind == "TextRedacted"
    assert last_entry(cast.ticket).openings["text"]["held"] is True


def test_nothing_left_is_not_a_redaction(cast: Cast) -> None:
    with pytest.raises(Wrong):
        redact_text(first_message(cast.ticket).pk, " \n", by=cast.bo)
    assert first_message(cast.ticket).changed == ""


def test_agents_neither_erase_nor_redact(cast: Cast) -> None:
    pk = first_message(cast.ticket).pk
    for person in (cast.ada, cast.tariq, cast.aud, cast.olga):
        with pytest.raises(NotAllowed):
            erase_text(pk, by=person)
        with pytest.raises(NotAllowed):
            redact_text(pk, "Less.", by=person)
    assert first_message(cast.ticket).text == "The line is down since this morning."
    assert last_entry(cast.ticket).seq == 2


def test_who_does_not_see_the_ticket_learns_nothing_of_it(cast: Cast) -> None:
    pk = first_message(cast.hidden).pk
    for person in (cast.ada, cast.max):
        with pytest.raises(NotFound):
            erase_text(pk, by=person)
    assert first_message(cast.hidden).text


@pytest.mark.parametrize("state", ["queued", "kept", "failed", "sent"])
def test_the_mail_that_carried_an_erased_text_is_forgotten_and_does_not_leave_any_more(cast: Cast, state: str) -> None:
    message = reply_to_ticket(cast.ticket.number, Reply(text="The code is 4711."), by=cast.ada)
    message.refresh_from_db()
    assert message.outgoing is not None
    OutgoingMail.objects.filter(pk=message.outgoing.pk).update(state=state)
    erase_text(message.pk, by=cast.bo)
    mail = OutgoingMail.objects.get(pk=message.outgoing.pk)
    assert (bytes(mail.content), mail.subject, mail.recipients) == (b"", "", [])
    assert mail.state == {"queued": "withdrawn", "kept": "discarded", "failed": "discarded", "sent": "sent"}[state]


def spam_with_file(cast: Cast, content: bytes) -> Ticket:
    ticket = asked(cast.cleo, "Buy!", files=(IncomingFile("offer.txt", "text/plain", content),)).ticket
    bin_ticket(ticket.number, "spam", by=cast.ada)
    return ticket


@pytest.mark.django_db(transaction=True)
def test_the_bin_is_emptied_after_thirty_days_with_the_files_in_it(cast: Cast, drain: Any, time_machine: Any) -> None:
    time_machine.move_to("2026-03-01T10:00:00Z", tick=False)
    ticket = spam_with_file(cast, b"an offer, once")
    path = Attachment.objects.get(message__ticket=ticket).path
    time_machine.move_to("2026-03-31T09:59:00Z", tick=False)
    empty_bin()
    assert Ticket.objects.filter(pk=ticket.pk).exists()
    time_machine.move_to(dt.datetime.now(dt.UTC) + dt.timedelta(days=3650), tick=False)
    empty_bin()
    assert not Ticket.objects.filter(pk=ticket.pk).exists()
    drain()
    assert not default_storage.exists(path)
    assert last_entry(ticket).kind == "TicketDiscarded"


def test_a_file_that_another_message_has_too_stays(cast: Cast) -> None:
    other = asked(cast.cleo, "Mine", files=(IncomingFile("mine.txt", "text/plain", b"an offer, twice"),))
    ticket = spam_with_file(cast, b"an offer, twice")
    (path,) = discard_ticket(ticket.number)
    assert remove_file_if_unused(path)
    assert default_storage.exists(path)
    assert other.attachments.get().path == path


def test_a_file_that_came_again_just_now_is_looked_at_later(cast: Cast) -> None:
    ticket = spam_with_file(cast, b"an offer, thrice")
    (path,) = discard_ticket(ticket.number)
    assert not remove_file_if_unused(path)
    assert default_storage.exists(path)


def test_what_is_not_in_the_bin_is_not_discarded(cast: Cast) -> None:
    assert discard_ticket(cast.ticket.number) == []
    assert Ticket.objects.filter(pk=cast.ticket.pk).exists()


@pytest.mark.parametrize("state", ["queued", "kept", "failed"])
def test_a_reply_that_was_erased_before_it_left_answers_nobody(cast: Cast, state: str) -> None:
    message = reply_to_ticket(cast.ticket.number, Reply(text="The code is 4711."), by=cast.ada)
    assert Ticket.objects.get(pk=cast.ticket.pk).next_due_at is None
    OutgoingMail.objects.filter(reference=f"message {message.pk}").update(state=state)
    erase_text(message.pk, by=cast.bo)
    assert Message.objects.get(pk=message.pk).delivery == "discarded"
    assert Ticket.objects.get(pk=cast.ticket.pk).next_due_at is not None
    assert verify_ticket(cast.ticket.number).holds
