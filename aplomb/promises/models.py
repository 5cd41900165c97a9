"""State of what is due."""

from django.db import models

from aplomb.tickets.models import Message, Ticket


class DueItem(models.Model):
    """One thing that is due on a ticket: its kind, by when, why, and the message from which that follows."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="due_items", db_index=False)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    source = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "kind"], name="one_due_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
