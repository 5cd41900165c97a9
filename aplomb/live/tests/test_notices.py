"""Open pages hear of a notice: those of its person, and no others."""

import asyncio
import json
import threading
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from aplomb.live.hub import Change, Hub, Listener
from aplomb.live.stream import at_the_door, event_bytes
from aplomb.people.actions.notices import choose, notice
from aplomb.people.models import Person
from tests.cast import Cast, gather


class AtOnce:
    """A loop that does what it is given in the thread that gives it, and tells who waits."""

    def __init__(self) -> None:
        self.done = threading.Condition()

    def call_soon_threadsafe(self, work: Any, *given: Any) -> None:
        with self.done:
            work(*given)
            self.done.notify_all()


def listener(loop: Any, person: Person) -> Listener:
    return Listener(loop, asyncio.Queue(maxsize=50), person.pk)


def heard(each: Listener) -> list[Change]:
    found = []
    while not each.queue.empty():
        found.append(each.queue.get_nowait())
    return [change for change in found if change.kind == "Notice"]


@pytest.mark.django_db(transaction=True)
def test_a_new_notice_is_told_to_the_pages_of_its_person_only(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = gather()
    loop, hub, looks = AtOnce(), Hub(), []
    ada, again, bo = listener(loop, cast.ada), listener(loop, cast.ada), listener(loop, cast.bo)
    for each in (ada, again, bo):
        hub.join(each)
    real = hub._people

    def look() -> set[int]:
        found = real()
        with loop.done:
            looks.append(found)
            loop.done.notify_all()
        return found

    monkeypatch.setattr(hub, "_people", look)
    hub.start()
    try:
        with loop.done:
            # on PostgreSQL the second look comes once the watch listens
            assert loop.done.wait_for(lambda: len(looks) > settings.POSTGRES, timeout=20)
        with transaction.atomic():
            notice(cast.ada, "mentioned", by=cast.bo, about="message 1", ticket_number=cast.ticket.number)
        with loop.done:
            assert loop.done.wait_for(lambda: not again.queue.empty(), timeout=20)
    finally:
        hub.stop()
    assert heard(ada) == heard(again) == [Change(0, "", "Notice", None, cast.ada.pk)]
    assert heard(bo) == []


def test_the_event_says_that_there_is_something_and_no_more() -> None:
    told = event_bytes(Change(0, "", "Notice", None, 17)).decode()
    assert json.loads(told.split("data: ")[1]) == {"number": "", "kind": "Notice", "entry": 0}


@pytest.mark.django_db
def test_the_stream_knows_whose_it_is(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.ada)
    found = at_the_door(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    assert found == (cast.ada.pk, frozenset({cast.trust.pk}))
    assert at_the_door("") is None


@pytest.mark.django_db(transaction=True)
def test_what_is_wanted_by_mail_only_calls_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = gather()
    called: list[int] = []
    monkeypatch.setattr("aplomb.people.actions.notices.call_person", called.append)
    choose(cast.ada, kinds={"mentioned": (False, "daily")})
    with transaction.atomic():
        notice(cast.ada, "mentioned", by=cast.bo, about="message 1")
        notice(cast.ada, "assigned", by=cast.bo, about="assigned 1")
    assert called == [cast.ada.pk]
