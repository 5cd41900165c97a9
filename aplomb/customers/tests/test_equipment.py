"""What customers have, and the bits that say so."""

import threading

import pytest
from django.db import connections

from aplomb.catalogue.actions import add_product, delete_product, retire_product
from aplomb.catalogue.errors import ProductRefused
from aplomb.catalogue.reads import products_to_choose
from aplomb.customers.actions.equipment import add_equipment
from aplomb.customers.actions.notes import add_customer_note, strike_customer_note
from aplomb.customers.actions.places import add_site
from aplomb.customers.models import Has, Organisation
from aplomb.customers.owners import circle_of
from aplomb.journal.actors import SYSTEM
from aplomb.people.errors import NotAllowed
from tests.cast import Cast, gather
from tests.moved import nothing_moves


def test_a_product_that_somebody_has_is_retired_and_not_deleted(cast: Cast) -> None:
    made = add_product(name="Router", kind="router", by=SYSTEM)
    add_equipment(cast.acme, by=SYSTEM, product=made)
    with nothing_moves(), pytest.raises(ProductRefused):
        delete_product(made, by=cast.max)
    retire_product(made, by=cast.max)
    assert products_to_choose() == []
    assert products_to_choose(also=made.pk) == [made]
    retire_product(made, by=cast.max, is_active=True)
    assert products_to_choose() == [made]


def test_a_customer_bears_bits_of_what_they_have(cast: Cast) -> None:
    assert circle_of(cast.cleo).has == 0
    add_site(cast.acme, by=SYSTEM, name="Shop")
    add_equipment(cast.cleo, by=SYSTEM, called="Laptop")
    note = add_customer_note(cast.acme, "Pays late.", by=cast.ada, is_pinned=True)
    cast.cleo.refresh_from_db()
    assert Has(circle_of(cast.cleo).has) == Has.SITES | Has.EQUIPMENT | Has.NOTES | Has.PINNED
    strike_customer_note(note, by=cast.bo)
    cast.cleo.refresh_from_db()
    assert Has.PINNED not in Has(circle_of(cast.cleo).has)


def test_who_only_looks_adds_nothing(cast: Cast) -> None:
    with nothing_moves():
        for add in (add_site, add_equipment):
            with pytest.raises(NotAllowed):
                add(cast.acme, by=cast.aud)
        with pytest.raises(NotAllowed):
            add_customer_note(cast.acme, "x", by=cast.aud)


@pytest.mark.usefixtures("transactional_db")
def test_two_at_once_lose_no_bit() -> None:
    acme = gather().acme
    both_there = threading.Barrier(2)

    def add(what: str) -> None:
        try:
            owner = Organisation.objects.get(pk=acme.pk)
            both_there.wait(20)
            if what == "site":
                add_site(owner, by=SYSTEM, name="Shop")
            else:
                add_equipment(owner, by=SYSTEM, called="Till")
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=add, args=[what]) for what in ("site", "equipment")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    acme.refresh_from_db()
    assert Has(acme.has) == Has.SITES | Has.EQUIPMENT
