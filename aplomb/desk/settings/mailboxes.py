"""The administrator's pages of mailboxes and of the desk itself."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.channels.mail.actions import add_mailbox, change_mailbox
from aplomb.channels.mail.imap import MailboxFailure, try_mailbox
from aplomb.channels.mail.jobs import fetch_mailbox
from aplomb.channels.mail.models import Mailbox
from aplomb.desk.doors import only
from aplomb.desk.frame import forget_desk, person_of
from aplomb.desk.inputs import posted, zone_choices
from aplomb.desk.settings.forms import DeskSettingsForm, MailboxForm
from aplomb.people.actions import set_up_desk
from aplomb.people.models import Desk
from aplomb.people.policies import may_administer


@only(may_administer)
@require_safe
def mailboxes(request: HttpRequest) -> HttpResponse:
    """Every mailbox and whether it works: when it was last fetched, what failed and how to mend it."""
    page = {"rows": Mailbox.objects.select_related("team").defer("password"), **_receiver()}
    return render(request, "desk/settings/mailboxes.html", page)


@only(may_administer)
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    by = person_of(request)
    form = MailboxForm(posted(request), initial={"language": by.language})
    if request.method == "POST" and form.is_valid():
        made = form.do(lambda: add_mailbox(by=by, **form.cleaned_data))
        if made is not None:
            messages.success(request, _("The mailbox %(address)s is there.") % {"address": made.address})
            return redirect("mailbox", made.pk)
    return render(
        request, "desk/settings/mailbox.html", {"form": form, **_receiver()}, status=400 if form.errors else 200
    )


@only(may_administer)
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    by, which = person_of(request), _mailbox(pk)
    form = MailboxForm(posted(request), mailbox=which)
    if request.method == "POST" and form.is_valid():
        changed = form.do(lambda: change_mailbox(which, by=by, **form.cleaned_data))
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("mailbox", pk)
        which = _mailbox(pk)
    page = {"form": form, "mailbox": which, **_receiver()}
    return render(request, "desk/settings/mailbox.html", page, status=400 if form.errors else 200)


@only(may_administer)
@require_POST
def fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch now instead of at its next turn."""
    which = _fetched(pk)
    fetch_mailbox.enqueue(once=f"mailbox {which.pk}", mailbox_id=which.pk)
    messages.info(request, _("%(address)s is being fetched.") % {"address": which.address})
    return redirect("mailbox", pk)


@only(may_administer)
@require_POST
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in to the server and say what happened."""
    try:
        messages.success(request, try_mailbox(_fetched(pk)))
    except MailboxFailure as failure:
        messages.error(request, str(failure))
    return redirect("mailbox", pk)


@only(may_administer)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Name, languages and time zone of the desk."""
    by, row = person_of(request), Desk.objects.first()
    initial: dict[str, Any] = {"languages": ["en"], "time_zone": "UTC"}
    if row is not None:
        initial = {"name": row.name, "languages": row.languages, "time_zone": row.time_zone}
    form = DeskSettingsForm(posted(request), initial=initial)
    form.fields["time_zone"].choices = zone_choices(also=initial["time_zone"])  # type: ignore[attr-defined]  # a choice
    if request.method == "POST" and form.is_valid():
        changed = form.do(lambda: set_up_desk(by=by, **form.cleaned_data))
        if changed is not None:
            forget_desk()
            messages.success(request, _("Saved."))
            return redirect("desk_settings")
    return render(request, "desk/settings/desk.html", {"form": form}, status=400 if form.errors else 200)


def _mailbox(pk: int) -> Mailbox:
    found = Mailbox.objects.select_related("team").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _fetched(pk: int) -> Mailbox:
    found = _mailbox(pk)
    if found.intake != Mailbox.Intake.IMAP or not found.is_active:
        raise Http404
    return found


def _receiver() -> dict[str, str]:
    """Where the built-in receiver listens, empty without one."""
    return {"receiver": f"{settings.SMTP_HOST}:{settings.SMTP_PORT}" if settings.SMTP_PORT else ""}
