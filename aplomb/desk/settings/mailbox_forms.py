"""Forms of mailboxes: the one for who knows all of it, and those of the steps of setting one up."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aplomb.channels.mail.models import Mailbox, MailboxAlias, MailGrant
from aplomb.desk.inputs import DeskForm, LanguageField
from aplomb.desk.settings.forms import PLAIN
from aplomb.people.models import Team

MOST_ALIASES = 60
# what decides where a kept password goes
PLACE = ("host", "port", "security", "login", "out_host", "out_port", "out_security")


class TeamField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """The team of new tickets, or none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Team of new tickets"))
        super().__init__(queryset=Team.objects.none(), required=False, **kwargs)


def _plain(label: Any, *, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, widget=forms.TextInput(attrs=PLAIN), **kwargs)


def _secret(label: Any) -> forms.CharField:
    """Never sent back to the browser, and not offered to its password store."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


def _port(initial: int) -> forms.IntegerField:
    return forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False, initial=initial)


def _security(initial: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Security"), choices=Mailbox.Security.choices, initial=initial, required=False)


class _Servers(forms.Form):
    """Way in and way out."""

    intake = forms.ChoiceField(
        label=_("Mail comes in by"), choices=Mailbox.Intake.choices, widget=forms.RadioSelect, initial="receiver"
    )
    host = _plain(_("IMAP server"), most=253)
    port = _port(993)
    security = _security("tls")
    folder = _plain(_("Folder"), most=120, initial="INBOX")
    out_host = _plain(_("SMTP server"), most=253, help_text=_("Left empty, mail leaves by the way of the whole desk."))
    out_port = _port(465)
    out_security = _security("tls")

    IMAP: tuple[str, ...] = ("host", "port", "security")
    OUT: tuple[str, ...] = ("out_host", "out_port", "out_security")


class _Face(forms.Form):
    """What customers see, and where their tickets go."""

    name = forms.CharField(
        label=_("Name in the From line"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    team = TeamField(empty_label=pgettext_lazy("team", "none"))
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
    takes = forms.ChoiceField(
        label=_("Of what is in the folder already, take in"), choices=Mailbox.Takes.choices, required=False
    )

    def clean_takes(self) -> str:
        return self.cleaned_data["takes"] or Mailbox.Takes.NEW


class MailboxForm(DeskForm, _Face, _Servers):
    """A mailbox. Its password is never sent back; empty leaves the one that is there while the place is the same."""

    address = forms.EmailField(
        label=_("Address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    login = _plain(_("Name on the server"), most=254)
    sign_in = forms.ChoiceField(
        label=_("Signs in by"), choices=Mailbox.SignIn.choices, required=False, initial="password"
    )
    password = _secret(_("Password on the server"))
    secret_ends_on = forms.DateField(
        label=_("Its password, or its application's secret, ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Administrators are reminded before that day."),
    )
    authserv_id = _plain(
        _("Name of your mail server in Authentication-Results"),
        most=253,
        help_text=_(
            "The server in front writes there whether a sender is proven (SPF, DKIM, DMARC). Only what it writes under "
            "this name is believed; left empty, the desk looks for itself."
        ),
    )

    MAIN = ("address", "name", "team", "language", "signature", "acknowledges", "has_plus", "is_active", "intake")
    IMAP = ("host", "port", "security", "folder", "takes")
    SIGN_IN = ("login", "sign_in", "password", "secret_ends_on")
    OUT = ("out_host", "out_port", "out_security")
    TRUST = ("authserv_id",)

    def __init__(self, *args: Any, mailbox: Mailbox | None = None, **kwargs: Any) -> None:
        self.mailbox = mailbox
        if mailbox is not None:
            kwargs.setdefault("initial", _of(mailbox, self.base_fields))
        super().__init__(*args, **kwargs)
        _teams(self.fields["team"])
        if mailbox is None:
            del self.fields["is_active"]
        elif mailbox.password:
            self.fields["password"].help_text = _("One is kept. Type another only to change it.")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        kept = self.mailbox
        given["sign_in"] = given.get("sign_in") or (kept.sign_in if kept else Mailbox.SignIn.PASSWORD)
        usual: dict[str, Any] = {"port": 993, "out_port": 465, "security": "tls", "out_security": "tls"}
        for name, value in usual.items():
            # what is wrong has no value at all, and keeps its error
            if name in given:
                given[name] = given[name] or (getattr(kept, name) if kept else value)
        if kept is not None and kept.password and given["sign_in"] == Mailbox.SignIn.PASSWORD:
            moved = any(each in given and given[each] != getattr(kept, each) for each in _places(given, kept))
            # or the kept password could be sent to a server of somebody else's choosing
            if moved and not given.get("password"):
                self.add_error("password", _("The server or the name on it changed: type the password again."))
        if "secret_ends_on" in given:
            given["secret_ends_at"] = _end_of(given.pop("secret_ends_on"))
        return given


class AddressForm(DeskForm):
    """The first step: nothing but the address."""

    address = forms.EmailField(
        label=_("Address"),
        max_length=254,
        help_text=_("Customers write to it, and answers come from it."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


class ServersForm(DeskForm, _Servers):
    """The second step: what was found, to be looked at and changed."""

    field_order = ("intake", "host", "port", "security", "folder", "out_host", "out_port", "out_security")
    IMAP = ("host", "port", "security", "folder")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        usual: dict[str, Any] = {
            "port": 993,
            "out_port": 465,
            "security": "tls",
            "out_security": "tls",
            "folder": "INBOX",
        }
        for name, value in usual.items():
            if name in given:
                given[name] = given[name] or value
        if given.get("intake") == Mailbox.Intake.IMAP and not given.get("host"):
            self.add_error("host", _("Name the IMAP server."))
        return given


class SignInForm(DeskForm):
    """The third step: a password, or an application that somebody consents to. Neither secret is ever sent back."""

    login = forms.CharField(label=_("Name on the server"), max_length=254, widget=forms.TextInput(attrs=PLAIN))
    sign_in = forms.ChoiceField(label=_("Signs in by"), choices=Mailbox.SignIn.choices, widget=forms.RadioSelect)
    password = _secret(_("Password on the server"))
    service = forms.ChoiceField(label=_("Service"), choices=MailGrant.Service.choices, required=False)
    flow = forms.ChoiceField(label=_("Who consents"), choices=MailGrant.Flow.choices, required=False)
    tenant = _plain(
        _("Organisation"),
        most=120,
        help_text=_("Microsoft 365: its directory ID or one of its domains. Left empty, whoever signs in."),
    )
    application_id = _plain(_("Application ID"), most=255)
    application_secret = _secret(_("Application secret"))
    authorize_url = _plain(_("Page of consent"), most=500)
    token_url = _plain(_("Token endpoint"), most=500)
    scope = _plain(_("Scope"), most=500, help_text=_("Left empty, what the service is known to want."))
    mechanism = forms.ChoiceField(label=_("Mechanism"), choices=MailGrant.Mechanism.choices, required=False)
    secret_ends_on = forms.DateField(
        label=_("Its password, or its application's secret, ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Administrators are reminded before that day."),
    )

    APPLICATION = ("service", "flow", "tenant", "application_id", "application_secret")
    OTHER = ("authorize_url", "token_url", "scope", "mechanism")
    GRANT = ("service", "flow", "tenant", "authorize_url", "token_url", "scope", "mechanism")

    def __init__(self, *args: Any, mailbox: Mailbox, grant: MailGrant | None, service: str = "", **kwargs: Any) -> None:
        self.mailbox, self.grant = mailbox, grant
        initial: dict[str, Any] = {"login": mailbox.login or mailbox.address, "sign_in": mailbox.sign_in}
        initial["secret_ends_on"] = mailbox.secret_ends_at.date() if mailbox.secret_ends_at else None
        initial["service"] = service or MailGrant.Service.MICROSOFT
        if grant is not None:
            initial |= {name: getattr(grant, name) for name in self.GRANT} | {"application_id": grant.application_id}
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)
        if mailbox.password:
            self.fields["password"].help_text = _("One is kept. Type another only to change it.")
        if grant is not None and grant.application_secret:
            self.fields["application_secret"].help_text = _("One is kept. Type another only to change it.")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["service"] = given.get("service") or MailGrant.Service.MICROSOFT
        given["flow"] = given.get("flow") or MailGrant.Flow.DELEGATED
        given["mechanism"] = given.get("mechanism") or MailGrant.Mechanism.XOAUTH2
        if given.get("sign_in") == Mailbox.SignIn.PASSWORD and not given.get("password"):
            if not self.mailbox.password:
                self.add_error("password", _("The server asks for a password."))
            elif given.get("login") != self.mailbox.login:
                self.add_error("password", _("The server or the name on it changed: type the password again."))
        return given

    def application(self) -> dict[str, Any]:
        """What belongs to the grant, once the form is valid."""
        given = self.cleaned_data
        own = {"application_id": given["application_id"].strip(), "secret": given["application_secret"]}
        return own | {name: given[name] for name in self.GRANT}

    def own(self) -> dict[str, Any]:
        """What belongs to the mailbox itself, once the form is valid."""
        given = self.cleaned_data
        return {
            "login": given["login"],
            "sign_in": given["sign_in"],
            "password": given["password"] if given["sign_in"] == Mailbox.SignIn.PASSWORD else "",
            "secret_ends_at": _end_of(given["secret_ends_on"]),
        }


class FinishForm(DeskForm, _Face):
    """The last step: name, team, language, signature."""

    def __init__(self, *args: Any, mailbox: Mailbox, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _of(mailbox, self.base_fields))
        super().__init__(*args, **kwargs)
        _teams(self.fields["team"])
        if mailbox.intake != Mailbox.Intake.IMAP:
            del self.fields["takes"]


if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet["AliasForm"]
else:
    # not generic at run time
    _FormSet = forms.BaseFormSet


class AliasForm(DeskForm):
    """A further address; emptied, it goes."""

    address = forms.EmailField(
        label=_("Further address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    team = TeamField(empty_label=_("that of the mailbox"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _teams(self.fields["team"])


class BaseAliases(_FormSet):
    """The rows of further addresses."""

    def wanted(self) -> dict[str, Team | None]:
        """The addresses with their teams, once the forms are valid."""
        rows = [each.cleaned_data for each in self.forms if each.cleaned_data.get("address")]
        return {row["address"].lower(): row.get("team") for row in rows}

    def refuse(self, words: str) -> None:
        """At the address that the words name, else at the first."""
        for each in self.forms:
            address = each.cleaned_data.get("address", "") if each.is_valid() else ""
            if address and address.lower() in words:
                each.add_error("address", words)
                return
        if self.forms:
            self.forms[0].add_error("address", words)


AliasForms = forms.formset_factory(
    AliasForm, formset=BaseAliases, extra=2, max_num=MOST_ALIASES, absolute_max=MOST_ALIASES + 2
)


def alias_forms(posted: Mapping[str, Any] | None, mailbox: Mailbox | None) -> BaseAliases:
    """The further addresses of a mailbox, and two empty rows."""
    kept = MailboxAlias.objects.filter(mailbox=mailbox) if mailbox is not None else ()
    return AliasForms(  # type: ignore[return-value]  # the factory keeps its formset's class
        posted if posted is not None and "alias-TOTAL_FORMS" in posted else None,
        initial=[{"address": each.address, "team": each.team_id} for each in kept],
        prefix="alias",
    )


def _teams(field: forms.Field) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = Team.objects.all()


def _of(mailbox: Mailbox, names: Mapping[str, Any]) -> dict[str, Any]:
    """What a mailbox has now, secrets aside."""
    found = {each: getattr(mailbox, each) for each in names if each not in {"password", "secret_ends_on", "address"}}
    found["address"] = mailbox.address
    found["secret_ends_on"] = mailbox.secret_ends_at.date() if mailbox.secret_ends_at else None
    return found


def _places(given: Mapping[str, Any], kept: Mailbox) -> tuple[str, ...]:
    """Of PLACE what matters: the ways that are in use."""
    way_in = PLACE[:4] if given.get("intake") == Mailbox.Intake.IMAP else ("login",)
    return (*way_in, *(PLACE[4:] if given.get("out_host") else ()))


def _end_of(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), dt.UTC) if day is not None else None
