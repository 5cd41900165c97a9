"""What each page may ask of the database. tests/query_budgets.json holds it: raising one is a visible change."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplomb.desk.frame import desk_name
from aplomb.search.actions import index_tickets
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.models import RequestType, Tag
from tests.cast import Cast, asked, wrote

ROOT = Path(__file__).resolve().parents[3]
BUDGETS: dict[str, int] = json.loads((ROOT / "tests" / "query_budgets.json").read_text())

Web = Callable[..., Client]


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """A desk with a page full of tickets, tags, answers, participants and a draft."""
    tag, _made = Tag.objects.get_or_create(key="line", defaults={"names": {"en": "line"}})
    kind, _made = RequestType.objects.get_or_create(key="fault", defaults={"names": {"en": "Fault"}})
    for number in range(35):
        ticket = asked(cast.cleo, "Hello", subject=f"Tone {number}", team=cast.lines).ticket
        change_ticket(ticket.number, Changes(tags=(tag.key,), assignee=cast.ada, request_type=kind), by=cast.ada)
    for number in range(12):
        wrote(cast.cleo if number % 2 else cast.dimitra, cast.ticket, f"Word {number}.")
    index_tickets([cast.ticket.pk])
    desk_name()
    return cast


PAGES = {
    "queue": "/",
    "queue_list": "/?part=list",
    "queue_more": "/?part=more",
    "found": "/find?q=tone",
    "ticket": "/tickets/{number}",
    "news": "/tickets/{number}/news?after=1",
    "history": "/tickets/{number}/history",
    "new_ticket": "/tickets/new",
    "approvals": "/approvals",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_its_budget(busy: Cast, web: Web, name: str) -> None:
    client = web(busy.ada)
    client.post(f"/tickets/{busy.ticket.number}/draft/reply", {"text": "begun"})
    address = PAGES[name].format(number=busy.ticket.number)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked_of_it:
        assert client.get(address).status_code == 200
    listed = "\n".join(each["sql"][:160] for each in asked_of_it.captured_queries)
    assert len(asked_of_it) <= BUDGETS[name], f"{len(asked_of_it)} queries:\n{listed}"


def test_every_budget_is_that_of_a_page() -> None:
    assert set(PAGES) <= set(BUDGETS)
