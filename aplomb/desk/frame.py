"""What the frame of every page shows: the desk's name, the queues with their counts, whose page it is."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from aplomb.desk.notices.reads import Bell, bell_of
from aplomb.desk.presence.mark import Mark, mark_of
from aplomb.desk.troubles import Strip, troubles_for
from aplomb.people.models import Desk, Person, Team, Theme
from aplomb.tickets.models import Stage, Status
from aplomb.tickets.policies import Sight, may_note, may_work, sight_of
from aplomb.tickets.reads import COUNT_AT_MOST, UNASSIGNED, QueueFilter, queue_counts

KNOWN_FOR = 30.0
# set by desk/settings/quick.py for whoever is not signed in
THEME_COOKIE = "aplomb_theme"


@dataclass(frozen=True)
class Queue:
    """A queue in the side column. `count` is a word: capped counts read "999+"."""

    key: str
    word: str
    icon: str
    url: str
    count: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Group:
    """Queues under one heading."""

    word: str
    queues: tuple[Queue, ...]


@dataclass(frozen=True)
class Place:
    """A page beside the queues."""

    word: str
    icon: str
    url: str
    is_current: bool


@dataclass
class _Remembered:
    name: str = ""
    until: float = 0.0
    is_set_up: bool = False


_desk = _Remembered()


def desk_is_set_up() -> bool:
    """Whether the desk has a name. Once it has, that stays so and costs no query."""
    if not _desk.is_set_up:
        _look_at_desk()
    return _desk.is_set_up


def desk_name() -> str:
    """The desk's name, at most half a minute old."""
    if _desk.until < time.monotonic():
        _look_at_desk()
    return _desk.name or "Aplomb"


def forget_desk() -> None:
    """Look at the desk's row anew: it was changed just now."""
    _desk.name, _desk.until, _desk.is_set_up = "", 0.0, False


def _look_at_desk() -> None:
    row = Desk.objects.filter(pk=1).first()
    _desk.name = row.name if row else ""
    _desk.until = time.monotonic() + KNOWN_FOR
    _desk.is_set_up = row is not None


def person_of(request: HttpRequest) -> Person:
    """Who is signed in. For views behind sign-in."""
    person = request.user
    assert isinstance(person, Person)
    return person


class Frame:
    """What base.html asks for, each thing worked out when it is first needed."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def person(self) -> Person | None:
        user = getattr(self.request, "user", None)
        return user if isinstance(user, Person) and user.is_active else None

    @cached_property
    def theme(self) -> str:
        if self.person is not None:
            return self.person.theme
        chosen = self.request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in Theme.values else str(Theme.SYSTEM)

    @cached_property
    def themes(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Theme.choices]

    @cached_property
    def desk_name(self) -> str:
        return desk_name()

    @cached_property
    def languages(self) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    @cached_property
    def may_work(self) -> bool:
        return self.person is not None and bool(may_work(self.person))

    @cached_property
    def may_note(self) -> bool:
        return self.person is not None and bool(may_note(self.person))

    @cached_property
    def teams(self) -> tuple[Team, ...]:
        """The teams whose tickets this person sees."""
        if self.person is None:
            return ()
        hidden = self.hidden_teams
        return tuple(team for team in Team.objects.all() if team.pk not in hidden)

    @cached_property
    def hidden_teams(self) -> frozenset[int]:
        return frozenset(self.sight or ())

    @cached_property
    def sight(self) -> Sight:
        """Whose tickets this person sees, looked up once a request."""
        return sight_of(self.person) if self.person is not None else None

    @cached_property
    def ticket_number(self) -> str:
        """The ticket whose page this is; empty for any other page."""
        match = self.request.resolver_match
        return str(match.kwargs["number"]) if match is not None and match.url_name == "ticket" else ""

    @cached_property
    def bell(self) -> Bell:
        """How many notices this person has not seen. One prepared query."""
        return bell_of(self.person, self.sight, self.ticket_number) if self.person is not None else Bell()

    @cached_property
    def mark(self) -> Mark | None:
        """What this person said by hand of how they can be reached. No query."""
        return mark_of(self.request)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The queues, in groups, with their counts. Two queries beside those for the teams."""
        if self.person is None:
            return ()
        shapes = queue_shapes(self.person, self.teams)
        filters = {key: shape.wanted for key, shape in shapes.items()}
        counted = {key: each for key, each in filters.items() if key != "done"}
        counts = queue_counts(self.person, counted, sight=self.sight)
        current = getattr(self.request, "queue_key", "")
        groups: dict[str, list[Queue]] = {}
        for key, shape in shapes.items():
            groups.setdefault(shape.group, []).append(
                Queue(key, shape.word, shape.icon, shape.url, _count_word(counts.get(key, 0)), key == current)
            )
        return tuple(Group(word, tuple(queues)) for word, queues in groups.items())

    @cached_property
    def troubles(self) -> tuple[Strip, ...]:
        """What this person must not overlook, above the page."""
        return troubles_for(self.person) if self.person is not None else ()

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Pages beside the queues that this person has something to do with."""
        if self.person is None:
            return ()
        wanted = [("my_tasks", _("My tasks"), "list-todo"), ("customers", _("Customers"), "users")]
        if self.may_note:
            wanted.append(("approvals", _("Decisions"), "stamp"))
        if self.may_work:
            wanted.append(("mail", _("Mail"), "mail"))
        wanted.append(("settings", _("Settings"), "settings"))
        return tuple(
            Place(word, icon, reverse(name), self.request.path.startswith(reverse(name))) for name, word, icon in wanted
        )


@dataclass(frozen=True)
class Shape:
    """A queue as the side column knows it: its name, what it holds, and its address."""

    word: str
    icon: str
    wanted: QueueFilter
    query: Mapping[str, str]
    group: str = ""

    @property
    def url(self) -> str:
        return f"{reverse('queue')}?{urlencode(self.query)}" if self.query else reverse("queue")


def queue_shapes(person: Person, teams: tuple[Team, ...]) -> dict[str, Shape]:
    """The queues of this person, by key, in the order of the side column."""
    shapes = {
        "due": Shape(_("Due next"), "clock", QueueFilter(), {}),
        "mine": Shape(_("My tickets"), "user", QueueFilter(assignee=person.pk), {"assignee": "me"}),
        "with_me": Shape(_("I work on it too"), "users", QueueFilter(co_worker=person.pk), {"with": "me"}),
        "unassigned": Shape(_("Unassigned"), "inbox", QueueFilter(assignee=UNASSIGNED), {"assignee": "none"}),
    }
    for team in teams:
        shapes[f"team-{team.pk}"] = Shape(
            team.name, "users-round", QueueFilter(team=team.pk), {"team": str(team.pk)}, _("Teams")
        )
    states = _("States")
    for status, word in (
        (Status.WAITING_CUSTOMER, _("Waiting for customer")),
        (Status.WAITING_THIRD_PARTY, _("Waiting for others")),
    ):
        icon = "hourglass" if status == Status.WAITING_CUSTOMER else "truck"
        shapes[str(status)] = Shape(word, icon, QueueFilter(status=status), {"status": str(status)}, states)
    snoozed = QueueFilter(stage=Stage.SNOOZED)
    shapes["snoozed"] = Shape(_("Put away"), "alarm-clock", snoozed, {"stage": "snoozed"}, states)
    done, bin_ = QueueFilter(stage=Stage.DONE), QueueFilter(stage=Stage.BIN)
    shapes["done"] = Shape(_("Resolved and closed"), "circle-check", done, {"stage": "done"}, states)
    shapes["bin"] = Shape(_("Bin"), "trash-2", bin_, {"stage": "bin"}, states)
    return shapes


def _count_word(count: int) -> str:
    if not count:
        return ""
    return f"{COUNT_AT_MOST - 1}+" if count >= COUNT_AT_MOST else str(count)


def frame_of(request: HttpRequest) -> Frame:
    """The one frame of a request, so that view and template share what it has worked out."""
    found = getattr(request, "_frame", None)
    if not isinstance(found, Frame):
        found = Frame(request)
        request._frame = found  # type: ignore[attr-defined]  # kept with the request it belongs to
    return found


def frame(request: HttpRequest) -> dict[str, object]:
    """The context processor."""
    return {"frame": frame_of(request)}
