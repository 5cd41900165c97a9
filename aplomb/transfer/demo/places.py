"""The catalogue of the demo's world, and what its customers have and where."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from aplomb.catalogue.actions import add_product, retire_product
from aplomb.catalogue.models import Product
from aplomb.customers.actions.equipment import add_equipment
from aplomb.customers.actions.notes import add_customer_note
from aplomb.customers.actions.places import add_site
from aplomb.customers.models import Equipment, Organisation, Site
from aplomb.journal.actors import SYSTEM
from aplomb.lib.time import as_if_at, utc_now
from aplomb.people.models import Person
from aplomb.tickets.actions.about import say_what_about
from aplomb.tickets.models import Ticket

WORLD = Path(__file__).parent / "world"
SINCE = dt.timedelta(days=200)


def furnish_world() -> None:
    """Products, sites, equipment and notes, once the world was played."""
    found = _read("places.toml")
    with transaction.atomic(), as_if_at(utc_now() - SINCE):
        products = {row["name"]: _product(dict(row)) for row in found["products"]}
        sites: dict[str, Site] = {}
        for row in found["sites"]:
            given = dict(row)
            key, owner = given.pop("key"), _organisation(given.pop("organisation"))
            sites[key] = add_site(owner, by=SYSTEM, **given)
        named = [_equipment(dict(row), products, sites) for row in found["equipment"]]
        people = {row["key"]: row["email"] for row in _read("people.toml")["people"]}
        for row in found["notes"]:
            by = Person.objects.get(email=people[row["by"]])
            add_customer_note(
                _organisation(row["organisation"]), row["text"], by=by, is_pinned=row.get("pinned", False)
            )

    for made, subject in named:
        if subject:
            ticket = Ticket.objects.get(subject=subject)
            with as_if_at(ticket.activity_at):
                say_what_about(ticket.number, equipment=made.pk, by=SYSTEM)


def _product(given: dict[str, Any]) -> Product:
    is_retired = given.pop("retired", False)
    made = add_product(by=SYSTEM, **given)
    if is_retired:
        retire_product(made, by=SYSTEM)
    return made


def _equipment(given: dict[str, Any], products: dict[str, Product], sites: dict[str, Site]) -> tuple[Equipment, str]:
    """The device, and the subject of the ticket that is about it."""
    about, owner = given.pop("about", ""), _organisation(given.pop("organisation"))
    given["product"], given["site"] = products[given["product"]], sites[given["site"]]
    given["versions"] = list(given.get("versions", {}).items())
    return add_equipment(owner, by=SYSTEM, **given), about


def _organisation(word: str) -> Organisation:
    """By its mail domain, or by its name."""
    return Organisation.objects.get(**({"domain": word} if ".example" in word else {"name": word}))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((WORLD / name).read_text(encoding="utf-8"))
