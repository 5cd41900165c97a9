"""Which device and place a ticket is about."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from aplomb.customers.actions.equipment import add_equipment, remove_equipment
from aplomb.customers.actions.places import add_site
from aplomb.customers.models import Equipment, Site
from aplomb.journal.actors import SYSTEM
from aplomb.journal.models import Entry
from aplomb.people.errors import NotAllowed, NotFound, Wrong
from aplomb.tickets.about import about_of, tickets_about
from aplomb.tickets.actions.about import say_what_about
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.errors import InBin
from aplomb.tickets.models import Beside, TicketAbout
from aplomb.tickets.policies import sight_of
from tests.cast import Cast, fresh, wrote
from tests.moved import nothing_moves

Web = Callable[..., Client]


@pytest.fixture
def site(cast: Cast) -> Site:
    return add_site(cast.acme, by=SYSTEM, name="Shop", town="Leeds")


@pytest.fixture
def printer(cast: Cast, site: Site) -> Equipment:
    return add_equipment(cast.acme, by=SYSTEM, called="Printer at the counter", serial="BP-12 O4", site=site)


def test_a_ticket_names_a_device_and_with_it_its_place(cast: Cast, printer: Equipment, site: Site) -> None:
    say_what_about(cast.ticket.number, equipment=printer.pk, by=cast.ada)
    ticket = fresh(cast.ticket)
    about = about_of(ticket)
    assert about is not None and (about.equipment, about.site) == (printer, site)
    assert ticket.beside & Beside.ABOUT
    last = Entry.objects.filter(chain=ticket.chain).latest("seq")
    assert last.kind == "TicketAboutChanged"
    facts = json.loads(last.content or "")["facts"]
    assert (facts["equipment_id"], facts["site_id"]) == (printer.pk, site.pk)
    assert "BP" not in (last.content or "")


def test_saying_it_twice_is_saying_it_once(cast: Cast, printer: Equipment) -> None:
    say_what_about(cast.ticket.number, equipment=printer.pk, by=cast.ada)
    with nothing_moves():
        say_what_about(cast.ticket.number, equipment=printer.pk, by=cast.ada)


def test_what_was_said_is_taken_back(cast: Cast, printer: Equipment) -> None:
    say_what_about(cast.ticket.number, equipment=printer.pk, by=cast.ada)
    say_what_about(cast.ticket.number, equipment=None, by=cast.ada)
    assert TicketAbout.objects.get().site == printer.site
    say_what_about(cast.ticket.number, site=None, by=cast.ada)
    assert not TicketAbout.objects.exists()
    assert not fresh(cast.ticket).beside & Beside.ABOUT


def test_what_belongs_to_another_customer_is_refused(cast: Cast) -> None:
    theirs = add_equipment(cast.globex, by=SYSTEM, called="Theirs")
    place = add_site(cast.dimitra, by=SYSTEM, name="Theirs")
    with nothing_moves():
        for given in ({"equipment": theirs.pk}, {"site": place.pk}, {"equipment": 99999}):
            with pytest.raises(Wrong):
                say_what_about(cast.ticket.number, by=cast.ada, **given)


def test_who_may_not_does_not(cast: Cast, printer: Equipment) -> None:
    theirs = add_equipment(cast.dimitra, by=SYSTEM, called="Theirs")
    with nothing_moves():
        with pytest.raises(NotAllowed):
            say_what_about(cast.ticket.number, equipment=printer.pk, by=cast.aud)
        with pytest.raises(NotFound):
            say_what_about(cast.hidden.number, equipment=theirs.pk, by=cast.ada)
    bin_ticket(cast.ticket.number, "spam", by=cast.ada)
    with pytest.raises(InBin):
        say_what_about(cast.ticket.number, equipment=printer.pk, by=cast.ada)


def test_the_tickets_of_a_device_are_those_in_sight(cast: Cast) -> None:
    modem = add_equipment(cast.dimitra, by=SYSTEM, called="Modem")
    for ticket in (cast.greek, cast.hidden):
        say_what_about(ticket.number, equipment=modem.pk, by=SYSTEM)
    assert tickets_about(sight_of(cast.ada), equipment=modem.pk).rows == (cast.greek,)
    assert tickets_about(sight_of(cast.noor), equipment=modem.pk).rows == (cast.hidden, cast.greek)
    first = tickets_about(sight_of(cast.noor), equipment=modem.pk, rows=1)
    rest = tickets_about(sight_of(cast.noor), equipment=modem.pk, rows=1, before=first.before)
    assert (first.rows, rest.rows, rest.before) == ((cast.hidden,), (cast.greek,), 0)


def test_a_serial_number_in_a_message_offers_the_device(cast: Cast, web: Web, printer: Equipment) -> None:
    client, address = web(cast.ada), reverse("ticket", args=[cast.ticket.number])
    page = client.get(address)
    assert page.context["named_equipment"] == []
    assert "Printer at the counter" in page.content.decode()
    wrote(cast.cleo, cast.ticket, "It says (S/N:bp-12 O4), I think.")
    page = client.get(address)
    assert page.context["named_equipment"] == [printer]
    client.post(reverse("about", args=[cast.ticket.number]), {"equipment": printer.pk})
    assert client.get(address).context["named_equipment"] == []


@pytest.mark.parametrize("said", ["BP12045", "BP120", "XBP1204", "BP12 is 04 years old", "12 O4"])
def test_what_is_not_the_whole_number_offers_nothing(cast: Cast, web: Web, printer: Equipment, said: str) -> None:
    wrote(cast.cleo, cast.ticket, said)
    assert web(cast.ada).get(reverse("ticket", args=[cast.ticket.number])).context["named_equipment"] == []


def test_the_device_of_somebody_else_or_one_that_is_gone_is_not_offered(
    cast: Cast, web: Web, printer: Equipment
) -> None:
    add_equipment(cast.globex, by=SYSTEM, called="Theirs", serial="GX-99001")
    remove_equipment(printer, by=SYSTEM)
    wrote(cast.cleo, cast.ticket, "GX-99001 and BP-12 O4")
    assert web(cast.ada).get(reverse("ticket", args=[cast.ticket.number])).context["named_equipment"] == []


def test_the_choices_are_this_customers_and_can_be_searched(cast: Cast, web: Web, printer: Equipment) -> None:
    add_equipment(cast.acme, by=SYSTEM, called="Till", serial="T-555")
    add_equipment(cast.globex, by=SYSTEM, called="Theirs")
    address = reverse("about", args=[cast.ticket.number])
    page = web(cast.ada).get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Printer at the counter" in page and "Till" in page and "Shop" in page and "Theirs" not in page
    page = web(cast.ada).get(f"{address}?find=t5").content.decode()
    assert "Till" in page and "Printer at the counter" not in page


def test_nonsense_in_the_form_changes_nothing(cast: Cast, web: Web, printer: Equipment) -> None:
    client, address = web(cast.ada), reverse("about", args=[cast.ticket.number])
    with nothing_moves():
        assert client.post(address, {"equipment": "x"}).status_code == 404
        assert client.post(address, {"equipment": "9" * 30}).status_code == 404
        assert client.post(address, {}).status_code == 302


def test_a_ticket_opened_from_the_device_is_about_it(cast: Cast, web: Web, printer: Equipment) -> None:
    client = web(cast.ada)
    page = client.get(f"{reverse('new_ticket')}?equipment={printer.pk}").content.decode()
    assert "It is about Printer at the counter BP-12 O4, Acme" in page
    assert '<option value="cleo@acme.example">Cleo Whitfield</option>' in page
    given = {"way": "call", "reach": "cleo@acme.example", "subject": "Jam", "text": "Paper.", "priority": 2}
    client.post(reverse("new_ticket"), given | {"equipment": printer.pk})
    assert TicketAbout.objects.get().equipment == printer


def test_a_ticket_of_somebody_else_about_the_device_is_refused_and_nothing_is_lost(
    cast: Cast, web: Web, printer: Equipment
) -> None:
    client = web(cast.ada)
    given = {"way": "call", "reach": "dimitra@globex.example", "subject": "Jam", "text": "Χαρτί.", "priority": 2}
    with nothing_moves():
        answer = client.post(reverse("new_ticket"), given | {"equipment": printer.pk})
    assert answer.status_code == 422
    assert "Χαρτί." in answer.content.decode()
    assert "This is nothing of this ticket" in answer.content.decode()


def test_the_page_of_a_plain_customer_asks_for_none_of_it(cast: Cast, web: Web) -> None:
    page = web(cast.ada).get(reverse("ticket", args=[cast.ticket.number]))
    assert "customers.css" not in page.content.decode()
    assert "Equipment and site" not in page.content.decode()
