"""Who carries notices out of the page: mail today. config/wiring.py lists them (CARRIERS); this floor only asks.

A carrier writes what it carries in the transaction in which it is asked, so that what is marked as carried has been
written, and what was written is marked.
"""

from collections.abc import Callable, Iterable, Sequence

from aplomb.people.models import Notice, Person

# notices of one person, oldest first; gives whether anything was written
Carrier = Callable[[Person, Sequence[Notice]], bool]

_carriers: list[Carrier] = []


def connect(carriers: Iterable[Carrier]) -> None:
    """Take the answers that the wiring page lists."""
    _carriers[:] = list(carriers)


def carry(person: Person, notices: Sequence[Notice]) -> bool:
    """Let the first that can carry these notices to the person. False where nobody could, or nothing was left to say."""
    return any(carrier(person, notices) for carrier in _carriers)
