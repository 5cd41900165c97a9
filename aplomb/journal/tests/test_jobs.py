"""The embedded runner. Its table is there on PostgreSQL too, so that its rules are tested on both databases."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from aplomb.journal import jobs
from aplomb.journal.jobs import JOBS, TRIES_OF_STRANGERS, Job, on_sqlite, pause_before_retry
from aplomb.journal.jobs.turns import turn_periodic
from aplomb.journal.models import Job as Row
from aplomb.journal.models import Turn
from aplomb.lib.time import utc_now

pytestmark = pytest.mark.django_db(transaction=True)

START = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)


class Work:
    """A job that notes its calls, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.failing = 0

    def __call__(self, *, number: int = 0) -> None:
        self.calls.append(number)
        if self.failing:
            self.failing -= 1
            raise ConnectionError("not now")


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    found = Work()
    monkeypatch.setattr(jobs, "_engine", lambda: on_sqlite)
    monkeypatch.setitem(JOBS, "tests.work", Job(found, "tests.work", 3))
    return found


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> Callable[[float], None]:
    """Sets the clock so many seconds after the start."""
    time_machine.move_to(START, tick=False)
    return lambda seconds: time_machine.move_to(START + dt.timedelta(seconds=seconds), tick=False)


def leave(number: int = 0, **how: Any) -> None:
    JOBS["tests.work"].enqueue(number=number, **how)


def test_a_job_runs_once_and_leaves_nothing_behind(work: Work) -> None:
    leave(7)
    assert on_sqlite.drain() == 1
    assert on_sqlite.drain() == 0
    assert work.calls == [7]
    assert not Row.objects.exists()


def test_jobs_run_in_the_order_in_which_they_are_due(work: Work, clock: Callable[[float], None]) -> None:
    leave(3, run_at=START + dt.timedelta(seconds=3))
    leave(2, run_at=START + dt.timedelta(seconds=2))
    leave(1)
    clock(5)
    on_sqlite.drain()
    assert work.calls == [1, 2, 3]


def test_a_job_for_later_waits(work: Work, clock: Callable[[float], None]) -> None:
    leave(run_at=START + dt.timedelta(minutes=1))
    assert on_sqlite.drain() == 0
    clock(60)
    assert on_sqlite.drain() == 1


def test_a_transaction_that_is_undone_leaves_no_job(work: Work) -> None:
    with pytest.raises(LookupError), transaction.atomic():
        leave()
        raise LookupError
    assert on_sqlite.drain() == 0


def test_the_same_word_does_not_wait_twice(work: Work) -> None:
    leave(1, once="mail 1")
    leave(2, once="mail 1")
    leave(3, once="mail 3")
    with transaction.atomic():
        leave(4, once="mail 1")
        leave(5)
    on_sqlite.drain()
    assert work.calls == [1, 3, 5]


def test_a_word_may_wait_again_once_its_job_runs(work: Work) -> None:
    leave(1, once="mail 1")
    on_sqlite.claim()
    leave(2, once="mail 1")
    assert Row.objects.count() == 2


def test_a_job_that_fails_is_tried_again_after_growing_pauses(work: Work, clock: Callable[[float], None]) -> None:
    work.failing = 2
    leave()
    on_sqlite.drain()
    clock(1.4)
    assert on_sqlite.drain() == 0
    clock(2)
    assert on_sqlite.drain() == 1
    clock(4.9)
    assert on_sqlite.drain() == 0
    clock(6)
    assert on_sqlite.drain() == 1
    assert len(work.calls) == 3
    assert not Row.objects.exists()


def test_a_job_that_fails_to_the_last_stays_with_its_error(work: Work, clock: Callable[[float], None]) -> None:
    work.failing = 99
    leave()
    for seconds in (0, 100, 200, 300, 400):
        clock(seconds)
        on_sqlite.drain()
    assert len(work.calls) == 3
    row = Row.objects.get()
    assert (row.state, row.attempts, row.lease_until) == ("failed", 3, None)
    assert "ConnectionError: not now" in row.error


def test_one_job_that_fails_does_not_keep_others_from_running(work: Work) -> None:
    work.failing = 1
    leave(1)
    leave(2)
    assert on_sqlite.drain() == 2


def test_a_job_that_nobody_knows_waits_for_who_knows_it_and_then_stays_visible(work: Work) -> None:
    row = Row.objects.create(name="tests.gone")
    on_sqlite.drain()
    assert Row.objects.get().state == "ready"
    Row.objects.filter(pk=row.pk).update(attempts=TRIES_OF_STRANGERS - 1, run_at=row.run_at)
    on_sqlite.drain()
    assert Row.objects.get().state == "failed"
    assert "no job is called tests.gone" in Row.objects.get().error


def test_two_workers_never_claim_the_same_job(work: Work) -> None:
    for number in range(5):
        leave(number)
    first, second = on_sqlite.claim(3), on_sqlite.claim(3)
    assert (len(first), len(second)) == (3, 2)
    assert not {row.pk for row in first} & {row.pk for row in second}


def test_the_job_of_a_worker_that_fell_silent_is_taken_over(work: Work, clock: Callable[[float], None]) -> None:
    leave(7)
    on_sqlite.claim()
    clock(59)
    assert on_sqlite.drain() == 0
    clock(61)
    assert on_sqlite.drain() == 1
    assert work.calls == [7]


def test_a_long_job_is_not_taken_over_while_its_worker_lives(work: Work, clock: Callable[[float], None]) -> None:
    leave()
    (row,) = on_sqlite.claim()
    clock(40)
    on_sqlite.renew([row.pk])
    clock(90)
    assert on_sqlite.drain() == 0


def test_a_job_that_kills_its_workers_is_given_up(work: Work, clock: Callable[[float], None]) -> None:
    leave()
    for round_ in range(3):
        clock(round_ * 100)
        assert len(on_sqlite.claim()) == 1
    clock(1000)
    on_sqlite.drain()
    assert work.calls == []
    assert Row.objects.get().state == "failed"
    assert "its worker stopped" in Row.objects.get().error


def test_jobs_handed_back_lose_no_try_and_may_meet_their_word(work: Work) -> None:
    leave(1, once="mail 1")
    rows = on_sqlite.claim()
    leave(2, once="mail 1")
    on_sqlite.hand_back(rows)
    assert list(Row.objects.order_by("id").values_list("state", "attempts")) == [("ready", 0), ("ready", 0)]


def test_a_runner_runs_jobs_in_its_threads_and_stops(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    monkeypatch.setitem(JOBS, "tests.signal", Job(done.set, "tests.signal", 1))
    monkeypatch.setattr(jobs, "PERIODIC", {})
    monkeypatch.setattr("aplomb.journal.jobs.turns.PERIODIC", {})
    JOBS["tests.signal"].enqueue()
    runner = on_sqlite.Runner(threads=1)
    runner.start()
    assert done.wait(10)
    runner.stop()
    assert not any(thread.is_alive() for thread in runner.threads)
    assert not Row.objects.exists()


@pytest.fixture
def hourly(work: Work, monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr("aplomb.journal.jobs.turns.PERIODIC", {"tests.work": dt.timedelta(hours=1)})
    return work


def test_a_periodic_job_runs_at_once_and_then_after_each_period(hourly: Work, clock: Callable[[float], None]) -> None:
    for seconds, runs in ((0, 1), (3599, 1), (3600, 2), (3601, 2), (7200, 3)):
        clock(seconds)
        turn_periodic()
        on_sqlite.drain()
        assert len(hourly.calls) == runs


def test_many_runners_make_one_turn(
    hourly: Work, clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_periodic()
    turn_periodic()
    on_sqlite.drain()
    clock(3600)
    stale = list(Turn.objects.values_list("name", "next_at"))
    turn_periodic()
    on_sqlite.drain()
    # a second runner that read the turns before the first one moved them
    monkeypatch.setattr(Turn.objects, "values_list", lambda *_names: stale)
    turn_periodic()
    on_sqlite.drain()
    assert len(hourly.calls) == 2


def test_a_turn_missed_while_the_desk_was_off_is_made_once(hourly: Work, clock: Callable[[float], None]) -> None:
    turn_periodic()
    clock(86400)
    turn_periodic()
    on_sqlite.drain()
    assert Turn.objects.get(name="tests.work").next_at == utc_now() + dt.timedelta(hours=1)
    assert len(hourly.calls) == 1


@given(st.integers(1, 60), st.floats(0, 1))
def test_pauses_double_from_two_seconds_to_an_hour(attempts: int, chance: float) -> None:
    pause = pause_before_retry(attempts, chance=lambda: chance).total_seconds()
    full = min(3600.0, 2.0 * 2 ** (attempts - 1))
    assert 0.74 * full <= pause <= full


def test_two_jobs_of_one_name_are_a_mistake(work: Work) -> None:
    def twice() -> None: ...

    made = jobs.job()(twice)
    try:
        with pytest.raises(TypeError, match="two jobs"):
            jobs.job()(twice)
    finally:
        del JOBS[made.name]


def test_jobs_of_one_batch_leave_together(work: Work) -> None:
    for number in range(3):
        leave(number)
    leave(3, once="the same")
    done = [row.pk for row in on_sqlite.claim() if on_sqlite.run(row)]
    assert work.calls == [0, 1, 2, 3]
    # while the row of a word stands, a crash would keep its next one waiting: it goes at once
    assert sorted(Row.objects.values_list("pk", flat=True)) == sorted(done)
    on_sqlite.forget(done)
    assert not Row.objects.exists()


def test_a_crash_before_a_batch_leaves_repeats_it(work: Work, clock: Callable[[float], None]) -> None:
    leave(1)
    [row] = on_sqlite.claim()
    assert on_sqlite.run(row)
    clock(on_sqlite.LEASE.total_seconds() + 1)
    assert on_sqlite.drain() == 1
    assert work.calls == [1, 1]


def test_a_job_on_its_last_try_leaves_at_once(work: Work, clock: Callable[[float], None]) -> None:
    leave(1)
    for silent in range(JOBS["tests.work"].tries - 1):
        clock(silent * 100)
        on_sqlite.claim()
    clock(1000)
    [row] = on_sqlite.claim()
    assert on_sqlite.run(row) is False
    assert not Row.objects.exists()
