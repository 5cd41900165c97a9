"""The list of tickets, one ticket, a new one, changes, the bin."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplomb.api.tests.conftest import Machine
from aplomb.customers.models import Contact
from aplomb.journal.models import Entry
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.models import Tag, Ticket
from tests.cast import Cast, asked, fresh

NEW: dict[str, Any] = {"subject": "No signal", "text": "Since noon.", "contact": {"email": "eve@new.example"}}


def numbers(answer: Any) -> list[str]:
    return [each["number"] for each in answer.json()["items"]]


def test_a_ticket_is_shown_with_exactly_these_fields(cast: Cast, ada: Machine) -> None:
    answer = ada.get(f"/tickets/{cast.ticket.shown_number}")
    ticket = fresh(cast.ticket)
    at = ticket.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert answer.status_code == 200
    assert answer["ETag"] == '"2"'
    shown = answer.json()
    assert shown.pop("next_due_at").endswith("Z")
    assert shown == {
        "number": ticket.number,
        "shown": ticket.shown_number,
        "subject": "No dial tone",
        "status": "new",
        "priority": "normal",
        "request_type": None,
        "contact": {"id": cast.cleo.pk, "name": "Cleo Whitfield"},
        "assignee": None,
        "team": "Lines",
        "tags": [],
        "language": "en",
        "channel": "mail",
        "follows": None,
        "merged_into": None,
        "next_due_why": "reply",
        "created_at": at,
        "activity_at": ticket.activity_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resolved_at": None,
        "closed_at": None,
        "bin_reason": "",
        "version": 2,
        "url": f"http://127.0.0.1:8000/api/v1/tickets/{ticket.number}",
    }


@pytest.mark.parametrize("spelling", ["{0}", "{1}", "%23{1}", "[%23{1}]", "{0} "])
def test_a_number_is_read_in_every_spelling(cast: Cast, ada: Machine, spelling: str) -> None:
    path = "/tickets/" + spelling.format(cast.ticket.number, cast.ticket.shown_number)
    assert ada.get(path).json()["number"] == cast.ticket.number


def test_the_list_has_the_newest_activity_first_and_leaves_out_the_bin(cast: Cast, ada: Machine) -> None:
    assert numbers(ada.get("/tickets")) == [cast.greek.number, cast.ticket.number]
    bin_ticket(cast.greek.number, "spam", by=cast.ada)
    assert numbers(ada.get("/tickets")) == [cast.ticket.number]
    assert numbers(ada.get("/tickets", {"status": "bin"})) == [cast.greek.number]


def test_a_closed_teams_ticket_is_absent_for_others_and_there_for_its_members(cast: Cast, ada: Machine) -> None:
    hidden, nothing = ada.get(f"/tickets/{cast.hidden.number}"), ada.get("/tickets/12345678")
    assert (hidden.status_code, hidden.content) == (404, nothing.content)
    assert numbers(ada.get("/tickets", {"q": cast.hidden.number})) == []
    assert numbers(ada.get("/tickets", {"order": "due", "team": "Trust"})) == []
    for person in (cast.noor, cast.bo):
        assert Machine(person).get(f"/tickets/{cast.hidden.number}").status_code == 200
        assert cast.hidden.number in numbers(Machine(person).get("/tickets"))


def test_every_filter_finds_its_tickets(cast: Cast, ada: Machine, drain: Any) -> None:
    Tag.objects.get_or_create(key="outage")
    changes = Changes(assignee=cast.ada, tags=("outage",), status="open")
    change_ticket(cast.ticket.number, changes, by=cast.ada)
    drain()
    mine, other = [cast.ticket.number], [cast.greek.number]
    for query, found in (
        ({"status": "open"}, mine),
        ({"status": "new"}, other),
        ({"status": "closed"}, []),
        ({"assignee": "ada@desk.example"}, mine),
        ({"assignee": "me"}, mine),
        ({"assignee": "none"}, other),
        ({"team": "lines"}, mine),
        ({"team": str(cast.lines.pk)}, mine),
        ({"team": "none"}, other),
        ({"tag": "outage"}, mine),
        ({"q": cast.ticket.shown_number}, mine),
        ({"q": "dial to"}, mine),
        ({"q": "ΧΩΡΙΣ ΣΥΝΔΕΣΗ"}, other),
        ({"q": "!?"}, []),
    ):
        assert numbers(ada.get("/tickets", query)) == found, query
        assert numbers(ada.get("/tickets", {**query, "order": "due"})) == found, query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"cursor": "7"}, "cursor"),
        ({"cursor": "a.b"}, "cursor"),
        ({"cursor": "9" * 20 + ".1"}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"status": "asleep"}, "status"),
        ({"order": "size"}, "order"),
        ({"assignee": "nobody@desk.example"}, "assignee"),
        ({"team": "Nowhere"}, "team"),
        ({"tag": "nothing"}, "tags"),
        ({"stauts": "open"}, "stauts"),
        ({"q": "a\x00b"}, "q"),
    ],
)
def test_a_wrong_parameter_is_named(ada: Machine, query: dict[str, str], field: str) -> None:
    answer = ada.get("/tickets", query)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("cursor", ["0.0", "9" * 19 + "." + "9" * 19])
@pytest.mark.parametrize("order", ["activity", "due"])
def test_a_cursor_beyond_all_time_only_finds_what_is_there(ada: Machine, cursor: str, order: str) -> None:
    assert ada.get("/tickets", {"cursor": cursor, "order": order}).status_code == 200


@pytest.mark.parametrize("order", ["activity", "due"])
def test_walking_the_pages_shows_what_stays_as_it_is_exactly_once(cast: Cast, ada: Machine, order: str) -> None:
    still = [asked(cast.cleo, "Hello", subject=f"Still {place}").ticket.number for place in range(9)]
    moving = asked(cast.cleo, "Hello", subject="Moving").ticket
    # of one and the same instant too
    Ticket.objects.filter(number__in=still[2:6]).update(activity_at=moving.created_at)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ada.get("/tickets", {"limit": 3, "order": order} | ({"cursor": cursor} if cursor else {}))
        seen += numbers(page)
        cursor = page.json()["next"]
        change_ticket(moving.number, Changes(subject=f"Moved {len(seen)}"), by=cast.ada)
        asked(cast.cleo, "And now?", subject="New")
        assert len(seen) < 100
    assert sorted(each for each in seen if each in still) == sorted(still)


def test_a_new_ticket_holds_what_the_customer_said(cast: Cast, ada: Machine) -> None:
    Tag.objects.get_or_create(key="outage")
    body = {
        "subject": "Καμία σύνδεση",
        "text": "Δεν έχω σήμα.\r\nΑπό χθες 🙁",
        "contact": {"phone": "+44 1632 960777", "name": "Ελένη", "language": "el"},
        "priority": "high",
        "team": "Lines",
        "assignee": "ADA@desk.example",
        "tags": ["outage"],
        "channel": "call",
    }
    answer = ada.post("/tickets", body)
    assert answer.status_code == 201
    shown = answer.json()
    assert answer["Location"] == f"/api/v1/tickets/{shown['number']}"
    assert (shown["subject"], shown["priority"], shown["team"]) == ("Καμία σύνδεση", "high", "Lines")
    assert (shown["assignee"], shown["tags"], shown["language"]) == ("ada@desk.example", ["outage"], "el")
    (message,) = ada.get(f"/tickets/{shown['number']}/messages").json()["items"]
    assert (message["kind"], message["author"]) == ("customer", "Ελένη")
    assert message["text"] == "Δεν έχω σήμα.\nΑπό χθες 🙁"
    entry = Entry.objects.filter(chain__key=shown["number"], kind="MessageReceived").get()
    assert f'"actor":{{"id":"{cast.ada.pk}","kind":"staff"}}' in (entry.content or "")


def test_a_known_address_is_the_known_contact(cast: Cast, ada: Machine) -> None:
    answer = ada.post("/tickets", {**NEW, "contact": {"email": "CLEO@Acme.example", "name": "Somebody Else"}})
    assert answer.json()["contact"] == {"id": cast.cleo.pk, "name": "Cleo Whitfield"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": " \t "}, "subject"),
        ({"subject": "x" * 256}, "subject"),
        ({"subject": 7}, "subject"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "   "}, "text"),
        ({"text": "x" * 200_001}, "text"),
        ({"contact": {}}, "contact.email"),
        ({"contact": {"email": "nobody"}}, "contact.email"),
        ({"contact": {"email": "a@b.example", "rank": 1}}, "contact.rank"),
        ({"assignee": "nobody@desk.example"}, "assignee"),
        ({"team": "Nowhere"}, "team"),
        ({"team": 2**63}, "team"),
        ({"tags": ["nothing"]}, "tags"),
        ({"request_type": "nothing"}, "request_type"),
        ({"priority": "very"}, "priority"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    cast: Cast, ada: Machine, change: dict[str, Any], field: str
) -> None:
    before = (Ticket.objects.count(), Contact.objects.count(), Entry.objects.count())
    answer = ada.post("/tickets", {**NEW, **change})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert {each["field"] for each in answer.json()["errors"]} == {field}
    assert (Ticket.objects.count(), Contact.objects.count(), Entry.objects.count()) == before


def test_who_may_not_work_tickets_opens_and_changes_none(cast: Cast) -> None:
    count = Ticket.objects.count()
    auditor = Machine(cast.aud)
    assert auditor.get(f"/tickets/{cast.ticket.number}").status_code == 200
    for answer in (
        auditor.post("/tickets", NEW),
        auditor.patch(f"/tickets/{cast.ticket.number}", {"status": "closed"}),
        auditor.post(f"/tickets/{cast.ticket.number}/bin", {"reason": "spam"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    assert Ticket.objects.count() == count
    assert fresh(cast.ticket).version == 2


def test_a_change_names_only_what_becomes_different(cast: Cast, ada: Machine) -> None:
    path = f"/tickets/{cast.ticket.number}"
    body = {"status": "open", "assignee": "ada@desk.example", "priority": "urgent", "subject": "Ουδέν", "team": None}
    answer = ada.patch(path, body, If_Match='"2"')
    assert (answer.status_code, answer["ETag"]) == (200, '"3"')
    shown = answer.json()
    assert {name: shown[name] for name in body} == body
    assert ada.patch(path, {"assignee": None}).json()["assignee"] is None
    assert ada.patch(path, {}).json()["version"] == 4


@pytest.mark.parametrize("seen", ['"1"', '"3"', 'W/"2"', "2", "", "nonsense", f'"{2**80}"'])
def test_a_change_of_another_version_is_refused_and_changes_nothing(cast: Cast, ada: Machine, seen: str) -> None:
    answer = ada.patch(f"/tickets/{cast.ticket.number}", {"status": "closed"}, If_Match=seen)
    assert (answer.status_code, answer.json()["code"]) == (412, "changed")
    assert (fresh(cast.ticket).status, fresh(cast.ticket).version) == ("new", 2)


@pytest.mark.parametrize("seen", ['"2"', '"1", "2"', "*"])
def test_a_change_of_the_version_that_was_seen_goes_on(cast: Cast, ada: Machine, seen: str) -> None:
    answer = ada.patch(f"/tickets/{cast.ticket.number}", {"status": "closed"}, If_Match=seen)
    assert (answer.status_code, answer.json()["status"]) == (200, "closed")


def test_a_status_that_does_not_follow_is_refused_with_the_reason(cast: Cast, ada: Machine) -> None:
    path = f"/tickets/{cast.ticket.number}"
    ada.patch(path, {"status": "open"})
    answer = ada.patch(path, {"status": "new", "priority": "low"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "status", "message": "A ticket cannot go from that state to this one by hand."}
    ]
    assert ada.get(path).json()["priority"] == "normal"


def test_the_bin_takes_and_gives_back(cast: Cast, ada: Machine) -> None:
    path = f"/tickets/{cast.ticket.number}"
    assert ada.post(f"{path}/bin", {"reason": "boredom"}).status_code == 422
    assert ada.post(f"{path}/bin", {"reason": "mistake"}).json()["bin_reason"] == "mistake"
    refused = ada.patch(path, {"status": "closed"})
    assert (refused.status_code, refused.json()["code"]) == (409, "in-bin")
    assert ada.post(f"{path}/restore").json()["bin_reason"] == ""
    assert ada.get(path).json()["status"] == "new"


def test_out_of_sight_nothing_can_be_changed(cast: Cast, ada: Machine) -> None:
    path = f"/tickets/{cast.hidden.number}"
    for answer in (
        ada.patch(path, {"status": "closed"}),
        ada.patch(path, {"status": "closed"}, If_Match='"2"'),
        ada.post(f"{path}/bin", {"reason": "spam"}),
        ada.post(f"{path}/restore"),
    ):
        assert answer.status_code == 404
    assert (fresh(cast.hidden).status, fresh(cast.hidden).version) == ("new", 2)


@pytest.mark.parametrize(
    ("path", "most"),
    [("/tickets", 4), ("/tickets?order=due", 6), ("/tickets?assignee=ada@desk.example&team=Lines", 6)],
)
def test_a_list_costs_the_same_however_long(cast: Cast, ada: Machine, path: str, most: int) -> None:
    ada.get(path)
    for place in range(12):
        asked(cast.cleo, "Hello", subject=f"Number {place}", team=cast.lines)
    with CaptureQueriesContext(connection) as queries:
        ada.get(path)
    assert len(queries) <= most, [each["sql"] for each in queries]
