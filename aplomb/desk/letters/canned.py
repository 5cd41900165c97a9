"""Canned replies on a ticket: a list to choose from, and the words of one, filled in for this customer."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from aplomb.channels.mail.addressing import mailbox_of
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import query_text
from aplomb.desk.letters.matching import Choice, matching
from aplomb.desk.tickets.answers import in_place, is_piece
from aplomb.desk.tickets.recipients import addresses_in
from aplomb.letters.reads import canned_for
from aplomb.letters.rendering import Rendered, render_texts
from aplomb.people.errors import NotFound
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.draft import keep_draft
from aplomb.tickets.models import Draft, Kind, Ticket
from aplomb.tickets.policies import may_work, ticket_for
from aplomb.tickets.values import customers_language, values_of


@require_safe
@never_cache
@in_place
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """The canned replies for this ticket; as a piece the rows only. `find` narrows them."""
    by = person_of(request)
    ticket = ticket_for(by, number)
    require(may_work(by))
    find = query_text(request, "find")
    language = customers_language(ticket)
    found = [Choice.of(each, language) for each in canned_for(by, ticket.team_id)]
    page = {"ticket": ticket, "choices": matching(found, find), "find": find, "language": language}
    return render(request, "desk/letters/canned_rows.html" if is_piece(request) else "desk/letters/canned.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@in_place
def insert(request: HttpRequest, number: str, letter: str) -> HttpResponse:
    """GET: the words as JSON, for the composer's script. POST, without scripts: they are added to the draft."""
    by = person_of(request)
    ticket = ticket_for(by, number)
    require(may_work(by))
    rendered = rendered_reply(ticket, letter, by)
    if request.method != "POST":
        return JsonResponse(
            {"text": rendered.body, "language": rendered.language, "says": fallback_words(rendered, ticket)}
        )
    draft = Draft.objects.filter(person=by, ticket=ticket, kind=Kind.REPLY).first()
    begun = draft.text.rstrip() if draft is not None else ""
    keep_draft(
        by,
        ticket,
        Kind.REPLY,
        text=f"{begun}\n\n{rendered.body}" if begun else rendered.body,
        to=tuple(draft.to) if draft is not None else (),
        cc=tuple(draft.cc) if draft is not None else addresses_in(""),
    )
    if says := fallback_words(rendered, ticket):
        messages.warning(request, says)
    return redirect("ticket", ticket.number)


def fallback_words(rendered: Rendered, ticket: Ticket) -> str:
    """What to say where the reply is not in the customer's language; empty where it is."""
    if not rendered.is_fallback:
        return ""
    names = dict(settings.LANGUAGES)
    wanted, there = names[customers_language(ticket)], names.get(rendered.language, rendered.language)
    return _("There is no %(wanted)s text of this reply yet: this is the one in %(there)s.") % {
        "wanted": wanted,
        "there": there,
    }


def rendered_reply(ticket: Ticket, key: str, by: Person) -> Rendered:
    """The words of a reply that is offered on this ticket. Raises NotFound."""
    found = next((each for each in canned_for(by, ticket.team_id) if each.key == key), None)
    texts = found.texts() if found is not None else None
    if texts is None:
        raise NotFound
    language = customers_language(ticket)
    mailbox = mailbox_of(ticket.pk)
    values = values_of(ticket, language, person=by, mailbox_name=mailbox.name if mailbox else "")
    rendered = render_texts(texts, language, values)
    if rendered is None:
        raise NotFound
    return rendered
