"""The writers of mailboxes, and what a person may do with a mail that could not be read."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.channels.mail.holding import may_release
from aplomb.channels.mail.models import IncomingMail, Mailbox, MailboxAlias, MailGrant, UnfetchedMail
from aplomb.channels.mail.passwords import lock
from aplomb.customers.addresses import email_key, looks_like_email
from aplomb.journal.actors import Actor
from aplomb.journal.changes import note_change
from aplomb.lib.time import utc_now
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
    **further: Any,
) -> Mailbox:
    """A new address of the desk. `further`: other fields of Mailbox by name. Raises Wrong, NotAllowed."""
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
        **further,
    )
    _check(mailbox)
    _require_unclaimed(mailbox)
    with transaction.atomic():
        mailbox.save()
        if not mailbox.is_draft:
            note_change(f"mailbox {mailbox.pk}", mailbox.address, by=by, after=_told_of(mailbox))
    return mailbox


def change_mailbox(mailbox: Mailbox, *, by: Actor, **changes: object) -> Mailbox:
    """Change what is given; an empty password leaves the one that is there. Raises Wrong, NotAllowed."""
    require(may_administer(by))
    password = str(changes.pop("password", "") or "")
    if password:
        changes["password"] = lock(password)
    if {"host", "login", "folder"} & {name for name in changes if changes[name] != getattr(mailbox, name)}:
        # another place: what was fetched from the old one says nothing about it
        changes |= {"uid_validity": 0, "last_uid": 0, "reads_since": utc_now()}
        UnfetchedMail.objects.filter(mailbox=mailbox).delete()
        # nor do its numbers: another server may count the same way from one
        IncomingMail.objects.filter(mailbox=mailbox).update(uid_validity=None, uid=None)
    elif changes.get("takes", mailbox.takes) != mailbox.takes:
        # the folder is looked through once more; what was stored is known by its number
        changes |= {"last_uid": 0}
    elsewhere = any(name in changes and changes[name] != getattr(mailbox, name) for name in ("host", "out_host"))
    if elsewhere and mailbox.is_draft and not password:
        # typed for other servers, it would be sent to these
        changes["password"] = b""
    before = _told_of(mailbox)
    for name, value in changes.items():
        setattr(mailbox, name, value)
    mailbox.address = mailbox.address.strip().lower()
    _check(mailbox)
    _require_unclaimed(mailbox)
    if changes:
        mailbox.failed_at, mailbox.failure = None, ""
        mailbox.save(update_fields=sorted({*changes, "failed_at", "failure"}))
    if not mailbox.is_draft:
        after = _told_of(mailbox) | ({"password": "… …"} if password else {})
        note_change(f"mailbox {mailbox.pk}", mailbox.address, by=by, before=before, after=after)
    if elsewhere:
        # a consent was given for the servers that it was given for; the application is kept
        MailGrant.objects.filter(mailbox=mailbox).update(refresh_token=b"", access_token=b"", needs_consent=True)
    return mailbox


def _told_of(mailbox: Mailbox) -> dict[str, object]:
    """What the log of changes says of a mailbox: no secret, nothing that fetching writes."""
    told = ("name", "address", "team", "language", "signature", "intake", "host", "port", "security", "login", "folder")
    return {name: getattr(mailbox, name) for name in (*told, "acknowledges", "has_plus", "out_host", "is_draft")}


def set_aliases(mailbox: Mailbox, aliases: Mapping[str, Team | None], *, by: Actor) -> None:
    """Exactly these further addresses, each with the team of its new tickets (None: the mailbox's). Raises Wrong, NotAllowed."""
    require(may_administer(by))
    wanted: dict[str, Team | None] = {each.strip().lower(): team for each, team in aliases.items() if each.strip()}
    for address in wanted:
        if not looks_like_email(address):
            raise Wrong("aliases", _("%(address)s is not an e-mail address.") % {"address": address[:80]})
    ours = {email_key(each) for each in Mailbox.objects.values_list("address", flat=True)}
    theirs = MailboxAlias.objects.exclude(mailbox=mailbox).values_list("address", flat=True)
    taken = ours | {email_key(each) for each in theirs}
    for address in wanted:
        if email_key(address) in taken:
            raise Wrong("aliases", _("%(address)s is an address of the desk already.") % {"address": address[:80]})
    with transaction.atomic():
        MailboxAlias.objects.filter(mailbox=mailbox).exclude(address__in=wanted).delete()
        for address, team in wanted.items():
            MailboxAlias.objects.update_or_create(address=address, defaults={"mailbox": mailbox, "team": team})


def _require_unclaimed(mailbox: Mailbox) -> None:
    if Mailbox.objects.filter(address=mailbox.address).exclude(pk=mailbox.pk).exists():
        raise Wrong("address", _("There is a mailbox of that address."))
    if MailboxAlias.objects.filter(address=mailbox.address).exists():
        raise Wrong("address", _("%(address)s is another mailbox's alias.") % {"address": mailbox.address})


def _check(mailbox: Mailbox) -> None:
    if not looks_like_email(mailbox.address):
        raise Wrong("address", _("%(address)s is not an e-mail address.") % {"address": mailbox.address[:80]})
    if mailbox.is_draft:
        # the rest is asked for step by step, and looked at when it is finished
        return
    if not mailbox.name.strip():
        raise Wrong("name", _("The mailbox needs a name: customers see it."))
    if mailbox.language not in LANGUAGES:
        raise Wrong("language", _("The desk does not speak %(name)s.") % {"name": mailbox.language[:20]})
    if mailbox.intake not in Mailbox.Intake.values:
        raise Wrong("intake", _("Mail comes in by the receiver or by IMAP."))
    if mailbox.security not in Mailbox.Security.values:
        raise Wrong("security", _("Choose TLS, STARTTLS or none."))
    if mailbox.out_security not in Mailbox.Security.values:
        raise Wrong("out_security", _("Choose TLS, STARTTLS or none."))
    for field in ("port", "out_port"):
        if not 0 < getattr(mailbox, field) < 65536:
            raise Wrong(field, _("A port is a number from 1 to 65535."))
    if mailbox.sign_in not in Mailbox.SignIn.values:
        raise Wrong("sign_in", _("A mailbox signs in by a password or by consent."))
    if mailbox.takes not in Mailbox.Takes.values:
        raise Wrong("takes", _("Take in everything, or what is new."))
    if mailbox.intake == Mailbox.Intake.IMAP:
        if not mailbox.host:
            raise Wrong("host", _("Name the IMAP server."))
        if not mailbox.login:
            raise Wrong("login", _("Name the login on the server."))
        if not mailbox.password and mailbox.sign_in == Mailbox.SignIn.PASSWORD:
            raise Wrong("password", _("The server asks for a password."))


def retry_mail(mail: IncomingMail, *, by: Actor) -> None:
    """Read a parked mail again, or one that was discarded; let a held one through. Raises NotAllowed."""
    from aplomb.channels.mail.jobs import apply_mail

    require(may_work(by))
    require(may_release(mail, by))
    with transaction.atomic():
        waiting = IncomingMail.objects.filter(
            pk=mail.pk, hold=mail.hold, state__in=[State.PARKED, State.DISCARDED, State.HELD]
        )
        moved = waiting.update(
            # what was held is let through, not held again
            state=State.STORED,
            reason="",
            attempts=0,
            is_released=mail.is_released or bool(mail.hold),
        )
        if moved:
            apply_mail.enqueue(mail_id=mail.pk)


def discard_mail(mail: IncomingMail, *, by: Actor) -> None:
    """Leave a parked or held mail unread for good; its bytes stay. Raises NotAllowed."""
    require(may_work(by))
    IncomingMail.objects.filter(pk=mail.pk, state__in=[State.PARKED, State.HELD]).update(state=State.DISCARDED)
