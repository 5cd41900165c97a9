"""Forms of the calendars' pages."""

from collections.abc import Mapping
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aplomb.calendars import publicdays
from aplomb.calendars.dayfile import MOST_BYTES
from aplomb.calendars.models import DayKind
from aplomb.desk.calendars.hours import SpansForm, WeekForm
from aplomb.desk.inputs import DeskForm, ZoneField, zone_choices
from aplomb.people.models import Team

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class CalendarForm(WeekForm):
    """Name, zone, hours, place of the holidays, and the teams that work by it."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs=PLAIN))
    time_zone = ZoneField()
    country = forms.ChoiceField(
        label=_("Public holidays of"), required=False, help_text=_("Save, and its regions can be chosen.")
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams that work by it"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The others work by the desk's calendar."),
    )

    def __init__(self, *args: Any, initial: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, initial=initial, **kwargs)
        self._choose("time_zone", zone_choices(also=initial.get("time_zone", "")))
        self._choose("country", country_choices())
        teams = self.fields["teams"]
        assert isinstance(teams, forms.ModelMultipleChoiceField)
        teams.queryset = Team.objects.all()
        country = initial.get("country", "")
        names = publicdays.regions(country) if country else {}
        if names:
            self._choose("region", [("", _("the whole country")), *names.items()])
            self.fields["country"].help_text = ""
        else:
            del self.fields["region"]

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def given(self) -> dict[str, Any]:
        """The arguments of add_calendar and change_calendar."""
        cleaned = self.cleaned_data
        moved = cleaned["country"] != self.initial.get("country", "")
        return {
            "name": cleaned["name"],
            "time_zone": cleaned["time_zone"],
            "hours": self.hours(),
            "country": cleaned["country"],
            # a region of the country that it was
            "region": "" if moved else cleaned.get("region", ""),
        }


def country_choices() -> list[tuple[str, Any]]:
    """Countries with public holidays, by their names in the reader's language."""
    names = Locale.parse((get_language() or "en").replace("-", "_")).territories
    found = sorted(((code, str(names.get(code, code))) for code in publicdays.countries()), key=lambda pair: pair[1])
    return [("", _("no country: no public holidays")), *found]


class DayForm(SpansForm):
    """A date that differs."""

    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label=_("What for"), max_length=120, required=False, widget=forms.TextInput(attrs=PLAIN))
    kind = forms.ChoiceField(
        label=_("How it differs"), choices=DayKind.choices, initial=DayKind.CLOSED, widget=forms.RadioSelect
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and cleaned["kind"] == DayKind.HOURS and not self.hours():
            self.add_error("spans_0_from", _("Say from when to when."))
        return cleaned


class FileForm(DeskForm):
    """A file of days off."""

    file = forms.FileField(
        label=_("Calendar file"),
        help_text=_(
            "An iCalendar (.ics) with events that last whole days. Dates that differ already stay as they are."
        ),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
    )

    def content(self) -> bytes:
        """The file, and one byte more than may be, so that what is too large is seen."""
        found: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        return found
