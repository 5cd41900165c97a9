"""The one form of the first run."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from aplomb.channels.mail.models import Mailbox
from aplomb.desk.inputs import DeskForm, LanguageField, ZoneField, language_choices
from aplomb.desk.setup.first_run import SEARCH, FirstRun
from aplomb.people.models import Person


class FirstRunForm(DeskForm):
    """Administrator, desk, first mailbox."""

    full_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    work_name = forms.CharField(
        label=_("Your work name"),
        max_length=60,
        required=False,
        help_text=_("The name that customers see. Left empty, it is your first name."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        help_text=_("At least 10 characters. A few words that you can keep in mind are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = LanguageField(label=_("Your language"))
    desk_name = forms.CharField(
        label=_("Name of the desk"),
        max_length=80,
        help_text=_("For example the name of your firm."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages in which you serve customers"),
        choices=language_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = ZoneField(widget=forms.Select(attrs={"data-guess-zone": ""}))
    mailbox_address = forms.EmailField(
        label=_("Address"),
        max_length=254,
        help_text=_("Customers write to it, and answers come from it."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    mailbox_name = forms.CharField(
        label=_("Name in the From line"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    mailbox_intake = forms.ChoiceField(
        label=_("Mail comes in by"),
        choices=[(SEARCH, _("the desk looks for the settings next")), *Mailbox.Intake.choices],
        widget=forms.RadioSelect,
        initial=SEARCH,
    )
    mailbox_host = forms.CharField(
        label=_("IMAP server"),
        max_length=253,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    mailbox_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False, initial=993)
    mailbox_security = forms.ChoiceField(label=_("Security"), choices=Mailbox.Security.choices, initial="tls")
    mailbox_login = forms.CharField(
        label=_("Name on the server"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    mailbox_password = forms.CharField(
        label=_("Password on the server"),
        strip=False,
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    PEOPLE = ("full_name", "work_name", "email", "password", "language")
    DESK = ("desk_name", "languages", "time_zone")
    MAILBOX = ("mailbox_address", "mailbox_name", "mailbox_intake")
    IMAP = ("mailbox_host", "mailbox_port", "mailbox_security", "mailbox_login", "mailbox_password")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("password"):
            like = Person(email=given.get("email", ""), full_name=given.get("full_name", ""))
            try:
                validate_password(given["password"], like)
            except ValidationError as error:
                self.add_error("password", error)
        return given

    def first_run(self) -> FirstRun:
        """What was given, once the form is valid."""
        given = self.cleaned_data
        mailbox = {name: given[f"mailbox_{name}"] for name in ("address", "name", "intake")}
        if mailbox["intake"] == Mailbox.Intake.IMAP:
            mailbox |= {name: given[f"mailbox_{name}"] for name in ("host", "security", "login", "password")}
            mailbox["port"] = given["mailbox_port"] or 993
        return FirstRun(
            full_name=given["full_name"],
            work_name=given["work_name"],
            email=given["email"],
            password=given["password"],
            language=given["language"],
            desk_name=given["desk_name"],
            languages=tuple(given["languages"]),
            time_zone=given["time_zone"],
            mailbox=mailbox | {"language": given["language"]},
        )
