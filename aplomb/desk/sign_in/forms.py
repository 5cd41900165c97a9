"""allauth's forms in the desk's words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from aplomb.desk.inputs import DeskForm
from aplomb.desk.sign_in.reasons import NOT_PROVEN

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "remember": _("Stay signed in on this device"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "code": _("Code"),
    "name": _("Name of this passkey"),
}
REASONS = {
    "email_password_mismatch": _("Address and password do not belong together."),
    "too_many_login_attempts": _("Too many attempts. Wait five minutes, or ask for a sign-in link."),
    "rate_limited": _("Too many attempts. Wait a few minutes."),
    "enter_current_password": _("This is not your present password."),
    "incorrect_password": _("This is not your password."),
    "incorrect_code": NOT_PROVEN,
    "account_inactive": _("This account is switched off."),
    "invalid_password_reset": _("This link was used, or is too old."),
}


class InOurWords:
    """Labels and reasons of ours, no placeholders, and a new password typed once: it can be shown instead."""

    fields: dict[str, forms.Field]
    template_name = "desk/settings/form.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = ""
            field.widget.attrs.pop("placeholder", None)
        if "login" in self.fields:
            self.fields["login"].widget.attrs["autocomplete"] = "username"
        if "password1" in self.fields:
            self.fields["password1"].help_text = _(
                "At least 10 characters. A few words that you can keep in mind are best."
            )
        if "code" in self.fields:
            self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocapitalize": "off", "spellcheck": "false"}

    def add_error(self, field: str | None, error: Any) -> None:
        """allauth's reasons go by their codes."""
        code = getattr(error, "code", None)
        if isinstance(error, ValidationError) and code in REASONS:
            error = ValidationError(REASONS[code], code=code)
        super().add_error(field, error)  # type: ignore[misc]  # of the form that this is mixed into


class LoginForm(InOurWords, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    pass


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    pass


class SetPasswordForm(InOurWords, account.SetPasswordForm):  # type: ignore[misc]  # allauth has no types
    pass


class ResetPasswordForm(InOurWords, account.ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    pass


class ResetPasswordKeyForm(InOurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    pass


class ReauthenticateForm(InOurWords, account.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    pass


class AuthenticateForm(InOurWords, mfa.AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    pass


class ReauthenticateByCodeForm(InOurWords, mfa.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    pass


class ActivateTOTPForm(InOurWords, totp.ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    pass


class AddPasskeyForm(InOurWords, passkeys.AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey is always one that signs in alone: the device itself asks for a finger, a face or a PIN."""

    passwordless = forms.BooleanField(widget=forms.HiddenInput, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"maxlength": 60, "autocomplete": "off"}
        self.fields["name"].help_text = _("So that you know it again: the phone or computer that keeps it.")

    def clean_name(self) -> str:
        return str(super().clean_name())[:60]


class NamePasskeyForm(InOurWords, passkeys.EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    name = forms.CharField(max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class AskForLink(DeskForm):
    """Whose link? The answer is the same whether the desk knows the address or not."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
