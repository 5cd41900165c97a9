"""The job that carries one reaction of the wiring page's AFTERWARDS column."""

from typing import Any

from aplomb.journal import wires
from aplomb.journal.events import event_from
from aplomb.journal.jobs import job


@job(tries=8)
def react(*, kind: str, facts: dict[str, Any], reaction: str) -> None:
    """Tell one reaction of one event. A reaction that the page no longer lists is done."""
    found = wires.reaction_called(reaction)
    if found is not None:
        found(event_from(kind, facts))
