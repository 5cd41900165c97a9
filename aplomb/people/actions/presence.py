"""The only writers of presence, working hours, absences and limits."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.calendars.actions import checked_hours
from aplomb.calendars.errors import CalendarRefused
from aplomb.calendars.models import Calendar
from aplomb.journal.actors import Actor
from aplomb.lib.time import utc_now
from aplomb.lib.worktime import Hours, is_open, next_close, next_open
from aplomb.people.errors import NotFound, Wrong
from aplomb.people.models import Absence, ChannelLimit, Person, Presence, Team, TeamCalendar, WorkingHours
from aplomb.people.models.presence import AbsenceKind, Channel, State
from aplomb.people.policies import Verdict, may_administer, no, require
from aplomb.people.worktime import hours_of

LONGEST = dt.timedelta(days=30)
# a telephone that forgot somebody must not keep them from everything for ever
CALL_AT_MOST = dt.timedelta(hours=12)
AFTER_CALL_AT_MOST = dt.timedelta(hours=1)
LONGEST_ABSENCE = dt.timedelta(days=730)
MOST_AT_ONCE = 500


def may_plan(by: Actor, person: Person) -> Verdict:
    """Hours and absences: one's own, and everybody's for supervisors and administrators."""
    if isinstance(by, Person) and not (by.pk == person.pk or by.is_supervisor):
        return may_administer(by)
    return may_administer(by) if not isinstance(by, Person) else Verdict(True)


def set_presence(person: Person, state: str, *, by: Actor, until: dt.datetime | None = None) -> Presence:
    """Say how one can be reached. Without an end it holds until one's working hours next begin or end.

    One's own state by oneself, or by the machine (a telephone). Raises Wrong, NotAllowed.
    """
    if isinstance(by, Person) and by.pk != person.pk:
        require(no(_("Only they can say this of themselves.")))
    if not isinstance(by, Person):
        require(may_administer(by))
    if state not in State.values:
        raise Wrong("state", _("Choose one of the states."))
    now = utc_now()
    if until is not None and not now < until <= now + LONGEST:
        raise Wrong("until", _("Choose a time that lies ahead, thirty days at the most."))
    row, _is_new = Presence.objects.update_or_create(
        person=person, defaults={"state": state, "until": until or _until(person, state, now)}
    )
    return row


def clear_presence(person: Person, *, by: Actor) -> None:
    """Back to what the hours say. Raises NotAllowed."""
    if isinstance(by, Person) and by.pk != person.pk:
        require(no(_("Only they can say this of themselves.")))
    Presence.objects.filter(person=person).delete()


def _until(person: Person, state: str, now: dt.datetime) -> dt.datetime | None:
    if state in (State.IN_CALL, State.AFTER_CALL):
        return now + (CALL_AT_MOST if state == State.IN_CALL else AFTER_CALL_AT_MOST)
    calendar = hours_of([person])[person.pk]
    if calendar is None:
        return None
    return next_close(calendar, now) if is_open(calendar, now) else next_open(calendar, now)


def set_hours(person: Person, hours: Hours | None, *, by: Actor) -> None:
    """Own weekly hours, in the person's zone; None: those of the team. Raises Wrong at the weekday, NotAllowed."""
    require(may_plan(by, person))
    if hours is None:
        WorkingHours.objects.filter(person=person).delete()
        return
    try:
        kept = checked_hours(hours)
    except CalendarRefused as refused:
        raise Wrong(refused.field, refused.reason) from refused
    WorkingHours.objects.update_or_create(person=person, defaults={"hours": kept})


def add_absence(
    person: Person,
    *,
    first_day: dt.date,
    last_day: dt.date,
    by: Actor,
    kind: str = AbsenceKind.LEAVE,
    stand_in: Person | None = None,
) -> Absence:
    """Whole days on which the person is not there. Raises Wrong at the field, NotAllowed."""
    require(may_plan(by, person))
    if kind not in AbsenceKind.values:
        raise Wrong("kind", _("Choose one of the kinds."))
    if last_day < first_day:
        raise Wrong("last_day", _("The last day is before the first."))
    if last_day - first_day > LONGEST_ABSENCE or abs((first_day - utc_now().date()).days) > LONGEST_ABSENCE.days:
        raise Wrong("first_day", _("Choose days within two years."))
    if stand_in is not None and (stand_in.pk == person.pk or not stand_in.is_agent):
        raise Wrong("stand_in", _("Choose somebody else, who answers tickets."))
    with transaction.atomic():
        # of two absences at once, the second sees the first
        Person.objects.select_for_update().filter(pk=person.pk).first()
        if Absence.objects.filter(person=person, first_day__lte=last_day, last_day__gte=first_day).exists():
            raise Wrong("first_day", _("There is an absence on some of these days already."))
        return Absence.objects.create(
            person=person, first_day=first_day, last_day=last_day, kind=kind, stand_in=stand_in
        )


def remove_absence(person: Person, absence_id: int, *, by: Actor) -> None:
    """The person is there after all. Raises NotFound, NotAllowed."""
    require(may_plan(by, person))
    gone, _by_kind = Absence.objects.filter(pk=absence_id, person=person).delete()
    if not gone:
        raise NotFound


def set_limit(person: Person, channel: str, at_most: int | None, *, by: Actor) -> None:
    """How many of a kind somebody takes at once; None: as many as there are. Raises Wrong, NotAllowed."""
    require(may_plan(by, person))
    if channel not in Channel.values:
        raise Wrong("channel", _("Choose one of the channels."))
    if at_most is not None and not 0 <= at_most <= MOST_AT_ONCE:
        raise Wrong("at_most", _("Choose a number between 0 and %(most)s.") % {"most": MOST_AT_ONCE})
    ChannelLimit.objects.update_or_create(person=person, channel=channel, defaults={"at_most": at_most})


def set_team_calendar(team: Team, calendar: Calendar | None, *, by: Actor) -> None:
    """The calendar by which a team works; None: the desk's. Raises NotAllowed."""
    require(may_administer(by))
    if calendar is None:
        TeamCalendar.objects.filter(team=team).delete()
    else:
        TeamCalendar.objects.update_or_create(team=team, defaults={"calendar": calendar})
