"""What the palette of commands finds beyond the page itself: tickets, customers, and macros for the ticket one is on."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aplomb.automation.reads import macros_for
from aplomb.desk.customers.reads import find_contacts
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import query_text
from aplomb.lib.folding import fold
from aplomb.people.errors import NotFound
from aplomb.people.models import Person
from aplomb.search.index import find
from aplomb.tickets.models import Stage, Ticket
from aplomb.tickets.numbers import read_number, shown
from aplomb.tickets.policies import may_work, ticket_for, visible_to

TICKETS, CONTACTS, LEAST = 6, 4, 2


@require_safe
@never_cache
def palette(request: HttpRequest) -> HttpResponse:
    """Lines of {word, note, url} for what is typed, at most a dozen and the macros; nothing out of sight is in them."""
    person = person_of(request)
    text = query_text(request, "find")
    lines = _macros(person, query_text(request, "ticket"), text)
    if len(text) >= LEAST:
        lines += _tickets(person, text)
        lines += [
            _line(each.name or str(_("without a name")), _("Customer"), reverse("contact", args=[each.pk]))
            for each in find_contacts(text, rows=CONTACTS).contacts[:CONTACTS]
        ]
    return JsonResponse({"lines": lines})


def _tickets(person: Person, text: str) -> list[dict[str, str]]:
    number = read_number(text)
    if number is not None:
        try:
            found = [ticket_for(person, number)]
        except NotFound:
            return []
    else:
        ids = find(text, most=TICKETS * 10)
        found = list(
            visible_to(person)
            .filter(pk__in=ids)
            .exclude(stage=Stage.MERGED)
            .only("number", "subject")
            .order_by("-pk")[:TICKETS]
        )
    return [_line(each.subject, shown(each.number), reverse("ticket", args=[each.number])) for each in found]


def _macros(person: Person, number: str, text: str) -> list[dict[str, str]]:
    """Those whose name has every word of the text."""
    if not read_number(number) or not may_work(person):
        return []
    try:
        ticket: Ticket = ticket_for(person, number)
    except NotFound:
        return []
    words = fold(text).split()
    return [
        _line(each.name, _("Macro"), reverse("run_macro", args=[ticket.number, each.pk]))
        for each in macros_for(person, ticket.team_id)
        if all(word in fold(each.name) for word in words)
    ]


def _line(word: str, note: str, url: str) -> dict[str, str]:
    return {"word": word, "note": note, "url": url}
