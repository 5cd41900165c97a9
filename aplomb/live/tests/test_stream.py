"""The live stream: who may hear, what is told, and readers that fall behind."""

import asyncio
import json
import threading
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from aplomb.journal.models import Entry
from aplomb.live.hub import Change, Hub, Listener, _changes
from aplomb.live.stream import Stream, event_bytes, hidden_teams_of, session_key
from aplomb.people.actions import change_person
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.erase import discard_ticket
from aplomb.tickets.actions.note import add_note
from tests.cast import Cast, gather

SCOPE: dict[str, Any] = {"type": "http", "method": "GET", "path": "/live", "headers": []}


def key_of(person: Any) -> str:
    browser = Client()
    browser.force_login(person)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def test_the_session_is_read_from_the_cookie() -> None:
    headers = [(b"cookie", f"a=b; {settings.SESSION_COOKIE_NAME}=k3y; c=d".encode())]
    assert session_key({"headers": headers}) == "k3y"


def test_a_broken_cookie_is_no_session() -> None:
    assert session_key({"headers": [(b"cookie", b"\xff;;=")]}) == ""


@pytest.mark.django_db
def test_an_agent_does_not_hear_of_closed_teams(cast: Cast) -> None:
    assert hidden_teams_of(key_of(cast.ada)) == frozenset({cast.trust.pk})


@pytest.mark.django_db
def test_a_member_and_a_supervisor_hear_of_closed_teams(cast: Cast) -> None:
    assert hidden_teams_of(key_of(cast.noor)) == frozenset()
    assert hidden_teams_of(key_of(cast.bo)) == frozenset()


@pytest.mark.django_db
def test_a_stranger_hears_nothing(cast: Cast) -> None:
    assert hidden_teams_of("") is None
    assert hidden_teams_of("no such session") is None


@pytest.mark.django_db
def test_who_has_left_hears_nothing(cast: Cast) -> None:
    key = key_of(cast.ada)
    change_person(cast.ada, by=cast.max, is_active=False)
    assert hidden_teams_of(key) is None


@pytest.mark.django_db
def test_a_changed_password_ends_the_stream(cast: Cast) -> None:
    key = key_of(cast.ada)
    cast.ada.set_password("another one entirely")
    cast.ada.save(update_fields=["password"])
    assert hidden_teams_of(key) is None


def test_an_event_carries_ids_only() -> None:
    told = event_bytes(Change(entry=5, number="12345678", kind="NoteAdded", team=3)).decode()
    assert told.startswith("event: change\ndata: ") and told.endswith("\n\n")
    assert json.loads(told.split("data: ")[1]) == {"number": "12345678", "kind": "NoteAdded", "entry": 5}


def test_a_reader_that_falls_behind_is_told_to_read_anew() -> None:
    async def fill() -> Change:
        listener = Listener(asyncio.get_running_loop(), asyncio.Queue(maxsize=3))
        for entry in range(1, 5):
            listener.offer(Change(entry, "12345678", "NoteAdded", None))
        assert listener.queue.qsize() == 1
        return listener.queue.get_nowait()

    assert asyncio.run(fill()) == Change(4, "", "Behind", None)


@pytest.mark.django_db
def test_the_hub_tells_each_entry_with_its_ticket_and_team(cast: Cast) -> None:
    add_note(cast.hidden.number, "Look at this.", by=cast.noor)
    last = Entry.objects.latest("pk")
    found = _changes([(last.pk, cast.hidden.number, last.kind)])
    assert found == [Change(last.pk, cast.hidden.number, "NoteAdded", cast.trust.pk)]


@pytest.mark.django_db
def test_a_stranger_is_refused() -> None:
    assert asyncio.run(answers(SCOPE)) == 401


async def answers(scope: dict[str, Any]) -> int:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await Stream()(scope, receive, send)
    return int(sent[0]["status"])


def test_a_hub_that_nobody_listens_to_holds_nothing() -> None:
    hub = Hub()
    hub._tell([Change(1, "12345678", "NoteAdded", None)])
    assert hub.listeners == set()


@pytest.mark.django_db(transaction=True)
def test_the_first_ticket_of_an_empty_desk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, told, news = [], [], threading.Condition()

    def tell(changes: list[Change]) -> None:
        with news:
            looks.append(len(changes))
            told.extend(changes)
            news.notify_all()

    hub = Hub()
    monkeypatch.setattr(hub, "_tell", tell)
    hub.start()
    try:
        with news:
            # on PostgreSQL the second look comes once the watch listens
            assert news.wait_for(lambda: len(looks) > settings.POSTGRES, timeout=20)
        ticket = gather().ticket
        with news:
            assert news.wait_for(lambda: any(change.number == ticket.number for change in told), timeout=20)
    finally:
        hub.stop()
    assert next(each.kind for each in told if each.number == ticket.number) == "TicketOpened"


@pytest.mark.django_db
def test_of_a_ticket_that_is_gone_no_number_is_told(cast: Cast) -> None:
    bin_ticket(cast.hidden.number, "spam", by=cast.noor)
    discard_ticket(cast.hidden.number)
    last = Entry.objects.latest("pk")
    assert _changes([(last.pk, cast.hidden.number, last.kind)]) == [Change(last.pk, "", "TicketDiscarded", None)]
