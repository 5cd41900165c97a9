"""Canned replies on a ticket: what is offered, in which language, and what asks before it goes."""

from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.test import Client

from aplomb.customers.actions import change_contact
from aplomb.desk.letters.difference import difference
from aplomb.desk.letters.matching import folded
from aplomb.journal.actors import SYSTEM
from aplomb.letters.actions import put_in_force, save_draft
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.gates import NeedsConfirmation
from aplomb.tickets.models import Draft, Message
from tests.cast import Cast
from tests.moved import nothing_moves

Web = Callable[..., Client]
PIECE = {"HX-Request": "true"}


def test_words_find_a_reply_by_shortcut_name_and_text_in_any_language(cast: Cast, web: Web) -> None:
    address = f"/tickets/{cast.ticket.number}/canned"
    for find, name in (
        ("/serial", "Ask for the serial number"),
        ("serie", "Ask for the serial number"),
        ("ΣΕΙΡΙΑΚΟΥ ΑΡΙΘΜΟΥ", None),
        ("σειριακο αριθμο", "Ask for the serial number"),
        ("resetarx", None),
        ("resetarea", "Password reset"),
    ):
        page = web(cast.ada).get(address, {"find": find}, headers=PIECE).content.decode()
        assert (name in page) if name else not page.strip(), find


def test_what_begins_with_the_words_comes_first(cast: Cast, web: Web) -> None:
    page = web(cast.ada).get(f"/tickets/{cast.ticket.number}/canned", {"find": "line"}, headers=PIECE).content.decode()
    assert page.index("Line down") == min(page.index(each) for each in ("Line down", "Bill explained"))


def test_the_words_are_filled_in_for_this_customer(cast: Cast, web: Web) -> None:
    change_contact(cast.cleo, address_as="Ms Whitfield", by=SYSTEM)
    found = web(cast.ada).get(f"/tickets/{cast.ticket.number}/canned/patience").json()
    assert found["text"].startswith(
        "Hello Ms Whitfield,\n\nThank you for your patience while we work on [[the matter]]."
    )
    assert (found["language"], found["says"]) == ("en", "")
    greek = web(cast.ada).get(f"/tickets/{cast.greek.number}/canned/patience").json()
    assert greek["text"].startswith("Γεια σας, Δήμητρα Παππά,")


def test_a_customer_who_is_called_like_a_mark_makes_none(cast: Cast, web: Web) -> None:
    change_contact(cast.cleo, name="[[Cleo]] {agent_name}", by=SYSTEM)
    text = web(cast.ada).get(f"/tickets/{cast.ticket.number}/canned/solved").json()["text"]
    assert text.startswith("Hello ((Cleo)) {agent_name},")


def test_a_missing_language_is_said(cast: Cast, web: Web) -> None:
    save_draft("patience", "el", subject="", body="", by=SYSTEM)
    put_in_force("patience", by=SYSTEM)
    client = web(cast.ada)
    found = client.get(f"/tickets/{cast.greek.number}/canned/patience").json()
    assert found["language"] == "en"
    assert found["says"] == "There is no Ελληνικά text of this reply yet: this is the one in English."
    assert "only in English" in client.get(f"/tickets/{cast.greek.number}/canned").content.decode()


def test_without_scripts_the_words_join_the_draft_and_twice_is_twice(cast: Cast, web: Web) -> None:
    client, address = web(cast.ada), f"/tickets/{cast.ticket.number}/canned/delay"
    client.post(
        f"/tickets/{cast.ticket.number}/draft/reply", {"text": "Begun.", "to": "x@y.example", "cc": "z@y.example"}
    )
    assert client.post(address)["Location"] == f"/tickets/{cast.ticket.number}"
    draft = Draft.objects.get(person=cast.ada)
    assert draft.text.startswith("Begun.\n\nHello Cleo Whitfield,\n\nWe had promised")
    assert (draft.to, draft.cc) == (["x@y.example"], ["z@y.example"])
    client.post(address)
    assert Draft.objects.get(person=cast.ada).text.count("We had promised") == 2


@pytest.mark.parametrize("key", ["nothing", "acknowledgement", "signature"])
def test_only_canned_replies_are_inserted(cast: Cast, web: Web, key: str) -> None:
    client = web(cast.ada)
    with nothing_moves():
        assert client.post(f"/tickets/{cast.ticket.number}/canned/{key}").status_code == 404


def test_out_of_sight_is_not_there_and_an_auditor_writes_nothing(cast: Cast, web: Web) -> None:
    agent, auditor = web(cast.ada), web(cast.aud)
    with nothing_moves():
        assert agent.get(f"/tickets/{cast.hidden.number}/canned").status_code == 404
        assert agent.get(f"/tickets/{cast.hidden.number}/canned/delay").status_code == 404
        assert auditor.post(f"/tickets/{cast.ticket.number}/canned/delay").status_code == 302
        assert "data-canned" not in auditor.get(f"/tickets/{cast.ticket.number}").content.decode()


def test_a_mark_that_is_left_asks_before_the_answer_goes_and_is_named(cast: Cast) -> None:
    text = "Hello [[the name]], [[when]]."
    with pytest.raises(NeedsConfirmation) as asked, nothing_moves():
        reply_to_ticket(cast.ticket.number, Reply(text=text), by=cast.ada)
    assert str(asked.value) == "2 places are still to be made personal: [[the name]], [[when]]."
    assert [each.code for each in asked.value.objections] == ["not-personal-yet"]
    reply_to_ticket(cast.ticket.number, Reply(text=text, confirmed=True), by=cast.ada)
    assert Message.objects.filter(kind="reply").count() == 1


def test_many_marks_are_counted_and_the_first_named(cast: Cast) -> None:
    with pytest.raises(NeedsConfirmation, match=r"^400 places .* \[\[x\]\] …\.$"):
        reply_to_ticket(cast.ticket.number, Reply(text="[[x]]" * 400), by=cast.ada)


def test_an_answer_in_a_language_carries_its_signature_in_that_language(cast: Cast) -> None:
    for language, body in (("en", "{agent_name}\nLines"), ("el", "{agent_name}\nΓραμμές")):
        save_draft(f"signature-person-{cast.ada.pk}", language, subject="", body=body, by=cast.ada)
    put_in_force(f"signature-person-{cast.ada.pk}", by=cast.ada)
    message = reply_to_ticket(cast.greek.number, Reply(text="Γεια σας."), by=cast.ada)
    message.refresh_from_db()
    assert message.outgoing is not None
    mail: Any = message_from_bytes(bytes(message.outgoing.content), policy=policy.default)
    assert "-- \nAda\nΓραμμές\n" in mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_a_difference_is_both_texts_at_once() -> None:
    older, newer = "one red fox\nruns", "one grey fox\nruns fast"
    runs = difference(older, newer)
    assert "".join(each.text for each in runs if each.kind != "new") == older
    assert "".join(each.text for each in runs if each.kind != "gone") == newer
    assert difference("same", "same")[0].kind == "same"
    assert difference("", "") == ()
    big = "word " * 20_000
    assert "".join(each.text for each in difference(big, big + "more") if each.kind != "gone") == big + "more"


def test_folding_forgives_accents_and_capitals() -> None:
    assert folded("Ρύθμιση ÉTÉ ș") == "ρυθμιση ete s"
