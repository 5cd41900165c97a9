"""A macro on a ticket: which there are, what one would do, and doing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from aplomb.automation.actions import Run, run_macro
from aplomb.automation.models import Macro
from aplomb.automation.policies import macro_for
from aplomb.automation.reads import macros_for
from aplomb.automation.steps import lines_of
from aplomb.desk.frame import person_of
from aplomb.desk.letters.canned import fallback_words, rendered_reply
from aplomb.desk.tickets.answers import in_place
from aplomb.desk.tickets.recipients import addresses_in
from aplomb.desk.tickets.ticket import whole
from aplomb.people.errors import NotFound, Refused
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.gates import NeedsConfirmation
from aplomb.tickets.models import Ticket
from aplomb.tickets.policies import may_work, ticket_for, visible_to
from aplomb.tickets.reads import answer_address


@require_safe
@never_cache
@in_place
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """The macros for this ticket."""
    by = person_of(request)
    ticket = ticket_for(by, number)
    require(may_work(by))
    rows = [{"macro": each, "lines": lines_of(each.steps, None, by)} for each in macros_for(by, ticket.team_id)]
    return render(request, "desk/macros/choose.html", {"ticket": ticket, "rows": rows})


@never_cache
@in_place
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, number: str, macro: int) -> HttpResponse:
    """GET: what it would do here, the reply's words open to changes. POST: do it, all or nothing."""
    by = person_of(request)
    ticket = ticket_for(by, number)
    require(may_work(by))
    found = macro_for(by, macro)
    if not found.is_active:
        raise NotFound
    if request.method != "POST":
        return render(request, "desk/macros/run.html", _page(found, ticket, by))
    given = request.POST
    asked = Run(
        reply_text=given.get("text", ""),
        to=addresses_in(given.get("to", "")),
        cc=addresses_in(given.get("cc", "")),
        seen_version=whole(given.get("seen_version", "")) or None,
        confirmed=given.get("confirmed") == "true",
    )
    try:
        run_macro(macro, number, asked, by=by)
    except NotFound:
        raise
    except Refused as reason:
        page = {**_page(found, ticket, by), "text": asked.reply_text, "says": str(reason)}
        if isinstance(reason, NeedsConfirmation):
            page["objections"] = reason.objections
        return render(request, "desk/macros/run.html", page, status=409 if "objections" in page else 422)
    messages.success(request, _("Done: %(name)s.") % {"name": found.name})
    # it may have gone to a closed team
    return redirect("ticket", ticket.number) if visible_to(by).filter(pk=ticket.pk).exists() else redirect("queue")


def _page(macro: Macro, ticket: Ticket, by: Person) -> dict[str, Any]:
    page: dict[str, Any] = {
        "macro": macro,
        "ticket": ticket,
        "lines": lines_of(macro.steps, ticket, by),
        "to": ", ".join(answer_address(ticket)),
    }
    if macro.reply:
        try:
            rendered = rendered_reply(ticket, macro.reply, by)
        except NotFound:
            page["reply_is_gone"] = True
        else:
            page |= {"text": rendered.body, "language": rendered.language, "fallback": fallback_words(rendered, ticket)}
    return page
