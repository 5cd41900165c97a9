"""The queue, and finding tickets."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aplomb.customers.merged import entries_of
from aplomb.customers.models import Contact, Organisation
from aplomb.customers.reads import find_places
from aplomb.desk.frame import frame_of, person_of, queue_shapes
from aplomb.desk.tickets import bulk
from aplomb.desk.tickets.answers import in_place
from aplomb.desk.tickets.choices import agents, tags, teams
from aplomb.desk.tickets.rows import shown_rows
from aplomb.people.errors import NotFound
from aplomb.people.models import Person
from aplomb.search.index import find
from aplomb.tickets.models import Stage, Status, Tag
from aplomb.tickets.numbers import read_number
from aplomb.tickets.policies import ticket_for
from aplomb.tickets.reads import ROWS, UNASSIGNED, QueueFilter, QueuePage, WrongCursor, queue_page

STAGES = {"": Stage.LIVE, "snoozed": Stage.SNOOZED, "done": Stage.DONE, "bin": Stage.BIN}
FILTERS = ("stage", "status", "team", "assignee", "with", "tag", "contact", "organisation", "q")
MOST_ROWS = 300


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the filter, the words in it, and the same as a query."""

    wanted: QueueFilter
    query: dict[str, str]
    find_text: str = ""

    def url(self, **changes: str) -> str:
        """This queue's address with some of it changed."""
        kept = {name: value for name, value in {**self.query, **changes}.items() if value}
        return f"?{urlencode(kept)}" if kept else "/"


@require_safe
@in_place
def queue(request: HttpRequest) -> HttpResponse:
    """A queue: all of it, its list anew (`part=list`), or the rows below a cursor (`part=more`)."""
    person = person_of(request)
    asked = _read(request, person)
    part = request.GET.get("part", "")
    try:
        page = queue_page(person, asked.wanted, cursor=request.GET.get("cursor", ""), rows=_rows_asked(request))
    except WrongCursor:
        return HttpResponseRedirect(asked.url())
    context = {**_list_context(asked, page), "person": person}
    if part == "more":
        return render(request, "desk/tickets/rows.html", context)
    _mark_current(request, person, asked)
    if part == "list":
        return render(request, "desk/tickets/list_and_counts.html", context)
    context |= _head_context(asked, person, request) | bulk.bar(request, person)
    if request.GET.get("filters"):
        context["filters"] = _filters(asked, person, request)
    return render(request, "desk/tickets/queue.html", context)


@require_safe
@in_place
def filters(request: HttpRequest) -> HttpResponse:
    """The form of filters, which a queue's page fetches when it is opened."""
    person = person_of(request)
    context = {"filters": _filters(_read(request, person), person, request)}
    return render(request, "desk/tickets/filters.html", context)


@require_safe
@in_place
def find_tickets(request: HttpRequest) -> HttpResponse:
    """A number leads straight to its ticket; words to the tickets that have them, live ones first."""
    person = person_of(request)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    if not text:
        return redirect("queue")
    number = read_number(text)
    if number is not None:
        try:
            return redirect("ticket", ticket_for(person, number).number)
        except NotFound:
            pass
    only = tuple(find(text))
    asked = Asked(QueueFilter(only=only), {"q": text}, text)
    live = queue_page(person, asked.wanted) if only else QueuePage((), "")
    done_asked = Asked(QueueFilter(stage=Stage.DONE, only=only), {"q": text, "stage": "done"}, text)
    done = queue_page(person, done_asked.wanted) if only else QueuePage((), "")
    context = {
        "find_text": text,
        "missing_number": number,
        "live": _list_context(asked, live),
        "done": _list_context(done_asked, done),
        "found_places": (places := find_places(text)),
        "is_empty": not live.rows and not done.rows and not places,
    }
    return render(request, "desk/tickets/found.html", context)


def _read(request: HttpRequest, person: Person) -> Asked:
    """The filter in the address. What makes no sense is left out rather than refused."""
    given = {name: request.GET.get(name, "").replace("\x00", "").strip()[:200] for name in FILTERS}
    query = {name: value for name, value in given.items() if value}
    wanted = QueueFilter(stage=STAGES.get(given["stage"], Stage.LIVE), tag=given["tag"])
    if given["status"] in Status.values:
        wanted = replace(wanted, status=given["status"])
        if given["status"] in (Status.RESOLVED, Status.CLOSED) and not given["stage"]:
            wanted = replace(wanted, stage=Stage.DONE)
    wanted = replace(wanted, assignee=_who(given["assignee"], person), team=_id(given["team"]))
    wanted = replace(wanted, contact=_id(given["contact"]), organisation=_id(given["organisation"]))
    wanted = replace(wanted, entries=entries_of(wanted.contact))
    if given["with"] == "me":
        wanted = replace(wanted, co_worker=person.pk)
    if given["q"]:
        wanted = replace(wanted, only=tuple(find(given["q"])))
    return Asked(wanted, query, given["q"])


def _who(word: str, person: Person) -> int | None:
    if word == "me":
        return person.pk
    return UNASSIGNED if word == "none" else _id(word)


def _id(word: str) -> int | None:
    if word == "none":
        return UNASSIGNED
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else None


def _rows_asked(request: HttpRequest) -> int:
    """As many rows as the page shows already, when it asks for its list anew."""
    asked = _id(request.GET.get("rows", "")) or ROWS
    return max(ROWS, min(asked, MOST_ROWS))


def _list_context(asked: Asked, page: QueuePage) -> dict[str, Any]:
    rows = shown_rows(page.rows, (get_language() or "en")[:2])
    return {
        "rows": rows,
        "asked": asked,
        "find_text": asked.find_text,
        "list_url": asked.url(part="list"),
        "next_url": asked.url(cursor=page.next_cursor) if page.next_cursor else "",
        "next_part": asked.url(cursor=page.next_cursor, part="more") if page.next_cursor else "",
    }


def _mark_current(request: HttpRequest, person: Person, asked: Asked) -> None:
    """Which queue of the side column this is, for its mark."""
    shapes = queue_shapes(person, frame_of(request).teams)
    key = next((key for key, shape in shapes.items() if dict(shape.query) == asked.query), "")
    request.queue_key = key  # type: ignore[attr-defined]  # the frame reads it


def _head_context(asked: Asked, person: Person, request: HttpRequest) -> dict[str, Any]:
    """The heading and the filters that are on, each with the address without it."""
    key = getattr(request, "queue_key", "")
    shapes = queue_shapes(person, frame_of(request).teams)
    chips = (
        []
        if key
        else [
            {"word": word, "url": asked.url(**{name: ""})} for name in FILTERS if (word := _chip(name, asked, person))
        ]
    )
    return {
        "title": shapes[key].word if key in shapes else _("Tickets"),
        "chips": chips,
        "queue_key": key,
        "filter_part": f"/filters{asked.url() if asked.query else ''}",
        "filter_url": asked.url(filters="1"),
    }


def _chip(name: str, asked: Asked, person: Person) -> str:
    value = asked.query.get(name, "")
    if not value:
        return ""
    if name == "status":
        return str(dict(Status.choices).get(value, ""))
    if name == "stage":
        return {"done": _("resolved and closed"), "bin": _("in the bin"), "snoozed": _("put away")}.get(value, "")
    if name == "with":
        return _("I work on it too") if value == "me" else ""
    if name == "q":
        return _("“%(words)s”") % {"words": value}
    if name == "tag":
        tag = Tag.objects.filter(key=value).first()
        return _("tag: %(name)s") % {"name": tag.name if tag else value}
    if name in ("contact", "organisation"):
        model: type[Contact] | type[Organisation] = Contact if name == "contact" else Organisation
        row = model.objects.filter(pk=_id(value) or 0).first()
        return str(row) if row else ""
    return _person_or_team_chip(name, value, person)


def _person_or_team_chip(name: str, value: str, person: Person) -> str:
    if value == "none":
        return _("unassigned") if name == "assignee" else _("no team")
    if name == "assignee":
        found = {str(pk): each for pk, each in agents()}
        return _("mine") if value in ("me", str(person.pk)) else found.get(value, "")
    return next((team.name for team in teams(person) if str(team.pk) == value), "")


def _filters(asked: Asked, person: Person, request: HttpRequest) -> dict[str, Any]:
    return {
        "asked": asked.query,
        "statuses": Status.choices,
        "teams": [(str(team.pk), team.name) for team in frame_of(request).teams],
        "people": [(str(pk), name) for pk, name in agents() if pk != person.pk],
        "tags": [(tag.key, tag.name) for tag in tags()],
    }
