"""What a ticket is about: a device and a place of its customer."""

from django.db import models

from aplomb.customers.models import Equipment, Site
from aplomb.tickets.models.ticket import Ticket


class TicketAbout(models.Model):
    """The device and the place that a ticket is about; a ticket about neither has no row."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="about")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    equipment = models.ForeignKey(
        Equipment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["equipment", "-ticket"], name="tickets_about_equipment"),
            models.Index(fields=["site", "-ticket"], name="tickets_about_site"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.equipment_id}, {self.site_id}"
