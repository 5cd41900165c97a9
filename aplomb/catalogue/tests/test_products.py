"""Keeping the catalogue."""

from typing import Any

import pytest
from django.utils import translation

from aplomb.catalogue.actions import add_product, change_product, delete_product, retire_product
from aplomb.catalogue.errors import NotKeeper, ProductRefused
from aplomb.catalogue.models import Product
from aplomb.catalogue.reads import known_models
from aplomb.journal.actors import SYSTEM
from tests.cast import Cast
from tests.moved import nothing_moves


def test_an_administrator_keeps_it_and_nobody_else(cast: Cast) -> None:
    made = add_product(name="BP-620", maker="Borealis", kind="printer", model_names=["BP-620", "BP-620 N"], by=cast.max)
    with nothing_moves():
        for person in (cast.ada, cast.bo, cast.aud, cast.olga):
            with pytest.raises(NotKeeper):
                add_product(name="x", kind="router", by=person)
            with pytest.raises(NotKeeper):
                change_product(made, name="x", kind="router", by=person)
            with pytest.raises(NotKeeper):
                retire_product(made, by=person)
            with pytest.raises(NotKeeper):
                delete_product(made, by=person)
    assert known_models() == ["BP-620", "BP-620 N"]


def test_a_name_that_is_words_is_in_the_readers_language(db: None) -> None:
    made = add_product(name="Office line", kind="line", by=SYSTEM, names={"el": "Γραμμή γραφείου", "xx": "no"})
    assert made.names == {"el": "Γραμμή γραφείου"}
    for language, name in (("en", "Office line"), ("el", "Γραμμή γραφείου"), ("ro", "Office line")):
        with translation.override(language):
            assert made.shown_name == name


@pytest.mark.parametrize(("maker", "name", "shown"), [("Acme", "R1", "Acme R1"), ("Acme", "ACME R1", "ACME R1")])
def test_the_maker_stands_before_the_name_once(db: None, maker: str, name: str, shown: str) -> None:
    assert add_product(name=name, maker=maker, kind="router", by=SYSTEM).shown_name == shown


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \x00\n "}, "name"),
        ({"kind": "spaceship"}, "kind"),
        ({"name": "Router"}, "name"),
        ({"model_names": [str(number) for number in range(201)]}, "model_names"),
    ],
)
def test_a_wrong_product_is_refused(db: None, wrong: dict[str, Any], field: str) -> None:
    add_product(name="Router", kind="router", by=SYSTEM)
    given: dict[str, Any] = {"name": "Other", "kind": "router", "by": SYSTEM}
    with nothing_moves(), pytest.raises(ProductRefused) as refused:
        add_product(**(given | wrong))
    assert refused.value.field == field


def test_names_are_cleaned_and_models_stand_once(db: None) -> None:
    made = add_product(name="  Ρούτερ\t📶 \n", kind="router", model_names=["A", " A ", "", "Β\x07"], by=SYSTEM)
    assert (made.name, made.model_names) == ("Ρούτερ 📶", ["A", "Β"])


def test_a_product_that_nobody_has_is_deleted(cast: Cast) -> None:
    delete_product(add_product(name="Router", kind="router", by=SYSTEM), by=cast.max)
    assert not Product.objects.exists()
