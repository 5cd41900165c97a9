"""Who a reply goes to: read from what was typed, suggested from the conversation, and named on the button."""

from email.utils import getaddresses

from aplomb.channels.mail.addressing import our_addresses
from aplomb.customers.addresses import email_key
from aplomb.customers.models import ContactPoint
from aplomb.tickets.models import Kind
from aplomb.tickets.reads import TicketPage


def addresses_in(text: str) -> tuple[str, ...]:
    """The addresses in `Ana <ana@x.example>, b@x.example; c@x.example`; what is none stays, to be refused."""
    line = text.replace("\n", ",").replace(";", ",").replace("\x00", "")
    found = []
    for name, address in getaddresses([line]):
        word = (address or name).strip()
        if word:
            found.append(word)
    if not found and line.strip(" ,"):
        found = [part.strip() for part in line.split(",") if part.strip()]
    return tuple(found)


def own_addresses(page: TicketPage) -> tuple[str, ...]:
    """Where the one who asked is answered: as their last mail wanted it, else their first address."""
    for each in reversed(page.messages):
        said_to_us = each.kind == Kind.CUSTOMER and not each.is_automatic and not each.is_apart and not each.split_to
        if said_to_us and each.is_own_author and each.answer_to:
            return (each.answer_to,)
    return tuple(point.value for point in page.points if point.kind == ContactPoint.Kind.EMAIL)[:1]


def in_copy(page: TicketPage) -> tuple[str, ...]:
    """Whoever the customer wrote to beside us in the newest message: they stay in copy."""
    # nobody is brought into a conversation by what another customer wrote
    said = (each for each in reversed(page.messages) if each.kind == "customer" and not each.is_automatic)
    newest = next((each for each in said if not each.is_apart and not each.split_to), None)
    if newest is None or len(newest.to) + len(newest.cc) < 2:
        return ()
    ours = our_addresses(also_unused=True)
    theirs = {email_key(point.value) for point in page.points}
    others = [each for each in newest.to + newest.cc if _mailbox_key(each) not in ours | theirs]
    return tuple(dict.fromkeys(others))[:20]


def names(page: TicketPage) -> dict[str, str]:
    """The names behind the addresses of the one who asked, for the words on the button."""
    name = page.ticket.contact.name
    return {email_key(point.value): name for point in page.points if name}


def _mailbox_key(address: str) -> str:
    """Without what stands after a plus: help+ticket@ is help@."""
    local, at, domain = email_key(address).rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
