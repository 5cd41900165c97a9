"""What was said on a ticket, and saying more."""

from collections.abc import Iterable
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from aplomb.api.attachments import attachment_shown
from aplomb.api.auth import Token, person_of
from aplomb.api.bodies import json_answer
from aplomb.api.idempotency import once_per_key
from aplomb.api.schemas import MessageAsked, MessagePage, MessageShown, RowCursor, answers
from aplomb.customers.models import ContactPoint
from aplomb.lib.time import second_text
from aplomb.people.errors import NotFound, Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.draft import drop_upload
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.receive import Incoming, as_call, receive_message
from aplomb.tickets.actions.reply import Reply, checked_text, reply_to_ticket, undo_reply
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.files import read_file
from aplomb.tickets.merged import apart_of, whole_of
from aplomb.tickets.models import Attachment, Message
from aplomb.tickets.policies import may_work, ticket_for

router = Router(tags=["Messages"])


@router.get(
    "/tickets/{number}/messages",
    response=answers(200, MessagePage, 404),
    auth=Token("tickets:read"),
    summary="List the messages of a ticket",
)
def list_messages(
    request: HttpRequest,
    number: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[RowCursor | None, Query()] = None,
) -> HttpResponse:
    """Oldest first. `next` is the cursor of the following page, null on the last one.

    Those of tickets that were merged into it are among them, each with the `ticket` that it came with; not those of
    another customer who does not take part: those of their own ticket are listed under its number.
    """
    ticket = ticket_for(person_of(request), number)
    # side conversations are not among them: who shows customers what comes from here must not show them those
    found = Message.objects.filter(ticket__in=whole_of(ticket, only_shared=True), side=None)
    if apart := apart_of(ticket):
        found = found.exclude(contact__in=apart)
    if cursor:
        found = found.filter(pk__gt=min(int(cursor), 2**63 - 1))
    rows = list(found.select_related("contact", "person", "ticket").defer("html").order_by("id")[: limit + 1])
    mark = str(rows[limit - 1].pk) if len(rows) > limit else None
    return json_answer({"items": _shown(rows[:limit]), "next": mark})


@router.post(
    "/tickets/{number}/messages",
    response=answers(201, MessageShown, 400, 404, 409, 413, 415),
    auth=Token("tickets:write"),
    summary="Reply, add a note, or write down what the customer said",
)
@once_per_key
def create_message(request: HttpRequest, number: str, body: MessageAsked) -> HttpResponse:
    """A reply leaves when the time for undoing is over; `delivery` says what became of it.

    Where the desk asks for a second look the answer is 409 with the code needs-confirmation and the reasons; the same
    request with `confirmed` goes on. A customer's word on a ticket that was closed for over 30 days opens a new one:
    `ticket` names it.
    """
    person = person_of(request)
    if body.kind != "reply" and (body.to or body.cc):
        raise Wrong("to" if body.to else "cc", _("Only a reply goes to somebody."))
    with transaction.atomic():
        if body.kind == "reply":
            message = _reply(number, body, person)
        elif body.kind == "note":
            message = add_note(number, body.text, by=person, uploads=tuple(body.attachments), keeps_draft=True)
        else:
            message = _write_down(number, body, person)
        if body.kind != "reply" and body.status:
            change_ticket(message.ticket.number, Changes(status=body.status, confirmed=body.confirmed), by=person)
    return _answer(message.pk, status=201)


@router.post(
    "/messages/{int:message_id}/undo",
    response=answers(200, MessageShown, 404, 409),
    auth=Token("tickets:write"),
    summary="Take a reply back before it leaves",
)
@once_per_key
def undo(request: HttpRequest, message_id: int) -> HttpResponse:
    """Its delivery is then withdrawn, the ticket's status as before. 409 once the mail has left."""
    return _answer(undo_reply(message_id, by=person_of(request)).pk)


def _reply(number: str, body: MessageAsked, person: Person) -> Message:
    reply = Reply(
        keeps_draft=True,
        text=body.text,
        to=tuple(body.to),
        cc=tuple(body.cc),
        then=body.status or "",
        uploads=tuple(body.attachments),
        confirmed=body.confirmed,
    )
    return reply_to_ticket(number, reply, by=person)


def _write_down(number: str, body: MessageAsked, person: Person) -> Message:
    ticket = ticket_for(person, number)
    require(may_work(person))
    uploads = _own_uploads(person, body.attachments)
    files = tuple(IncomingFile(row.name, row.type, read_file(row.path)) for row in uploads)
    said = as_call(Incoming(text=checked_text(body.text), files=files), person)
    message = receive_message(ticket, ticket.contact, said, by=person)
    for row in uploads:
        drop_upload(person, row.pk)
    return message


def _own_uploads(person: Person, ids: Iterable[int]) -> list[Attachment]:
    wanted = set(ids)
    found = list(Attachment.objects.filter(pk__in=wanted, uploaded_by=person, message=None).order_by("id"))
    if len(found) != len(wanted):
        raise Wrong("attachments", _("An attachment is gone. Add it again."))
    return found


def _answer(pk: int, *, status: int = 200) -> HttpResponse:
    message = Message.objects.select_related("contact", "person", "ticket").defer("html").filter(pk=pk).first()
    if message is None:
        raise NotFound
    return json_answer(_shown([message])[0], status=status)


def _shown(messages: list[Message]) -> list[dict[str, Any]]:
    files: dict[int | None, list[dict[str, Any]]] = {}
    for row in Attachment.objects.filter(message__in=[each.pk for each in messages]).order_by("id"):
        files.setdefault(row.message_id, []).append(attachment_shown(row))
    addresses = _addresses_of_nameless(messages)
    return [
        {
            "id": each.pk,
            "ticket": each.ticket.number,
            "kind": each.kind,
            "author": _author(each, addresses),
            "text": each.text,
            "quoted": each.quoted,
            "sent_at": second_text(each.sent_at),
            "channel": each.channel,
            "to": each.to,
            "cc": each.cc,
            "automatic": each.is_automatic,
            "delivery": each.delivery,
            "delivery_note": each.delivery_note,
            "changed": each.changed,
            "attachments": files.get(each.pk, []),
        }
        for each in messages
    ]


def _author(message: Message, addresses: dict[int, str]) -> str:
    if message.contact is not None:
        return message.contact.name or addresses.get(message.contact.pk, "")
    return message.person.work_name if message.person is not None else ""


def _addresses_of_nameless(messages: list[Message]) -> dict[int, str]:
    nameless = {each.contact.pk for each in messages if each.contact is not None and not each.contact.name}
    if not nameless:
        return {}
    points = ContactPoint.objects.filter(contact__in=nameless).order_by("-id")
    return dict(points.values_list("contact_id", "value"))
