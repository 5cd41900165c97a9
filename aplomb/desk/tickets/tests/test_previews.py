"""Looking at attachments without opening them."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from PIL import Image

from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.models import Attachment, Message, Ticket
from tests.cast import Cast, wrote

Web = Callable[..., Client]
PIECE = {"HX-Request": "true"}


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 300), "green").save(out, "PNG")
    return out.getvalue()


def kept(ticket: Ticket, name: str, kind: str, content: bytes) -> Attachment:
    message: Message = wrote(ticket.contact, ticket, "A file", files=(IncomingFile(name, kind, content),))
    return Attachment.objects.get(message=message)


def seen(client: Client, file: Attachment) -> str:
    answer = client.get(f"/previews/{file.pk}", headers=PIECE)
    assert answer.status_code == 200 and "private" in answer.headers["Cache-Control"]
    return answer.content.decode()


def test_a_picture_is_made_anew_and_served_for_nobody_to_run(cast: Cast, web: Web) -> None:
    file = kept(cast.ticket, "a.png", "image/png", picture())
    client = web(cast.ada)
    assert f"/previews/{file.pk}/large" in seen(client, file)
    answer = client.get(f"/previews/{file.pk}/small")
    assert Image.open(io.BytesIO(answer.content)).size == (480, 160)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"] and "private" in answer.headers["Cache-Control"]
    assert f"/previews/{file.pk}/small" in client.get(f"/tickets/{cast.ticket.number}").content.decode()


@pytest.mark.parametrize(
    ("name", "kind", "content", "words"),
    [
        ("a.txt", "text/plain", "Καλημέρα".encode(), "Καλημέρα"),
        ("a.csv", "application/octet-stream", b"1;2;<b>", "1;2;&lt;b&gt;"),
        ("old.log", "text/plain", "Grüße aus Köln".encode("cp1252"), "Grüße aus Köln"),
        ("long.txt", "text/plain", "ä".encode() * 70_000, "Only its beginning is shown."),
        ("a.pdf", "application/pdf", b"%PDF-broken", "It cannot be read"),
        ("a.zip", "application/zip", b"PK broken", "It cannot be read"),
        ("a.docx", "application/vnd.x", b"x", "no preview for files of this kind"),
        ("run.exe", "application/octet-stream", b"MZ", "It is a program."),
        ("page.html", "text/html", b"<script>alert(1)</script>", "It is a web page."),
    ],
)
def test_what_can_be_seen_of_a_file(cast: Cast, web: Web, name: str, kind: str, content: bytes, words: str) -> None:
    text = seen(web(cast.ada), kept(cast.ticket, name, kind, content))
    assert words in text and "<script>" not in text


def test_a_broken_picture_is_not_there(cast: Cast, web: Web) -> None:
    file = kept(cast.ticket, "a.png", "image/png", b"\x89PNG broken")
    assert web(cast.ada).get(f"/previews/{file.pk}/small").status_code == 404
    assert web(cast.ada).get(f"/previews/{file.pk}/huge").status_code == 404


def test_a_dangerous_file_with_a_pictures_type_is_none(cast: Cast, web: Web) -> None:
    file = kept(cast.ticket, "a.png.exe", "image/png", picture())
    assert web(cast.ada).get(f"/previews/{file.pk}/small").status_code == 404


def test_what_is_out_of_sight_is_not_there(cast: Cast, web: Web) -> None:
    file = kept(cast.hidden, "a.png", "image/png", picture())
    client = web(cast.ada)
    for path in (f"/previews/{file.pk}", f"/previews/{file.pk}/small", "/previews/99999"):
        assert client.get(path).status_code == 404
    assert Client().get(f"/previews/{file.pk}").status_code == 302


def test_without_scripts_it_is_a_page(cast: Cast, web: Web) -> None:
    file = kept(cast.ticket, "a.txt", "text/plain", b"hello")
    text = web(cast.ada).get(f"/previews/{file.pk}").content.decode()
    assert "<main" in text and "hello" in text and f"/tickets/{cast.ticket.number}#message-{file.message_id}" in text
