"""Merging, splitting and linking in the browser, without scripts."""

import re

import pytest
from django.conf import settings
from django.test import Client

from aplomb.people.models import Person
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.link import link_tickets
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.models import Link, Merge, Ticket
from tests.cast import Cast, asked, fresh, wrote


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def ada(cast: Cast) -> Client:
    return browser(cast.ada)


@pytest.fixture
def again(cast: Cast) -> Ticket:
    return asked(cast.cleo, "The line is still down.", subject="Line again", team=cast.lines).ticket


def text(answer: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())  # type: ignore[attr-defined]  # an answer


def test_the_page_offers_the_customers_other_tickets_and_finds_by_number(
    cast: Cast, ada: Client, again: Ticket
) -> None:
    assert "No dial tone" in text(ada.get(f"/tickets/{again.number}/merge"))
    found = ada.get(f"/tickets/{again.number}/merge", {"q": cast.greek.shown_number})
    assert cast.greek.subject in text(found)
    assert "No ticket that you may see" in text(ada.get(f"/tickets/{again.number}/merge", {"q": cast.hidden.number}))


def test_a_preview_warns_of_two_customers_and_of_closed_teams(cast: Cast, ada: Client, again: Ticket) -> None:
    same = text(ada.get(f"/tickets/{again.number}/merge", {"into": cast.ticket.number}))
    assert "two customers" not in same
    assert "two customers" in text(ada.get(f"/tickets/{again.number}/merge", {"into": cast.greek.number}))
    closed = text(browser(cast.noor).get(f"/tickets/{again.number}/merge", {"into": cast.hidden.number}))
    assert "Trust is closed" in closed
    itself = ada.get(f"/tickets/{again.number}/merge", {"into": again.number})
    assert "cannot be merged with itself" in text(itself)


def test_merging_and_undoing(cast: Cast, ada: Client, again: Ticket) -> None:
    answer = ada.post(f"/tickets/{again.number}/merge", {"into": cast.ticket.number}, follow=True)
    assert answer.redirect_chain == [(f"/tickets/{cast.ticket.number}", 302)]
    shown = text(answer)
    assert f"came with {again.shown_number}" in shown
    assert "The line is still down." in shown
    there = text(ada.get(f"/tickets/{again.number}"))
    assert "It goes on in No dial tone" in there
    assert "reply-form" not in there
    back = ada.post(f"/tickets/{again.number}/unmerge", follow=True)
    assert "stands alone again" in text(back)
    assert Merge.objects.count() == 0


def test_another_customer_is_not_in_copy_unless_chosen(cast: Cast, ada: Client) -> None:
    ada.post(f"/tickets/{cast.greek.number}/merge", {"into": cast.ticket.number})
    assert not Merge.objects.get().is_shared
    assert "is another customer" in text(ada.get(f"/tickets/{cast.ticket.number}"))
    ada.post(f"/tickets/{cast.greek.number}/unmerge")
    ada.post(f"/tickets/{cast.greek.number}/merge", {"into": cast.ticket.number, "shares": "yes"})
    assert Merge.objects.get().is_shared


def test_a_message_is_split_off(cast: Cast, ada: Client) -> None:
    message = wrote(cast.cleo, cast.ticket, "And my bill is wrong.")
    assert "And my bill is wrong." in text(ada.get(f"/messages/{message.pk}/split"))
    given = {"messages": [message.pk], "subject": "Bill", "team": cast.lines.pk, "assignee": "me"}
    answer = ada.post(f"/messages/{message.pk}/split", given, follow=True)
    new = Ticket.objects.get(subject="Bill")
    assert (new.assignee, new.team) == (cast.ada, cast.lines)
    assert "And my bill is wrong." in text(answer)
    assert f"Goes on in {new.shown_number}" in text(ada.get(f"/tickets/{cast.ticket.number}"))
    assert ada.get(f"/messages/{message.pk}/split").status_code == 302


def test_the_only_message_is_refused_in_place(cast: Cast, ada: Client) -> None:
    [message] = cast.ticket.messages.all()
    answer = ada.post(f"/messages/{message.pk}/split", {"messages": [message.pk]})
    assert answer.status_code == 422
    assert "Nothing would be left here" in text(answer)


def test_linking_and_what_the_rail_shows(cast: Cast, ada: Client, again: Ticket) -> None:
    answer = ada.post(f"/tickets/{again.number}/links", {"relation": "blocked", "other": cast.ticket.shown_number})
    assert answer.status_code == 302
    assert f"Waits for No dial tone {cast.ticket.shown_number}" in text(ada.get(f"/tickets/{again.number}"))
    wrong = ada.post(f"/tickets/{again.number}/links", {"relation": "blocked", "other": cast.hidden.number})
    assert wrong.status_code == 422
    assert ada.post(f"/tickets/{again.number}/links/{Link.objects.get().pk}/remove").status_code == 302
    assert Link.objects.count() == 0


def test_a_link_out_of_sight_shows_nothing(cast: Cast, ada: Client) -> None:
    link_tickets(cast.hidden.number, "blocks", cast.greek.number, by=cast.noor)
    page = text(ada.get(f"/tickets/{cast.greek.number}"))
    assert "Linked tickets" not in page
    assert cast.hidden.shown_number not in page


def test_resolving_a_parent_with_an_open_child_asks_and_goes_on(cast: Cast, ada: Client, again: Ticket) -> None:
    link_tickets(cast.ticket.number, "child", again.number, by=cast.ada)
    asks = ada.post(f"/tickets/{cast.ticket.number}/change", {"status": "resolved"}, headers={"HX-Request": "true"})
    assert again.shown_number in text(asks)
    assert fresh(cast.ticket).status == "new"
    ada.post(f"/tickets/{cast.ticket.number}/change", {"status": "resolved", "confirmed": "true"})
    assert fresh(cast.ticket).status == "resolved"


def test_the_history_tells_it_on_both_sides(cast: Cast, ada: Client, again: Ticket) -> None:
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    assert f"merged {again.shown_number} into it" in text(ada.get(f"/tickets/{cast.ticket.number}/history"))
    assert f"it goes on in {cast.ticket.shown_number}" in text(ada.get(f"/tickets/{again.number}/history"))


def test_a_merged_ticket_is_found_where_it_went(cast: Cast, ada: Client, again: Ticket, drain: object) -> None:
    drain()  # type: ignore[operator]  # a fixture
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    drain()  # type: ignore[operator]  # a fixture
    found = text(ada.get("/find", {"q": "again"}))
    assert cast.ticket.shown_number in found
    assert again.shown_number not in found


def test_an_auditor_sees_no_way_to_undo(cast: Cast, again: Ticket) -> None:
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    page = text(browser(cast.aud).get(f"/tickets/{again.number}"))
    assert "It goes on in" in page
    assert "Undo the merge" not in page


def test_merged_one_that_was_resolved_says_what_it_is(cast: Cast, ada: Client, again: Ticket) -> None:
    change_ticket(again.number, Changes(status="resolved"), by=cast.ada)
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    assert fresh(cast.ticket).status == "new"
    assert ada.get(f"/tickets/{again.number}/merge").status_code == 302
