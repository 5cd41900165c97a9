"""What was said, and saying more: replies, notes, words written down, undo, files."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplomb.api.tests.conftest import Machine
from aplomb.journal.models import OutgoingMail
from aplomb.tickets import gates
from aplomb.tickets.gates import Objection
from aplomb.tickets.models import Attachment, Message
from tests.cast import Cast, fresh, wrote

HELLO = {"kind": "reply", "text": "We are looking into it."}


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/tickets/{cast.ticket.number}/messages"


def test_messages_come_oldest_first_and_each_once(cast: Cast, ada: Machine, path: str) -> None:
    for place in range(6):
        wrote(cast.cleo, cast.ticket, f"Word {place}")
    texts: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ada.get(path, {"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        texts += [each["text"] for each in page["items"]]
        cursor = page["next"]
    assert texts == ["The line is down since this morning.", *(f"Word {place}" for place in range(6))]


def test_a_reply_leaves_for_the_contact_and_can_be_undone(cast: Cast, ada: Machine, path: str) -> None:
    answer = ada.post(path, {**HELLO, "status": "waiting_customer", "cc": ["boss@acme.example"]})
    assert answer.status_code == 201
    said = answer.json()
    assert (said["kind"], said["author"], said["delivery"]) == ("reply", "Ada", "queued")
    assert (said["to"], said["cc"]) == (["cleo@acme.example"], ["boss@acme.example"])
    assert fresh(cast.ticket).status == "waiting_customer"
    undone = ada.post(f"/messages/{said['id']}/undo")
    assert (undone.status_code, undone.json()["delivery"]) == (200, "withdrawn")
    assert fresh(cast.ticket).status == "new"
    again = ada.post(f"/messages/{said['id']}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "too-late")


def test_a_note_stays_and_may_bring_a_status(cast: Cast, ada: Machine, path: str) -> None:
    mails = OutgoingMail.objects.count()
    answer = ada.post(path, {"kind": "note", "text": "Σημείωση", "status": "resolved"})
    assert (answer.status_code, answer.json()["kind"], answer.json()["text"]) == (201, "note", "Σημείωση")
    assert fresh(cast.ticket).status == "resolved"
    assert OutgoingMail.objects.count() == mails


def test_a_customers_word_is_written_down_and_reopens(cast: Cast, ada: Machine, path: str) -> None:
    ada.post(path, {"kind": "note", "text": "Done", "status": "resolved"})
    answer = ada.post(path, {"kind": "customer", "text": "It is down again."})
    said = answer.json()
    assert (answer.status_code, said["kind"], said["author"]) == (201, "customer", "Cleo Whitfield")
    assert (said["channel"], said["ticket"]) == ("call", cast.ticket.number)
    assert fresh(cast.ticket).status == "open"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "system"}, "kind"),
        ({"text": " \n"}, "text"),
        ({"status": "closed"}, "status"),
        ({"to": ["nobody"]}, "to.0"),
        ({"attachments": [987654]}, "uploads"),
        ({"kind": "customer", "attachments": [987654]}, "attachments"),
        ({"kind": "note", "to": ["a@b.example"]}, "to"),
        ({"kind": "note", "status": "new"}, None),
        ({"confirmed": "yes"}, "confirmed"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_said(
    cast: Cast, ada: Machine, path: str, change: dict[str, Any], field: str | None
) -> None:
    if field is None:
        ada.patch(f"/tickets/{cast.ticket.number}", {"status": "open"})
        field = "status"
    before = (Message.objects.count(), fresh(cast.ticket).version)
    answer = ada.post(path, {**HELLO, **change})
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} == {field}
    assert (Message.objects.count(), fresh(cast.ticket).version) == before


def test_what_needs_a_confirmation_says_why_and_goes_on_with_it(
    cast: Cast, ada: Machine, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "_replying", [lambda *_: [Objection("tone", "It sounds harsh.", "confirm")]])
    before = Message.objects.count()
    asked = ada.post(path, HELLO)
    assert (asked.status_code, asked.json()["code"]) == (409, "needs-confirmation")
    assert asked.json()["reasons"] == [{"code": "tone", "reason": "It sounds harsh."}]
    assert Message.objects.count() == before
    assert ada.post(path, {**HELLO, "confirmed": True}).status_code == 201


def test_out_of_sight_nothing_is_read_said_or_undone(cast: Cast, ada: Machine) -> None:
    path = f"/tickets/{cast.hidden.number}/messages"
    said = Machine(cast.noor).post(path, HELLO).json()
    before = Message.objects.count()
    answers = [ada.get(path), *(ada.post(path, {**HELLO, "kind": kind}) for kind in ("reply", "note", "customer"))]
    answers += [ada.post(f"/messages/{said['id']}/undo"), ada.post("/messages/99999999999999999999999/undo")]
    assert [each.status_code for each in answers] == [404] * 6
    assert Message.objects.count() == before
    assert Message.objects.get(pk=said["id"]).delivery == "queued"


def test_an_auditor_may_note_but_not_reply_or_write_down(cast: Cast, path: str) -> None:
    auditor = Machine(cast.aud)
    answers = [auditor.post(path, {**HELLO, "kind": kind}).status_code for kind in ("note", "reply", "customer")]
    assert answers == [201, 403, 403]


@pytest.mark.parametrize("kind", ["reply", "note", "customer"])
def test_an_uploaded_file_goes_with_the_message(cast: Cast, ada: Machine, path: str, kind: str) -> None:
    sent = ada.upload(SimpleUploadedFile("../Σχέδιο.txt", "Ως έχει".encode(), "text/html"))
    assert sent.status_code == 201
    file = sent.json()
    assert (file["name"], file["type"], file["size"]) == ("Σχέδιο.txt", "text/plain", len("Ως έχει".encode()))
    said = ada.post(path, {**HELLO, "kind": kind, "attachments": [file["id"]]}).json()
    assert [each["name"] for each in said["attachments"]] == ["Σχέδιο.txt"]
    assert Attachment.objects.exclude(message=None).count() == 1
    got = Machine(cast.noor).get(f"/attachments/{said['attachments'][0]['id']}")
    assert b"".join(got) == "Ως έχει".encode()
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"].startswith("attachment;")
    assert got["X-Content-Type-Options"] == "nosniff"


def test_a_waiting_file_is_its_senders_alone_and_a_hidden_tickets_file_is_its_teams(cast: Cast, ada: Machine) -> None:
    noor = Machine(cast.noor)
    file = noor.upload(SimpleUploadedFile("a.txt", b"abc")).json()
    assert ada.get(f"/attachments/{file['id']}").status_code == 404
    note = {"kind": "note", "text": "See", "attachments": [file["id"]]}
    assert ada.post(f"/tickets/{cast.ticket.number}/messages", note).status_code == 422
    assert b"".join(noor.get(f"/attachments/{file['id']}")) == b"abc"
    assert noor.post(f"/tickets/{cast.hidden.number}/messages", note).status_code == 201
    assert ada.get(f"/attachments/{file['id']}").status_code == 404
    assert b"".join(noor.get(f"/attachments/{file['id']}")) == b"abc"
    assert ada.get("/attachments/99999999999999999999999").status_code == 404


def test_a_file_that_is_too_large_or_empty_is_refused(ada: Machine, settings: Any) -> None:
    settings.ATTACHMENT_LIMIT = 10
    assert ada.upload(SimpleUploadedFile("a.txt", b"x" * 11)).status_code == 413
    assert ada.upload(SimpleUploadedFile("a.txt", b"")).status_code == 422
    assert ada.raw("POST", "/attachments", b"{}").status_code in {415, 422}
    assert Attachment.objects.count() == 0


def test_the_conversation_costs_the_same_however_long(cast: Cast, ada: Machine, path: str) -> None:
    ada.get(path)
    for _ in range(9):
        wrote(cast.cleo, cast.ticket)
    with CaptureQueriesContext(connection) as queries:
        assert len(ada.get(path).json()["items"]) == 10
    assert len(queries) <= 5, [each["sql"] for each in queries]
