"""What can happen to a ticket."""

import datetime as dt
from dataclasses import dataclass

from aplomb.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class TicketEvent(Event):
    """Every event of a ticket names it."""

    ticket_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class TicketOpened(TicketEvent):
    """Seals: subject."""

    channel: str
    contact_id: int
    status: str
    priority: int
    language: str = ""
    team_id: int | None = None
    assignee_id: int | None = None
    request_type: str | None = None
    follows: str | None = None


@dataclass(frozen=True, kw_only=True)
class MessageReceived(TicketEvent):
    """A customer spoke, or a machine in their name (`is_automatic`). Seals: text, html, each attachment."""

    message_id: int
    contact_id: int
    channel: str
    is_automatic: bool
    is_first: bool
    said_at: dt.datetime
    status_before: str
    status: str


@dataclass(frozen=True, kw_only=True)
class MessageSent(TicketEvent):
    """A person answered. Seals: text, to, cc, each attachment."""

    message_id: int
    person_id: int
    channel: str
    status_before: str
    status: str


@dataclass(frozen=True, kw_only=True)
class MessageWithdrawn(TicketEvent):
    """An answer was undone before it left."""

    message_id: int
    person_id: int
    status: str


@dataclass(frozen=True, kw_only=True)
class LetterSent(TicketEvent):
    """The desk itself wrote: an acknowledgement, a notice. Never meets a clock. Seals: text, to."""

    message_id: int
    letter: str


@dataclass(frozen=True, kw_only=True)
class DeliveryChanged(TicketEvent):
    """What became of a message that left. Seals: answer (the server's words)."""

    message_id: int
    delivery: str


@dataclass(frozen=True, kw_only=True)
class NoteAdded(TicketEvent):
    """A word among colleagues. Seals: text, each attachment."""

    message_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class StatusChanged(TicketEvent):
    status_before: str
    status: str


@dataclass(frozen=True, kw_only=True)
class TicketAssigned(TicketEvent):
    assignee_before: int | None
    assignee_id: int | None


@dataclass(frozen=True, kw_only=True)
class TicketMoved(TicketEvent):
    team_before: int | None
    team_id: int | None


@dataclass(frozen=True, kw_only=True)
class PriorityChanged(TicketEvent):
    priority_before: int
    priority: int


@dataclass(frozen=True, kw_only=True)
class RequestTypeChanged(TicketEvent):
    request_type_before: str | None
    request_type: str | None


@dataclass(frozen=True, kw_only=True)
class SubjectChanged(TicketEvent):
    """Seals: subject."""


@dataclass(frozen=True, kw_only=True)
class LanguageChanged(TicketEvent):
    language_before: str
    language: str


@dataclass(frozen=True, kw_only=True)
class TagsChanged(TicketEvent):
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ParticipantAdded(TicketEvent):
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class TicketBinned(TicketEvent):
    reason: str


@dataclass(frozen=True, kw_only=True)
class TicketRestored(TicketEvent):
    reason: str


@dataclass(frozen=True, kw_only=True)
class TextErased(TicketEvent):
    """A text is gone for good; the commitment to it stays. `seq` is the entry that committed to it."""

    message_id: int
    seq: int


@dataclass(frozen=True, kw_only=True)
class TextRedacted(TicketEvent):
    """Parts of a text are gone for good. Seals: text (as it reads now)."""

    message_id: int
    seq: int


@dataclass(frozen=True, kw_only=True)
class TicketDiscarded(TicketEvent):
    """The bin was emptied: the ticket and its texts are gone for good, its chain stays."""

    reason: str
