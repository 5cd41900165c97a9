"""Pages of mails that came in and of mails that leave."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from aplomb.channels.mail.actions import discard_mail, retry_mail
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.rawmail import raw_bytes
from aplomb.channels.mail.servers.wayout import own_servers
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import next_page, query_text, whole_number
from aplomb.desk.mail.policies import ACCOUNT, incoming_visible_to, outgoing_visible_to
from aplomb.desk.mail.reads import (
    OUTGOING,
    incoming_page,
    outgoing_page,
    outgoing_row,
    readable_text,
    settleable,
    waiting_counts,
)
from aplomb.journal.looks.noting import note_look
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox.actions import discard, release
from aplomb.journal.outbox.ways import way_of
from aplomb.tickets.policies import may_work

STATES_IN: Sequence[tuple[str, object]] = IncomingMail.State.choices


@only(may_work)
@require_safe
def incoming(request: HttpRequest) -> HttpResponse:
    """Mails that came in: those that wait for a person first (parked, then held), or of another state (?state=)."""
    by = person_of(request)
    counts = waiting_counts(by)
    first = IncomingMail.State.HELD if counts["held"] and not counts["parked"] else IncomingMail.State.PARKED
    state = query_text(request, "state") or first
    page = {
        "page": incoming_page(by, state, before=whole_number(request.GET.get("before"))),
        "state": state,
        "states": STATES_IN,
        "counts": counts,
    }
    return render(request, "desk/mail/incoming.html", page)


@only(may_work)
@require_safe
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail's bytes as they came, to be kept as a file: never shown as a page of the desk."""
    mail = _incoming(request, pk)
    note_look(person_of(request), "mail source", f"mail {mail.pk}")
    response = HttpResponse(raw_bytes(mail), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mail-{mail.pk}.eml.txt"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@only(may_work)
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a parked or discarded mail again; let a held one through to its ticket."""
    mail = _incoming(request, pk)
    retry_mail(mail, by=person_of(request))
    if mail.hold:
        messages.success(request, _("The mail goes on to its ticket."))
    else:
        messages.success(request, _("The mail is being read again."))
    return redirect(next_page(request, reverse("incoming_mail")))


@only(may_work)
@require_POST
def discard_incoming(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a parked or held mail unread; its bytes stay, and it can be read again from among the discarded."""
    mail = _incoming(request, pk)
    discard_mail(mail, by=person_of(request))
    messages.success(request, _("The mail is discarded. It stays under “discarded” and can be read again."))
    return redirect(next_page(request, reverse("incoming_mail")))


@only(may_work)
@require_safe
def outgoing(request: HttpRequest) -> HttpResponse:
    """Mails that leave: those that wait for a person first (?state= for others)."""
    by = person_of(request)
    counts = waiting_counts(by)
    state = query_text(request, "state") or ("kept" if counts["kept"] else "all")
    page = {
        "page": outgoing_page(by, state, before=whole_number(request.GET.get("before"))),
        "state": state,
        "states": _outgoing_states(),
        "counts": counts,
        "can_settle": state in {"kept", "failed"},
        **_server(),
    }
    return render(request, "desk/mail/outgoing.html", page)


@only(may_work)
@require_safe
def one_outgoing(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail on its way out, with its text."""
    by = person_of(request)
    mail = outgoing_visible_to(by).filter(pk=pk).first()
    if mail is None:
        raise Http404
    if mail.purpose == ACCOUNT:
        # it holds somebody's way in
        note_look(by, "sign-in mail", f"outgoing {mail.pk}")
    page = {
        "row": outgoing_row(by, mail),
        "text": readable_text(bytes(mail.content)),
        "can_settle": mail.state in {OutgoingMail.State.KEPT, OutgoingMail.State.FAILED},
        "counts": waiting_counts(by),
        **_server(),
    }
    return render(request, "desk/mail/one_outgoing.html", page)


@only(may_work)
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Release or discard kept and failed mails: POST do=release|discard, mail=id …, next."""
    wanted = request.POST.get("do", "")
    ids = [pk for pk in map(whole_number, request.POST.getlist("mail")) if pk]
    person = person_of(request)
    mails = settleable(person, ids)
    onward = redirect(next_page(request, reverse("outgoing_mail")))
    if wanted not in {"release", "discard"} or not mails:
        messages.error(request, _("Choose mails that are kept or could not be delivered."))
        return onward
    if wanted == "release" and not any(way_of(each.sender) for each in mails):
        messages.error(request, _("There is no outgoing server yet. Set APLOMB_SMTP_OUT and start the desk again."))
        return onward
    done = sum((release if wanted == "release" else discard)(each, by=person) for each in mails)
    if wanted == "release":
        said = ngettext("%(count)s mail is on its way.", "%(count)s mails are on their way.", done)
    else:
        said = ngettext("%(count)s mail is discarded.", "%(count)s mails are discarded.", done)
    messages.success(request, said % {"count": done})
    return onward


@only(may_work)
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """Where something waits: parked and held mails before kept ones."""
    counts = waiting_counts(person_of(request))
    return redirect("incoming_mail" if counts["parked"] or counts["held"] else "outgoing_mail")


def _incoming(request: HttpRequest, pk: int) -> IncomingMail:
    found = incoming_visible_to(person_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _outgoing_states() -> list[tuple[str, str]]:
    names = {
        "kept": _("kept"),
        "failed": _("not delivered"),
        "queued": _("on their way"),
        "sent": _("sent"),
        "gone": _("discarded or undone"),
    }
    return [(key, names[key]) for key in OUTGOING] + [("all", _("all"))]


def _server() -> dict[str, object]:
    server = settings.SMTP_OUT
    return {"server": f"{server.host}:{server.port}" if server else ", ".join(own_servers())}
