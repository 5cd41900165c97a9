"""The ticket's page, its changes, files and the frame of a mail's own formatting."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aplomb.desk.tickets.files import FRAME_POLICY
from aplomb.lib.html import sanitise
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.models import Attachment, Draft, Message, Stage
from tests.cast import Cast, asked, fresh, wrote

Web = Callable[..., Client]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "0001a0f6450000000049454e44ae426082"
)
PIECE = {"HX-Request": "true"}


def test_the_page_shows_conversation_customer_and_what_is_due(cast: Cast, web: Web) -> None:
    text = web(cast.ada).get(f"/tickets/{cast.ticket.number}").content.decode()
    for word in (
        "No dial tone",
        "The line is down since this morning.",
        "Cleo Whitfield",
        "reply due in",
        "Send to",
    ):
        assert word in text


def test_another_spelling_of_the_number_leads_to_the_one_address(cast: Cast, web: Web) -> None:
    answer = web(cast.ada).get(f"/tickets/{cast.ticket.shown_number}")
    assert answer["Location"] == f"/tickets/{cast.ticket.number}"


@pytest.mark.parametrize("path", ["", "/news", "/history", "/earlier", "/pick/assignee"])
def test_a_hidden_ticket_is_not_found(cast: Cast, web: Web, path: str) -> None:
    assert web(cast.ada).get(f"/tickets/{cast.hidden.number}{path}").status_code == 404
    assert web(cast.noor).get(f"/tickets/{cast.hidden.number}{path}").status_code == 200


@pytest.mark.parametrize("path", ["reply", "note", "draft/reply", "change", "bin", "restore", "files/reply"])
def test_nothing_is_written_on_a_hidden_ticket(cast: Cast, web: Web, path: str) -> None:
    before = fresh(cast.hidden).version
    answer = web(cast.ada).post(
        f"/tickets/{cast.hidden.number}/{path}", {"text": "x", "status": "open", "reason": "spam"}
    )
    assert answer.status_code == 404
    assert fresh(cast.hidden).version == before


@pytest.mark.parametrize("path", ["reply", "note", "draft/reply", "change", "bin", "restore", "files/reply"])
def test_writing_is_by_post_only(cast: Cast, web: Web, path: str) -> None:
    assert web(cast.ada).get(f"/tickets/{cast.ticket.number}/{path}").status_code == 405


def test_a_form_without_its_token_is_refused(cast: Cast, web: Web) -> None:
    client = web(cast.ada, enforce_csrf_checks=True)
    assert client.post(f"/tickets/{cast.ticket.number}/note", {"text": "x"}).status_code == 403
    assert Message.objects.filter(kind="note").count() == 0


def test_whoever_does_not_answer_tickets_sees_no_reply_form(cast: Cast, web: Web) -> None:
    text = web(cast.aud).get(f"/tickets/{cast.ticket.number}").content.decode()
    assert 'id="reply-form"' not in text
    assert 'id="note-form"' in text


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"status": "waiting_third_party"}, "status", "waiting_third_party"),
        ({"priority": "4"}, "priority", 4),
        ({"subject": "  A better  subject "}, "subject", "A better subject"),
        ({"language": "el"}, "language", "el"),
    ],
)
def test_changes_in_place(cast: Cast, web: Web, given: dict[str, str], field: str, value: object) -> None:
    answer = web(cast.ada).post(f"/tickets/{cast.ticket.number}/change", given, headers=PIECE)
    assert answer.status_code == 200
    assert b'hx-swap-oob="true"' in answer.content
    assert getattr(fresh(cast.ticket), field) == value


def test_assign_to_me_and_to_nobody(cast: Cast, web: Web) -> None:
    client, address = web(cast.ada), f"/tickets/{cast.ticket.number}/change"
    client.post(address, {"assignee": "me"})
    assert fresh(cast.ticket).assignee_id == cast.ada.pk
    client.post(address, {"assignee": ""})
    assert fresh(cast.ticket).assignee_id is None


def test_an_assignee_who_is_not_an_agent_changes_nothing(cast: Cast, web: Web) -> None:
    web(cast.ada).post(f"/tickets/{cast.ticket.number}/change", {"assignee": str(cast.olga.pk)})
    assert fresh(cast.ticket).assignee_id is None


def test_a_refused_change_is_said_in_place(cast: Cast, web: Web) -> None:
    answer = web(cast.ada).post(f"/tickets/{cast.ticket.number}/change", {"subject": " "}, headers=PIECE)
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#says"
    assert "A ticket needs a subject." in answer.content.decode()


def test_the_bin_and_back(cast: Cast, web: Web) -> None:
    client, address = web(cast.ada), f"/tickets/{cast.ticket.number}"
    answer = client.post(f"{address}/bin", {"reason": "spam"}, headers=PIECE)
    assert "Undo" in answer.content.decode()
    assert fresh(cast.ticket).stage == Stage.BIN
    assert "In the bin as spam." in client.get(address).content.decode()
    client.post(f"{address}/restore")
    assert fresh(cast.ticket).stage == Stage.LIVE


def test_the_history_is_told_in_sentences(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    client.post(f"/tickets/{cast.ticket.number}/change", {"assignee": "me", "status": "open", "priority": "3"})
    text = client.get(f"/tickets/{cast.ticket.number}/history").content.decode()
    for sentence in (
        "opened the ticket",
        "wrote",
        "assigned it to Ada",
        "from new to open",
        "changed the priority to high",
    ):
        assert sentence in text


def test_what_is_new_comes_in_pieces(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    first = Message.objects.get(ticket=cast.ticket)
    second = wrote(cast.cleo, cast.ticket, "And the phone too.")
    text = client.get(f"/tickets/{cast.ticket.number}/news?after={first.pk}&open=x,,9").content.decode()
    assert f'id="message-{second.pk}"' in text
    assert f'id="message-{first.pk}"' not in text
    assert "<html" not in text


def test_earlier_messages_come_on_demand(cast: Cast, web: Web) -> None:
    for number in range(55):
        wrote(cast.cleo, cast.ticket, f"Word {number:02}.")
    client = web(cast.ada)
    text = client.get(f"/tickets/{cast.ticket.number}").content.decode()
    assert "6 earlier messages" in text
    assert "Word 04." not in text
    address = text.split(f"/tickets/{cast.ticket.number}/earlier?before=")[1].split('"')[0]
    more = client.get(f"/tickets/{cast.ticket.number}/earlier?before={address}", headers=PIECE).content.decode()
    assert "Word 04." in more
    assert "Word 05." not in more
    assert "earlier message" not in more


def test_what_a_customer_wrote_is_shown_as_text_with_safe_links(cast: Cast, web: Web) -> None:
    wrote(cast.cleo, cast.ticket, '<script>alert(1)</script> see https://acme.example/a?b=1&c="x, thanks')
    text = web(cast.ada).get(f"/tickets/{cast.ticket.number}").content.decode()
    assert "<script>alert" not in text
    assert 'href="https://acme.example/a?b=1&amp;c="' in text


def test_quoted_history_is_folded(cast: Cast, web: Web) -> None:
    wrote(cast.cleo, cast.ticket, "Yes.", quoted="> What you wrote")
    assert "Show quoted text" in web(cast.ada).get(f"/tickets/{cast.ticket.number}").content.decode()


def test_original_formatting_is_shown_in_isolation(cast: Cast, web: Web) -> None:
    picture = IncomingFile("a.png", "image/png", PNG, is_inline=True, content_id="pic@x")
    html = sanitise('<p>Hi <img src="cid:pic@x"><img src="https://tracker.example/x.gif"><img src="cid:none"></p>')
    message = wrote(cast.cleo, cast.ticket, "Hi", html=html, files=(picture,))
    client = web(cast.ada)
    answer = client.get(f"/messages/{message.pk}/html")
    text = answer.content.decode()
    file = Attachment.objects.get(message=message)
    assert f'src="/attachments/{file.pk}/a.png"' in text
    assert ' src="https://tracker.example' not in text
    assert answer["Content-Security-Policy"] == FRAME_POLICY.format(images="'self' data:")
    assert "script" not in answer["Content-Security-Policy"]
    with_images = client.get(f"/messages/{message.pk}/html?images=1").content.decode()
    assert ' src="https://tracker.example/x.gif"' in with_images


def test_formatting_and_files_of_a_hidden_ticket_are_not_found(cast: Cast, web: Web) -> None:
    file = IncomingFile("a.png", "image/png", PNG)
    message = wrote(cast.dimitra, cast.hidden, "x", html="<p>x</p>", files=(file,))
    row = Attachment.objects.get(message=message)
    for address in (f"/messages/{message.pk}/html", f"/attachments/{row.pk}/a.png"):
        assert web(cast.ada).get(address).status_code == 404
        shown = web(cast.noor).get(address)
        assert shown.status_code == 200
        assert b"".join(shown)


def test_only_pictures_are_shown_by_the_browser_and_the_rest_is_saved(cast: Cast, web: Web) -> None:
    files = (
        IncomingFile("a.png", "image/png", PNG),
        IncomingFile("a.html", "text/html", b"<script>x</script>"),
    )
    message = wrote(cast.cleo, cast.ticket, "x", files=files)
    picture, page = Attachment.objects.filter(message=message).order_by("id")
    client = web(cast.ada)
    shown = client.get(f"/attachments/{picture.pk}/a.png")
    assert shown["Content-Type"] == "image/png"
    assert b"".join(shown.streaming_content) == PNG  # type: ignore[attr-defined]  # a FileResponse
    saved = client.get(f"/attachments/{page.pk}/a.html?sure")
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"].startswith("attachment")
    assert "sandbox" in saved["Content-Security-Policy"]
    saved.close()


def test_a_file_beside_a_draft_is_only_its_owners(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    given = SimpleUploadedFile("Αναφορά.txt", "κείμενο".encode())
    answer = client.post(f"/tickets/{cast.ticket.number}/files/reply", {"file": given}, headers=PIECE)
    assert "Αναφορά.txt" in answer.content.decode()
    row = Attachment.objects.get(message=None)
    assert web(cast.bo).get(f"/attachments/{row.pk}/x").status_code == 404
    web(cast.bo).post(f"/attachments/{row.pk}/remove", headers=PIECE)
    assert Attachment.objects.filter(pk=row.pk).exists()
    client.post(f"/attachments/{row.pk}/remove", headers=PIECE)
    assert not Attachment.objects.filter(pk=row.pk).exclude(draft=None).exists()


def test_an_empty_and_a_too_large_file_are_refused_in_words(cast: Cast, web: Web, settings: object) -> None:
    settings.ATTACHMENT_LIMIT = 1024 * 1024  # type: ignore[attr-defined]  # pytest-django's settings
    address = f"/tickets/{cast.ticket.number}/files/note"
    for content, words in ((b"", "is empty"), (b"x" * 1024 * 1025, "is too large: 1 MB are the most")):
        answer = web(cast.ada).post(address, {"file": SimpleUploadedFile("a.bin", content)}, headers=PIECE)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert Attachment.objects.count() == 0


def test_drafts_of_reply_and_note_never_meet(cast: Cast, web: Web) -> None:
    client, address = web(cast.ada), f"/tickets/{cast.ticket.number}"
    client.post(f"{address}/draft/reply", {"text": "Dear Cleo", "to": "cleo@acme.example"})
    answer = client.post(f"{address}/draft/note", {"text": "She is angry", "to": "x@y.example"})
    assert answer.content.decode().startswith("saved ")
    assert {draft.kind: (draft.text, draft.to) for draft in Draft.objects.all()} == {
        "reply": ("Dear Cleo", ["cleo@acme.example"]),
        "note": ("She is angry", []),
    }
    assert "She is angry" not in web(cast.bo).get(address).content.decode()


def test_copies_stay_in_copy_but_never_our_own_address(cast: Cast, web: Web) -> None:
    ticket = asked(cast.cleo, "x", to=("help+t@desk.example", "boss@acme.example"), cc=("cleo@acme.example",)).ticket
    text = web(cast.ada).get(f"/tickets/{ticket.number}").content.decode()
    assert 'name="cc" value="boss@acme.example"' in text


@pytest.mark.parametrize("onward", ["1e5", "logout", "account_logout", "%s"])
def test_a_word_that_is_no_page_to_go_on_to_leads_to_the_queue(cast: Cast, web: Web, onward: str) -> None:
    refused = web(cast.ada).post(f"/tickets/{cast.ticket.number}/bin", {"reason": "none", "next": onward})
    assert (refused.status_code, refused["Location"]) == (302, "/")
    settled = web(cast.ada).post("/mail/out/settle", {"next": onward})
    assert (settled.status_code, settled["Location"]) == (302, "/mail/out")
