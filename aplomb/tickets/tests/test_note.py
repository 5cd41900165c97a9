"""A word among colleagues."""

import pytest

from aplomb.journal.models import Entry, OutgoingMail
from aplomb.people.errors import NotAllowed, NotFound, Wrong
from aplomb.tickets.actions.draft import keep_draft, upload_file
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.models import Draft
from tests.cast import Cast, fresh
from tests.moved import nothing_moves


@pytest.mark.parametrize("who", ["ada", "bo", "max", "lena", "tariq", "aud"])
def test_who_works_a_ticket_or_is_asked_about_it_adds_notes(cast: Cast, who: str) -> None:
    before = fresh(cast.ticket)

    message = add_note(cast.ticket.number, "Σημείωση ", by=getattr(cast, who))

    ticket = fresh(cast.ticket)
    assert (message.kind, message.text, message.person) == ("note", "Σημείωση", getattr(cast, who))
    assert (message.delivery, message.to, message.outgoing) == ("here", [], None)
    assert (ticket.status, ticket.next_due_at, ticket.version) == (
        before.status,
        before.next_due_at,
        before.version + 1,
    )
    assert Entry.objects.filter(chain=cast.ticket.chain).latest("seq").kind == "NoteAdded"


def test_a_note_never_leaves_the_desk(cast: Cast) -> None:
    mails = OutgoingMail.objects.count()
    add_note(cast.ticket.number, "between us", by=cast.ada)
    assert OutgoingMail.objects.count() == mails


def test_the_owner_only_looks(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(NotAllowed, match="This is for agents"):
        add_note(cast.ticket.number, "x", by=cast.olga)


def test_a_customer_writes_no_notes(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(NotFound):
        add_note(cast.ticket.number, "x", by=cast.cleo)


def test_another_teams_closed_ticket_is_not_there(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(NotFound):
        add_note(cast.hidden.number, "x", by=cast.ada)


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_note_is_none(cast: Cast, text: str) -> None:
    with nothing_moves(), pytest.raises(Wrong):
        add_note(cast.ticket.number, text, by=cast.ada)


def test_the_draft_of_the_note_goes_and_that_of_the_reply_stays(cast: Cast) -> None:
    keep_draft(cast.ada, cast.ticket, "reply", text="for Cleo")
    keep_draft(cast.ada, cast.ticket, "note", text="for us")
    upload = upload_file(cast.ada, cast.ticket, "note", name="log.txt", content=b"log")

    message = add_note(cast.ticket.number, "for us", by=cast.ada, uploads=(upload.pk,))

    assert [(each.kind, each.text) for each in Draft.objects.all()] == [("reply", "for Cleo")]
    assert [each.name for each in message.attachments.all()] == ["log.txt"]
