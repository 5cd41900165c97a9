"""State of the customers. A contact is never a row of the staff."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.lib.time import utc_now


class Organisation(models.Model):
    """A firm, office or household that contacts belong to."""

    name = models.CharField(_("name"), max_length=160)
    # mail from this domain belongs to the organisation
    domain = models.CharField(_("mail domain"), max_length=253, default="", blank=True, db_index=True)
    language = models.CharField(_("language"), max_length=8, default="", blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="", blank=True)
    note = models.TextField(_("note"), default="", blank=True)
    # bits of Has (places.py): what there is beside this
    has = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=utc_now)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="organisation_by_name")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person the desk serves."""

    name = models.CharField(_("name"), max_length=160, default="", blank=True)
    address_as = models.CharField(_("how they like to be addressed"), max_length=120, default="", blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="contacts"
    )
    language = models.CharField(_("language"), max_length=8, default="", blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="", blank=True)
    note = models.TextField(_("note"), default="", blank=True)
    # bits of Has (places.py): what there is beside this
    has = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=utc_now)
    # the same person under two entries: nothing is re-pointed, reads follow this, undoing clears it
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from", db_index=False
    )

    # whether others are merged into it, so that a plain contact is read without looking for them
    has_merged = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="contact_by_name"),
            models.Index(fields=["merged_into"], name="merged_contacts", condition=models.Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name or str(_("without a name"))

    @property
    def actor_kind(self) -> str:
        return "contact"

    @property
    def actor_id(self) -> str:
        return str(self.pk)

    @property
    def zone_name(self) -> str:
        """The contact's zone, else the organisation's, else empty."""
        if self.time_zone:
            return self.time_zone
        return self.organisation.time_zone if self.organisation is not None else ""


class ContactPoint(models.Model):
    """An address or a number under which a contact is reached (vCard's EMAIL and TEL)."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("phone")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    # as given, and in the form in which two spellings are one
    value = models.CharField(max_length=320)
    key = models.CharField(max_length=320)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_owner_of_an_address")]

    def __str__(self) -> str:
        return self.value
