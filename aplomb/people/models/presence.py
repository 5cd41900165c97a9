"""When somebody works, when they are absent, and whether they can be reached now.

One row a person says how things stand; what was before is written over. Nobody can read from this how long somebody was on
a break: there is nothing to sum up, and tests/house/test_presence.py keeps it so.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aplomb.calendars.models import Calendar
from aplomb.people.models.staff import Person, Team


class State(models.TextChoices):
    """Whether somebody can be reached. Only who is available is given new work."""

    AVAILABLE = "available", _("available")
    IN_CALL = "in_call", _("in a call")
    AFTER_CALL = "after_call", _("after a call")
    BREAK = "break", _("on a break")
    AWAY = "away", _("away")


class Channel(models.TextChoices):
    """Ways on which somebody can take more than one at once, or not."""

    MAIL = "mail", _("mail")
    CHAT = "chat", _("chat")
    CALL = "call", _("call")


class AbsenceKind(models.TextChoices):
    """Why somebody is not there, as far as colleagues need to know. Never anything about health."""

    LEAVE = "leave", _("on leave")
    TRAINING = "training", _("in training")
    TRAVEL = "travel", _("away on business")
    OTHER = "other", _("absent")


class TeamCalendar(models.Model):
    """A team that works by a calendar of its own; the others work by the desk's."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True, related_name="own_calendar")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.team_id} by {self.calendar_id}"


class WorkingHours(models.Model):
    """A person's own weekly hours, in their own time zone. Without a row they work when their team does."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="working_hours")
    hours = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"hours of {self.person_id}"


class Presence(models.Model):
    """What somebody said of themselves, or the telephone did, and until when it holds. Then their hours say it again."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="presence")
    state = models.CharField(max_length=12, choices=State.choices)
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id} is {self.state}"


class ChannelLimit(models.Model):
    """How many of a kind somebody takes at once. None: as many as there are; without a row the desk's usual."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="channel_limits")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    at_most = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "channel"], name="one_limit_a_channel")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.at_most} by {self.channel}"


class Absence(models.Model):
    """Whole days on which somebody is not there, the first and the last included, in their own time zone."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    kind = models.CharField(_("kind"), max_length=10, choices=AbsenceKind.choices, default=AbsenceKind.LEAVE)
    stand_in = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who stands in")
    )

    class Meta:
        ordering = ["first_day", "id"]
        indexes = [models.Index(fields=["person", "last_day"], name="absences_of")]
        constraints = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="absence_ends_after"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.first_day}–{self.last_day}"
