"""Tickets: the list, one, a new one, changes, the bin."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Header, Query, Router

from aplomb.api.auth import Token, person_of
from aplomb.api.bodies import json_answer
from aplomb.api.idempotency import once_per_key
from aplomb.api.references import (
    PRIORITIES,
    PRIORITY_WORDS,
    agent_at,
    request_type_of,
    tags_of,
    team_called,
)
from aplomb.api.schemas import (
    BinAsked,
    ContactOfTicket,
    Filter,
    PlaceCursor,
    Search,
    TicketAsked,
    TicketChange,
    TicketPage,
    TicketShown,
    answers,
)
from aplomb.customers.actions import add_point, contact_for_address, contact_for_number
from aplomb.customers.models import Contact, ContactPoint
from aplomb.lib.time import microseconds, second_text
from aplomb.people.errors import NotFound, Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.search.index import find
from aplomb.tickets import numbers
from aplomb.tickets.actions.bin import bin_ticket, restore_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.open import Opening
from aplomb.tickets.actions.receive import Incoming, receive_first_message
from aplomb.tickets.actions.reply import checked_text
from aplomb.tickets.errors import Changed
from aplomb.tickets.models import Stage, Ticket, TicketTag
from aplomb.tickets.policies import may_work, ticket_for, visible_to
from aplomb.tickets.reads import UNASSIGNED, QueueFilter, WrongCursor, queue_page
from aplomb.tickets.states import DONE

router = Router(tags=["Tickets"])

READ, WRITE = Token("tickets:read"), Token("tickets:write")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# the last microsecond that Python's calendar has
END_OF_TIME = 253_402_300_799_999_999
FIELDS = (
    "id",
    "number",
    "subject",
    "status",
    "priority",
    "request_type__key",
    "contact_id",
    "contact__name",
    "assignee__email",
    "team__name",
    "language",
    "channel",
    "follows__number",
    "merged_into__number",
    "next_due_at",
    "next_due_why",
    "created_at",
    "activity_at",
    "resolved_at",
    "closed_at",
    "bin_reason",
    "version",
)


@router.get("/tickets", response=answers(200, TicketPage), auth=READ, summary="List tickets")
def list_tickets(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[PlaceCursor | None, Query()] = None,
    q: Annotated[Search | None, Query(description="A ticket's number in any spelling, else words.")] = None,
    status: Annotated[
        Literal["new", "open", "waiting_customer", "waiting_third_party", "resolved", "closed", "bin"] | None,
        Query(description="bin shows what lies there; everything else leaves the bin out."),
    ] = None,
    assignee: Annotated[Filter | None, Query(description="An agent's e-mail address, me or none.")] = None,
    team: Annotated[Filter | None, Query(description="A team's name or id, or none.")] = None,
    tag: Annotated[Filter | None, Query(description="A tag's key.")] = None,
    order: Annotated[
        Literal["activity", "due"], Query(description="Newest activity first, or what is due.")
    ] = "activity",
) -> HttpResponse:
    """Newest activity first. With order=due what is due first, of the live tickets unless a status says otherwise.

    `next` is the cursor of the following page, null on the last one. What stays as it is while you walk is shown
    exactly once; a ticket that something happens to moves to the front, where the next walk finds it.
    """
    person = person_of(request)
    wanted = QueueFilter(
        stage=_stage(status),
        status=status if status and status != "bin" else "",
        assignee=_assignee_id(person, assignee),
        team=_team_id(team),
        tag=tags_of([tag])[0].key if tag else "",
        only=_found_ids(person, q or ""),
    )
    if order == "due":
        return _by_due(person, wanted, limit, cursor or "")
    rows = list(_by_activity(person, wanted, with_bin=status == "bin", cursor=cursor or "")[: limit + 1])
    mark = ""
    if len(rows) > limit:
        rows = rows[:limit]
        mark = f"{microseconds(rows[-1]['activity_at'])}.{rows[-1]['id']}"
    return _page(rows, mark)


@router.post("/tickets", response=answers(201, TicketShown, 400, 413, 415), auth=WRITE, summary="Open a ticket")
@once_per_key
def create_ticket(request: HttpRequest, body: TicketAsked) -> HttpResponse:
    """The text is the customer's first message, written down by the token's person.

    The contact is found by address or number, or taken in.
    """
    person = person_of(request)
    require(may_work(person))
    with transaction.atomic():
        contact = _contact(body.contact, person)
        opening = Opening(
            subject=body.subject,
            contact=contact,
            channel=body.channel,
            language=body.language or "",
            team=team_called(body.team) if body.team is not None else None,
            assignee=agent_at(body.assignee) if body.assignee else None,
            priority=PRIORITIES[body.priority],
            request_type=request_type_of(body.request_type) if body.request_type else None,
            tags=tags_of(body.tags),
        )
        said = Incoming(text=checked_text(body.text), channel=body.channel, written_down_by=person)
        message = receive_first_message(opening, said, by=person)
    return ticket_answer(message.ticket_id, status=201)


@router.get("/tickets/{number}", response=answers(200, TicketShown, 404), auth=READ, summary="Show a ticket")
def show_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """By its number in any spelling: 12345678, 1234-5678, #1234-5678. The ETag is its version."""
    return ticket_answer(ticket_for(person_of(request), number).pk)


@router.patch(
    "/tickets/{number}",
    response=answers(200, TicketShown, 400, 404, 409, 412, 413, 415),
    auth=WRITE,
    summary="Change a ticket",
)
def patch_ticket(
    request: HttpRequest,
    number: str,
    body: TicketChange,
    if_match: Annotated[
        str | None, Header(alias="If-Match", description='The ETag that you saw, such as "7". Another: 412.')
    ] = None,
) -> HttpResponse:
    """All the changes or none. Fields that are left out stay."""
    person = person_of(request)
    seen = _seen_version(person, number, if_match)
    ticket = change_ticket(number, Changes(**_changes(body), seen_version=seen), by=person)
    return ticket_answer(ticket.pk)


@router.post(
    "/tickets/{number}/bin",
    response=answers(200, TicketShown, 400, 404, 413, 415),
    auth=WRITE,
    summary="Put a ticket in the bin",
)
@once_per_key
def put_in_bin(request: HttpRequest, number: str, body: BinAsked) -> HttpResponse:
    """As spam or as a mistake. It lies there for 30 days."""
    return ticket_answer(bin_ticket(number, body.reason, by=person_of(request)).pk)


@router.post(
    "/tickets/{number}/restore",
    response=answers(200, TicketShown, 404),
    auth=WRITE,
    summary="Take a ticket out of the bin",
)
@once_per_key
def take_from_bin(request: HttpRequest, number: str) -> HttpResponse:
    """As it was."""
    return ticket_answer(restore_ticket(number, by=person_of(request)).pk)


def ticket_answer(pk: int, *, status: int = 200) -> HttpResponse:
    """One ticket with its ETag; a new one with its Location too. For who was let through the door already."""
    row = Ticket.objects.filter(pk=pk).values(*FIELDS).first()
    if row is None:
        raise NotFound
    shown = _shown(row, _tag_keys([pk]))
    headers = {"ETag": f'"{row["version"]}"'}
    if status == 201:
        headers["Location"] = f"/api/v1/tickets/{row['number']}"
    return json_answer(shown, status=status, headers=headers)


def _stage(status: str | None) -> int:
    if status == "bin":
        return Stage.BIN
    return Stage.DONE if status in DONE else Stage.LIVE


def _assignee_id(person: Person, word: str | None) -> int | None:
    if word is None:
        return None
    if word == "none":
        return UNASSIGNED
    return person.pk if word == "me" else agent_at(word).pk


def _team_id(word: str | None) -> int | None:
    if word is None:
        return None
    return UNASSIGNED if word == "none" else team_called(word).pk


def _found_ids(person: Person, text: str) -> tuple[int, ...] | None:
    if not text.strip():
        return None
    number = numbers.read_number(text)
    if number is not None:
        return tuple(visible_to(person).filter(number=number).values_list("pk", flat=True))
    return tuple(find(text))


def _by_activity(
    person: Person, wanted: QueueFilter, *, with_bin: bool, cursor: str
) -> "QuerySet[Ticket, dict[str, Any]]":
    found = visible_to(person)
    # said as "not the bin", so that the index of activity is walked and not the piles sorted
    found = found.filter(stage=Stage.BIN) if with_bin else found.exclude(stage=Stage.BIN).exclude(stage=Stage.MERGED)
    if wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.assignee is not None:
        found = found.filter(assignee=None if wanted.assignee == UNASSIGNED else wanted.assignee)
    if wanted.team is not None:
        found = found.filter(team=None if wanted.team == UNASSIGNED else wanted.team)
    if wanted.tag:
        found = found.filter(Exists(TicketTag.objects.filter(tag__key=wanted.tag, ticket=OuterRef("pk"))))
    if wanted.only is not None:
        found = found.filter(pk__in=wanted.only)
    if cursor:
        at, pk = _read_cursor(cursor)
        found = found.filter(Q(activity_at__lt=at) | Q(activity_at=at, pk__lt=pk), activity_at__lte=at)
    rows: QuerySet[Ticket, dict[str, Any]] = found.order_by("-activity_at", "-id").values(*FIELDS)
    return rows


def _read_cursor(cursor: str) -> tuple[dt.datetime, int]:
    micro, _dot, pk = cursor.partition(".")
    at = EPOCH + dt.timedelta(microseconds=min(int(micro), END_OF_TIME))
    return at, min(int(pk), 2**63 - 1)


def _wrong_cursor() -> Wrong:
    return Wrong("cursor", _("This cursor does not belong to this list."))


def _by_due(person: Person, wanted: QueueFilter, limit: int, cursor: str) -> HttpResponse:
    try:
        page = queue_page(person, wanted, cursor=cursor, rows=limit)
    except WrongCursor:
        raise _wrong_cursor() from None
    places = {row.number: place for place, row in enumerate(page.rows)}
    rows = sorted(Ticket.objects.filter(number__in=list(places)).values(*FIELDS), key=lambda row: places[row["number"]])
    return _page(rows, page.next_cursor)


def _page(rows: list[dict[str, Any]], mark: str) -> HttpResponse:
    tags = _tag_keys(row["id"] for row in rows)
    return json_answer({"items": [_shown(row, tags) for row in rows], "next": mark or None})


def _tag_keys(ticket_ids: Iterable[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = TicketTag.objects.filter(ticket_id__in=list(ticket_ids)).order_by("tag__key")
    for ticket_id, key in rows.values_list("ticket_id", "tag__key"):
        found.setdefault(ticket_id, []).append(key)
    return found


def _shown(row: Mapping[str, Any], tags: Mapping[int, list[str]]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "shown": numbers.shown(row["number"]),
        "subject": row["subject"],
        "status": row["status"],
        "priority": PRIORITY_WORDS[row["priority"]],
        "request_type": row["request_type__key"],
        "contact": {"id": row["contact_id"], "name": row["contact__name"]},
        "assignee": row["assignee__email"],
        "team": row["team__name"],
        "tags": tags.get(row["id"], []),
        "language": row["language"],
        "channel": row["channel"],
        "follows": row["follows__number"],
        "merged_into": row["merged_into__number"],
        "next_due_at": instant_or_none(row["next_due_at"]),
        "next_due_why": row["next_due_why"],
        "created_at": second_text(row["created_at"]),
        "activity_at": second_text(row["activity_at"]),
        "resolved_at": instant_or_none(row["resolved_at"]),
        "closed_at": instant_or_none(row["closed_at"]),
        "bin_reason": row["bin_reason"],
        "version": row["version"],
        "url": f"{settings.URL}/api/v1/tickets/{row['number']}",
    }


def instant_or_none(instant: dt.datetime | None) -> str | None:
    return second_text(instant) if instant else None


def _contact(asked: ContactOfTicket, person: Person) -> Contact:
    name, language = asked.name or "", asked.language or ""
    if not asked.email:
        return contact_for_number(asked.phone, by=person, name=name, language=language)
    contact = contact_for_address(asked.email, by=person, name=name, language=language)
    if asked.phone:
        add_point(contact, ContactPoint.Kind.PHONE, asked.phone, by=person)
    return contact


def _changes(body: TicketChange) -> dict[str, Any]:
    """What the body names, as the action takes it."""
    given = body.model_fields_set
    changes: dict[str, Any] = {name: getattr(body, name) for name in ("status", "subject", "language") if name in given}
    if body.confirmed:
        changes["confirmed"] = True
    if "priority" in given:
        changes["priority"] = int(PRIORITIES[body.priority])
    if "tags" in given:
        changes["tags"] = tuple(dict.fromkeys(body.tags))
    if "assignee" in given:
        changes["assignee"] = agent_at(body.assignee) if body.assignee else None
    if "team" in given:
        changes["team"] = team_called(body.team) if body.team is not None else None
    if "request_type" in given:
        changes["request_type"] = request_type_of(body.request_type) if body.request_type else None
    return changes


def _seen_version(person: Person, number: str, if_match: str | None) -> int | None:
    """The version that If-Match names (RFC 9110, 13.1.1). Raises NotFound; Changed where nothing in it can match."""
    if if_match is None:
        return None
    ticket = ticket_for(person, number)
    if if_match.strip() == "*":
        return None
    # weak tags never match here: the comparison is the strong one
    if f'"{ticket.version}"' not in [each.strip() for each in if_match.split(",")]:
        raise Changed
    return ticket.version
