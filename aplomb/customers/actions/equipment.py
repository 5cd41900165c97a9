"""Writing what customers have."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.catalogue.models import Product
from aplomb.customers.actions.places import clean_line, clean_lines, mark, owner_of
from aplomb.customers.keys import serial_key
from aplomb.customers.models import Equipment, Has, Site
from aplomb.customers.owners import Owner, belongs_to, owned_by
from aplomb.customers.policies import may_change_customers
from aplomb.journal.actors import Actor
from aplomb.people.errors import Wrong
from aplomb.people.policies import require

LINES = {"called": 120, "model": 80, "serial": 80}
FIELDS = (*LINES, "product", "site", "versions", "installed_on", "note")
MOST_VERSIONS = 30
Pairs = Iterable[tuple[str, str]]


def add_equipment(owner: Owner, *, by: Actor, **given: Any) -> Equipment:
    """A device, line or program of the customer; `given` as in change_equipment. Raises Wrong, NotAllowed."""
    require(may_change_customers(by))
    row = Equipment(**owned_by(owner))
    _write(row, owner, given)
    with transaction.atomic():
        row.save()
        mark(owner, Has.EQUIPMENT)
    return row


def change_equipment(row: Equipment, *, by: Actor, **given: Any) -> Equipment:
    """Change what is given: product, model, serial, called, site, versions (pairs), installed_on, note.

    A serial number that another device has is taken: whoever shows it says whose (`reads.same_serial`). Raises Wrong,
    NotAllowed.
    """
    require(may_change_customers(by))
    _write(row, owner_of(row), given)
    if given:
        row.save(update_fields=sorted({*given, "serial_key"}))
    return row


def remove_equipment(row: Equipment, *, by: Actor, is_active: bool = False) -> None:
    """It is gone from there, or back with `is_active`. Tickets about it stay. Raises NotAllowed."""
    require(may_change_customers(by))
    row.is_active = is_active
    row.save(update_fields=["is_active"])


def read_versions(text: str) -> list[tuple[str, str]]:
    """Pairs from lines such as `firmware: 2.1.4`. Raises Wrong for a line that is none."""
    found = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip():
            continue
        name, colon, version = line.partition(":")
        if not colon or not name.strip() or not version.strip():
            raise Wrong("versions", _("“%(line)s” has no version. Write firmware: 2.1") % {"line": line.strip()[:40]})
        found.append((name.strip(), version.strip()))
    return found


def _write(row: Equipment, owner: Owner, given: dict[str, Any]) -> None:
    unknown = given.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"equipment has no {sorted(unknown)[0]}")
    for name, value in given.items():
        if name in LINES:
            setattr(row, name, clean_line(str(value or ""), LINES[name]))
    if "note" in given:
        row.note = clean_lines(str(given["note"] or ""), 4000)
    if "product" in given:
        _product(row, given["product"])
    if "site" in given:
        _site(row, owner, given["site"])
    if "versions" in given:
        row.versions = _versions(given["versions"])
    if "installed_on" in given:
        row.installed_on = _day(given["installed_on"])
    row.serial_key = serial_key(row.serial)
    if row.serial and not row.serial_key:
        raise Wrong("serial", _("A serial number has letters or digits."))
    if row.product is None and not (row.called or row.model):
        raise Wrong("product", _("Choose a product, or say what it is in your own words."))


def _product(row: Equipment, product: Product | None) -> None:
    if product is not None and not product.is_active and product.pk != row.product_id:
        raise Wrong("product", _("%(name)s is no longer in the catalogue.") % {"name": product.shown_name})
    row.product = product


def _site(row: Equipment, owner: Owner, site: Site | None) -> None:
    if site is not None and not Site.objects.filter(belongs_to(owner), pk=site.pk).exists():
        raise Wrong("site", _("This is no place of this customer."))
    row.site = site


def _versions(pairs: Pairs) -> list[list[str]]:
    found = {clean_line(name, 40): clean_line(version, 80) for name, version in pairs}
    if len(found) > MOST_VERSIONS:
        raise Wrong("versions", _("At most %(count)s versions.") % {"count": MOST_VERSIONS})
    return [[name, version] for name, version in found.items()]


def _day(day: dt.date | None) -> dt.date | None:
    if day is not None and not 1950 <= day.year <= 2100:
        raise Wrong("installed_on", _("This day cannot be."))
    return day
