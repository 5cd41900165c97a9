"""Jobs that come again: whoever moves the row of the next turn enqueues the job, so that many workers make one turn."""

from django.db import transaction

from aplomb.journal.jobs import JOBS, PERIODIC
from aplomb.journal.models import Turn
from aplomb.lib.time import utc_now


def turn_periodic() -> None:
    """Enqueue every periodic job whose turn has come, and fix the next turn."""
    now = utc_now()
    known = dict(Turn.objects.values_list("name", "next_at"))
    for name, every in PERIODIC.items():
        due = known.get(name)
        if due is None:
            with transaction.atomic():
                _, made = Turn.objects.get_or_create(name=name, defaults={"next_at": now + every})
                if made:
                    JOBS[name].enqueue(once=name)
        elif due <= now:
            with transaction.atomic():
                if Turn.objects.filter(name=name, next_at=due).update(next_at=now + every):
                    JOBS[name].enqueue(once=name)
