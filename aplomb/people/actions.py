"""The only writers of people, teams, tokens and sign-in links."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.lib.text import clean_text
from aplomb.lib.time import known_zone, utc_now
from aplomb.people.errors import Wrong
from aplomb.people.models import Desk, Membership, Person, Role, SignInLink, Team, Token
from aplomb.people.policies import may_administer, no, require

LANGUAGES = ("en", "es", "it", "ro", "el")
LINK_LIVES = dt.timedelta(minutes=30)
SCOPES = ("tickets:read", "tickets:write", "customers:read", "customers:write")


def set_up_desk(*, name: str, languages: Iterable[str], time_zone: str, by: Actor) -> Desk:
    """Name the desk and its languages. Raises Wrong, NotAllowed."""
    require(may_administer(by))
    chosen = [each for each in LANGUAGES if each in set(languages)]
    if not _line(name):
        raise Wrong("name", _("The desk needs a name."))
    if not chosen:
        raise Wrong("languages", _("Choose at least one language."))
    if not known_zone(time_zone):
        raise Wrong("time_zone", _("There is no time zone %(name)s.") % {"name": time_zone})
    desk, _made = Desk.objects.update_or_create(
        id=1, defaults={"name": _line(name)[:80], "languages": chosen, "time_zone": time_zone}
    )
    return desk


def add_person(
    *,
    email: str,
    full_name: str,
    by: Actor,
    work_name: str = "",
    roles: Iterable[str] = (Role.AGENT,),
    language: str = "en",
    time_zone: str = "UTC",
    password: str | None = None,
    is_demo: bool = False,
) -> Person:
    """Take somebody into the staff. Without a password they come in by link. Raises Wrong, NotAllowed."""
    require(may_administer(by))
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Wrong("email", _("%(address)s is not an e-mail address.") % {"address": email}) from None
    if Person.objects.filter(email=address).exists():
        raise Wrong("email", _("Somebody with the address %(address)s is here already.") % {"address": address})
    if not _line(full_name):
        raise Wrong("full_name", _("The person needs a name."))
    person = Person(
        email=address,
        full_name=_line(full_name)[:120],
        work_name=(_line(work_name) or _line(full_name).split()[0])[:60],
        roles=_checked_roles(roles),
        language=_checked_language(language),
        time_zone=_checked_zone(time_zone),
        is_demo=is_demo,
    )
    person.set_password(password)
    person.save()
    return person


def change_person(person: Person, *, by: Actor, **changes: object) -> Person:
    """Change what is given: full_name, work_name, language, time_zone, theme, roles, is_active.

    One's own names, language, zone and theme anyone may change; the rest is for administrators. Raises Wrong, NotAllowed.
    """
    own = {"full_name", "work_name", "language", "time_zone", "theme"}
    if not (isinstance(by, Person) and by.pk == person.pk and set(changes) <= own):
        require(may_administer(by))
    if "roles" in changes:
        changes["roles"] = _checked_roles(changes["roles"])  # type: ignore[arg-type]  # checked inside
    if "language" in changes:
        changes["language"] = _checked_language(str(changes["language"]))
    if "time_zone" in changes:
        changes["time_zone"] = _checked_zone(str(changes["time_zone"]))
    for name, most in (("full_name", 120), ("work_name", 60)):
        if name in changes:
            changes[name] = _line(str(changes[name] or ""))[:most]
            if not changes[name]:
                raise Wrong(name, _("The person needs a name."))
    loses_rights = changes.get("is_active") is False or (
        "roles" in changes and Role.ADMINISTRATOR not in changes["roles"]  # type: ignore[operator]  # a list by now
    )
    if loses_rights and person.is_administrator:
        others = Person.objects.filter(is_active=True).exclude(pk=person.pk)
        if not any(each.is_administrator for each in others):
            require(no(_("The last administrator stays one.")))
    for name, value in changes.items():
        setattr(person, name, value)
    person.save(update_fields=sorted(changes))
    return person


def set_password(person: Person, password: str, *, by: Actor) -> None:
    """Raises NotAllowed."""
    if not (isinstance(by, Person) and by.pk == person.pk):
        require(may_administer(by))
    person.set_password(password)
    person.save(update_fields=["password"])


def add_team(*, name: str, by: Actor, is_open: bool = True, members: Iterable[Person] = ()) -> Team:
    """Raises Wrong, NotAllowed."""
    require(may_administer(by))
    if not _line(name):
        raise Wrong("name", _("The team needs a name."))
    if Team.objects.filter(name__iexact=_line(name)).exists():
        raise Wrong("name", _("There is a team of that name."))
    with transaction.atomic():
        team = Team.objects.create(name=_line(name)[:80], is_open=is_open)
        Membership.objects.bulk_create([Membership(team=team, person=each) for each in members])
    return team


def change_team(team: Team, *, by: Actor, name: str, is_open: bool, members: Iterable[Person]) -> Team:
    """Rename, open or close, and set who belongs. Raises Wrong, NotAllowed."""
    require(may_administer(by))
    if not _line(name):
        raise Wrong("name", _("The team needs a name."))
    if Team.objects.filter(name__iexact=_line(name)).exclude(pk=team.pk).exists():
        raise Wrong("name", _("There is a team of that name."))
    with transaction.atomic():
        team.name, team.is_open = _line(name)[:80], is_open
        team.save(update_fields=["name", "is_open"])
        wanted = {each.pk for each in members}
        Membership.objects.filter(team=team).exclude(person_id__in=wanted).delete()
        have = set(Membership.objects.filter(team=team).values_list("person_id", flat=True))
        Membership.objects.bulk_create([Membership(team=team, person_id=pk) for pk in wanted - have])
    return team


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
        name=_line(name)[:80],
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


def _line(text: str) -> str:
    """On one line, as databases can hold it."""
    return " ".join(clean_text(text).split())


def secret_hash(secret: str) -> bytes:
    """SHA-256: enough for secrets of 24 random bytes and more, which nobody can guess."""
    return hashlib.sha256(secret.encode()).digest()


def _checked_roles(roles: Iterable[str]) -> list[str]:
    chosen = set(roles)
    unknown = chosen - set(Role.values)
    if unknown:
        raise Wrong("roles", _("There is no role %(name)s.") % {"name": sorted(unknown)[0]})
    if not chosen:
        raise Wrong("roles", _("Choose at least one role."))
    return [role for role in Role.values if role in chosen]


def _checked_language(language: str) -> str:
    if language not in LANGUAGES:
        raise Wrong("language", _("The desk does not speak %(name)s.") % {"name": language})
    return language


def _checked_zone(name: str) -> str:
    if not known_zone(name):
        raise Wrong("time_zone", _("There is no time zone %(name)s.") % {"name": name})
    return name
