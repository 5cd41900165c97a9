"""Writing the log of who read what, and forgetting what is old.

note_look(person, "mail source", f"mail {mail.pk}")
"""

import datetime as dt

from aplomb.journal.actors import Actor
from aplomb.journal.jobs import periodic
from aplomb.journal.looks.models import Look
from aplomb.lib.time import utc_now

KEPT_FOR = dt.timedelta(days=400)
FORGOTTEN_AT_ONCE = 1000


def note_look(person: Actor, what: str, key: str) -> None:
    """Keep that this person looks at it now: at most one row a person, thing and hour. One statement.

    `what` is at most 30 characters, `key` at most 80. The command line is number 0; customers
    have no such doors.
    """
    if person.actor_kind not in ("staff", "system"):
        return
    now = utc_now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    row = Look(
        person=int(person.actor_id) if person.actor_kind == "staff" else 0,
        what=what[:30],
        key=key[:80],
        hour=hour,
        at=now,
    )
    # twice in one hour is once, also for two windows at once
    Look.objects.bulk_create([row], ignore_conflicts=True)


def forget_old_looks(*, now: dt.datetime | None = None) -> int:
    """Forget some looks that are older than 400 days. Gives how many; none: there are no more."""
    old = Look.objects.filter(at__lt=(now or utc_now()) - KEPT_FOR).order_by("at")
    ids = list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    Look.objects.filter(pk__in=ids).delete()
    return len(ids)


@periodic(every=dt.timedelta(days=1))
def forget_looks() -> None:
    """Forget what was looked at more than 400 days ago."""
    while forget_old_looks():
        pass
