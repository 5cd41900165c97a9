"""A ticket's history told in sentences: one for each kind of event."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from aplomb.customers.models import Contact
from aplomb.desk.tickets import history_approvals, history_sides, history_together
from aplomb.people.models import Person, Team
from aplomb.tickets.models import Delivery, Priority, RequestType, Status, Tag
from aplomb.tickets.numbers import shown
from aplomb.tickets.reads import ShownEvent

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """One line of the history."""

    seq: int
    at: dt.datetime
    who: str
    text: str


class Names:
    """The names that the sentences need, fetched together."""

    def __init__(self, events: tuple[ShownEvent, ...]) -> None:
        people = _ids(events, "assignee_id", "assignee_before", "given_to", "given_by")
        people |= _many(events, "people", "added", "removed")
        teams = _ids(events, "team_id", "team_before")
        contacts = _ids(events, "contact_id")
        self.people = dict(Person.objects.filter(pk__in=people).values_list("pk", "work_name")) if people else {}
        self.teams = dict(Team.objects.filter(pk__in=teams).values_list("pk", "name")) if teams else {}
        self.contacts = dict(Contact.objects.filter(pk__in=contacts).values_list("pk", "name")) if contacts else {}
        kinds = {event.kind for event in events}
        self.types = (
            {each.key: each.name for each in RequestType.objects.all()} if "RequestTypeChanged" in kinds else {}
        )
        self.tags = {each.key: each.name for each in Tag.objects.all()} if "TagsChanged" in kinds else {}


def told(events: tuple[ShownEvent, ...]) -> list[Told]:
    """Each event as a sentence, in the order given."""
    names = Names(events)
    return [Told(each.seq, each.at, _who(each), _sentence(each, names)) for each in events]


def _who(event: ShownEvent) -> str:
    if event.actor_kind == "system":
        return {"mail": _("The mail"), "clock": _("The clock")}.get(event.actor_name, _("The desk"))
    return event.actor_name or _("Somebody")


def _sentence(event: ShownEvent, names: Names) -> str:
    tell = SENTENCES.get(event.kind)
    own = {"actor_kind": event.actor_kind, "actor_id": event.actor_id, "words": event.words}
    return tell({**event.facts, **own}, names) if tell else event.kind


def _ids(events: tuple[ShownEvent, ...], *fields: str) -> set[int]:
    return {event.facts[name] for event in events for name in fields if isinstance(event.facts.get(name), int)}


def _many(events: tuple[ShownEvent, ...], *fields: str) -> set[int]:
    """Ids in lists: not the keys of tags, which are words."""
    return {each for event in events for name in fields for each in event.facts.get(name, ()) if isinstance(each, int)}


def _status(value: Any) -> str:
    return str(dict(Status.choices).get(value, value))


def _received(facts: Facts, names: Names) -> str:
    if facts.get("is_automatic"):
        return _("an automatic answer came in")
    if facts.get("channel") == "call":
        return _("called") if facts.get("actor_kind") == "contact" else _("wrote down a call")
    return _("wrote")


def _sent(facts: Facts, names: Names) -> str:
    before, after = facts.get("status_before"), facts.get("status")
    if before == after:
        return _("replied")
    return _("replied; now %(status)s") % {"status": _status(after)}


def _assigned(facts: Facts, names: Names) -> str:
    pk = facts.get("assignee_id")
    if pk is None:
        return _("took the assignee away")
    return _("assigned it to %(name)s") % {"name": names.people.get(pk, "?")}


def _moved(facts: Facts, names: Names) -> str:
    pk = facts.get("team_id")
    if pk is None:
        return _("took it out of its team")
    return _("moved it to the team %(name)s") % {"name": names.teams.get(pk, "?")}


def _status_changed(facts: Facts, names: Names) -> str:
    return _("changed the status from %(before)s to %(after)s") % {
        "before": _status(facts.get("status_before")),
        "after": _status(facts.get("status")),
    }


def _priority(facts: Facts, names: Names) -> str:
    label = dict(Priority.choices).get(facts.get("priority", 0), "")
    return _("changed the priority to %(priority)s") % {"priority": label}


def _type(facts: Facts, names: Names) -> str:
    key = facts.get("request_type")
    if key is None:
        return _("took the type away")
    return _("changed the type to %(name)s") % {"name": names.types.get(key, key)}


def _language(facts: Facts, names: Names) -> str:
    code = str(facts.get("language") or "")
    if not code:
        return _("took the language away")
    return _("changed the language to %(name)s") % {"name": dict(settings.LANGUAGES).get(code, code)}


def _tags(facts: Facts, names: Names) -> str:
    added = ", ".join(names.tags.get(key, key) for key in facts.get("added", ()))
    removed = ", ".join(names.tags.get(key, key) for key in facts.get("removed", ()))
    if added and removed:
        return _("added the tags %(added)s and removed %(removed)s") % {"added": added, "removed": removed}
    if added:
        return _("added the tags %(added)s") % {"added": added}
    return _("removed the tags %(removed)s") % {"removed": removed}


def _subject(facts: Facts, names: Names) -> str:
    subject = facts.get("words", {}).get("subject")
    return _("changed the subject to “%(subject)s”") % {"subject": subject} if subject else _("changed the subject")


def _opened(facts: Facts, names: Names) -> str:
    if facts.get("split_from"):
        return _("opened this ticket with what was split off %(number)s") % _other(facts, "split_from")
    if facts.get("follows"):
        return _("opened this ticket, which follows %(number)s") % {"number": shown(str(facts["follows"]))}
    return _("opened the ticket")


def _other(facts: Facts, name: str) -> dict[str, str]:
    return {"number": shown(str(facts.get(name) or ""))}


def _gave_back(facts: Facts, names: Names) -> str:
    if facts.get("left"):
        return _("took %(number)s out again; what came meanwhile stayed here") % _other(facts, "merged")
    return _("took %(number)s out again") % _other(facts, "merged")


def _unmerged(facts: Facts, names: Names) -> str:
    if facts.get("left"):
        return _("took it out of %(number)s again; what came meanwhile stayed there") % _other(facts, "into")
    return _("took it out of %(number)s again") % _other(facts, "into")


def _linked(facts: Facts, names: Names) -> str:
    text = {
        "parent": _("put it under %(number)s"),
        "child": _("put %(number)s under it"),
        "blocks": _("noted that it blocks %(number)s"),
        "blocked": _("noted that it waits for %(number)s"),
    }.get(str(facts.get("relation")), _("linked it with %(number)s"))
    return text % _other(facts, "other")


def _delivery(facts: Facts, names: Names) -> str:
    found = dict(Delivery.choices).get(facts.get("delivery", ""), facts.get("delivery", ""))
    return _("delivery of a message: %(state)s") % {"state": found}


def _joined(facts: Facts, names: Names) -> str:
    if facts.get("actor_kind") == "contact":
        return _("joined the conversation")
    name = names.contacts.get(facts.get("contact_id", 0)) or "?"
    return _("brought %(name)s into the conversation") % {"name": name}


def _binned(facts: Facts, names: Names) -> str:
    return _("put it in the bin as spam") if facts.get("reason") == "spam" else _("put it in the bin as a mistake")


def _macro(facts: Facts, names: Names) -> str:
    name = facts.get("words", {}).get("name")
    return _("ran the macro “%(name)s”") % {"name": name} if name else _("ran a macro")


SENTENCES: dict[str, Callable[[Facts, Names], str]] = {
    **history_together.SENTENCES,
    **history_approvals.SENTENCES,
    **history_sides.SENTENCES,
    "MacroRun": _macro,
    "TicketOpened": _opened,
    "MessageReceived": _received,
    "MessageSent": _sent,
    "MessageWithdrawn": lambda facts, names: _("undid a reply before it left"),
    "LetterSent": lambda facts, names: _("sent a letter by itself"),
    "DeliveryChanged": _delivery,
    "NoteAdded": lambda facts, names: _("wrote a note"),
    "StatusChanged": _status_changed,
    "TicketAssigned": _assigned,
    "TicketMoved": _moved,
    "PriorityChanged": _priority,
    "RequestTypeChanged": _type,
    "SubjectChanged": _subject,
    "LanguageChanged": _language,
    "TagsChanged": _tags,
    "ParticipantAdded": _joined,
    "TicketBinned": _binned,
    "TicketRestored": lambda facts, names: _("took it out of the bin"),
    "TextErased": lambda facts, names: _("erased the text of a message"),
    "TextRedacted": lambda facts, names: _("redacted the text of a message"),
    "TicketDiscarded": lambda facts, names: _("emptied it from the bin"),
    "TicketMerged": lambda facts, names: _("merged it: it goes on in %(number)s") % _other(facts, "into"),
    "TicketTookIn": lambda facts, names: _("merged %(number)s into it") % _other(facts, "merged"),
    "MergeUndone": _unmerged,
    "TicketGaveBack": _gave_back,
    "MessageSplitOff": lambda facts, names: _("split a message off: it goes on in %(number)s") % _other(facts, "into"),
    "TicketLinked": _linked,
    "TicketUnlinked": lambda facts, names: _("took the link with %(number)s away") % _other(facts, "other"),
}
