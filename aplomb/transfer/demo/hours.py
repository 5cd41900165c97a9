"""The hours of the demo's world: the desk's calendar, one team's own, and who is absent."""

import datetime as dt

from aplomb.calendars.actions import add_calendar, set_day
from aplomb.calendars.models import Calendar
from aplomb.journal.actors import SYSTEM
from aplomb.lib.time import utc_now
from aplomb.people.actions.presence import add_absence, set_hours, set_team_calendar
from aplomb.people.models import Person, Team


def play_hours() -> None:
    """Madrid's hours and holidays for all, longer ones for Lines, a part-time agent, and one on leave since yesterday."""
    office = {day: [["09:00", "14:00"], ["15:00", "18:00"]] for day in ("mon", "tue", "wed", "thu")}
    office["fri"] = [["09:00", "15:00"]]
    desk = add_calendar(name="Borealis, Madrid", time_zone="Europe/Madrid", hours=office, by=SYSTEM)
    today = utc_now().date()
    eve = dt.date(today.year, 12, 24)
    set_day(desk, date=eve, name="Nochebuena", kind="hours", spans=[["09:00", "13:00"]], by=SYSTEM)
    long_hours = {day: [["07:00", "23:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
    lines = add_calendar(name="Lines, long hours", time_zone="Europe/Madrid", hours=long_hours, by=SYSTEM)
    # working the holidays out takes seconds, for which nobody waits who looks at a demo: the daily job learns them
    Calendar.objects.filter(pk__in=[desk.pk, lines.pk]).update(country="ES", region="MD")
    people = {each.email.partition(".")[0]: each for each in Person.objects.filter(is_demo=True)}
    team = Team.objects.filter(name="Lines").first()
    if team is not None:
        set_team_calendar(team, lines, by=SYSTEM)
    tom, chiara, lucia = (people.get(name) for name in ("tom", "chiara", "lucia"))
    if tom is not None:
        set_hours(tom, {day: [["09:00", "13:00"]] for day in ("mon", "wed", "fri")}, by=SYSTEM)
    if chiara is not None:
        week = dt.timedelta(days=7)
        add_absence(chiara, first_day=today - dt.timedelta(days=1), last_day=today + week, stand_in=lucia, by=SYSTEM)
