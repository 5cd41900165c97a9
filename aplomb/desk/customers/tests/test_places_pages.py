"""Sites, equipment and notes on the pages of contacts and organisations."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aplomb.catalogue.actions import add_product, retire_product
from aplomb.customers.actions.equipment import add_equipment
from aplomb.customers.actions.notes import add_customer_note
from aplomb.customers.actions.places import add_site
from aplomb.customers.models import CodeLook, CustomerNote, Equipment, Site
from aplomb.customers.reads import ROWS
from aplomb.journal.actors import SYSTEM
from aplomb.tickets.actions.about import say_what_about
from tests.cast import Cast, asked
from tests.moved import nothing_moves

Web = Callable[..., Client]
TABS = ("requests", "notes", "sites", "equipment")
DAYS = {f"day{day}": "" for day in range(7)}
SITE: dict[str, Any] = {"name": "Workshop", "address": "3 Mill Passage", "town": "Leeds", "country": "GB", **DAYS}


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("of", ["contact", "organisation"])
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_is_there_with_and_without_rows(cast: Cast, web: Web, of: str, tab: str) -> None:
    owner = cast.cleo if of == "contact" else cast.acme
    address = reverse(f"{of}_{tab}", args=[owner.pk])
    for person in (cast.ada, cast.aud):
        assert web(person).get(address).status_code == 200
    site = add_site(owner, by=SYSTEM, name="Shop", town="Leeds", hours=["9-17", *[""] * 6])
    add_equipment(owner, by=SYSTEM, called="The till", serial="T-1", site=site, versions=[("firmware", "2.1")])
    add_customer_note(owner, "Rings twice 🔔", by=cast.ada, is_pinned=True)
    for person in (cast.ada, cast.aud):
        page = text_of(web(person).get(address))
        assert f'<a href="{address}" aria-current="page">' in page
        if tab == "sites":
            assert "9:00–17:00" in page
        if tab == "equipment":
            assert "The till" in page and "firmware 2.1" in page
        if tab == "notes":
            assert "Rings twice 🔔" in page
    assert "Rings twice" in text_of(web(cast.ada).get(reverse(of, args=[owner.pk])))


def test_whoever_only_looks_finds_no_form(cast: Cast, web: Web) -> None:
    client = web(cast.aud)
    for tab in ("notes", "sites", "equipment"):
        address = reverse(f"organisation_{tab}", args=[cast.acme.pk])
        assert '<form method="post" class="stack' not in text_of(client.get(address))
        with nothing_moves():
            assert client.post(address, SITE | {"called": "x", "text": "x"}).status_code == 404


def test_a_customer_that_there_is_not_is_not_there(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    for of in ("contact", "organisation"):
        for tab in TABS:
            assert client.get(reverse(f"{of}_{tab}", args=[99999])).status_code == 404
    for name in ("site", "equipment"):
        assert client.get(reverse(name, args=[99999])).status_code == 404


def test_a_site_is_added_with_how_one_gets_in(cast: Cast, web: Web) -> None:
    given = SITE | {"opener": "Joan", "opener_phone": "+44 1632 960777", "entrance": "Side door", "code": "4711#"}
    given |= {"day0": "9:00-13:00, 15:00-18:00", "day5": "10-12", "area": "Leeds north"}
    answer = web(cast.ada).post(reverse("organisation_sites", args=[cast.acme.pk]), given)
    made = Site.objects.get()
    assert answer["Location"].endswith(f"/sites#site-{made.pk}")
    assert (made.organisation, made.opener, made.code, made.area) == (cast.acme, "Joan", "4711#", "Leeds north")
    assert made.hours == [[[540, 780], [900, 1080]], [], [], [], [], [[600, 720]], []]


def test_hours_that_are_none_are_said_at_their_day_and_nothing_typed_is_lost(cast: Cast, web: Web) -> None:
    address = reverse("contact_sites", args=[cast.cleo.pk])
    client = web(cast.ada)
    with nothing_moves():
        answer = client.post(address, SITE | {"day1": "from nine to five", "entrance": "By the σκάλα 🪜"})
    page = text_of(answer)
    assert answer.status_code == 400
    assert 'href="#id_day1"' in page
    assert "from nine to five" in page
    assert "By the σκάλα 🪜" in page


def test_a_site_without_an_address_needs_a_name_and_one_without_anything_is_refused(cast: Cast, web: Web) -> None:
    address = reverse("organisation_sites", args=[cast.acme.pk])
    assert web(cast.ada).post(address, {**DAYS}).status_code == 400
    assert not Site.objects.exists()
    assert web(cast.ada).post(address, {"name": "The barge", **DAYS}).status_code == 302
    assert "not known yet" in text_of(web(cast.ada).get(address))


def test_the_code_is_on_no_page_until_it_is_asked_for_and_then_it_is_kept_who_looked(cast: Cast, web: Web) -> None:
    site = add_site(cast.acme, by=SYSTEM, name="Shop", code="4711#")
    pages = [reverse("organisation_sites", args=[cast.acme.pk]), reverse("site", args=[site.pk])]
    pages += [reverse("organisation", args=[cast.acme.pk]), "/find?q=leeds"]
    for address in pages:
        assert "4711#" not in text_of(web(cast.ada).get(address))
    answer = web(cast.tariq).post(reverse("site_code", args=[site.pk]), headers={"HX-Request": "true"})
    assert "4711#" in text_of(answer)
    assert "no-store" in answer["Cache-Control"]
    assert [(look.person, look.site) for look in CodeLook.objects.all()] == [(cast.tariq, site)]
    assert "Tariq" in text_of(web(cast.ada).get(reverse("site", args=[site.pk])))


def test_an_auditor_never_sees_the_code(cast: Cast, web: Web) -> None:
    site = add_site(cast.acme, by=SYSTEM, name="Shop", code="4711#")
    client = web(cast.aud)
    with nothing_moves():
        assert client.post(reverse("site_code", args=[site.pk])).status_code == 404


def test_where_there_is_no_code_none_is_shown(cast: Cast, web: Web) -> None:
    site = add_site(cast.acme, by=SYSTEM, name="Shop")
    client = web(cast.ada)
    with nothing_moves():
        assert client.post(reverse("site_code", args=[site.pk])).status_code == 404


def test_saving_a_site_keeps_its_code_and_a_tick_takes_it_away(cast: Cast, web: Web) -> None:
    site = add_site(cast.acme, by=SYSTEM, name="Shop", code="4711#")
    address = reverse("site", args=[site.pk])
    web(cast.ada).post(address, SITE | {"code": ""})
    site.refresh_from_db()
    assert (site.name, site.code) == ("Workshop", "4711#")
    web(cast.ada).post(address, SITE | {"without_code": "on"})
    site.refresh_from_db()
    assert site.code == ""


def test_equipment_is_added_from_the_catalogue(cast: Cast, web: Web) -> None:
    product = add_product(name="BP-620", maker="Borealis", kind="printer", by=SYSTEM)
    site = add_site(cast.acme, by=SYSTEM, name="Shop")
    given = {"product": product.pk, "serial": "sn 12-o4", "site": site.pk, "versions": "firmware: 2.1\r\nsoftware: 8"}
    answer = web(cast.ada).post(reverse("organisation_equipment", args=[cast.acme.pk]), given)
    made = Equipment.objects.get()
    assert answer["Location"].endswith(f"#equipment-{made.pk}")
    assert (made.product, made.serial, made.serial_key, made.site) == (product, "sn 12-o4", "SN1204", site)
    assert made.versions == [["firmware", "2.1"], ["software", "8"]]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"called": ""}, "product"),
        ({"versions": "firmware 2"}, "versions"),
        ({"versions": ": 2"}, "versions"),
        ({"installed_on": "yesterday"}, "installed_on"),
        ({"installed_on": "0201-01-01"}, "installed_on"),
        ({"serial": "---"}, "serial"),
        ({"serial": "x" * 81}, "serial"),
        ({"product": "99999"}, "product"),
        ({"site": "99999"}, "site"),
    ],
)
def test_wrong_equipment_is_not_added_and_what_was_typed_stays(
    cast: Cast, web: Web, wrong: dict[str, str], field: str
) -> None:
    given = {"called": "Εκτυπωτής 🖨", "note": "Behind the counter"} | wrong
    client = web(cast.ada)
    with nothing_moves():
        answer = client.post(reverse("contact_equipment", args=[cast.dimitra.pk]), given)
    assert answer.status_code == 400
    assert f'href="#id_{field}"' in text_of(answer)
    assert "Behind the counter" in text_of(answer)


def test_the_site_of_another_customer_is_none_to_choose(cast: Cast, web: Web) -> None:
    theirs = add_site(cast.globex, by=SYSTEM, name="Theirs")
    address = reverse("organisation_equipment", args=[cast.acme.pk])
    assert "Theirs" not in text_of(web(cast.ada).get(address))
    client = web(cast.ada)
    with nothing_moves():
        assert client.post(address, {"called": "x", "site": theirs.pk}).status_code == 400


def test_a_serial_number_that_somebody_has_is_taken_with_a_warning_that_says_whose(cast: Cast, web: Web) -> None:
    add_equipment(cast.globex, by=SYSTEM, called="Their printer", serial="SN-1204")
    client = web(cast.ada)
    address = reverse("organisation_equipment", args=[cast.acme.pk])
    page = text_of(client.post(address, {"called": "Ours", "serial": "sn 12 o4"}, follow=True))
    assert "Their printer of Globex has the serial number SN-1204 too." in page
    assert "Same serial number:" in page
    assert Equipment.objects.count() == 2


def test_three_hundred_devices_come_page_by_page_and_are_found_by_serial_number(cast: Cast, web: Web) -> None:
    Equipment.objects.bulk_create(
        Equipment(organisation=cast.acme, called=f"Device {number}", serial=f"D{number:04}", serial_key=f"D{number:04}")
        for number in range(300)
    )
    client, address = web(cast.ada), reverse("organisation_equipment", args=[cast.acme.pk])
    seen: list[str] = []
    further = address
    while further:
        page = client.get(further)
        seen += [row.called for row, _also in page.context["rows"]]
        further = f"{address}?after={page.context['after']}" if page.context["after"] else ""
    assert len(seen) == len(set(seen)) == 300
    assert len(client.get(address).context["rows"]) == ROWS
    found = client.get(f"{address}?find=d-o123").context["rows"]
    assert [row.called for row, _also in found] == ["Device 123"]
    assert client.get(f"{address}?find=%3F%3F").context["rows"] == []


def test_a_retired_product_stays_on_what_bears_it_and_is_offered_to_nothing_else(cast: Cast, web: Web) -> None:
    product = add_product(name="Old router", kind="router", by=SYSTEM)
    row = add_equipment(cast.acme, by=SYSTEM, product=product)
    retire_product(product, by=SYSTEM)
    client = web(cast.ada)
    assert "Old router" in text_of(client.get(reverse("equipment", args=[row.pk])))
    assert "(retired)" in text_of(client.get(reverse("equipment", args=[row.pk])))
    form = client.get(f"{reverse('contact_equipment', args=[cast.cleo.pk])}?add=1").context["form"]
    assert str(product.pk) not in dict(form.fields["product"].choices)
    answer = client.post(reverse("equipment", args=[row.pk]), {"product": product.pk, "serial": "X-12"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.product, row.serial) == (product, "X-12")


def test_a_note_is_added_changed_pinned_and_struck_with_a_trace(cast: Cast, web: Web) -> None:
    client, address = web(cast.ada), reverse("organisation_notes", args=[cast.acme.pk])
    client.post(address, {"text": "Pays by the 15th.\r\nAlways."})
    note = CustomerNote.objects.get()
    assert (note.text, note.person, note.organisation) == ("Pays by the 15th.\nAlways.", cast.ada, cast.acme)
    where = reverse("customer_note", args=[note.pk])
    client.post(where, {"do": "edit", "text": "Pays by the 20th."})
    client.post(where, {"do": "pin"})
    note.refresh_from_db()
    assert (note.text, note.is_pinned) == ("Pays by the 20th.", True)
    web(cast.bo).post(where, {"do": "strike"})
    note.refresh_from_db()
    assert (note.struck_by, note.is_pinned) == (cast.bo, False)
    page = text_of(client.get(address))
    assert "Struck by Bo" in page and "<s>Pays by the 20th.</s>" in page


def test_a_note_of_somebody_else_is_neither_changed_nor_struck(cast: Cast, web: Web) -> None:
    note = add_customer_note(cast.acme, "Mine.", by=cast.ada)
    where = reverse("customer_note", args=[note.pk])
    noor = web(cast.noor)
    aud = web(cast.aud)
    ada = web(cast.ada)
    with nothing_moves():
        assert noor.post(where, {"do": "edit", "text": "Yours."}).status_code == 400
        noor.post(where, {"do": "strike"})
        assert aud.post(where, {"do": "strike"}).status_code == 404
        assert ada.post(where, {"do": "dance"}).status_code == 400


def test_an_empty_note_is_refused(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    with nothing_moves():
        answer = client.post(reverse("contact_notes", args=[cast.cleo.pk]), {"text": "  \r\n "})
    assert answer.status_code == 400


def test_requests_are_kept_to_a_status(cast: Cast, web: Web) -> None:
    client, address = web(cast.ada), reverse("contact_requests", args=[cast.cleo.pk])
    assert "No dial tone" in text_of(client.get(address))
    assert "No dial tone" in text_of(client.get(f"{address}?status=new"))
    assert "No dial tone" not in text_of(client.get(f"{address}?status=open"))
    assert "No dial tone" not in text_of(client.get(f"{address}?stage=done"))
    assert client.get(f"{address}?cursor=nonsense").status_code == 302
    assert client.get(f"{address}?status=nonsense").status_code == 200


def test_requests_out_of_sight_are_not_listed(cast: Cast, web: Web) -> None:
    address = reverse("contact_requests", args=[cast.dimitra.pk])
    assert "A breach" not in text_of(web(cast.ada).get(address))
    assert "A breach" in text_of(web(cast.noor).get(address))


def test_people_of_an_organisation_come_page_by_page(cast: Cast, web: Web) -> None:
    page = text_of(web(cast.ada).get(reverse("organisation_people", args=[cast.acme.pk])))
    assert "Cleo Whitfield" in page
    assert f"/customers/add?organisation={cast.acme.pk}" in page
    assert f"Acme #{cast.acme.pk}" in text_of(web(cast.ada).get(f"/customers/add?organisation={cast.acme.pk}"))


@pytest.mark.parametrize("wanted", ["ΘΕΣΣΑΛΟΝΊΚΗ", "θεσσαλον", "sn-77-o1", "SN7701"])
def test_the_find_box_finds_serial_numbers_and_towns(cast: Cast, web: Web, wanted: str) -> None:
    add_site(cast.globex, by=SYSTEM, name="Depot", town="Θεσσαλονίκη")
    add_equipment(cast.globex, by=SYSTEM, called="Modem in the depot", serial="SN 77/01-X")
    for address in ("/find?q=", "/customers?find="):
        page = text_of(web(cast.ada).get(address + wanted))
        assert ("Depot" in page) or ("Modem in the depot" in page)


@pytest.mark.parametrize("page", ["equipment", "site"])
def test_the_tickets_about_it_go_on_with_the_older_ones(cast: Cast, web: Web, page: str) -> None:
    site = add_site(cast.acme, by=SYSTEM, name="Shop", town="Leeds")
    modem = add_equipment(cast.acme, by=SYSTEM, called="The modem", site=site)
    tickets = [asked(cast.cleo, "x", subject=f"Outage {each:02}").ticket for each in range(21)]
    for ticket in tickets:
        say_what_about(ticket.number, equipment=modem.pk, site=site.pk, by=cast.ada)
    address = reverse(page, args=[(modem if page == "equipment" else site).pk])
    first = text_of(web(cast.ada).get(address))
    assert "Outage 00" not in first and f'href="?before={tickets[1].pk}"' in first
    older = text_of(web(cast.ada).get(address, {"before": tickets[1].pk}))
    assert "Outage 00" in older and "Outage 01" not in older and 'rel="next"' not in older
    assert "Outage 20" in text_of(web(cast.ada).get(address, {"before": "x"}))
