"""Tokens instead of passwords (OAuth 2, RFC 6749): a person's consent with PKCE (RFC 7636), or the application's own right.

begin_consent → the service's page → finish_consent → access_token, as often as one is wanted.
Tokens are encrypted at rest, never logged, and refreshed a while before they end by one process at a time.
"""

import base64
import datetime as dt
import hashlib
import secrets
import time
from typing import Any
from urllib.parse import urlencode

import structlog
from django.core import signing
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from aplomb.channels.mail.models import Mailbox, MailGrant
from aplomb.channels.mail.passwords import WrongKey, lock, unlock
from aplomb.channels.mail.servers import sasl
from aplomb.channels.mail.servers.services import service_called
from aplomb.channels.mail.servers.tokenpoint import Answer, NoAnswer, ask_for_token
from aplomb.lib.time import utc_now

log = structlog.get_logger()

STATE_SECONDS = 3600
REFRESH_SECONDS = 40
SALT = "aplomb mailbox consent"
# where a service does not say how long a token lasts
USUAL_SECONDS = 600
EARLY_SECONDS = 300

# what only a new consent can mend (RFC 6749 section 5.2, and what Microsoft and OpenID Connect say beside it)
WITHDRAWN = {"invalid_grant", "interaction_required", "consent_required", "login_required", "access_denied"}
APPLICATION_REFUSED = {"invalid_client", "unauthorized_client"}


class GrantFailure(Exception):
    """Why there is no token, in words for the administrator, with the mend."""


class ConsentNeeded(GrantFailure):
    """Nobody has consented yet, or the service took the consent back."""


def mechanism_of(mailbox: Mailbox) -> str:
    """XOAUTH2 or OAUTHBEARER, as the mailbox's grant says."""
    grant = MailGrant.objects.filter(mailbox=mailbox).only("mechanism").first()
    is_bearer = grant is not None and grant.mechanism == MailGrant.Mechanism.OAUTHBEARER
    return sasl.OAUTHBEARER if is_bearer else sasl.XOAUTH2


def begin_consent(mailbox: Mailbox, redirect_url: str) -> str:
    """The address of the service's page where a person consents; it leads back to `redirect_url` with `state` and `code`.

    What works now goes on working until the new consent is there. Raises GrantFailure.
    """
    grant = _grant(mailbox)
    if grant.flow == MailGrant.Flow.APP_ONLY:
        raise GrantFailure(_("The application signs in by itself: nobody needs to consent here."))
    page = endpoint(grant, "authorize_url")
    if not page:
        raise GrantFailure(_("Name the page of consent of this service."))
    verifier = secrets.token_urlsafe(64)
    state = signing.dumps([mailbox.pk, redirect_url, secrets.token_urlsafe(16)], salt=SALT, compress=True)
    MailGrant.objects.filter(pk=grant.pk).update(state_digest=_digest(state), verifier=lock(verifier))
    asked = {
        "response_type": "code",
        "client_id": grant.application_id,
        "redirect_uri": redirect_url,
        "scope": _scope(grant),
        "state": state,
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
        "login_hint": mailbox.login or mailbox.address,
        **service_called(grant.service).asks,
    }
    return f"{page}{'&' if '?' in page else '?'}{urlencode(asked)}"


def mailbox_of_state(state: str) -> Mailbox | None:
    """The mailbox whose consent comes back with this `state`; None for one that is not ours, too old or used."""
    try:
        mailbox_id, _redirect, _once = signing.loads(state, salt=SALT, max_age=STATE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    grant = MailGrant.objects.select_related("mailbox").filter(pk=mailbox_id).first()
    if grant is None or not constant_time_compare(grant.state_digest, _digest(state)):
        return None
    return grant.mailbox


def finish_consent(mailbox: Mailbox, state: str, code: str) -> None:
    """Exchange the code of a consent for tokens. Raises GrantFailure; then all stays as it was."""
    found = mailbox_of_state(state)
    if found is None or found.pk != mailbox.pk:
        raise GrantFailure(_("This consent is not the one that was begun, or it came too late: begin again."))
    grant = _grant(mailbox)
    # a state serves once, whoever comes first
    if not MailGrant.objects.filter(pk=grant.pk, state_digest=_digest(state)).update(state_digest=""):
        raise GrantFailure(_("This consent is not the one that was begun, or it came too late: begin again."))
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": signing.loads(state, salt=SALT)[1],
        "code_verifier": _opened(grant.verifier),
        **_application(grant),
    }
    answer = _asked(grant, asked)
    if not answer.refresh_token and not grant.refresh_token:
        log.warning("consent without a refresh token", mailbox=mailbox.address)
    _keep(grant, answer, verifier=b"", consented_at=utc_now(), needs_consent=False)
    Mailbox.objects.filter(pk=mailbox.pk).update(failed_at=None, failure="")


def consent_refused(mailbox: Mailbox, error: str, description: str = "") -> str:
    """In words, what the service sent back instead of a code (RFC 6749 section 4.1.2.1). Nothing is changed."""
    if error == "access_denied":
        return _("The consent was declined, or an administrator of the service must give it first.")
    return _("The service did not consent. It says: %(said)s") % {"said": _few_words(error, description)}


def access_token(mailbox: Mailbox, *, instead_of: str = "") -> str:
    """A token that is good for some minutes; `instead_of`: not this one, the server refused it. Raises GrantFailure.

    One process asks for the next one, the others wait for what it gets.
    """
    until = time.monotonic() + REFRESH_SECONDS
    while True:
        grant = _grant(mailbox)
        token = _good_token(grant)
        if token and token != instead_of:
            return token
        if grant.flow == MailGrant.Flow.DELEGATED and (grant.needs_consent or not grant.refresh_token):
            raise ConsentNeeded(_consent_words(mailbox))
        if _claim(grant):
            try:
                return _refreshed(mailbox, grant)
            finally:
                MailGrant.objects.filter(pk=grant.pk).update(refreshing_until=None)
        if time.monotonic() > until:
            raise GrantFailure(_("Another process asks for a token and gets no answer; it is tried again."))
        time.sleep(0.1)


def endpoint(grant: MailGrant, which: str) -> str:
    """`authorize_url` or `token_url`: the grant's own, else that of its service."""
    own: str = getattr(grant, which)
    known = service_called(grant.service)
    pattern: str = own or getattr(known, which)
    return pattern.replace("{tenant}", grant.tenant or known.tenant)


def _claim(grant: MailGrant) -> bool:
    now = utc_now()
    free = Q(refreshing_until=None) | Q(refreshing_until__lt=now)
    rows = MailGrant.objects.filter(free, pk=grant.pk, access_token=bytes(grant.access_token))
    return bool(rows.update(refreshing_until=now + dt.timedelta(seconds=REFRESH_SECONDS)))


def _refreshed(mailbox: Mailbox, grant: MailGrant) -> str:
    if grant.flow == MailGrant.Flow.APP_ONLY:
        asked = {"grant_type": "client_credentials", "scope": _scope(grant), **_application(grant)}
    else:
        asked = {"grant_type": "refresh_token", "refresh_token": _opened(grant.refresh_token), **_application(grant)}
    try:
        answer = _asked(grant, asked)
    except ConsentNeeded:
        # not where somebody consented anew meanwhile
        same = MailGrant.objects.filter(pk=grant.pk, refresh_token=bytes(grant.refresh_token))
        if grant.flow == MailGrant.Flow.DELEGATED and same.update(needs_consent=True, access_token=b""):
            log.warning("consent withdrawn", mailbox=mailbox.address)
        raise
    _keep(grant, answer)
    return answer.access_token


def _keep(grant: MailGrant, answer: Answer, **more: Any) -> None:
    lasts = answer.lasts if answer.lasts > 0 else USUAL_SECONDS
    early = min(EARLY_SECONDS, lasts / 4)
    kept: dict[str, Any] = {
        "access_token": lock(answer.access_token),
        "access_ends_at": utc_now() + dt.timedelta(seconds=lasts - early),
        **more,
    }
    if answer.refresh_token:
        # a service that rotates them has ended the old one with this answer
        kept["refresh_token"] = lock(answer.refresh_token)
    MailGrant.objects.filter(pk=grant.pk).update(**kept)


def _asked(grant: MailGrant, asked: dict[str, str]) -> Answer:
    url = endpoint(grant, "token_url")
    if not url:
        raise GrantFailure(_("Name the token endpoint of this service."))
    try:
        answer = ask_for_token(url, asked)
    except NoAnswer as error:
        raise GrantFailure(str(error)) from error
    if answer.access_token:
        return answer
    raise _refusal(grant, answer)


def _refusal(grant: MailGrant, answer: Answer) -> GrantFailure:
    said = {"said": _few_words(answer.error, answer.description)}
    if answer.error in WITHDRAWN and grant.flow == MailGrant.Flow.DELEGATED:
        return ConsentNeeded(
            _("The consent has ended or was withdrawn: consent again. The service says: %(said)s") % said
        )
    if answer.error in APPLICATION_REFUSED:
        return GrantFailure(
            _("The service refuses the application: check its ID, its secret and when that ends. It says: %(said)s")
            % said
        )
    if answer.error == "invalid_scope":
        return GrantFailure(_("The service does not give what is asked for: check the scope. It says: %(said)s") % said)
    return GrantFailure(_("The service gave no token; it is tried again. It says: %(said)s") % said)


def _grant(mailbox: Mailbox) -> MailGrant:
    found = MailGrant.objects.filter(mailbox=mailbox).first()
    if found is None:
        raise ConsentNeeded(_("Name the service and the application with which this mailbox signs in."))
    return found


def _good_token(grant: MailGrant) -> str:
    if not grant.access_token or grant.access_ends_at is None or grant.access_ends_at <= utc_now():
        return ""
    return _opened(grant.access_token)


def _opened(kept: bytes | memoryview) -> str:
    try:
        return unlock(bytes(kept))
    except WrongKey as error:
        raise ConsentNeeded(
            _("The desk's secret has changed: consent again, and enter the application's secret again.")
        ) from error


def _application(grant: MailGrant) -> dict[str, str]:
    found = {"client_id": grant.application_id}
    if grant.application_secret:
        found["client_secret"] = _opened(grant.application_secret)
    return found


def _scope(grant: MailGrant) -> str:
    known = service_called(grant.service)
    return grant.scope or (known.app_scope if grant.flow == MailGrant.Flow.APP_ONLY else known.scope)


def _consent_words(mailbox: Mailbox) -> str:
    return _("Somebody must consent that the desk reads %(address)s.") % {"address": mailbox.address}


def _few_words(*told: str) -> str:
    return " ".join(" ".join(each for each in told if each).split())[:200]


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
