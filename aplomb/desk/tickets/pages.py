"""What the ticket page and its pieces show, put together from the reads below."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from aplomb.channels.mail.servers.wayout import has_way_out
from aplomb.desk import returned, words
from aplomb.desk.approvals.shown import approvals_on
from aplomb.desk.frame import frame_of, person_of
from aplomb.desk.tickets import recipients, traits
from aplomb.desk.tickets.beside import beside_of
from aplomb.desk.tickets.beside_customer import about_context
from aplomb.desk.tickets.difference import Difference
from aplomb.desk.tickets.due import due_lines
from aplomb.desk.tickets.joined import joined_context
from aplomb.people.models import Person
from aplomb.tickets import states
from aplomb.tickets.gates import Objection
from aplomb.tickets.models import Attachment, Draft, Priority, Stage, Status
from aplomb.tickets.policies import may_note, may_work
from aplomb.tickets.reads import ShownMessage, TicketPage, page_after_answer, ticket_page
from aplomb.tickets.sides import sides_of
from aplomb.tickets.states import BIN_KEEPS_FOR, BY_HAND

SAFE_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SHOWN_IMAGE_MOST = 3_000_000
# states of a message that may still change by themselves or by a person's choice
UNSETTLED = frozenset({"queued", "kept", "failed"})


@dataclass(frozen=True)
class Composer:
    """One of the two composers, with what was begun in it."""

    kind: str
    text: str
    to: str = ""
    cc: str = ""
    files: tuple[Attachment, ...] = ()
    saved: str = ""
    says: str = ""
    objections: tuple[Objection, ...] = ()
    arrived: tuple[ShownMessage, ...] = ()
    is_changed: bool = False
    difference: Difference | None = None
    # what the writer has said to have seen: goes along with the next attempt
    accepted: str = ""


def ticket_context(request: HttpRequest, number: str, *, before: int | None = None) -> dict[str, Any]:
    """Everything that the page of a ticket shows. Raises NotFound."""
    page = ticket_page(person_of(request), number, before=before, sight=frame_of(request).sight)
    joined = joined_context(page, person_of(request), frame_of(request).sight)
    sides = {"sides": sides_of(page.ticket, person_of(request))}
    return _context(request, page, is_newest=before is None) | about_context(page) | sides | joined


def answer_context(request: HttpRequest, number: str) -> dict[str, Any]:
    """What the answer to one's own reply or note shows. Raises NotFound."""
    return _context(request, page_after_answer(person_of(request), number))


def _context(request: HttpRequest, page: TicketPage, *, is_newest: bool = True) -> dict[str, Any]:
    person = person_of(request)
    ticket = page.ticket
    return {
        "page": page,
        "ticket": ticket,
        "person": person,
        "messages_shown": page.messages,
        "last_id": page.messages[-1].id if page.messages else 0,
        "first_id": page.messages[0].id if page.messages else 0,
        # on a ticket that goes on elsewhere nothing new is done
        "may_work": ticket.merged_into_id is None and bool(may_work(person)),
        "may_note": ticket.merged_into_id is None and bool(may_note(person)),
        "can_leave": settings.SMTP_OUT is not None or has_way_out(ticket.pk),
        "statuses": [
            (value, label) for value, label in Status.choices if value in BY_HAND[states.Status(ticket.status)]
        ],
        "priorities": Priority.choices,
        "teams": frame_of(request).teams,
        "languages": settings.LANGUAGES,
        "binned_until": ticket.binned_at + BIN_KEEPS_FOR if ticket.binned_at else None,
        "is_done": ticket.stage == Stage.DONE,
        "dues": due_lines(ticket),
        "approvals": approvals_on(ticket, person),
        **beside_of(ticket, person),
        "local_time": _their_clock(page, person),
        "undo_seconds": settings.UNDO_SECONDS,
        "file_limit": settings.ATTACHMENT_LIMIT,
        "file_limit_shown": words.file_size(settings.ATTACHMENT_LIMIT),
        **_came_back(page, is_whole=is_newest and not page.earlier),
        **_traits(page),
        **composers(page),
    }


def _came_back(page: TicketPage, *, is_whole: bool) -> dict[str, Any]:
    """What did not arrive of the messages shown, and reports among them that are about no mail of this desk."""
    marks = returned.marks(page.messages, is_whole=is_whole)
    return {
        "came_back": marks,
        "lost_ids": {each.message_id for each in marks if each.is_final},
        "unmarked_reports": returned.unmarked(page.messages),
    }


def _traits(page: TicketPage) -> dict[str, Any]:
    """What the mails shown had beside words."""
    places = [page.ticket.pk, *(each.ticket_id for each in page.origins)]
    found = [each for pk in places for each in traits.shown_traits(pk, page.messages)]
    return {"mail_traits": found, "with_traits": {each.message_id for each in found}}


def composers(page: TicketPage) -> dict[str, Any]:
    """Both composers with their drafts, and the names that the send button knows."""
    reply = _composer(page, "reply")
    return {
        "reply": reply,
        "warned_of": returned.returned_from(recipients.addresses_in(f"{reply.to}, {reply.cc}")),
        "note": _composer(page, "note"),
        "names": json.dumps(recipients.names(page)),
        "first_recipient": page.ticket.contact.name or next(iter(recipients.own_addresses(page)), ""),
    }


def _composer(page: TicketPage, kind: str) -> Composer:
    draft: Draft | None = page.drafts.get(kind)
    if kind == "note":
        return Composer(kind, draft.text if draft else "", files=_files(draft), saved=_saved(draft))
    to = tuple(draft.to) if draft and draft.to else recipients.own_addresses(page)
    cc = tuple(draft.cc) if draft and (draft.text or draft.cc) else recipients.in_copy(page)
    return Composer(kind, draft.text if draft else "", ", ".join(to), ", ".join(cc), _files(draft), _saved(draft))


def _files(draft: Draft | None) -> tuple[Attachment, ...]:
    return tuple(draft.attachments.all()) if draft else ()


def _saved(draft: Draft | None) -> str:
    return saved_words(draft) if draft and draft.text else ""


def saved_words(draft: Draft) -> str:
    """ "saved 14:02"."""
    return _("saved %(time)s") % {"time": words.Speech().brief(draft.changed_at)}


def _their_clock(page: TicketPage, person: Person) -> str:
    """What the customer's clock shows, where that is known and another zone than the reader's."""
    name = page.ticket.contact.zone_name
    return words.clock_in(name) if name else ""
