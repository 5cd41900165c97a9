"""Files: taking them in beside a draft, giving them out, and showing a mail's own formatting in isolation."""

import re
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aplomb.desk.frame import person_of
from aplomb.desk.tickets.answers import in_place, is_piece, where_from
from aplomb.desk.tickets.dangers import LONG, danger
from aplomb.desk.tickets.doors import attachment_for, message_for
from aplomb.desk.tickets.pages import SAFE_IMAGES
from aplomb.journal.looks.noting import note_look
from aplomb.lib.html import show_remote_images
from aplomb.people.errors import Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.draft import drop_upload, upload_file
from aplomb.tickets.files import clean_file_name
from aplomb.tickets.models import Attachment, Kind, SideConversation, Ticket
from aplomb.tickets.policies import may_note, ticket_for

# of a mail's own formatting: nothing but words, colours, and pictures from here
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
FRAME = """<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<style>html{{color-scheme:light;background:#fff;color:#1c1d1f;font:15px/1.5 system-ui,sans-serif}}
body{{margin:8px;overflow-wrap:anywhere}}img{{max-width:100%;height:auto}}table{{max-width:100%}}
a[data-target]::after{{content:" [" attr(data-target) "]";color:#b3261e;font:600 13px system-ui,sans-serif;
unicode-bidi:isolate;direction:ltr}}</style></head><body>{content}</body></html>"""
_CID = re.compile(r'src="cid:([^"]{1,250})"')


def take_in(
    person: Person, ticket: Ticket, kind: str, file: "UploadedFile[Any]", *, side: SideConversation | None = None
) -> Attachment:
    """Put a file that came with a form beside the draft. Raises Wrong, before it reads what is too large."""
    name = clean_file_name(file.name or "")
    if (file.size or 0) > settings.ATTACHMENT_LIMIT:
        limit = settings.ATTACHMENT_LIMIT // 1024 // 1024
        raise Wrong("file", _("%(name)s is too large: %(limit)s MB are the most.") % {"name": name, "limit": limit})
    return upload_file(person, ticket, kind, name=name, content=file.read(), side=side)


@require_POST
@in_place
def upload(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """One file for a composer. Answers with its line, or with why not (422)."""
    person = person_of(request)
    require(may_note(person))
    ticket = ticket_for(person, number)
    file = request.FILES.get("file")
    if file is None:
        raise Http404
    try:
        kept = take_in(person, ticket, Kind.NOTE if kind == Kind.NOTE else Kind.REPLY, file)
    except Wrong as reason:
        return HttpResponse(str(reason), status=422, content_type="text/plain; charset=utf-8")
    except OSError:
        reason_words = _("%(name)s could not be kept: the desk's disk is full.") % {"name": file.name}
        return HttpResponse(reason_words, status=507, content_type="text/plain; charset=utf-8")
    return render(request, "desk/tickets/upload.html", {"file": kept})


@require_POST
@in_place
def drop(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """Take a file away from one's draft."""
    drop_upload(person_of(request), attachment_id)
    return HttpResponse("") if is_piece(request) else redirect(where_from(request))


@require_safe
@in_place
def attachment(request: HttpRequest, attachment_id: int, name: str) -> HttpResponseBase:
    """The bytes of a file. Only pictures of four kinds are shown; anything else is for saving, a danger after a warning."""
    file = attachment_for(person_of(request), attachment_id)
    kind = danger(file.name, file.type)
    if kind and "sure" not in request.GET:
        return render(request, "desk/tickets/dangerous.html", {"file": file, "why": LONG[kind]})
    if kind:
        note_look(person_of(request), "dangerous file", f"file {file.pk}")
    try:
        stream = default_storage.open(file.path, "rb")
    except OSError as error:
        raise Http404(_("The file is no longer there.")) from error
    is_picture = file.type in SAFE_IMAGES
    answer = FileResponse(
        stream,
        content_type=file.type if is_picture else "application/octet-stream",
        as_attachment=not is_picture or "save" in request.GET,
        filename=file.name,
    )
    answer["Content-Security-Policy"] = FILE_POLICY
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


@require_safe
@in_place
def message_html(request: HttpRequest, message_id: int) -> HttpResponse:
    """A message as its writer formatted it, for a frame. Pictures from elsewhere only with `images=1`."""
    message = message_for(person_of(request), message_id)
    if not message.html:
        raise Http404
    with_images = request.GET.get("images") == "1"
    content = show_remote_images(message.html) if with_images else message.html
    pictures = {
        file.content_id.strip("<>"): file
        for file in Attachment.objects.filter(message=message).exclude(content_id="")
        if file.type in SAFE_IMAGES
    }
    content = _CID.sub(lambda match: _picture(match[1], pictures), content)
    answer = HttpResponse(FRAME.format(content=content))
    images = "'self' data: https: http:" if with_images else "'self' data:"
    answer["Content-Security-Policy"] = FRAME_POLICY.format(images=images)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _picture(content_id: str, pictures: dict[str, Attachment]) -> str:
    file = pictures.get(content_id)
    if file is None:
        return f'alt="{escape(_("a picture that is not here"))}"'
    address = reverse("attachment", args=[file.pk, file.name])
    return f'src="{escape(address)}"'
