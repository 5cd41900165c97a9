"""What people of the desk noted about a customer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.customers.models.contacts import Contact, Organisation
from aplomb.customers.models.places import of_one, one_owner
from aplomb.lib.time import utc_now
from aplomb.people.models import Person


class CustomerNote(models.Model):
    """A dated note. What is struck stays, with who struck it and when."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="notes", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="notes", db_index=False
    )
    text = models.TextField(_("note"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=utc_now)
    edited_at = models.DateTimeField(null=True, blank=True)
    is_pinned = models.BooleanField(default=False)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [one_owner("a_note_has_one_owner")]
        indexes = [
            of_one("organisation", "-is_pinned", "-id", name="notes_of_organisation"),
            of_one("contact", "-is_pinned", "-id", name="notes_of_contact"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"
