"""Who may be the same person under another entry: found along indexes, never by comparing everybody with everybody."""

import enum
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from aplomb.customers.merged import end_of_contact, whole_contact_ids
from aplomb.customers.models import Contact, ContactPoint

MOST = 10
LAST = "\U0010ffff"
# what stands before the at sign of many: it says nothing of a person
_SHARED = frozenset({"contact", "admin", "office", "sales", "support", "hello", "service", "billing", "noreply"})
_SHORTEST_LOCAL = 5
_SHORTEST_NUMBER = 6


class Why(enum.StrEnum):
    """What makes two entries look like one person."""

    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"


@dataclass(frozen=True)
class Twin:
    """Another entry, and why it may be the same person."""

    contact: Contact
    why: Why


def likely_twins(contact: Contact) -> tuple[Twin, ...]:
    """Other entries of perhaps the same person: the same name in the same organisation, the same number with and without
    its country, the same beginning of an address. At most ten; three queries and one for the entries found."""
    own = set(whole_contact_ids(contact))
    points = list(ContactPoint.objects.filter(contact__in=own).values_list("kind", "key")[:50])
    found: dict[int, Why] = {}
    for why, ids in (
        (Why.NAME, _by_name(contact)),
        (Why.PHONE, _by_number([key for kind, key in points if kind == ContactPoint.Kind.PHONE])),
        (Why.ADDRESS, _by_address([key for kind, key in points if kind == ContactPoint.Kind.EMAIL])),
    ):
        for pk in ids:
            found.setdefault(pk, why)
    rows = Contact.objects.filter(pk__in=found).select_related("organisation").prefetch_related("points").order_by("pk")
    twins: dict[int, Twin] = {}
    for row in rows:
        end = end_of_contact(row)
        if end.pk not in own:
            twins.setdefault(end.pk, Twin(end, found[row.pk]))
    order = list(Why)
    return tuple(sorted(twins.values(), key=lambda each: (order.index(each.why), each.contact.pk)))[:MOST]


def _by_name(contact: Contact) -> list[int]:
    if not contact.name.strip():
        return []
    found = Contact.objects.filter(name=contact.name, organisation=contact.organisation_id)
    return list(found.exclude(pk=contact.pk).order_by("pk").values_list("pk", flat=True)[: 2 * MOST])


def _by_number(keys: list[str]) -> list[int]:
    """The same digits without the country's, and with the zero that is dialled instead."""
    near: set[str] = set()
    for key in keys:
        digits = key.lstrip("+")
        if not key.startswith("+"):
            near |= {digits.lstrip("0"), f"0{digits}"}
            continue
        for length in (1, 2, 3):
            near |= {digits[length:], f"0{digits[length:]}"}
    wanted = {each for each in near if len(each) >= _SHORTEST_NUMBER}
    if not wanted:
        return []
    found = ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE, key__in=wanted).order_by("pk")
    return list(found.values_list("contact_id", flat=True)[: 2 * MOST])


def _by_address(keys: list[str]) -> list[int]:
    """The same words before the at sign, elsewhere."""
    either = Q()
    for key in keys[:10]:
        local = key.rpartition("@")[0].partition("+")[0]
        if len(local) >= _SHORTEST_LOCAL and local not in _SHARED:
            either |= _begins(f"{local}@") | _begins(f"{local}+")
    if not either:
        return []
    found = ContactPoint.objects.filter(either, kind=ContactPoint.Kind.EMAIL).order_by("key")
    return list(found.values_list("contact_id", flat=True)[: 2 * MOST])


def _begins(start: str) -> Q:
    # SQLite walks its index for a range but not for LIKE; PostgreSQL's order depends on the language, LIKE does not
    if connection.vendor == "postgresql":
        return Q(key__startswith=start)
    return Q(key__gte=start, key__lt=start + LAST)
