"""State of tickets: the ticket, what is said on it, and what hangs on it."""

from aplomb.tickets.models.about import TicketAbout
from aplomb.tickets.models.bulk import BulkItem, BulkRun
from aplomb.tickets.models.links import Link, Merge
from aplomb.tickets.models.messages import Attachment, Delivery, Draft, Kind, Message, Participant
from aplomb.tickets.models.sides import SideConversation
from aplomb.tickets.models.ticket import (
    Beside,
    Priority,
    RequestType,
    Stage,
    Status,
    Tag,
    Ticket,
    TicketTag,
    in_reader_language,
)
from aplomb.tickets.models.together import CoWorker, Follower, HandOver, Snooze, Task, Viewing

__all__ = [
    "Attachment",
    "Beside",
    "BulkItem",
    "BulkRun",
    "CoWorker",
    "Delivery",
    "Draft",
    "Follower",
    "HandOver",
    "Kind",
    "Link",
    "Merge",
    "Message",
    "Participant",
    "Priority",
    "RequestType",
    "SideConversation",
    "Snooze",
    "Stage",
    "Status",
    "Tag",
    "Task",
    "Ticket",
    "TicketAbout",
    "TicketTag",
    "Viewing",
    "in_reader_language",
]
