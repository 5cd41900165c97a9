"""State of the staff: people, teams, tokens, sign-in links, and the desk's own name and languages."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.lib.time import utc_now


class Role(models.TextChoices):
    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    AUDITOR = "auditor", _("Auditor")
    OWNER = "owner", _("Owner")
    ADMINISTRATOR = "administrator", _("Administrator")
    LEGAL = "legal", _("Legal")
    TECHNICIAN = "technician", _("Technician")


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")
    CONTRAST = "contrast", _("High contrast")


class People(BaseUserManager["Person"]):
    """Django and allauth ask for these; the desk adds people through people.actions."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())

    async def aget_by_natural_key(self, username: str | None) -> "Person":
        return await self.aget(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody who works the desk. Customers see the work name, never the full one."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    full_name = models.CharField(_("full name"), max_length=120)
    work_name = models.CharField(_("work name"), max_length=60, help_text=_("The name that customers see."))
    language = models.CharField(_("language"), max_length=8, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    roles = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    # people of the demo's world: only they get sign-in links printed
    is_demo = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=utc_now)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.work_name

    @property
    def actor_kind(self) -> str:
        return "staff"

    @property
    def actor_id(self) -> str:
        return str(self.pk)

    def is_one_of(self, *roles: str) -> bool:
        """Whether the person has any of these roles."""
        return self.is_active and any(role in self.roles for role in roles)

    @property
    def is_agent(self) -> bool:
        return self.is_one_of(Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR)

    @property
    def is_supervisor(self) -> bool:
        return self.is_one_of(Role.SUPERVISOR)

    @property
    def is_administrator(self) -> bool:
        return self.is_one_of(Role.ADMINISTRATOR)

    # Django's auth asks for these two; permissions live in policies.py of each app
    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Team(models.Model):
    """People who answer for a kind of ticket. Open: everyone on the staff sees its tickets."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_open = models.BooleanField(_("open to all"), default=True)
    members: "models.ManyToManyField[Person, Membership]" = models.ManyToManyField(
        Person, through="Membership", related_name="teams"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="one_membership")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.team_id}"


class Token(models.Model):
    """A key to the HTTP API. Only its hash is kept; it never has more rights than its person."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, default="", blank=True)
    prefix = models.CharField(max_length=8)
    hash = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=utc_now)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"


class SignInLink(models.Model):
    """A link that signs one person in, once. Only its hash is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_in_links")
    hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link of {self.person_id}"


class Desk(models.Model):
    """The desk itself: one row."""

    name = models.CharField(_("name of the desk"), max_length=80)
    languages = models.JSONField(default=list)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    set_up_at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_desk")]

    def __str__(self) -> str:
        return self.name
