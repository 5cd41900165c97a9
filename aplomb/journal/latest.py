"""What happened last on a chain, and who did it: for reactions, which get an event's facts but not its actor."""

import json
from dataclasses import dataclass

from aplomb.journal.models import Entry


@dataclass(frozen=True)
class Latest:
    """An entry's place on its chain, and its actor as chains keep them (see actors.py)."""

    seq: int
    actor_kind: str
    actor_id: str


def latest_on(chain_key: str) -> Latest | None:
    """The last entry of the chain. In a reaction of the same transaction that is the event itself. One query."""
    row = Entry.objects.filter(chain__key=chain_key).order_by("-seq").values_list("seq", "content").first()
    if row is None:
        return None
    actor = json.loads(row[1] or "{}").get("actor", {})
    return Latest(row[0], str(actor.get("kind", "")), str(actor.get("id", "")))
