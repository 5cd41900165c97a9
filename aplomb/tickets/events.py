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
    split_from: str | None = None


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


@dataclass(frozen=True, kw_only=True)
class TicketMerged(TicketEvent):
    """The ticket goes on in another one. `is_shared`: its customer may see what is said there."""

    into: str
    is_shared: bool


@dataclass(frozen=True, kw_only=True)
class TicketTookIn(TicketEvent):
    """Another ticket goes on in this one."""

    merged: str
    is_shared: bool


@dataclass(frozen=True, kw_only=True)
class MergeUndone(TicketEvent):
    """The ticket stands alone again; `left` messages that came meanwhile stay where they landed."""

    into: str
    left: int


@dataclass(frozen=True, kw_only=True)
class TicketGaveBack(TicketEvent):
    """A ticket that went on in this one stands alone again."""

    merged: str
    left: int


@dataclass(frozen=True, kw_only=True)
class MessageSplitOff(TicketEvent):
    """A customer's message goes on as, or in, a ticket of its own: a copy of it there, with the same words."""

    message_id: int
    to_ticket_id: int
    into: str
    to_message_id: int


@dataclass(frozen=True, kw_only=True)
class TicketLinked(TicketEvent):
    """`relation` as seen from this ticket: relates, blocks, blocked, parent or child."""

    relation: str
    other: str


@dataclass(frozen=True, kw_only=True)
class TicketUnlinked(TicketEvent):
    relation: str
    other: str


@dataclass(frozen=True, kw_only=True)
class PeopleMentioned(TicketEvent):
    """A note names colleagues, who hear of it."""

    message_id: int
    people: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class FollowersChanged(TicketEvent):
    """Who hears what is said on the ticket."""

    added: tuple[int, ...]
    removed: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CoWorkersChanged(TicketEvent):
    """Who works on the ticket beside its assignee."""

    added: tuple[int, ...]
    removed: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TicketHandedOver(TicketEvent):
    """With the note `message_id`, to a person, to a team, or both."""

    message_id: int
    given_by: int | None
    given_to: int | None
    team_id: int | None


@dataclass(frozen=True, kw_only=True)
class HandOverRead(TicketEvent):
    """The next one confirmed that they have read the hand-over note."""

    message_id: int


@dataclass(frozen=True, kw_only=True)
class TicketSnoozed(TicketEvent):
    """Out of sight until an instant, or until something happens. Seals: reason."""

    until: dt.datetime


@dataclass(frozen=True, kw_only=True)
class TicketWoken(TicketEvent):
    """In sight again. `why`: hour, due, customer or hand. Who had put it to sleep hears of it."""

    why: str
    snoozed_by: int | None


@dataclass(frozen=True, kw_only=True)
class TaskAdded(TicketEvent):
    """Seals: text."""

    task_id: int
    assignee_id: int | None
    due_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class TaskChanged(TicketEvent):
    """Another text, assignee or due time. Seals: text, where that is another."""

    task_id: int
    assignee_before: int | None
    assignee_id: int | None
    due_before: dt.datetime | None
    due_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class TaskDone(TicketEvent):
    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskReopened(TicketEvent):
    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskRemoved(TicketEvent):
    task_id: int


@dataclass(frozen=True, kw_only=True)
class TicketAboutChanged(TicketEvent):
    """The ticket names another device or place of its customer, or none."""

    equipment_before: int | None
    equipment_id: int | None
    site_before: int | None
    site_id: int | None


@dataclass(frozen=True, kw_only=True)
class SideBegun(TicketEvent):
    """Somebody outside the desk is asked about the ticket, unseen by the customer. Seals: subject, people."""

    side_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class MessageAsked(TicketEvent):
    """We wrote in a side conversation. Meets no clock of the customer. Seals: text, quoted, to, each attachment."""

    message_id: int
    side_id: int
    person_id: int
    status_before: str
    status: str


@dataclass(frozen=True, kw_only=True)
class MessageTold(TicketEvent):
    """Somebody outside answered in a side conversation, or a machine for them. Seals: as a message, and said_by."""

    message_id: int
    side_id: int
    is_automatic: bool
    said_at: dt.datetime
    status_before: str
    status: str


@dataclass(frozen=True, kw_only=True)
class SideSettled(TicketEvent):
    side_id: int


@dataclass(frozen=True, kw_only=True)
class SideReopened(TicketEvent):
    side_id: int


@dataclass(frozen=True, kw_only=True)
class MessageSentAgain(TicketEvent):
    """An answer that had left was sent once more, on purpose. Seals: to, reason."""

    message_id: int
    person_id: int
