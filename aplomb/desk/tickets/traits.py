"""What a mail had beside words, as its message shows it: an invitation, a signature, a name that shows another address."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from aplomb.channels.mail.coming_in.traits import traits_among
from aplomb.desk.words import Speech
from aplomb.tickets.models import Kind
from aplomb.tickets.reads import ShownMessage

PROTECTIONS = {"smime": "S/MIME", "pgp": "PGP"}


@dataclass(frozen=True)
class ShownInvitation:
    """An event that a mail asks to, changes, cancels or answers, in the reader's words and zone. Empty: not told."""

    title: str
    summary: str
    when: str
    starts: str
    location: str
    organiser: str
    is_off: bool


@dataclass(frozen=True)
class ShownTraits:
    """Of one message; each is None or empty where there is nothing to say. `protection` is S/MIME or PGP."""

    message_id: int
    invitation: ShownInvitation | None
    protection: str
    is_encrypted: bool
    poses_as: str
    came_from: str


def shown_traits(ticket_id: int, messages: Sequence[ShownMessage]) -> list[ShownTraits]:
    """What the mails of these messages had. One query, and none where nobody wrote by mail."""
    mails = [each.id for each in messages if each.kind == Kind.CUSTOMER and each.channel == "mail"]
    if not mails:
        return []
    return [
        ShownTraits(
            each.message_id,
            _invitation(each.invitation) if each.invitation else None,
            PROTECTIONS.get(each.protection, ""),
            each.is_encrypted,
            each.poses_as,
            each.came_from,
        )
        for each in traits_among(ticket_id, min(mails), max(mails))
        if each.invitation or each.protection or each.poses_as
    ]


def _invitation(kept: Mapping[str, Any]) -> ShownInvitation:
    start, end = _instant(kept.get("start")), _instant(kept.get("end"))
    organiser = kept.get("organiser") or {}
    name, address = str(organiser.get("name", "")), str(organiser.get("address", ""))
    return ShownInvitation(
        title=_title(kept),
        summary=str(kept.get("summary", "")),
        when=Speech().stretch(start, end) if start is not None else "",
        starts=str(kept.get("start", "")),
        location=str(kept.get("location", "")),
        organiser=f"{name} <{address}>" if name and address and name != address else name or address,
        is_off=bool(kept.get("is_cancelled")),
    )


def _instant(text: Any) -> dt.datetime | dt.date | None:
    """An instant or a day, as it was kept; None where none was."""
    if not isinstance(text, str) or not text:
        return None
    return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)


def _title(kept: Mapping[str, Any]) -> str:
    method = kept.get("method")
    if method == "reply":
        return "; ".join(_answer(each) for each in kept.get("answers", ())) or _("Answer to an invitation")
    if kept.get("is_cancelled"):
        return _("Cancelled")
    if method == "counter":
        return _("Another time is proposed")
    return _("Invitation") if method == "request" else _("Event")


def _answer(attendee: Mapping[str, Any]) -> str:
    name = {"name": attendee.get("name") or attendee.get("address") or _("Somebody")}
    match attendee.get("status"):
        case "accepted":
            return _("%(name)s accepts") % name
        case "declined":
            return _("%(name)s declines") % name
        case "tentative":
            return _("%(name)s may come") % name
        case "delegated":
            return _("%(name)s sends somebody else") % name
    return _("%(name)s has not decided") % name
