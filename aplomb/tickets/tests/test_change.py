"""Changing what a ticket says of itself."""

from typing import Any

import pytest

from aplomb.journal.models import Entry
from aplomb.people.actions import change_person, change_team
from aplomb.people.errors import NotAllowed, NotFound, Wrong
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.errors import Changed, InBin
from aplomb.tickets.models import RequestType, Tag, TicketTag
from aplomb.tickets.states import BY_HAND, Status
from tests.cast import Cast, fresh
from tests.moved import nothing_moves


def kinds(cast: Cast) -> list[str]:
    """What happened to Cleo's ticket after it came."""
    return list(Entry.objects.filter(chain=cast.ticket.chain, seq__gt=2).order_by("seq").values_list("kind", flat=True))


def change(cast: Cast, by: Any = None, **changes: Any) -> None:
    change_ticket(cast.ticket.number, Changes(**changes), by=by or cast.ada)


def test_everything_at_once_is_one_version_and_an_event_each(cast: Cast) -> None:
    RequestType.objects.create(key="fault-x", names={"en": "Fault"})
    Tag.objects.create(key="outage-x", names={"en": "Outage"})
    version = fresh(cast.ticket).version

    change(
        cast,
        status="waiting_third_party",
        assignee=cast.ada,
        team=None,
        priority=4,
        request_type=RequestType.objects.get(key="fault-x"),
        subject="  Line\ndown ",
        language="ro",
        tags=("outage-x",),
    )

    ticket = fresh(cast.ticket)
    assert (ticket.status, ticket.assignee, ticket.team, ticket.priority) == ("waiting_third_party", cast.ada, None, 4)
    assert (ticket.subject, ticket.language, [each.key for each in ticket.tags.all()]) == (
        "Line down",
        "ro",
        ["outage-x"],
    )
    assert ticket.version == version + 1
    assert kinds(cast) == [
        "StatusChanged",
        "TicketMoved",
        "TicketAssigned",
        "PriorityChanged",
        "RequestTypeChanged",
        "SubjectChanged",
        "LanguageChanged",
        "TagsChanged",
    ]


def test_what_is_as_it_was_is_no_event(cast: Cast) -> None:
    with nothing_moves():
        change(cast)
        change(cast, status="new", assignee=None, team=cast.lines, priority=2, subject="No dial tone", tags=())


@pytest.mark.parametrize("before", [str(each) for each in Status])
@pytest.mark.parametrize("after", [str(each) for each in Status])
def test_by_hand_only_as_the_table_says(cast: Cast, before: str, after: str) -> None:
    if before != "new":
        change(cast, status=before)
    if after in BY_HAND[Status(before)] or after == before:
        change(cast, status=after)
        assert fresh(cast.ticket).status == after
    else:
        with nothing_moves(), pytest.raises(Wrong) as refused:
            change(cast, status=after)
        assert refused.value.field == "status"


def test_resolved_and_closed_note_their_hour_and_reopening_forgets_it(cast: Cast) -> None:
    change(cast, status="resolved")
    resolved_at = fresh(cast.ticket).resolved_at
    change(cast, status="closed")
    ticket = fresh(cast.ticket)
    assert resolved_at is not None and ticket.closed_at is not None
    assert (ticket.resolved_at, ticket.stage) == (resolved_at, 1)
    change(cast, status="open")
    ticket = fresh(cast.ticket)
    assert (ticket.resolved_at, ticket.closed_at, ticket.stage) == (None, None, 0)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("status", {"status": "on_hold"}),
        ("status", {"status": ""}),
        ("priority", {"priority": 0}),
        ("priority", {"priority": 5}),
        ("subject", {"subject": " \n\x00"}),
        ("language", {"language": "xx"}),
        ("tags", {"tags": ("no-such-tag",)}),
    ],
)
def test_a_wrong_value_is_refused_and_the_right_one_beside_it_too(cast: Cast, field: str, changes: Any) -> None:
    with nothing_moves(), pytest.raises(Wrong) as refused:
        change(cast, **{"assignee": cast.ada, **changes})
    assert refused.value.field == field


def test_only_who_answers_tickets_can_have_one(cast: Cast) -> None:
    for who in (cast.olga, cast.tariq):
        with nothing_moves(), pytest.raises(Wrong, match="does not answer tickets"):
            change(cast, assignee=who)
    change_person(cast.noor, by=cast.max, is_active=False)
    with nothing_moves(), pytest.raises(Wrong, match="Noor has left the desk"):
        change(cast, assignee=cast.noor)


def test_who_does_not_see_the_team_gets_none_of_its_tickets(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(Wrong, match="does not see this team's tickets"):
        change_ticket(cast.hidden.number, Changes(assignee=cast.ada), by=cast.noor)


def test_moved_to_a_closed_team_the_ticket_loses_who_cannot_see_it(cast: Cast) -> None:
    change(cast, assignee=cast.ada)
    change(cast, team=cast.trust, by=cast.bo)
    ticket = fresh(cast.ticket)
    assert (ticket.team, ticket.assignee) == (cast.trust, None)
    assert kinds(cast) == ["TicketAssigned", "TicketMoved", "TicketAssigned"]
    with pytest.raises(NotFound):
        change(cast, priority=3)


def test_team_and_assignee_in_one_change_are_looked_at_together(cast: Cast) -> None:
    change(cast, team=cast.trust, assignee=cast.noor)
    ticket = fresh(cast.ticket)
    assert (ticket.team, ticket.assignee) == (cast.trust, cast.noor)


def test_tags_are_set_as_a_whole_and_never_twice(cast: Cast) -> None:
    for key in ("a-x", "b-x", "c-x"):
        Tag.objects.create(key=key, names={"en": key})
    change(cast, tags=("a-x", "b-x", "a-x"))
    change(cast, tags=("b-x", "c-x"))
    assert sorted(tag.key for tag in cast.ticket.tags.all()) == ["b-x", "c-x"]
    assert '"added":["c-x"]' in (Entry.objects.filter(chain=cast.ticket.chain).latest("seq").content or "")


def test_a_tag_carries_the_tickets_place_in_the_queue(cast: Cast) -> None:
    Tag.objects.create(key="a-x", names={"en": "a"})
    change(cast, tags=("a-x",))
    row = TicketTag.objects.get(ticket=cast.ticket)
    assert (row.stage, row.queue_key) == (0, fresh(cast.ticket).queue_key)
    change(cast, status="closed")
    row.refresh_from_db()
    assert (row.stage, row.queue_key) == (1, fresh(cast.ticket).queue_key)


def test_an_old_page_is_refused(cast: Cast) -> None:
    seen = fresh(cast.ticket).version
    change(cast, priority=3, seen_version=seen)
    with nothing_moves(), pytest.raises(Changed):
        change(cast, priority=4, seen_version=seen)


def test_nothing_changes_in_the_bin(cast: Cast) -> None:
    bin_ticket(cast.ticket.number, "spam", by=cast.ada)
    with nothing_moves(), pytest.raises(InBin):
        change(cast, priority=4)


@pytest.mark.parametrize("who", ["olga", "lena", "tariq", "aud"])
def test_who_may_not(cast: Cast, who: str) -> None:
    with nothing_moves(), pytest.raises(NotAllowed):
        change(cast, priority=4, by=getattr(cast, who))


def test_a_closed_teams_ticket_is_not_there_until_one_belongs_to_it(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(NotFound):
        change_ticket(cast.hidden.number, Changes(priority=4), by=cast.ada)
    change_team(cast.trust, by=cast.max, name="Trust", is_open=False, members=[cast.noor, cast.ada])
    assert change_ticket(cast.hidden.number, Changes(priority=4), by=cast.ada).priority == 4


@pytest.mark.parametrize("number", ["", "0", "12345678", "99999999", "' OR 1=1", "１２３４５６７８", "x" * 10_000])
def test_a_number_that_is_none_is_not_there(cast: Cast, number: str) -> None:
    with nothing_moves(), pytest.raises(NotFound):
        change_ticket(number, Changes(priority=4), by=cast.ada)


def test_a_tag_with_a_nul_byte_is_no_tag(cast: Cast) -> None:
    with pytest.raises(Wrong):
        change_ticket(cast.ticket.number, Changes(tags=("a\x00b", "\ud800")), by=cast.ada)
