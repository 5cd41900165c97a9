"""Fetching what belongs to customers: 404 for what there is not."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from aplomb.customers.merged import end_of_contact
from aplomb.customers.models import Contact, CustomerNote, Equipment, Organisation, Site
from aplomb.customers.owners import Owner

M = TypeVar("M", bound=Model)
OWNERS = ("organisation", "contact__organisation")


def owner_for(of: str, pk: int) -> Owner:
    """The organisation or the contact of that id; of one that was merged, the one that stays. Raises Http404."""
    if of == "organisation":
        return _one(Organisation.objects.filter(pk=pk))
    return end_of_contact(_one(Contact.objects.select_related("organisation").filter(pk=pk)))


def site_for(pk: int) -> Site:
    """Raises Http404."""
    return _one(Site.objects.select_related(*OWNERS).filter(pk=pk))


def equipment_for(pk: int) -> Equipment:
    """Raises Http404."""
    return _one(Equipment.objects.select_related(*OWNERS, "site", "product").filter(pk=pk))


def note_for(pk: int) -> CustomerNote:
    """Raises Http404."""
    return _one(CustomerNote.objects.select_related(*OWNERS).filter(pk=pk))


def _one(found: QuerySet[M]) -> M:
    row = found.first()
    if row is None:
        raise Http404
    return row
