"""Forms of the settings pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aplomb.desk.inputs import DeskForm, LanguageField, ZoneField, language_choices
from aplomb.people.models import Person, Role, Team, Theme

SCOPE_NAMES = {
    "tickets:read": _("read tickets"),
    "tickets:write": _("write tickets"),
    "customers:read": _("read customers"),
    "customers:write": _("write customers"),
}
LIVES = [
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("a year")),
    ("", _("until it is revoked")),
]
PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}


class OwnForm(DeskForm):
    full_name = forms.CharField(
        label=_("Full name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    work_name = forms.CharField(
        label=_("Work name"),
        max_length=60,
        help_text=_("The name that customers see."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    language = LanguageField()
    time_zone = ZoneField()
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices, widget=forms.RadioSelect)


class TokenForm(DeskForm):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        help_text=_("So that you know later which one to revoke."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=list(SCOPE_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself."),
    )
    lives = forms.ChoiceField(label=_("How long"), choices=LIVES, required=False, initial="90")


class PersonForm(DeskForm):
    """What an administrator sets of somebody. `email` only when they are new."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    full_name = forms.CharField(label=_("Full name"), max_length=120, widget=forms.TextInput(attrs=PLAIN))
    work_name = forms.CharField(
        label=_("Work name"),
        max_length=60,
        required=False,
        help_text=_("The name that customers see. Left empty, it is the first name."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, initial=[Role.AGENT]
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    language = LanguageField(initial="en")
    time_zone = ZoneField(initial="UTC")

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = self.fields["teams"]
        assert isinstance(teams, forms.ModelMultipleChoiceField)
        teams.queryset = Team.objects.all()
        if not is_new:
            del self.fields["email"]


class TeamForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs=PLAIN))
    is_open = forms.BooleanField(
        label=_("Everyone on the staff sees its tickets"),
        required=False,
        initial=True,
        help_text=_("Closed: only its members and supervisors do."),
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=Person.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = self.fields["members"]
        assert isinstance(members, forms.ModelMultipleChoiceField)
        members.queryset = Person.objects.filter(is_active=True).order_by("work_name", "id")


class DeskSettingsForm(DeskForm):
    name = forms.CharField(
        label=_("Name of the desk"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages in which you serve customers"),
        choices=language_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = ZoneField()
