"""Where the wiring page is plugged in. The page itself is config/wiring.py; this floor only calls what it names."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aplomb.journal.events import Event

Reaction = Callable[[Any], None]
Table = Mapping[type[Event], Iterable[Reaction]]

_together: dict[str, tuple[Reaction, ...]] = {}
_afterwards: dict[str, tuple[Reaction, ...]] = {}
_by_name: dict[str, Reaction] = {}


def reaction_name(reaction: Reaction) -> str:
    """The name under which a reaction waits in a job: `app.module.function`."""
    return f"{reaction.__module__}.{reaction.__qualname__}"


def connect(*, together: Table, afterwards: Table) -> None:
    """Take the two columns of the page. Called once, when the desk starts."""
    _together.clear()
    _afterwards.clear()
    _by_name.clear()
    for event, reactions in together.items():
        _together[event.__name__] = tuple(reactions)
    for event, reactions in afterwards.items():
        _afterwards[event.__name__] = tuple(reactions)
        _by_name.update({reaction_name(each): each for each in _afterwards[event.__name__]})


def reactions_together(kind: str) -> tuple[Reaction, ...]:
    return _together.get(kind, ())


def reactions_afterwards(kind: str) -> tuple[Reaction, ...]:
    return _afterwards.get(kind, ())


def reaction_called(name: str) -> Reaction | None:
    """The reaction of that name, None when the page no longer lists it."""
    return _by_name.get(name)
