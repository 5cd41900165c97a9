"""Versions of something that the desk writes itself: drafts, the one in force from an instant, retired ones.

Pure. A version needs a number and two instants, nothing else, so that letters, agreements, checklists and playbooks
share these rules and keep rows of their own:

    draft      no instant yet: may be changed, is used by nobody
    planned    in force from an instant that is still to come
    in force   the one that began last
    replaced   another began after it
    retired    taken out of force; what it replaced does not come back

Only drafts change. What began under a version keeps it until somebody moves it on purpose (`version_for`).
"""

import datetime as dt
import enum
from collections.abc import Iterable
from typing import Protocol, TypeVar


class Version(Protocol):
    """What these rules need to know. Instants are aware; a draft has neither."""

    @property
    def number(self) -> int: ...

    @property
    def in_force_from(self) -> dt.datetime | None: ...

    @property
    def retired_at(self) -> dt.datetime | None: ...


V = TypeVar("V", bound=Version)


class Standing(enum.StrEnum):
    """What a version is at an instant."""

    DRAFT = "draft"
    PLANNED = "planned"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    RETIRED = "retired"


class WrongVersion(ValueError):
    """What was asked for cannot be done with this version. `code` is a stable word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_draft(version: Version) -> bool:
    return version.in_force_from is None


def began(version: Version, at: dt.datetime) -> bool:
    """Whether it was ever in force up to that instant: one that was retired before its beginning never was."""
    start, end = version.in_force_from, version.retired_at
    return start is not None and start <= at and (end is None or start < end)


def newest_begun(versions: Iterable[V], at: dt.datetime) -> V | None:
    """The one that began last; of two that began together the higher number."""
    found = [each for each in versions if began(each, at)]
    return max(found, key=_order) if found else None


def in_force(versions: Iterable[V], at: dt.datetime) -> V | None:
    """The version in force at that instant; None before the first and after the last was retired."""
    newest = newest_begun(versions, at)
    if newest is None or (newest.retired_at is not None and newest.retired_at <= at):
        return None
    return newest


def version_for(versions: Iterable[V], at: dt.datetime, *, began_under: int | None = None) -> V | None:
    """The version that counts for something running: its own, whatever came since; for a new thing the one in force.

    Gives None where it began under a number that there is not, or that is still a draft.
    """
    if began_under is None:
        return in_force(versions, at)
    return next((each for each in versions if each.number == began_under and not is_draft(each)), None)


def standing(version: V, versions: Iterable[V], at: dt.datetime) -> Standing:
    """What this version is at that instant, among all of its kind (itself included or not)."""
    if version.in_force_from is None:
        return Standing.DRAFT
    if version.retired_at is not None and version.retired_at <= at:
        return Standing.RETIRED
    if version.in_force_from > at:
        return Standing.PLANNED
    newest = newest_begun(versions, at)
    return Standing.REPLACED if newest is not None and _order(newest) > _order(version) else Standing.IN_FORCE


def next_number(versions: Iterable[Version]) -> int:
    """1 for the first; no number is given twice, also not that of a draft that was thrown away before the last."""
    return max((each.number for each in versions), default=0) + 1


def check_changing(version: Version) -> None:
    """Raises WrongVersion `not-a-draft`: what was in force once stays as it was read."""
    if not is_draft(version):
        raise WrongVersion("not-a-draft")


def check_beginning(version: V, versions: Iterable[V], start: dt.datetime, now: dt.datetime) -> None:
    """Whether this draft may be in force from `start`.

    Raises WrongVersion: `not-a-draft`; `in-the-past`, for nobody may have worked under it then; `another-begins-then`.
    """
    check_changing(version)
    if start < now:
        raise WrongVersion("in-the-past")
    for each in versions:
        if each.number != version.number and each.in_force_from == start and each.retired_at is None:
            raise WrongVersion("another-begins-then")


def check_retiring(version: V, versions: Iterable[V], now: dt.datetime) -> None:
    """Whether it may be retired now: only what is in force or planned. Raises WrongVersion `not-in-force`."""
    if standing(version, versions, now) not in (Standing.IN_FORCE, Standing.PLANNED):
        raise WrongVersion("not-in-force")


def _order(version: Version) -> tuple[dt.datetime, int]:
    start = version.in_force_from
    assert start is not None
    return start, version.number
