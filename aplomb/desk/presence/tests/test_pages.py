"""Presence in the menu, hours and absences on their page, and what is said where somebody is chosen."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aplomb.journal.actors import SYSTEM
from aplomb.lib.time import utc_now
from aplomb.people.actions.presence import add_absence
from aplomb.people.models import Absence, ChannelLimit, Presence, WorkingHours
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db

Web = Callable[..., Client]
PIECE = {"HX-Request": "true"}


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_presence_is_set_and_cleared_and_marked_beside_the_name(web: Web, cast: Cast) -> None:
    ada = web(cast.ada)
    answer = ada.post("/presence", {"state": "break", "minutes": "30"}, headers=PIECE)
    assert "on a break until" in text_of(answer)
    row = Presence.objects.get()
    assert row.until is not None and dt.timedelta(minutes=29) < row.until - utc_now() <= dt.timedelta(minutes=30)
    assert '<span class="dot break" title="on a break">' in text_of(ada.get("/settings"))
    ada.post("/presence", {"state": "hours"}, headers=PIECE)
    assert not Presence.objects.exists()
    assert "dot break" not in text_of(ada.get("/settings"))


def test_a_state_that_there_is_not_is_refused_and_odd_minutes_are_none(web: Web, cast: Cast) -> None:
    ada = web(cast.ada)
    assert ada.post("/presence", {"state": "asleep"}, headers=PIECE).status_code == 422
    assert ada.post("/presence", {}, headers=PIECE).status_code == 422
    assert not Presence.objects.exists()
    ada.post("/presence", {"state": "away", "minutes": "999999"}, headers=PIECE)
    assert Presence.objects.get().until is None


def test_it_works_without_scripts(web: Web, cast: Cast) -> None:
    ada = web(cast.ada)
    assert "How I can be reached" in text_of(ada.get("/presence"))
    assert ada.post("/presence", {"state": "away"}).status_code == 302


def test_ones_own_times_lead_to_ones_page_and_others_are_not_there(web: Web, cast: Cast) -> None:
    ada = web(cast.ada)
    assert ada.get("/settings/times").headers["Location"] == f"/settings/times/{cast.ada.pk}"
    assert ada.get(f"/settings/times/{cast.ada.pk}").status_code == 200
    for path in (f"/settings/times/{cast.noor.pk}", "/settings/times/all", "/settings/times/99999"):
        assert ada.get(path).status_code == 404
    assert ada.post(f"/settings/times/{cast.noor.pk}", {"by": "own"}).status_code == 404
    for person in (cast.bo, cast.max):
        assert web(person).get(f"/settings/times/{cast.ada.pk}").status_code == 200
        assert "Ada" in text_of(web(person).get("/settings/times/all"))


def test_own_hours_and_limits_are_kept(web: Web, cast: Cast) -> None:
    ada, page = web(cast.ada), f"/settings/times/{cast.ada.pk}"
    sent = {
        "by": "own",
        "mon_0_from": "09:00",
        "mon_0_to": "13:00",
        "limit_mail": "",
        "limit_chat": "2",
        "limit_call": "1",
    }
    assert ada.post(page, {**sent, "mon_1_from": "12:00", "mon_1_to": "14:00"}).status_code == 400
    assert not WorkingHours.objects.exists()
    assert ada.post(page, sent).status_code == 302
    assert WorkingHours.objects.get().hours == {"mon": [["09:00", "13:00"]]}
    assert list(ChannelLimit.objects.values_list("channel", "at_most")) == [("chat", 2)]
    assert ada.post(page, {**sent, "by": "team"}).status_code == 302
    assert not WorkingHours.objects.exists()
    assert ada.post(page, {**sent, "limit_chat": "-1"}).status_code == 400


def test_absences_are_noted_and_removed(web: Web, cast: Cast) -> None:
    ada, page = web(cast.ada), f"/settings/times/{cast.ada.pk}/absences"
    today = utc_now().date()
    sent = {"first_day": today.isoformat(), "last_day": today.isoformat(), "kind": "leave", "stand_in": cast.bo.pk}
    assert ada.post(page, {**sent, "kind": "ill"}).status_code == 400
    assert ada.post(page, {**sent, "stand_in": cast.aud.pk}).status_code == 400
    assert ada.post(page, sent).status_code == 302
    assert ada.post(page, sent).status_code == 400
    row = Absence.objects.get()
    assert web(cast.noor).post(f"{page}/{row.pk}/remove").status_code == 404
    assert ada.post(f"{page}/{row.pk}/remove").status_code == 302
    assert ada.post(f"{page}/{row.pk}/remove").status_code == 404


def test_who_is_absent_is_said_where_one_assigns_and_after_it_and_never_refused(web: Web, cast: Cast) -> None:
    today = utc_now().date()
    first, last = today - dt.timedelta(days=1), today + dt.timedelta(days=1)
    add_absence(cast.ada, first_day=first, last_day=last, stand_in=cast.noor, by=SYSTEM)
    bo, ticket = web(cast.bo), f"/tickets/{cast.ticket.number}"
    assert "Noor stands in" in text_of(bo.get(f"{ticket}/pick/assignee", headers=PIECE))
    answer = text_of(bo.post(f"{ticket}/change", {"assignee": cast.ada.pk}, headers=PIECE))
    assert "Ada is absent: on leave until" in answer and "Noor stands in" in answer
    assert fresh(cast.ticket).assignee_id == cast.ada.pk
    said = text_of(bo.post(f"{ticket}/change", {"assignee": cast.noor.pk}, headers=PIECE))
    assert "is absent" not in said
    without_scripts = bo.post(f"{ticket}/change", {"assignee": cast.ada.pk}, follow=True)
    assert "Ada is absent" in text_of(without_scripts)
