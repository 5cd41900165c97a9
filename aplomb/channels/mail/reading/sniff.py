"""What a file is by its bytes, and a name for it that is safe to show, to store and to send back."""

import mimetypes
import re
from typing import Final

import puremagic

from aplomb.lib.mailtext import clean_line, decode_words

MAX_FILE_NAME: Final = 150
_HEAD: Final = 65_536

_MARKUP = re.compile(rb"\s*(?:<!--.{0,500}?-->\s*)?<(!doctype html|html|script|body|iframe|svg|head)\b", re.I | re.S)
_IN_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]+')
_MADE_OF_TEXT: Final = frozenset({"application/json", "application/xml", "application/javascript", "application/csv"})
_ZIPPED = re.compile(r"application/(?:vnd\.(?:openxmlformats|oasis)\S*|epub\+zip|zip|x-zip\S*|java-archive)")


def sniff_type(content: bytes, declared: str, name: str) -> str:
    """Return the media type of ``content``: its bytes decide, the declared type only among what they
    allow."""
    if not content:
        return declared
    if markup := _MARKUP.match(content):
        return "image/svg+xml" if markup.group(1).lower() == b"svg" else "text/html"
    found = _by_magic(content, name)
    if found is None:
        return _without_magic(content, declared)
    if content.startswith(b"PK\x03\x04") and _ZIPPED.fullmatch(declared):
        return declared
    return found


def _by_magic(content: bytes, name: str) -> str | None:
    head = content if len(content) <= _HEAD or content.startswith(b"PK") else content[:_HEAD]
    try:
        matches = puremagic.magic_string(head, name if name.isascii() and name.isprintable() else None)
    except (puremagic.PureError, ValueError, LookupError, OSError, ArithmeticError):
        return None
    # Weak matches are of one or two letters, with which texts begin as well.
    strong = [match for match in matches if match.mime_type and len(match.byte_match) > 2]
    return str(strong[0].mime_type) if strong else None


def _without_magic(content: bytes, declared: str) -> str:
    if _is_text(content[:_HEAD]):
        text_like = declared.startswith("text/") and declared != "text/html"
        return declared if text_like or declared in _MADE_OF_TEXT else "text/plain"
    known_by_bytes = declared.startswith(("image/", "text/", "audio/", "video/")) or declared == "application/pdf"
    return "application/octet-stream" if known_by_bytes else declared


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    controls = sum(
        head.count(byte) for byte in (b"\x01", b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x0e", b"\x0f")
    )
    return controls == 0


def safe_name(written: str, kind: str, number: int) -> str:
    """Return a file name of at most MAX_FILE_NAME characters without folders; ``number`` names a nameless
    file."""
    name = clean_line(decode_words(written), 1_000).replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = _IN_NAME.sub("_", name).strip(" .")
    if not name:
        extension = {"message/rfc822": ".eml", "text/plain": ".txt", "text/calendar": ".ics"}.get(kind)
        return f"attachment-{number}{extension or mimetypes.guess_extension(kind) or '.bin'}"
    if len(name) <= MAX_FILE_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        return name[:MAX_FILE_NAME]
    return f"{stem[: MAX_FILE_NAME - len(extension) - 1].rstrip()}.{extension}"
