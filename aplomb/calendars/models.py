"""State of the calendars: hours, days that differ, and what is known of public holidays."""

import secrets

from django.db import models
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext_lazy as _

SHIPPED_HOURS = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def new_stamp() -> str:
    return secrets.token_hex(8)


class Calendar(models.Model):
    """Weekly hours in a zone. `hours` in the shape of `aplomb sla due`: {"mon": [["09:00", "17:00"]], …}."""

    name = models.CharField(_("name"), max_length=80)
    time_zone = models.CharField(_("time zone"), max_length=64)
    hours = models.JSONField(default=dict)
    # of public holidays, ISO 3166-1 and -2; empty: none
    country = models.CharField(_("country"), max_length=2, default="", blank=True)
    region = models.CharField(_("region"), max_length=60, default="", blank=True)
    is_default = models.BooleanField(default=False)
    # another word after each change of anything that counts, so that what was worked out from it can be kept
    stamp = models.CharField(max_length=16, default="")

    class Meta:
        ordering = ["-is_default", "name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="one_calendar_of_a_name"),
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_calendar"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DayKind(models.TextChoices):
    """How a date differs."""

    CLOSED = "closed", _("closed")
    HOURS = "hours", _("other hours")
    USUAL = "usual", _("worked as usual")


class OwnDay(models.Model):
    """A date that differs from its weekday. It counts before a public holiday: that may be worked on."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="own_days")
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=120, default="", blank=True)
    kind = models.CharField(_("how it differs"), max_length=8, choices=DayKind.choices, default=DayKind.CLOSED)
    spans = models.JSONField(default=list, blank=True)
    is_imported = models.BooleanField(default=False)

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="one_own_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class HolidayYear(models.Model):
    """The public holidays of a year in a country or region: {"2026-01-01": {"en": "New Year's Day", …}, …}.

    Kept, because working them out needs seconds and megabytes that no page should pay for.
    """

    country = models.CharField(max_length=2)
    region = models.CharField(max_length=60, default="", blank=True)
    year = models.PositiveSmallIntegerField()
    days = models.JSONField(default=dict)
    # of the library that told them: another one may know better
    told_by = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["country", "region", "year"], name="one_holiday_year")]

    def __str__(self) -> str:
        return f"{self.country} {self.region} {self.year}"


def name_in_language(names: dict[str, str], language: str | None = None) -> str:
    """A holiday's name in the reader's language, else in English, else as its country calls it."""
    wanted = (language or translation.get_language() or "en")[:2]
    return names.get(wanted) or names.get("en") or next(iter(names.values()), "")
