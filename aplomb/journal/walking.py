"""Walking along a chain and naming the first entry that does not fit. Pure: entries come from anywhere."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from aplomb.journal import chains
from aplomb.lib.canonical import canonical_json

SENTENCES = {
    "missing": _("Entry %(seq)s is missing."),
    "order": _("Entry %(seq)s stands twice, or in the wrong place."),
    "hash": _("Entry %(seq)s does not give its hash: it, or the entry before it, was changed."),
    "prev": _("Entry %(seq)s does not follow from the entry before it."),
    "digest": _("What entry %(seq)s says is not what was recorded."),
    "form": _("What entry %(seq)s says is not in the form of the record."),
    "kind": _("Entry %(seq)s is listed as another event than it is."),
    "value": _("Entry %(seq)s: %(name)s is not what was recorded."),
    "value-missing": _("Entry %(seq)s: %(name)s is missing, and nothing says that it was erased."),
    "opening": _("Entry %(seq)s: what is kept about %(name)s does not fit the entry."),
    "short": _("Entry %(seq)s is missing: the chain counts %(last)s entries."),
    "cut": _("Entry %(seq)s is missing: the checkpoint of %(at)s saw %(last)s entries."),
    "head": _("Entry %(seq)s is not where the chain says that it ends."),
    "rewritten": _("Entries %(seq)s to %(last)s are not those that the checkpoint of %(at)s signed."),
    "checkpoint-prev": _("The checkpoint of %(at)s does not follow from the one before: one is missing or changed."),
    "checkpoint-signature": _("The signature of the checkpoint of %(at)s is wrong."),
    "checkpoint-root": _("What is kept of the checkpoint of %(at)s is not what it signed."),
    "checkpoint-key": _("The checkpoint of %(at)s was not signed with the desk's key."),
    "checkpoint-missing": _("A checkpoint saw %(last)s entries of this chain, and is missing."),
    "malformed": _("This is not an export of a record, or it is damaged: %(name)s."),
    "uncommitted": _("Entry %(seq)s says nothing of %(name)s: it was added later."),
    "unrecorded": _("%(name)s is on no entry: it was added later."),
    "unexplained": _("Entry %(seq)s: %(name)s is gone, and no entry says who erased it."),
    # notes: nothing is broken
    "withheld": _("Contents withheld: %(last)s. Their digests fit."),
    "gone": _("Values erased: %(last)s. Commitments to them stay."),
    "apart": _("Values kept apart and not looked at: %(last)s."),
    "unsigned": _("Entries %(seq)s to %(last)s are not covered by a checkpoint yet."),
    "back-in-time": _("Entry %(seq)s is dated before the entry before it."),
    "new-key": _("The desk signs with a new key since the checkpoint of %(at)s."),
    "no-key": _("The desk's key is not here: that the checkpoints are the desk's own was not looked at."),
}


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that was found. `code` is a stable word; `seq` the entry, where it is about one."""

    code: str
    seq: int | None = None
    name: str = ""
    last: int | None = None
    at: str = ""

    @property
    def text(self) -> str:
        """The finding as a sentence in the reader's language."""
        return str(SENTENCES[self.code]) % dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True)
class Mark:
    """What a checkpoint saw of a chain."""

    at: str
    length: int
    head: bytes


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How a chain stands: `broken` is the first thing wrong, `checkpoint` the newest that vouches for it."""

    chain: str
    entries: int
    broken: Finding | None
    checkpoint: Mark | None
    notes: tuple[Finding, ...] = ()
    # values that were erased, by entry and name
    gone: tuple[tuple[int, str], ...] = ()

    @property
    def holds(self) -> bool:
        return self.broken is None

    @property
    def sentence(self) -> str:
        """The verdict in one line, in the reader's language."""
        if self.broken is not None:
            return f"{self.chain}: {self.broken.text}"
        told = [_("%(count)s entries, unbroken.") % {"count": self.entries}, *(each.text for each in self.notes)]
        return f"{self.chain}: {' '.join(map(str, told))}"

    def as_json(self) -> dict[str, Any]:
        """The verdict as JSON values."""
        return {
            "chain": self.chain,
            "entries": self.entries,
            "holds": self.holds,
            "broken": told(self.broken) if self.broken else None,
            "checkpoint": {"at": self.checkpoint.at, "length": self.checkpoint.length} if self.checkpoint else None,
            "notes": [told(each) for each in self.notes],
        }


def told(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "entry": finding.seq, "text": finding.text}


@dataclasses.dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry as it is found. No `content`: withheld. `prev` and `kind` are None where they are not kept beside it."""

    seq: int
    at: dt.datetime | str
    hash: bytes
    digest: bytes
    salt: bytes | None
    content: bytes | None
    openings: Mapping[str, Any]
    prev: bytes | None = None
    kind: str | None = None


class NotLookedAt(Exception):
    """The value is somewhere else, and nobody asked to look at it."""


# the value that another table keeps, by sequence number and name of the commitment; None where it is missing.
# Raises NotLookedAt.
Held = Callable[[int, str], bytes | None]
Reader = Callable[[int, Mapping[str, Any]], None]


class Walk:
    """One walk along one chain, entry by entry, in memory for one entry.

    `marks` are what checkpoints saw of it; `held` gives values kept elsewhere (None: they are not looked at);
    `reader` hears each content that is there.
    """

    def __init__(
        self, chain: str, marks: list[Mark], *, held: Held | None = None, reader: Reader | None = None
    ) -> None:
        self.chain = chain
        self.marks = sorted(marks, key=lambda mark: mark.length)
        self.held, self.reader = held, reader
        self.length, self.head = 0, chains.NOTHING_BEFORE
        self.vouched: Mark | None = None
        self.withheld: list[int] = []
        self.gone: list[tuple[int, str]] = []
        self.apart = 0
        self.backwards: int | None = None
        self._at: dt.datetime | str | None = None
        self._next_mark = 0

    def step(self, entry: SeenEntry) -> Finding | None:
        """Take one entry. Returns what is wrong with it; the walk ends there."""
        seq = self.length + 1
        if entry.seq != seq:
            return Finding("missing" if entry.seq > seq else "order", min(seq, entry.seq))
        if entry.prev is not None and entry.prev != self.head:
            return Finding("prev", seq)
        if entry.content is not None:
            if entry.salt is None or len(entry.salt) != chains.SALT_BYTES:
                return Finding("form", seq)
            if chains.content_digest(entry.salt, entry.content) != entry.digest:
                return Finding("digest", seq)
        frame = chains.frame_bytes(chain=self.chain, seq=seq, at=entry.at, prev=self.head)
        if chains.entry_hash(frame, entry.digest) != entry.hash:
            return Finding("hash", seq)
        wrong = self._content(entry)
        if wrong is not None:
            return wrong
        self.length, self.head = seq, entry.hash
        if self._at is not None and entry.at < self._at and self.backwards is None:  # type: ignore[operator]  # one walk, one type
            self.backwards = seq
        self._at = entry.at
        return self._signed()

    def finish(self, length: int, head: bytes) -> Finding | None:
        """After the last entry: what the chain's own row says of its end, and what checkpoints saw beyond it."""
        if self._next_mark < len(self.marks):
            most = self.marks[-1]
            return Finding("cut", self.length + 1, last=most.length, at=most.at)
        if length > self.length:
            return Finding("short", self.length + 1, last=length)
        if length < self.length or head != self.head:
            return Finding("head", self.length)
        return None

    def notes(self) -> list[Finding]:
        """What is worth knowing although nothing is broken."""
        found = []
        if self.withheld:
            found.append(Finding("withheld", last=len(self.withheld)))
        if self.gone:
            found.append(Finding("gone", last=len(self.gone)))
        if self.apart:
            found.append(Finding("apart", last=self.apart))
        if self.backwards is not None:
            found.append(Finding("back-in-time", self.backwards))
        signed = self.vouched.length if self.vouched else 0
        if signed < self.length:
            found.append(Finding("unsigned", signed + 1, last=self.length))
        return found

    def _signed(self) -> Finding | None:
        while self._next_mark < len(self.marks) and self.marks[self._next_mark].length <= self.length:
            mark = self.marks[self._next_mark]
            if mark.length != self.length or mark.head != self.head:
                first = self.vouched.length + 1 if self.vouched else 1
                return Finding("rewritten", min(first, self.length), last=self.length, at=mark.at)
            self.vouched = mark
            self._next_mark += 1
        return None

    def _content(self, entry: SeenEntry) -> Finding | None:
        if entry.content is None:
            self.withheld.append(entry.seq)
            return Finding("opening", entry.seq, min(entry.openings)) if entry.openings else None
        content = read_content(entry.content)
        if content is None:
            return Finding("form", entry.seq)
        if entry.kind is not None and entry.kind != content["kind"]:
            return Finding("kind", entry.seq)
        if self.reader is not None:
            self.reader(entry.seq, content)
        return self._values(entry, content["commitments"])

    def _values(self, entry: SeenEntry, commitments: Mapping[str, Any]) -> Finding | None:
        for name, committed in commitments.items():
            code = self._value(entry.seq, name, committed, entry.openings.get(name))
            if code is not None:
                return Finding(code, entry.seq, name)
        unknown = entry.openings.keys() - commitments.keys()
        return Finding("opening", entry.seq, min(unknown)) if unknown else None

    def _value(self, seq: int, name: str, committed: Any, opening: Any) -> str | None:
        """What is wrong with one value: a code, None for nothing."""
        if not isinstance(opening, Mapping):
            return "opening"
        if opening.get("gone"):
            self.gone.append((seq, name))
            return "opening" if opening.keys() != {"gone"} else None
        salt = read_hex(opening.get("salt"), chains.SALT_BYTES)
        if salt is None:
            return "opening"
        value = opening.get("value")
        if isinstance(value, str):
            kept: bytes | None = value.encode("utf-8", "surrogatepass")
        elif not opening.get("held"):
            return "opening"
        elif self.held is None:
            self.apart += 1
            return None
        else:
            try:
                kept = self.held(seq, name)
            except NotLookedAt:
                self.apart += 1
                return None
        if kept is None:
            return "value-missing"
        return None if chains.commitment(salt, kept) == committed else "value"


def read_content(content: bytes) -> dict[str, Any] | None:
    """The content, None when it is not one object of the record's form in RFC 8785 form."""
    try:
        found = json.loads(content)
        if canonical_json(found) != content:
            return None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.keys() != chains.CONTENT_WORDS:
        return None
    shaped = isinstance(found["kind"], str) and isinstance(found["facts"], dict)
    return found if shaped and isinstance(found["commitments"], dict) else None


def read_hex(text: Any, length: int) -> bytes | None:
    """So many bytes from lower-case hexadecimal text, None for anything else."""
    if not isinstance(text, str) or len(text) != 2 * length or set(text) - set("0123456789abcdef"):
        return None
    return bytes.fromhex(text)
