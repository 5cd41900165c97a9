"""The writers of mailboxes, and what a person may do with a mail that could not be read."""

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.channels.mail.models import IncomingMail, Mailbox
from aplomb.channels.mail.passwords import lock
from aplomb.customers.addresses import looks_like_email
from aplomb.journal.actors import Actor
from aplomb.people.actions import LANGUAGES
from aplomb.people.errors import Wrong
from aplomb.people.models import Team
from aplomb.people.policies import may_administer, require
from aplomb.tickets.policies import may_work

State = IncomingMail.State


def add_mailbox(
    *,
    by: Actor,
    name: str,
    address: str,
    team: Team | None = None,
    language: str = "en",
    signature: str = "",
    intake: str = "receiver",
    host: str = "",
    port: int = 993,
    security: str = "tls",
    login: str = "",
    password: str = "",
    folder: str = "INBOX",
    acknowledges: bool = True,
    has_plus: bool = False,
) -> Mailbox:
    """A new address of the desk. Raises Wrong, NotAllowed."""
    require(may_administer(by))
    mailbox = Mailbox(
        name=name.strip()[:80],
        address=address.strip().lower(),
        team=team,
        language=language,
        signature=signature,
        intake=intake,
        host=host.strip(),
        port=port,
        security=security,
        login=login.strip(),
        password=lock(password) if password else b"",
        folder=folder.strip() or "INBOX",
        acknowledges=acknowledges,
        has_plus=has_plus,
    )
    _check(mailbox)
    if Mailbox.objects.filter(address=mailbox.address).exists():
        raise Wrong("address", _("There is a mailbox of that address."))
    mailbox.save()
    return mailbox


def change_mailbox(mailbox: Mailbox, *, by: Actor, **changes: object) -> Mailbox:
    """Change what is given; an empty password leaves the one that is there. Raises Wrong, NotAllowed."""
    require(may_administer(by))
    password = str(changes.pop("password", "") or "")
    if password:
        changes["password"] = lock(password)
    if {"host", "login", "folder"} & {name for name in changes if changes[name] != getattr(mailbox, name)}:
        # another place: what was fetched from the old one says nothing about it
        changes |= {"uid_validity": 0, "last_uid": 0}
        # nor do its numbers: another server may count the same way from one
        IncomingMail.objects.filter(mailbox=mailbox).update(uid_validity=None, uid=None)
    for name, value in changes.items():
        setattr(mailbox, name, value)
    mailbox.address = mailbox.address.strip().lower()
    _check(mailbox)
    if Mailbox.objects.filter(address=mailbox.address).exclude(pk=mailbox.pk).exists():
        raise Wrong("address", _("There is a mailbox of that address."))
    if changes:
        mailbox.failed_at, mailbox.failure = None, ""
        mailbox.save(update_fields=sorted({*changes, "failed_at", "failure"}))
    return mailbox


def _check(mailbox: Mailbox) -> None:
    if not looks_like_email(mailbox.address):
        raise Wrong("address", _("%(address)s is not an e-mail address.") % {"address": mailbox.address[:80]})
    if not mailbox.name.strip():
        raise Wrong("name", _("The mailbox needs a name: customers see it."))
    if mailbox.language not in LANGUAGES:
        raise Wrong("language", _("The desk does not speak %(name)s.") % {"name": mailbox.language[:20]})
    if mailbox.intake not in Mailbox.Intake.values:
        raise Wrong("intake", _("Mail comes in by the receiver or by IMAP."))
    if mailbox.security not in Mailbox.Security.values:
        raise Wrong("security", _("Choose TLS, STARTTLS or none."))
    if not 0 < mailbox.port < 65536:
        raise Wrong("port", _("A port is a number from 1 to 65535."))
    if mailbox.intake == Mailbox.Intake.IMAP:
        if not mailbox.host:
            raise Wrong("host", _("Name the IMAP server."))
        if not mailbox.login:
            raise Wrong("login", _("Name the login on the server."))
        if not mailbox.password:
            raise Wrong("password", _("The server asks for a password."))


def retry_mail(mail: IncomingMail, *, by: Actor) -> None:
    """Read a parked mail again. Raises NotAllowed."""
    from aplomb.channels.mail.jobs import apply_mail

    require(may_work(by))
    with transaction.atomic():
        moved = IncomingMail.objects.filter(pk=mail.pk, state__in=[State.PARKED, State.DISCARDED]).update(
            state=State.STORED, reason="", attempts=0
        )
        if moved:
            apply_mail.enqueue(mail_id=mail.pk)


def discard_mail(mail: IncomingMail, *, by: Actor) -> None:
    """Leave a parked mail unread for good; its bytes stay. Raises NotAllowed."""
    require(may_work(by))
    IncomingMail.objects.filter(pk=mail.pk, state=State.PARKED).update(state=State.DISCARDED)
