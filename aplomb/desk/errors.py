"""Pages for what went wrong: what happened, what was kept, and the way on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: an old tab, cookies switched off, another site. Nothing was changed."""
    return render(
        request,
        "403.html",
        {
            "what": _("The form was too old to be taken."),
            "way_on": _(
                "Nothing was changed. Go back, load the page again and send it once more; cookies must be allowed."
            ),
        },
        status=403,
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(_alone("400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without request, session or database: any of them may be what broke."""
    return HttpResponse(_alone("500.html"), status=500)


def _alone(template: str) -> str:
    return render_to_string(template, {"language": get_language() or "en"})
