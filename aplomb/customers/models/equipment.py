"""What customers have: devices, lines and programs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.catalogue.models import Product
from aplomb.customers.models.contacts import Contact, Organisation
from aplomb.customers.models.places import Site, of_one, one_owner
from aplomb.lib.time import utc_now


class Equipment(models.Model):
    """One device, line or program of a customer. What is gone stays, marked as removed: tickets name it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="equipment", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="equipment", db_index=False
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="equipment")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="equipment")
    # their own name for it, or what it is where the catalogue does not know it
    called = models.CharField(_("what they call it"), max_length=120, default="", blank=True)
    model = models.CharField(_("model"), max_length=80, default="", blank=True)
    serial = models.CharField(_("serial number"), max_length=80, default="", blank=True)
    # by which it is found (keys.py); two may share one: it is said, not refused
    serial_key = models.CharField(max_length=80, default="", blank=True)
    # pairs of a name and a version: [["firmware", "2.1.4"]]
    versions = models.JSONField(default=list, blank=True)
    installed_on = models.DateField(_("installed on"), null=True, blank=True)
    note = models.TextField(_("note"), default="", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [one_owner("equipment_has_one_owner")]
        indexes = [
            of_one("organisation", "-is_active", "id", name="equipment_of_organisation"),
            of_one("contact", "-is_active", "id", name="equipment_of_contact"),
            # PostgreSQL finds a beginning only where it is ordered by bytes; SQLite always is
            models.Index(fields=["serial_key"], name="equipment_by_serial", opclasses=["text_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Product and model, or what they call it."""
        if self.product is None:
            return self.called or self.model
        name, model = self.product.shown_name, self.model
        if not model or model.casefold() in name.casefold():
            return name
        if model.casefold().startswith(self.product.name.casefold()):
            # the model says the product already
            return f"{self.product.maker} {model}".strip()
        return f"{name} {model}"
