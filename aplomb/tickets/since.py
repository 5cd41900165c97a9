"""What others did on a ticket since somebody looked, and which of it should stop an answer that was written meanwhile."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aplomb.journal.actors import Actor
from aplomb.journal.models import Entry
from aplomb.tickets.models import Ticket

# what changes nothing of what one would say to the customer: it stops no answer
QUIET = frozenset(
    {
        "TicketOpened",
        "LetterSent",
        "DeliveryChanged",
        "ParticipantAdded",
        "PeopleMentioned",
        "FollowersChanged",
        "CoWorkersChanged",
        "HandOverRead",
        "TicketSnoozed",
        "TicketWoken",
        "TaskAdded",
        "TaskChanged",
        "TaskDone",
        "TaskReopened",
        "TaskRemoved",
        "ApprovalAsked",
        "ApprovalDecided",
        "ApprovalWithdrawn",
        "TicketLinked",
        "TicketUnlinked",
    }
)
MOST = 200


def is_stopped(ticket: Ticket, seen_seq: int, by: Actor) -> bool:
    """Whether somebody else did something since the entry `seen_seq` that the writer should see first.

    A customer's word, a colleague's reply or note, and any change of what the ticket says of itself stop an answer. One's
    own changes, automatic mail, and what `QUIET` lists do not. What was erased from the record stops it, to be safe.
    """
    found = Entry.objects.filter(chain=ticket.chain_id, seq__gt=max(seen_seq, 0)).exclude(kind__in=QUIET)
    return any(_stops(content, by) for content in found.order_by("seq").values_list("content", flat=True)[:MOST])


def _stops(content: str | None, by: Actor) -> bool:
    if not content:
        return True
    told: Mapping[str, Any] = json.loads(content)
    if is_own(told, by):
        return False
    return not (told.get("kind") == "MessageReceived" and told.get("facts", {}).get("is_automatic"))


def is_own(told: Mapping[str, Any], by: Actor) -> bool:
    """Whether an entry's content says that this actor did it."""
    actor = told.get("actor", {})
    return bool(actor.get("kind") == by.actor_kind and str(actor.get("id")) == by.actor_id)


def entry_of_message(ticket: Ticket, message_ids: Sequence[int]) -> int:
    """The newest entry that brought one of these messages; 0 for none: for a page that knows its last message only."""
    from aplomb.tickets.models import Message

    rows = Message.objects.filter(ticket=ticket, pk__in=list(message_ids)).values_list("entry_seq", flat=True)
    return max(rows, default=0)
