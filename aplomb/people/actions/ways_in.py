"""Tokens of the HTTP API and links that sign somebody in. Of each secret only the hash is kept."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.lib.time import utc_now
from aplomb.people.actions.staff import one_line
from aplomb.people.errors import Wrong
from aplomb.people.models import Person, SignInLink, Token
from aplomb.people.policies import may_administer, require

LINK_LIVES = dt.timedelta(minutes=30)
SCOPES = ("tickets:read", "tickets:write", "customers:read", "customers:write")


def create_token(
    person: Person,
    *,
    by: Actor,
    name: str = "",
    scopes: Iterable[str] = SCOPES,
    lives: dt.timedelta | None = None,
) -> tuple[Token, str]:
    """A new token and its secret, which is shown once and never kept. Raises Wrong, NotAllowed."""
    if not (isinstance(by, Person) and by.pk == person.pk):
        require(may_administer(by))
    chosen = list(dict.fromkeys(scopes))
    unknown = [each for each in chosen if each not in SCOPES]
    if unknown:
        raise Wrong("scopes", _("There is no scope %(name)s.") % {"name": unknown[0]})
    secret = "apl_" + secrets.token_urlsafe(32)
    token = Token.objects.create(
        person=person,
        name=one_line(name)[:80],
        prefix=secret[4:10],
        hash=secret_hash(secret),
        scopes=chosen,
        expires_at=utc_now() + lives if lives else None,
    )
    return token, secret


def revoke_token(token: Token, *, by: Actor) -> None:
    """Raises NotAllowed."""
    if not (isinstance(by, Person) and by.pk == token.person_id):
        require(may_administer(by))
    token.revoked_at = utc_now()
    token.save(update_fields=["revoked_at"])


def person_of_token(secret: str) -> tuple[Person, Token] | None:
    """Who holds this token; None when it is unknown, revoked, over, or its person has left."""
    token = Token.objects.select_related("person").filter(hash=secret_hash(secret)).first()
    now = utc_now()
    if token is None or token.revoked_at or (token.expires_at and token.expires_at <= now):
        return None
    if not token.person.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at > dt.timedelta(minutes=10):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.person, token


def make_sign_in_link(person: Person, *, lives: dt.timedelta = LINK_LIVES) -> str:
    """The secret part of a link that signs this person in, once."""
    secret = secrets.token_urlsafe(24)
    SignInLink.objects.create(person=person, hash=secret_hash(secret), expires_at=utc_now() + lives)
    return secret


def use_sign_in_link(secret: str) -> Person | None:
    """Whose link this is, using it up; None when it is unknown, used, over, or the person has left."""
    now = utc_now()
    used = SignInLink.objects.filter(hash=secret_hash(secret), used_at=None, expires_at__gt=now).update(used_at=now)
    if not used:
        return None
    link = SignInLink.objects.select_related("person").get(hash=secret_hash(secret))
    return link.person if link.person.is_active else None


def secret_hash(secret: str) -> bytes:
    """SHA-256: enough for secrets of 24 random bytes and more, which nobody can guess."""
    return hashlib.sha256(secret.encode()).digest()
