"""Files: up before a message takes them along, down for who may see the ticket."""

from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File, Router
from ninja.files import UploadedFile

from aplomb.api.auth import Token, person_of
from aplomb.api.bodies import json_answer
from aplomb.api.idempotency import once_per_key
from aplomb.api.problems import TooLarge
from aplomb.api.schemas import AttachmentShown, answers
from aplomb.people.errors import NotFound
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.draft import upload_file
from aplomb.tickets.models import Attachment
from aplomb.tickets.policies import may_note, sees

router = Router(tags=["Attachments"])

# files that came through here wait beside a draft of their own, which no composer of the desk shows or throws away
WAITING = "api"


@router.post(
    "/attachments",
    response=answers(201, AttachmentShown, 400, 413),
    auth=Token("tickets:write"),
    summary="Upload a file",
)
@once_per_key
def upload(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """As multipart/form-data under the name `file`. The id goes into the `attachments` of a message."""
    person = person_of(request)
    require(may_note(person))
    if (file.size or 0) > settings.ATTACHMENT_LIMIT:
        raise TooLarge(_("%(limit)s MB are the most.") % {"limit": settings.ATTACHMENT_LIMIT // 1024 // 1024})
    content = file.read()
    with transaction.atomic():
        # one at a time: two first uploads would make two drafts
        Person.objects.select_for_update().get(pk=person.pk)
        row = upload_file(person, None, WAITING, name=file.name or "", content=content)
    return json_answer(attachment_shown(row), status=201, headers={"Location": f"/api/v1/attachments/{row.pk}"})


@router.get(
    "/attachments/{int:attachment_id}",
    response=answers(200, None, 404),
    auth=Token("tickets:read"),
    summary="Download a file",
    openapi_extra={
        "responses": {
            200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def download(request: HttpRequest, attachment_id: int) -> HttpResponseBase:
    """Its bytes, always as a download. Its media type is said where the message is listed."""
    person = person_of(request)
    row = Attachment.objects.select_related("message__ticket").filter(pk=attachment_id).first()
    if row is None or not _may_have(person, row):
        raise NotFound
    answer = FileResponse(default_storage.open(row.path, "rb"), as_attachment=True, filename=row.name)
    answer["Content-Type"] = "application/octet-stream"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def attachment_shown(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "type": row.type,
        "size": row.size,
        "sha256": row.sha256,
        "inline": row.is_inline,
        "url": f"{settings.URL}/api/v1/attachments/{row.pk}",
    }


def _may_have(person: Person, row: Attachment) -> bool:
    if row.message is None:
        return row.uploaded_by_id == person.pk
    return sees(person, row.message.ticket)
