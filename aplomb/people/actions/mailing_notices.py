"""Handing what waits for somebody's mail to a carrier: alone when it is one notice, together when it is several."""

import datetime as dt

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from aplomb.lib.time import utc_now, zone
from aplomb.people.actions.notices import choices_of
from aplomb.people.carriers import carry
from aplomb.people.models import WAITING, Notice, NoticeChoices, NoticeMail, Person
from aplomb.people.presence import absences_at
from aplomb.people.wishes import Waiting, last_digest, states_due

# of a flood: what is beyond waits for the next mail
GATHERED_AT_MOST = 20_000
MARKED_AT_ONCE = 500


def people_to_mail(*, now: dt.datetime | None = None) -> list[int]:
    """For whom something waits that may be mailed now: one query for the whole staff, three looks into an index for each,
    and one for who of them is absent."""
    now = now or utc_now()
    found: list[Person] = []
    for person in _with_waiting(Person.objects.filter(is_active=True)).select_related("notice_choices"):
        choices = getattr(person, "notice_choices", None) or NoticeChoices(person=person)
        if states_due(choices, zone(person.time_zone), _waiting(person), now):
            found.append(person)
    absent = absences_at(found, now) if found else {}
    return [each.pk for each in found if each.pk not in absent]


def mail_waiting(person_id: int, *, now: dt.datetime | None = None) -> int:
    """Hand what waits for this person to a carrier as one mail, if it is time. Gives how many notices it stands for.

    All in one transaction: what is marked as mailed stands in the outbox and the other way round, whenever the power goes.
    """
    now = now or utc_now()
    with transaction.atomic():
        # of two processes that mail at once, one waits and finds nothing left
        staff = Person.objects.select_for_update(no_key=True, of=("self",))
        person = _with_waiting(staff).filter(pk=person_id, is_active=True).first()
        if person is None:
            return 0
        if absences_at([person], now):
            return 0
        choices = choices_of(person)
        states = states_due(choices, zone(person.time_zone), _waiting(person), now)
        due = _due(person, states, last_digest(choices, zone(person.time_zone), now))
        if not due:
            return 0
        is_written = carry(person, due)
        _mark(due, NoticeMail.MAILED if is_written else NoticeMail.NONE)
        if is_written:
            NoticeChoices.objects.update_or_create(person=person, defaults={"last_mailed_at": now})
    return len(due) if is_written else 0


def _with_waiting(staff: QuerySet[Person]) -> "QuerySet[Person]":
    waiting = Notice.objects.filter(person=OuterRef("pk")).values("created_at")
    soon, daily = waiting.filter(mail=NoticeMail.SOON), waiting.filter(mail=NoticeMail.DAILY)
    return staff.annotate(
        soon_from=Subquery(soon.order_by("pk")[:1]),
        soon_to=Subquery(soon.order_by("-pk")[:1]),
        daily_from=Subquery(daily.order_by("pk")[:1]),
    )


def _waiting(person: Person) -> Waiting:
    return Waiting(person.soon_from, person.soon_to, person.daily_from)  # type: ignore[attr-defined]  # annotated


def _due(person: Person, states: tuple[NoticeMail, ...], digest: dt.datetime) -> list[Notice]:
    """What is mailed now, oldest first. By name: what comes meanwhile is none of it."""
    found: list[Notice] = []
    for state in WAITING:
        if state in states:
            rows = Notice.objects.filter(person=person, mail=state).select_related("made_by").order_by("pk")
            if state == NoticeMail.DAILY:
                rows = rows.filter(created_at__lt=digest)
            found += rows[:GATHERED_AT_MOST]
    return sorted(found, key=lambda each: each.pk)


def _mark(notices: list[Notice], state: NoticeMail) -> None:
    ids = [each.pk for each in notices]
    for start in range(0, len(ids), MARKED_AT_ONCE):
        Notice.objects.filter(pk__in=ids[start : start + MARKED_AT_ONCE]).update(mail=state)
