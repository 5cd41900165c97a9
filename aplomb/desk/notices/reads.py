"""The bell in every page's bar, and the pages of notices. Nobody reads of a ticket that they may not see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from aplomb.lib.prepared import prepared
from aplomb.people.kinds import sentence
from aplomb.people.models import Notice, Person
from aplomb.tickets.models import Ticket
from aplomb.tickets.policies import Sight, numbers_in_sight, out_of_sight, sight_of

ROWS = 40
COUNT_AT_MOST = 100


@dataclass(frozen=True)
class Bell:
    """How many notices a person has not seen, up to a hundred, the id of the newest, and whether one is of the ticket here."""

    unseen: int = 0
    newest: int = 0
    is_of_this_page: bool = False

    @property
    def word(self) -> str:
        """The count as it is shown; empty for none."""
        if not self.unseen:
            return ""
        return f"{COUNT_AT_MOST - 1}+" if self.unseen >= COUNT_AT_MOST else str(self.unseen)


@dataclass(frozen=True)
class NoticeRow:
    """A notice as the list shows it. `title` is the subject of its ticket, empty for what is no ticket."""

    notice: Notice
    sentence: str
    title: str = ""
    number: str = ""

    @property
    def is_seen(self) -> bool:
        return self.notice.seen_at is not None


@dataclass(frozen=True)
class NoticePage:
    """Rows, newest first, and the id to go on from (0: no more)."""

    rows: tuple[NoticeRow, ...]
    before: int = 0


def bell_of(person: Person, sight: Sight, number: str = "") -> Bell:
    """What the bell says on the page of this ticket, or of none. One prepared query."""
    if sight is None:
        return Bell()
    rows = _unseen(sight, person.pk)
    return Bell(len(rows), rows[0][0] if rows else 0, bool(number) and any(each == number for _pk, each in rows))


@prepared
def _unseen(sight: Sight, person_id: int) -> QuerySet[Notice, tuple[int, str]]:
    rows = Notice.objects.filter(person=person_id, in_page=True, seen_at=None)
    return _in_sight(rows, sight).order_by("-pk").values_list("pk", "ticket_number")[:COUNT_AT_MOST]


def notice_page(
    person: Person, *, only_unseen: bool = False, before: int | None = None, rows: int = ROWS
) -> NoticePage:
    """Notices of this person, newest first. Three queries."""
    sight = sight_of(person)
    found = _in_sight(Notice.objects.filter(person=person, in_page=True), sight)
    if only_unseen:
        found = found.filter(seen_at=None)
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found.select_related("made_by").order_by("-pk")[: rows + 1])
    return NoticePage(tuple(_rows(page[:rows], sight)), page[rows - 1].pk if len(page) > rows else 0)


def notice_for(person: Person, pk: int) -> NoticeRow | None:
    """One of one's own notices, unless it is of a ticket that one may not see."""
    sight = sight_of(person)
    found = Notice.objects.filter(pk=pk, person=person, in_page=True).select_related("made_by")
    rows = list(_rows(list(found), sight))
    return rows[0] if rows else None


def newest_of(person: Person, *, after: int) -> NoticeRow | None:
    """The newest unseen one that is newer than that id."""
    rows = notice_page(person, only_unseen=True, rows=1).rows
    return rows[0] if rows and rows[0].notice.pk > after else None


def address_of(notice: Notice) -> str:
    """The page that a notice leads to."""
    if notice.path:
        return notice.path
    return reverse("ticket", args=[notice.ticket_number]) if notice.ticket_number else reverse("notices")


def _rows(notices: list[Notice], sight: Sight) -> list[NoticeRow]:
    numbers = {each.ticket_number for each in notices if each.ticket_number}
    tickets = numbers_in_sight(sight, numbers)
    found = []
    for each in notices:
        ticket = tickets.get(each.ticket_number)
        if ticket is None and each.ticket_number:
            continue
        said = sentence(each.kind, each.words, each.made_by.work_name if each.made_by else "")
        title, number = (ticket.subject, ticket.shown_number) if ticket is not None else ("", "")
        found.append(NoticeRow(each, said, title, number))
    return found


def _in_sight(rows: "QuerySet[Notice, Any]", sight: Sight) -> "QuerySet[Notice, Any]":
    """Without those of closed teams' tickets; for most people there is no such team, and nothing is asked."""
    if sight is None:
        return rows.none()
    if not sight:
        return rows
    return rows.filter(~Exists(Ticket.objects.filter(out_of_sight(sight), number=OuterRef("ticket_number"))))
