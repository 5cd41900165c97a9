"""Replies, notes, undo, and new tickets from the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aplomb.customers.models import Contact, ContactPoint
from aplomb.tickets import gates
from aplomb.tickets.gates import Objection
from aplomb.tickets.models import Draft, Message, Ticket
from tests.cast import Cast, fresh, wrote

Web = Callable[..., Client]
PIECE = {"HX-Request": "true"}


def reply_to(client: Client, ticket: Ticket, **given: Any) -> Any:
    return client.post(f"/tickets/{ticket.number}/reply", given, headers=PIECE)


def test_a_reply_is_on_the_page_and_waits_to_be_undone(cast: Cast, web: Web) -> None:
    answer = reply_to(web(cast.ada), cast.ticket, text="We are on it.", last_id="0")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "We are on it." in text
    assert "Undo" in text
    message = Message.objects.get(kind="reply")
    assert (message.to, message.delivery) == (["cleo@acme.example"], "queued")


@pytest.mark.parametrize(
    ("then", "status"), [("", "open"), ("waiting_customer", "waiting_customer"), ("resolved", "resolved")]
)
def test_a_reply_leaves_the_ticket_as_the_button_says(cast: Cast, web: Web, then: str, status: str) -> None:
    reply_to(web(cast.ada), cast.ticket, text="Done.", then=then)
    assert fresh(cast.ticket).status == status


def test_recipients_are_those_of_the_form(cast: Cast, web: Web) -> None:
    reply_to(web(cast.ada), cast.ticket, text="x", to="Cleo <cleo@acme.example>", cc="a@b.example; c@d.example")
    message = Message.objects.get(kind="reply")
    assert (message.to, message.cc) == (["cleo@acme.example"], ["a@b.example", "c@d.example"])


@pytest.mark.parametrize(
    "given", [{"text": "  "}, {"text": "x", "to": "not an address"}, {"text": "x", "uploads": "99"}]
)
def test_what_is_wrong_is_said_in_the_composer_and_nothing_leaves(cast: Cast, web: Web, given: dict[str, str]) -> None:
    answer = reply_to(web(cast.ada), cast.ticket, **given)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Message.objects.filter(kind="reply").exists()


def test_a_reply_on_an_old_page_shows_what_came_in_and_keeps_the_text(cast: Cast, web: Web) -> None:
    client, seen = web(cast.ada), fresh(cast.ticket).version
    first = Message.objects.get(ticket=cast.ticket)
    wrote(cast.cleo, cast.ticket, "It works again!")
    answer = reply_to(client, cast.ticket, text="Try this.", seen_version=str(seen), last_id=str(first.pk))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "It works again!" in text
    assert "Cleo Whitfield wrote" in text
    assert "Send all the same" in text
    assert not Message.objects.filter(kind="reply").exists()


def test_without_scripts_the_text_is_on_the_page_again(cast: Cast, web: Web) -> None:
    seen = fresh(cast.ticket).version
    wrote(cast.cleo, cast.ticket, "It works again!")
    given = {"text": "My long answer", "seen_version": str(seen)}
    answer = web(cast.ada).post(f"/tickets/{cast.ticket.number}/reply", given)
    assert answer.status_code == 409
    assert "My long answer" in answer.content.decode()


def test_reasons_are_shown_and_a_person_may_go_on(cast: Cast, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "_replying", [lambda ticket, by, text: [Objection("tone", "A reproach?", "confirm")]])
    client = web(cast.ada)
    answer = reply_to(client, cast.ticket, text="As I said", then="resolved")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "A reproach?" in text
    assert "Send anyway" in text
    assert 'name="then" value="resolved"' in text
    assert reply_to(client, cast.ticket, text="As I said", then="resolved", confirmed="true").status_code == 200


def test_undo_brings_the_text_back_into_the_composer(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    reply_to(client, cast.ticket, text="Too early", then="resolved")
    message = Message.objects.get(kind="reply")
    text = client.post(f"/messages/{message.pk}/undo", headers=PIECE).content.decode()
    assert ">Too early</textarea>" in text
    assert "was undone before it left" in text
    assert fresh(cast.ticket).status == "new"


def test_undo_of_a_hidden_or_missing_message_is_not_found(cast: Cast, web: Web) -> None:
    reply_to(web(cast.noor), cast.hidden, text="x")
    message = Message.objects.get(kind="reply")
    assert web(cast.ada).post(f"/messages/{message.pk}/undo").status_code == 404
    assert web(cast.ada).post("/messages/999999/undo").status_code == 404


def test_too_late_to_undo_is_said(cast: Cast, web: Web) -> None:
    reply_to(web(cast.ada), cast.ticket, text="x")
    message = Message.objects.select_related("outgoing").get(kind="reply")
    assert message.outgoing is not None
    message.outgoing.state = "sent"
    message.outgoing.save(update_fields=["state"])
    answer = web(cast.ada).post(f"/messages/{message.pk}/undo", headers=PIECE)
    assert answer.status_code == 422
    assert "too late" in answer.content.decode()


def test_a_kept_mail_can_be_discarded_and_not_by_everyone(cast: Cast, web: Web) -> None:
    reply_to(web(cast.ada), cast.ticket, text="x")
    message = Message.objects.select_related("outgoing").get(kind="reply")
    assert message.outgoing is not None
    message.outgoing.state = "kept"
    message.outgoing.save(update_fields=["state"])
    web(cast.aud).post(f"/messages/{message.pk}/discard", headers=PIECE)
    message.outgoing.refresh_from_db()
    assert message.outgoing.state == "kept"
    web(cast.ada).post(f"/messages/{message.pk}/discard", headers=PIECE)
    message.outgoing.refresh_from_db()
    assert message.outgoing.state == "discarded"


def test_a_note_stays_among_colleagues(cast: Cast, web: Web) -> None:
    answer = web(cast.aud).post(f"/tickets/{cast.ticket.number}/note", {"text": "Look here"}, headers=PIECE)
    assert answer.status_code == 200
    message = Message.objects.get(kind="note")
    assert (message.to, message.outgoing) == ([], None)


def test_an_auditor_may_not_reply(cast: Cast, web: Web) -> None:
    assert reply_to(web(cast.aud), cast.ticket, text="x").status_code == 422
    assert not Message.objects.filter(kind="reply").exists()


def test_a_sent_reply_takes_its_draft_along(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    client.post(f"/tickets/{cast.ticket.number}/draft/reply", {"text": "x"})
    client.post(f"/tickets/{cast.ticket.number}/draft/note", {"text": "y"})
    reply_to(client, cast.ticket, text="x")
    assert [draft.kind for draft in Draft.objects.all()] == ["note"]


NEW = {
    "way": "call",
    "reach": "+44 1632 960888",
    "name": "Gus Ferrier",
    "subject": "No line",
    "text": "He cannot call.",
    "language": "en",
    "priority": "3",
}


def test_a_call_becomes_a_ticket_in_the_customers_words(cast: Cast, web: Web) -> None:
    answer = web(cast.ada).post("/tickets/new", {**NEW, "team": str(cast.lines.pk), "assignee": str(cast.ada.pk)})
    ticket = Ticket.objects.latest("id")
    assert answer["Location"] == f"/tickets/{ticket.number}"
    assert (ticket.contact.name, ticket.priority, ticket.team, ticket.assignee) == (
        "Gus Ferrier",
        3,
        cast.lines,
        cast.ada,
    )
    message = Message.objects.get(ticket=ticket)
    assert (message.kind, message.channel, message.text) == ("customer", "call", "He cannot call.")


def test_a_known_number_is_the_known_contact(cast: Cast, web: Web) -> None:
    web(cast.ada).post("/tickets/new", {**NEW, "reach": "0044 1632 960123"})
    assert Ticket.objects.latest("id").contact == cast.cleo
    assert Contact.objects.get(pk=cast.cleo.pk).name == "Cleo Whitfield"


def test_a_mail_that_we_send_first(cast: Cast, web: Web) -> None:
    web(cast.ada).post("/tickets/new", {**NEW, "way": "mail", "reach": "new@acme.example", "text": "Dear Gus"})
    message = Message.objects.get(kind="reply")
    assert message.to == ["new@acme.example"]
    assert message.ticket.status == "open"
    assert ContactPoint.objects.filter(key="new@acme.example").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reach": "nobody"},
        {"subject": ""},
        {"text": " "},
        {"way": "mail"},
        {"priority": "9"},
        {"team": "999"},
    ],
)
def test_a_wrong_new_ticket_is_explained_and_nothing_is_made(cast: Cast, web: Web, wrong: dict[str, str]) -> None:
    tickets, contacts = Ticket.objects.count(), Contact.objects.count()
    answer = web(cast.ada).post("/tickets/new", {**NEW, **wrong})
    assert answer.status_code == 422
    assert 'class="errorlist"' in answer.content.decode()
    assert (Ticket.objects.count(), Contact.objects.count()) == (tickets, contacts)


def test_an_auditor_opens_no_tickets(cast: Cast, web: Web) -> None:
    tickets = Ticket.objects.count()
    web(cast.aud).post("/tickets/new", NEW)
    assert Ticket.objects.count() == tickets


@pytest.mark.parametrize("typed", ["cleo@", "Cleo", "cleo", "+44163"])
def test_contacts_are_suggested_by_their_beginnings(cast: Cast, web: Web, typed: str) -> None:
    assert (
        "cleo@acme.example" in web(cast.ada).get("/tickets/contacts", {"reach": typed}).content.decode()
        or "+44" in typed
    )
