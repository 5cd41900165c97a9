"""Which mailbox an address of the desk belongs to: its own, its aliases, and plus addresses of both; and a ticket's mailbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Subquery

from aplomb.channels.mail.models import Mailbox, MailboxAlias, TicketMailbox
from aplomb.customers.addresses import email_key
from aplomb.lib.prepared import prepared
from aplomb.people.models import Team


@dataclass(frozen=True)
class Place:
    """Where mail to an address goes. `alias` is set where the address is a further one of the mailbox."""

    mailbox: Mailbox
    alias: MailboxAlias | None = None

    @property
    def team(self) -> Team | None:
        """The team of new tickets: the alias's own, else the mailbox's."""
        return self.alias.team if self.alias is not None and self.alias.team_id else self.mailbox.team


Places = Mapping[str, Place]


def places() -> dict[str, Place]:
    """Every address of a mailbox in use, by `email_key`. A mailbox's own address is never another one's alias."""
    boxes = {box.pk: box for box in _boxes()}
    found = {email_key(box.address): Place(box) for box in boxes.values()}
    for alias in _aliases():
        if alias.mailbox_id in boxes:
            found.setdefault(email_key(alias.address), Place(boxes[alias.mailbox_id], alias))
    return found


@prepared
def _boxes() -> QuerySet[Mailbox]:
    return Mailbox.objects.filter(is_active=True).defer("password", "signature")


@prepared
def _aliases() -> QuerySet[MailboxAlias]:
    return MailboxAlias.objects.filter(mailbox__is_active=True)


def place_at(addresses: Iterable[str], known: Places, *, of: Mailbox | None = None) -> Place | None:
    """The place that the first of the addresses names which names one, plus addresses included; `of`: of this mailbox."""
    for address in addresses:
        local, _at, domain = email_key(address).rpartition("@")
        found = known.get(f"{local}@{domain}") or known.get(f"{local.partition('+')[0]}@{domain}")
        if found is not None and (of is None or found.mailbox.pk == of.pk):
            return found
    return None


def our_addresses(*, also_unused: bool = False) -> frozenset[str]:
    """The `email_key` of every mailbox in use and of its aliases; `also_unused`: of those switched off too."""
    boxes, aliases = Mailbox.objects.filter(is_draft=False).order_by(), MailboxAlias.objects.order_by()
    if not also_unused:
        boxes, aliases = boxes.filter(is_active=True), aliases.filter(mailbox__is_active=True)
    both = boxes.values_list("address", flat=True).union(aliases.values_list("address", flat=True))
    return frozenset(email_key(each) for each in both)


def mailbox_of(ticket_id: int) -> Mailbox | None:
    """The mailbox of the conversation, else the desk's first one."""
    return next(iter(_mailbox_of(ticket_id)), None)


@prepared
def _mailbox_of(ticket_id: int) -> QuerySet[Mailbox]:
    own = TicketMailbox.objects.filter(ticket=ticket_id).values("mailbox")
    found = Mailbox.objects.alias(own=Subquery(own)).filter(Q(pk=F("own")) | Q(own=None, is_active=True))
    return found.order_by("id")[:1]


def names_us(address: str, ours: frozenset[str]) -> bool:
    """Whether an address is one of `our_addresses`, plus addresses included."""
    local, _at, domain = email_key(address).rpartition("@")
    return not ours.isdisjoint({f"{local}@{domain}", f"{local.partition('+')[0]}@{domain}"})
