"""The side conversations of a ticket as its page shows them. Nothing here is ever shown to a customer."""

from dataclasses import dataclass

from aplomb.customers.addresses import email_key
from aplomb.people.models import Person
from aplomb.tickets.merged import whole_of
from aplomb.tickets.models import Beside, Delivery, Draft, Kind, Message, SideConversation, Ticket

MOST_SHOWN = 200


@dataclass(frozen=True)
class ShownSide:
    """A side conversation, what was said in it, the earliest first, and what the reader has begun to write in it."""

    side: SideConversation
    messages: tuple[Message, ...]
    draft: Draft | None

    @property
    def people(self) -> str:
        return ", ".join(self.side.people)

    @property
    def last(self) -> Message | None:
        """The last word that stands: neither undone, nor of a machine."""
        standing = (each for each in reversed(self.messages) if each.delivery not in _GONE and not each.is_automatic)
        return next(standing, None)

    @property
    def has_answer(self) -> bool:
        """Whether theirs is the last word."""
        return self.last is not None and self.last.kind == Kind.TOLD

    @property
    def was_undone(self) -> bool:
        """Whether nothing of it left: what was written is in its composer again."""
        return self.last is None

    @property
    def answered_from(self) -> str:
        """Where the last answer came from, if that is none of those asked; empty otherwise."""
        last = self.last
        if last is None or last.kind != Kind.TOLD or not last.answer_to:
            return ""
        return "" if email_key(last.answer_to) in map(email_key, self.side.people) else last.answer_to

    @property
    def to(self) -> str:
        return ", ".join(self.draft.to) if self.draft and self.draft.to else self.people


_GONE = (Delivery.WITHDRAWN, Delivery.DISCARDED)


def sides_of(ticket: Ticket, reader: Person) -> tuple[ShownSide, ...]:
    """The side conversations of the ticket and of those merged into it, the earliest first.

    None for a plain ticket; else four queries, one more where something was merged.
    """
    if not ticket.beside & (Beside.SIDES | Beside.MERGED):
        return ()
    sides = list(SideConversation.objects.filter(ticket__in=whole_of(ticket)).order_by("id"))
    if not sides:
        return ()
    said = Message.objects.filter(side__in=sides).select_related("person", "outgoing")
    said = said.defer("html", "outgoing__content").prefetch_related("attachments").order_by("-id")[:MOST_SHOWN]
    messages: dict[int, list[Message]] = {}
    for each in reversed(said):
        messages.setdefault(each.side_id or 0, []).append(each)
    drafts = Draft.objects.filter(person=reader, side__in=sides).prefetch_related("attachments")
    begun = {each.side_id: each for each in drafts}
    return tuple(ShownSide(each, tuple(messages.get(each.pk, ())), begun.get(each.pk)) for each in sides)
