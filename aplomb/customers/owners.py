"""Whose a site, a device or a note is: an organisation's or a contact's, and what that makes of queries."""

from dataclasses import dataclass

from django.db.models import Q

from aplomb.customers.merged import end_of_contact, whole_contact_ids
from aplomb.customers.models import Contact, Has, Organisation

Owner = Organisation | Contact


def owned_by(owner: Owner) -> dict[str, Owner]:
    """The field that names the owner, for new rows."""
    return {"organisation": owner} if isinstance(owner, Organisation) else {"contact": owner}


def belongs_to(owner: Owner) -> Q:
    """Rows of this organisation, or of this contact under any of their entries."""
    if isinstance(owner, Organisation):
        return Q(organisation=owner.pk)
    return Q(contact__in=whole_contact_ids(owner))


@dataclass(frozen=True)
class Circle:
    """A contact under all their entries, with their organisation: whose things their tickets may name.

    `has` are bits of Has: without SITES or EQUIPMENT nobody need ask for any.
    """

    contacts: tuple[int, ...]
    organisations: tuple[int, ...]
    has: int

    @property
    def mine(self) -> Q:
        """Rows that belong to one of them."""
        if not self.organisations:
            return Q(contact__in=self.contacts)
        if not self.contacts:
            return Q(organisation__in=self.organisations)
        return Q(contact__in=self.contacts) | Q(organisation__in=self.organisations)


def circle_of(contact: Contact) -> Circle:
    """No query where the contact came with its organisation and stands alone."""
    contacts = whole_contact_ids(contact)
    organisations = [contact.organisation] if contact.organisation is not None else []
    has = contact.has
    if len(contacts) > 1:
        end = end_of_contact(contact)
        if end.organisation is not None and end.organisation_id != contact.organisation_id:
            organisations.append(end.organisation)
        for bits in Contact.objects.filter(pk__in=contacts).values_list("has", flat=True):
            has |= bits
    for each in organisations:
        has |= each.has
    return Circle(contacts, tuple(each.pk for each in organisations), has)


def has_places(circle: Circle) -> bool:
    """Whether there is anything that a ticket could name."""
    return bool(Has(circle.has) & (Has.SITES | Has.EQUIPMENT))
