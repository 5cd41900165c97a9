"""Sending an answer that has left once more, on purpose."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aplomb.channels.mail.going_out.resending import send_anew
from aplomb.desk.frame import person_of
from aplomb.desk.tickets.answers import in_place
from aplomb.desk.tickets.doors import message_for
from aplomb.people.errors import NotFound, Refused
from aplomb.people.policies import require
from aplomb.tickets.models import Kind
from aplomb.tickets.policies import may_work


@require_http_methods(["GET", "HEAD", "POST"])
@in_place
def anew(request: HttpRequest, message_id: int) -> HttpResponse:
    """Where it goes and why it goes twice; then it leaves."""
    person = person_of(request)
    message = message_for(person, message_id)
    require(may_work(person))
    if message.kind != Kind.REPLY:
        raise NotFound
    to, why = request.POST.get("to", next(iter(message.to), "")), request.POST.get("reason", "")
    context = {"message": message, "ticket": message.ticket, "to": to, "reason": why}
    if request.method != "POST":
        return render(request, "desk/tickets/send_anew.html", context)
    try:
        send_anew(message_id, to=to, reason=why, by=person)
    except NotFound:
        raise
    except Refused as reason:
        return render(request, "desk/tickets/send_anew.html", {**context, "says": str(reason)}, status=422)
    messages.success(request, _("It is on its way again, to %(address)s.") % {"address": to})
    return redirect(f"{reverse('ticket', args=[message.ticket.number])}#message-{message_id}")
