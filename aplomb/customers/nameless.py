"""What stands where a contact's name is missing."""

from collections.abc import Iterable, Mapping

from aplomb.customers.models import ContactPoint


def first_addresses(contact_ids: Iterable[int]) -> Mapping[int, str]:
    """The first address or number of each of these contacts. No ids, no query."""
    wanted = set(contact_ids)
    found: dict[int, str] = {}
    if not wanted:
        return found
    points = ContactPoint.objects.filter(contact_id__in=wanted).order_by("id")
    for contact_id, value in points.values_list("contact_id", "value"):
        found.setdefault(contact_id, value)
    return found
