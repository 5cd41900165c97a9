"""What is begun and not yet said."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from aplomb.journal.models import Entry
from aplomb.lib.time import utc_now
from aplomb.people.errors import Wrong
from aplomb.tickets.actions.draft import drop_upload, keep_draft, sweep_uploads, throw_draft_away, type_of, upload_file
from aplomb.tickets.actions.sides import Asking, begin_side, undo_asking
from aplomb.tickets.models import Attachment, Draft
from tests.cast import Cast
from tests.moved import nothing_moves


def test_reply_and_note_never_share_a_draft(cast: Cast) -> None:
    keep_draft(cast.ada, cast.ticket, "reply", text="Dear Cleo", to=("cleo@acme.example",))
    keep_draft(cast.ada, cast.ticket, "note", text="She is angry")
    keep_draft(cast.ada, cast.ticket, "reply", text="Dear Cleo, thank you")

    found = {each.kind: each.text for each in Draft.objects.filter(person=cast.ada, ticket=cast.ticket)}
    assert found == {"reply": "Dear Cleo, thank you", "note": "She is angry"}


def test_each_agent_and_each_ticket_has_their_own(cast: Cast) -> None:
    keep_draft(cast.ada, cast.ticket, "reply", text="Ada on Cleo's")
    keep_draft(cast.bo, cast.ticket, "reply", text="Bo on Cleo's")
    keep_draft(cast.ada, cast.greek, "reply", text="Ada on Dimitra's")
    keep_draft(cast.ada, None, "reply", text="Ada's new ticket")
    assert Draft.objects.count() == 4


def test_a_draft_is_not_on_the_record(cast: Cast) -> None:
    before = Entry.objects.count()
    keep_draft(cast.ada, cast.ticket, "reply", text="unsaid")
    throw_draft_away(cast.ada, cast.ticket, "reply")
    assert (Entry.objects.count(), Draft.objects.count()) == (before, 0)


def test_a_new_ticket_has_one_draft_a_person_even_in_the_database(cast: Cast) -> None:
    keep_draft(cast.ada, None, "reply", text="one")
    keep_draft(cast.ada, None, "reply", text="two")
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.create(person=cast.ada, ticket=None, kind="reply")


def test_nul_bytes_and_endless_texts_are_cut(cast: Cast) -> None:
    assert keep_draft(cast.ada, cast.ticket, "reply", text="a\x00b").text == "ab"
    assert len(keep_draft(cast.ada, cast.ticket, "reply", text="x" * 300_000).text) == 200_000


def test_throwing_a_draft_away_takes_its_files_along(cast: Cast) -> None:
    upload_file(cast.ada, cast.ticket, "reply", name="a.txt", content=b"a")
    kept = upload_file(cast.ada, cast.ticket, "note", name="b.txt", content=b"b")
    throw_draft_away(cast.ada, cast.ticket, "reply")
    assert list(Attachment.objects.exclude(draft=None)) == [kept]


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01", "image/png"),
        ("letter", "Καλημέρα".encode(), "text/plain"),
        ("noise", b"\x80\x81\x00\x01\xff", "application/octet-stream"),
    ],
)
def test_the_bytes_decide_what_a_file_is(name: str, content: bytes, media_type: str) -> None:
    assert type_of(content, name) == media_type


def test_an_empty_file_is_refused(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(Wrong, match=r"a\.txt is empty"):
        upload_file(cast.ada, cast.ticket, "reply", name="a.txt", content=b"")


def test_a_file_too_large_is_refused_with_the_limit(cast: Cast, settings: Settings) -> None:
    settings.ATTACHMENT_LIMIT = 1024 * 1024
    with nothing_moves(), pytest.raises(Wrong, match="1 MB are the most"):
        upload_file(cast.ada, cast.ticket, "reply", name="a", content=b"x" * (1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\invoice.pdf", "invoice.pdf"),
        ("", "file"),
        ("..", "file"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("τιμολόγιο.pdf", "τιμολόγιο.pdf"),
        ("x" * 500 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(cast: Cast, given: str, kept: str) -> None:
    assert upload_file(cast.ada, cast.ticket, "reply", name=given, content=b"x").name == kept


def test_one_drops_only_ones_own(cast: Cast) -> None:
    theirs = upload_file(cast.bo, cast.ticket, "reply", name="bo.txt", content=b"b")
    mine = upload_file(cast.ada, cast.ticket, "reply", name="ada.txt", content=b"a")
    drop_upload(cast.ada, theirs.pk)
    drop_upload(cast.ada, mine.pk)
    assert list(Attachment.objects.exclude(draft=None)) == [theirs]


def test_what_hangs_on_nothing_is_swept_up_after_a_while(cast: Cast) -> None:
    dropped = upload_file(cast.ada, cast.ticket, "reply", name="a.txt", content=b"a")
    kept = upload_file(cast.ada, cast.ticket, "reply", name="b.txt", content=b"b")
    drop_upload(cast.ada, dropped.pk)
    assert sweep_uploads(dropped.created_at) == []
    assert sweep_uploads(utc_now() + dt.timedelta(seconds=1)) == [dropped.path]
    assert list(Attachment.objects.all()) == [kept]


def test_a_question_that_is_undone_loses_nothing_of_what_was_begun_since(cast: Cast) -> None:
    question = begin_side(cast.ticket.number, Asking(text="First", to=("s@cables.example",), subject="A"), by=cast.ada)
    keep_draft(cast.ada, None, "asked", text="Begun since", side=question.side)
    undo_asking(question.pk, by=cast.ada)
    assert Draft.objects.get(side=question.side).text == "First\n\nBegun since"
