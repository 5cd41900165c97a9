"""What is said on a ticket: messages, who takes part, drafts, files."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.customers.models import Contact
from aplomb.journal.models import OutgoingMail
from aplomb.lib.time import utc_now
from aplomb.people.models import Person
from aplomb.tickets.models.sides import SideConversation
from aplomb.tickets.models.ticket import Ticket


class Participant(models.Model):
    """Somebody who takes part in a conversation beside the one who asked."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "contact"], name="one_seat")]

    def __str__(self) -> str:
        return f"{self.contact_id} on {self.ticket_id}"


class Kind(models.TextChoices):
    CUSTOMER = "customer", _("customer")
    REPLY = "reply", _("reply")
    NOTE = "note", _("note")
    SYSTEM = "system", _("system")
    # of a side conversation with somebody else, unseen by the customer: what we wrote, what came back
    ASKED = "asked", _("asked elsewhere")
    TOLD = "told", _("told from elsewhere")


class Delivery(models.TextChoices):
    """What became of a message. Only replies and system letters travel; the rest is simply here."""

    HERE = "here", _("here")
    QUEUED = "queued", _("leaves in a moment")
    SENT = "sent", _("sent")
    KEPT = "kept", _("kept: no outgoing server is set")
    FAILED = "failed", _("could not be delivered")
    WITHDRAWN = "withdrawn", _("undone")
    DISCARDED = "discarded", _("discarded")


class Message(models.Model):
    """Something that was said on a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=8, default="mail")
    sent_at = models.DateTimeField(default=utc_now)
    # what is new in it, and what stood below (history, signature)
    text = models.TextField()
    quoted = models.TextField(default="", blank=True)
    html = models.TextField(default="", blank=True)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    # where the one who wrote wants to be answered: Reply-To, else From
    answer_to = models.CharField(max_length=320, default="", blank=True)
    is_automatic = models.BooleanField(default=False)
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.HERE)
    delivery_note = models.CharField(max_length=500, default="", blank=True)
    outgoing = models.ForeignKey(
        OutgoingMail, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    # split off: said here, gone on with there; nothing on this ticket waits for an answer to it
    split_to = models.ForeignKey(
        Ticket, on_delete=models.SET_NULL, null=True, blank=True, related_name="split_messages", db_index=False
    )
    # asked and told: the side conversation, and who outside the desk said it ("Name <address>")
    side = models.ForeignKey(
        SideConversation, on_delete=models.CASCADE, null=True, blank=True, related_name="messages", db_index=False
    )
    said_by = models.CharField(max_length=400, default="", blank=True)
    # the entry of the chain that commits to the text; erased or redacted: why the text is not the one that came
    entry_seq = models.PositiveIntegerField(default=0)
    changed = models.CharField(max_length=8, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"], name="conversation"),
            models.Index(fields=["side", "id"], name="side_messages", condition=models.Q(side__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def author(self) -> Any:
        return self.contact if self.contact is not None else self.person


class Draft(models.Model):
    """What an agent has begun to write: one for each ticket and kind, kept on the server."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=8, choices=[(each, each.label) for each in (Kind.REPLY, Kind.NOTE, Kind.ASKED)])
    # what goes on in a side conversation has a draft of its own in each of them
    side = models.ForeignKey(SideConversation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    text = models.TextField(default="", blank=True)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    changed_at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "ticket", "kind"], name="one_draft", condition=models.Q(side=None)
            ),
            models.UniqueConstraint(
                fields=["person", "side"], name="one_draft_of_a_side", condition=models.Q(side__isnull=False)
            ),
            # NULL equals nothing: the draft of a new ticket needs a rule of its own
            models.UniqueConstraint(
                fields=["person", "kind"], name="one_draft_of_a_new_ticket", condition=models.Q(ticket=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} draft of {self.person_id}"


class Attachment(models.Model):
    """A file that came or goes with a message, or waits beside a draft."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments")
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, blank=True, related_name="attachments")
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    is_inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=255, default="", blank=True)
    created_at = models.DateTimeField(default=utc_now)

    def __str__(self) -> str:
        return self.name
