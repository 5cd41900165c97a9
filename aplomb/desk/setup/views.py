"""The first page of a new desk."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from aplomb.channels.mail.models import Mailbox, MailboxCheck
from aplomb.channels.mail.servers.checking import begin_check
from aplomb.desk.frame import forget_desk
from aplomb.desk.inputs import posted
from aplomb.desk.setup.first_run import AlreadySetUp, is_untouched, set_up
from aplomb.desk.setup.forms import FirstRunForm
from aplomb.desk.sign_in.adapter import sign_in
from aplomb.people.errors import Refused


@login_not_required
@never_cache
@sensitive_post_parameters("password", "mailbox_password")
@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Only while the desk is untouched; signs the administrator in."""
    if not is_untouched():
        raise Http404
    form = FirstRunForm(posted(request), initial=_initial())
    if request.method == "POST" and form.is_valid():
        try:
            person = set_up(form.first_run())
        except AlreadySetUp:
            raise Http404 from None
        except Refused as refused:
            form.refuse(refused)
        else:
            forget_desk()
            answer = sign_in(request, person, method="first_run")
            draft = Mailbox.objects.filter(is_draft=True).first()
            if draft is not None:
                begin_check(draft, MailboxCheck.Kind.SEARCH, by=person)
                answer["Location"] = reverse("setup_mailbox", args=[draft.pk])
            return answer
    page = {"form": form, "receiver": f"{settings.SMTP_HOST}:{settings.SMTP_PORT}" if settings.SMTP_PORT else ""}
    return render(request, "desk/setup/first_run.html", page, status=400 if form.errors else 200)


def _initial() -> dict[str, object]:
    language = (get_language() or "en")[:2]
    return {"language": language, "languages": [language], "time_zone": "UTC"}
