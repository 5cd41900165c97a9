"""The spam list and blocked senders."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.channels.mail.models import BlockedSender
from aplomb.channels.mail.proof.blocking import (
    Blocking,
    ManyWriteFromThere,
    block_sender,
    may_block_domain,
    unblock_sender,
)
from aplomb.channels.mail.proof.spamlist import empty_spam_list, not_spam, spam_list
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import DeskForm, next_page, query_text, whole_number
from aplomb.desk.mail.policies import incoming_visible_to
from aplomb.desk.mail.reads import waiting_counts
from aplomb.people.errors import NotAllowed, Refused
from aplomb.tickets.policies import may_work

ROWS = 50
BLOCKS_SHOWN = 500


class BlockForm(DeskForm):
    """Whom to block, and why."""

    pattern = forms.CharField(
        label=gettext_lazy("Address or @domain"),
        max_length=320,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("It stands with every mail that is held.")
    )
    is_sure = forms.BooleanField(label=gettext_lazy("Also where customers write from there"), required=False)


@only(may_work)
@require_safe
def spam(request: HttpRequest) -> HttpResponse:
    """What is held as spam, newest first (?before=)."""
    by = person_of(request)
    mails = (
        spam_list(incoming_visible_to(by)).select_related("mailbox").defer("mailbox__password", "mailbox__signature")
    )
    before = whole_number(request.GET.get("before"))
    if before is not None:
        mails = mails.filter(pk__lt=before)
    rows = list(mails[: ROWS + 1])
    page = {
        "mails": rows[:ROWS],
        "before": rows[ROWS - 1].pk if len(rows) > ROWS else 0,
        "newest": rows[0].pk if rows and before is None else 0,
        "counts": waiting_counts(by),
    }
    return render(request, "desk/mail/spam.html", page)


@only(may_work)
@require_POST
def release_spam(request: HttpRequest, pk: int) -> HttpResponse:
    """Not spam: the mail goes on to its ticket, and its words count as good."""
    by = person_of(request)
    mail = incoming_visible_to(by).filter(pk=pk).first()
    if mail is None:
        raise Http404
    if not_spam(mail, by=by):
        messages.success(request, _("The mail goes on to its ticket. The desk learns from it."))
    return redirect(next_page(request, reverse("spam_mail")))


@only(may_work)
@require_http_methods(["GET", "HEAD", "POST"])
def empty_spam(request: HttpRequest) -> HttpResponse:
    """Ask whether the spam list is to be emptied (GET ?until=id), and empty it (POST until=id)."""
    by = person_of(request)
    given = request.POST if request.method == "POST" else request.GET
    until = whole_number(given.get("until")) or 0
    mails = incoming_visible_to(by)
    if request.method != "POST":
        count = spam_list(mails).filter(pk__lte=until).order_by().count()
        page = {"count": count, "until": until, "counts": waiting_counts(by)}
        return render(request, "desk/mail/empty_spam.html", page)
    done = empty_spam_list(mails, until=until, by=by)
    said = ngettext("%(count)s mail is discarded.", "%(count)s mails are discarded.", done)
    messages.success(request, said % {"count": done})
    return redirect("spam_mail")


@only(may_work)
@require_http_methods(["GET", "HEAD", "POST"])
def blocked(request: HttpRequest) -> HttpResponse:
    """Blocked senders, and a form for one more (?pattern= fills it in)."""
    by = person_of(request)
    is_post = request.method == "POST"
    form = BlockForm(request.POST if is_post else None, initial={"pattern": query_text(request, "pattern")})
    if is_post and form.is_valid():
        try:
            row = block_sender(Blocking(**form.cleaned_data), by=by)
        except NotAllowed as reason:
            form.add_error("pattern", str(reason))
        except ManyWriteFromThere as reason:
            form.add_error("is_sure", str(reason))
        except Refused as reason:
            form.refuse(reason)
        else:
            messages.success(request, _("Mail of %(pattern)s is held from now on.") % {"pattern": row.pattern})
            return redirect("blocked_senders")
    page = {
        "form": form,
        "rows": BlockedSender.objects.select_related("by")[:BLOCKS_SHOWN],
        "may_block_domain": bool(may_block_domain(by)),
        "counts": waiting_counts(by),
    }
    return render(request, "desk/mail/blocked.html", page, status=422 if form.errors else 200)


@only(may_work)
@require_POST
def unblock(request: HttpRequest) -> HttpResponse:
    """Take mail of a sender again: POST pattern."""
    pattern = request.POST.get("pattern", "")
    try:
        unblock_sender(pattern, by=person_of(request))
    except NotAllowed as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Mail of %(pattern)s is taken again.") % {"pattern": pattern[:320]})
    return redirect("blocked_senders")
