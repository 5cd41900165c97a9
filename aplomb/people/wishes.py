"""What somebody wants to hear and when: their choices over the defaults of the kinds, quiet hours, the hour of the digest.

Pure: nothing here asks the database. Hours are those of the clock on the wall where the person is, so that the hour that
summer time takes away or gives twice is quiet whenever the clock shows a quiet time.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aplomb.people.kinds import KINDS, NEVER
from aplomb.people.models import NoticeChoices, NoticeMail

# a burst is gathered: a mail goes when nothing more came for two minutes, after a quarter of an hour at the latest,
# and the next one not sooner than ten minutes after it
SETTLES_IN = dt.timedelta(minutes=2)
LONGEST_WAIT = dt.timedelta(minutes=15)
PAUSE = dt.timedelta(minutes=10)


def is_wanted_in_page(choices: NoticeChoices, kind: str) -> bool:
    known = KINDS.get(kind)
    chosen = choices.kinds.get(kind, {}).get("page")
    return bool(chosen) if chosen is not None else known is None or known.in_page


def wanted_by_mail(choices: NoticeChoices, kind: str) -> str:
    """never, at once or daily."""
    known = KINDS.get(kind)
    chosen = choices.kinds.get(kind, {}).get("mail")
    return str(chosen) if chosen else known.mail if known is not None else NEVER


def is_quiet(choices: NoticeChoices, zone: ZoneInfo, now: dt.datetime) -> bool:
    """Whether nothing is mailed at this instant."""
    local = now.astimezone(zone)
    if local.weekday() in choices.quiet_days:
        return True
    start, end = choices.quiet_from, choices.quiet_to
    if start is None or end is None or start == end:
        return False
    clock = local.time()
    if start < end:
        return start <= clock < end
    return clock >= start or clock < end


def last_digest(choices: NoticeChoices, zone: ZoneInfo, now: dt.datetime) -> dt.datetime:
    """The last instant, not after now, at which the daily digest was due."""
    local = now.astimezone(zone)
    for days in (0, 1):
        day = local.date() - dt.timedelta(days=days)
        due = dt.datetime.combine(day, choices.digest_at, tzinfo=zone).astimezone(dt.UTC)
        if due <= now:
            return due
    return due


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody's mail: since when what goes at once, until when, and since when what goes once a day."""

    soon_from: dt.datetime | None
    soon_to: dt.datetime | None
    daily_from: dt.datetime | None


def states_due(choices: NoticeChoices, zone: ZoneInfo, waiting: Waiting, now: dt.datetime) -> tuple[NoticeMail, ...]:
    """Which of what waits is to be mailed now: SOON once bursts have settled and the last mail is a while ago, DAILY once
    the hour of the digest has struck since. Nothing in quiet hours: what they held back goes together after them."""
    if is_quiet(choices, zone, now):
        return ()
    found = []
    if waiting.soon_from is not None and waiting.soon_to is not None:
        is_settled = now - waiting.soon_to >= SETTLES_IN or now - waiting.soon_from >= LONGEST_WAIT
        is_paused = choices.last_mailed_at is not None and now - choices.last_mailed_at < PAUSE
        if is_settled and not is_paused:
            found.append(NoticeMail.SOON)
    if waiting.daily_from is not None and waiting.daily_from < last_digest(choices, zone, now):
        found.append(NoticeMail.DAILY)
    return tuple(found)
