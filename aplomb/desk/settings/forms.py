"""Forms of the settings pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aplomb.channels.mail.models import Mailbox
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


class MailboxForm(DeskForm):
    """A mailbox. Its password is never sent back; empty leaves the one that is there while the place is the same."""

    address = forms.EmailField(
        label=_("Address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=_("Name in the From line"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    team = forms.ModelChoiceField(
        label=_("Team of new tickets"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=pgettext_lazy("team", "none"),
    )
    language = LanguageField(initial="en")
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    acknowledges = forms.BooleanField(
        label=_("Acknowledge new requests"),
        required=False,
        initial=True,
        help_text=_("At most one an hour to an address, never to automatic mail."),
    )
    has_plus = forms.BooleanField(
        label=_("The server knows plus addresses"),
        required=False,
        help_text=_("It delivers help+anything@ to help@, so that answers find their ticket more surely."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    intake = forms.ChoiceField(
        label=_("Mail comes in by"), choices=Mailbox.Intake.choices, widget=forms.RadioSelect, initial="receiver"
    )
    host = forms.CharField(label=_("IMAP server"), max_length=253, required=False, widget=forms.TextInput(attrs=PLAIN))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False, initial=993)
    security = forms.ChoiceField(label=_("Security"), choices=Mailbox.Security.choices, initial="tls")
    login = forms.CharField(
        label=_("Name on the server"), max_length=254, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    password = forms.CharField(
        label=_("Password on the server"),
        strip=False,
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    folder = forms.CharField(
        label=_("Folder"), max_length=120, required=False, initial="INBOX", widget=forms.TextInput(attrs=PLAIN)
    )

    MAIN = ("address", "name", "team", "language", "signature", "acknowledges", "has_plus", "is_active", "intake")
    IMAP = ("host", "port", "security", "login", "password", "folder")

    def __init__(self, *args: Any, mailbox: Mailbox | None = None, **kwargs: Any) -> None:
        self.mailbox = mailbox
        if mailbox is not None:
            names = (*self.MAIN, *self.IMAP)
            kwargs.setdefault("initial", {each: getattr(mailbox, each) for each in names if each != "password"})
        super().__init__(*args, **kwargs)
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)
        team.queryset = Team.objects.all()
        if mailbox is None:
            del self.fields["is_active"]
        elif mailbox.password:
            self.fields["password"].help_text = _("One is kept. Type another only to change it.")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        kept = self.mailbox
        if kept is not None and kept.password and given.get("intake") == Mailbox.Intake.IMAP:
            place = ("host", "port", "security", "login")
            moved = any(given.get(each) != getattr(kept, each) for each in place)
            # or the kept password could be sent to a server of somebody else's choosing
            if moved and not given.get("password"):
                self.add_error("password", _("The server or the name on it changed: type the password again."))
        given["port"] = given.get("port") or (kept.port if kept else 993)
        return given
