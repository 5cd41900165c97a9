"""What was changed of the desk's own settings, and by whom: events on the desk's chain, whose key is "desk".

    note_change("team 3", "Lines", by=by, before={"is_open": True}, after={"is_open": False})

The chain begins with the first change that one of the staff makes; from then on the machine's changes stand on it too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from aplomb.journal.actors import Actor
from aplomb.journal.events import Event, Sealed
from aplomb.journal.models import Chain
from aplomb.journal.recording import next_serial, record

DESK = "desk"
LONGEST_VALUE = 500


@dataclass(frozen=True, kw_only=True)
class SettingChanged(Event):
    """`thing` is a word and a number ("team 3"), `done` added, changed or removed, `fields` the words of what differs.

    Seals: called (what people call the thing), before, after.
    """

    thing: str
    done: str
    fields: tuple[str, ...]


def note_change(
    thing: str,
    called: str,
    *,
    by: Actor,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Keep what differs. No `before`: it was added; no `after`: it was removed; nothing differs: nothing is kept.

    Values are shown as they are here: never give it a secret. Call it in the transaction of the change.
    """
    old, new = _plain(before or {}), _plain(after or {})
    fields = tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))
    if before is not None and after is not None and not fields:
        return
    with transaction.atomic():
        chain = _desk_chain(by)
        if chain is None:
            return
        event = SettingChanged(
            thing=thing[:80],
            done="added" if before is None else "removed" if after is None else "changed",
            fields=fields,
            sealed={
                "called": Sealed.text(called),
                "before": _sealed({name: old[name] for name in fields if name in old}),
                "after": _sealed({name: new[name] for name in fields if name in new}),
            },
        )
        record(event, by=by, chain=chain)


def _desk_chain(by: Actor) -> Chain | None:
    """The desk's chain, locked. It begins with a person's change."""
    found = Chain.objects.select_for_update().filter(key=DESK).first()
    if found is not None or by.actor_kind != "staff":
        return found
    # of two that begin it at once, the database lets one
    Chain.objects.get_or_create(key=DESK, defaults={"pk": next_serial()})
    return Chain.objects.select_for_update().get(key=DESK)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON can hold them: words, numbers, truths and lists of words; anything else by its own words."""
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        found = [str(each)[:LONGEST_VALUE] for each in value]
        return sorted(found) if isinstance(value, set | frozenset) else found
    return str(value)[:LONGEST_VALUE]


def _sealed(values: Mapping[str, Any]) -> Sealed:
    return Sealed.text(json.dumps(values, ensure_ascii=False, sort_keys=True))
