"""A mailbox that is being set up step by step. It takes part in nothing until it is finished: no mail in, none out."""

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.channels.mail.actions import add_mailbox, change_mailbox
from aplomb.channels.mail.models import Mailbox, MailGrant
from aplomb.channels.mail.passwords import lock
from aplomb.journal.actors import Actor
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotFound, Wrong
from aplomb.people.policies import may_administer, require

# what must be consented to anew when it changes: the tokens are another application's, or for other rights
_OF_THE_APPLICATION = ("service", "flow", "tenant", "application_id", "authorize_url", "token_url", "scope")


def begin_draft(address: str, *, by: Actor, name: str, language: str) -> Mailbox:
    """The draft of that address: the one that was begun before, else a new one. Raises Wrong, NotAllowed."""
    require(may_administer(by))
    begun = Mailbox.objects.filter(address=address.strip().lower(), is_draft=True).first()
    if begun is not None:
        return begun
    return add_mailbox(
        by=by, name=name or address, address=address, language=language, is_draft=True, is_active=False, intake="imap"
    )


def finish_draft(mailbox: Mailbox, *, by: Actor, **changes: Any) -> Mailbox:
    """Take it into use. `changes` as for change_mailbox. Raises Wrong, NotAllowed, NotFound where it is no draft."""
    with transaction.atomic():
        draft = _draft(mailbox, by)
        return change_mailbox(draft, by=by, is_draft=False, is_active=True, reads_since=utc_now(), **changes)


def discard_draft(mailbox: Mailbox, *, by: Actor) -> None:
    """Forget it, with its password and tokens. Raises NotAllowed, NotFound where it is no draft."""
    with transaction.atomic():
        _draft(mailbox, by).delete()


def set_application(mailbox: Mailbox, *, by: Actor, secret: str = "", **given: Any) -> MailGrant:
    """The application that signs in for a mailbox (OAuth 2). `given`: fields of MailGrant; an empty secret leaves the kept one.

    Where it becomes another one, the old one's tokens go and a new consent is needed. Raises Wrong, NotAllowed.
    """
    require(may_administer(by))
    with transaction.atomic():
        grant = MailGrant.objects.select_for_update().filter(mailbox=mailbox).first() or MailGrant(mailbox=mailbox)
        is_other = grant.consented_at is None and not grant.application_secret
        for name, value in given.items():
            is_other = is_other or (name in _OF_THE_APPLICATION and getattr(grant, name) != value)
            setattr(grant, name, value)
        _check_application(grant, secret)
        if is_other and grant.application_secret and not secret:
            # or the kept secret could be sent to an endpoint of somebody else's choosing
            raise Wrong("application_secret", _("The application changed: type its secret again."))
        if secret:
            grant.application_secret = lock(secret)
        if is_other:
            grant.refresh_token = grant.access_token = b""
            grant.access_ends_at = None
            # an application that signs in by itself needs nobody
            grant.needs_consent = grant.flow == MailGrant.Flow.DELEGATED
        grant.save()
    return grant


def _draft(mailbox: Mailbox, by: Actor) -> Mailbox:
    require(may_administer(by))
    found = Mailbox.objects.select_for_update(of=("self",)).filter(pk=mailbox.pk, is_draft=True).first()
    if found is None:
        raise NotFound
    return found


def _check_application(grant: MailGrant, secret: str) -> None:
    if grant.service not in MailGrant.Service.values:
        raise Wrong("service", _("Choose the service."))
    if not grant.application_id:
        raise Wrong("application_id", _("The service gives an application an ID when it is registered."))
    if grant.flow == MailGrant.Flow.APP_ONLY:
        if not secret and not grant.application_secret:
            raise Wrong("application_secret", _("An application that signs in by itself needs its secret."))
        if grant.service == MailGrant.Service.GOOGLE:
            raise Wrong("flow", _("At Google a person consents."))
        if grant.service == MailGrant.Service.MICROSOFT and not grant.tenant:
            raise Wrong("tenant", _("Name the organisation: its directory ID or one of its domains."))
    if grant.service == MailGrant.Service.OTHER:
        if not grant.token_url:
            raise Wrong("token_url", _("Name the token endpoint of the service."))
        if grant.flow == MailGrant.Flow.DELEGATED and not grant.authorize_url:
            raise Wrong("authorize_url", _("Name the page of consent of the service."))
    if any(not (each.isalnum() or each in ".-") for each in grant.tenant):
        raise Wrong("tenant", _("This is an ID or a domain."))
    for name in ("authorize_url", "token_url"):
        _check_url(name, getattr(grant, name))


def _check_url(name: str, url: str) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    is_own = host in {"localhost", "127.0.0.1", "::1"}
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_own)):
        raise Wrong(name, _("An address of the web that begins with https://."))
