"""Senders whose mail is held: an address, or everybody of a domain (`@spam.example`), with the reason."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aplomb.channels.mail.addressing import our_addresses
from aplomb.channels.mail.holding import Held
from aplomb.channels.mail.models import BlockedSender, IncomingMail
from aplomb.channels.mail.proof.dmarc import ascii_domain, is_public_suffix
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.customers.addresses import email_key, looks_like_email
from aplomb.customers.models import ContactPoint
from aplomb.journal.actors import Actor
from aplomb.lib.text import clean_text
from aplomb.people.errors import Refused, Wrong
from aplomb.people.models import Person, Role
from aplomb.people.policies import YES, Verdict, no, require
from aplomb.tickets.models import Ticket
from aplomb.tickets.policies import may_work

Hold = IncomingMail.Hold


class ManyWriteFromThere(Refused):
    """A whole domain from which customers write; to be confirmed."""

    def __init__(self, domain: str, count: int) -> None:
        words = ngettext(
            "%(count)s customer writes from %(domain)s. Block the domain all the same?",
            "%(count)s customers write from %(domain)s. Block the domain all the same?",
            count,
        )
        super().__init__(words % {"count": count, "domain": domain}, "many")


@dataclass(frozen=True)
class Blocking:
    """Whom, as typed, and why. `is_sure`: also a domain from which customers write."""

    pattern: str
    reason: str
    is_sure: bool = False


def may_block_domain(by: Actor) -> Verdict:
    """Everybody of a domain at once: supervisors and administrators."""
    if not isinstance(by, Person) or by.is_one_of(Role.SUPERVISOR, Role.ADMINISTRATOR):
        return YES
    return no(_("Only supervisors block a whole domain."))


def block_sender(blocking: Blocking, *, by: Actor) -> BlockedSender:
    """Hold all mail from there. Twice is once, with the newer reason. Raises Wrong, NotAllowed, ManyWriteFromThere."""
    require(may_work(by))
    pattern = blocking_pattern(blocking.pattern)
    if pattern.startswith("@"):
        require(may_block_domain(by))
    reason = " ".join(clean_text(blocking.reason).split())[:200]
    if not reason:
        raise Wrong("reason", _("Say why: it stands with every mail that is held."))
    _check_is_not_ours(pattern)
    if pattern.startswith("@") and not blocking.is_sure and (count := _customers_of(pattern)):
        raise ManyWriteFromThere(pattern[1:], count)
    with transaction.atomic():
        row, _made = BlockedSender.objects.update_or_create(
            pattern=pattern, defaults={"reason": reason, "by": by if isinstance(by, Person) else None}
        )
    return row


def unblock_sender(pattern: str, *, by: Actor) -> None:
    """Take mail from there again; what was held stays held until it is released. Raises NotAllowed."""
    require(may_work(by))
    if pattern.startswith("@"):
        require(may_block_domain(by))
    BlockedSender.objects.filter(pattern=pattern).delete()


def blocking_pattern(typed: str) -> str:
    """An address or `@domain` as it is kept; a bare domain means its @domain. Raises Wrong for what is neither."""
    text = typed.strip().strip("<>")
    local, at, domain = text.rpartition("@")
    plain = ascii_domain(domain)
    if plain and not local and not any(each.isspace() for each in plain):
        if is_public_suffix(plain):
            raise Wrong(
                "pattern", _("%(domain)s is no domain of its own: many firms are under it.") % {"domain": plain}
            )
        return f"@{plain}"
    if at and looks_like_email(text):
        return email_key(text)
    raise Wrong("pattern", _("%(text)s is neither an address nor a domain.") % {"text": text[:80]})


def why_held(mail: IncomingMail, parsed: ParsedMail) -> Held | None:
    """Whether its sender is blocked: From, or the envelope where From names nobody. One query."""
    sender = mail.sender or mail.envelope_from
    patterns = patterns_of(sender)
    found = BlockedSender.objects.filter(pattern__in=patterns).order_by("-pattern").first() if patterns else None
    if found is None:
        return None
    return Held(
        Hold.BLOCKED, _("%(pattern)s is blocked: %(reason)s") % {"pattern": found.pattern, "reason": found.reason}
    )


def patterns_of(address: str) -> list[str]:
    """What would block this address: itself, its domain, and the domains above (`@mail.spam.example`, `@spam.example`)."""
    key = email_key(address)
    labels = key.rpartition("@")[2].split(".")[-10:]
    if "@" not in key:
        return []
    return [key, *("@" + ".".join(labels[start:]) for start in range(max(1, len(labels) - 1)))]


def _check_is_not_ours(pattern: str) -> None:
    ours = our_addresses(also_unused=True) | {
        email_key(each) for each in Person.objects.filter(is_active=True).values_list("email", flat=True)
    }
    if any(pattern in patterns_of(each) for each in ours):
        raise Wrong("pattern", _("%(pattern)s is of this desk.") % {"pattern": pattern})


def _customers_of(pattern: str) -> int:
    """How many contacts of that domain have a ticket."""
    points = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, key__endswith=pattern)
    return Ticket.objects.filter(contact__in=points.values("contact")).values("contact").distinct().count()
