"""What others did on a ticket while an answer was being written: their messages, and each change from what to what."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from aplomb.desk.tickets.history import Names, told
from aplomb.journal.models import Entry
from aplomb.people.models import Person
from aplomb.tickets.models import Priority, Status, Ticket
from aplomb.tickets.reads import ShownEvent, ShownMessage, ticket_history
from aplomb.tickets.since import QUIET

OF_MESSAGES = ("MessageReceived", "MessageSent", "NoteAdded", "MessageWithdrawn")


@dataclass(frozen=True)
class Line:
    """One thing that is different: who changed it, what it is, and from what to what. `sentence` where it has no values."""

    who: str
    at: dt.datetime
    what: str = ""
    before: str = ""
    after: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Difference:
    """All that is different, and what to send along with the answer to say that one has seen it."""

    messages: tuple[ShownMessage, ...] = ()
    lines: tuple[Line, ...] = ()
    accepted: str = ""


@dataclass
class _Value:
    """A value over several changes: the first it had, the last it got, and from whom."""

    first: Any
    last: Any
    event: ShownEvent
    known: dict[str, str] = field(default_factory=dict)


def difference(
    by: Person, ticket: Ticket, seen_seq: int, messages: Sequence[ShownMessage], *, then: str = ""
) -> Difference:
    """What others did since the entry `seen_seq`, of the messages given those that came since. `then` goes along."""
    events = tuple(each for each in ticket_history(by, ticket.number) if each.seq > seen_seq and not _is_own(each, by))
    ids = {each.facts.get("message_id") for each in events if each.kind in OF_MESSAGES}
    return Difference(
        tuple(each for each in messages if each.id in ids),
        tuple(_lines(events, ticket, seen_seq)),
        f"{ticket.version}.{ticket.chain.length}.{then}",
    )


def _is_own(event: ShownEvent, by: Person) -> bool:
    return (event.actor_kind, event.actor_id) == (by.actor_kind, by.actor_id)


def _lines(events: tuple[ShownEvent, ...], ticket: Ticket, seen_seq: int) -> Iterable[Line]:
    names = Names(events)
    sentences = dict(zip((each.seq for each in events), told(events), strict=True))
    values: dict[str, _Value] = {}
    for event in events:
        found = list(_values(event, names, ticket, seen_seq))
        for what, before, after in found:
            if what in values:
                values[what].last, values[what].event = after, event
            else:
                values[what] = _Value(before, after, event)
        if not found and event.kind not in OF_MESSAGES and event.kind not in QUIET:
            yield Line(sentences[event.seq].who, event.at, sentence=sentences[event.seq].text)
    for what, value in values.items():
        if value.first != value.last:
            who = sentences[value.event.seq].who
            yield Line(who, value.event.at, what, value.first or _("nothing"), value.last or _("nothing"))


def _values(event: ShownEvent, names: Names, ticket: Ticket, seen_seq: int) -> Iterable[tuple[str, str, str]]:
    """What a kind of event changes: the word for it, what it was, what it is."""
    facts = event.facts
    statuses = {str(value): str(label) for value, label in Status.choices}
    if "status_before" in facts and facts.get("status_before") != facts.get("status"):
        yield (_("Status"), *_pair(facts, "status_before", "status", statuses))
    if event.kind == "TicketAssigned":
        yield (_("Assignee"), *_pair(facts, "assignee_before", "assignee_id", names.people))
    elif event.kind == "TicketMoved":
        yield (_("Team"), *_pair(facts, "team_before", "team_id", names.teams))
    elif event.kind == "PriorityChanged":
        yield (_("Priority"), *_pair(facts, "priority_before", "priority", dict(Priority.choices)))
    elif event.kind == "RequestTypeChanged":
        yield (_("Type"), *_pair(facts, "request_type_before", "request_type", names.types))
    elif event.kind == "LanguageChanged":
        yield (_("Language"), *_pair(facts, "language_before", "language", dict(settings.LANGUAGES)))
    elif event.kind == "SubjectChanged":
        yield _("Subject"), _subject_at(ticket, seen_seq), event.words.get("subject", ticket.subject)
    elif event.kind == "TagsChanged":
        for key in facts.get("removed", ()):
            yield _("Tag %(name)s") % {"name": names.tags.get(key, key)}, _("there"), ""
        for key in facts.get("added", ()):
            yield _("Tag %(name)s") % {"name": names.tags.get(key, key)}, "", _("there")


def _pair(facts: Mapping[str, Any], before: str, after: str, words: Mapping[Any, Any]) -> tuple[str, str]:
    """The words for a value as it was and as it is; empty for none."""
    was, now = facts.get(before), facts.get(after)
    return (str(words.get(was, was)) if was else ""), (str(words.get(now, now)) if now else "")


def _subject_at(ticket: Ticket, seq: int) -> str:
    """The subject as it was after that entry."""
    kept = Entry.objects.filter(chain=ticket.chain_id, seq__lte=seq, kind__in=["TicketOpened", "SubjectChanged"])
    last = kept.order_by("-seq").values_list("openings", flat=True).first() or {}
    return str(last.get("subject", {}).get("value", ""))
