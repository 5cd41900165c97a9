"""Work for later and work again and again, behind one interface.

    @job(tries=5)
    def apply_mail(*, mail_id: int) -> None: ...

    apply_mail.enqueue(mail_id=7)                    inside the transaction: no commit, no job
    apply_mail.enqueue(mail_id=7, run_at=later, once="mail 7")

    @periodic(every=timedelta(hours=24))
    def sign_checkpoint() -> None: ...

A job takes plain values and may run more than once: it is safe to repeat. On PostgreSQL Procrastinate carries the jobs, on
SQLite the embedded runner of this package does. A job that fails is tried again with growing pauses; after its last try it
stays, failed, with its error, where `aplomb check` shows it.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec

from django.conf import settings

P = ParamSpec("P")

JOBS: dict[str, "Job[Any]"] = {}
PERIODIC: dict[str, dt.timedelta] = {}

FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 3600.0
# of a job whose name this process does not know: another version of the desk may have left it, and may come back
TRIES_OF_STRANGERS = 12


@dataclass(frozen=True)
class Job(Generic[P]):
    """A function that can be left for later."""

    work: Callable[P, None]
    name: str
    tries: int
    # waits for other people's servers: kept in a lane of its own, so that one of them cannot hold up the desk
    is_slow: bool = False

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self.work(*args, **kwargs)

    def enqueue(self, *, run_at: dt.datetime | None = None, once: str | None = None, **arguments: Any) -> None:
        """Leave it for later, in this transaction. `once`: not if the same word already waits."""
        _engine().enqueue(self, [arguments], run_at=run_at, once=once)


def enqueue_many(what: Job[Any], arguments: Iterable[Mapping[str, Any]]) -> None:
    """Leave one job for each set of arguments."""
    _engine().enqueue(what, list(arguments), run_at=None, once=None)


def job(*, tries: int = 8, is_slow: bool = False) -> Callable[[Callable[P, None]], Job[P]]:
    """Make a function a job. `tries` counts the first one; `is_slow`: it waits for servers that are not ours."""

    def made(work: Callable[P, None]) -> Job[P]:
        name = f"{work.__module__}.{work.__qualname__}"
        if name in JOBS:
            raise TypeError(f"two jobs are called {name}")
        JOBS[name] = Job(work, name, tries, is_slow)
        return JOBS[name]

    return made


def periodic(*, every: dt.timedelta) -> Callable[[Callable[[], None]], Job[[]]]:
    """Make a function a job that comes again after each period, once however many workers there are."""

    def made(work: Callable[[], None]) -> Job[[]]:
        found = job(tries=1)(work)
        PERIODIC[found.name] = every
        return found

    return made


def pause_before_retry(attempts: int, *, chance: Callable[[], float] = random.random) -> dt.timedelta:
    """How long to wait after so many failed attempts: doubling from two seconds to an hour, a quarter of it by chance."""
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (attempts - 1))
    return dt.timedelta(seconds=longest * (0.75 + 0.25 * chance()))


def waiting(what: Job[Any]) -> int:
    """How many of this job wait."""
    count: int = _engine().waiting(what.name)
    return count


def failures(most: int = 100) -> list[tuple[str, str]]:
    """Jobs that failed for good, newest first: name, and the last line of why."""
    found: list[tuple[str, str]] = _engine().failures(most)
    return found


def saved(using: str) -> Iterator[dict[str, Any]]:
    """Every job that waits, runs or has failed, for a backup: name, arguments, run_at, once, attempts, is_failed, error.

    One that runs is saved as one that waits: it may run twice, as after a crash.
    """
    yield from _engine().saved(using)


def load(rows: Iterable[Mapping[str, Any]]) -> None:
    """Put back what `saved` gave, whichever engine it came from."""
    _engine().load(rows)


def _engine() -> Any:
    if settings.POSTGRES:
        from aplomb.journal.jobs import on_postgres

        return on_postgres
    from aplomb.journal.jobs import on_sqlite

    return on_sqlite
