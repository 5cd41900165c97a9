"""Doors of pages: 404 for those who may not know that a page exists."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase

from aplomb.desk.frame import person_of
from aplomb.people.models import Person
from aplomb.people.policies import Verdict

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def only(policy: Callable[[Person], Verdict]) -> Callable[[View[P]], View[P]]:
    """The page is there for those whom the policy lets in, and for nobody else. Sign-in is asked for before."""

    def guarded(view: View[P]) -> View[P]:
        @wraps(view)
        def entered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not policy(person_of(request)):
                raise Http404
            return view(request, *args, **kwargs)

        return entered

    return guarded
