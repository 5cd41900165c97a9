"""Writing the record: one entry per event, in the transaction of the change itself."""

from collections.abc import Callable
from typing import Any

from django.db import connection

from aplomb.journal import chains, wires
from aplomb.journal.actors import Actor
from aplomb.journal.events import Event, Seals
from aplomb.journal.models import Chain, Entry
from aplomb.lib.time import utc_now


class ChainMoved(RuntimeError):
    """Two writers met on one chain: the action did not hold the lock of the thing it changes."""


def open_chain(key_from: Callable[[int], str]) -> Chain:
    """A new, empty chain; its key is worked out from its serial number. Needs an open transaction."""
    serial = next_serial()
    return Chain.objects.create(pk=serial, key=key_from(serial))


def next_serial() -> int:
    """A number that no chain has: the sequence's next on PostgreSQL, one more than the last under SQLite's write lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('journal_chain', 'id'))")
            return int(cursor.fetchone()[0])
    last = Chain.objects.order_by("-pk").values_list("pk", flat=True).first()
    return (last or 0) + 1


def seal(values: Seals) -> tuple[dict[str, str], dict[str, Any]]:
    """Commitments and openings for sealed values, each under a salt of its own."""
    commitments: dict[str, str] = {}
    openings: dict[str, Any] = {}
    for name, sealed in values.items():
        salt = chains.new_salt()
        commitments[name] = chains.commitment(salt, sealed.value)
        openings[name] = {"salt": salt.hex()}
        if sealed.held:
            openings[name]["held"] = True
        else:
            openings[name]["value"] = sealed.value.decode()
    return commitments, openings


def record(event: Event, *, by: Actor, chain: Chain) -> Entry:
    """Append the event to the chain, then tell the wiring page. Needs an open transaction.

    Raises ChainMoved when the chain has grown since it was fetched.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its change")
    commitments, openings = seal(event.sealed)
    at = utc_now()
    seq = chain.length + 1
    content = chains.content_bytes(
        kind=event.kind,
        actor={"kind": by.actor_kind, "id": by.actor_id},
        facts=event.facts(),
        commitments=commitments,
    )
    made = chains.new_entry(chain=chain.key, seq=seq, at=at, prev=bytes(chain.head), content=content)
    moved = Chain.objects.filter(pk=chain.pk, length=chain.length).update(length=seq, head=made.hash)
    if not moved:
        raise ChainMoved(f"chain {chain.key} grew meanwhile")
    entry = Entry.objects.create(
        chain=chain,
        seq=seq,
        at=at,
        kind=event.kind,
        content=made.content,
        salt=made.salt,
        digest=made.digest,
        hash=made.hash,
        openings=openings,
    )
    chain.length, chain.head = seq, made.hash
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('aplomb_entries', %s)", [str(entry.pk)])
    tell(event)
    return entry


def tell(event: Event) -> None:
    """Run the reactions that belong to the transaction, and leave jobs for those that come after it."""
    from aplomb.journal.jobs import enqueue_many
    from aplomb.journal.jobs.reacting import react

    for reaction in wires.reactions_together(event.kind):
        reaction(event)
    later = wires.reactions_afterwards(event.kind)
    if later:
        facts = event.facts()
        enqueue_many(
            react,
            [{"kind": event.kind, "facts": facts, "reaction": wires.reaction_name(each)} for each in later],
        )
