"""What several actions write in the same way: a ticket's changes, a message with its files, an event on its chain."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from aplomb.customers.models import Contact
from aplomb.journal.actors import Actor
from aplomb.journal.events import Sealed
from aplomb.journal.models import Entry
from aplomb.journal.recording import record
from aplomb.lib.time import utc_now
from aplomb.people.errors import Wrong
from aplomb.people.models import Person, Team
from aplomb.people.policies import hidden_team_ids
from aplomb.tickets.errors import InBin, Merged
from aplomb.tickets.events import TicketEvent
from aplomb.tickets.files import clean_file_name, read_file, store_file
from aplomb.tickets.merged import end_of
from aplomb.tickets.models import Attachment, Message, Stage, Status, Ticket
from aplomb.tickets.states import DONE, LIVE


@dataclass(frozen=True)
class IncomingFile:
    """A file that comes with a message."""

    name: str
    type: str
    content: bytes
    is_inline: bool = False
    content_id: str = ""


def save_changes(ticket: Ticket, *fields: str) -> None:
    """Write these fields of the ticket, with its growing version and the instant of its last activity."""
    ticket.version += 1
    ticket.activity_at = utc_now()
    ticket.save(update_fields=[*fields, "version", "activity_at"])


def put_status(ticket: Ticket, status: str) -> list[str]:
    """Set the status and what hangs on it. Returns the names of the fields to save."""
    if status == ticket.status:
        return []
    now = utc_now()
    ticket.status = status
    if ticket.stage not in (Stage.BIN, Stage.MERGED):
        # what sleeps goes on sleeping, unless it is done
        awake = Stage.SNOOZED if ticket.stage == Stage.SNOOZED else Stage.LIVE
        ticket.stage = Stage.DONE if status in DONE else awake
        ticket.snoozed_until = ticket.snoozed_until if ticket.stage == Stage.SNOOZED else None
    if status in LIVE:
        ticket.resolved_at = ticket.closed_at = None
    elif status == Status.RESOLVED:
        ticket.resolved_at, ticket.closed_at = now, None
    else:
        ticket.resolved_at, ticket.closed_at = ticket.resolved_at or now, now
    return ["status", "stage", "snoozed_until", "resolved_at", "closed_at"]


def check_stands(ticket: Ticket) -> None:
    """Raises InBin for what lies in the bin, Merged for what goes on in another ticket: nothing new is done there."""
    if ticket.is_binned:
        raise InBin
    if ticket.merged_into_id is not None:
        raise Merged(end_of(ticket).number)


def add_message(
    ticket: Ticket, kind: str, *, contact: Contact | None = None, person: Person | None = None, **fields: Any
) -> Message:
    """A message on the ticket, not yet on its chain, where mostly nothing comes before it."""
    place = ticket.chain.length + 1
    return Message.objects.create(ticket=ticket, kind=kind, contact=contact, person=person, entry_seq=place, **fields)


def add_files(message: Message, files: Iterable[IncomingFile]) -> list[Attachment]:
    """Keep the files and hang them on the message. Raises OSError."""
    rows = []
    for file in files:
        stored = store_file(file.content)
        rows.append(
            Attachment(
                message=message,
                name=clean_file_name(file.name),
                type=file.type[:127],
                size=stored.size,
                sha256=stored.sha256,
                path=stored.path,
                is_inline=file.is_inline,
                content_id=file.content_id[:255],
            )
        )
    return Attachment.objects.bulk_create(rows)


def message_seals(message: Message, attachments: Iterable[Attachment] = ()) -> dict[str, Sealed]:
    """What the chain commits to for a message: its text, its HTML, its quoted history, each file and its name."""
    seals = {"text": Sealed.text(message.text, held=True)}
    if message.answer_to:
        seals["answer_to"] = Sealed.text(message.answer_to)
    if message.quoted:
        seals["quoted"] = Sealed.text(message.quoted, held=True)
    if message.html:
        seals["html"] = Sealed.text(message.html, held=True)
    for row in attachments:
        seals[f"file {row.pk}"] = Sealed(read_file(row.path), held=True)
        seals[f"file {row.pk} name"] = Sealed.text(row.name, held=True)
    return seals


def record_message(message: Message, event: TicketEvent, *, ticket: Ticket, by: Actor) -> Entry:
    """Record the event that brought the message, and note its place on the chain."""
    # known before the entry is written, so that reactions see the message complete
    if message.entry_seq != ticket.chain.length + 1:
        message.entry_seq = ticket.chain.length + 1
        Message.objects.filter(pk=message.pk).update(entry_seq=message.entry_seq)
    return record(event, by=by, chain=ticket.chain)


def ids(ticket: Ticket) -> dict[str, Any]:
    """The two fields that name a ticket in each of its events."""
    return {"ticket_id": ticket.pk, "number": ticket.number}


def check_assignee(person: Person, team: Team | None) -> None:
    """Raises Wrong for somebody who does not answer tickets, or does not see this team's."""
    if not person.is_active:
        raise Wrong("assignee", _("%(name)s has left the desk.") % {"name": person.work_name})
    if not person.is_agent:
        raise Wrong("assignee", _("%(name)s does not answer tickets.") % {"name": person.work_name})
    if team is not None and team.pk in hidden_team_ids(person):
        raise Wrong("assignee", _("%(name)s does not see this team's tickets.") % {"name": person.work_name})


def clean_subject(subject: str, otherwise: str) -> str:
    """One line of at most 255 characters, never empty."""
    line = " ".join("".join(each if each.isprintable() else " " for each in subject).split())
    return line[:255] or otherwise
