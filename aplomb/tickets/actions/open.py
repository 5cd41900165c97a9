"""Opening a ticket."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.customers.models import Contact
from aplomb.journal.actors import Actor
from aplomb.journal.events import Sealed
from aplomb.journal.recording import open_chain, record
from aplomb.people.errors import Wrong
from aplomb.people.models import Person, Team
from aplomb.people.policies import require
from aplomb.tickets.actions.writing import check_assignee, clean_subject, ids
from aplomb.tickets.events import TicketOpened
from aplomb.tickets.models import Priority, RequestType, Status, Tag, Ticket, TicketTag
from aplomb.tickets.numbers import number_for
from aplomb.tickets.policies import may_work


@dataclass(frozen=True, kw_only=True)
class Opening:
    """How a ticket starts out."""

    subject: str
    contact: Contact
    channel: str = "desk"
    language: str = ""
    team: Team | None = None
    assignee: Person | None = None
    priority: int = Priority.NORMAL
    request_type: RequestType | None = None
    tags: tuple[Tag, ...] = ()
    follows: Ticket | None = None
    # a message of that ticket goes on here
    split_from: Ticket | None = None


def open_ticket(opening: Opening, *, by: Actor) -> Ticket:
    """A new ticket without a message yet. Raises Wrong, NotAllowed."""
    if by.actor_kind != "contact":
        require(may_work(by))
    if opening.priority not in Priority.values:
        raise Wrong("priority", _("There is no such priority."))
    if opening.assignee is not None:
        check_assignee(opening.assignee, opening.team)
    with transaction.atomic():
        ticket = Ticket.objects.create(
            chain=(chain := open_chain(number_for)),
            number=chain.key,
            subject=clean_subject(opening.subject, _("(no subject)")),
            contact=opening.contact,
            channel=opening.channel,
            language=opening.language or opening.contact.language,
            team=opening.team,
            assignee=opening.assignee,
            priority=opening.priority,
            request_type=opening.request_type,
            follows=opening.follows,
            status=Status.NEW,
        )
        _tag(ticket, opening.tags)
        record(
            TicketOpened(
                **ids(ticket),
                channel=ticket.channel,
                contact_id=opening.contact.pk,
                status=ticket.status,
                priority=ticket.priority,
                language=ticket.language,
                team_id=ticket.team_id,
                assignee_id=ticket.assignee_id,
                request_type=opening.request_type.key if opening.request_type else None,
                follows=opening.follows.number if opening.follows else None,
                split_from=opening.split_from.number if opening.split_from else None,
                sealed={"subject": Sealed.text(ticket.subject)},
            ),
            by=by,
            chain=chain,
        )
    return ticket


def _tag(ticket: Ticket, tags: Iterable[Tag]) -> None:
    TicketTag.objects.bulk_create([TicketTag(ticket=ticket, tag=each) for each in tags])
