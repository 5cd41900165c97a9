"""Looking at an attachment without opening it: a picture made anew, the first text of it, the names inside a zip.

What is dangerous has no preview. Nothing is kept on disk: an erased file leaves no picture of itself behind.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aplomb.desk.frame import person_of
from aplomb.desk.tickets.answers import in_place, is_piece
from aplomb.desk.tickets.dangers import LONG, danger
from aplomb.desk.tickets.doors import attachment_for
from aplomb.desk.tickets.files import FILE_POLICY
from aplomb.lib.mailtext import decode_bytes
from aplomb.lib.peek import CannotPeek, first_page, names_inside
from aplomb.lib.pictures import MOST_BYTES, PICTURE_TYPES, NoPicture, small_picture
from aplomb.tickets.files import read_file
from aplomb.tickets.models import Attachment

EDGES = {"small": 480, "large": 1600}
TEXT_ENDINGS = (".txt", ".csv", ".log", ".md", ".json", ".xml", ".ini", ".conf", ".yaml", ".yml", ".tsv")
TEXT_BYTES = 64 * 1024
TEXT_SHOWN = 20_000


@dataclass(frozen=True)
class Look:
    """What can be shown of a file. `kind` is picture, text, names or none; `why` says why there is none."""

    kind: str
    text: str = ""
    names: tuple[str, ...] = ()
    is_cut: bool = False
    why: str = ""


@require_safe
@in_place
def preview(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """What can be seen of a file: a piece for the page's dialog, or a page of its own."""
    file = attachment_for(person_of(request), attachment_id)
    kind = danger(file.name, file.type)
    look = Look("none", why=str(LONG[kind])) if kind else look_into(file)
    context = {"file": file, "look": look, "is_dangerous": bool(kind), "message": file.message}
    template = "desk/tickets/preview_body.html" if is_piece(request) else "desk/tickets/preview.html"
    answer = render(request, template, context)
    answer["Cache-Control"] = "private, max-age=600"
    return answer


@require_safe
@in_place
def picture(request: HttpRequest, attachment_id: int, size: str) -> HttpResponse:
    """The picture, small or large, made anew. 404 for whatever cannot be shown as one."""
    file = attachment_for(person_of(request), attachment_id)
    if size not in EDGES or not is_picture(file) or danger(file.name, file.type):
        raise Http404
    try:
        content, media_type = small_picture(read_file(file.path), EDGES[size])
    except (NoPicture, OSError) as error:
        raise Http404(_("This picture cannot be shown.")) from error
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Security-Policy"] = FILE_POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


def is_picture(file: Attachment) -> bool:
    """Whether it may be shown as a picture, by its kind and size."""
    return file.type in PICTURE_TYPES and file.size <= MOST_BYTES


def look_into(file: Attachment) -> Look:
    """What can be shown of a file that is not dangerous. Never raises for what is in it."""
    name = file.name.lower()
    try:
        if is_picture(file):
            return Look("picture")
        if file.size > MOST_BYTES:
            return Look("none", why=_("It is too large to be shown here."))
        if file.type == "application/pdf" or name.endswith(".pdf"):
            text = first_page(read_file(file.path))
            return Look("text", text) if text.strip() else Look("none", why=_("There is no text on its first page."))
        if file.type == "application/zip" or name.endswith(".zip"):
            return Look("names", names=tuple(names_inside(read_file(file.path))))
        if file.type.startswith("text/") or name.endswith(TEXT_ENDINGS):
            return _text(read_file(file.path))
    except CannotPeek:
        return Look("none", why=_("It cannot be read: it is broken, locked with a password, or made to deceive."))
    except OSError:
        return Look("none", why=_("The file is no longer there."))
    return Look("none", why=_("There is no preview for files of this kind."))


def _text(content: bytes) -> Look:
    text = decode_bytes(_whole_letters(content)).replace("\r\n", "\n").removeprefix("\ufeff")
    text = "".join(each if each.isprintable() or each in "\n\t" else " " for each in text)
    return Look("text", text[:TEXT_SHOWN], is_cut=len(text) > TEXT_SHOWN or len(content) > TEXT_BYTES)


def _whole_letters(content: bytes) -> bytes:
    """The beginning, without the half of a UTF-8 letter at its end."""
    head = content[:TEXT_BYTES]
    if len(content) <= TEXT_BYTES:
        return head
    cut = next((at for at in range(len(head) - 1, len(head) - 5, -1) if head[at] & 0xC0 != 0x80), len(head))
    return head[:cut]
