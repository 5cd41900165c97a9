"""What pages show of a customer's places, equipment and notes: a bounded number of queries each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection
from django.db.models import F, Q, QuerySet

from aplomb.customers.keys import looks_like_serial, serial_key, serials_in, town_key
from aplomb.customers.models import CodeLook, CustomerNote, Equipment, Has, Site
from aplomb.customers.owners import Circle, Owner, belongs_to

ROWS = 30
FOUND = 10
# beside a ticket
SHORT = 5
# of how many devices of one customer the serial numbers are looked for in what they write
KNOWN_SERIALS = 1000
READ_OF_A_TEXT = 20_000
LAST = "\U0010ffff"

# as an expression it lures no planner into walking all rows by their ids for the few of one customer
OLDEST = (F("id") + 0).asc()
NEWEST = (F("id") + 0).desc()

T = TypeVar("T", Site, Equipment)


@dataclass(frozen=True)
class SitesPage:
    """Sites, those in use first; `after` goes on (0: no more)."""

    rows: tuple[Site, ...]
    after: int = 0


@dataclass(frozen=True)
class EquipmentPage:
    """Equipment with its site and product; `after` goes on (0: no more); by id, who else has the serial number."""

    rows: tuple[Equipment, ...]
    after: int = 0
    also: dict[int, tuple[Equipment, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class NotesPage:
    """Notes, pinned ones first, then the newest; `before` goes on (0: no more)."""

    rows: tuple[CustomerNote, ...]
    before: int = 0


def sites_page(owner: Owner, *, after: int = 0, rows: int = ROWS) -> SitesPage:
    """Those in use, then those that are not any more. One query."""
    found = Site.objects.filter(belongs_to(owner)).order_by("-is_active", "id")
    found = _after(found, after)
    page = list(found[: rows + 1])
    return SitesPage(tuple(page[:rows]), page[rows - 1].pk if len(page) > rows else 0)


def equipment_page(owner: Owner, *, after: int = 0, find: str = "", rows: int = ROWS) -> EquipmentPage:
    """What is in use, then what was removed; `find` is the beginning of a serial number. Two queries."""
    found = Equipment.objects.filter(belongs_to(owner)).select_related("product", "site")
    key = serial_key(find)
    if find:
        found = found.filter(_begins("serial_key", key)) if key else found.none()
    page = list(_after(found, after).order_by("-is_active", "id")[: rows + 1])
    shown = page[:rows]
    return EquipmentPage(tuple(shown), page[rows - 1].pk if len(page) > rows else 0, same_serials(shown))


def _after(found: "QuerySet[T]", after: int) -> "QuerySet[T]":
    """The rows behind that one, in the order of use and id."""
    if not after:
        return found
    last = found.model._default_manager.filter(pk=after).values_list("is_active", flat=True).first()
    if last is None:
        return found
    further = Q(is_active=last, pk__gt=after)
    return found.filter(further | Q(is_active=False)) if last else found.filter(further)


def sites_to_choose(owner: Owner, *, also: int | None = None) -> list[Site]:
    """Sites in use, and the one with the id `also`; the first 200."""
    found = Site.objects.filter(belongs_to(owner)).filter(Q(is_active=True) | Q(pk=also))
    return list(found.order_by("-is_active", "id")[:200])


def known_areas(*, most: int = 100) -> list[str]:
    """Travel zones in use, for suggestions."""
    found = Site.objects.exclude(area="").order_by("area").values_list("area", flat=True).distinct()
    return list(found[:most])


def same_serials(rows: Iterable[Equipment]) -> dict[int, tuple[Equipment, ...]]:
    """For each of these whose serial number others have too: those others. One query, none without serial numbers."""
    by_key: dict[str, list[Equipment]] = {}
    for each in rows:
        if each.serial_key:
            by_key.setdefault(each.serial_key, []).append(each)
    if not by_key:
        return {}
    others = Equipment.objects.filter(serial_key__in=by_key).select_related("organisation", "contact", "product")
    found: dict[int, tuple[Equipment, ...]] = {}
    # in the order of their index: by id, SQLite would rather walk the whole table
    for other in others.order_by("serial_key")[: 10 * len(by_key)]:
        for each in by_key[other.serial_key]:
            if each.pk != other.pk:
                found[each.pk] = (*found.get(each.pk, ()), other)
    return found


def notes_page(owner: Owner, *, before: int = 0, rows: int = ROWS) -> NotesPage:
    """Notes with who wrote and struck them. The pinned ones stand above the first page. One query."""
    found = CustomerNote.objects.filter(belongs_to(owner)).select_related("person", "struck_by")
    last = CustomerNote.objects.filter(pk=before).first() if before else None
    if last is not None:
        below = Q(is_pinned=last.is_pinned, pk__lt=before)
        found = found.filter(below | Q(is_pinned=False) if last.is_pinned else below)
    page = list(found.order_by("-is_pinned", "-id")[: rows + 1])
    return NotesPage(tuple(page[:rows]), page[rows - 1].pk if len(page) > rows else 0)


def pinned_notes(where: Q) -> list[CustomerNote]:
    """The newest pinned notes of these owners."""
    found = CustomerNote.objects.filter(where, is_pinned=True).select_related("person")
    return list(found.order_by(NEWEST)[:SHORT])


def looks_at_code(site: Site) -> list[CodeLook]:
    """Who looked at the code of the door lately, the newest first."""
    return list(CodeLook.objects.filter(site=site).select_related("person").order_by("-id")[:FOUND])


@dataclass(frozen=True)
class Beside:
    """What the column beside a ticket shows of the customer: a few of each, and how many there are more."""

    sites: tuple[Site, ...] = ()
    more_sites: bool = False
    equipment: tuple[Equipment, ...] = ()
    more_equipment: bool = False
    pinned: tuple[CustomerNote, ...] = ()


def beside_ticket(circle: Circle) -> Beside:
    """One query for each of sites, equipment and pinned notes, and none for what the customer has none of."""
    has = Has(circle.has)
    sites: list[Site] = []
    equipment: list[Equipment] = []
    if Has.SITES in has:
        sites = list(Site.objects.filter(circle.mine, is_active=True).order_by(OLDEST)[: SHORT + 1])
    if Has.EQUIPMENT in has:
        found = Equipment.objects.filter(circle.mine, is_active=True).select_related("product", "site")
        equipment = list(found.order_by(NEWEST)[: SHORT + 1])
    return Beside(
        tuple(sites[:SHORT]),
        len(sites) > SHORT,
        tuple(equipment[:SHORT]),
        len(equipment) > SHORT,
        tuple(pinned_notes(circle.mine)) if Has.PINNED in has else (),
    )


def equipment_named_in(circle: Circle, texts: Iterable[str]) -> list[Equipment]:
    """Equipment of this customer whose whole serial number stands in these texts, at most five.

    No query where the customer has none, else one, and one more where a number stands there.
    """
    if Has.EQUIPMENT not in Has(circle.has):
        return []
    owned = Equipment.objects.filter(circle.mine, is_active=True).exclude(serial_key="").order_by(NEWEST)
    keys = frozenset(owned.values_list("serial_key", flat=True)[:KNOWN_SERIALS])
    named = dict.fromkeys(key for text in texts for key in serials_in(text[:READ_OF_A_TEXT], keys))
    if not named:
        return []
    return list(owned.filter(serial_key__in=list(named)).select_related("product", "site")[:SHORT])


def places_to_name(circle: Circle, *, find: str = "", most: int = 50) -> dict[str, Any]:
    """What a ticket of this customer may name: sites and equipment in use; `find` is the beginning of a serial number.

    `has_more`: there is more equipment than is shown.
    """
    equipment = Equipment.objects.filter(circle.mine, is_active=True).select_related("product", "site")
    if find:
        equipment = equipment.filter(_begins("serial_key", serial_key(find)))
    rows = list(equipment.order_by(NEWEST)[: most + 1])
    sites = Site.objects.filter(circle.mine, is_active=True).order_by(OLDEST)[:most]
    return {"equipment": rows[:most], "has_more": len(rows) > most, "sites": list(sites)}


@dataclass(frozen=True)
class Found:
    """What a search finds beside tickets and contacts."""

    equipment: tuple[Equipment, ...] = ()
    sites: tuple[Site, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.equipment or self.sites)


def find_places(text: str) -> Found:
    """Equipment by the beginning of its serial number, sites by that of their town. Two index walks at most."""
    wanted = " ".join(text.split())[:80]
    key = serial_key(wanted)
    equipment: list[Equipment] = []
    if looks_like_serial(key):
        found = Equipment.objects.filter(_begins("serial_key", key))
        equipment = list(found.select_related("organisation", "contact", "product").order_by("serial_key")[:FOUND])
    sites: list[Site] = []
    town = town_key(wanted)
    if len(town) >= 2 and not town[0].isdigit():
        places = Site.objects.filter(_begins("town_key", town)).select_related("organisation", "contact")
        sites = list(places.order_by("town_key")[:FOUND])
    return Found(tuple(equipment), tuple(sites))


def _begins(name: str, start: str) -> Q:
    # SQLite walks its index for a range but not for LIKE; PostgreSQL's order depends on the language, LIKE does not
    if connection.vendor == "postgresql":
        return Q(**{f"{name}__startswith": start})
    return Q(**{f"{name}__gte": start, f"{name}__lt": start + LAST})
