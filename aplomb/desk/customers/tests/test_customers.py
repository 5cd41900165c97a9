"""Contacts and organisations."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aplomb.customers.actions import add_contact, add_organisation
from aplomb.customers.models import Contact, ContactPoint, Organisation
from aplomb.desk.customers.reads import find_contacts, newest_contacts
from aplomb.journal.actors import SYSTEM
from tests.cast import CLEO, Cast
from tests.moved import nothing_moves

Web = Callable[..., Client]
NEW: dict[str, Any] = {"name": "Ștefan Țepeș", "email": "stefan@acme.example", "language": "ro", "time_zone": ""}


@pytest.mark.parametrize(
    "wanted", ["Δήμη", "δήμητρα", "ΔΉΜΗΤΡΑ", "Παππά", "παππα", "dimitra@", "dimitra@globex.example", " Δήμητρα  Π "]
)
def test_somebody_is_found_by_name_and_address(cast: Cast, drain: Callable[[], int], wanted: str) -> None:
    drain()
    assert cast.dimitra in find_contacts(wanted).contacts
    assert cast.cleo not in find_contacts(wanted).contacts


@pytest.mark.parametrize("wanted", ["+44 1632", "0044 1632 960123", "+44(1632)960-123"])
def test_somebody_is_found_by_number(cast: Cast, wanted: str) -> None:
    assert find_contacts(wanted).contacts == (cast.cleo,)


@pytest.mark.parametrize("wanted", ["", "  ", "%", "_", "zzz", "'; DROP TABLE", "x" * 300, "@", "\U0010ffff"])
def test_nobody_is_found_by_nonsense(cast: Cast, wanted: str) -> None:
    assert find_contacts(wanted).contacts == ()


@pytest.mark.sqlite  # reads SQLite's plans
def test_finding_walks_indexes_only(cast: Cast) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        find_contacts("Dim")
    for query in asked.captured_queries:
        if '"customers_' in query["sql"]:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
                plan = [row[3] for row in cursor.fetchall()]
            assert not [step for step in plan if step.startswith("SCAN customers_")], (query["sql"], plan)


def test_the_list_goes_on_where_it_ended(cast: Cast) -> None:
    for number in range(5):
        add_contact(emails=(f"n{number}@acme.example",), by=SYSTEM)
    first = newest_contacts(rows=3)
    rest = newest_contacts(before=first.before, rows=10)
    ids = [each.pk for each in first.contacts + rest.contacts]
    assert ids == sorted(Contact.objects.values_list("pk", flat=True), reverse=True)
    assert rest.before == 0


def test_the_list_needs_as_many_queries_for_many_as_for_few(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    client.get(reverse("contacts"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("contacts"))
    for number in range(60):
        add_contact(name=f"N {number}", emails=(f"n{number}@acme.example",), by=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("contacts"))
    assert len(many) == len(few)


def test_a_contact_is_added(cast: Cast, web: Web) -> None:
    answer = web(cast.ada).post(reverse("add_contact"), NEW | {"organisation": f"Acme #{cast.acme.pk}"})
    made = Contact.objects.get(name="Ștefan Țepeș")
    assert answer["Location"] == reverse("contact", args=[made.pk])
    assert (made.organisation, made.language, [str(each) for each in made.points.all()]) == (
        cast.acme,
        "ro",
        ["stefan@acme.example"],
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "x"}, "email"),
        ({"email": CLEO.upper()}, "email"),
        ({"phone": "abc"}, "phone"),
        ({"phone": "+44 1632 960123"}, "phone"),
        ({"organisation": "Nobody Ltd"}, "organisation"),
        ({"organisation": "Acme #99999999999999999999"}, "organisation"),
        ({"language": "tlh"}, "language"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"name": "x" * 161}, "name"),
    ],
)
def test_a_wrong_contact_is_not_added(cast: Cast, web: Web, wrong: Any, field: str) -> None:
    client = web(cast.ada)
    with nothing_moves():
        page = client.post(reverse("add_contact"), NEW | wrong)
    assert page.status_code == 400
    assert f'href="#id_{field}"' in page.content.decode()


def test_two_organisations_of_one_name_are_told_apart(cast: Cast, web: Web) -> None:
    other = add_organisation(name="Acme", by=SYSTEM)
    client = web(cast.ada)
    page = client.post(reverse("contact", args=[cast.cleo.pk]), {"name": "Cleo", "organisation": "Acme"})
    assert "Several organisations have this name" in page.content.decode()
    client.post(reverse("contact", args=[cast.cleo.pk]), {"name": "Cleo", "organisation": f"Acme #{other.pk}"})
    cast.cleo.refresh_from_db()
    assert cast.cleo.organisation == other


def test_what_is_known_of_a_contact_is_changed(cast: Cast, web: Web) -> None:
    given = {
        "name": "Cleo W.",
        "address_as": "Ms W.",
        "language": "es",
        "time_zone": "Europe/Madrid",
        "note": "Rings late.",
    }
    web(cast.ada).post(reverse("contact", args=[cast.cleo.pk]), given)
    cast.cleo.refresh_from_db()
    assert {name: getattr(cast.cleo, name) for name in given} == given
    assert cast.cleo.organisation is None


@pytest.mark.parametrize("wrong", [{"language": "tlh"}, {"time_zone": "x"}, {"note": "x" * 4001}])
def test_a_contact_is_not_changed_to_something_wrong(cast: Cast, web: Web, wrong: Any) -> None:
    client = web(cast.ada)
    with nothing_moves():
        assert client.post(reverse("contact", args=[cast.cleo.pk]), {"name": "C"} | wrong).status_code == 400


def test_addresses_are_added_and_removed_down_to_the_last(cast: Cast, web: Web) -> None:
    client, address = web(cast.ada), reverse("add_address", args=[cast.dimitra.pk])
    client.post(address, {"kind": "phone", "value": "+30 21 0000 0000"})
    first, second = ContactPoint.objects.filter(contact=cast.dimitra).order_by("id")
    client.post(reverse("remove_address", args=[cast.dimitra.pk, first.pk]))
    with nothing_moves():
        page = client.post(reverse("remove_address", args=[cast.dimitra.pk, second.pk]), follow=True)
    assert "A contact keeps at least one address or number." in page.content.decode()


@pytest.mark.parametrize(
    "given", [{}, {"kind": "email", "value": CLEO}, {"kind": "phone", "value": "x"}, {"kind": "fax", "value": "1234"}]
)
def test_a_wrong_address_is_not_added(cast: Cast, web: Web, given: Any) -> None:
    client = web(cast.ada)
    with nothing_moves():
        assert client.post(reverse("add_address", args=[cast.dimitra.pk]), given).status_code == 400


def test_an_address_is_removed_from_its_own_contact_only(cast: Cast, web: Web) -> None:
    client, point = web(cast.ada), ContactPoint.objects.filter(contact=cast.cleo).first()
    assert point is not None
    with nothing_moves():
        assert client.post(reverse("remove_address", args=[cast.dimitra.pk, point.pk])).status_code == 404


def test_a_contact_shows_the_tickets_that_one_may_see(cast: Cast, web: Web) -> None:
    address = reverse("contact", args=[cast.dimitra.pk])
    seen = {each: web(each).get(address).content.decode() for each in (cast.ada, cast.noor, cast.bo)}
    assert all(cast.greek.subject in page for page in seen.values())
    assert [cast.hidden.subject in seen[each] for each in (cast.ada, cast.noor, cast.bo)] == [False, True, True]


def test_an_organisation_shows_its_contacts_and_is_found_by_name(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    page = client.get(reverse("organisation", args=[cast.globex.pk])).content.decode()
    assert "Δήμητρα Παππά" in page and cast.greek.subject in page and cast.hidden.subject not in page
    assert "Globex" in client.get(reverse("organisations"), {"find": "glob"}).content.decode()
    assert "Globex" not in client.get(reverse("organisations"), {"find": "acme"}).content.decode()


def test_an_organisation_is_added(cast: Cast, web: Web) -> None:
    web(cast.ada).post(reverse("add_organisation"), {"name": "Initech", "domain": "@Initech.example"})
    assert Organisation.objects.get(name="Initech").domain == "initech.example"


@pytest.mark.parametrize("given", [{}, {"name": " "}, {"name": "x", "language": "tlh"}, {"name": "x" * 161}])
def test_a_wrong_organisation_is_not_added(cast: Cast, web: Web, given: Any) -> None:
    client = web(cast.ada)
    with nothing_moves():
        assert client.post(reverse("add_organisation"), given).status_code == 400


@pytest.mark.parametrize(
    "name", ["contacts", "contact", "organisations", "organisation", "add_contact", "add_organisation"]
)
def test_the_staff_look_and_agents_change(cast: Cast, web: Web, name: str) -> None:
    which = {"contact": [cast.cleo.pk], "organisation": [cast.acme.pk]}.get(name, [])
    address, changes = reverse(name, args=which), name.startswith("add_")
    agents = [web(each) for each in (cast.ada, cast.bo, cast.max, cast.lena)]
    others = [web(each) for each in (cast.aud, cast.olga, cast.tariq)]
    with nothing_moves():
        assert web().get(address).status_code == 302
        assert [client.get(address).status_code for client in agents] == [200] * 4
        assert [client.get(address).status_code for client in others] == [404 if changes else 200] * 3
        for client in others:
            assert client.post(address, NEW).status_code in {404, 405}


def test_who_may_not_change_a_contact_gets_404_and_sees_no_form(cast: Cast, web: Web) -> None:
    client = web(cast.aud)
    point = cast.cleo.points.all()[0]
    with nothing_moves():
        for name, which in (("add_address", [cast.cleo.pk]), ("remove_address", [cast.cleo.pk, point.pk])):
            assert client.post(reverse(name, args=which), {"kind": "phone", "value": "12345"}).status_code == 404
    assert (
        reverse("add_address", args=[cast.cleo.pk])
        not in client.get(reverse("contact", args=[cast.cleo.pk])).content.decode()
    )


def test_hostile_names_are_text(cast: Cast, web: Web) -> None:
    contact = add_contact(name="<script>alert(1)</script>", emails=("h@acme.example",), note="<b>", by=SYSTEM)
    for name, which in (("contact", [contact.pk]), ("contacts", [])):
        assert "<script>alert" not in web(cast.ada).get(reverse(name, args=which)).content.decode()


def test_an_organisation_is_changed_by_who_may(cast: Cast, web: Web) -> None:
    address = reverse("organisation", args=[cast.acme.pk])
    given = {
        "name": "Acme & Daughters",
        "domain": "@Acme.example",
        "language": "el",
        "time_zone": "Europe/Athens",
        "note": "",
    }
    assert web(cast.aud).post(address, given).status_code == 404
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Acme"
    assert web(cast.ada).post(address, given).status_code == 302
    cast.acme.refresh_from_db()
    assert (cast.acme.name, cast.acme.domain, cast.acme.language) == ("Acme & Daughters", "acme.example", "el")


def test_an_organisation_keeps_its_name_when_none_is_given(cast: Cast, web: Web) -> None:
    address = reverse("organisation", args=[cast.acme.pk])
    page = web(cast.ada).post(address, {"name": " ", "domain": "", "language": "", "time_zone": "", "note": ""})
    assert page.status_code == 400
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Acme"
