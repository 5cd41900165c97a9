"""State of tickets: the ticket, its messages, attachments, participants, tags, drafts, and the kinds of request."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from aplomb.customers.models import Contact
from aplomb.journal.models import Chain, OutgoingMail
from aplomb.lib.time import utc_now
from aplomb.people.models import Person, Team
from aplomb.tickets import numbers, states


class Priority(models.IntegerChoices):
    LOW = 1, _("low")
    NORMAL = 2, _("normal")
    HIGH = 3, _("high")
    URGENT = 4, _("urgent")


class Status(models.TextChoices):
    NEW = states.Status.NEW.value, _("new")
    OPEN = states.Status.OPEN.value, _("open")
    WAITING_CUSTOMER = states.Status.WAITING_CUSTOMER.value, _("waiting for the customer")
    WAITING_THIRD_PARTY = states.Status.WAITING_THIRD_PARTY.value, _("waiting for a third party")
    RESOLVED = states.Status.RESOLVED.value, _("resolved")
    CLOSED = states.Status.CLOSED.value, _("closed")


class Stage(models.IntegerChoices):
    """Which of the three piles a ticket lies in; the first column of every queue index."""

    LIVE = 0, _("live")
    DONE = 1, _("done")
    BIN = 2, _("in the bin")


class RequestType(models.Model):
    """What kind of request a ticket is. An administrator keeps the list; names in five languages."""

    key = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["place", "key"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(self.names, self.key)


class Tag(models.Model):
    """A word on a ticket, and the question that it answers. Shipped ones have names in five languages."""

    key = models.SlugField(max_length=40, unique=True, allow_unicode=True)
    names = models.JSONField(default=dict)
    questions = models.JSONField(default=dict)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(self.names, self.key)

    @property
    def question(self) -> str:
        return in_reader_language(self.questions, "")


def in_reader_language(texts: dict[str, str], otherwise: str) -> str:
    """The text in the language of the page, else English, else the first there is."""
    language = (translation.get_language() or "en")[:2]
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), otherwise)


class Ticket(models.Model):
    """One matter of one customer."""

    number = models.CharField(max_length=8, unique=True)
    chain = models.OneToOneField(Chain, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=255)
    request_type = models.ForeignKey(
        RequestType, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW)
    stage = models.PositiveSmallIntegerField(choices=Stage.choices, default=Stage.LIVE)
    assignee = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    language = models.CharField(max_length=8, default="", blank=True)
    channel = models.CharField(max_length=8, default="mail")
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="followed_by")
    bin_reason = models.CharField(max_length=8, default="", blank=True)
    binned_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=utc_now)
    activity_at = models.DateTimeField(default=utc_now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # grows with every change; what If-Match and a reply typed on an old page are held against
    version = models.PositiveIntegerField(default=1)
    # written only by the promises app: what is due first, why, and the place in the queue that follows from it
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_due_why = models.CharField(max_length=20, default="", blank=True)
    queue_key = models.BigIntegerField(default=0)
    tags: "models.ManyToManyField[Tag, TicketTag]" = models.ManyToManyField(
        Tag, through="TicketTag", related_name="tickets"
    )

    class Meta:
        indexes = [
            models.Index(fields=["stage", "queue_key", "id"], name="queue_all"),
            models.Index(fields=["stage", "status", "queue_key", "id"], name="queue_status"),
            models.Index(fields=["stage", "assignee", "queue_key", "id"], name="queue_assignee"),
            models.Index(fields=["stage", "team", "queue_key", "id"], name="queue_team"),
            models.Index(fields=["contact", "-activity_at", "id"], name="tickets_of_contact"),
            models.Index(fields=["-activity_at", "-id"], name="tickets_by_activity"),
            models.Index(fields=["status", "-activity_at", "-id"], name="tickets_by_status"),
            models.Index(fields=["assignee", "-activity_at", "-id"], name="tickets_of_assignee"),
            models.Index(fields=["team", "-activity_at", "-id"], name="tickets_of_team"),
            models.Index(fields=["binned_at"], name="tickets_in_bin", condition=models.Q(binned_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return numbers.shown(self.number)

    @property
    def shown_number(self) -> str:
        return numbers.shown(self.number)

    @property
    def is_binned(self) -> bool:
        return self.stage == Stage.BIN


class TicketTag(models.Model):
    """A tag on a ticket, with the ticket's place in the queue beside it, so that a tag's queue is one index walk."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, db_index=False)
    stage = models.PositiveSmallIntegerField(default=Stage.LIVE)
    queue_key = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "tag"], name="one_of_a_tag")]
        indexes = [models.Index(fields=["tag", "stage", "queue_key", "ticket"], name="queue_tag")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.ticket_id}"


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
    # the entry of the chain that commits to the text; erased or redacted: why the text is not the one that came
    entry_seq = models.PositiveIntegerField(default=0)
    changed = models.CharField(max_length=8, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="conversation")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def author(self) -> Any:
        return self.contact if self.contact is not None else self.person


class Draft(models.Model):
    """What an agent has begun to write: one for each ticket and kind, kept on the server."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=8, choices=[(Kind.REPLY, Kind.REPLY.label), (Kind.NOTE, Kind.NOTE.label)])
    text = models.TextField(default="", blank=True)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    changed_at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "ticket", "kind"], name="one_draft"),
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
