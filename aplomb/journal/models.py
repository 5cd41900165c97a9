"""State of the journal: chains and their entries, checkpoints, jobs, and mails on their way out."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.journal.looks.models import Look
from aplomb.lib.time import utc_now

__all__ = ["Chain", "Checkpoint", "CheckpointHead", "Entry", "Job", "Look", "OutgoingMail", "Turn"]


class Chain(models.Model):
    """One thing's record: how long it is and the hash it ends in."""

    key = models.CharField(max_length=40, unique=True)
    length = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes(32))
    # heads that no checkpoint has signed yet are found by this mark
    sealed_length = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="chain_unsigned", condition=~models.Q(length=models.F("sealed_length")))
        ]

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """One event on a chain, in format 1 (see chains.py). Never changed but by erasing or withholding."""

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="entries", db_index=False)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    # the words of the content again, for queries; verified against the content while that is there
    kind = models.CharField(max_length=48)
    content = models.TextField(null=True)
    salt = models.BinaryField(max_length=16, null=True)
    digest = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    # by name of commitment: {"salt": hex, "value": text} or {"salt": hex, "held": true} or {"gone": "erased"}
    openings = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="entry_place")]

    def __str__(self) -> str:
        return f"{self.chain_id}/{self.seq} {self.kind}"


class Checkpoint(models.Model):
    """Heads of all chains that changed since the last checkpoint, signed together (Ed25519)."""

    at = models.DateTimeField()
    count = models.PositiveIntegerField()
    root = models.BinaryField(max_length=32)
    prev = models.BinaryField(max_length=32)
    public_key = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)

    class Meta:
        # checkpoints are a chain: of two made at once, one gives way
        constraints = [models.UniqueConstraint(fields=["prev"], name="one_checkpoint_follows")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} ({self.count})"


class CheckpointHead(models.Model):
    """One chain's length and head at a checkpoint."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="heads")
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="signed_heads")
    length = models.PositiveIntegerField()
    head = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkpoint", "chain"], name="one_head_a_checkpoint")]

    def __str__(self) -> str:
        return f"{self.chain_id}: {self.length}"


class Job(models.Model):
    """Work for later, on SQLite; PostgreSQL keeps its own in Procrastinate's tables."""

    class State(models.TextChoices):
        READY = "ready", _("ready")
        RUNNING = "running", _("running")
        FAILED = "failed", _("failed")

    name = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.READY)
    run_at = models.DateTimeField(default=utc_now)
    attempts = models.PositiveSmallIntegerField(default=0)
    # two jobs with the same word do not wait side by side
    once = models.CharField(max_length=120, null=True)
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(default=utc_now)

    class Meta:
        indexes = [
            models.Index(fields=["run_at", "id"], name="job_ready", condition=models.Q(state="ready")),
            models.Index(fields=["lease_until"], name="job_running", condition=models.Q(state="running")),
            models.Index(fields=["-id"], name="job_failed", condition=models.Q(state="failed")),
        ]
        constraints = [models.UniqueConstraint(fields=["once"], name="job_once", condition=models.Q(state="ready"))]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class Turn(models.Model):
    """When a periodic job is next due; claimed by whoever advances it."""

    name = models.CharField(max_length=120, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.next_at:%H:%M:%S}"


class OutgoingMail(models.Model):
    """A mail on its way out. Every mail that leaves is one of these, sign-in links included."""

    # the purpose of a mail that left before, came back, and goes anew to those whom it did not reach
    AGAIN = "again"

    class State(models.TextChoices):
        QUEUED = "queued", _("on its way")
        SENDING = "sending", _("being handed over")
        SENT = "sent", _("sent")
        KEPT = "kept", _("kept: no outgoing server is set")
        FAILED = "failed", _("could not be delivered")
        WITHDRAWN = "withdrawn", _("undone before it left")
        DISCARDED = "discarded", _("discarded")

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    purpose = models.CharField(max_length=20)
    # what it carries, in words of the app that wrote it ("message 17"); this floor does not look it up
    reference = models.CharField(max_length=60, default="", blank=True)
    chain_key = models.CharField(max_length=40, default="", blank=True)
    sender = models.CharField(max_length=320)
    recipients = models.JSONField()
    # of the recipients: who was refused for good while others may still get it, and what the server said
    refused = models.JSONField(default=dict)
    subject = models.CharField(max_length=255)
    message_id = models.CharField(max_length=255)
    content = models.BinaryField()
    created_at = models.DateTimeField(default=utc_now)
    not_before = models.DateTimeField(default=utc_now)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    answer = models.TextField(default="", blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="outgoing_by_state"),
            models.Index(fields=["reference"], name="outgoing_by_reference"),
            models.Index(
                fields=["not_before"], name="outgoing_open", condition=models.Q(state__in=["queued", "sending"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.state})"

    @property
    def recipients_line(self) -> str:
        found: list[Any] = self.recipients
        return ", ".join(map(str, found))
