"""`aplomb sla due`: when so much working time will have gone by. Reads lines of JSON, writes lines of JSON.

A due time is worked out from the line alone: no settings, no database, no running desk.
"""

import datetime as dt
import json
import math
import re
import sys
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from aplomb.lib.worktime import Pause, WorkCalendar

# ids are repeated as they came, whatever they are; these two would end a line for some readers
_LINE_ENDS = {0x2028: "\\u2028", 0x2029: "\\u2029"}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_SHOWN = 60


class WrongLine(ValueError):
    """What is wrong with a line, in words for who wrote it."""


@click.group()
def sla() -> None:
    """Working time and what is due in it."""


@sla.command()
@click.argument("file", type=click.File("rb"), default="-")
def due(file: IO[bytes]) -> None:
    """Print for each line the earliest instant by which its working minutes have gone by.

    \b
    A line: {"id": 1, "calendar": {"time_zone": "Europe/Athens", "hours": {"mon": [["09:00", "17:00"]]},
    "holidays": ["2026-01-01"]}, "start": "2026-03-02T08:00:00Z", "minutes": 60, "pauses": [["…", "…"]]}
    A span whose end is before its start runs past midnight; a pause may end with null.

    Prints {"id", "due"}, or {"id", "due": null, "why"} where it is never reached, or {"id", "error"} for a bad line, in the
    order of the input. Empty lines are left out. The status is 0.
    """
    out = sys.stdout.buffer
    for line in file:
        if not line.strip():
            continue
        out.write(_as_line(answer_to(line)) + b"\n")
    out.flush()


def _as_line(answer: dict[str, Any]) -> bytes:
    try:
        text = json.dumps(answer, ensure_ascii=False)
    except RecursionError:
        text = json.dumps({"id": None, "error": "an id that is nested too deeply"})
    return text.translate(_LINE_ENDS).encode("utf-8", "backslashreplace")


def answer_to(line: bytes) -> dict[str, Any]:
    """What is said to one line. Raises nothing."""
    try:
        given = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"not JSON: {error}"}
    if not isinstance(given, dict):
        return {"id": None, "error": "not a JSON object"}
    try:
        return {"id": given.get("id"), **_due_of(given)}
    except (ValueError, OverflowError) as error:
        return {"id": given.get("id"), "error": str(error)}


def _due_of(given: dict[str, Any]) -> dict[str, Any]:
    from aplomb.lib.time import second_text
    from aplomb.lib.worktime import YEARS_AHEAD, due

    calendar, start = _calendar(given.get("calendar")), _instant("start", given.get("start"))
    minutes, pauses = _minutes(given.get("minutes")), _pauses(given.get("pauses"))
    found = due(calendar, start, minutes, pauses)
    if found is not None:
        if found.microsecond:
            # to the second, and never before it is due
            found = found.replace(microsecond=0) + dt.timedelta(seconds=1)
        return {"due": second_text(found)}
    if not calendar.ever_opens:
        return {"due": None, "why": "the calendar never opens"}
    if any(until is None for _since, until in pauses):
        return {"due": None, "why": "a pause lasts until further notice"}
    return {"due": None, "why": f"not reached within {YEARS_AHEAD} years"}


def _calendar(given: object) -> "WorkCalendar":
    from aplomb.lib.worktime import WrongHours, work_calendar

    if not isinstance(given, dict):
        raise WrongLine("calendar is not an object with time_zone and hours")
    hours, days = given.get("hours"), given.get("holidays")
    if not isinstance(hours, dict):
        raise WrongLine("calendar.hours is not an object of weekdays")
    if not isinstance(days or [], list):
        raise WrongLine("calendar.holidays is not a list of dates")
    try:
        return work_calendar(given.get("time_zone", ""), hours, [_date(each) for each in days or []])
    except WrongHours as wrong:
        raise WrongLine(f"calendar.hours.{wrong}") from wrong


def _date(given: object) -> dt.date:
    try:
        if isinstance(given, str) and _DATE.fullmatch(given):
            return dt.date.fromisoformat(given)
    except ValueError:
        pass
    raise WrongLine(f"calendar.holidays: {_shown(given)} is no date such as 2026-01-01")


def _instant(name: str, given: object) -> dt.datetime:
    from aplomb.lib.time import read_instant

    try:
        if isinstance(given, str) and len(given) > len("2026-01-01"):
            return read_instant(given)
    except (ValueError, OverflowError):
        pass
    raise WrongLine(f"{name}: {_shown(given)} is no instant with a time zone, such as 2026-03-02T08:00:00Z")


def _minutes(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise WrongLine(f"minutes: {_shown(given)} is no number")
    if isinstance(given, float) and not math.isfinite(given):
        raise WrongLine("minutes: not a finite number")
    if given < 0:
        raise WrongLine("minutes: below none")
    return given


def _pauses(given: object) -> "list[Pause]":
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(each, list) and len(each) == 2 for each in given):
        raise WrongLine("pauses is not a list of pairs of instants")
    return [(_instant("pauses", since), None if until is None else _instant("pauses", until)) for since, until in given]


def _shown(given: object) -> str:
    return json.dumps(given, ensure_ascii=False)[:LONGEST_SHOWN]
