"""One-time links: asked for by address, sent by mail, opened once."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from aplomb.lib.time import utc_now
from aplomb.people.actions import LINK_LIVES, make_sign_in_link, secret_hash
from aplomb.people.models import Person, SignInLink


def link_address(secret: str) -> str:
    """The whole address that stands in a mail or on a screen."""
    return f"{settings.URL}{reverse('sign_in_link', args=[secret])}"


def send_link(address: str) -> None:
    """Mail a link to the person of that address; nothing happens, and nobody can tell, when there is none."""
    person = Person.objects.filter(email=address.strip().lower(), is_active=True).first()
    if person is None:
        return
    with transaction.atomic():
        context = {
            "user": person,
            "link": link_address(make_sign_in_link(person)),
            "minutes": int(LINK_LIVES.total_seconds()) // 60,
        }
        get_adapter().send_mail("account/email/sign_in_link", person.email, context)


def link_is_open(secret: str) -> bool:
    """Whether the link can still be used; looking does not use it up."""
    return SignInLink.objects.filter(
        hash=secret_hash(secret), used_at=None, expires_at__gt=utc_now(), person__is_active=True
    ).exists()
