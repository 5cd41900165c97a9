"""Who looks at a ticket is told like an entry, and is none."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from aplomb.live.hub import Change, Hub
from aplomb.live.looking import Look, Looking
from aplomb.people.models import Person
from aplomb.tickets.actions.viewing import look_at
from aplomb.tickets.models import Viewing
from tests.cast import Cast, gather

NOW = dt.datetime(2026, 3, 10, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as found:
        yield found


def look(cast: Cast, by: Person, page: str = "aaaa", **given: bool) -> None:
    look_at(cast.ticket.number, page, by=by, **given)


def test_a_renewal_is_no_news_and_a_change_of_state_is(cast: Cast, clock: Any) -> None:
    listening = Looking()
    look(cast, cast.bo)
    told = [Look(cast.ticket.number, cast.lines.pk)]
    assert (listening.news(), listening.news()) == (told, [])
    clock.shift(20)
    look(cast, cast.bo)
    assert listening.news() == []
    look(cast, cast.bo, is_writing=True)
    assert listening.news() == told
    clock.shift(1)
    look(cast, cast.bo, has_left=True)
    assert listening.news() == told


def test_a_commit_that_comes_late_with_an_earlier_stamp_is_told(cast: Cast, clock: Any) -> None:
    listening = Looking()
    look(cast, cast.bo)
    listening.news()
    early = NOW - dt.timedelta(seconds=2)
    Viewing.objects.create(ticket=cast.greek, person=cast.ada, page="late", seen_at=NOW, changed_at=early)
    assert listening.news() == [Look(cast.greek.number, None)]
    assert listening.news() == []


@pytest.mark.django_db(transaction=True)
def test_the_hub_tells_it_with_the_team_so_that_who_does_not_see_it_hears_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[Change] = []
    news = threading.Condition()

    def tell(changes: list[Change]) -> None:
        with news:
            told.extend(changes)
            news.notify_all()

    cast = gather()
    hub = Hub()
    monkeypatch.setattr(hub, "_tell", tell)
    hub.start()
    wanted = Change(0, cast.hidden.number, "Looking", cast.trust.pk)
    try:
        # until the watch listens nobody hears: another tab each time, as another look would come
        for number in range(100):
            look_at(cast.hidden.number, f"tab-{number % 8}", by=cast.noor, is_writing=number % 16 > 7)
            with news:
                if news.wait_for(lambda: wanted in told, timeout=0.5):
                    break
    finally:
        hub.stop()
    assert wanted in told
