"""Side conversations on the ticket's page: asking somebody else, going on, settling. The customer sees none of it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.channels.mail.addressing import mailbox_of, names_us, our_addresses
from aplomb.channels.mail.servers.wayout import has_way_out
from aplomb.desk import words
from aplomb.desk.frame import person_of
from aplomb.desk.tickets import files
from aplomb.desk.tickets.answers import in_place, is_piece
from aplomb.desk.tickets.forms import read_uploads
from aplomb.desk.tickets.pages import saved_words
from aplomb.desk.tickets.recipients import addresses_in
from aplomb.people.errors import NotFound, Refused, Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.draft import keep_draft
from aplomb.tickets.actions.forward import bare_subject, may_be_forwarded
from aplomb.tickets.actions.sides import (
    Asking,
    ask_on,
    begin_side,
    reopen_side,
    settle_side,
    side_for,
    undo_asking,
)
from aplomb.tickets.gates import NeedsConfirmation
from aplomb.tickets.models import Kind, Message, SideConversation, Ticket
from aplomb.tickets.policies import may_work, ticket_for
from aplomb.tickets.sides import sides_of


def shown(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """What the page of a ticket shows of its side conversations; no query for a ticket that has none."""
    person = person_of(request)
    found = sides_of(ticket, person)
    return {
        "sides": found,
        "ticket": ticket,
        "person": person,
        "may_work": bool(may_work(person)),
        "can_leave": settings.SMTP_OUT is not None or bool(found and has_way_out(ticket.pk)),
        "file_limit_shown": words.file_size(settings.ATTACHMENT_LIMIT),
        "undo_seconds": settings.UNDO_SECONDS,
    }


@require_safe
@in_place
def sides(request: HttpRequest, number: str) -> HttpResponse:
    """All side conversations anew, for the page that is open."""
    ticket = ticket_for(person_of(request), number)
    if not is_piece(request):
        return redirect("ticket", ticket.number)
    return render(request, "desk/tickets/sides.html", shown(request, ticket))


@require_http_methods(["GET", "HEAD", "POST"])
@in_place
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Asking somebody else, on a page of its own, so that it cannot be taken for a reply."""
    person = person_of(request)
    ticket = ticket_for(person, number)
    require(may_work(person))
    if request.method != "POST":
        return render(request, "desk/tickets/ask.html", _ask_page(request, ticket, request.GET))
    try:
        asking = _read(request, person, ticket, None)
        message = begin_side(number, asking, by=person)
    except NotFound:
        raise
    except Refused as reason:
        context = _ask_page(request, ticket, request.POST) | _refusal(reason)
        status = 409 if isinstance(reason, NeedsConfirmation) else 422
        return render(request, "desk/tickets/ask.html", context, status=status)
    messages.success(request, _("It leaves in a moment. The answer comes to this ticket, unseen by the customer."))
    return redirect(f"{reverse('ticket', args=[ticket.number])}#side-{message.side_id}")


@require_POST
@in_place
def ask_more(request: HttpRequest, side_id: int) -> HttpResponse:
    """Go on in a side conversation. What is refused is said in its composer, and the text stays."""
    person = person_of(request)
    side, ticket = side_for(side_id, by=person)
    require(may_work(person))
    try:
        ask_on(side_id, _read(request, person, ticket, side), by=person)
    except NotFound:
        raise
    except Refused as reason:
        if not is_piece(request):
            raise
        status = 409 if isinstance(reason, NeedsConfirmation) else 422
        answer = render(
            request, "desk/tickets/side_refused.html", {"side_id": side_id, **_refusal(reason)}, status=status
        )
        answer["HX-Retarget"], answer["HX-Reswap"] = f"#side-{side_id}-says", "innerHTML"
        return answer
    return _one(request, ticket, side_id, renews=True)


@require_POST
@in_place
def draft(request: HttpRequest, side_id: int) -> HttpResponse:
    """Keep what is written so far. Answers with when, in words."""
    person = person_of(request)
    side, _ticket = side_for(side_id, by=person)
    require(may_work(person))
    to = addresses_in(request.POST.get("to", ""))
    kept = keep_draft(person, None, Kind.ASKED, text=request.POST.get("text", ""), to=to, side=side)
    return HttpResponse(saved_words(kept), content_type="text/plain; charset=utf-8")


@require_POST
@in_place
def put_open(request: HttpRequest, side_id: int, choice: str) -> HttpResponse:
    """Settle a side conversation, or open it again."""
    person = person_of(request)
    _side, ticket = side_for(side_id, by=person)
    (settle_side if choice == "settle" else reopen_side)(side_id, by=person)
    return _one(request, ticket, side_id)


@require_POST
@in_place
def undo(request: HttpRequest, message_id: int) -> HttpResponse:
    """Take a question back before it leaves: its text is in its composer again."""
    message = undo_asking(message_id, by=person_of(request))
    _side, ticket = side_for(message.side_id or 0, by=person_of(request))
    return _one(request, ticket, message.side_id or 0, renews=True)


def settled(request: HttpRequest, message: Message) -> HttpResponse:
    """The side conversation of a message of which something became, in its place."""
    _side, ticket = side_for(message.side_id or 0, by=person_of(request))
    return _one(request, ticket, message.side_id or 0)


def _one(request: HttpRequest, ticket: Ticket, side_id: int, *, renews: bool = False) -> HttpResponse:
    if not is_piece(request):
        return redirect(f"{reverse('ticket', args=[ticket.number])}#side-{side_id}")
    ticket = ticket_for(person_of(request), ticket.number)
    context = shown(request, ticket)
    found = next((each for each in context["sides"] if each.side.pk == side_id), None)
    if found is None:
        raise NotFound
    context |= {"shown": found, "is_piece": True, "renews": renews}
    return render(request, "desk/tickets/side_pieces.html", context)


def _read(request: HttpRequest, person: Person, ticket: Ticket, side: SideConversation | None) -> Asking:
    given = request.POST
    to = addresses_in(given.get("to", ""))
    ours = our_addresses(also_unused=True)
    if any(names_us(each, ours) for each in to):
        raise Wrong("to", _("That is an address of this desk: the answer would come back as a new ticket."))
    kept = [
        files.take_in(person, ticket, Kind.ASKED, file, side=side).pk for file in request.FILES.getlist("files") if file
    ]
    return Asking(
        text=given.get("text", ""),
        to=to,
        subject=given.get("subject", ""),
        language=given.get("language", ""),
        forward=_ids(given.getlist("forward")),
        attachments=_ids(given.getlist("attachments")),
        uploads=(*read_uploads(given), *kept),
        waits=given.get("waits") == "on",
        confirmed=given.get("confirmed") == "true",
    )


def _ids(given: list[str]) -> tuple[int, ...]:
    return tuple(int(each) for each in given[:200] if each.isascii() and each.isdigit() and len(each) < 19)


def _refusal(reason: Refused) -> dict[str, Any]:
    return {"says": str(reason), "asks": isinstance(reason, NeedsConfirmation)}


def _ask_page(request: HttpRequest, ticket: Ticket, given: Any) -> dict[str, Any]:
    mailbox = mailbox_of(ticket.pk)
    chosen = set(_ids(given.getlist("forward")))
    is_new = request.method != "POST"
    choices = [
        {
            "message": each,
            "author": each.contact.name if each.contact else each.person.work_name if each.person else "",
            "is_chosen": each.pk in chosen,
            # what is forwarded takes its files along unless they are unticked
            "files": [
                (file, file.pk in set(_ids(given.getlist("attachments"))) or (is_new and each.pk in chosen))
                for file in each.attachments.all()
            ],
        }
        for each in may_be_forwarded(ticket)
    ]
    return {
        "ticket": ticket,
        "choices": choices[::-1],
        "to": given.get("to", ""),
        "subject": given.get("subject", "") or bare_subject(ticket.subject),
        "text": given.get("text", ""),
        "language": given.get("language", "") or (mailbox.language if mailbox else "en"),
        "waits": is_new or given.get("waits") == "on",
        "languages": settings.LANGUAGES,
        "from_address": mailbox.address if mailbox else settings.DEFAULT_FROM_EMAIL,
        "file_limit_shown": words.file_size(settings.ATTACHMENT_LIMIT),
    }
