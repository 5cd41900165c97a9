"""Invitations in mail: the few properties of iCalendar (RFC 5545, RFC 5546) that a person wants to see of one.

Repetition, alarms and the rest stay in the file, which is kept as an attachment.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aplomb.channels.mail.reading.headers import Address
from aplomb.lib.mailtext import clean_line, clean_text, decode_bytes

MAX_BYTES: Final = 1_000_000
MAX_LINES: Final = 20_000
MAX_ATTENDEES: Final = 500
MAX_DESCRIPTION: Final = 20_000

_FOLD = re.compile(r"\r?\n[ \t]")
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,40})=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_DURATION = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?")
_STATUSES: Final = frozenset({"needs-action", "accepted", "declined", "tentative", "delegated"})
# What Outlook calls the zones in which most of its mail is written (Unicode CLDR, windowsZones).
_WINDOWS_ZONES: Final = {
    "gmt standard time": "Europe/London",
    "greenwich standard time": "Atlantic/Reykjavik",
    "w. europe standard time": "Europe/Berlin",
    "romance standard time": "Europe/Paris",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "gtb standard time": "Europe/Bucharest",
    "e. europe standard time": "Europe/Chisinau",
    "fle standard time": "Europe/Kyiv",
    "turkey standard time": "Europe/Istanbul",
    "russian standard time": "Europe/Moscow",
    "israel standard time": "Asia/Jerusalem",
    "arab standard time": "Asia/Riyadh",
    "india standard time": "Asia/Kolkata",
    "china standard time": "Asia/Shanghai",
    "tokyo standard time": "Asia/Tokyo",
    "aus eastern standard time": "Australia/Sydney",
    "eastern standard time": "America/New_York",
    "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver",
    "pacific standard time": "America/Los_Angeles",
    "sa pacific standard time": "America/Bogota",
    "argentina standard time": "America/Argentina/Buenos_Aires",
    "e. south america standard time": "America/Sao_Paulo",
    "utc": "UTC",
}


@dataclass(frozen=True, slots=True)
class Attendee:
    """One who is invited; ``status`` is needs-action, accepted, declined, tentative or delegated."""

    name: str
    address: str
    status: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """An event that a mail asks to, changes, cancels or answers.

    ``method`` is request, reply, cancel, publish, counter …; an instant in UTC is a datetime, a whole day a
    date, and the end is exclusive as in the file. None where the file does not say it.
    """

    method: str
    uid: str
    summary: str
    start: datetime | date | None
    end: datetime | date | None
    location: str
    description: str
    organiser: Address | None
    attendees: tuple[Attendee, ...]
    is_cancelled: bool


class _Property(NamedTuple):
    name: str
    parameters: dict[str, str]
    value: str


def read_invitation(raw: bytes, charset: str | None = None, method: str = "") -> Invitation | None:
    """Return the first event of a calendar file; None if there is none. ``method`` is that of the Content-Type."""
    text = _FOLD.sub("", decode_bytes(raw[:MAX_BYTES], charset or "utf-8"))
    found: list[_Property] = []
    inside = ""
    depth = 0
    for line in text.splitlines()[:MAX_LINES]:
        each = _property(line)
        if each is None:
            continue
        if each.name == "BEGIN":
            if not inside and each.value.upper() in ("VEVENT", "VTODO"):
                inside = each.value.upper()
            elif inside:
                depth += 1  # an alarm within
        elif each.name == "END":
            if inside and depth == 0:
                break
            depth = max(0, depth - 1)
        elif inside and depth == 0:
            found.append(each)
        elif each.name == "METHOD" and not inside:
            method = each.value
    return _invitation(found, method.strip().lower()) if inside else None


def _property(line: str) -> _Property | None:
    name = _NAME.match(line)
    if name is None:
        return None
    position = name.end()
    parameters: dict[str, str] = {}
    while (parameter := _PARAMETER.match(line, position)) is not None:
        parameters[parameter.group(1).upper()] = parameter.group(2).replace('"', "")
        position = parameter.end()
    if line[position : position + 1] != ":":
        return None
    return _Property(name.group().upper(), parameters, line[position + 1 :].strip())


def _invitation(properties: list[_Property], method: str) -> Invitation:
    first: dict[str, _Property] = {}
    for each in properties:
        first.setdefault(each.name, each)
    start = _when(first.get("DTSTART"))
    end = _when(first.get("DTEND") or first.get("DUE"))
    if end is None and start is not None and "DURATION" in first:
        end = _after(start, first["DURATION"].value)
    attendees = [_attendee(each) for each in properties if each.name == "ATTENDEE"][:MAX_ATTENDEES]
    return Invitation(
        method=method[:30] if method.replace("-", "").isalnum() else "",
        uid=clean_line(_plain(first, "UID"), 250),
        summary=clean_line(_plain(first, "SUMMARY"), 500),
        start=start,
        end=end,
        location=clean_line(_plain(first, "LOCATION"), 500),
        description=clean_text(_plain(first, "DESCRIPTION")[:MAX_DESCRIPTION]).strip("\n"),
        organiser=_organiser(first.get("ORGANIZER")),
        attendees=tuple(each for each in attendees if each is not None),
        is_cancelled=method == "cancel" or _plain(first, "STATUS").strip().upper() == "CANCELLED",
    )


def _plain(first: dict[str, _Property], name: str) -> str:
    found = first.get(name)
    if found is None:
        return ""
    return _ESCAPED.sub(lambda escaped: "\n" if escaped.group(1) in "nN" else escaped.group(1), found.value)


def _address(value: str) -> str:
    address = re.sub(r"(?i)^mailto:", "", value.strip()).strip("<> '")
    return address[:320] if "@" in address and address.isprintable() and " " not in address else ""


def _organiser(found: _Property | None) -> Address | None:
    if found is None:
        return None
    name, address = clean_line(found.parameters.get("CN", ""), 200), _address(found.value)
    return Address(name, address) if name or address else None


def _attendee(found: _Property) -> Attendee | None:
    address = _address(found.value)
    name = clean_line(found.parameters.get("CN", ""), 200)
    status = found.parameters.get("PARTSTAT", "").strip().lower()
    return Attendee(name, address, status if status in _STATUSES else "needs-action") if name or address else None


def _when(found: _Property | None) -> datetime | date | None:
    """An instant in UTC; of a time without a zone, or in one that nobody knows, as if it were UTC. A day as a date."""
    if found is None:
        return None
    value = found.value.strip().upper()
    try:
        if len(value) == 8:
            return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        moment = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        if value.endswith("Z"):
            return moment
        return moment.replace(tzinfo=_zone(found.parameters.get("TZID", ""))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(name: str) -> ZoneInfo:
    name = name.strip().strip("/")
    # Some put the name of their program before it: /example.org/Europe/Athens
    tail = "/".join(name.split("/")[-2:])
    for each in (_WINDOWS_ZONES.get(name.lower()), name, tail):
        try:
            if each:
                return ZoneInfo(each)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def _after(start: datetime | date, value: str) -> datetime | date | None:
    found = _DURATION.fullmatch(value.strip().upper())
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    try:
        return start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None
