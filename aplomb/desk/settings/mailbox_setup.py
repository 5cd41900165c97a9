"""Setting up a mailbox step by step: address, servers, sign-in, test, name and team. Sign-in and test serve later too."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.channels.mail.actions import change_mailbox
from aplomb.channels.mail.models import Mailbox, MailboxCheck, MailGrant
from aplomb.channels.mail.servers import oauth
from aplomb.channels.mail.servers.checking import begin_check, is_under_way
from aplomb.channels.mail.servers.discovery import Candidate, candidate_of
from aplomb.channels.mail.servers.drafts import begin_draft, discard_draft, finish_draft, set_application
from aplomb.channels.mail.servers.explaining import candidate_in_words, failing_step, note_in_words, step_in_words
from aplomb.channels.mail.servers.providers import Ways, provider_of_server
from aplomb.desk.doors import only
from aplomb.desk.frame import desk_name, person_of
from aplomb.desk.inputs import posted, whole_number
from aplomb.desk.settings.mailbox_forms import AddressForm, FinishForm, ServersForm, SignInForm, alias_forms
from aplomb.desk.settings.mailboxes import keep_aliases, mailbox_at, receiver
from aplomb.people.models import Person
from aplomb.people.policies import may_administer

Kind = MailboxCheck.Kind


@only(may_administer)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """The address; its settings are looked for at once."""
    by = person_of(request)
    form = AddressForm(posted(request))
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        draft = form.do(lambda: begin_draft(address, by=by, name=desk_name(), language=by.language))
        if draft is not None:
            begin_check(draft, Kind.SEARCH, by=by)
            return redirect("setup_mailbox", draft.pk)
    page = {"form": form, "step": 1}
    return render(request, "desk/settings/mailbox_new.html", page, status=400 if form.errors else 200)


@only(may_administer)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def servers(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found, to be looked at and changed; while it is looked for, the page says so."""
    draft, check = _draft(pk), _check(pk, Kind.SEARCH)
    by_hand = "by_hand" in request.GET
    if request.method != "POST" and is_under_way(check) and not by_hand:
        return render(request, "desk/settings/mailbox_searching.html", {"mailbox": draft, "check": check, "step": 2})
    found, note = _found(check)
    chosen = _chosen(request, draft, found)
    form = ServersForm(posted(request), initial=_servers_of(draft, None if chosen is None else found[chosen]))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | _sign_in_of(draft, form.cleaned_data, found)
        if form.do(lambda: change_mailbox(draft, by=person_of(request), **given)) is not None:
            return redirect("sign_in_mailbox" if _signs_in(draft) else "mailbox_test", pk)
    page = {
        "mailbox": draft,
        "form": form,
        "found": [candidate_in_words(each) for each in found],
        "chosen": chosen,
        "note": "" if found else note_in_words(note),
        "step": 2,
        **receiver(),
    }
    return render(request, "desk/settings/mailbox_servers.html", page, status=400 if form.errors else 200)


@only(may_administer)
@never_cache
@require_safe
def searched(request: HttpRequest, pk: int) -> HttpResponse:
    """The piece that asks again while the search is under way, and then leads to what was found."""
    draft, check = _draft(pk), _check(pk, Kind.SEARCH)
    if is_under_way(check):
        return render(request, "desk/settings/mailbox_search.html", {"mailbox": draft, "check": check})
    answer = HttpResponse(status=200)
    answer["HX-Redirect"] = reverse("setup_mailbox", args=[pk])
    return answer


@only(may_administer)
@require_POST
def search_again(request: HttpRequest, pk: int) -> HttpResponse:
    begin_check(_draft(pk), Kind.SEARCH, by=person_of(request))
    return redirect("setup_mailbox", pk)


@only(may_administer)
@never_cache
@sensitive_post_parameters("password", "application_secret")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """A password, or an application and somebody's consent. For a mailbox in use too: its other settings stay."""
    which = mailbox_at(pk)
    if not _signs_in(which):
        raise Http404
    grant = MailGrant.objects.filter(mailbox=which).first()
    provider = provider_of_server(which.host or which.out_host)
    form = SignInForm(posted(request), mailbox=which, grant=grant, service=provider.oauth if provider else "")
    if request.method == "POST" and form.is_valid():
        by = person_of(request)
        kept = form.do(lambda: _keep_sign_in(which, form, by))
        if kept is not None:
            grant = MailGrant.objects.filter(mailbox=which).first()
            waits = form.cleaned_data["sign_in"] == Mailbox.SignIn.OAUTH and grant is not None and grant.needs_consent
            if waits:
                return redirect(f"{reverse('sign_in_mailbox', args=[pk])}#consent")
            return _tested(request, which)
    page = {
        "mailbox": which,
        "form": form,
        "grant": grant,
        "redirect_url": _redirect_url(),
        "advice": _advice(which),
        "waits_for_consent": grant is not None
        and grant.flow == MailGrant.Flow.DELEGATED
        and which.sign_in == Mailbox.SignIn.OAUTH,
        "step": 3,
    }
    return render(request, "desk/settings/mailbox_sign_in.html", page, status=400 if form.errors else 200)


@only(may_administer)
@never_cache
@require_POST
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """To the service's page. A form may not lead to another site here, so the browser is told to go there, or shown a link."""
    which = mailbox_at(pk)
    try:
        url = oauth.begin_consent(which, _redirect_url())
    except oauth.GrantFailure as failure:
        messages.error(request, str(failure))
        return _seen(request, reverse("sign_in_mailbox", args=[pk]))
    if getattr(request, "htmx", False):
        return _seen(request, url)
    return render(request, "desk/settings/mailbox_consent.html", {"mailbox": which, "url": url, "step": 3})


@only(may_administer)
@never_cache
@require_safe
def consented(request: HttpRequest) -> HttpResponse:
    """Where the service sends the browser back to. The signed state says for which mailbox, and serves once."""
    given = {name: request.GET.get(name, "")[:4000] for name in ("state", "code", "error", "error_description")}
    which = oauth.mailbox_of_state(given["state"])
    if which is None:
        messages.error(request, _("This consent is not the one that was begun, or it came too late: begin again."))
        return redirect("mailboxes")
    try:
        if given["error"] or not given["code"]:
            raise oauth.GrantFailure(oauth.consent_refused(which, given["error"], given["error_description"]))
        oauth.finish_consent(which, given["state"], given["code"])
    except oauth.GrantFailure as failure:
        messages.error(request, str(failure))
        return redirect("sign_in_mailbox", which.pk)
    messages.success(request, _("The consent is there."))
    return _tested(request, which)


@only(may_administer)
@require_POST
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a test."""
    return _tested(request, mailbox_at(pk))


@only(may_administer)
@require_POST
def choose_folder(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the folders that are there; then the test begins anew."""
    which, folder = mailbox_at(pk), request.POST.get("folder", "").replace("\0", "").strip()[:120]
    if which.intake != Mailbox.Intake.IMAP or not folder:
        raise Http404
    change_mailbox(which, by=person_of(request), folder=folder)
    return _tested(request, which)


@only(may_administer)
@never_cache
@require_safe
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """The steps of the last test, as they come."""
    page = _test_page(mailbox_at(pk)) | {"step": 4, **receiver()}
    return render(request, "desk/settings/mailbox_test.html", page)


@only(may_administer)
@never_cache
@require_safe
def test_steps(request: HttpRequest, pk: int) -> HttpResponse:
    """The piece with the steps; it asks again while the test is under way."""
    return render(request, "desk/settings/mailbox_steps.html", _test_page(mailbox_at(pk)))


@only(may_administer)
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, team, language, signature, further addresses; then it is in use."""
    by, draft = person_of(request), _draft(pk)
    form = FinishForm(posted(request), mailbox=draft)
    aliases = alias_forms(posted(request), draft)
    is_good = request.method == "POST" and form.is_valid() and (not aliases.is_bound or aliases.is_valid())

    def keep() -> Mailbox:
        kept = finish_draft(draft, by=by, **form.cleaned_data)
        keep_aliases(kept, aliases, by)
        return kept

    if is_good and form.do(keep) is not None:
        messages.success(request, _("The mailbox %(address)s is there.") % {"address": draft.address})
        return redirect("mailbox", pk)
    check = _check(pk, Kind.TEST)
    page = {
        "mailbox": draft,
        "form": form,
        "aliases": aliases,
        "failing": failing_step(check.found) if check is not None else None,
        "is_tested": check is not None and check.ended_at is not None,
        "step": 5,
    }
    return render(request, "desk/settings/mailbox_finish.html", page, status=400 if request.method == "POST" else 200)


@only(may_administer)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave it: nothing of it stays."""
    draft = _draft(pk)
    discard_draft(draft, by=person_of(request))
    messages.success(request, _("%(address)s is not set up.") % {"address": draft.address})
    return redirect("mailboxes")


def _draft(pk: int) -> Mailbox:
    found = mailbox_at(pk)
    if not found.is_draft:
        raise Http404
    return found


def _check(pk: int, kind: MailboxCheck.Kind) -> MailboxCheck | None:
    return MailboxCheck.objects.filter(mailbox=pk, kind=kind).first()


def _found(check: MailboxCheck | None) -> tuple[list[Candidate], str]:
    row = check.found[0] if check is not None and check.found else {}
    return [candidate_of(each) for each in row.get("candidates", [])], row.get("note", "")


def _chosen(request: HttpRequest, draft: Mailbox, found: list[Candidate]) -> int | None:
    """Which of the proposals fills the form; None once the draft has servers of its own."""
    asked = whole_number(request.GET.get("choice"))
    if asked is not None and 0 < asked <= len(found):
        return asked - 1
    return 0 if found and not draft.host and "by_hand" not in request.GET else None


def _servers_of(draft: Mailbox, chosen: Candidate | None) -> dict[str, Any]:
    """What the form begins with: a proposal, else what the draft has."""
    found = {name: getattr(draft, name) for name in ServersForm.base_fields}
    if chosen is None:
        return found
    if chosen.imap is not None:
        found |= {"host": chosen.imap.host, "port": chosen.imap.port, "security": chosen.imap.security}
    if chosen.smtp is not None:
        found |= {"out_host": chosen.smtp.host, "out_port": chosen.smtp.port, "out_security": chosen.smtp.security}
    return found | {"intake": Mailbox.Intake.IMAP}


def _sign_in_of(draft: Mailbox, given: dict[str, Any], found: list[Candidate]) -> dict[str, Any]:
    """The name to sign in with and the way, as far as they follow from the servers."""
    named = next((each for each in found if each.imap and each.imap.host == given["host"]), None)
    provider = provider_of_server(given["host"] or given["out_host"])
    by_consent = (provider.ways if provider else Ways.USUAL) in {Ways.CONSENT, Ways.CONSENT_OR_APP}
    if draft.host == given["host"] and draft.out_host == given["out_host"] and draft.login:
        return {}
    return {
        "login": named.login if named else draft.address,
        "sign_in": Mailbox.SignIn.OAUTH if by_consent else Mailbox.SignIn.PASSWORD,
    }


def _signs_in(which: Mailbox) -> bool:
    """Whether it has a server of its own to sign in to."""
    return which.intake == Mailbox.Intake.IMAP or bool(which.out_host)


def _keep_sign_in(which: Mailbox, form: SignInForm, by: Person) -> Mailbox:
    if form.cleaned_data["sign_in"] == Mailbox.SignIn.OAUTH:
        set_application(which, by=by, **form.application())
    return change_mailbox(which, by=by, **form.own())


def _tested(request: HttpRequest, which: Mailbox) -> HttpResponse:
    begin_check(which, Kind.TEST, by=person_of(request))
    return redirect("mailbox_test", which.pk)


def _test_page(which: Mailbox) -> dict[str, Any]:
    check = _check(which.pk, Kind.TEST)
    under_way = is_under_way(check)
    found = check.found if check is not None else []
    return {
        "mailbox": which,
        "check": check,
        "is_under_way": under_way,
        "was_cut": check is not None and check.ended_at is None and not under_way,
        "steps": [step_in_words(each) for each in found],
        "failing": failing_step(found) if not under_way else None,
    }


def _advice(which: Mailbox) -> str:
    """What the service behind the servers wants, where it is known."""
    provider = provider_of_server(which.host or which.out_host)
    if provider is None:
        return ""
    known = Candidate(
        source="domain", where="", imap=None, smtp=None, login="", ways=provider.ways, provider=provider.key
    )
    return candidate_in_words(known).advice


def _redirect_url() -> str:
    return f"{settings.URL}{reverse('mailbox_consented')}"


def _seen(request: HttpRequest, url: str) -> HttpResponse:
    """To another page, by htmx or without."""
    if getattr(request, "htmx", False):
        answer = HttpResponse()
        answer["HX-Redirect"] = url
        return answer
    return redirect(url)
