"""Language and theme, switched from anywhere; by cookie before sign-in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from aplomb.desk.inputs import next_page
from aplomb.people.actions import LANGUAGES, change_person
from aplomb.people.models import Person, Theme

THEME_COOKIE = "aplomb_theme"
A_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """POST language, next."""
    language = request.POST.get("language", "")
    if language not in LANGUAGES:
        return HttpResponseBadRequest()
    if isinstance(request.user, Person):
        change_person(request.user, by=request.user, language=language)
    return _back(request, settings.LANGUAGE_COOKIE_NAME, language)


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """POST theme, next."""
    theme = request.POST.get("theme", "")
    if theme not in Theme.values:
        return HttpResponseBadRequest()
    if isinstance(request.user, Person):
        change_person(request.user, by=request.user, theme=theme)
    return _back(request, THEME_COOKIE, theme)


def _back(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    otherwise = reverse("queue" if request.user.is_authenticated else "account_login")
    response = HttpResponseRedirect(next_page(request, otherwise))
    response.set_cookie(cookie, value, max_age=A_YEAR, httponly=True, secure=request.is_secure(), samesite="Lax")
    return response
