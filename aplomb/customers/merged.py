"""Contacts that are one person under two entries: which they are, and whom a merged one leads to.

Merging re-points nothing: whoever reads what belongs to a contact reads what belongs to those merged into it too. A
contact with which nobody was merged costs no query here: its `has_merged` says so.
"""

from aplomb.customers.models import Contact

MOST_MERGED = 50


def end_of_contact(contact: Contact) -> Contact:
    """Whom the entry leads to, whatever was merged into what; itself where it stands alone."""
    while contact.merged_into_id is not None:
        contact = Contact.objects.select_related("organisation").get(pk=contact.merged_into_id)
    return contact


def contact_ids(contact: Contact) -> tuple[int, ...]:
    """The ids of the entry and of all that were merged into it. One query for each level, none for a plain contact."""
    found = [contact.pk]
    level = [contact.pk] if contact.has_merged else []
    while level:
        below = Contact.objects.filter(merged_into__in=level).order_by("pk").values_list("pk", "has_merged")
        rows = list(below)
        found += [pk for pk, _has_merged in rows]
        level = [pk for pk, has_merged in rows if has_merged]
    return tuple(found)


def entries_of(contact_id: int | None) -> tuple[int, ...]:
    """The ids of all entries of the person with this id; none for none."""
    found = Contact.objects.filter(pk=contact_id).first() if contact_id is not None else None
    return whole_contact_ids(found) if found is not None else ()


def whole_contact_ids(contact: Contact) -> tuple[int, ...]:
    """The ids of all entries of the person, whichever of them this one is."""
    return contact_ids(end_of_contact(contact))


def is_same_contact(one: Contact, two: Contact) -> bool:
    """Whether both entries are of one person."""
    return one.pk == two.pk or end_of_contact(one).pk == end_of_contact(two).pk
