"""Contacts and organisations, and whose address it is."""

from typing import Any

import pytest

from aplomb.customers.actions import (
    add_contact,
    add_organisation,
    add_point,
    change_contact,
    contact_for_address,
    contact_for_number,
    remove_point,
)
from aplomb.customers.models import Contact, ContactPoint
from aplomb.customers.policies import may_see_customers
from aplomb.journal.actors import MAIL, SYSTEM
from aplomb.people.errors import NotAllowed, Wrong
from tests.cast import CLEO, Cast
from tests.moved import nothing_moves


def test_a_contact_belongs_to_the_organisation_of_their_domain(cast: Cast) -> None:
    assert (cast.cleo.organisation, cast.dimitra.organisation) == (cast.acme, cast.globex)
    assert add_contact(emails=("x@nowhere.example",), by=SYSTEM).organisation is None
    assert add_contact(phones=("+44 1632 960777",), by=SYSTEM).organisation is None


def test_an_address_names_one_contact_in_any_spelling(cast: Cast) -> None:
    assert contact_for_address(f" {CLEO.upper()} ".strip(), by=MAIL) == cast.cleo
    assert contact_for_number("0044 1632 960123", by=SYSTEM) == cast.cleo


def test_a_new_address_makes_a_contact_once(cast: Cast) -> None:
    first = contact_for_address("new@x.example", by=MAIL, name="New\r\nName", language="it")
    again = contact_for_address("NEW@x.example", by=MAIL, name="Another", language="es")
    assert first == again
    assert (again.name, again.language) == ("New Name", "it")


def test_a_gap_is_filled_and_nothing_overwritten(cast: Cast) -> None:
    nameless = contact_for_address("quiet@x.example", by=MAIL)
    assert (str(nameless), nameless.language) == ("without a name", "")
    told = contact_for_address("quiet@x.example", by=MAIL, name="Quiet", language="ro")
    assert (told.pk, told.name, told.language) == (nameless.pk, "Quiet", "ro")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "email"),
        ({"emails": ("nobody",)}, "email"),
        ({"emails": (CLEO,)}, "email"),
        ({"emails": ("fresh@x.example", CLEO.title())}, "email"),
        ({"phones": ("call me",)}, "phone"),
        ({"phones": ("+441632960123",)}, "phone"),
        ({"emails": ("a@b.example",), "language": "xx"}, "language"),
        ({"emails": ("a@b.example",), "time_zone": "Mars/Base"}, "time_zone"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_by_field(cast: Cast, values: Any, field: str) -> None:
    with nothing_moves(), pytest.raises(Wrong) as refused:
        add_contact(name="x", by=cast.ada, **values)
    assert refused.value.field == field


def test_what_no_database_holds_is_left_out(cast: Cast) -> None:
    contact = add_contact(name="A\x00da\ud800", note="x\x00y\ud800", emails=("odd@x.example",), by=cast.ada)
    contact.refresh_from_db()
    assert (contact.name, contact.note) == ("A da", "xy?")
    change_contact(contact, by=cast.ada, note="\x00z", name="n" * 500)
    contact.refresh_from_db()
    assert (contact.note, contact.name) == ("z", "n" * 160)
    assert add_organisation(name="\x00Initech\n", note="\x00", by=cast.ada).name == "Initech"


def test_the_same_address_twice_is_one_point(cast: Cast) -> None:
    with nothing_moves():
        add_point(cast.cleo, "email", CLEO.upper(), by=cast.ada)


def test_the_last_point_stays(cast: Cast) -> None:
    phone = ContactPoint.objects.get(contact=cast.cleo, kind="phone")
    remove_point(phone, by=cast.ada)
    last = ContactPoint.objects.get(contact=cast.cleo)
    with nothing_moves(), pytest.raises(Wrong, match="at least one"):
        remove_point(last, by=cast.ada)


def test_a_contact_lives_in_their_own_zone_or_the_organisations(cast: Cast) -> None:
    assert cast.cleo.zone_name == ""
    cast.acme.time_zone = "Pacific/Auckland"
    assert Contact(name="x", organisation=cast.acme).zone_name == "Pacific/Auckland"
    assert Contact(name="x", organisation=cast.acme, time_zone="Europe/Rome").zone_name == "Europe/Rome"


@pytest.mark.parametrize(
    ("who", "may"),
    [("ada", True), ("bo", True), ("max", True), ("lena", True), ("olga", False), ("tariq", False), ("aud", False)],
)
def test_who_may_change_customers(cast: Cast, who: str, may: bool) -> None:
    by = getattr(cast, who)
    assert may_see_customers(by)
    if may:
        assert change_contact(cast.cleo, by=by, note=who).note == who
        return
    for refused in (
        lambda: change_contact(cast.cleo, by=by, note="x"),
        lambda: add_contact(emails=("a@b.example",), by=by),
        lambda: add_organisation(name="x", by=by),
        lambda: add_point(cast.cleo, "email", "a@b.example", by=by),
        lambda: remove_point(ContactPoint.objects.get(contact=cast.cleo, kind="phone"), by=by),
    ):
        with nothing_moves(), pytest.raises(NotAllowed):
            refused()


def test_a_customer_changes_no_customers(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(NotAllowed):
        change_contact(cast.cleo, by=cast.cleo, note="x")
    assert not may_see_customers(cast.cleo)
