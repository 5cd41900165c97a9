"""The ticket, its tags, and the kinds of request."""

import enum

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from aplomb.customers.models import Contact
from aplomb.journal.models import Chain
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
    """Which pile a ticket lies in; the first column of every queue index."""

    LIVE = 0, _("live")
    DONE = 1, _("done")
    BIN = 2, _("in the bin")
    # live, but out of sight until its hour; ordered by that
    SNOOZED = 3, _("snoozed")
    # its conversation is read on the ticket that it was merged into
    MERGED = 4, _("merged")


class Beside(enum.IntFlag):
    """What hangs on a ticket beside its messages, so that the page of a plain ticket asks for none of it."""

    LINKS = 1
    TASKS = 2
    FOLLOWERS = 4
    CO_WORKERS = 8
    SIDES = 16
    MERGED = 32
    APPROVALS = 64
    HAND_OVER = 128
    ABOUT = 256


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
    snoozed_until = models.DateTimeField(null=True, blank=True)
    # nothing moves when tickets are merged: who reads the one that stays reads the others' messages too
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from", db_index=False
    )
    beside = models.PositiveSmallIntegerField(default=0)
    # grows with every change; what If-Match and a reply typed on an old page are held against
    version = models.PositiveIntegerField(default=1)
    # written only by the promises app: what is due first, why, how much is due, and the place in the queue that follows
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_due_why = models.CharField(max_length=20, default="", blank=True)
    next_due_source = models.CharField(max_length=60, default="", blank=True)
    due_count = models.PositiveSmallIntegerField(default=0)
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
            models.Index(fields=["merged_into"], name="merged_tickets", condition=models.Q(merged_into__isnull=False)),
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
