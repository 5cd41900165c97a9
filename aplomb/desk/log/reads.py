"""A page of each log, newest first, each by one walk along an index."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aplomb.journal.changes import DESK
from aplomb.journal.looks.models import Look
from aplomb.journal.models import Entry
from aplomb.people.models import Person

ROWS = 50

Row = TypeVar("Row")


@dataclass(frozen=True)
class LookRow:
    """Who looked at what, and when first within that hour. `who` is empty for the command line."""

    who: str
    person: int
    what: str
    key: str
    at: dt.datetime


@dataclass(frozen=True)
class ChangeRow:
    """One change: who, of what, and the values before and after by field."""

    at: dt.datetime
    who: str
    is_person: bool
    thing: str
    called: str
    done: str
    differing: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True)
class LogPage(Generic[Row]):
    """Rows, and where the next page goes on (0: there is none)."""

    rows: tuple[Row, ...]
    before: int


def looks_page(*, person: int | None = None, key: str = "", before: int | None = None) -> "LogPage[LookRow]":
    """Who read what, of one person or at one thing where that is said. Two queries."""
    found = Look.objects.order_by("-id")
    if person is not None:
        found = found.filter(person=person)
    if key:
        found = found.filter(key=key)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: ROWS + 1])
    names = _names({each.person for each in rows})
    shown = tuple(
        LookRow(names.get(each.person, ""), each.person, each.what, each.key, each.at) for each in rows[:ROWS]
    )
    return LogPage(shown, rows[ROWS - 1].pk if len(rows) > ROWS else 0)


def changes_page(*, before: int | None = None) -> "LogPage[ChangeRow]":
    """What was changed of the desk's settings. Two queries."""
    found = Entry.objects.filter(chain__key=DESK, kind="SettingChanged").order_by("-seq")
    if before is not None:
        found = found.filter(seq__lt=before)
    rows = list(found[: ROWS + 1])
    contents = [_json(each.content) for each in rows[:ROWS]]
    actors = [content.get("actor", {}) for content in contents]
    names = _names({int(each["id"]) for each in actors if each.get("kind") == "staff" and str(each["id"]).isdigit()})
    shown = tuple(_change(entry, content, names) for entry, content in zip(rows[:ROWS], contents, strict=True))
    return LogPage(shown, rows[ROWS - 1].seq if len(rows) > ROWS else 0)


def _change(entry: Entry, content: Mapping[str, Any], names: Mapping[int, str]) -> ChangeRow:
    facts, actor = content.get("facts", {}), content.get("actor", {})
    before, after = _json(_opened(entry, "before")), _json(_opened(entry, "after"))
    is_person = actor.get("kind") == "staff"
    return ChangeRow(
        at=entry.at,
        who=names.get(int(actor["id"]), "") if is_person and str(actor.get("id")).isdigit() else "",
        is_person=is_person,
        thing=str(facts.get("thing", "")),
        called=_opened(entry, "called") or "",
        done=str(facts.get("done", "")),
        differing=tuple((str(name), before.get(name), after.get(name)) for name in facts.get("fields", ())),
    )


def _opened(entry: Entry, name: str) -> str | None:
    found: Mapping[str, Any] = entry.openings
    value = found.get(name, {}).get("value")
    return str(value) if value is not None else None


def _json(text: str | None) -> dict[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}


def _names(ids: set[int]) -> dict[int, str]:
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "full_name"))
