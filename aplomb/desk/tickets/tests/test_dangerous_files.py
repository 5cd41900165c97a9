"""Files that could do harm are named as such, and given out only after a warning."""

from collections.abc import Callable

import pytest
from django.test import Client

from aplomb.desk.tickets.dangers import LONG, SHORT
from aplomb.lib.dangers import KINDS
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.models import Attachment
from tests.cast import Cast, wrote

Web = Callable[..., Client]


def test_every_kind_of_danger_has_its_words() -> None:
    assert set(SHORT) == set(LONG) == set(KINDS)


@pytest.mark.parametrize(
    ("file", "word"),
    [
        (IncomingFile("invoice.pdf.exe", "application/octet-stream", b"MZ"), "its name misleads"),
        (IncomingFile("sign-in.html", "text/html", b"<html>"), "a web page"),
        (IncomingFile("a.zip", "application/zip; danger=locked", b"PK"), "locked with a password"),
    ],
)
def test_a_dangerous_file_is_marked_and_saved_after_a_warning(
    cast: Cast, web: Web, file: IncomingFile, word: str
) -> None:
    message = wrote(cast.cleo, cast.ticket, "See the file", files=(file,))
    row = Attachment.objects.get(message=message)
    client = web(cast.ada)
    assert word in client.get(f"/tickets/{cast.ticket.number}").content.decode()
    for question in ("", "?save"):
        warning = client.get(f"/attachments/{row.pk}/{row.name}{question}")
        assert warning["Content-Type"].startswith("text/html")
        text = warning.content.decode()
        assert "This file can do harm." in text and f"/attachments/{row.pk}/{row.name}?save&amp;sure" in text
        assert "Content-Disposition" not in warning
    saved = client.get(f"/attachments/{row.pk}/{row.name}?save&sure")
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"].startswith("attachment")
    assert b"".join(saved.streaming_content) == file.content  # type: ignore[attr-defined]  # a FileResponse


def test_a_harmless_file_is_saved_at_once(cast: Cast, web: Web) -> None:
    message = wrote(cast.cleo, cast.ticket, "See", files=(IncomingFile("a.pdf", "application/pdf", b"%PDF-1.4"),))
    row = Attachment.objects.get(message=message)
    saved = web(cast.ada).get(f"/attachments/{row.pk}/a.pdf")
    assert saved["Content-Disposition"].startswith("attachment")
    saved.close()
