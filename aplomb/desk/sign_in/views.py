"""Coming in by a one-time link. The other ways in are allauth's views, with our forms and templates (urls.py)."""

from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from aplomb.desk.inputs import posted
from aplomb.desk.sign_in.adapter import sign_in
from aplomb.desk.sign_in.forms import ActivateTOTPForm, AskForLink
from aplomb.desk.sign_in.links import link_is_open, send_link
from aplomb.people.actions import use_sign_in_link


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """A form that asks for an address, and one answer for known and unknown ones."""
    if request.user.is_authenticated:
        return redirect("queue")
    form = AskForLink(posted(request))
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"].lower()
        refused: HttpResponse | None = ratelimit.consume_or_429(request, action="request_login_code", key=address)
        if refused is not None:
            return refused
        send_link(address)
        return redirect("sign_in_link_sent")
    return render(request, "account/ask_for_link.html", {"form": form}, status=400 if form.errors else 200)


@login_not_required
@never_cache
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/link_sent.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """One button: programs that look into links before a person does only ever see this page."""
    if request.method == "POST":
        refused: HttpResponse | None = ratelimit.consume_or_429(request, action="login")
        if refused is not None:
            return refused
        person = use_sign_in_link(secret)
        if person is not None:
            return sign_in(request, person, method="sign_in_link")
    elif link_is_open(secret):
        return render(request, "account/open_link.html")
    reason = _("A link signs in once, within half an hour of being sent. This one was used, or is too old.")
    return render(request, "account/link_over.html", {"reason": reason}, status=410)


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:
    """A page of allauth's that staff have no use for."""
    raise Http404


class SetUpCodes(ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """Switching codes on. The code just given is proof enough to be shown the recovery codes at once."""

    form_class = ActivateTOTPForm

    def form_valid(self, form: ActivateTOTPForm) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, method="mfa", type="totp", reauthenticated=True)
        return answer
