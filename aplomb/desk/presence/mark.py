"""The mark beside one's own name: what was set by hand in this browser, kept with the session, which costs no query."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest

from aplomb.lib.time import read_instant, utc_now
from aplomb.people.models.presence import State

KEY = "presence"


@dataclass(frozen=True)
class Mark:
    """A state and its word."""

    state: str
    word: str


def remember_mark(request: HttpRequest, state: str, until: dt.datetime | None) -> None:
    request.session[KEY] = [state, until.isoformat() if until else ""]


def forget_mark(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def mark_of(request: HttpRequest) -> Mark | None:
    """What to show, while it holds."""
    kept = request.session.get(KEY) if hasattr(request, "session") else None
    if not kept:
        return None
    state, until = kept
    if state not in State.values or (until and read_instant(until) <= utc_now()):
        return None
    return Mark(state, str(State(state).label))
