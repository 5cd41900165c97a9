"""Verifying chains as they stand in the database: every entry, and every checkpoint that saw them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from aplomb.journal import proofs
from aplomb.journal.checkpoints import checkpoint_bytes, public_key
from aplomb.journal.models import Chain, Checkpoint, CheckpointHead, Entry
from aplomb.journal.walking import Finding, Held, Mark, Reader, SeenEntry, Verdict, Walk
from aplomb.lib.time import instant_text

__all__ = ["CheckpointBook", "Finding", "Verdict", "verify_chain", "verify_chains"]


class CheckpointBook:
    """The checkpoints, each looked at once however many chains are verified. `key` is the desk's public key."""

    def __init__(self, key: bytes | None) -> None:
        self.key = key
        self.notes: list[Finding] = []
        self._own: Finding | None = None
        self._own_known = False
        self._roots: dict[int, Finding | None] = {}
        self._all_known = False
        self._all: Finding | None = None

    def own_chain(self) -> Finding | None:
        """The first checkpoint whose link, signature or key is wrong."""
        if not self._own_known:
            self._own = self._walk()
            self._own_known = True
        return self._own

    def _walk(self) -> Finding | None:
        prev, key, at = bytes(32), None, ""
        left: set[bytes] = set()
        for each in Checkpoint.objects.order_by("id").iterator(chunk_size=500):
            at, signed = instant_text(each.at), checkpoint_bytes(each)
            if bytes(each.prev) != prev:
                return Finding("checkpoint-prev", at=at)
            if not proofs.signature_holds(bytes(each.public_key), bytes(each.signature), signed):
                return Finding("checkpoint-signature", at=at)
            if key is not None and key != bytes(each.public_key):
                left.add(key)
                self.notes.append(Finding("new-key", at=at))
            prev, key = hashlib.sha256(signed).digest(), bytes(each.public_key)
            if key in left:
                # a key that went and came back: what lies between was signed by somebody else
                return Finding("checkpoint-key", at=at)
        if key is not None and self.key is None:
            self.notes.append(Finding("no-key"))
        elif key is not None and key != self.key:
            return Finding("checkpoint-key", at=at)
        return None

    def root(self, checkpoint: Checkpoint) -> Finding | None:
        """Whether the heads that are kept for a checkpoint are those it signed."""
        if checkpoint.pk not in self._roots:
            tree = proofs.Tree()
            for leaf in leaves_of(checkpoint):
                tree.add(leaf)
            fits = tree.count == checkpoint.count and tree.root() == bytes(checkpoint.root)
            self._roots[checkpoint.pk] = None if fits else Finding("checkpoint-root", at=instant_text(checkpoint.at))
        return self._roots[checkpoint.pk]

    def roots(self, checkpoints: Iterable[int]) -> Finding | None:
        """The first of these checkpoints that does not fit its heads."""
        unknown = [pk for pk in checkpoints if pk not in self._roots]
        for each in Checkpoint.objects.filter(pk__in=unknown).order_by("id"):
            self.root(each)
        return next((found for pk in checkpoints if (found := self._roots[pk]) is not None), None)

    def all_roots(self) -> Finding | None:
        """The first checkpoint of all that does not fit its heads."""
        if not self._all_known:
            rows = Checkpoint.objects.order_by("id").iterator(chunk_size=500)
            self._all = next((found for each in rows if (found := self.root(each)) is not None), None)
            self._all_known = True
        return self._all


def leaves_of(checkpoint: Checkpoint) -> Iterator[bytes]:
    """The leaves of a checkpoint's tree, in their order."""
    rows = CheckpointHead.objects.filter(checkpoint=checkpoint).order_by("chain_id")
    for key, length, head in rows.values_list("chain__key", "length", "head").iterator(chunk_size=5000):
        yield proofs.leaf(key, length, bytes(head))


def verify_chain(
    chain_key: str,
    *,
    values: Held | None = None,
    reader: Reader | None = None,
    book: CheckpointBook | None = None,
    thorough: bool = True,
) -> Verdict:
    """Verify one chain. `values` gives what other tables keep, by entry and name; None: that is not looked at.

    `thorough` recounts every checkpoint there is, which also finds that one no longer lists this chain; else only those
    that still list it are recounted. Raises Chain.DoesNotExist.
    """
    chain = Chain.objects.get(key=chain_key)
    book = book or CheckpointBook(public_key())
    return next(verify_chains([chain], given=lambda _chain: (values, reader), book=book, thorough=thorough))


def verify_chains(
    found: Sequence[Chain],
    *,
    given: Callable[[Chain], tuple[Held | None, Reader | None]],
    book: CheckpointBook,
    thorough: bool = True,
) -> Iterator[Verdict]:
    """Verify a handful of chains with few queries; their verdicts in their order. Entries pass by one at a time."""
    ids = sorted(chain.pk for chain in found)
    by_id = {chain.pk: chain for chain in found}
    marks: dict[int, list[tuple[int, Mark]]] = {pk: [] for pk in ids}
    heads = CheckpointHead.objects.filter(chain_id__in=ids).order_by("checkpoint_id")
    for pk, checkpoint, at, length, head in heads.values_list(
        "chain_id", "checkpoint_id", "checkpoint__at", "length", "head"
    ):
        marks[pk].append((checkpoint, Mark(instant_text(at), length, bytes(head))))
    rows = Entry.objects.filter(chain_id__in=ids).order_by("chain_id", "seq").iterator(chunk_size=500)
    groups = groupby(rows, key=lambda entry: entry.chain_id)
    waiting = next(groups, None)
    verdicts: dict[int, Verdict] = {}
    for pk in ids:
        entries: Iterator[Entry] = iter(())
        if waiting is not None and waiting[0] == pk:
            entries = waiting[1]
        held, reader = given(by_id[pk])
        walk = Walk(by_id[pk].key, [mark for _checkpoint, mark in marks[pk]], held=held, reader=reader)
        wrong = _along(walk, by_id[pk], entries)
        if waiting is not None and waiting[0] == pk:
            waiting = next(groups, None)
        wrong = wrong or _signed(by_id[pk], walk, [each for each, _mark in marks[pk]], book, thorough)
        verdicts[pk] = Verdict(
            chain=by_id[pk].key,
            entries=walk.length,
            broken=wrong,
            checkpoint=None if wrong else walk.vouched,
            notes=(*walk.notes(), *(book.notes if walk.vouched else [])),
            gone=tuple(walk.gone),
        )
    for chain in found:
        yield verdicts[chain.pk]


def _along(walk: Walk, chain: Chain, entries: Iterable[Entry]) -> Finding | None:
    for entry in entries:
        wrong = walk.step(seen(entry))
        if wrong is not None:
            return wrong
    return walk.finish(chain.length, bytes(chain.head))


def _signed(
    chain: Chain, walk: Walk, checkpoints: Sequence[int], book: CheckpointBook, thorough: bool
) -> Finding | None:
    wrong = book.own_chain() or (book.all_roots() if thorough else book.roots(checkpoints))
    if wrong is None and chain.sealed_length > (walk.vouched.length if walk.vouched else 0):
        wrong = Finding("checkpoint-missing", last=chain.sealed_length)
    return wrong


def seen(entry: Entry) -> SeenEntry:
    """A row as the walk sees it."""
    return SeenEntry(
        seq=entry.seq,
        at=entry.at,
        hash=bytes(entry.hash),
        digest=bytes(entry.digest),
        salt=None if entry.salt is None else bytes(entry.salt),
        content=None if entry.content is None else entry.content.encode("utf-8", "surrogatepass"),
        openings=entry.openings if isinstance(entry.openings, dict) else {"": entry.openings},
        kind=entry.kind,
    )
