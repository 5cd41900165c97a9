"""How views answer: refusals said in place, and the pieces of a ticket's page that changed."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from aplomb.people.errors import NotFound, Refused

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def is_piece(request: HttpRequest) -> bool:
    """Whether a script asks for pieces of the page rather than for a page."""
    return request.headers.get("HX-Request") == "true"


def in_place(view: View[P]) -> View[P]:
    """Answer what an action refuses: 404 for what is not found, else the reason, said where the person is."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotFound as reason:
            raise Http404(str(reason)) from reason
        except Refused as reason:
            return refused(request, reason)

    return answered


def refused(request: HttpRequest, reason: Refused) -> HttpResponse:
    """The reason: as a piece for a script (422, into the page's own place for it), else on the page one came from."""
    if is_piece(request):
        answer = render(request, "parts/refused.html", {"reason": reason}, status=422)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#says", "innerHTML"
        return answer
    messages.error(request, str(reason))
    return redirect(where_from(request))


def where_from(request: HttpRequest) -> str:
    """The page of this desk that the person came from, else the queue."""
    found = request.POST.get("next") or request.headers.get("Referer", "")
    # a word without a slash is no page: redirect would take it for the name of a view
    ours = "/" in found and url_has_allowed_host_and_scheme(found, {request.get_host()})
    return found if ours else "/"


def pieces(request: HttpRequest, template: str, context: dict[str, Any], *, says: str = "") -> HttpResponse:
    """Pieces of a page, with a word on what was done."""
    return render(request, template, {**context, "is_piece": True, "says": says})
