"""Words and addresses that templates ask for: times, due times, sizes, static files, names."""

import datetime as dt
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.forms import BoundField, CheckboxInput
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from aplomb.channels.mail.coming_in import watching
from aplomb.channels.mail.models import Mailbox
from aplomb.desk import words
from aplomb.desk.localised import drawn, fixed
from aplomb.desk.tickets import dangers
from aplomb.lib.pictures import MOST_BYTES, PICTURE_TYPES
from aplomb.tickets.models import Attachment, Status

register = template.Library()


@register.simple_tag
@fixed
def asset(path: str) -> str:
    """The address of a static file, with a piece of its content's hash, so that a new version is fetched at once."""
    return _asset(path, 0.0 if not settings.DEBUG else _changed_at(path))


@lru_cache(maxsize=256)
def _asset(path: str, changed_at: float) -> str:
    place = _place_of(path)
    if place is None:
        return static(path)
    return f"{static(path)}?v={hashlib.sha256(place.read_bytes()).hexdigest()[:10]}"


def _changed_at(path: str) -> float:
    place = _place_of(path)
    return place.stat().st_mtime if place else 0.0


def _place_of(path: str) -> Path | None:
    found = finders.find(path)
    return Path(found) if isinstance(found, str) else None


@register.simple_tag
@fixed
def icon(name: str, size: int = 16) -> SafeString:
    """An icon of the lucide set, hidden from those who listen: a word stands beside it. Drawn once a process."""
    return _icon(str(name), size)


@lru_cache(maxsize=256)
def _icon(name: str, size: int) -> SafeString:
    return mark_safe(str(lucide(name, size=size, aria_hidden="true")))  # noqa: S308  from the package, no input in it


register.simple_tag(drawn, name="drawn")


@register.simple_tag
def instant(at: dt.datetime | None, shape: str = "") -> SafeString:
    """A `<time>` in words people use: "today 14:02", "3 Nov 9:15"; as "day" without the time of day."""
    if at is None:
        return mark_safe("")
    speech = words.Speech()
    text = speech.day(at) if shape == "day" else speech.moment(at)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), speech.exact(at), text)


@register.simple_tag
def full_time(at: dt.datetime) -> SafeString:
    """A `<time>` that is whole on paper: date, time and zone."""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), words.Speech().exact(at))


@register.simple_tag
def due_words(at: dt.datetime | None, why: str = "reply") -> SafeString:
    """When something is due, in words, with a class for late and soon and the exact instant on hover."""
    if at is None:
        return mark_safe("")
    due = words.Speech().due(at, why)
    return format_html(
        '<time class="due {}" datetime="{}" title="{}">{}</time>',
        due.tone,
        at.isoformat(),
        due.exact,
        due.text,
    )


@register.simple_tag
def task_day(at: dt.datetime) -> SafeString:
    """The day by whose end a task is due, late once that is over."""
    speech = words.Speech()
    tone = speech.due(at, "task").tone
    text = _("by %(day)s") % {"day": speech.day(at)}
    return format_html('<time class="due {}" datetime="{}">{}</time>', tone, at.isoformat(), text)


@register.filter
def is_picture(file: Attachment) -> bool:
    """Whether a small picture of the file can be asked for."""
    return file.type in PICTURE_TYPES and file.size <= MOST_BYTES


@register.filter
def file_size(size: int) -> str:
    """A size in bytes, kB or MB (powers of 1000), in the reader's way of writing numbers."""
    return words.file_size(size)


@register.filter
def danger(file: Attachment) -> Promise | str:
    """What is dangerous about a file, in a few words; empty for a file like any."""
    return dangers.SHORT.get(dangers.danger(file.name, file.type), "")


_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'«»]+")


@register.filter
def said(text: str) -> SafeString:
    """What somebody wrote, escaped, with its web addresses as links that open apart."""
    parts: list[str] = []
    end = 0
    for match in _WEB_ADDRESS.finditer(text):
        address = match[0].rstrip(".,;:!?)]}")
        parts.append(escape(text[end : match.start()]))
        parts.append(format_html('<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>', address))
        end = match.start() + len(address)
    parts.append(escape(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308  every part was escaped above


@register.filter
def troubles(mailbox: Mailbox) -> list[str]:
    """What is wrong with a mailbox, in sentences."""
    return [watching.Trouble(mailbox, kind).words for kind in mailbox.alarm.split() if kind in watching.NAMES]


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether a form's field is a single tick box, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def language_name(code: str) -> str:
    """The name of a language in itself."""
    return dict(settings.LANGUAGES).get(code, "")


@register.filter
def status_name(status: str) -> str:
    """What people call a status of a ticket."""
    return str(dict(Status.choices).get(status, ""))


@register.filter
def or_nameless(name: str) -> str:
    """A name, or words where there is none."""
    return name or _("without a name")
