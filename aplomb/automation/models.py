"""State of macros: what is done in one go, under one name."""

from django.db import models

from aplomb.lib.time import utc_now
from aplomb.people.models import Person, Team


class Macro(models.Model):
    """Changes of a ticket, a note and a reply, done together. The desk's, a team's, or one person's own."""

    name = models.CharField(max_length=80)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    # by field, what is to be different; see steps.py
    steps = models.JSONField(default=dict)
    # a note among colleagues
    note = models.TextField(default="", blank=True)
    # the key of a canned reply, and what becomes of the ticket with it
    reply = models.CharField(max_length=60, default="", blank=True)
    then = models.CharField(max_length=20, default="", blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=utc_now)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
