"""What an event is: a frozen dataclass in the past tense, declared by the app in which it happens.

Its fields are facts (whole numbers, words, truths, instants: what clocks and reactions need, and no personal data),
except those of type `Sealed`, which hold what a person wrote or what names a person. Only a commitment to those enters
the record.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from aplomb.lib.time import instant_text, read_instant


@dataclasses.dataclass(frozen=True)
class Sealed:
    """A value that the record only commits to.

    `held` is true where another table keeps the value (a message's text), so that it stands in one place.
    """

    value: bytes
    held: bool = False

    @classmethod
    def text(cls, value: str, *, held: bool = False) -> "Sealed":
        return cls(value.encode(), held)


Seals = Mapping[str, Sealed]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses register themselves by name."""

    KINDS: ClassVar[dict[str, type["Event"]]] = {}

    sealed: Seals = dataclasses.field(default_factory=dict, repr=False, compare=False)

    def __init_subclass__(cls) -> None:
        if cls.__name__ in Event.KINDS:
            raise TypeError(f"two events are called {cls.__name__}")
        Event.KINDS[cls.__name__] = cls

    @property
    def kind(self) -> str:
        return type(self).__name__

    def facts(self) -> dict[str, Any]:
        """The plain fields as JSON values; instants as text in UTC with Z."""
        found: dict[str, Any] = {}
        for field in dataclasses.fields(self):
            if field.name == "sealed":
                continue
            value = getattr(self, field.name)
            if isinstance(value, dt.datetime):
                value = instant_text(value)
            elif isinstance(value, tuple):
                value = list(value)
            if value is not None:
                found[field.name] = value
        return found

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Event":
        """The event again from its facts, without what was sealed: what a job gets to see."""
        values: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            if field.name == "sealed" or field.name not in facts:
                if field.name != "sealed" and field.default is dataclasses.MISSING:
                    values[field.name] = None
                continue
            value = facts[field.name]
            if "datetime" in str(field.type) and isinstance(value, str):
                value = read_instant(value)
            elif isinstance(value, list):
                value = tuple(value)
            values[field.name] = value
        return cls(**values)


def event_from(kind: str, facts: Mapping[str, Any]) -> Event:
    """The event of that kind. Raises KeyError for a kind that no app declares."""
    return Event.KINDS[kind].from_facts(facts)
