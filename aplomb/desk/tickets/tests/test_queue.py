"""The queue and finding tickets."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from aplomb.search.actions import index_tickets
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.models import Ticket
from tests.cast import Cast, asked

Web = Callable[..., Client]


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_queue_shows_what_is_due_and_why(cast: Cast, web: Web) -> None:
    text = page(web(cast.ada), "/")
    assert "No dial tone" in text
    assert "reply due in 24 hr" in text


def test_a_late_ticket_says_so_in_words(cast: Cast, web: Web) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(hours=27)
    late = asked(cast.cleo, "Hello?", subject="Nobody answers", said_at=before).ticket
    text = page(web(cast.ada), "/")
    assert "reply was due 3 hr ago" in text
    assert text.index(late.number) < text.index(cast.ticket.number)


def test_tickets_of_closed_teams_are_not_in_the_queue(cast: Cast, web: Web) -> None:
    assert "A breach" not in page(web(cast.ada), "/")
    assert "A breach" in page(web(cast.noor), "/")


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?assignee=me", "No dial tone", "Χωρίς σύνδεση"),
        ("?assignee=none", "Χωρίς σύνδεση", "No dial tone"),
        ("?team=none", "Χωρίς σύνδεση", "No dial tone"),
        ("?status=open", "No dial tone", "Χωρίς σύνδεση"),
        ("?status=new", "Χωρίς σύνδεση", "No dial tone"),
    ],
)
def test_filters_of_the_address(cast: Cast, web: Web, query: str, shown: str, hidden: str) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada, status="open"), by=cast.ada)
    text = page(web(cast.ada), f"/{query}")
    assert shown in text
    assert hidden not in text


@pytest.mark.parametrize(
    "query",
    ["?cursor=x", "?cursor=1.2.3", "?cursor=9" * 3, "?team=abc", "?assignee=%00", "?status=nonsense", "?rows=-1",
     "?cursor=x&team=1", "?tag=%FF", "?team=99999999999999999999", "?contact=9223372036854775807",
     "?stage=x&part=list", "?part=more"],
)  # fmt: skip
def test_nonsense_in_the_address_breaks_nothing(cast: Cast, web: Web, query: str) -> None:
    assert web(cast.ada).get(f"/{query}").status_code in (200, 302)


def test_the_rows_further_down_come_by_cursor_each_once(cast: Cast, web: Web) -> None:
    for number in range(40):
        asked(cast.cleo, "Hello", subject=f"Matter {number:02}")
    client = web(cast.ada)
    first = client.get("/").content.decode()
    further = first.split('hx-get="')[-1].split('"')[0].replace("&amp;", "&")
    second = client.get(f"/{further}").content.decode()
    seen = [part.split('"')[0] for text in (first, second) for part in text.split('data-number="')[1:]]
    assert len(seen) == len(set(seen)) == Ticket.objects.exclude(pk=cast.hidden.pk).count()
    assert "<html" not in second


@pytest.mark.parametrize("spelling", ["{}", "#{}", "{:.4} {:.0}", "[#{}]"])
def test_a_number_leads_straight_to_its_ticket(cast: Cast, web: Web, spelling: str) -> None:
    number = cast.ticket.number
    text = f"{number[:4]} {number[4:]}" if " " in spelling else spelling.format(number)
    answer = web(cast.ada).get("/find", {"q": text})
    assert answer.status_code == 302
    assert answer["Location"] == f"/tickets/{number}"


def test_a_number_of_a_hidden_ticket_finds_nothing(cast: Cast, web: Web) -> None:
    text = web(cast.ada).get("/find", {"q": cast.hidden.number}).content.decode()
    assert "No ticket that you may see has this number." in text


def test_words_find_live_and_done_tickets(cast: Cast, web: Web) -> None:
    change_ticket(cast.ticket.number, Changes(status="closed"), by=cast.ada)
    other = asked(cast.cleo, "Hi", subject="A tone that never ends").ticket
    index_tickets([cast.ticket.pk, other.pk])
    text = page(web(cast.ada), "/find?q=TONE")
    assert text.index("A tone that never ends") < text.index("Resolved and closed</h2>") < text.index("No dial tone")


def test_an_empty_list_says_what_to_do(cast: Cast, web: Web) -> None:
    assert "Take something from what nobody has yet." in page(web(cast.ada), "/?assignee=me")


def test_the_bin_says_until_when(cast: Cast, web: Web) -> None:
    bin_ticket(cast.ticket.number, "spam", by=cast.ada)
    assert "in the bin until" in page(web(cast.ada), "/?stage=bin")
    assert "No dial tone" not in page(web(cast.ada), "/")


def test_a_subject_cannot_bring_markup_into_the_list(cast: Cast, web: Web) -> None:
    asked(cast.cleo, "x", subject="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in page(web(cast.ada), "/")


def test_a_stranger_is_led_to_sign_in(cast: Cast, web: Web) -> None:
    for address in ("/", "/find?q=x", "/filters", f"/tickets/{cast.ticket.number}", "/tickets/new"):
        answer = web().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")
