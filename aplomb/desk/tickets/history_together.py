"""Sentences of the history about working together: mentions, followers, hand-overs, snoozes, tasks."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _

from aplomb.desk import words
from aplomb.lib.time import read_instant

Facts = Mapping[str, Any]


class Names(Protocol):
    """The names that were fetched for the sentences."""

    people: dict[int, str]
    teams: dict[int, str]


def _list(ids: Iterable[int], names: Names) -> str:
    return ", ".join(names.people.get(pk, "?") for pk in ids)


def _is_self(facts: Facts, ids: Any) -> bool:
    return facts.get("actor_kind") == "staff" and [str(each) for each in ids] == [facts.get("actor_id")]


def _mentioned(facts: Facts, names: Names) -> str:
    return _("mentioned %(names)s in a note") % {"names": _list(facts.get("people", ()), names)}


def _followers(facts: Facts, names: Names) -> str:
    added, removed = facts.get("added", ()), facts.get("removed", ())
    if added:
        if _is_self(facts, added):
            return _("follows the ticket")
        return _("let %(names)s follow the ticket") % {"names": _list(added, names)}
    if _is_self(facts, removed):
        return _("follows the ticket no more")
    return _("took %(names)s off the followers") % {"names": _list(removed, names)}


def _co_workers(facts: Facts, names: Names) -> str:
    added, removed = facts.get("added", ()), facts.get("removed", ())
    if added:
        if _is_self(facts, added):
            return _("works on it too")
        return _("asked %(names)s to work on it too") % {"names": _list(added, names)}
    if _is_self(facts, removed):
        return _("does not work on it any more")
    return _("noted that %(names)s does not work on it any more") % {"names": _list(removed, names)}


def _handed_over(facts: Facts, names: Names) -> str:
    person, team = facts.get("given_to"), facts.get("team_id")
    if person is not None:
        return _("handed it over to %(name)s") % {"name": names.people.get(person, "?")}
    return _("handed it over to the team %(name)s") % {"name": names.teams.get(team or 0, "?")}


def _snoozed(facts: Facts, names: Names) -> str:
    until = str(facts.get("until", ""))
    moment = words.Speech().moment(read_instant(until)) if until else "?"
    reason = facts.get("words", {}).get("reason")
    if reason:
        return _("put it away until %(time)s: %(reason)s") % {"time": moment, "reason": reason}
    return _("put it away until %(time)s") % {"time": moment}


def _woken(facts: Facts, names: Names) -> str:
    return {
        "hour": _("brought it back: its hour had come"),
        "due": _("brought it back: something falls due"),
        "customer": _("brought it back by writing"),
        "told": _("brought it back: an answer came from outside"),
    }.get(str(facts.get("why")), _("brought it back"))


def _task(facts: Facts, names: Names) -> str:
    text = facts.get("words", {}).get("text", "")
    person = facts.get("assignee_id")
    if person is not None:
        return _("gave %(name)s the task “%(text)s”") % {"name": names.people.get(person, "?"), "text": text}
    return _("added the task “%(text)s”") % {"text": text}


def _task_changed(facts: Facts, names: Names) -> str:
    text = facts.get("words", {}).get("text")
    if text:
        return _("changed a task to “%(text)s”") % {"text": text}
    person = facts.get("assignee_id")
    if person is not None and person != facts.get("assignee_before"):
        return _("gave a task to %(name)s") % {"name": names.people.get(person, "?")}
    return _("changed a task")


SENTENCES: dict[str, Callable[[Facts, Any], str]] = {
    "PeopleMentioned": _mentioned,
    "FollowersChanged": _followers,
    "CoWorkersChanged": _co_workers,
    "TicketHandedOver": _handed_over,
    "HandOverRead": lambda facts, names: _("has read the hand-over note"),
    "TicketSnoozed": _snoozed,
    "TicketWoken": _woken,
    "TaskAdded": _task,
    "TaskChanged": _task_changed,
    "TaskDone": lambda facts, names: _("did a task"),
    "TaskReopened": lambda facts, names: _("reopened a task"),
    "TaskRemoved": lambda facts, names: _("took a task away"),
}
