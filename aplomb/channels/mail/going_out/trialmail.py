"""The mail that a mailbox sends to itself when it is tried: signed, so that it is known again and becomes no ticket."""

import base64
import hashlib
import hmac
import re
import secrets
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from aplomb.channels.mail.going_out.compose import OutgoingMail, compose_mail, wire_address
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.reading.parse import Address
from aplomb.channels.mail.tokens import signing_key

HEADER: Final = "X-Aplomb-Trial"
# a header stands before the first empty line; nobody's is longer than this
HEAD_BYTES: Final = 64 * 1024
_MARK = re.compile(
    rb"^X-Aplomb-Trial:[ \t]{0,9}([a-z2-7]{20})\.([a-z2-7]{24})[ \t]{0,9}\r?$", re.MULTILINE | re.IGNORECASE
)


def new_mark(key: bytes) -> str:
    """A word that only this desk can make: chance . signature (HMAC-SHA-256, 120 bits)."""
    chance = base64.b32encode(secrets.token_bytes(12)).decode().lower().rstrip("=")
    return f"{chance}.{_signature(chance, key)}"


def trial_mark(content: bytes, key: bytes) -> str:
    """The mark of a mail that this desk sent to itself, as `new_mark` made it; empty for every other mail."""
    head = content[:HEAD_BYTES]
    ends = [place for place in (head.find(b"\r\n\r\n"), head.find(b"\n\n")) if place >= 0]
    found = _MARK.search(head[: min(ends)] + b"\r" if ends else head)
    if found is None:
        return ""
    chance, signature = (each.decode().lower() for each in found.groups())
    return f"{chance}.{signature}" if hmac.compare_digest(signature, _signature(chance, key)) else ""


def compose_trial(address: str, name: str, language: str, mark: str) -> bytes:
    """The mail, in the mailbox's language. Its subject holds the mark's first part: not every server keeps a Message-ID.

    Raises BadAddress.
    """
    with translation.override(language):
        subject = _("Test of this mailbox")
        text = _("The help desk sent this mail to itself to see that mail leaves and arrives. It can be deleted.")
    domain = wire_address(address).rpartition("@")[2]
    mail = compose_mail(
        OutgoingMail(
            from_=Address(name, address),
            to=(Address(name, address),),
            cc=(),
            reply_to=(),
            subject=f"{subject} {mark.partition('.')[0]}",
            text=text,
            quoted=None,
            signature="",
            in_reply_to=None,
            references=(),
            message_id=f"<{mark}@{domain}>",
            attachments=(),
            auto_submitted="auto-generated",
            language=language,
        )
    )
    return f"{HEADER}: {mark}\r\n".encode() + mail


def is_put_aside(mail: IncomingMail, content: bytes) -> bool:
    """Whether the desk sent it to itself: then it becomes no ticket, and the test sees by its header_id that it came."""
    mark = trial_mark(content, signing_key())
    if not mark:
        return False
    IncomingMail.objects.filter(pk=mail.pk, state=IncomingMail.State.STORED).update(
        state=IncomingMail.State.DISCARDED, header_id=f"<{mark}@trial>", reason=_("The test of a mailbox.")
    )
    return True


def _signature(chance: str, key: bytes) -> str:
    digest = hmac.new(key, f"trial mail:{chance}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:15]).decode().lower()
