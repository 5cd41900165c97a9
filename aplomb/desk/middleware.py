"""What every answer carries: headers that keep browsers strict, the person's language and zone, the first run."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation

from aplomb.desk.frame import desk_is_set_up
from aplomb.lib.time import known_zone
from aplomb.people.models import Person

Answer = Callable[[HttpRequest], HttpResponseBase]

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Strict headers on every answer; a view that set one of them for itself keeps its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        if settings.SESSION_COOKIE_SECURE:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response


class PersonsLanguage:
    """The language and zone of the person; before sign-in those of the cookie or the browser, out of the five."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = getattr(request, "user", None)
        person = user if isinstance(user, Person) else None
        language = person.language if person else translation.get_language_from_request(request)
        translation.activate(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        if person is not None and known_zone(person.time_zone):
            timezone.activate(ZoneInfo(person.time_zone))
        else:
            timezone.deactivate()
        try:
            response = self.get_response(request)
        finally:
            used = translation.get_language() or settings.LANGUAGE_CODE
            translation.deactivate()
            timezone.deactivate()
        response.headers.setdefault("Content-Language", used)
        return response


class FirstRun:
    """While the desk has no name, its pages lead to the page that gives it one."""

    open_names = frozenset({"first_run", "set_language"})

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """A redirect to the first page, or None to go on."""
        if request.path.startswith((settings.STATIC_URL, "/api/", "/health", "/live")):
            return None
        match = request.resolver_match
        if (match is not None and match.url_name in self.open_names) or desk_is_set_up():
            return None
        return redirect("first_run")
