"""What may be due on a ticket is said by sources, which the wiring page lists; this floor only puts the earliest first."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aplomb.tickets.models import Ticket


@dataclass(frozen=True)
class Due:
    """One thing that is due: its kind (a stable word), what tells it from others of its kind, by when, and what it follows from.

    `source` is a word and a number ("message 17", "task 3"): the thing of that id on the ticket's page.
    """

    kind: str
    at: dt.datetime
    key: str = ""
    source: str = ""


Source = Callable[[Ticket], Iterable[Due]]

_sources: list[Source] = []


def connect(sources: Iterable[Source]) -> None:
    """Take the sources that the wiring page lists."""
    _sources[:] = list(sources)


def due_on(ticket: Ticket) -> list[Due]:
    """All that is due on the ticket, the earliest first; of one kind and key only the earliest."""
    found = sorted((due for source in _sources for due in source(ticket)), key=lambda due: (due.at, due.kind, due.key))
    kept: dict[tuple[str, str], Due] = {}
    for due in found:
        kept.setdefault((due.kind, due.key), due)
    return list(kept.values())
