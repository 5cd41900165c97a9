"""A chain with a few events on it, for the tests of the journal. The events are known only while a test asks."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from aplomb.journal import chains
from aplomb.journal.actors import SYSTEM
from aplomb.journal.events import Event, Sealed
from aplomb.journal.models import Chain, Entry
from aplomb.journal.recording import open_chain, record


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(Event):
    """Seals: who (a name)."""

    kettle_id: int
    hot: bool = True


@dataclass(frozen=True, kw_only=True)
class KettleEmptied(Event):
    kettle_id: int


# tests of the house ask what every event leads to; these lead nowhere
for _kind in (KettleBoiled, KettleEmptied):
    del Event.KINDS[_kind.__name__]


def new_chain(count: int = 6) -> Chain:
    """A chain of so many entries; each seals a value that it keeps, and one that is kept elsewhere."""
    with transaction.atomic():
        chain = open_chain(lambda serial: f"kettle-{serial}")
        for number in range(1, count + 1):
            boil(chain, number)
    return chain


def boil(chain: Chain, number: int = 0, **sealed: Sealed) -> Entry:
    with transaction.atomic():
        seals = sealed or {"who": Sealed.text(f"Zoë {number}"), "text": Sealed.text(held_text(number), held=True)}
        return record(KettleBoiled(kettle_id=number, sealed=seals), by=SYSTEM, chain=chain)


def held_text(number: int) -> str:
    return f"words of entry {number}"


def held(seq: int, name: str) -> bytes | None:
    """The values that are kept elsewhere, as verifying asks for them."""
    return held_text(seq).encode() if name == "text" else None


def rewrite(chain: Chain, start: int, *, content: dict[str, Any]) -> None:
    """What somebody with the database in their hands does: other contents from `start`, and every hash made to fit."""
    prev = bytes(32) if start == 1 else bytes(Entry.objects.get(chain=chain, seq=start - 1).hash)
    for entry in Entry.objects.filter(chain=chain, seq__gte=start).order_by("seq"):
        if entry.seq == start:
            entry.content = chains.content_bytes(**content).decode()
            entry.openings = {}
            entry.digest = chains.content_digest(bytes(entry.salt or b""), entry.content.encode())
        frame = chains.frame_bytes(chain=chain.key, seq=entry.seq, at=entry.at, prev=prev)
        entry.hash = prev = hashlib.sha256(frame + bytes(entry.digest)).digest()
        entry.save()
    Chain.objects.filter(pk=chain.pk).update(head=prev)


OTHER: dict[str, Any] = {
    "kind": "KettleBoiled",
    "actor": {"kind": "system", "id": "aplomb"},
    "facts": {"hot": False, "kettle_id": 99},
    "commitments": {},
}
