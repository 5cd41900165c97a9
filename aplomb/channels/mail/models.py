"""State of mail: mailboxes, what came in, and which Message-ID belongs to which ticket."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.lib.time import utc_now
from aplomb.people.models import Person, Team
from aplomb.tickets.models import Message, SideConversation, Ticket


class Mailbox(models.Model):
    """An address of the desk, its name in the From line, and how its mail comes in."""

    class Intake(models.TextChoices):
        RECEIVER = "receiver", _("the built-in receiver (SMTP or LMTP)")
        IMAP = "imap", _("fetched by IMAP")

    class Security(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        PLAIN = "plain", _("none")

    class SignIn(models.TextChoices):
        PASSWORD = "password", _("a password")
        OAUTH = "oauth", _("consent (OAuth 2)")

    class Takes(models.TextChoices):
        NEW = "new", _("what is unread, or comes from now on")
        ALL = "all", _("everything that is there")

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
    # being set up, step by step: nothing comes in or leaves by it yet
    is_draft = models.BooleanField(default=False)
    intake = models.CharField(_("mail comes in by"), max_length=8, choices=Intake.choices, default=Intake.RECEIVER)
    host = models.CharField(_("IMAP server"), max_length=253, default="", blank=True)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(_("security"), max_length=8, choices=Security.choices, default=Security.TLS)
    login = models.CharField(_("name on the server"), max_length=254, default="", blank=True)
    password = models.BinaryField(max_length=1024, default=b"", blank=True)
    folder = models.CharField(_("folder"), max_length=120, default="INBOX", blank=True)
    takes = models.CharField(_("of the folder"), max_length=8, choices=Takes.choices, default=Takes.NEW)
    # since when the folder is read: what arrived before and was read there stays there
    reads_since = models.DateTimeField(default=utc_now)
    sign_in = models.CharField(_("signs in by"), max_length=8, choices=SignIn.choices, default=SignIn.PASSWORD)
    # its own way out; empty: the way of the whole desk (APLOMB_SMTP_OUT)
    out_host = models.CharField(_("SMTP server"), max_length=253, default="", blank=True)
    out_port = models.PositiveIntegerField(_("port"), default=587)
    out_security = models.CharField(_("security"), max_length=8, choices=Security.choices, default=Security.STARTTLS)
    # the name under which the server in front writes Authentication-Results (RFC 8601); of others none counts
    authserv_id = models.CharField(_("name in Authentication-Results"), max_length=253, default="", blank=True)
    # when its password or its application's secret ends, where that is known
    secret_ends_at = models.DateTimeField(null=True, blank=True)
    # when somebody was told that it is quiet, failing or about to lose its secret; empty: all is well
    alarmed_at = models.DateTimeField(null=True, blank=True)
    alarm = models.CharField(max_length=500, default="", blank=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.address


class MailboxAlias(models.Model):
    """A further address whose mail is this mailbox's, with a team of its own where it names one."""

    address = models.EmailField(_("address"), max_length=254, unique=True)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="aliases")
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("team of new tickets"), related_name="+"
    )

    class Meta:
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address


class MailboxCheck(models.Model):
    """What was last found of a mailbox: settings for its address, or whether it works. Steps as servers/trying.py tells them."""

    class Kind(models.TextChoices):
        SEARCH = "search", _("settings looked for")
        TEST = "test", _("tested")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    started_at = models.DateTimeField(default=utc_now)
    ended_at = models.DateTimeField(null=True, blank=True)
    found = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "kind"], name="one_check_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.mailbox_id}"


class MailboxLease(models.Model):
    """Which process reads a mailbox, until when unless it says so again."""

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, primary_key=True, related_name="lease")
    holder = models.CharField(max_length=80)
    until = models.DateTimeField()
    # somebody wants it read now
    is_asked = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.mailbox_id} by {self.holder}"


class UnfetchedMail(models.Model):
    """A mail that its server shows and does not hand over: those behind it are read, and it is asked for again."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="unfetched")
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    reason = models.CharField(max_length=500, default="", blank=True)
    tries = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=utc_now)
    again_at = models.DateTimeField(default=utc_now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="one_unfetched")]

    def __str__(self) -> str:
        return f"{self.uid} of {self.mailbox_id}"


class MailGrant(models.Model):
    """What a mail service lets the desk do with a mailbox (OAuth 2, RFC 6749): the application, its tokens encrypted."""

    class Service(models.TextChoices):
        MICROSOFT = "microsoft", "Microsoft 365"
        GOOGLE = "google", "Google"
        OTHER = "other", _("another service")

    class Flow(models.TextChoices):
        DELEGATED = "delegated", _("a person consents")
        APP_ONLY = "app", _("the application itself")

    class Mechanism(models.TextChoices):
        XOAUTH2 = "xoauth2", "XOAUTH2"
        OAUTHBEARER = "bearer", "OAUTHBEARER"

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, primary_key=True, related_name="grant")
    service = models.CharField(_("service"), max_length=10, choices=Service.choices)
    flow = models.CharField(_("who consents"), max_length=10, choices=Flow.choices, default=Flow.DELEGATED)
    mechanism = models.CharField(max_length=8, choices=Mechanism.choices, default=Mechanism.XOAUTH2)
    tenant = models.CharField(_("directory ID"), max_length=120, default="", blank=True)
    application_id = models.CharField(_("application ID"), max_length=255)
    application_secret = models.BinaryField(max_length=2048, default=b"", blank=True)
    authorize_url = models.CharField(_("page of consent"), max_length=500, default="", blank=True)
    token_url = models.CharField(_("token endpoint"), max_length=500, default="", blank=True)
    scope = models.CharField(_("scope"), max_length=500, default="", blank=True)
    refresh_token = models.BinaryField(max_length=8192, default=b"", blank=True)
    access_token = models.BinaryField(max_length=8192, default=b"", blank=True)
    access_ends_at = models.DateTimeField(null=True, blank=True)
    # a process is asking for the next token, until then unless it says so sooner
    refreshing_until = models.DateTimeField(null=True, blank=True)
    # of the consent that is on its way: the digest of its state, and its PKCE verifier, encrypted
    state_digest = models.CharField(max_length=64, default="", blank=True)
    verifier = models.BinaryField(max_length=512, default=b"", blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    # the service has withdrawn it: a person must consent anew
    needs_consent = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.service} for {self.mailbox_id}"


class TicketMailbox(models.Model):
    """The mailbox over which a ticket's conversation goes."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.ticket_id} by {self.mailbox_id}"


class IncomingMail(models.Model):
    """A mail that the desk took in: stored → applied, or duplicate; parked if it cannot be read, held if a person decides."""

    class State(models.TextChoices):
        STORED = "stored", _("waits to be read")
        APPLIED = "applied", _("on its ticket")
        DUPLICATE = "duplicate", _("came before")
        PARKED = "parked", _("could not be read")
        HELD = "held", _("held back")
        DISCARDED = "discarded", _("discarded")

    class Hold(models.TextChoices):
        SPAM = "spam", _("spam")
        BLOCKED = "blocked", _("a blocked sender")
        LOOP = "loop", _("a loop")
        UNPROVEN = "unproven", _("an agent's mail without proof")
        VIRUS = "virus", _("a dangerous file")

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
    hold = models.CharField(max_length=8, choices=Hold.choices, default="", blank=True)
    # a person let it through: it is not held again
    is_released = models.BooleanField(default=False)
    # whether the domain of From is proven (RFC 7489); empty: nothing tells
    is_authenticated = models.BooleanField(null=True)
    # what was found of its origin: {"spf", "dkim", "dmarc", "spam", "by"}
    verdicts = models.JSONField(default=dict)
    # known once read: its Message-ID
    header_id = models.CharField(max_length=255, default="", blank=True)
    digest = models.CharField(max_length=64, default="", blank=True)
    # of its words alone, without numbers and times: what a loop repeats
    words_digest = models.CharField(max_length=64, default="", blank=True)
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
            models.Index(fields=["sender", "-id"], name="incoming_by_sender"),
            models.Index(fields=["mailbox", "-id"], name="incoming_by_mailbox"),
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
    # of a side conversation: never among the references of what goes to the customer
    side = models.ForeignKey(
        SideConversation, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    # seen: the mail itself passed here; else only referred to
    is_seen = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["header_id", "ticket"], name="one_mark")]

    def __str__(self) -> str:
        return self.header_id


class LastAcknowledgement(models.Model):
    """When an address last got an acknowledgement: at most one an hour (RFC 3834 section 2), and few a day."""

    address = models.CharField(max_length=320, primary_key=True)
    at = models.DateTimeField()
    # how many it got since then without an answer of a person
    since = models.DateTimeField(null=True)
    count = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.address} at {self.at:%H:%M}"


class BouncedAddress(models.Model):
    """What the last report of delivery said of an address; gone once something arrives from it or at it."""

    address = models.CharField(max_length=320, primary_key=True)
    at = models.DateTimeField()
    is_permanent = models.BooleanField()
    # enhanced status (RFC 3463), empty where none was told
    status = models.CharField(max_length=16, default="", blank=True)
    reason = models.CharField(max_length=500, default="", blank=True)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    mail = models.ForeignKey(IncomingMail, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.address


class UndeliveredCopy(models.Model):
    """That a message did not reach one of its addresses (`email_key`), or not yet, in the words of the server."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=320)
    at = models.DateTimeField()
    # the server has given up; else it goes on trying
    is_final = models.BooleanField()
    status = models.CharField(max_length=16, default="", blank=True)
    reason = models.CharField(max_length=500, default="", blank=True)
    mail = models.ForeignKey(IncomingMail, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["message", "address"], name="one_undelivered_copy")]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.address}"


class MailTraits(models.Model):
    """What a message's mail had beside words: an invitation, a signature, a name that shows another address.

    One row a message, only where there is something to say.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="+")
    # {"method", "summary", "start", "end", "location", "organiser", "answers", "is_cancelled"}; empty: none
    invitation = models.JSONField(default=dict)
    # smime or pgp; that a signature is there says nothing of whether it is right
    protection = models.CharField(max_length=8, default="", blank=True)
    is_signed = models.BooleanField(default=False)
    is_encrypted = models.BooleanField(default=False)
    # the address that the sender's name shows, and the one that the mail came from
    poses_as = models.CharField(max_length=320, default="", blank=True)
    came_from = models.CharField(max_length=320, default="", blank=True)
    # a report of delivery about a mail of this desk
    is_report = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"traits of {self.message_id}"


class BlockedSender(models.Model):
    """An address, or a whole domain (``@spam.example``), whose mail is held, and why."""

    pattern = models.CharField(_("address or @domain"), max_length=320, unique=True)
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=utc_now)

    class Meta:
        ordering = ["pattern"]

    def __str__(self) -> str:
        return self.pattern


class SpamWord(models.Model):
    """In how many mails a word stood that people called spam, and in how many that they did not."""

    word = models.CharField(max_length=40, primary_key=True)
    spam = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.word
