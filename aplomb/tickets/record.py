"""A ticket's record: verified with the messages and files that it commits to, and exported for the other side."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from aplomb.journal import proofs
from aplomb.journal.checkpoints import public_key
from aplomb.journal.exports import FORMAT, shown_checkpoint, shown_entry, shown_value, verify_export
from aplomb.journal.models import Chain, CheckpointHead, Entry
from aplomb.journal.verifying import CheckpointBook, leaves_of, verify_chains
from aplomb.journal.walking import Finding, Held, Reader, Verdict, read_content
from aplomb.lib.time import instant_text, utc_now
from aplomb.people.errors import NotFound
from aplomb.tickets.files import read_file
from aplomb.tickets.models import Attachment, Message, Ticket
from aplomb.tickets.numbers import read_number

__all__ = ["export_record", "verify_all", "verify_export", "verify_ticket"]

TEXTS = ("text", "quoted", "html")
AT_ONCE = 100
TELL_EVERY = 5000
NAMES_OF_OTHERS = ("follows", "into", "merged", "split_from", "other")


class _Kept:
    """What the desk's tables keep of one ticket's values, and what its chain says about them."""

    def __init__(self, messages: Sequence[Message], files: Sequence[Attachment], withheld: set[int]) -> None:
        self.messages, self.files, self.withheld = messages, files, withheld
        self._by_entry = {message.entry_seq: message for message in messages}
        self._by_pk = {str(file.pk): file for file in files}
        self._asked: set[tuple[int, str]] = set()
        self._asked_names: set[str] = set()
        self._erased: set[int] = set()
        self._discarded = False

    def held(self, seq: int, name: str) -> bytes | None:
        """The value behind a commitment, None where it is missing."""
        self._asked.add((seq, name))
        self._asked_names.add(name)
        if name in TEXTS:
            message = self._by_entry.get(seq)
            return None if message is None else str(getattr(message, name)).encode("utf-8", "surrogatepass")
        word, _blank, rest = name.partition(" ")
        pk, _blank, what = rest.partition(" ")
        file = self._by_pk.get(pk) if word == "file" else None
        if file is None:
            return None
        if what:
            return file.name.encode() if what == "name" else None
        try:
            return read_file(file.path)
        except OSError:
            return None

    def read(self, _seq: int, content: Mapping[str, Any]) -> None:
        """Hear what the chain says of erasing."""
        if content["kind"] in {"TextErased", "TextRedacted"}:
            self._erased.add(content["facts"].get("seq"))
        self._discarded |= content["kind"] == "TicketDiscarded"

    def judge(self, gone: Sequence[tuple[int, str]]) -> Finding | None:
        """What the tables hold that no entry commits to, and what is gone without a word."""
        for message in self.messages:
            seq = message.entry_seq
            if seq == 0:
                return Finding("unrecorded", name=f"message {message.pk}")
            for name in TEXTS:
                if getattr(message, name) and (seq, name) not in self._asked and seq not in self.withheld:
                    return Finding("uncommitted", seq, name)
        for file in self.files:
            name = f"file {file.pk}"
            if name not in self._asked_names and not self.withheld:
                return Finding("uncommitted", file.message.entry_seq if file.message else None, name)
        if self._discarded or self.withheld:
            return None
        return next((Finding("unexplained", seq, name) for seq, name in gone if seq not in self._erased), None)


def verify_ticket(number: str, *, thorough: bool = True) -> Verdict:
    """Verify a ticket's record and everything it commits to; a discarded ticket's chain too. Raises NotFound.

    `thorough`: see journal.verifying.verify_chain.
    """
    return next(_verified([_chain_of(number)], CheckpointBook(public_key()), thorough=thorough))


def verify_all(progress: Callable[[str], None] | None = None) -> Iterator[Verdict]:
    """Verify every chain there is, oldest first, a hundred at a time. `progress` hears a line now and then."""
    book = CheckpointBook(public_key())
    total, done, last = Chain.objects.count(), 0, 0
    while found := list(Chain.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield from _verified(found, book, thorough=True)
        last, done = found[-1].pk, done + len(found)
        if progress is not None and done % TELL_EVERY < AT_ONCE:
            progress(_("%(done)s of %(total)s records checked") % {"done": done, "total": total})


def _chain_of(number: str) -> Chain:
    chain = Chain.objects.filter(key=read_number(number) or "").first()
    if chain is None:
        raise NotFound(_("There is no record of that number."))
    return chain


def _verified(found: list[Chain], book: CheckpointBook, *, thorough: bool) -> Iterator[Verdict]:
    kept = _kept_of(found)
    subjects = _subjects_of(found)

    def given(chain: Chain) -> tuple[Held, Reader]:
        return kept[chain.pk].held, kept[chain.pk].read

    for chain, verdict in zip(found, verify_chains(found, given=given, book=book, thorough=thorough), strict=True):
        wrong = verdict.broken or kept[chain.pk].judge(verdict.gone) or subjects.get(chain.pk)
        yield replace(verdict, broken=wrong, checkpoint=None if wrong else verdict.checkpoint)


def _kept_of(found: Sequence[Chain]) -> dict[int, _Kept]:
    ids = [chain.pk for chain in found]
    messages: dict[int, list[Message]] = defaultdict(list)
    for message in Message.objects.filter(ticket__chain__in=ids).select_related("ticket").order_by("id"):
        messages[message.ticket.chain_id].append(message)
    files: dict[int, list[Attachment]] = defaultdict(list)
    rows = Attachment.objects.filter(message__ticket__chain__in=ids).select_related("message__ticket")
    for file in rows.order_by("id"):
        assert file.message is not None
        files[file.message.ticket.chain_id].append(file)
    withheld: dict[int, set[int]] = defaultdict(set)
    for pk, seq in Entry.objects.filter(chain__in=ids, content=None).values_list("chain_id", "seq"):
        withheld[pk].add(seq)
    return {pk: _Kept(messages[pk], files[pk], withheld[pk]) for pk in ids}


def _subjects_of(found: Sequence[Chain]) -> dict[int, Finding]:
    """By chain: that the ticket shows another subject than the last one recorded."""
    shown = dict(Ticket.objects.filter(chain__in=[chain.pk for chain in found]).values_list("chain_id", "subject"))
    rows = Entry.objects.filter(
        chain__in=list(shown), kind__in=["TicketOpened", "SubjectChanged"], content__isnull=False
    )
    last: dict[int, tuple[int, Any]] = {
        pk: (seq, openings) for pk, seq, openings in rows.order_by("seq").values_list("chain_id", "seq", "openings")
    }
    return {
        pk: Finding("value", seq, "subject")
        for pk, (seq, openings) in last.items()
        if openings.get("subject", {}).get("value", shown[pk]) != shown[pk]
    }


def export_record(number: str, *, withhold_notes: bool = True, with_files: bool = False) -> dict[str, Any]:
    """The record as a document that anybody can verify (journal.exports.verify_export). Raises NotFound, Malformed.

    Notes are withheld: their digests stand for them, and the chain still verifies. Files are handed over apart, unless
    `with_files` puts them inside. The caller asks who may have it.
    """
    chain = _chain_of(number)
    kept = _kept_of([chain])[chain.pk]
    notes: set[Any] = set()
    entries, prev = [], bytes(32)
    for entry in Entry.objects.filter(chain=chain).order_by("seq").iterator(chunk_size=200):
        hidden = withhold_notes and _is_of_note(entry, notes)
        openings = None if hidden else _shown_openings(entry, kept, with_files=with_files)
        entries.append(shown_entry(entry, chain=chain.key, prev=prev, openings=openings))
        prev = bytes(entry.hash)
    key = public_key()
    return {
        "format": FORMAT,
        "chain": chain.key,
        # what was merged, split off or linked has a chain of its own
        "others": _others(entries),
        "exported_at": instant_text(utc_now()),
        "key": key.hex() if key else None,
        "entries": entries,
        "checkpoints": list(_shown_checkpoints(chain)),
    }


def _others(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys of the other chains that the entries name."""
    facts = [each["content"]["facts"] for each in entries if "content" in each]
    return sorted({str(each[name]) for each in facts for name in NAMES_OF_OTHERS if each.get(name)})


def _is_of_note(entry: Entry, notes: set[Any]) -> bool:
    """Whether an entry is a note, or tells that one was erased or redacted. Adds the notes it meets to `notes`."""
    content = None if entry.content is None else read_content(entry.content.encode("utf-8", "surrogatepass"))
    if content is None:
        return entry.kind == "NoteAdded"
    message = content["facts"].get("message_id")
    if content["kind"] == "NoteAdded":
        notes.add(message)
        return True
    return content["kind"] in {"TextErased", "TextRedacted"} and message in notes


def _shown_openings(entry: Entry, kept: _Kept, *, with_files: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, opening in entry.openings.items():
        if not opening.get("held"):
            shown[name] = opening
            continue
        is_file = name.startswith("file ") and not name.endswith(" name")
        value = kept.held(entry.seq, name) if with_files or not is_file else None
        shown[name] = {"salt": opening["salt"], "apart": True} if value is None else shown_value(opening["salt"], value)
    return shown


def _shown_checkpoints(chain: Chain) -> Iterator[dict[str, Any]]:
    for head in CheckpointHead.objects.filter(chain=chain).select_related("checkpoint").order_by("checkpoint_id"):
        leaves = list(leaves_of(head.checkpoint))
        index = CheckpointHead.objects.filter(checkpoint=head.checkpoint, chain_id__lt=chain.pk).count()
        path = proofs.inclusion_path(leaves, index)
        yield shown_checkpoint(head.checkpoint, length=head.length, index=index, path=path)
