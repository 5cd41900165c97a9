"""The record of a ticket, with everything it commits to, verified here and by the other side."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage

from aplomb.customers.actions import add_contact
from aplomb.journal import chains
from aplomb.journal.actors import SYSTEM
from aplomb.journal.checkpoints import key_file, make_checkpoint, public_key
from aplomb.journal.exports import verify_export
from aplomb.journal.models import Chain, Checkpoint, CheckpointHead, Entry
from aplomb.people.errors import NotFound
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.erase import discard_ticket, erase_text, redact_text
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.models import Attachment, Message, Ticket
from aplomb.tickets.record import export_record, verify_all, verify_ticket
from tests.cast import Cast, asked

pytestmark = pytest.mark.django_db

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):  # type: ignore[no-untyped-def]  # pytest's own fixtures
    settings.DATA = tmp_path


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Asked with a file, noted, answered; a checkpoint saw all of it but the answer."""
    message = asked(
        cast.cleo,
        "The line is down. Call Wanda at 01632 960456.",
        subject="No dial tone at Wanda's",
        html="<p>The line is <b>down</b>.</p>",
        quoted="> On Monday you wrote",
        files=(IncomingFile("wanda.png", "image/png", PICTURE),),
    )
    add_note(message.ticket.number, "Wanda shouts. Be kind.", by=cast.ada)
    make_checkpoint()
    reply_to_ticket(message.ticket.number, Reply(text="We are on our way."), by=cast.ada)
    return Ticket.objects.select_related("chain").get(pk=message.ticket.pk)


def message_of(ticket: Ticket, kind: str) -> Message:
    return Message.objects.get(ticket=ticket, kind=kind)


def found(ticket: Ticket) -> tuple[str, int | None, str]:
    broken = verify_ticket(ticket.number).broken
    assert broken is not None
    return broken.code, broken.seq, broken.name


def test_a_ticket_in_order_holds(ticket: Ticket) -> None:
    verdict = verify_ticket(f"#{ticket.shown_number}")
    assert verdict.broken is None
    assert verdict.entries == ticket.chain.length
    assert verdict.checkpoint is not None
    assert ticket.number in verdict.sentence


def test_a_number_that_nobody_has_is_said_so(db: None) -> None:
    for number in ("", "1234", "10000007", "x" * 1000):
        with pytest.raises(NotFound):
            verify_ticket(number)


# --- what is erased, redacted, withheld still verifies ------------------------------------------------------------


def test_an_erased_text_a_redacted_one_and_a_withheld_note_verify(ticket: Ticket, cast: Cast) -> None:
    erase_text(message_of(ticket, "reply").pk, by=cast.bo)
    redact_text(message_of(ticket, "customer").pk, "The line is down. Call [removed].", by=cast.bo)
    make_checkpoint()
    verdict = verify_ticket(ticket.number)
    assert verdict.broken is None
    assert set(verdict.gone) == {(2, "text"), (2, "html"), (2, "quoted"), (4, "text")}
    document = as_read(export_record(ticket.number, withhold_notes=True, with_files=True))
    assert verify_export(document, key=public_key()).broken is None
    assert "Wanda shouts" not in json.dumps(document)
    assert "960456" not in json.dumps(document)
    assert "on our way" not in json.dumps(document)


def test_redacting_twice_and_erasing_what_was_redacted_verifies(ticket: Ticket, cast: Cast) -> None:
    asked_for = message_of(ticket, "customer").pk
    redact_text(asked_for, "Once.", by=cast.bo)
    redact_text(asked_for, "Twice.", by=cast.bo)
    erase_text(asked_for, by=cast.bo)
    assert verify_ticket(ticket.number).broken is None


def test_the_chain_of_a_discarded_ticket_verifies_without_it(ticket: Ticket, cast: Cast) -> None:
    bin_ticket(ticket.number, "spam", by=cast.ada)
    discard_ticket(ticket.number)
    assert not Ticket.objects.filter(pk=ticket.pk).exists()
    verdict = verify_ticket(ticket.number)
    assert verdict.broken is None
    assert all(
        "gone" in opening for row in Entry.objects.filter(chain=ticket.chain) for opening in row.openings.values()
    )
    assert verify_export(as_read(export_record(ticket.number))).broken is None


# --- what was changed behind the record's back is named -----------------------------------------------------------


@pytest.mark.parametrize("name", ["text", "html", "quoted"])
def test_a_changed_message_is_named(ticket: Ticket, name: str) -> None:
    Message.objects.filter(pk=message_of(ticket, "customer").pk).update(**{name: "The line is up."})
    assert found(ticket) == ("value", 2, name)


def test_a_deleted_message_is_named(ticket: Ticket) -> None:
    message_of(ticket, "note").delete()
    assert found(ticket) == ("value-missing", 3, "text")


def test_a_message_that_no_entry_commits_to_is_named(ticket: Ticket) -> None:
    made = Message.objects.create(ticket=ticket, kind="customer", text="I never said that.")
    assert found(ticket) == ("unrecorded", None, f"message {made.pk}")


def test_a_part_added_to_a_message_is_named(ticket: Ticket) -> None:
    Message.objects.filter(pk=message_of(ticket, "note").pk).update(html="<p>More</p>")
    assert found(ticket) == ("uncommitted", 3, "html")


def test_a_text_put_back_after_it_was_erased_is_named(ticket: Ticket, cast: Cast) -> None:
    message = erase_text(message_of(ticket, "reply").pk, by=cast.bo)
    Message.objects.filter(pk=message.pk).update(text="Something else.")
    assert found(ticket) == ("uncommitted", 4, "text")


def test_a_text_erased_without_an_entry_that_says_so_is_named(ticket: Ticket) -> None:
    entry = Entry.objects.get(chain=ticket.chain, seq=3)
    entry.openings["text"] = {"gone": "erased"}
    entry.save()
    Message.objects.filter(pk=message_of(ticket, "note").pk).update(text="")
    assert found(ticket) == ("unexplained", 3, "text")


def test_a_changed_file_a_changed_name_and_an_added_file_are_named(ticket: Ticket) -> None:
    file = Attachment.objects.get(message__ticket=ticket)
    Attachment.objects.filter(pk=file.pk).update(name="invoice.png")
    assert found(ticket) == ("value", 2, f"file {file.pk} name")
    Attachment.objects.filter(pk=file.pk).update(name=file.name)
    with open(default_storage.path(file.path), "ab") as stream:
        stream.write(b"more")
    assert found(ticket) == ("value", 2, f"file {file.pk}")
    default_storage.delete(file.path)
    assert found(ticket) == ("value-missing", 2, f"file {file.pk}")


def test_an_added_file_is_named(ticket: Ticket) -> None:
    file = Attachment.objects.get(message__ticket=ticket)
    file.pk = None
    file.save(force_insert=True)
    assert found(ticket) == ("uncommitted", 2, f"file {file.pk}")


def test_a_changed_subject_is_named(ticket: Ticket, cast: Cast) -> None:
    change_ticket(ticket.number, Changes(subject="Line down"), by=cast.ada)
    assert verify_ticket(ticket.number).broken is None
    Ticket.objects.filter(pk=ticket.pk).update(subject="Praise for the desk")
    code, seq, name = found(ticket)
    assert (code, name) == ("value", "subject")
    assert seq == ticket.chain.length + 1


def test_the_last_two_entries_cut_are_named(ticket: Ticket) -> None:
    make_checkpoint()
    last = ticket.chain.length
    Message.objects.filter(ticket=ticket, entry_seq__gt=last - 2).delete()
    Entry.objects.filter(chain=ticket.chain, seq__gt=last - 2).delete()
    head = Entry.objects.get(chain=ticket.chain, seq=last - 2).hash
    Chain.objects.filter(pk=ticket.chain.pk).update(length=last - 2, head=head)
    assert found(ticket)[:2] == ("cut", last - 1)


def test_a_whole_chain_rewritten_is_named(ticket: Ticket) -> None:
    """Another text, its commitment, and every hash after it made to fit."""
    make_checkpoint()
    Message.objects.filter(pk=message_of(ticket, "customer").pk).update(text="The line is up.")
    prev = bytes(32)
    for entry in Entry.objects.filter(chain=ticket.chain).order_by("seq"):
        content = json.loads(entry.content or "")
        if entry.seq == 2:
            salt = bytes.fromhex(entry.openings["text"]["salt"])
            content["commitments"]["text"] = chains.commitment(salt, b"The line is up.")
        entry.content = chains.content_bytes(**content).decode()
        entry.digest = chains.content_digest(bytes(entry.salt or b""), entry.content.encode())
        frame = chains.frame_bytes(chain=ticket.chain.key, seq=entry.seq, at=entry.at, prev=prev)
        entry.hash = prev = chains.entry_hash(frame, entry.digest)
        entry.save()
    Chain.objects.filter(pk=ticket.chain.pk).update(head=prev)
    assert found(ticket)[:2] == ("rewritten", 1)


def test_all_records_are_verified_in_order_and_only_the_broken_one_is_named(ticket: Ticket, cast: Cast) -> None:
    Message.objects.filter(ticket=cast.greek).update(text="Όλα καλά.")
    said: list[str] = []
    verdicts = list(verify_all(said.append))
    assert [each.chain for each in verdicts] == list(Chain.objects.order_by("pk").values_list("key", flat=True))
    assert [each.chain for each in verdicts if each.broken] == [cast.greek.number]


def test_many_records_are_verified_with_few_queries(
    ticket: Ticket, cast: Cast, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(10):
        asked(cast.cleo, f"Question {number}")
    with django_assert_max_num_queries(14):
        assert len(list(verify_all())) == 14


# --- no personal data in facts ------------------------------------------------------------------------------------


def test_no_content_holds_what_a_person_wrote_or_what_names_one(cast: Cast) -> None:
    wanda = add_contact(
        name="Wanda Quillfeather",
        emails=("wanda.q@marigold.example",),
        phones=("+441632960987",),
        language="en",
        by=SYSTEM,
    )
    ticket = asked(
        wanda,
        "Zanzibarian text",
        subject="Persimmon subject",
        html="<p>Heliotrope</p>",
        quoted="> Tamarind",
        to=("help@desk.example",),
        cc=("periwinkle@other.example",),
        files=(IncomingFile("gooseberry.pdf", "application/pdf", b"%PDF mulberry"),),
    ).ticket
    number = ticket.number
    add_note(number, "Note on kumquats", by=cast.ada)
    reply = reply_to_ticket(
        number, Reply(text="Answer about nectarines", cc=("periwinkle@other.example",), then="resolved"), by=cast.ada
    )
    change_ticket(
        number, Changes(subject="Elderberry subject", assignee=cast.ada, team=cast.lines, priority=4), by=cast.ada
    )
    redact_text(reply.pk, "Answer about tangerines", by=cast.bo)
    erase_text(message_of(ticket, "note").pk, by=cast.bo)
    contents = re.sub('"[0-9a-f]{64}"', "", "\n".join(str(each.content) for each in Entry.objects.all()).lower())
    names = "wanda quillfeather marigold 960987 ada lindqvist periwinkle @"
    words = "zanzibarian persimmon heliotrope tamarind gooseberry mulberry kumquat nectarine elderberry tangerine"
    for word in f"{names} {words}".split():
        assert word not in contents, word
    assert verify_ticket(number).broken is None


# --- the export ---------------------------------------------------------------------------------------------------


def as_read(document: dict[str, Any]) -> Any:
    """The document after it went through a file."""
    return json.loads(json.dumps(document))


def test_an_export_with_everything_verifies_from_the_document_alone(
    ticket: Ticket, django_assert_num_queries: Callable[[int], Any]
) -> None:
    make_checkpoint()
    document = as_read(export_record(ticket.number, withhold_notes=False, with_files=True))
    key = public_key()
    with django_assert_num_queries(0):
        verdict = verify_export(document, key=key)
    assert verdict.broken is None
    assert verdict.notes == ()
    assert verdict.checkpoint is not None
    assert verdict.checkpoint.length == ticket.chain.length
    assert "Be kind" in json.dumps(document)


def test_a_withheld_note_stays_withheld_when_it_was_redacted_later(ticket: Ticket, cast: Cast) -> None:
    redact_text(message_of(ticket, "note").pk, "W. was loud.", by=cast.bo)
    document = as_read(export_record(ticket.number))
    assert verify_export(document).broken is None
    assert "loud" not in json.dumps(document)
    assert [sorted(each) for each in document["entries"]].count(["digest", "frame", "hash"]) == 2


def test_files_are_handed_over_apart_and_can_be_held_against_the_document(ticket: Ticket) -> None:
    document = as_read(export_record(ticket.number))
    file = Attachment.objects.get(message__ticket=ticket)
    assert "apart" in {note.code for note in verify_export(document).notes}
    assert verify_export(document, files={(2, f"file {file.pk}"): PICTURE}).broken is None
    other = verify_export(document, files={(2, f"file {file.pk}"): PICTURE + b"x"}).broken
    assert other is not None
    assert (other.code, other.seq) == ("value", 2)


def test_an_export_says_that_the_key_was_not_looked_at(ticket: Ticket) -> None:
    assert "no-key" in {note.code for note in verify_export(as_read(export_record(ticket.number))).notes}


def set_in(document: Any, path: str, value: Any) -> None:
    *way, last = [int(each) if each.isdigit() else each for each in path.split("/")]
    for step in way:
        document = document[step]
    document[last] = value


@pytest.mark.parametrize(
    ("path", "value", "code", "seq"),
    [
        ("entries/1/content/facts/is_first", False, "digest", 2),
        ("entries/1/openings/text/value", "The line is up.", "value", 2),
        ("entries/1/frame/at", "2020-01-01T00:00:00.000000Z", "hash", 2),
        ("entries/1/frame/prev", "00" * 32, "prev", 2),
        ("entries/2/digest", "ab" * 32, "hash", 3),
        ("entries/2/hash", "ab" * 32, "hash", 3),
        ("checkpoints/0/signature", "ab" * 64, "checkpoint-signature", None),
        ("checkpoints/0/root", "ab" * 32, "checkpoint-signature", None),
        ("checkpoints/0/index", 0, "rewritten", 1),
        ("checkpoints/0/path", [], "rewritten", 1),
        ("checkpoints/0/length", 2, "rewritten", 1),
        ("checkpoints/0/length", 100, "cut", 5),
    ],
)
def test_an_export_that_was_tampered_with_is_named(
    ticket: Ticket, path: str, value: Any, code: str, seq: int | None
) -> None:
    document = as_read(export_record(ticket.number))
    set_in(document, path, value)
    broken = verify_export(document, key=public_key()).broken
    assert broken is not None
    assert (broken.code, broken.seq) == (code, seq)


def test_an_export_cut_short_is_named_by_its_checkpoint(ticket: Ticket) -> None:
    document = as_read(export_record(ticket.number))
    del document["entries"][2:]
    broken = verify_export(document).broken
    assert broken is not None
    assert (broken.code, broken.seq) == ("cut", 3)


def test_an_export_signed_with_a_strangers_key_is_named(ticket: Ticket) -> None:
    document = as_read(export_record(ticket.number))
    broken = verify_export(document, key=b"k" * 32).broken
    assert broken is not None
    assert broken.code == "checkpoint-key"


@pytest.mark.parametrize(
    "document",
    [None, [], {}, "x", 7, {"format": 2}, {"format": 1}, {"format": 1, "chain": "1", "entries": 3, "checkpoints": []}],
)
def test_what_is_no_export_is_said_so(document: Any) -> None:
    broken = verify_export(document).broken
    assert broken is not None
    assert broken.code == "malformed"
    assert broken.text


def test_whatever_stands_in_an_export_verifying_it_never_fails(ticket: Ticket) -> None:
    document = as_read(export_record(ticket.number, with_files=True))
    for path in every_path(document):
        values: tuple[Any, ...] = (None, 1.5, "x", [], {}, -1, 2**70, "\ud800", True)
        for value in values:
            other = copy.deepcopy(document)
            set_in(other, path, value)
            assert isinstance(verify_export(other, key=public_key()).entries, int)


def every_path(value: Any, before: str = "") -> list[str]:
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, inner in rows:
        if "/" not in str(key):
            found += [f"{before}{key}", *every_path(inner, f"{before}{key}/")]
    return found


def test_no_checkpoint_yet_is_no_fault(cast: Cast) -> None:
    assert not key_file().exists()
    document = as_read(export_record(cast.ticket.number))
    assert document["key"] is None
    assert verify_export(document).broken is None
    assert not Checkpoint.objects.exists()
    assert not CheckpointHead.objects.exists()
