"""The steps of a macro: which there are, what they may hold, and what they come to on one ticket.

`steps` is a mapping of field to value: `status`, `priority`, `request_type` (its key), `team` (id or ""), `assignee` (id,
"me" or ""), `add_tags` and `remove_tags` (keys).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from aplomb.automation.errors import StepGone
from aplomb.people.errors import Wrong
from aplomb.people.models import Person, Team
from aplomb.tickets.actions.change import UNCHANGED, Changes
from aplomb.tickets.models import Priority, RequestType, Status, Tag, Ticket, TicketTag

ME = "me"
FIELDS = ("status", "priority", "request_type", "team", "assignee", "add_tags", "remove_tags")
# new is what nobody has looked at
STATUSES = tuple(each for each in Status.values if each != Status.NEW)

Steps = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One change in words: which field, what it is now, what it becomes. `gone`: what it names is not there."""

    word: str
    now: str
    becomes: str
    gone: bool = False

    @property
    def is_change(self) -> bool:
        return self.now != self.becomes


def checked_steps(given: Steps) -> dict[str, Any]:
    """The steps with only what may stand in them. Raises Wrong with the field."""
    found: dict[str, Any] = {name: given[name] for name in FIELDS if given.get(name) not in (None, [], ())}
    if (status := found.get("status")) is not None and status not in STATUSES:
        raise Wrong("status", _("A macro cannot set this state."))
    if (priority := found.get("priority")) is not None and priority not in Priority.values:
        raise Wrong("priority", _("There is no such priority."))
    _known("request_type", found, lambda key: RequestType.objects.filter(key=key, is_active=True).exists())
    _known("team", found, lambda pk: pk == "" or Team.objects.filter(pk=pk).exists())
    _known("assignee", found, lambda pk: pk in ("", ME) or _agent(pk) is not None)
    tags = {*found.get("add_tags", ()), *found.get("remove_tags", ())}
    if len(tags) != len(found.get("add_tags", ())) + len(found.get("remove_tags", ())):
        raise Wrong("remove_tags", _("A tag cannot be added and taken away at once."))
    missing = tags - set(Tag.objects.filter(key__in=tags).values_list("key", flat=True))
    if missing:
        raise Wrong("add_tags", _("There is no tag %(name)s.") % {"name": min(missing)[:40]})
    return found


def _known(name: str, found: Steps, is_there: Any) -> None:
    if name in found and not is_there(found[name]):
        raise Wrong(name, _("This is not there any more."))


def _agent(pk: Any) -> Person | None:
    person = Person.objects.filter(pk=pk, is_active=True).first()
    return person if person is not None and person.is_agent else None


def changes_of(steps: Steps, ticket: Ticket, by: Person) -> Changes:
    """What the steps come to on this ticket, the status left out: it follows note and reply. Raises StepGone."""
    lines = lines_of(steps, ticket, by)
    lost = next((line for line in lines if line.gone), None)
    if lost is not None:
        raise StepGone(lost.becomes)
    wanted: dict[str, Any] = {}
    if "priority" in steps:
        wanted["priority"] = steps["priority"]
    if "request_type" in steps:
        wanted["request_type"] = RequestType.objects.get(key=steps["request_type"])
    if "team" in steps:
        wanted["team"] = Team.objects.get(pk=steps["team"]) if steps["team"] != "" else None
    if "assignee" in steps:
        wanted["assignee"] = by if steps["assignee"] == ME else _agent(steps["assignee"] or 0)
    if "add_tags" in steps or "remove_tags" in steps:
        wanted["tags"] = tuple(
            sorted((_tags_of(ticket) | {*steps.get("add_tags", ())}) - {*steps.get("remove_tags", ())})
        )
    return Changes(**{name: value for name, value in wanted.items() if value is not UNCHANGED})


def _tags_of(ticket: Ticket) -> set[str]:
    return set(TicketTag.objects.filter(ticket=ticket).values_list("tag__key", flat=True))


def lines_of(steps: Steps, ticket: Ticket | None, by: Person) -> list[Line]:
    """The steps in words, in the reader's language; without a ticket, what they are anywhere."""
    tellers = {
        "status": _status,
        "priority": _priority,
        "request_type": _request_type,
        "team": _team,
        "assignee": _assignee,
        "add_tags": _tags,
    }
    found: list[Line] = []
    for name, tell in tellers.items():
        if name in steps or (name == "add_tags" and "remove_tags" in steps):
            found.append(tell(steps, ticket, by))
    return found


def _status(steps: Steps, ticket: Ticket | None, by: Person) -> Line:
    names = dict(Status.choices)
    return Line(_("Status"), str(names[ticket.status]) if ticket else "", str(names.get(steps["status"], "")))


def _priority(steps: Steps, ticket: Ticket | None, by: Person) -> Line:
    names = dict(Priority.choices)
    return Line(_("Priority"), str(names[ticket.priority]) if ticket else "", str(names.get(steps["priority"], "")))


def _request_type(steps: Steps, ticket: Ticket | None, by: Person) -> Line:
    kind = RequestType.objects.filter(key=steps["request_type"], is_active=True).first()
    now = ticket.request_type.name if ticket and ticket.request_type else ""
    return Line(_("Type"), now, kind.name if kind else str(steps["request_type"]), gone=kind is None)


def _team(steps: Steps, ticket: Ticket | None, by: Person) -> Line:
    now = ticket.team.name if ticket and ticket.team else _("no team") if ticket else ""
    if steps["team"] == "":
        return Line(_("Team"), now, _("no team"))
    team = Team.objects.filter(pk=steps["team"]).first()
    return Line(_("Team"), now, team.name if team else _("a team"), gone=team is None)


def _assignee(steps: Steps, ticket: Ticket | None, by: Person) -> Line:
    now = ticket.assignee.work_name if ticket and ticket.assignee else _("nobody yet") if ticket else ""
    if steps["assignee"] == "":
        return Line(_("Assignee"), now, _("nobody yet"))
    if steps["assignee"] == ME:
        return Line(_("Assignee"), now, by.work_name if ticket else _("whoever runs it"))
    person = Person.objects.filter(pk=steps["assignee"]).first()
    gone = _agent(steps["assignee"]) is None
    return Line(_("Assignee"), now, person.work_name if person else _("a person"), gone=gone)


def _tags(steps: Steps, ticket: Ticket | None, by: Person) -> Line:
    names = {each.key: each.name for each in Tag.objects.all()}
    added, removed = set(steps.get("add_tags", ())), set(steps.get("remove_tags", ()))
    lost = next((key for key in sorted(added) if key not in names), None)
    if lost is not None:
        return Line(_("Tags"), "", lost, gone=True)
    if ticket is None:
        signs = [f"+ {names[key]}" for key in sorted(added)] + [f"− {names.get(key, key)}" for key in sorted(removed)]
        return Line(_("Tags"), "", ", ".join(signs))
    have = _tags_of(ticket)
    return Line(_("Tags"), _listed(have, names), _listed((have | added) - removed, names))


def _listed(keys: set[str], names: Mapping[str, str]) -> str:
    return ", ".join(sorted((names.get(key, key) for key in keys), key=str.casefold)) or _("none")
