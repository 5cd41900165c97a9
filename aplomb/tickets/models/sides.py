"""Side conversations: what the desk asks somebody else about a ticket. The customer never sees them."""

from django.db import models

from aplomb.lib.time import utc_now
from aplomb.people.models import Person
from aplomb.tickets.models.ticket import Ticket


class SideConversation(models.Model):
    """A thread of its own with people outside the desk. They are addresses, not customers."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="sides", db_index=False)
    # the word by which its mails are known again; it says nothing of the ticket
    key = models.CharField(max_length=16, unique=True)
    subject = models.CharField(max_length=255)
    people = models.JSONField(default=list)
    # the language of those who are asked; empty: the mailbox's
    language = models.CharField(max_length=8, default="", blank=True)
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    begun_at = models.DateTimeField(default=utc_now)
    is_open = models.BooleanField(default=True)
    # the customer wrote into it, or was in copy of an answer: it is hidden from them no longer
    is_known = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"], name="sides_of_ticket"),
            models.Index(fields=["begun_at"], name="open_sides", condition=models.Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return f"side {self.pk} of {self.ticket_id}"
