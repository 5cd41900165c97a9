"""Two entries of one person become one, and two again when that is undone. Nothing is re-pointed (docs/flows/merging.md)."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aplomb.customers.merged import MOST_MERGED, contact_ids, end_of_contact
from aplomb.customers.models import Contact
from aplomb.customers.policies import may_change_customers
from aplomb.journal.actors import Actor
from aplomb.people.errors import NotFound, Refused
from aplomb.people.policies import require


class SameContact(Refused):
    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("A contact cannot be merged with itself, nor with one that was merged into it."), "ring"
        )


def merge_contact(contact: Contact, into: Contact, *, by: Actor) -> Contact:
    """Both are one person: the first entry leads to the other from now on, or to where that one leads. Twice is once.
    Gives the entry that stays. Raises NotFound, NotAllowed, Refused."""
    require(may_change_customers(by))
    with transaction.atomic():
        end = end_of_contact(into)
        if end.pk == contact.pk:
            raise SameContact
        contact, stays = _locked(contact, end)
        if contact.merged_into_id is not None:
            if end_of_contact(contact).pk == stays.pk:
                return stays
            raise Refused(_("This contact was merged into another one already."), "merged")
        if stays.merged_into_id is not None:
            # somebody merged it in this moment
            if end_of_contact(stays).pk == contact.pk:
                raise SameContact
            raise Refused(_("Somebody has just merged one of them. Look at both again."), "changed")
        if len(contact_ids(contact)) + len(contact_ids(stays)) > MOST_MERGED:
            raise Refused(_("At most %(count)s entries of one person are merged.") % {"count": MOST_MERGED}, "too-many")
        contact.merged_into, stays.has_merged = stays, True
        contact.save(update_fields=["merged_into"])
        stays.save(update_fields=["has_merged"])
    return stays


def unmerge_contact(contact: Contact, *, by: Actor) -> Contact:
    """They are two again, each as it was. Gives the entry that stayed. Twice is once. Raises NotFound, NotAllowed."""
    require(may_change_customers(by))
    with transaction.atomic():
        into = Contact.objects.filter(pk=contact.merged_into_id or 0).first()
        if into is None:
            return contact
        contact, into = _locked(contact, into)
        if contact.merged_into_id != into.pk:
            return into
        contact.merged_into = None
        contact.save(update_fields=["merged_into"])
        into.has_merged = Contact.objects.filter(merged_into=into).exists()
        into.save(update_fields=["has_merged"])
    return into


def _locked(one: Contact, two: Contact) -> tuple[Contact, Contact]:
    """Both under their locks, taken in one order whoever merges what."""
    rows = Contact.objects.select_for_update().filter(pk__in=[one.pk, two.pk]).order_by("pk")
    found = {each.pk: each for each in rows}
    if len(found) != 2:
        raise NotFound
    return found[one.pk], found[two.pk]
