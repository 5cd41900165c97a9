"""The pages of macros: kept under Settings, looked at and run on a ticket."""

from collections.abc import Callable

import pytest
from django.test import Client

from aplomb.automation.actions import MacroWish, keep_macro
from aplomb.automation.models import Macro
from aplomb.journal.actors import SYSTEM
from aplomb.tickets.models import Kind, Message
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db

Web = Callable[..., Client]


def test_a_macro_is_written_changed_and_put_out_of_use(cast: Cast, web: Web) -> None:
    ada = web(cast.ada)
    given = {"name": "Mine now", "owner": "own", "assignee": "me", "priority": "4", "team": "nobody"}
    assert ada.post("/settings/macros/add", given).status_code == 302
    macro = Macro.objects.get()
    assert macro.person == cast.ada and macro.steps == {"assignee": "me", "priority": 4, "team": ""}
    page = ada.get("/settings/macros").content.decode()
    assert "Assignee: whoever runs it" in page and "Priority: urgent" in page
    shown = ada.get(f"/settings/macros/{macro.pk}").content.decode()
    assert 'value="nobody" selected' in shown and 'value="me" selected' in shown
    again = {**given, "name": "Mine at last", "version": macro.version}
    assert ada.post(f"/settings/macros/{macro.pk}", again).status_code == 302
    stale = ada.post(f"/settings/macros/{macro.pk}", again)
    assert stale.status_code == 400 and "Somebody else has changed this macro" in stale.content.decode()
    ada.post(f"/settings/macros/{macro.pk}/use")
    assert not Macro.objects.get().is_active


def test_nothing_to_do_is_said_and_what_was_typed_stays(cast: Cast, web: Web) -> None:
    answer = web(cast.ada).post("/settings/macros/add", {"name": "Nothing", "owner": "own"})
    assert answer.status_code == 400
    assert "needs something to do" in answer.content.decode() and 'value="Nothing"' in answer.content.decode()


def test_an_agent_is_not_offered_what_is_everybodys(cast: Cast, web: Web) -> None:
    assert "everybody" not in web(cast.ada).get("/settings/macros/add").content.decode()
    refused = web(cast.ada).post("/settings/macros/add", {"name": "All", "owner": "desk", "priority": "4"})
    assert refused.status_code == 400 and not Macro.objects.exists()
    assert (
        web(cast.max).post("/settings/macros/add", {"name": "All", "owner": "desk", "priority": "4"}).status_code == 302
    )


def test_what_it_does_is_shown_before_it_is_done_in_the_customers_language(cast: Cast, web: Web) -> None:
    macro = keep_macro(
        MacroWish(name="Ask", steps={"assignee": "me"}, reply="serial-number", then="waiting_customer"), by=SYSTEM
    )
    ada = web(cast.ada)
    assert "Ask" in ada.get(f"/tickets/{cast.greek.number}/macros").content.decode()
    page = ada.get(f"/tickets/{cast.greek.number}/macros/{macro.pk}")
    shown = page.content.decode()
    assert "nobody yet" in shown and "Ada" in shown and 'lang="el"' in shown
    assert fresh(cast.greek).assignee is None
    text = "Τι γράφει η ετικέτα;"
    done = ada.post(
        f"/tickets/{cast.greek.number}/macros/{macro.pk}",
        {"text": text, "to": "dimitra@globex.example", "seen_version": fresh(cast.greek).version},
    )
    assert done.status_code == 302
    assert fresh(cast.greek).assignee == cast.ada and fresh(cast.greek).status == "waiting_customer"
    assert Message.objects.get(ticket=cast.greek, kind=Kind.REPLY).text == text
    assert "ran the macro “Ask”" in ada.get(f"/tickets/{cast.greek.number}/history").content.decode()


def test_what_is_refused_is_said_with_the_text_kept(cast: Cast, web: Web) -> None:
    macro = keep_macro(MacroWish(name="Ask", reply="serial-number"), by=SYSTEM)
    address = f"/tickets/{cast.ticket.number}/macros/{macro.pk}"
    asked = web(cast.ada).post(address, {"text": "Hello [[name the part]]", "seen_version": fresh(cast.ticket).version})
    assert asked.status_code == 409
    assert "Hello [[name the part]]" in asked.content.decode() and 'name="confirmed"' in asked.content.decode()
    changed = web(cast.ada).post(address, {"text": "Hello", "seen_version": "1"})
    assert changed.status_code == 422 and "Hello" in changed.content.decode()
    assert not Message.objects.filter(kind=Kind.REPLY, ticket=cast.ticket).exists()
