"""Contacts: found, added, changed."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplomb.api.tests.conftest import Machine
from aplomb.customers.actions import add_contact
from aplomb.customers.models import Contact, ContactPoint
from aplomb.journal.actors import SYSTEM
from tests.cast import Cast


def ids(answer: Any) -> list[int]:
    return [each["id"] for each in answer.json()["items"]]


def test_contacts_are_found_by_address_number_and_name(cast: Cast, ada: Machine) -> None:
    cleo, dimitra = [cast.cleo.pk], [cast.dimitra.pk]
    for text, found in (
        ("CLEO@acme.example", cleo),
        ("0044 1632 960123", cleo),
        ("whit", cleo),
        ("δήμητρα", dimitra),
        ("nobody", []),
        ("", cleo + dimitra),
    ):
        assert ids(ada.get("/contacts", {"q": text})) == found, text


def test_walking_the_pages_shows_each_contact_once(cast: Cast, ada: Machine) -> None:
    for place in range(5):
        add_contact(by=SYSTEM, emails=(f"n{place}@many.example",))
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ada.get("/contacts", {"limit": 2} | ({"cursor": cursor} if cursor else {}))
        seen += ids(page)
        cursor = page.json()["next"]
    assert seen == list(Contact.objects.order_by("id").values_list("pk", flat=True))


def test_a_new_contact_comes_back_as_it_was_sent(cast: Cast, ada: Machine) -> None:
    body = {
        "name": "Ștefan Țepeș",
        "emails": ["stefan@globex.example"],
        "phones": ["+44 1632 960999"],
        "language": "ro",
        "time_zone": "Europe/Bucharest",
        "address_as": "domnul Țepeș",
        "note": "Prefers mail.",
    }
    answer = ada.post("/contacts", body)
    shown = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/contacts/{shown['id']}"
    assert {name: shown[name] for name in body} == body
    assert shown["organisation"] == {"id": cast.globex.pk, "name": "Globex"}
    assert ada.get(f"/contacts/{shown['id']}").json() == shown


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"emails": []}, "emails"),
        ({"emails": ["cleo@acme.example"]}, "email"),
        ({"emails": ["a@b.example"], "language": "xx"}, "language"),
        ({"emails": ["a@b.example"], "time_zone": "Mars/North"}, "time_zone"),
        ({"emails": ["a@b.example"], "organisation": 987654}, "organisation"),
        ({"phones": ["12"]}, "phones.0"),
    ],
)
def test_a_wrong_contact_is_refused_and_not_kept(cast: Cast, ada: Machine, body: dict[str, Any], field: str) -> None:
    count = Contact.objects.count()
    answer = ada.post("/contacts", body)
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} == {field}
    assert Contact.objects.count() == count


def test_a_change_replaces_only_what_it_names(cast: Cast, ada: Machine) -> None:
    path = f"/contacts/{cast.cleo.pk}"
    shown = ada.patch(path, {"emails": ["c@acme.example"], "organisation": None}).json()
    assert (shown["emails"], shown["phones"]) == (["c@acme.example"], ["+44 1632 960123"])
    assert (shown["organisation"], shown["name"]) == (None, "Cleo Whitfield")


def test_a_refused_change_changes_nothing(cast: Cast, ada: Machine) -> None:
    path = f"/contacts/{cast.cleo.pk}"
    before = ada.get(path).json()
    for body in ({"name": "X", "emails": [], "phones": []}, {"name": "X", "emails": ["dimitra@globex.example"]}):
        assert ada.patch(path, body).status_code == 422
    assert Machine(cast.aud).patch(path, {"name": "X"}).status_code == 403
    assert ada.get(path).json() == before
    assert ContactPoint.objects.filter(contact=cast.cleo).count() == 2


@pytest.mark.parametrize("pk", ["0", "987654", "9" * 30, "abc"])
def test_a_contact_that_is_not_there_is_not_found(ada: Machine, pk: str) -> None:
    assert ada.get(f"/contacts/{pk}").status_code == 404
    assert ada.patch(f"/contacts/{pk}", {"name": "X"}).status_code == 404


def test_the_list_costs_the_same_however_long(cast: Cast, ada: Machine) -> None:
    ada.get("/contacts")
    for place in range(9):
        add_contact(by=SYSTEM, emails=(f"n{place}@many.example",))
    with CaptureQueriesContext(connection) as queries:
        assert len(ids(ada.get("/contacts"))) == 11
    assert len(queries) <= 3, [each["sql"] for each in queries]
