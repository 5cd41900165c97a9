"""Replies and notes: sending, undoing, drafts, and what becomes of a mail that waits."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aplomb.channels.mail.going_out.resending import send_again
from aplomb.desk.frame import person_of
from aplomb.desk.tickets import files, sides
from aplomb.desk.tickets.answers import in_place, is_piece
from aplomb.desk.tickets.difference import Difference, difference
from aplomb.desk.tickets.doors import message_for
from aplomb.desk.tickets.forms import read_reply, read_uploads
from aplomb.desk.tickets.pages import Composer, answer_context, saved_words, ticket_context
from aplomb.desk.tickets.recipients import addresses_in
from aplomb.desk.tickets.ticket import whole
from aplomb.journal.outbox.actions import discard, release
from aplomb.people.errors import NotFound, Refused
from aplomb.people.policies import require
from aplomb.tickets.actions.draft import keep_draft
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.reply import reply_to_ticket, undo_reply
from aplomb.tickets.errors import Changed
from aplomb.tickets.gates import NeedsConfirmation
from aplomb.tickets.models import Kind, Message, Ticket
from aplomb.tickets.policies import may_note, may_work, ticket_for
from aplomb.tickets.since import entry_of_message


@require_POST
@in_place
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """Send a reply. What is refused is said in the composer, and the text stays."""
    person = person_of(request)
    try:
        uploads = _uploads(request, number, Kind.REPLY)
        reply_to_ticket(number, read_reply(request.POST, uploads), by=person)
    except NotFound:
        raise
    except Refused as reason:
        return _not_sent(request, number, Kind.REPLY, reason)
    return _sent(request, number, Kind.REPLY)


@require_POST
@in_place
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Keep a note among colleagues."""
    person = person_of(request)
    try:
        uploads = _uploads(request, number, Kind.NOTE)
        confirmed = request.POST.get("confirmed") == "true"
        add_note(number, request.POST.get("text", ""), by=person, uploads=uploads, confirmed=confirmed)
    except NotFound:
        raise
    except Refused as reason:
        return _not_sent(request, number, Kind.NOTE, reason)
    return _sent(request, number, Kind.NOTE)


@require_POST
@in_place
def draft(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Keep what is written so far. Answers with when, in words."""
    person = person_of(request)
    ticket = ticket_for(person, number)
    require(may_note(person) if kind == Kind.NOTE else may_work(person))
    to = addresses_in(request.POST.get("to", ""))
    kept = keep_draft(
        person,
        ticket,
        Kind.NOTE if kind == Kind.NOTE else Kind.REPLY,
        text=request.POST.get("text", ""),
        to=to if kind != Kind.NOTE else (),
        cc=addresses_in(request.POST.get("cc", "")) if kind != Kind.NOTE else (),
    )
    return HttpResponse(saved_words(kept), content_type="text/plain; charset=utf-8")


@require_POST
@in_place
def undo(request: HttpRequest, message_id: int) -> HttpResponse:
    """Take a reply back before it leaves: its text is in the composer again."""
    person = person_of(request)
    message = undo_reply(message_id, by=person)
    if not is_piece(request):
        messages.success(request, _("Undone. Your text is in the composer again."))
        return redirect("ticket", message.ticket.number)
    context = ticket_context(request, message.ticket.number)
    context["changed"] = [each for each in context["messages_shown"] if each.id == message_id]
    context["fresh"], context["renewed"] = [], [context["reply"]]
    context["says"] = _("Undone. Your text is in the composer again.")
    return render(request, "desk/tickets/news.html", {**context, "is_piece": True})


@require_POST
@in_place
def settle(request: HttpRequest, message_id: int, choice: str) -> HttpResponse:
    """A mail that was kept or failed: send it after all, or never."""
    person = person_of(request)
    message = message_for(person, message_id)
    require(may_work(person))
    if message.outgoing is None:
        raise NotFound
    if choice == "discard":
        done = discard(message.outgoing, by=person)
    else:
        done = release(message.outgoing, by=person)
    if not done:
        raise Refused(_("Nothing was done: no outgoing server is set, or the mail has moved on."), "too-late")
    return _settled(request, message)


@require_POST
@in_place
def again(request: HttpRequest, message_id: int) -> HttpResponse:
    """A mail that left and came back: send it again to those whom it did not reach."""
    person = person_of(request)
    message = message_for(person, message_id)
    send_again(message_id, by=person)
    return _settled(request, message)


def _settled(request: HttpRequest, message: Message) -> HttpResponse:
    """The message as it now is, in its place; without scripts the page of its ticket."""
    if message.side_id is not None:
        return sides.settled(request, message)
    if not is_piece(request):
        return redirect("ticket", message.ticket.number)
    context = ticket_context(request, message.ticket.number)
    context["changed"] = [each for each in context["messages_shown"] if each.id == message.pk]
    context["fresh"] = []
    return render(request, "desk/tickets/news.html", {**context, "is_piece": True})


def _uploads(request: HttpRequest, number: str, kind: str) -> tuple[int, ...]:
    """The files beside the composer, and those that a browser without scripts sends with the form."""
    if not request.FILES:
        return read_uploads(request.POST)
    ticket = ticket_for(person_of(request), number)
    return (*read_uploads(request.POST), *take_uploads(request, ticket, kind))


def take_uploads(request: HttpRequest, ticket: Ticket, kind: str) -> list[int]:
    """Keep the files that came with the form itself, beside the draft. Raises Wrong."""
    person = person_of(request)
    return [files.take_in(person, ticket, kind, file).pk for file in request.FILES.getlist("files") if file]


def _sent(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The new message and an empty composer at once; the page asks for its head and rail by itself (ticket.js)."""
    if not is_piece(request):
        return redirect("ticket", ticket_for(person_of(request), number).number)
    context = answer_context(request, number)
    after = whole(request.POST.get("last_id", ""))
    context["fresh"] = [each for each in context["messages_shown"] if each.id > after]
    return render(request, "desk/tickets/sent.html", {**context, "composer": context[kind], "is_piece": True})


def _difference(request: HttpRequest, context: dict[str, Any]) -> Difference:
    """What others did since the page that the answer was written on."""
    ticket: Ticket = context["ticket"]
    seen = request.POST.get("accepted", "").split(".")[1:2] or [request.POST.get("seen_seq", "")]
    seq = whole(seen[0]) or entry_of_message(ticket, [whole(request.POST.get("last_id", ""))])
    then = request.POST.get("then", "")
    return difference(person_of(request), ticket, seq, context["messages_shown"], then=then)


def _not_sent(request: HttpRequest, number: str, kind: str, reason: Refused) -> HttpResponse:
    """Why not, in the composer; the text was never taken out of it."""
    context = ticket_context(request, number)
    after = whole(request.POST.get("last_id", ""))
    arrived = [each for each in context["messages_shown"] if each.id > after] if isinstance(reason, Changed) else []
    objections = reason.objections if isinstance(reason, NeedsConfirmation) else []
    says: dict[str, Any] = {"says": str(reason), "objections": objections, "arrived": arrived, "kind": kind}
    says["is_changed"] = isinstance(reason, Changed)
    says["then"] = request.POST.get("then", "")
    says["accepted"] = request.POST.get("accepted", "")
    says["difference"] = _difference(request, context) if says["is_changed"] else None
    status = 409 if isinstance(reason, Changed | NeedsConfirmation) else 422
    if is_piece(request):
        context |= {**says, "fresh": arrived, "changed": [], "is_piece": True}
        return render(request, "desk/tickets/not_sent.html", context, status=status)
    context["then"] = says["then"]
    before: Composer = context[kind]
    context[kind] = Composer(
        kind,
        request.POST.get("text", ""),
        request.POST.get("to", before.to),
        request.POST.get("cc", before.cc),
        before.files,
        says=str(reason),
        objections=tuple(objections),
        arrived=tuple(arrived),
        is_changed=says["is_changed"],
        difference=says["difference"],
        accepted=says["accepted"],
    )
    return render(request, "desk/tickets/ticket.html", context, status=status)
