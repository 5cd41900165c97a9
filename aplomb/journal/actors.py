"""Who did it. Everything that changes names its actor; the machine acts as a named one too."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@runtime_checkable
class Actor(Protocol):
    """A person of the staff, a contact, or the machine under a name.

    `actor_kind` is staff, contact or system; `actor_id` is opaque: it names nobody outside the desk.
    """

    @property
    def actor_kind(self) -> str: ...

    @property
    def actor_id(self) -> str: ...


@dataclass(frozen=True)
class Machine:
    """The desk itself, acting under a name that policies know."""

    actor_id: str
    actor_kind: str = "system"


SYSTEM = Machine("aplomb")
MAIL = Machine("mail")
CLOCK = Machine("clock")
