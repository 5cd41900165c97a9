"""The menu at one's name: how one can be reached, by hand, and until when.

It is asked for when the menu opens, so that no page pays for it. What was set by hand is remembered with the session, for the
mark beside the name.
"""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from aplomb.desk.frame import person_of
from aplomb.desk.inputs import next_page
from aplomb.desk.presence.mark import forget_mark, remember_mark
from aplomb.desk.presence.words import standing_words
from aplomb.desk.tickets.answers import is_piece, refused
from aplomb.desk.words import Speech
from aplomb.lib.time import utc_now
from aplomb.people.actions.presence import clear_presence, set_presence
from aplomb.people.errors import Refused
from aplomb.people.models.presence import State
from aplomb.people.presence import standing_of

MINUTES = (15, 30, 60, 120)
BY_HOURS = "hours"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def presence(request: HttpRequest) -> HttpResponse:
    """See it or set it: POST state (or "hours": as my working hours say) and minutes."""
    person = person_of(request)
    if request.method == "POST":
        try:
            _set(request)
        except Refused as reason:
            return refused(request, reason)
        if not is_piece(request):
            return redirect(next_page(request, "presence"))
    now = utc_now()
    standing = standing_of([person], now)[person.pk]
    speech = Speech()
    page = {
        "standing": standing,
        "said": standing_words(standing, speech),
        "states": list(State.choices),
        "minutes": [(each, speech.span(dt.timedelta(minutes=each))) for each in MINUTES],
        "is_set": request.method == "POST",
        "next": next_page(request, ""),
    }
    return render(request, "desk/presence/menu.html" if is_piece(request) else "desk/presence/page.html", page)


def _set(request: HttpRequest) -> None:
    person, state = person_of(request), request.POST.get("state", "")
    if state == BY_HOURS:
        clear_presence(person, by=person)
        forget_mark(request)
        return
    given = request.POST.get("minutes", "")
    until = utc_now() + dt.timedelta(minutes=int(given)) if given in {str(each) for each in MINUTES} else None
    row = set_presence(person, state, until=until, by=person)
    remember_mark(request, row.state, row.until)
