"""The bytes of a mail as it came, kept beside it: packed where that is smaller."""

import zlib

from django.db.models import QuerySet

from aplomb.channels.mail.models import IncomingMail, RawMail
from aplomb.lib.prepared import prepared

COMPRESS_FROM = 2048


def packed(mail: IncomingMail, content: bytes) -> RawMail:
    """The row of these bytes, not saved yet."""
    is_compressed = False
    if len(content) >= COMPRESS_FROM:
        smaller = zlib.compress(content, 1)
        if len(smaller) < len(content):
            content, is_compressed = smaller, True
    return RawMail(mail=mail, content=content, is_compressed=is_compressed)


def raw_bytes(mail: IncomingMail) -> bytes:
    """The mail as it came. Raises RawMail.DoesNotExist when it was forgotten."""
    found = _raw_of(mail.pk)
    if not found:
        raise RawMail.DoesNotExist
    raw = found[0]
    content = bytes(raw.content)
    return zlib.decompress(content) if raw.is_compressed else content


@prepared
def _raw_of(mail_id: int) -> QuerySet[RawMail]:
    return RawMail.objects.filter(mail=mail_id)
