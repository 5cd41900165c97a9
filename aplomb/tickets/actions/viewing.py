"""Who has a ticket open now, and who writes. Never in the record, never summed, deleted when old (docs/flows/together.md)."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from aplomb.lib.time import utc_now
from aplomb.people.models import Person
from aplomb.tickets.models import Ticket, Viewing
from aplomb.tickets.policies import ticket_for, visible_to

# a page says that it is open so often; who says nothing for so long is gone
RENEWS_EVERY = dt.timedelta(seconds=20)
LIVES = dt.timedelta(seconds=45)
# no more than one write in so long for one person on one ticket, changes of state aside
WRITES_EVERY = dt.timedelta(seconds=10)
MOST_TABS = 8
KEPT_FOR = dt.timedelta(minutes=15)
PAGE = re.compile(r"[A-Za-z0-9_-]{4,16}\Z")


@dataclass(frozen=True)
class Onlooker:
    """Somebody who has the ticket open, all their tabs as one."""

    person_id: int
    name: str
    since: dt.datetime
    writing_since: dt.datetime | None
    until: dt.datetime


def look_at(number: str, page: str, *, by: Person, is_writing: bool = False, has_left: bool = False) -> Ticket:
    """The tab `page` shows the ticket, or has left it. Words of pages that make no sense change nothing. Raises NotFound."""
    ticket = ticket_for(by, number)
    if not PAGE.match(page):
        return ticket
    now = utc_now()
    rows = list(Viewing.objects.filter(ticket=ticket, person=by).order_by("seen_at"))
    own = next((row for row in rows if row.page == page), None)
    lives = own is not None and not own.has_left and now - own.seen_at < LIVES
    if own is None and (has_left or (len(rows) >= MOST_TABS and not _make_room(rows, now))):
        return ticket
    is_same = lives and not has_left and (own is not None and (own.writing_since is not None) == is_writing)
    if is_same and any(now - row.seen_at < WRITES_EVERY for row in rows):
        return ticket
    if own is not None and not lives and has_left:
        return ticket
    _write(ticket, by, page, own if lives else None, now, is_writing=is_writing, has_left=has_left, is_same=is_same)
    return ticket


def _make_room(rows: list[Viewing], now: dt.datetime) -> bool:
    """Whether a tab more is let in: in the place of one that is gone."""
    gone = [row.pk for row in rows if row.has_left or now - row.seen_at >= LIVES]
    if gone:
        Viewing.objects.filter(pk__in=gone).delete()
    return bool(gone)


def _write(
    ticket: Ticket,
    by: Person,
    page: str,
    own: Viewing | None,
    now: dt.datetime,
    *,
    is_writing: bool,
    has_left: bool,
    is_same: bool,
) -> None:
    with transaction.atomic():
        if own is not None and is_same:
            Viewing.objects.filter(pk=own.pk).update(seen_at=now)
            return
        since = own.since if own is not None else now
        writing = (own.writing_since if own is not None and own.writing_since else now) if is_writing else None
        Viewing.objects.update_or_create(
            ticket=ticket,
            person=by,
            page=page,
            defaults={
                "since": since,
                "writing_since": None if has_left else writing,
                "has_left": has_left,
                "seen_at": now,
                "changed_at": now,
            },
        )
        if connection.vendor == "postgresql":
            # not the number of an entry: it only rings, and whoever listens looks
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify('aplomb_entries', 'viewing')")


def stop_writing(ticket: Ticket, person: Person) -> None:
    """What they wrote has gone: nobody need wait for the next renewal to see it. Needs a transaction."""
    Viewing.objects.filter(ticket=ticket, person=person, writing_since__isnull=False).update(
        writing_since=None, changed_at=utc_now()
    )


def onlookers(ticket_ids: Iterable[int], *, apart_from: Person) -> Mapping[int, tuple[Onlooker, ...]]:
    """Who has these tickets open now, whoever writes first, then by name. For somebody who sees the tickets. One query."""
    now = utc_now()
    rows = (
        Viewing.objects.filter(ticket__in=list(ticket_ids), has_left=False, seen_at__gt=now - LIVES)
        .exclude(person=apart_from)
        .filter(person__is_active=True)
        .order_by("since")
        .values_list("ticket_id", "person_id", "person__work_name", "since", "writing_since", "seen_at")
    )
    found: dict[int, dict[int, Onlooker]] = {}
    for ticket_id, person_id, name, since, writing, seen_at in rows:
        there = found.setdefault(ticket_id, {}).get(person_id)
        until = seen_at + LIVES
        if there is not None:
            begun = [each for each in (there.writing_since, writing) if each is not None]
            since, writing, until = there.since, min(begun, default=None), max(there.until, until)
        found[ticket_id][person_id] = Onlooker(person_id, name, since, writing, until)
    return {
        ticket_id: tuple(sorted(people.values(), key=lambda each: (each.writing_since is None, each.name.casefold())))
        for ticket_id, people in found.items()
    }


def onlookers_by_number(by: Person, numbers: Iterable[str]) -> Mapping[str, tuple[Onlooker, ...]]:
    """The same for a list's rows, by number; what `by` may not see is not there. Two queries, one where nobody looks."""
    wanted = list(dict.fromkeys(numbers))[:300]
    open_now = Viewing.objects.filter(has_left=False, seen_at__gt=utc_now() - LIVES).exclude(person=by)
    seen = visible_to(by).filter(number__in=wanted, pk__in=open_now.values("ticket"))
    tickets = dict(seen.values_list("pk", "number"))
    if not tickets:
        return {}
    return {tickets[pk]: people for pk, people in onlookers(tickets, apart_from=by).items()}


def forget_onlookers(*, now: dt.datetime | None = None) -> int:
    """Delete what is old. Gives how many rows."""
    gone, _rows = Viewing.objects.filter(seen_at__lt=(now or utc_now()) - KEPT_FOR).delete()
    return gone
