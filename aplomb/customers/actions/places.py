"""Writing sites, and who looked at the code of a door."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.customers.addresses import looks_like_phone
from aplomb.customers.hours import NoHours, read_week
from aplomb.customers.keys import town_key
from aplomb.customers.models import CodeLook, Equipment, Has, Site
from aplomb.customers.owners import Owner, owned_by
from aplomb.customers.policies import may_change_customers, may_see_codes
from aplomb.journal.actors import Actor
from aplomb.lib.text import clean_text
from aplomb.lib.time import known_zone
from aplomb.people.errors import NotFound, Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require

LINES = {
    "name": 120,
    "postcode": 20,
    "town": 80,
    "area": 60,
    "opener": 120,
    "entrance": 300,
    "code": 120,
    "hours_note": 300,
}
TEXTS = {"address": 400, "note": 4000}
FIELDS = (*LINES, *TEXTS, "country", "time_zone", "opener_phone", "hours")


def add_site(owner: Owner, *, by: Actor, **given: Any) -> Site:
    """A place of the customer; `given` as in change_site. Raises Wrong, NotAllowed."""
    require(may_change_customers(by))
    site = Site(**owned_by(owner))
    _write(site, given)
    with transaction.atomic():
        site.save()
        mark(owner, Has.SITES)
    return site


def change_site(site: Site, *, by: Actor, **given: Any) -> Site:
    """Change what is given: any of FIELDS. `hours` are seven texts, Monday first. Raises Wrong, NotAllowed."""
    require(may_change_customers(by))
    _write(site, given)
    if given:
        site.save(update_fields=sorted({*given, "town_key"}))
    return site


def retire_site(site: Site, *, by: Actor, is_active: bool = False) -> None:
    """Nobody goes there any more, or again with `is_active`. What stood there keeps its place. Raises NotAllowed."""
    require(may_change_customers(by))
    site.is_active = is_active
    site.save(update_fields=["is_active"])


def look_at_code(site: Site, *, by: Actor) -> str:
    """The code of the door; that it was looked at, and by whom, is kept. Raises NotAllowed, NotFound where there is none."""
    require(may_see_codes(by))
    if not isinstance(by, Person) or not site.code:
        raise NotFound
    CodeLook.objects.create(site=site, person=by)
    return site.code


def mark(owner: Owner, has: Has) -> None:
    """Note on the customer that they have such a thing. Locked, so that two at once lose no bit."""
    row = type(owner)._default_manager.select_for_update().only("has").get(pk=owner.pk)
    if row.has | has != row.has:
        row.has |= has
        row.save(update_fields=["has"])
    owner.has = row.has


def unmark(owner: Owner, has: Has) -> None:
    """Take the bit away where nothing of the kind is left."""
    row = type(owner)._default_manager.select_for_update().only("has").get(pk=owner.pk)
    if row.has & has:
        row.has &= ~has
        row.save(update_fields=["has"])
    owner.has = row.has


def owner_of(row: "Site | Equipment") -> Owner:
    """The organisation or contact whose it is."""
    found = row.organisation or row.contact
    assert found is not None
    return found


def _write(site: Site, given: dict[str, Any]) -> None:
    unknown = given.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"a site has no {sorted(unknown)[0]}")
    for name, value in given.items():
        setattr(site, name, _read(name, value))
    site.town_key = town_key(site.town)
    if not (site.name or site.address or site.town):
        raise Wrong("name", _("Say what place it is: a name, a street or a town."))


def _read(name: str, value: Any) -> Any:
    if name in LINES:
        return clean_line(str(value or ""), LINES[name])
    if name in TEXTS:
        return clean_lines(str(value or ""), TEXTS[name])
    if name == "hours":
        return _hours(value or [])
    text = str(value or "").strip()
    if name == "country" and text and not (len(text) == 2 and text.isascii() and text.isalpha()):
        raise Wrong("country", _("There is no such country."))
    if name == "time_zone" and text and not known_zone(text):
        raise Wrong("time_zone", _("There is no time zone %(name)s.") % {"name": text[:40]})
    if name == "opener_phone" and text and not looks_like_phone(text):
        raise Wrong("opener_phone", _("%(number)s is not a phone number.") % {"number": text[:40]})
    return text.upper() if name == "country" else text


def _hours(texts: list[str]) -> list[list[list[int]]]:
    try:
        return read_week(texts)
    except NoHours as wrong:
        raise Wrong("hours", _("These are no hours: %(text)s. Write 9:00-17:00.") % {"text": str(wrong)[:40]}) from None


def clean_line(text: str, most: int) -> str:
    """One line without controls, at most so long. The joiner stays: emoji are made with it."""
    plain = "".join(each if each.isprintable() or each == "\u200d" else " " for each in clean_text(text))
    return " ".join(plain.split())[:most].rstrip()


def clean_lines(text: str, most: int) -> str:
    """Lines without blanks at their ends, at most so many characters in all."""
    lines = [each.rstrip() for each in clean_text(text).replace("\r\n", "\n").split("\n")]
    return "\n".join(lines).strip()[:most]
