"""What is measured: pages one after the other, many at once, mail, memory."""

import random
import statistics
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from aplomb.tickets.numbers import number_for
from bench import mails
from bench.agent import Agent
from bench.calibration import GOALS_AT_MS, Meter, at_goals_speed, loop_ms, memory_mb, percentile
from bench.desk import Desk

AGENTS_AT_ONCE = 8
CONNECTIONS = 8
STUCK_SECONDS = 60
APPLIED = "SELECT count(*) FROM mail_incomingmail WHERE state = 'applied'"
STORED = "SELECT count(*) FROM mail_incomingmail WHERE state = 'stored'"
Row = dict[str, Any]


def pages(desk: Desk, *, blocks: int, requests: int, warm: int = 5) -> dict[str, Row]:
    """Each page sequentially by one agent, in blocks; medians of the blocks."""
    agent, chance = Agent(desk, 1), random.Random(7)

    def numbers(count: int) -> list[str]:
        return [number_for(each) for each in chance.sample(range(1, desk.tickets + 1), count)]

    def replies(count: int) -> list[Callable[[], object]]:
        # the page is read before the clock runs: what is measured is the sending of its form
        return [
            partial(agent.reply, number, agent.ticket(number), place) for place, number in enumerate(numbers(count))
        ]

    kinds: dict[str, Callable[[int], list[Callable[[], object]]]] = {
        "queue page": lambda count: [agent.queue] * count,
        "ticket page": lambda count: [partial(agent.ticket, number) for number in numbers(count)],
        "find a word": lambda count: [agent.find] * count,
        "API list": lambda count: [agent.api_list] * count,
        "reply": replies,
    }
    runs: dict[str, list[Row]] = {name: [] for name in kinds}
    for _block in range(blocks):
        for name, ready in kinds.items():
            runs[name].append(_block_of(desk, ready(warm + requests), warm))
    return {name: _together(rows) for name, rows in runs.items()}


def _block_of(desk: Desk, asks: list[Callable[[], object]], warm: int) -> Row:
    for ask in asks[:warm]:
        ask()
    taken, loops = list[float](), list[float]()
    with Meter(desk.pids) as meter:
        for ask in asks[warm:]:
            loops.append(loop_ms())
            began = time.perf_counter()
            ask()
            taken.append((time.perf_counter() - began) * 1000)
    normal = at_goals_speed(taken, loops)
    return {
        "p50": statistics.median(taken),
        "p95": percentile(taken, 95),
        "calibration": statistics.median(loops),
        "p50_at_18": statistics.median(normal),
        "p95_at_18": percentile(normal, 95),
        "cpu_ms": meter.theirs / len(taken) * 1000,
        "other_cores": meter.others,
    }


def _together(rows: list[Row]) -> Row:
    found = {key: round(statistics.median(row[key] for row in rows), 2) for key in rows[0]}
    found["p50_range"] = [round(min(row["p50"] for row in rows), 1), round(max(row["p50"] for row in rows), 1)]
    return found


def many_at_once(desk: Desk, *, seconds: float) -> Row:
    """Eight agents who each ask for the queue as soon as they have it."""
    agents = [Agent(desk, number) for number in range(1, AGENTS_AT_ONCE + 1)]
    taken, failures = list[float](), list[str]()
    loops = [loop_ms() for _ in range(5)]
    end = time.perf_counter() + seconds

    def work(agent: Agent) -> None:
        while time.perf_counter() < end:
            began = time.perf_counter()
            try:
                agent.queue()
            except (OSError, RuntimeError) as error:
                failures.append(repr(error))
                return
            taken.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=work, args=(each,)) for each in agents]
    peak = 0.0
    with Meter(desk.pids) as meter:
        for each in threads:
            each.start()
        while any(each.is_alive() for each in threads):
            time.sleep(0.5)
            peak = max(peak, memory_mb(desk.pids))
    loops += [loop_ms() for _ in range(5)]
    calibration = statistics.median(loops)
    rate = len(taken) / meter.wall
    return {
        "pages_a_second": round(rate, 1),
        "pages_a_second_at_18": round(rate * calibration / GOALS_AT_MS, 1),
        "p50": round(statistics.median(taken), 1) if taken else None,
        "p95": round(percentile(taken, 95), 1) if taken else None,
        "calibration": round(calibration, 1),
        "desk_cores": round(meter.theirs / meter.wall, 2),
        "bench_cores": round(meter.mine / meter.wall, 2),
        "other_cores": round(meter.others, 2),
        "memory_mb": round(peak, 1),
        "failures": failures[:3],
    }


def _until_applied(desk: Desk, began: float) -> float:
    """Seconds from `began` until no mail waits. Raises TimeoutError when none has moved for a minute."""
    waiting, moved = desk.count(STORED), time.perf_counter()
    while waiting:
        time.sleep(0.1)
        now = desk.count(STORED)
        if now != waiting:
            waiting, moved = now, time.perf_counter()
        elif time.perf_counter() - moved > STUCK_SECONDS:
            raise TimeoutError(f"{waiting} mails wait and none is applied: see the desk's log")
    return time.perf_counter() - began


def intake(desk: Desk, count: int) -> Row:
    """Mails over several connections: how fast they are taken, and how fast they are on their tickets."""
    sent = mails.make(count, seed=int(time.time()))
    before = desk.count(APPLIED)
    loops = [loop_ms() for _ in range(5)]
    began = time.perf_counter()
    with Meter(desk.pids) as meter:
        accepted, taking = mails.hand_over(desk.smtp_port, sent, CONNECTIONS)
        at_end_of_taking = desk.count(APPLIED) - before
        taken = _until_applied(desk, began)
    loops += [loop_ms() for _ in range(5)]
    calibration = statistics.median(loops)
    applied = desk.count(APPLIED) - before
    return {
        "mails": count,
        "applied": applied,
        "accepted_a_second": round(accepted / taking, 1),
        "accepted_a_second_at_18": round(accepted / taking * calibration / GOALS_AT_MS, 1),
        "applied_a_second": round(applied / taken, 1),
        "applied_a_second_at_18": round(applied / taken * calibration / GOALS_AT_MS, 1),
        "applied_after_the_last_was_accepted_a_second": round(
            (applied - at_end_of_taking) / max(0.001, taken - taking), 1
        ),
        "desk_cpu_ms_a_mail": round(meter.theirs / count * 1000, 2),
        "calibration": round(calibration, 1),
        "other_cores": round(meter.others, 2),
    }
