"""A ticket on paper, and sending a reply again from its page."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from aplomb.journal.models import OutgoingMail
from aplomb.lib.env import SmtpServer
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.reply import Reply, reply_to_ticket, undo_reply
from aplomb.tickets.actions.writing import IncomingFile
from tests.cast import CLEO, Cast, fresh_message, wrote

Web = Callable[..., Client]


def test_paper_has_what_the_customer_may_read(cast: Cast, web: Web) -> None:
    add_note(cast.ticket.number, "He is <b>cross</b>.", by=cast.ada)
    reply_to_ticket(cast.ticket.number, Reply(text="We come on Monday."), by=cast.ada)
    undo_reply(reply_to_ticket(cast.ticket.number, Reply(text="Never sent"), by=cast.ada).pk, by=cast.ada)
    wrote(cast.cleo, cast.ticket, "A <script>", files=(IncomingFile("plan.pdf", "application/pdf", b"%PDF"),))
    client = web(cast.ada)
    text = client.get(f"/tickets/{cast.ticket.number}/print").content.decode()
    assert "The line is down" in text and "We come on Monday." in text and "plan.pdf" in text
    assert "cross" not in text and "Never sent" not in text and "<script>" not in text.partition("<main>")[2]
    assert "not for the customer" not in text
    assert "UTC" in text and cast.ticket.shown_number in text
    with_notes = client.get(f"/tickets/{cast.ticket.number}/print?notes=1").content.decode()
    assert "He is &lt;b&gt;cross&lt;/b&gt;." in with_notes and "not for the customer" in with_notes


def test_a_hidden_ticket_is_on_no_paper(cast: Cast, web: Web) -> None:
    assert web(cast.ada).get(f"/tickets/{cast.hidden.number}/print").status_code == 404
    assert Client().get(f"/tickets/{cast.ticket.number}/print").status_code == 302


def test_a_reply_is_sent_again_with_a_reason(cast: Cast, web: Web, settings: Settings) -> None:
    settings.SMTP_OUT = SmtpServer("127.0.0.1", 9, "plain", "", "")
    message = reply_to_ticket(cast.ticket.number, Reply(text="We come on Monday."), by=cast.ada)
    OutgoingMail.objects.filter(pk=message.outgoing_id or 0).update(state="sent")
    client = web(cast.ada)
    path = f"/messages/{message.pk}/anew"
    assert "We come on Monday." in client.get(path).content.decode()
    refused = client.post(path, {"to": CLEO, "reason": ""})
    assert refused.status_code == 422 and "Say why" in refused.content.decode()
    done = client.post(path, {"to": "cleo@home.example", "reason": "Moved"})
    assert done.headers["Location"].endswith(f"#message-{message.pk}")
    again = fresh_message(message).outgoing
    assert again is not None and (again.recipients, again.purpose) == (["cleo@home.example"], OutgoingMail.AGAIN)


@pytest.mark.parametrize("who", ["aud", "noor"])
def test_who_may_not_work_sends_nothing_again(cast: Cast, web: Web, who: str) -> None:
    said = wrote(cast.cleo, cast.ticket)
    hidden = wrote(cast.dimitra, cast.hidden)
    client = web(getattr(cast, who))
    assert client.get(f"/messages/{said.pk}/anew").status_code in (302, 404)
    assert web(cast.ada).get(f"/messages/{hidden.pk}/anew").status_code == 404
