"""Whether colleagues can be reached now, and who can take one more. What is, never what was."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aplomb.lib.time import utc_now, zone
from aplomb.lib.worktime import is_open
from aplomb.people.models import Absence, ChannelLimit, Membership, Person, Presence
from aplomb.people.models.presence import Channel, State
from aplomb.people.worktime import hours_of

# at once, unless somebody's own limit says otherwise; None: no limit
USUAL_LIMITS: Mapping[str, int | None] = {Channel.MAIL: None, Channel.CHAT: 3, Channel.CALL: 1}


@dataclass(frozen=True)
class Standing:
    """How things stand with somebody: the state, until when if it was set by hand, and their absence today if there is one."""

    person_id: int
    state: str
    is_by_hand: bool = False
    until: dt.datetime | None = None
    absence: Absence | None = None

    @property
    def is_available(self) -> bool:
        return self.state == State.AVAILABLE

    @property
    def word(self) -> str:
        return str(State(self.state).label)


def standing_of(people: Iterable[Person], at: dt.datetime | None = None) -> dict[int, Standing]:
    """How things stand with each: by hand while that holds, else away when absent or outside their hours.

    Five queries however many they are.
    """
    now, wanted = at or utc_now(), list(people)
    ids = [each.pk for each in wanted]
    set_by_hand = {row.person_id: row for row in Presence.objects.filter(person__in=ids)}
    absent = absences_at(wanted, now)
    hours = hours_of(wanted)
    found = {}
    for each in wanted:
        row, absence = set_by_hand.get(each.pk), absent.get(each.pk)
        calendar = hours[each.pk]
        if row is not None and (row.until is None or row.until > now):
            found[each.pk] = Standing(each.pk, row.state, True, row.until, absence)
        elif absence is not None or (calendar is not None and not is_open(calendar, now)):
            found[each.pk] = Standing(each.pk, State.AWAY, absence=absence)
        else:
            found[each.pk] = Standing(each.pk, State.AVAILABLE)
    return found


def absences_at(people: Iterable[Person], at: dt.datetime) -> dict[int, Absence]:
    """Who is absent at this instant, each by the date in their own zone. One query."""
    today = {each.pk: at.astimezone(zone(each.time_zone)).date() for each in people}
    if not today:
        return {}
    rows = Absence.objects.filter(
        person__in=list(today), first_day__lte=max(today.values()), last_day__gte=min(today.values())
    )
    return {
        row.person_id: row
        for row in rows.select_related("stand_in").order_by("last_day")
        if row.first_day <= today[row.person_id] <= row.last_day
    }


def who_can_take(
    channel: str,
    team_id: int | None = None,
    *,
    load: Mapping[int, int] | None = None,
    at: dt.datetime | None = None,
) -> list[Person]:
    """Agents of a team, or of the whole desk, who are available and below their limit, by work name.

    `load` says how many each has at once now, by id; who is not in it has none. The order is that of names: nobody is
    compared with anybody.
    """
    people = Person.objects.filter(is_active=True).order_by("work_name", "pk")
    if team_id is not None:
        people = people.filter(pk__in=Membership.objects.filter(team=team_id).values("person"))
    agents = [each for each in people if each.is_agent]
    standing = standing_of(agents, at)
    limits = limits_of([each.pk for each in agents], channel)
    return [
        each
        for each in agents
        if standing[each.pk].is_available and _has_room(limits[each.pk], (load or {}).get(each.pk, 0))
    ]


def limits_of(person_ids: Iterable[int], channel: str) -> dict[int, int | None]:
    """How many each takes at once by this channel; None is no limit. One query. Raises KeyError for no such channel."""
    ids = list(person_ids)
    found = dict.fromkeys(ids, USUAL_LIMITS[channel])
    rows = ChannelLimit.objects.filter(person__in=ids, channel=channel)
    return found | dict(rows.values_list("person_id", "at_most"))


def _has_room(at_most: int | None, load: int) -> bool:
    return at_most is None or load < at_most
