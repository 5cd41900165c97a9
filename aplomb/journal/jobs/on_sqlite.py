"""Jobs on SQLite: a table, leases, and threads in the desk's own process. For one machine."""

import contextlib
import datetime as dt
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.db.models import F, Q

from aplomb.journal import wake
from aplomb.journal.jobs import JOBS, TRIES_OF_STRANGERS, Job, pause_before_retry
from aplomb.journal.jobs.turns import turn_periodic
from aplomb.journal.jobs.way import give_way
from aplomb.journal.models import Job as Row
from aplomb.lib.time import utc_now

log = structlog.get_logger()

LEASE = dt.timedelta(seconds=60)
CLAIM_AT_ONCE = 20
LONGEST_SLEEP_SECONDS = 1.0


def enqueue(
    what: Job[Any],
    arguments: Sequence[Mapping[str, Any]],
    *,
    run_at: dt.datetime | None,
    once: str | None,
) -> None:
    rows = [Row(name=what.name, arguments=dict(each), run_at=run_at or utc_now(), once=once) for each in arguments]
    if once is None:
        Row.objects.bulk_create(rows)
        return
    with contextlib.suppress(IntegrityError), transaction.atomic():
        Row.objects.bulk_create(rows)


def waiting(name: str) -> int:
    return Row.objects.filter(name=name, state=Row.State.READY).count()


def failures(most: int) -> list[tuple[str, str]]:
    rows = Row.objects.filter(state=Row.State.FAILED).order_by("-id")[:most]
    return [(row.name, (row.error.strip().splitlines() or [""])[-1]) for row in rows]


def claim(limit: int = CLAIM_AT_ONCE, *, slow: bool | None = None) -> list[Row]:
    """Take jobs that are due, and those whose worker fell silent, under a lease; `slow` picks one lane."""
    now = utc_now()
    lane = Row.objects.all()
    if slow is not None:
        names = [name for name, each in JOBS.items() if each.is_slow]
        lane = lane.filter(name__in=names) if slow else lane.exclude(name__in=names)
    ready = lane.filter(state=Row.State.READY, run_at__lte=now).order_by("run_at", "id")
    silent = lane.filter(state=Row.State.RUNNING, lease_until__lt=now)
    # looking first keeps an idle runner from taking the write lock
    if not ready.exists() and not silent.exists():
        return []
    with transaction.atomic():
        taken = list(silent[:limit]) + list(ready[:limit])
        taken = taken[:limit]
        for row in taken:
            row.attempts += 1
            row.state = Row.State.RUNNING
            row.lease_until = now + LEASE
        Row.objects.filter(pk__in=[row.pk for row in taken]).update(
            attempts=F("attempts") + 1, state=Row.State.RUNNING, lease_until=now + LEASE
        )
    return taken


def run(row: Row) -> bool:
    """Run one claimed job. True when it is done and its row can go; what failed is settled here."""
    found = JOBS.get(row.name)
    try:
        if found is None:
            raise LookupError(f"no job is called {row.name}")
        if row.attempts > found.tries:
            raise RuntimeError("its worker stopped while it ran, and it has no try left")
        found.work(**row.arguments)
    except Exception as error:
        _settle_failure(row, found.tries if found is not None else TRIES_OF_STRANGERS, error)
        return False
    if row.once is not None or row.attempts >= found.tries:
        # while its row stands no other of its name comes in; or it has no try left for a second time
        forget([row.pk])
        return False
    return True


def forget(done: Sequence[int]) -> None:
    """Remove the rows of jobs that are done. Until then a crash repeats them, which is safe and costs little."""
    if done:
        Row.objects.filter(pk__in=done).delete()


def _settle_failure(row: Row, tries: int, error: Exception) -> None:
    told = "".join(traceback.format_exception(error))[-4000:]
    last = row.attempts >= tries
    log.warning("job failed", job=row.name, attempt=row.attempts, last=last, error=repr(error))
    Row.objects.filter(pk=row.pk).update(
        state=Row.State.FAILED if last else Row.State.READY,
        run_at=utc_now() + pause_before_retry(row.attempts),
        lease_until=None,
        once=None,
        error=told,
    )


def renew(held: Sequence[int]) -> None:
    """Lengthen the leases of these jobs."""
    if held:
        Row.objects.filter(pk__in=held, state=Row.State.RUNNING).update(lease_until=utc_now() + LEASE)


def hand_back(rows: Sequence[Row]) -> None:
    """Make claimed jobs ready again without counting a try."""
    Row.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Row.State.READY, lease_until=None, once=None, attempts=F("attempts") - 1
    )


def drain() -> int:
    """Run what is due, and what falls due because of it, in this thread. Returns how many jobs ran."""
    count = 0
    while True:
        rows = claim()
        if not rows:
            return count
        forget([row.pk for row in rows if run(row)])
        count += len(rows)


class Runner:
    """Threads that run jobs until `stop` is called."""

    def __init__(self, threads: int | None = None) -> None:
        self.stopping = threading.Event()
        self.held: set[int] = set()
        self.threads = [
            threading.Thread(target=self._work, name=f"jobs-{number}", args=(number == 0,), daemon=True)
            for number in range(threads or settings.JOB_THREADS)
        ] + [threading.Thread(target=self._renew, name="leases", daemon=True)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Let the running jobs finish, then end."""
        self.stopping.set()
        wake.ring()
        for thread in self.threads:
            thread.join(timeout=10)

    def _work(self, first: bool) -> None:
        last_turn = 0.0
        while not self.stopping.is_set():
            bell = wake.bell()
            try:
                if first and bell.clock() - last_turn > 1.0:
                    turn_periodic()
                    last_turn = bell.clock()
                # the first thread never waits for other people's servers; of slow jobs one at a time is held
                rows = claim(slow=False) if first else claim(limit=1, slow=True) or claim(limit=CLAIM_AT_ONCE // 2)
                self._run_all(rows)
                if not rows:
                    bell.wait(self._pause())
            except Exception as error:
                # whatever it is, a thread that ends would leave the desk without jobs
                log.warning("jobs wait for the database", error=repr(error))
                self.stopping.wait(1.0)
                close_old_connections()
        connection.close()

    def _renew(self) -> None:
        """Keep the leases of what this process runs, however long one job takes."""
        while not self.stopping.wait(LEASE.total_seconds() / 3):
            try:
                renew(list(self.held))
            except Exception as error:
                log.warning("leases wait for the database", error=repr(error))
                close_old_connections()
        connection.close()

    def _run_all(self, rows: list[Row]) -> None:
        self.held.update(row.pk for row in rows)
        done: list[int] = []
        try:
            for place, row in enumerate(rows):
                if self.stopping.is_set():
                    hand_back(rows[place:])
                    return
                give_way(self.stopping)
                if run(row):
                    done.append(row.pk)
        finally:
            forget(done)
            self.held.difference_update(row.pk for row in rows)

    def _pause(self) -> float:
        """Seconds until the next job falls due, a second at the most."""
        soonest = (
            Row.objects.filter(Q(state=Row.State.READY)).order_by("run_at").values_list("run_at", flat=True).first()
        )
        if soonest is None:
            return LONGEST_SLEEP_SECONDS
        return min(LONGEST_SLEEP_SECONDS, max(0.01, (soonest - utc_now()).total_seconds()))


def saved(using: str) -> Iterator[dict[str, Any]]:
    for row in Row.objects.using(using).order_by("pk").iterator(chunk_size=2000):
        yield {
            "name": row.name,
            "arguments": row.arguments,
            "run_at": row.run_at.isoformat(),
            "once": row.once if row.state == Row.State.READY else None,
            "attempts": row.attempts,
            "is_failed": row.state == Row.State.FAILED,
            "error": row.error,
        }


def load(rows: Iterable[Mapping[str, Any]]) -> None:
    Row.objects.bulk_create(
        (
            Row(
                name=each["name"],
                arguments=each["arguments"],
                run_at=dt.datetime.fromisoformat(each["run_at"]) if each["run_at"] else utc_now(),
                once=each["once"],
                attempts=each["attempts"],
                state=Row.State.FAILED if each["is_failed"] else Row.State.READY,
                error=each["error"],
            )
            for each in rows
        ),
        batch_size=1000,
    )
