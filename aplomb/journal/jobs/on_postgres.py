"""Jobs on PostgreSQL: carried by Procrastinate, for as many machines as there are.

All jobs go through one Procrastinate task that takes the job's name and arguments, so that both engines know the same
registry, retries and words.
"""

import asyncio
import datetime as dt
import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections, connection, connections, transaction
from procrastinate import BaseRetryStrategy, RetryDecision, jobs
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from aplomb.journal.jobs import JOBS, TRIES_OF_STRANGERS, Job, pause_before_retry
from aplomb.journal.jobs.turns import turn_periodic
from aplomb.lib.time import utc_now

log = structlog.get_logger()

SILENT_AFTER_SECONDS = 60


class _GrowingPauses(BaseRetryStrategy):  # type: ignore[misc]  # untyped where PostgreSQL is not installed
    """The same pauses as on SQLite; the number of tries is the job's own."""

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> RetryDecision | None:
        found = JOBS.get(str(job.task_kwargs.get("name")))
        if job.attempts + 1 >= (found.tries if found is not None else TRIES_OF_STRANGERS):
            return None
        return RetryDecision(retry_at=utc_now() + pause_before_retry(job.attempts + 1))


@app.task(name="aplomb", queue="aplomb", retry=_GrowingPauses())  # type: ignore[untyped-decorator]  # the same
def carry(name: str, arguments: dict[str, Any]) -> None:
    """Run the job of that name. Runs in a thread of the worker."""
    close_old_connections()
    try:
        JOBS[name].work(**arguments)
    finally:
        close_old_connections()


def enqueue(
    what: Job[Any],
    arguments: Sequence[Mapping[str, Any]],
    *,
    run_at: dt.datetime | None,
    once: str | None,
) -> None:
    lane = "slow" if what.is_slow else "aplomb"
    deferrer = carry.configure(schedule_at=run_at, queueing_lock=once, queue=lane)
    for each in arguments:
        if once is None:
            deferrer.defer(name=what.name, arguments=dict(each))
            continue
        try:
            with transaction.atomic():
                deferrer.defer(name=what.name, arguments=dict(each))
        except AlreadyEnqueued:
            continue


def waiting(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND args->>'name' = %s", [name])
        return int(cursor.fetchone()[0])


def failures(most: int) -> list[tuple[str, str]]:
    """Procrastinate keeps why in its worker's log, not in its table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'name' FROM procrastinate_jobs WHERE status = 'failed' ORDER BY id DESC LIMIT %s", [most]
        )
        return [(row[0], "") for row in cursor.fetchall()]


async def _retry_silent() -> None:
    """Give back the jobs of workers that stopped without a word."""
    manager = app.job_manager
    for silent in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_AFTER_SECONDS):
        await manager.retry_job(silent)
    await manager.prune_stalled_workers(seconds_since_heartbeat=SILENT_AFTER_SECONDS * 2)


class Runner:
    """A Procrastinate worker in a thread of its own, with the desk's periodic jobs beside it."""

    def __init__(self, threads: int | None = None) -> None:
        self.concurrency = threads or settings.JOB_THREADS
        self.stopping = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.task: asyncio.Task[None] | None = None
        self.threads = [
            threading.Thread(target=self._work, name="jobs", daemon=True),
            threading.Thread(target=self._turn, name="turns", daemon=True),
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Let the running jobs finish, then end."""
        self.stopping.set()
        if self.loop is not None and self.task is not None:
            self.loop.call_soon_threadsafe(self.task.cancel)
        for thread in self.threads:
            thread.join(timeout=10)

    def _work(self) -> None:
        while not self.stopping.is_set():
            try:
                asyncio.run(self._serve())
            except asyncio.CancelledError:
                return
            except Exception as error:
                log.warning("jobs wait for the database", error=repr(error))
                self.stopping.wait(2.0)

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.task = asyncio.current_task()
        worker_app = app.with_connector(app.connector.get_worker_connector())
        async with worker_app.open_async():
            # what waits for other people's servers has a lane of its own
            await asyncio.gather(*(self._lane(worker_app, lane) for lane in ("aplomb", "slow")))

    async def _lane(self, worker_app: Any, lane: str) -> None:
        await worker_app.run_worker_async(
            queues=[lane],
            name=lane,
            concurrency=self.concurrency,
            install_signal_handlers=False,
            fetch_job_polling_interval=1.0,
            delete_jobs="successful",
            shutdown_graceful_timeout=8,
        )

    def _turn(self) -> None:
        rounds = 0
        while not self.stopping.wait(1.0):
            try:
                turn_periodic()
                if rounds % 30 == 0:
                    asyncio.run(_retry_silent())
            except Exception as error:
                log.warning("turns wait for the database", error=repr(error))
            close_old_connections()
            rounds += 1


def drain() -> int:
    """Run what is due, and what falls due because of it. Returns how many jobs ran."""
    count = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT id FROM procrastinate_jobs"
                " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %s)"
                " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, args, attempts",
                [utc_now()],
            )
            row = cursor.fetchone()
        if row is None:
            return count
        _run_drained(*row)
        count += 1


def _run_drained(pk: int, args: Any, attempts: int) -> None:
    found = json.loads(args) if isinstance(args, str) else args
    status, at = "succeeded", None
    try:
        JOBS[found["name"]].work(**found["arguments"])
    except Exception as error:
        log.warning("job failed", job=found["name"], error=repr(error))
        last = attempts + 1 >= JOBS[found["name"]].tries
        status, at = ("failed", None) if last else ("todo", utc_now() + pause_before_retry(attempts + 1))
    with connection.cursor() as cursor:
        if status == "succeeded":
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [pk])
        else:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s, attempts = attempts + 1, scheduled_at = %s WHERE id = %s",
                [status, at, pk],
            )


def saved(using: str) -> Iterator[dict[str, Any]]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT args->>'name', args->'arguments', scheduled_at, queueing_lock, attempts, status::text"
            " FROM procrastinate_jobs WHERE task_name = 'aplomb' AND status IN ('todo', 'doing', 'failed') ORDER BY id"
        )
        for name, arguments, run_at, once, attempts, status in cursor.fetchall():
            yield {
                "name": name,
                "arguments": json.loads(arguments) if isinstance(arguments, str) else arguments,
                "run_at": run_at.isoformat() if run_at else None,
                "once": once if status == "todo" else None,
                "attempts": attempts,
                "is_failed": status == "failed",
                "error": "",
            }


def load(rows: Iterable[Mapping[str, Any]]) -> None:
    sql = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at, queueing_lock, attempts, status)"
        " VALUES (%s, 'aplomb', %s, %s, %s, %s, %s)"
    )
    with connection.cursor() as cursor:
        for each in rows:
            found = JOBS.get(each["name"])
            args = json.dumps({"name": each["name"], "arguments": each["arguments"]})
            lane = "slow" if found is not None and found.is_slow else "aplomb"
            status = "failed" if each["is_failed"] else "todo"
            cursor.execute(sql, [lane, args, each["run_at"], each["once"], each["attempts"], status])
