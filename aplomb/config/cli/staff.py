"""user and token."""

import datetime as dt
import re

import click

from aplomb.config.cli.database import require_schema
from aplomb.config.cli.talk import Trouble, answer, refused, say, start_django, with_json


@click.group("user")
def people() -> None:
    """People who work the desk."""


@people.command("add")
@click.argument("email")
@click.option("--name", "full_name", required=True, help="Full name.")
@click.option("--work-name", default="", help="The name that customers see.")
@click.option("--role", "roles", multiple=True, default=("agent",), show_default=True, help="Repeat for several.")
@click.option("--language", default="en", show_default=True, help="en, es, it, ro or el.")
@click.option("--time-zone", default="UTC", show_default=True, help="Such as Europe/Athens.")
@with_json
def add(
    email: str,
    full_name: str,
    work_name: str,
    roles: tuple[str, ...],
    language: str,
    time_zone: str,
    as_json: bool,
) -> None:
    """Take somebody into the staff. They come in by `aplomb user login-link`."""
    start_django()
    require_schema()
    from aplomb.journal.actors import SYSTEM
    from aplomb.people.actions import add_person
    from aplomb.people.errors import Refused

    try:
        person = add_person(
            email=email,
            full_name=full_name,
            work_name=work_name,
            roles=roles,
            language=language,
            time_zone=time_zone,
            by=SYSTEM,
        )
    except Refused as error:
        raise refused(error) from error
    answer({"id": person.pk, "email": person.email, "roles": person.roles}, person.email, as_json=as_json)


@people.command("login-link")
@click.argument("email")
@with_json
def login_link(email: str, as_json: bool) -> None:
    """A link that signs this person in, once, within 30 minutes."""
    start_django()
    require_schema()
    from aplomb.people.actions import make_sign_in_link

    link = link_for(make_sign_in_link(_person(email)))
    answer({"email": email, "link": link}, link, as_json=as_json)


def link_for(secret: str) -> str:
    """The address of a sign-in link."""
    from django.conf import settings

    return f"{settings.URL}/in/{secret}"


def _person(email: str):  # type: ignore[no-untyped-def]  # models load with Django, after this module
    from aplomb.people.models import Person

    found = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None:
        raise Trouble(f"nobody with the address {email} works this desk.")
    return found


@click.group()
def token() -> None:
    """Keys to the HTTP API."""


@token.command("create")
@click.option("--for", "email", default="", help="Whose rights it has; by default an administrator's.")
@click.option("--scope", "scopes", multiple=True, help="Repeat for several; by default all.")
@click.option("--expires", default="", help="Such as 90d or 12h; by default never.")
@click.option("--name", default="", help="What it is for.")
@with_json
def create(email: str, scopes: tuple[str, ...], expires: str, name: str, as_json: bool) -> None:
    """Make a token. It is shown this once, alone on the last line."""
    start_django()
    require_schema()
    from aplomb.journal.actors import SYSTEM
    from aplomb.people.actions import SCOPES, create_token
    from aplomb.people.errors import Refused
    from aplomb.people.models import Person

    if email:
        person = _person(email)
    else:
        everyone = Person.objects.filter(is_active=True).order_by("id")
        person = next((each for each in everyone if each.is_administrator), None)
        if person is None:
            raise Trouble("this desk has no administrator yet: aplomb user add EMAIL --name NAME --role administrator")
    try:
        made, secret = create_token(person, by=SYSTEM, name=name, scopes=scopes or SCOPES, lives=_lifetime(expires))
    except Refused as error:
        raise refused(error) from error
    if not as_json:
        say(f"A token of {person.email} with {', '.join(made.scopes)}. Keep it: it is not shown again.")
    answer(
        {"token": secret, "for": person.email, "scopes": made.scopes, "expires_at": made.expires_at},
        secret,
        as_json=as_json,
    )


def _lifetime(text: str) -> dt.timedelta | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,5})([dhm])", text.strip())
    if match is None or int(match[1]) == 0:
        raise Trouble(f"--expires {text} is no lifetime: write 90d, 12h or 30m.")
    unit = {"d": "days", "h": "hours", "m": "minutes"}[match[2]]
    return dt.timedelta(**{unit: int(match[1])})
