"""Instants: always aware, in UTC inside the house, as RFC 3339 text with Z outside."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo, available_timezones

_pretended: ContextVar[dt.datetime | None] = ContextVar("pretended", default=None)


def utc_now() -> dt.datetime:
    """This instant, aware, in UTC."""
    return _pretended.get() or dt.datetime.now(dt.UTC)


@contextmanager
def as_if_at(instant: dt.datetime) -> Iterator[None]:
    """Inside, it is that instant in this thread: how the demo's past is played through the real actions."""
    token = _pretended.set(instant.astimezone(dt.UTC))
    try:
        yield
    finally:
        _pretended.reset(token)


def instant_text(instant: dt.datetime) -> str:
    """An aware instant as RFC 3339 text in UTC with microseconds and Z."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    # not strftime, which writes the year 987 with three digits
    found = instant if instant.tzinfo is dt.UTC else instant.astimezone(dt.UTC)
    return f"{found.isoformat(timespec='microseconds')[:-6]}Z"


def second_text(instant: dt.datetime) -> str:
    """An aware instant as RFC 3339 text in UTC to the second, as the API shows it."""
    return f"{instant.astimezone(dt.UTC).isoformat(timespec='seconds')[:-6]}Z"


def read_instant(text: str) -> dt.datetime:
    """An aware instant from RFC 3339 text. Raises ValueError for anything else, naive times included."""
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return found.astimezone(dt.UTC)


def microseconds(instant: dt.datetime) -> int:
    """Whole microseconds since 1970-01-01T00:00:00Z."""
    since = instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


_ZONES: frozenset[str] = frozenset()


def known_zone(name: str) -> bool:
    """Whether the name is a zone of the IANA database."""
    global _ZONES
    _ZONES = _ZONES or frozenset(available_timezones())
    return name in _ZONES


def zone(name: str) -> ZoneInfo:
    """The zone of that name, UTC where it is unknown."""
    return ZoneInfo(name if known_zone(name) else "UTC")
