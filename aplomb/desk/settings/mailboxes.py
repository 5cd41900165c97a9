"""The administrator's pages of mailboxes and of the desk itself."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.channels.mail.actions import add_mailbox, change_mailbox, set_aliases
from aplomb.channels.mail.coming_in.mailboxstate import state_of
from aplomb.channels.mail.jobs import fetch_mailbox
from aplomb.channels.mail.models import Mailbox, MailGrant
from aplomb.desk.doors import only
from aplomb.desk.frame import forget_desk, person_of
from aplomb.desk.inputs import posted, zone_choices
from aplomb.desk.settings.forms import DeskSettingsForm
from aplomb.desk.settings.mailbox_forms import BaseAliases, MailboxForm, alias_forms
from aplomb.journal.looks.noting import note_look
from aplomb.people.actions import set_up_desk
from aplomb.people.errors import Wrong
from aplomb.people.models import Desk, Person
from aplomb.people.policies import may_administer


@only(may_administer)
@require_safe
def mailboxes(request: HttpRequest) -> HttpResponse:
    """Every mailbox and whether it works: when it was last fetched, what failed and how to mend it."""
    consented = MailGrant.objects.filter(mailbox=OuterRef("pk"), needs_consent=False)
    rows = (
        Mailbox.objects.select_related("team")
        .defer("password")
        .annotate(needs_consent=Q(sign_in=Mailbox.SignIn.OAUTH) & ~Exists(consented))
    )
    return render(request, "desk/settings/mailboxes.html", {"rows": rows, **receiver()})


@only(may_administer)
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """The one form for who knows all the settings."""
    by = person_of(request)
    form = MailboxForm(posted(request), initial={"language": by.language})
    aliases = alias_forms(posted(request), None)
    if request.method == "POST" and form.is_valid() and _are_valid(aliases):
        made = form.do(lambda: _keep(None, form, aliases, by))
        if made is not None:
            messages.success(request, _("The mailbox %(address)s is there.") % {"address": made.address})
            return redirect("mailbox", made.pk)
    page = {"form": form, "aliases": aliases, **receiver()}
    return render(request, "desk/settings/mailbox.html", page, status=_status(form, aliases))


@only(may_administer)
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """How it does, and all of its settings. One that is being set up goes on there."""
    by, which = person_of(request), mailbox_at(pk)
    if which.is_draft:
        return redirect("setup_mailbox", pk)
    form = MailboxForm(posted(request), mailbox=which)
    aliases = alias_forms(posted(request), which)
    if request.method == "POST" and form.is_valid() and _are_valid(aliases):
        changed = form.do(lambda: _keep(which, form, aliases, by))
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("mailbox", pk)
        which = mailbox_at(pk)
    note_look(by, "mailbox settings", f"mailbox {pk}")
    page = {"form": form, "aliases": aliases, "mailbox": which, "state": state_of(which), **receiver()}
    return render(request, "desk/settings/mailbox.html", page, status=_status(form, aliases))


@only(may_administer)
@require_POST
def fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch now instead of at its next turn."""
    which = mailbox_at(pk)
    if which.intake != Mailbox.Intake.IMAP or not which.is_active:
        raise Http404
    fetch_mailbox.enqueue(once=f"mailbox {which.pk}", mailbox_id=which.pk)
    messages.info(request, _("%(address)s is being fetched.") % {"address": which.address})
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


def mailbox_at(pk: int) -> Mailbox:
    """Raises Http404."""
    found = Mailbox.objects.select_related("team").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def receiver() -> dict[str, str]:
    """Where the built-in receiver listens, empty without one."""
    return {"receiver": f"{settings.SMTP_HOST}:{settings.SMTP_PORT}" if settings.SMTP_PORT else ""}


def keep_aliases(which: Mailbox, aliases: BaseAliases, by: Person) -> None:
    """Set what the rows want. A refusal is shown at its row, and raised again so that nothing is kept."""
    if not aliases.is_bound:
        return
    try:
        set_aliases(which, aliases.wanted(), by=by)
    except Wrong as wrong:
        aliases.refuse(str(wrong))
        raise


def _keep(which: Mailbox | None, form: MailboxForm, aliases: BaseAliases, by: Person) -> Mailbox:
    if which is None:
        kept = add_mailbox(by=by, **form.cleaned_data)
    else:
        kept = change_mailbox(which, by=by, **form.cleaned_data)
    keep_aliases(kept, aliases, by)
    return kept


def _are_valid(aliases: BaseAliases) -> bool:
    return not aliases.is_bound or aliases.is_valid()


def _status(form: MailboxForm, aliases: BaseAliases) -> int:
    return 400 if form.errors or (aliases.is_bound and not aliases.is_valid()) else 200
