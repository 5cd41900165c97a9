"""State of what is due."""

from django.db import models

from aplomb.tickets.models import Ticket


class DueItem(models.Model):
    """One thing that is due on a ticket: its kind, by when, and what it follows from ("message 17", "task 3")."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="due_items", db_index=False)
    kind = models.CharField(max_length=20)
    # what tells it from others of its kind on the same ticket
    key = models.CharField(max_length=40, default="", blank=True)
    at = models.DateTimeField()
    source = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "kind", "key"], name="due_once")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
