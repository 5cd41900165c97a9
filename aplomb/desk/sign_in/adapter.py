"""What allauth asks of the desk: nobody signs up, mails are in the person's language, links lead to our address."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from aplomb.desk.frame import desk_name
from aplomb.desk.sign_in.reasons import NOT_PROVEN
from aplomb.people.models import Person


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """People come into the staff by an administrator or the first run, never by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse(settings.LOGIN_REDIRECT_URL)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("own_settings")

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, rest = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": rest})
        return f"{settings.URL}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the person it goes to. An address that nobody here has gets no mail from us."""
        if template_prefix == "account/email/unknown_account":
            return
        person = context.get("user")
        language = person.language if isinstance(person, Person) else translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, context)


class StaffKeys(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Passkeys in the desk's words: what the browser shows when it asks for one, and why one was refused."""

    error_messages: ClassVar[dict[str, Any]] = {**DefaultMFAAdapter.error_messages, "incorrect_code": NOT_PROVEN}

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": desk_name()}

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        return {
            **super().get_public_key_credential_user_entity(user),
            "name": user.email,
            "display_name": user.full_name,
        }


def sign_in(request: HttpRequest, person: Person, *, method: str) -> HttpResponse:
    """Sign this person in by allauth's own way, which still asks for a code where they have TOTP."""
    record_authentication(request, person, method=method)
    answer: HttpResponse = perform_login(request, Login(user=person, email=person.email))
    return answer
