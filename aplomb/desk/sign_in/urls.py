"""Ways in and keys. allauth's views under allauth's names, but only those that staff need."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path

from aplomb.desk.sign_in import forms, views

urlpatterns = [
    path("in", views.ask_for_link, name="ask_for_link"),
    path("in/sent", views.link_sent, name="sign_in_link_sent"),
    path("in/<str:secret>", views.open_link, name="sign_in_link"),
    path("account/login/", account.LoginView.as_view(form_class=forms.LoginForm), name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/signup/", views.closed, name="account_signup"),
    path(
        "account/reauthenticate/",
        account.ReauthenticateView.as_view(form_class=forms.ReauthenticateForm),
        name="account_reauthenticate",
    ),
    path(
        "account/password/change/",
        account.PasswordChangeView.as_view(form_class=forms.ChangePasswordForm),
        name="account_change_password",
    ),
    path(
        "account/password/set/",
        account.PasswordSetView.as_view(form_class=forms.SetPasswordForm),
        name="account_set_password",
    ),
    path(
        "account/password/reset/",
        account.PasswordResetView.as_view(form_class=forms.ResetPasswordForm),
        name="account_reset_password",
    ),
    path("account/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.PasswordResetFromKeyView.as_view(form_class=forms.ResetPasswordKeyForm),
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("account/2fa/", mfa.index, name="mfa_index"),
    path(
        "account/2fa/authenticate/",
        mfa.AuthenticateView.as_view(form_class=forms.AuthenticateForm),
        name="mfa_authenticate",
    ),
    path(
        "account/2fa/reauthenticate/",
        mfa.ReauthenticateView.as_view(form_class=forms.ReauthenticateByCodeForm),
        name="mfa_reauthenticate",
    ),
    path("account/2fa/totp/activate/", views.SetUpCodes.as_view(), name="mfa_activate_totp"),
    path("account/2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/2fa/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path(
        "account/2fa/passkeys/add/",
        passkeys.AddWebAuthnView.as_view(form_class=forms.AddPasskeyForm),
        name="mfa_add_webauthn",
    ),
    path(
        "account/2fa/passkeys/<int:pk>/name/",
        passkeys.EditWebAuthnView.as_view(form_class=forms.NamePasskeyForm),
        name="mfa_edit_webauthn",
    ),
    path("account/2fa/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("account/2fa/passkeys/sign-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("account/2fa/passkeys/reauthenticate/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/2fa/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/2fa/recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/2fa/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
