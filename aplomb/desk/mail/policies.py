"""Who sees which mail. A mail of a ticket goes with its ticket; mails of sign-in are for administrators."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from aplomb.channels.mail.models import IncomingMail
from aplomb.journal.models import OutgoingMail
from aplomb.people.models import Person
from aplomb.people.policies import hidden_team_ids
from aplomb.tickets.models import Ticket
from aplomb.tickets.policies import out_of_sight

# what Django's mail backend posts: sign-in links, passwords
ACCOUNT = "account"


def incoming_visible_to(by: Person) -> QuerySet[IncomingMail]:
    """Mails of tickets in sight, and those without a ticket unless they came to the mailbox of a closed team."""
    hidden = hidden_team_ids(by)
    found = IncomingMail.objects.all()
    if not hidden:
        return found
    return found.filter(
        Q(ticket__isnull=False) & ~Exists(Ticket.objects.filter(out_of_sight(tuple(hidden)), pk=OuterRef("ticket_id")))
        | Q(ticket=None) & (Q(mailbox__team_id=None) | ~Q(mailbox__team_id__in=hidden))
    )


def outgoing_visible_to(by: Person) -> QuerySet[OutgoingMail]:
    """Mails of tickets in sight; for administrators those of sign-in and without a ticket too."""
    found = OutgoingMail.objects.all()
    if not by.is_administrator:
        found = found.exclude(chain_key="").exclude(purpose=ACCOUNT)
    hidden = hidden_team_ids(by)
    if hidden:
        own = Ticket.objects.filter(out_of_sight(tuple(hidden)), number=OuterRef("chain_key"))
        found = found.exclude(Exists(own))
    return found
