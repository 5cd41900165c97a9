"""One's own settings and tokens."""

import datetime as dt

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from aplomb.desk.frame import person_of
from aplomb.desk.inputs import posted, zone_choices
from aplomb.desk.settings.forms import SCOPE_NAMES, OwnForm, TokenForm
from aplomb.desk.settings.quick import A_YEAR, THEME_COOKIE
from aplomb.lib.time import utc_now
from aplomb.people.actions import change_person, create_token, revoke_token
from aplomb.people.models import Token

OWN = ("full_name", "work_name", "language", "time_zone", "theme")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: HttpRequest) -> HttpResponse:
    """Names, language, zone, theme, and the ways to password, codes and tokens."""
    person = person_of(request)
    form = OwnForm(posted(request), initial={each: getattr(person, each) for each in OWN})
    form.fields["time_zone"].choices = zone_choices(also=person.time_zone)  # type: ignore[attr-defined]  # a choice
    if request.method == "POST" and form.is_valid():
        changed = form.do(lambda: change_person(person, by=person, **form.cleaned_data))
        if changed is not None:
            with translation.override(person.language):
                messages.success(request, _("Saved."))
            response = redirect("own_settings")
            for cookie, value in ((settings.LANGUAGE_COOKIE_NAME, person.language), (THEME_COOKIE, person.theme)):
                response.set_cookie(
                    cookie, value, max_age=A_YEAR, httponly=True, secure=request.is_secure(), samesite="Lax"
                )
            return response
    page = {
        "form": form,
        "person": person,
        "has_password": person.has_usable_password(),
        "has_passkey": is_mfa_enabled(person, [Authenticator.Type.WEBAUTHN]),
        "has_totp": is_mfa_enabled(person, [Authenticator.Type.TOTP]),
        "open_tokens": _open_tokens(person.pk),
    }
    return render(request, "desk/settings/own.html", page, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens; a new one's secret stands in the answer to its form, and never again."""
    person = person_of(request)
    form, secret = TokenForm(posted(request), initial={"scopes": ["tickets:read"]}), ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        lives = dt.timedelta(days=int(given["lives"])) if given["lives"] else None
        made = form.do(lambda: create_token(person, by=person, name=given["name"], scopes=given["scopes"], lives=lives))
        if made is not None:
            secret, form = made[1], TokenForm(initial={"scopes": ["tickets:read"]})
    now = utc_now()
    rows = [
        {
            "token": each,
            "scopes": [SCOPE_NAMES.get(scope, scope) for scope in each.scopes],
            "is_over": each.expires_at is not None and each.expires_at <= now,
        }
        for each in Token.objects.filter(person=person, revoked_at=None).order_by("-id")[:100]
    ]
    page = {"form": form, "secret": secret, "rows": rows}
    return render(request, "desk/settings/tokens.html", page, status=400 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    person = person_of(request)
    token = Token.objects.filter(pk=pk, person=person, revoked_at=None).first()
    if token is None:
        raise Http404
    revoke_token(token, by=person)
    messages.success(request, _("The token %(name)s is revoked.") % {"name": token.name or token.prefix})
    return redirect("tokens")


def _open_tokens(person_id: int) -> int:
    return Token.objects.filter(person=person_id, revoked_at=None).count()
