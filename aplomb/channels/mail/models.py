"""State of mail: mailboxes, what came in, and which Message-ID belongs to which ticket."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.lib.time import utc_now
from aplomb.people.models import Team
from aplomb.tickets.models import Message, Ticket


class Mailbox(models.Model):
    """An address of the desk, its name in the From line, and how its mail comes in."""

    class Intake(models.TextChoices):
        RECEIVER = "receiver", _("the built-in receiver (SMTP or LMTP)")
        IMAP = "imap", _("fetched by IMAP")

    class Security(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        PLAIN = "plain", _("none")

    name = models.CharField(_("name in the From line"), max_length=80)
    address = models.EmailField(_("address"), max_length=254, unique=True)
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("team of new tickets")
    )
    language = models.CharField(_("language"), max_length=8, default="en")
    signature = models.TextField(_("signature"), default="", blank=True)
    acknowledges = models.BooleanField(_("acknowledge new requests"), default=True)
    # the server delivers help+anything@ to help@, so that answers can carry a signed token in their address
    has_plus = models.BooleanField(_("the server knows plus addresses"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    intake = models.CharField(_("mail comes in by"), max_length=8, choices=Intake.choices, default=Intake.RECEIVER)
    host = models.CharField(_("IMAP server"), max_length=253, default="", blank=True)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(_("security"), max_length=8, choices=Security.choices, default=Security.TLS)
    login = models.CharField(_("name on the server"), max_length=254, default="", blank=True)
    password = models.BinaryField(max_length=1024, default=b"", blank=True)
    folder = models.CharField(_("folder"), max_length=120, default="INBOX", blank=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.address


class TicketMailbox(models.Model):
    """The mailbox over which a ticket's conversation goes."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.ticket_id} by {self.mailbox_id}"


class IncomingMail(models.Model):
    """A mail that the desk took in: stored → applied, or duplicate, or parked with its reason until a person retries it."""

    class State(models.TextChoices):
        STORED = "stored", _("waits to be read")
        APPLIED = "applied", _("on its ticket")
        DUPLICATE = "duplicate", _("came before")
        PARKED = "parked", _("could not be read")
        DISCARDED = "discarded", _("discarded")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.SET_NULL, null=True, related_name="+")
    source = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STORED)
    reason = models.CharField(max_length=500, default="", blank=True)
    received_at = models.DateTimeField(default=utc_now)
    envelope_from = models.CharField(max_length=320, default="", blank=True)
    envelope_to = models.JSONField(default=list)
    size = models.PositiveBigIntegerField()
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    # known once read: its Message-ID
    header_id = models.CharField(max_length=255, default="", blank=True)
    digest = models.CharField(max_length=64, default="", blank=True)
    sender = models.CharField(max_length=320, default="", blank=True)
    subject = models.CharField(max_length=255, default="", blank=True)
    signal = models.CharField(max_length=12, default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="incoming_mail")
    # a ticket that it may belong to, on evidence too weak to act on
    suggestion = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["header_id", "digest"], name="incoming_seen"),
            models.Index(fields=["state", "-id"], name="incoming_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="one_of_a_uid"),
            models.UniqueConstraint(
                fields=["header_id", "digest"],
                name="one_of_a_mail",
                condition=models.Q(state="applied") & ~models.Q(header_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.pk} {self.state}"


class RawMail(models.Model):
    """The bytes of a mail as they came, compressed where that helps; apart from the row so that lists stay light."""

    mail = models.OneToOneField(IncomingMail, on_delete=models.CASCADE, primary_key=True, related_name="raw")
    content = models.BinaryField()
    is_compressed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"bytes of {self.mail_id}"


class ThreadMark(models.Model):
    """A Message-ID that stands for a ticket: of a mail that came or left, or one that such a mail refers to."""

    header_id = models.CharField(max_length=255)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    # seen: the mail itself passed here; else only referred to
    is_seen = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["header_id", "ticket"], name="one_mark")]

    def __str__(self) -> str:
        return self.header_id


class LastAcknowledgement(models.Model):
    """When an address last got an acknowledgement: at most one an hour (RFC 3834 section 2)."""

    address = models.CharField(max_length=320, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.address} at {self.at:%H:%M}"
