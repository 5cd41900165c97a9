"""How fast the machine is at this moment, and how much others take of it.

Machines drift: a fixed loop is timed before every request, and its time stands beside every figure. Figures compare
where their calibrations do; a figure times 18 over its calibration is what it would be at the speed of the goals.
"""

import os
import statistics
import time

LOOPS = 303_000
GOALS_AT_MS = 18.0
TICKS = os.sysconf("SC_CLK_TCK")


def loop_ms() -> float:
    """Milliseconds for the fixed loop."""
    began, total = time.perf_counter(), 0
    for number in range(LOOPS):
        total += number * number
    return (time.perf_counter() - began) * 1000


def at_goals_speed(taken: list[float], loops: list[float]) -> list[float]:
    """Each time as it would be at the calibration of the goals, by the median of the five loops around it."""
    found = []
    for place, each in enumerate(taken):
        near = statistics.median(loops[max(0, place - 2) : place + 3])
        found.append(each * GOALS_AT_MS / near)
    return found


def percentile(values: list[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(percent / 100 * len(ordered) + 0.5) - 1))]


def machine_seconds() -> float:
    """CPU seconds that the whole machine has worked since it started."""
    with open("/proc/stat") as stat:
        values = [int(each) for each in stat.readline().split()[1:]]
    return (sum(values[:3]) + sum(values[5:8])) / TICKS


class Meter:
    """CPU seconds of these processes (`theirs`) and of this one (`mine`) while entered, and cores of `others`."""

    def __init__(self, roots: list[int]) -> None:
        self.roots = roots
        self.theirs = self.mine = self.others = self.wall = 0.0

    def __enter__(self) -> "Meter":
        self._before = (time.perf_counter(), machine_seconds(), cpu_seconds(tree(self.roots)), time.process_time())
        return self

    def __exit__(self, *_: object) -> None:
        began, machine, theirs, mine = self._before
        self.wall = time.perf_counter() - began
        self.theirs = cpu_seconds(tree(self.roots)) - theirs
        self.mine = time.process_time() - mine
        self.others = max(0.0, (machine_seconds() - machine - self.theirs - self.mine) / self.wall)


def tree(roots: list[int]) -> list[int]:
    """These processes and all their children."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208  thousands of Paths cost
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as stat:
                    parent = int(stat.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    found, todo = [], list(roots)
    while todo:
        each = todo.pop()
        found.append(each)
        todo += children.get(each, [])
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Seconds that these processes and their reaped children have worked."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                total += sum(int(each) for each in stat.read().rpartition(")")[2].split()[11:15])
        except OSError:
            continue
    return total / TICKS


def memory_mb(roots: list[int]) -> float:
    """Proportional set size of these processes and their children, in MB: shared pages count by their share."""
    total = 0.0
    for pid in tree(roots):
        try:
            with open(f"/proc/{pid}/smaps_rollup") as rollup:
                total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        except OSError:
            continue
    return total / 1024
