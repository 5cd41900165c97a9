"""Jobs wait while a sender is served, and never for long."""

import threading
from collections.abc import Iterator

import pytest

from aplomb.journal.jobs import way


class Clock:
    """Time that goes by only in waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []
        self.served_until = 0.0

    def monotonic(self) -> float:
        return self.now


class Stopping(threading.Event):
    """Waits without waiting; somebody is being served until `served_until`."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.clock.waits.append(timeout)
        self.clock.now += timeout
        if self.clock.now < self.clock.served_until:
            way.somebody_waits()
        return self.is_set()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(way, "time", clock)
    monkeypatch.setattr(way, "_busy_until", 0.0)
    yield clock


def test_a_job_begins_at_once_when_nobody_is_served(clock: Clock) -> None:
    way.give_way(Stopping(clock))
    assert clock.waits == []


def test_a_job_waits_until_the_sender_is_through(clock: Clock) -> None:
    way.somebody_waits()
    clock.served_until = clock.now + 0.05
    way.give_way(Stopping(clock))
    assert clock.now >= clock.served_until
    assert clock.now - 1000.0 < way.LONGEST_SECONDS


def test_a_steady_stream_delays_a_job_and_does_not_stop_it(clock: Clock) -> None:
    way.somebody_waits()
    clock.served_until = float("inf")
    way.give_way(Stopping(clock))
    assert clock.now - 1000.0 == pytest.approx(way.LONGEST_SECONDS, abs=0.002)


def test_a_desk_that_stops_does_not_wait(clock: Clock) -> None:
    way.somebody_waits()
    clock.served_until = float("inf")
    stopping = Stopping(clock)
    stopping.set()
    way.give_way(stopping)
    assert len(clock.waits) == 1
