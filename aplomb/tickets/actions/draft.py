"""What an agent has begun to write, and the files that wait beside it. Drafts are not on the chain: nothing happened yet."""

import datetime as dt
from typing import Any

import puremagic
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.lib.text import clean_text
from aplomb.lib.time import utc_now
from aplomb.people.errors import Wrong
from aplomb.people.models import Person
from aplomb.tickets.files import clean_file_name, store_file
from aplomb.tickets.models import Attachment, Draft, Message, SideConversation, Ticket


def keep_draft(
    person: Person,
    ticket: Ticket | None,
    kind: str,
    *,
    text: str,
    to: tuple[str, ...] = (),
    cc: tuple[str, ...] = (),
    side: SideConversation | None = None,
) -> Draft:
    """Keep what is written so far; each of reply and note has its own, and so has each side conversation."""
    with transaction.atomic():
        written = {
            "text": clean_text(text)[:200_000],
            "to": list(to)[:50],
            "cc": list(cc)[:50],
            "changed_at": utc_now(),
        }
        draft, _made = Draft.objects.update_or_create(
            **_place(person, ticket, kind, side),
            defaults=written,
            create_defaults={**written, **_beginning(kind, side)},
        )
    return draft


def _place(person: Person, ticket: Ticket | None, kind: str, side: SideConversation | None) -> dict[str, Any]:
    if side is not None:
        # wherever its ticket goes on meanwhile
        return {"person": person, "side": side}
    return {"person": person, "ticket": ticket, "kind": kind, "side": None}


def _beginning(kind: str, side: SideConversation | None) -> dict[str, Any]:
    return {"ticket": side.ticket, "kind": kind} if side is not None else {}


def throw_draft_away(person: Person, ticket: Ticket | None, kind: str, *, side: SideConversation | None = None) -> None:
    """Forget the draft; the files beside it that no message took along are swept up later, with their bytes."""
    Draft.objects.filter(**_place(person, ticket, kind, side)).delete()


def upload_file(
    person: Person,
    ticket: Ticket | None,
    kind: str,
    *,
    name: str,
    content: bytes,
    side: SideConversation | None = None,
) -> Attachment:
    """Put a file beside the draft. The bytes decide its type. Raises Wrong when it is empty or too large; OSError."""
    if not content:
        raise Wrong("file", _("%(name)s is empty.") % {"name": clean_file_name(name)})
    if len(content) > settings.ATTACHMENT_LIMIT:
        raise Wrong(
            "file",
            _("%(name)s is too large: %(limit)s MB are the most.")
            % {"name": clean_file_name(name), "limit": settings.ATTACHMENT_LIMIT // 1024 // 1024},
        )
    stored = store_file(content)
    with transaction.atomic():
        draft, _made = Draft.objects.get_or_create(
            **_place(person, ticket, kind, side), defaults=_beginning(kind, side)
        )
        return Attachment.objects.create(
            draft=draft,
            uploaded_by=person,
            name=clean_file_name(name),
            type=type_of(content, name),
            size=stored.size,
            sha256=stored.sha256,
            path=stored.path,
        )


def drop_upload(person: Person, attachment_id: int) -> None:
    """Take a file away from the draft. Only one's own, and only while no message has it."""
    Attachment.objects.filter(pk=attachment_id, uploaded_by=person, message=None).update(draft=None)


def sweep_uploads(before: dt.datetime, *, most: int = 500) -> list[str]:
    """Forget files that were added before then and hang on nothing. Returns where their bytes lie."""
    left = Attachment.objects.filter(message=None, draft=None, created_at__lt=before).order_by("pk")
    rows = list(left.values_list("pk", "path")[:most])
    Attachment.objects.filter(pk__in=[pk for pk, _path in rows], message=None).delete()
    return [path for _pk, path in rows]


def attach_uploads(message: Message, uploads: tuple[int, ...], *, by: Actor) -> list[Attachment]:
    """Hang uploaded files on the message. Raises Wrong for one that is not the actor's or hangs elsewhere."""
    if not uploads:
        return []
    person = by if isinstance(by, Person) else None
    # locked: a file that another message takes at this moment is gone for this one
    waiting = Attachment.objects.select_for_update()
    rows = list(waiting.filter(pk__in=uploads, uploaded_by=person, message=None).order_by("id"))
    # an undone reply keeps its files on the withdrawn message: sending again takes copies of them
    undone = Attachment.objects.filter(pk__in=uploads, uploaded_by=person, message__delivery="withdrawn").order_by("id")
    for row in undone:
        row.pk, row.draft = None, None
        row.save(force_insert=True)
        rows.append(row)
    if len(rows) != len(set(uploads)):
        raise Wrong("uploads", _("An attachment is gone. Add it again."))
    for row in rows:
        row.message, row.draft = message, None
    Attachment.objects.bulk_update(rows, ["message", "draft"])
    return rows


def type_of(content: bytes, name: str) -> str:
    """The media type by the bytes; application/octet-stream or text/plain where they tell nothing."""
    try:
        found = puremagic.from_string(content[:65536], mime=True, filename=name)
    except (puremagic.PureError, ValueError):
        found = ""
    if found:
        return str(found)[:127]
    try:
        content[:4096].decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "text/plain"
