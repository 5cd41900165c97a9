"""Side conversations on the ticket's page, and what never stands in them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aplomb.journal.actors import MAIL
from aplomb.people.errors import NotAllowed, NotFound, Wrong
from aplomb.tickets.actions.draft import upload_file
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.sides import Asking, Told, begin_side, receive_told, settle_side
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.gates import NeedsConfirmation
from aplomb.tickets.models import Attachment, Draft, Message, SideConversation
from tests.cast import CLEO, HELP, Cast, fresh, wrote
from tests.moved import nothing_moves

Web = Callable[..., Client]
PIECE = {"HX-Request": "true"}
SUPPLIER = "sales@cables.example"


def asked(cast: Cast, text: str = "Have you one?", **asking: Any) -> Message:
    return begin_side(cast.ticket.number, Asking(text=text, to=(SUPPLIER,), **asking), by=cast.ada)


def test_a_plain_ticket_draws_no_side(cast: Cast, web: Web) -> None:
    text = web(cast.ada).get(f"/tickets/{cast.ticket.number}").content.decode()
    assert 'class="side-talk"' not in text and f"/tickets/{cast.ticket.number}/ask" in text


def test_asking_from_the_page_begins_a_side_and_the_ticket_waits(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    page = client.get(f"/tickets/{cast.ticket.number}/ask")
    assert page.status_code == 200 and "No dial tone" in page.content.decode()
    answer = client.post(
        f"/tickets/{cast.ticket.number}/ask",
        {"to": f"Sal <{SUPPLIER}>", "subject": "A cable", "text": "Have you one?", "waits": "on"},
    )
    side = SideConversation.objects.get()
    assert answer.headers["Location"] == f"/tickets/{cast.ticket.number}#side-{side.pk}"
    assert (side.people, side.subject, side.begun_by) == ([SUPPLIER], "A cable", cast.ada)
    assert fresh(cast.ticket).status == "waiting_third_party"
    text = client.get(f"/tickets/{cast.ticket.number}").content.decode()
    assert "the customer does not see this" in text and "Have you one?" in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"to": "", "text": "x"}, "Whom do you want to ask?"),
        ({"to": "nobody", "text": "x"}, "is not an e-mail address"),
        ({"to": SUPPLIER, "text": " "}, "nothing to send yet"),
        ({"to": HELP, "text": "x"}, "an address of this desk"),
        ({"to": SUPPLIER, "text": "x", "forward": "99999"}, "cannot be forwarded"),
        ({"to": SUPPLIER, "text": "x", "language": "xx"}, "does not speak"),
    ],
)
def test_what_is_wrong_is_said_and_the_text_stays(cast: Cast, web: Web, given: dict[str, str], words: str) -> None:
    client = web(cast.ada)
    with nothing_moves():
        answer = client.post(f"/tickets/{cast.ticket.number}/ask", given)
    assert answer.status_code == 422 and words in answer.content.decode()


def test_the_customer_is_asked_only_on_purpose(cast: Cast, web: Web) -> None:
    client, given = web(cast.ada), {"to": f"{SUPPLIER}, {CLEO.upper()}", "text": "x"}
    answer = client.post(f"/tickets/{cast.ticket.number}/ask", given)
    assert answer.status_code == 409 and "they will read this" in answer.content.decode()
    assert not SideConversation.objects.exists()
    assert client.post(f"/tickets/{cast.ticket.number}/ask", {**given, "confirmed": "true"}).status_code == 302
    assert SideConversation.objects.get().is_known


def test_notes_and_files_of_notes_are_never_forwarded(cast: Cast) -> None:
    upload = upload_file(cast.ada, cast.ticket, "note", name="price.txt", content=b"secret")
    note = add_note(cast.ticket.number, "Secret", by=cast.ada, uploads=(upload.pk,))
    with pytest.raises(Wrong):
        asked(cast, forward=(note.pk,))
    with pytest.raises(Wrong):
        asked(cast, attachments=(upload.pk,))
    assert not SideConversation.objects.exists()


def test_chosen_messages_and_files_go_along(cast: Cast, web: Web) -> None:
    said = wrote(cast.cleo, cast.ticket, "See the picture.", files=(IncomingFile("a.png", "image/png", b"\x89PNG"),))
    client = web(cast.ada)
    page = client.get(f"/tickets/{cast.ticket.number}/ask?forward={said.pk}").content.decode()
    file = Attachment.objects.get(message=said)
    assert f'name="forward" value="{said.pk}" checked' in page and f'value="{file.pk}" checked' in page
    client.post(
        f"/tickets/{cast.ticket.number}/ask", {"to": SUPPLIER, "text": "", "forward": said.pk, "attachments": file.pk}
    )
    message = Message.objects.get(kind="asked")
    assert "See the picture." in message.quoted and "From: Cleo Whitfield" in message.quoted
    copy = Attachment.objects.get(message=message)
    assert (copy.name, copy.sha256, copy.pk == file.pk) == ("a.png", file.sha256, False)


def test_its_composer_has_a_draft_of_its_own(cast: Cast, web: Web) -> None:
    side = asked(cast).side
    assert side is not None
    client = web(cast.ada)
    client.post(f"/sides/{side.pk}/draft", {"text": "And a plug?", "to": SUPPLIER}, headers=PIECE)
    client.post(f"/tickets/{cast.ticket.number}/draft/reply", {"text": "Dear Cleo"}, headers=PIECE)
    assert {(each.kind, each.side_id, each.text) for each in Draft.objects.all()} == {
        ("asked", side.pk, "And a plug?"),
        ("reply", None, "Dear Cleo"),
    }
    answer = client.post(f"/sides/{side.pk}/ask", {"text": "And a plug?", "to": SUPPLIER}, headers=PIECE)
    assert answer.status_code == 200 and "And a plug?" in answer.content.decode()
    assert [each.kind for each in Draft.objects.all()] == ["reply"]


def test_undoing_gives_the_text_and_what_was_forwarded_back(cast: Cast, web: Web) -> None:
    said = Message.objects.get(ticket=cast.ticket)
    message = asked(cast, forward=(said.pk,), waits=True)
    client = web(cast.ada)
    answer = client.post(f"/messages/{message.pk}/undo-asking", headers=PIECE)
    assert answer.status_code == 200 and "Have you one?" in answer.content.decode()
    assert fresh(cast.ticket).status == "new"
    client.post(f"/sides/{message.side_id}/ask", {"text": "Have you two?", "to": SUPPLIER}, headers=PIECE)
    again = Message.objects.filter(kind="asked").latest("id")
    assert (again.text, again.quoted) == ("Have you two?", message.quoted)
    assert client.post(f"/messages/{message.pk}/undo-asking", headers=PIECE).status_code == 422


def test_settling_folds_it_away_and_writing_opens_it_again(cast: Cast, web: Web) -> None:
    message = asked(cast)
    client, pk = web(cast.ada), message.side_id
    assert "Go on with it" in client.post(f"/sides/{pk}/settle", headers=PIECE).content.decode()
    assert f'id="side-{pk}" open' not in client.get(f"/tickets/{cast.ticket.number}").content.decode()
    with nothing_moves():
        settle_side(pk or 0, by=cast.ada)
    client.post(f"/sides/{pk}/ask", {"text": "One more thing", "to": SUPPLIER}, headers=PIECE)
    assert SideConversation.objects.get().is_open


def test_who_may_not_work_may_look_and_not_write(cast: Cast, web: Web) -> None:
    message = asked(cast)
    client = web(cast.aud)
    text = client.get(f"/tickets/{cast.ticket.number}").content.decode()
    assert "Have you one?" in text and "data-side-composer" not in text
    with nothing_moves():
        client.post(f"/sides/{message.side_id}/ask", {"text": "x", "to": SUPPLIER})
        client.post(f"/sides/{message.side_id}/settle")
        client.post(f"/messages/{message.pk}/undo-asking")
    with pytest.raises(NotAllowed):
        begin_side(cast.ticket.number, Asking(text="x", to=(SUPPLIER,)), by=cast.aud)


def test_what_is_out_of_sight_is_not_there(cast: Cast, web: Web) -> None:
    message = begin_side(cast.hidden.number, Asking(text="x", to=(SUPPLIER,)), by=cast.noor)
    client = web(cast.ada)
    for path in ("ask", "draft", "settle", "reopen"):
        assert client.post(f"/sides/{message.side_id}/{path}", {"text": "x"}).status_code == 404
    assert client.get(f"/tickets/{cast.hidden.number}/ask").status_code == 404
    assert client.get(f"/tickets/{cast.hidden.number}/sides", headers=PIECE).status_code == 404
    assert client.post(f"/messages/{message.pk}/undo-asking").status_code == 404
    assert client.post("/sides/99999/ask", {"text": "x"}).status_code == 404
    with pytest.raises(NotFound):
        settle_side(99999, by=cast.ada)


def test_an_answer_from_another_address_offers_to_write_there(cast: Cast, web: Web) -> None:
    side = asked(cast).side
    assert side is not None
    told = Told(text="Yes.", said_by="Store <store@cables.example>", answer_to="store@cables.example")
    receive_told(side, told, by=MAIL)
    text = web(cast.ada).get(f"/tickets/{cast.ticket.number}/sides", headers=PIECE).content.decode()
    assert "The last answer came from store@cables.example" in text


def test_nothing_of_it_is_in_what_the_api_lists_or_the_paper_shows(cast: Cast, web: Web) -> None:
    asked(cast, "Secret question")
    client = web(cast.ada)
    path = f"/tickets/{cast.ticket.number}/print"
    assert "Secret question" not in client.get(path).content.decode()
    assert "Secret question" not in client.get(f"{path}?notes=1").content.decode()
    assert "Secret question" in client.get(f"{path}?sides=1").content.decode()


def test_asking_twice_at_once_is_confirmed_by_nobody_else(cast: Cast) -> None:
    with pytest.raises(NeedsConfirmation):
        begin_side(cast.ticket.number, Asking(text="x", to=(CLEO,)), by=cast.ada)
