"""The only writers of calendars."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from aplomb.calendars import publicdays
from aplomb.calendars.dayfile import DayFile, read_day_file
from aplomb.calendars.errors import CalendarRefused, NotKeeper
from aplomb.calendars.models import SHIPPED_HOURS, Calendar, DayKind, HolidayYear, OwnDay, new_stamp
from aplomb.calendars.policies import may_keep_calendars
from aplomb.journal.actors import Actor
from aplomb.journal.changes import note_change
from aplomb.lib.text import clean_text
from aplomb.lib.time import known_zone, utc_now
from aplomb.lib.worktime import WEEKDAYS, Hours, WrongHours, spans_of_date, week_of

# public holidays are kept for so many years around this one; own days are refused beyond them
YEARS_BACK, YEARS_ON = 2, 3
MOST_OWN_DAYS = 2_000


def make_first_calendar(time_zone: str, *, by: Actor) -> Calendar:
    """The desk's own calendar, Monday to Friday, nine to five, if it has none. Raises CalendarRefused, NotKeeper."""
    found = Calendar.objects.filter(is_default=True).first()
    return found or add_calendar(
        name=_("Office hours"), time_zone=time_zone, hours=SHIPPED_HOURS, is_default=True, by=by
    )


def add_calendar(
    *,
    name: str,
    time_zone: str,
    hours: Hours,
    by: Actor,
    country: str = "",
    region: str = "",
    is_default: bool = False,
) -> Calendar:
    """A calendar; the first one is the desk's. Raises CalendarRefused at the field, NotKeeper."""
    _require(by)
    made = Calendar(stamp=new_stamp())
    _write(made, name=name, time_zone=time_zone, hours=hours, country=country, region=region)
    with _one_of_a_name(), transaction.atomic():
        made.save()
        note_change(f"calendar {made.pk}", made.name, by=by, after=_told_of(made))
        if is_default or not Calendar.objects.filter(is_default=True).exists():
            _take_lead(made)
    return made


def change_calendar(
    calendar: Calendar, *, name: str, time_zone: str, hours: Hours, by: Actor, country: str = "", region: str = ""
) -> Calendar:
    """Other hours, zone, name or place. Raises CalendarRefused at the field, NotKeeper."""
    _require(by)
    before = _told_of(calendar)
    _write(calendar, name=name, time_zone=time_zone, hours=hours, country=country, region=region)
    with _one_of_a_name(), transaction.atomic():
        calendar.stamp = new_stamp()
        calendar.save(update_fields=["name", "time_zone", "hours", "country", "region", "stamp"])
        note_change(f"calendar {calendar.pk}", calendar.name, by=by, before=before, after=_told_of(calendar))
    return calendar


def _told_of(calendar: Calendar) -> dict[str, Any]:
    """What the log of changes tells of a calendar."""
    hours = [f"{day} {', '.join('–'.join(map(str, span)) for span in spans)}" for day, spans in calendar.hours.items()]
    names = ("name", "time_zone", "country", "region")
    return {**{name: getattr(calendar, name) for name in names}, "hours": hours}


def make_default(calendar: Calendar, *, by: Actor) -> None:
    """What counts where a team has none of its own. Raises NotKeeper."""
    _require(by)
    with transaction.atomic():
        _take_lead(calendar)


def delete_calendar(calendar: Calendar, *, by: Actor) -> None:
    """For one that nothing uses. Raises CalendarRefused, NotKeeper."""
    _require(by)
    with transaction.atomic():
        fresh = Calendar.objects.select_for_update().filter(pk=calendar.pk).first()
        if fresh is None:
            return
        if fresh.is_default:
            raise CalendarRefused(_("This is the desk's calendar. Make another one the desk's first."))
        note_change(f"calendar {fresh.pk}", fresh.name, by=by, before=_told_of(fresh))
        try:
            fresh.delete()
        except ProtectedError:
            raise CalendarRefused(_("Teams work by this calendar. Give them another one first.")) from None


def set_day(
    calendar: Calendar,
    *,
    date: dt.date,
    by: Actor,
    name: str = "",
    kind: str = DayKind.CLOSED,
    spans: Sequence[Sequence[str]] = (),
) -> OwnDay:
    """Say how a date differs; a date that differs already is written over. Raises CalendarRefused, NotKeeper."""
    _require(by)
    first, last = _known_dates()
    if not first <= date <= last:
        raise CalendarRefused(
            _("Choose a date between %(first)s and %(last)s.") % {"first": first, "last": last}, "date"
        )
    if kind not in DayKind.values:
        raise CalendarRefused(_("Choose how the day differs."), "kind")
    given = [list(each) for each in spans] if kind == DayKind.HOURS else []
    if kind == DayKind.HOURS and not given:
        raise CalendarRefused(_("Say from when to when."), "spans")
    try:
        spans_of_date("spans", given)
    except WrongHours as wrong:
        raise CalendarRefused(words_for(wrong), "spans") from wrong
    with transaction.atomic():
        _touch(calendar)
        if OwnDay.objects.filter(calendar=calendar).exclude(date=date).count() >= MOST_OWN_DAYS:
            raise CalendarRefused(_("At most %(count)s days.") % {"count": MOST_OWN_DAYS}, "date")
        was = OwnDay.objects.filter(calendar=calendar, date=date).first()
        before, after = {str(date): was.kind if was else ""}, {str(date): str(kind)}
        note_change(f"calendar {calendar.pk}", calendar.name, by=by, before=before, after=after)
        made, _is_new = OwnDay.objects.update_or_create(
            calendar=calendar,
            date=date,
            defaults={"name": _line(name, 120), "kind": kind, "spans": given, "is_imported": False},
        )
    return made


def remove_day(calendar: Calendar, date: dt.date, *, by: Actor) -> bool:
    """The date is like its weekday again. Gives whether it was not. Raises NotKeeper."""
    _require(by)
    with transaction.atomic():
        _touch(calendar)
        gone, _by_kind = OwnDay.objects.filter(calendar=calendar, date=date).delete()
        if gone:
            before, after = {str(date): "other"}, {str(date): ""}
            note_change(f"calendar {calendar.pk}", calendar.name, by=by, before=before, after=after)
    return bool(gone)


def import_days(calendar: Calendar, content: bytes, *, by: Actor) -> tuple[int, DayFile]:
    """Take the days off of an iCalendar file: gives how many were new, and what was read.

    Dates that are there already stay as they are. Raises CalendarRefused at the field `file`, and then nothing is saved;
    NotKeeper.
    """
    _require(by)
    first, last = _known_dates()
    read = read_day_file(content, since=first, until=last)
    if not read.days:
        raise CalendarRefused(
            _("The calendar has no whole day between %(first)s and %(last)s.") % {"first": first, "last": last}, "file"
        )
    with transaction.atomic():
        _touch(calendar)
        have = set(OwnDay.objects.filter(calendar=calendar).values_list("date", flat=True))
        new = [
            OwnDay(calendar=calendar, date=date, name=name, is_imported=True)
            for date, name in sorted(read.days.items())
            if date not in have
        ]
        if len(have) + len(new) > MOST_OWN_DAYS:
            raise CalendarRefused(_("At most %(count)s days.") % {"count": MOST_OWN_DAYS}, "file")
        OwnDay.objects.bulk_create(new)
    return len(new), read


def know_holidays(country: str, region: str, years: Iterable[int]) -> bool:
    """Keep the public holidays of these years, unless they are kept as this version of the library tells them.

    Gives whether any were learnt anew; the calendars of the place are then counted anew.
    """
    told_by = publicdays.told_by()
    kept = HolidayYear.objects.filter(country=country, region=region, told_by=told_by)
    lacking = sorted(set(years) - set(kept.values_list("year", flat=True)))
    found = [(year, publicdays.public_days(country, region, year)) for year in lacking]
    if not found:
        return False
    with transaction.atomic():
        for year, days in found:
            HolidayYear.objects.update_or_create(
                country=country, region=region, year=year, defaults={"days": days, "told_by": told_by}
            )
        for each in Calendar.objects.filter(country=country, region=region):
            _touch(each)
    return True


def years_kept() -> range:
    """The years whose public holidays are kept."""
    year = utc_now().year
    return range(year - YEARS_BACK, year + YEARS_ON + 1)


def words_for(wrong: WrongHours) -> str:
    """What is wrong with hours, in words for who entered them."""
    words = {
        "time": _("%(span)s: times go from 00:00 to 24:00."),
        "equal": _("%(span)s ends when it begins."),
        "overlap": _("%(span)s overlaps other hours."),
    }
    said = words.get(wrong.kind, _("These hours cannot be read."))
    return said % {"span": wrong.span}


def _require(by: Actor) -> None:
    if not may_keep_calendars(by):
        raise NotKeeper(_("This is for administrators."))


def _write(calendar: Calendar, *, name: str, time_zone: str, hours: Hours, country: str, region: str) -> None:
    calendar.name = _line(name, 80)
    if not calendar.name:
        raise CalendarRefused(_("The calendar needs a name."), "name")
    if Calendar.objects.filter(name__iexact=calendar.name).exclude(pk=calendar.pk).exists():
        raise CalendarRefused(_("There is a calendar of that name."), "name")
    if not known_zone(time_zone):
        raise CalendarRefused(_("There is no time zone %(name)s.") % {"name": time_zone}, "time_zone")
    calendar.time_zone = time_zone
    calendar.hours = checked_hours(hours)
    if (country, region) != (calendar.country, calendar.region):
        _set_place(calendar, country, region)


@contextmanager
def _one_of_a_name() -> Iterator[None]:
    """Of two who take a name at once, one is told."""
    try:
        yield
    except IntegrityError as error:
        raise CalendarRefused(_("There is a calendar of that name."), "name") from error


def checked_hours(hours: Hours) -> dict[str, list[list[str]]]:
    """The hours as they are kept: weekdays that have any, in order. Raises CalendarRefused at the weekday."""
    try:
        week_of(hours)
    except WrongHours as wrong:
        raise CalendarRefused(words_for(wrong), wrong.day) from wrong
    return {day: sorted(list(each) for each in hours[day]) for day in WEEKDAYS if hours.get(day)}


def _set_place(calendar: Calendar, country: str, region: str) -> None:
    if country and country not in publicdays.countries():
        raise CalendarRefused(_("The holidays of this country are not known."), "country")
    if region and region not in publicdays.regions(country):
        raise CalendarRefused(_("The holidays of this region are not known."), "region")
    calendar.country, calendar.region = country, region
    if country:
        # before the calendar is written: working them out takes seconds, in which nobody else could write
        know_holidays(country, region, years_kept())


def _take_lead(calendar: Calendar) -> None:
    # the old one first: there is never more than one
    Calendar.objects.filter(is_default=True).exclude(pk=calendar.pk).update(is_default=False)
    Calendar.objects.filter(pk=calendar.pk).update(is_default=True)
    calendar.is_default = True


def _touch(calendar: Calendar) -> None:
    calendar.stamp = new_stamp()
    Calendar.objects.filter(pk=calendar.pk).update(stamp=calendar.stamp)


def _known_dates() -> tuple[dt.date, dt.date]:
    kept: Any = years_kept()
    return dt.date(kept[0], 1, 1), dt.date(kept[-1], 12, 31)


def _line(text: str, most: int) -> str:
    return " ".join(clean_text(text).split())[:most].strip()
