"""What machines see of merged tickets and contacts."""

from aplomb.api.tests.conftest import Machine
from aplomb.customers.actions import add_contact, merge_contact, unmerge_contact
from aplomb.customers.models import Contact
from aplomb.journal.actors import SYSTEM
from aplomb.tickets.actions.link import link_tickets
from aplomb.tickets.actions.merge import merge_ticket
from tests.cast import Cast, asked, fresh


def test_a_merged_ticket_names_where_it_goes_on_and_is_in_no_list(cast: Cast, ada: Machine) -> None:
    again = asked(cast.cleo, "Again.", subject="Again").ticket
    merge_ticket(again.number, cast.ticket.number, by=cast.ada)
    assert ada.get(f"/tickets/{again.number}").json()["merged_into"] == cast.ticket.number
    assert ada.get(f"/tickets/{cast.ticket.number}").json()["merged_into"] is None
    assert again.number not in [each["number"] for each in ada.get("/tickets").json()["items"]]
    said = ada.get(f"/tickets/{cast.ticket.number}/messages").json()["items"]
    assert [each["ticket"] for each in said] == [cast.ticket.number, again.number]


def test_nothing_new_is_done_on_it(cast: Cast, ada: Machine) -> None:
    merge_ticket(cast.greek.number, cast.ticket.number, by=cast.ada)
    refused = ada.post(f"/tickets/{cast.greek.number}/messages", {"kind": "reply", "text": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "merged")
    assert cast.ticket.shown_number in refused.json()["detail"]


def test_what_another_customer_wrote_is_not_among_the_messages(cast: Cast, ada: Machine) -> None:
    merge_ticket(cast.greek.number, cast.ticket.number, by=cast.ada)
    said = ada.get(f"/tickets/{cast.ticket.number}/messages").json()["items"]
    assert [each["ticket"] for each in said] == [cast.ticket.number]
    assert len(ada.get(f"/tickets/{cast.greek.number}/messages").json()["items"]) == 1


def test_closing_a_parent_with_an_open_child_needs_a_confirmation(cast: Cast, ada: Machine) -> None:
    child = asked(cast.cleo, "Of it").ticket
    link_tickets(cast.ticket.number, "child", child.number, by=cast.ada)
    asks = ada.patch(f"/tickets/{cast.ticket.number}", {"status": "resolved"})
    assert (asks.status_code, asks.json()["reasons"][0]["code"]) == (409, "open-children")
    done = ada.patch(f"/tickets/{cast.ticket.number}", {"status": "resolved", "confirmed": True})
    assert done.status_code == 200
    assert fresh(cast.ticket).status == "resolved"


def test_a_merged_contact_is_the_one_that_stays(cast: Cast, ada: Machine) -> None:
    twin = add_contact(name="Cleo W.", emails=("cleo@home.example",), by=SYSTEM)
    merge_contact(twin, cast.cleo, by=cast.ada)
    shown = ada.get(f"/contacts/{twin.pk}").json()
    assert (shown["id"], shown["emails"]) == (cast.cleo.pk, ["cleo@acme.example", "cleo@home.example"])
    found = ada.get("/contacts", {"q": "cleo@home.example"}).json()["items"]
    assert [each["id"] for each in found] == [cast.cleo.pk]
    ada.patch(f"/contacts/{twin.pk}", {"note": "Likes to be called in the morning."})
    assert Contact.objects.get(pk=cast.cleo.pk).note == "Likes to be called in the morning."
    unmerge_contact(Contact.objects.get(pk=twin.pk), by=cast.ada)
    assert ada.get(f"/contacts/{twin.pk}").json()["emails"] == ["cleo@home.example"]
