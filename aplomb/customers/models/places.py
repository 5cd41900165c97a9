"""Where customers are: sites, how one gets in, and who has looked at the code of a door."""

import enum

from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.customers.models.contacts import Contact, Organisation
from aplomb.lib.time import utc_now
from aplomb.people.models import Person


class Has(enum.IntFlag):
    """What a customer has beside their addresses, so that a plain customer's ticket asks for none of it."""

    SITES = 1
    EQUIPMENT = 2
    NOTES = 4
    PINNED = 8


def one_owner(name: str) -> models.CheckConstraint:
    """A site, a device or a note belongs to an organisation or to a contact, never to both or to none."""
    of_organisation = models.Q(organisation__isnull=False, contact__isnull=True)
    of_contact = models.Q(organisation__isnull=True, contact__isnull=False)
    return models.CheckConstraint(condition=of_organisation | of_contact, name=name)


def of_one(owner: str, *order: str, name: str) -> models.Index:
    """The rows of one owner in their order. Those of the other kind are left out, so that statistics speak of real ones."""
    return models.Index(fields=[owner, *order], name=name, condition=models.Q((f"{owner}__isnull", False)))


class Site(models.Model):
    """A place of a customer, and how one gets in."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="sites", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="sites", db_index=False
    )
    name = models.CharField(_("name"), max_length=120, default="", blank=True)
    address = models.TextField(_("street and number"), default="", blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, default="", blank=True)
    town = models.CharField(_("town"), max_length=80, default="", blank=True)
    town_key = models.CharField(max_length=80, default="", blank=True)
    # ISO 3166-1 alpha-2
    country = models.CharField(_("country"), max_length=2, default="", blank=True)
    area = models.CharField(_("travel zone"), max_length=60, default="", blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="", blank=True)
    opener = models.CharField(_("who opens"), max_length=120, default="", blank=True)
    opener_phone = models.CharField(_("their number"), max_length=40, default="", blank=True)
    entrance = models.CharField(_("gate and door"), max_length=300, default="", blank=True)
    # shown on demand to those who go there, and each look is kept; in no list, mail or API
    code = models.CharField(_("code of the door"), max_length=120, default="", blank=True)
    # seven days, Monday first, each stretches of minutes after midnight (hours.py); empty: not known
    hours = models.JSONField(default=list, blank=True)
    hours_note = models.CharField(_("hours in words"), max_length=300, default="", blank=True)
    note = models.TextField(_("for the technician"), default="", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [one_owner("a_site_has_one_owner")]
        indexes = [
            of_one("organisation", "-is_active", "id", name="sites_of_organisation"),
            of_one("contact", "-is_active", "id", name="sites_of_contact"),
            # PostgreSQL finds a beginning only where it is ordered by bytes; SQLite always is
            models.Index(fields=["town_key"], name="sites_by_town", opclasses=["text_pattern_ops"]),
            models.Index(fields=["area"], name="sites_by_area"),
        ]

    def __str__(self) -> str:
        return self.name or self.one_line or str(_("a site without an address"))

    @property
    def one_line(self) -> str:
        """Street, postcode and town on one line."""
        street = ", ".join(self.address.split("\n"))
        return ", ".join(each for each in (street, f"{self.postcode} {self.town}".strip()) if each)


class CodeLook(models.Model):
    """Somebody looked at the code of a door."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="looks", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=utc_now)

    class Meta:
        indexes = [models.Index(fields=["site", "-id"], name="looks_at_a_code")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.site_id}"
