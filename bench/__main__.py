"""python -m bench --tickets 10000,100000 --database sqlite --out results.json"""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

from bench import measures
from bench.calibration import GOALS_AT_MS, loop_ms, memory_mb
from bench.desk import Database, Desk

IDLE_SECONDS = 3
HELP = """Builds a desk of each size, serves it, and measures it from outside over loopback. Takes minutes."""


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench", description=HELP)
    asked.add_argument("--tickets", default="10000,100000", help="sizes, separated by commas (default: %(default)s)")
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--out", type=Path, help="write everything as JSON to this file too")
    asked.add_argument("--quick", action="store_true", help="fewer requests: to see that it works, not to compare")
    asked.add_argument("--folder", default="", help="keep the filled desk in FOLDER-<tickets> and use it again")
    asked.add_argument("--workers", type=int, default=0, help="further processes that run jobs (default: none)")
    asked.add_argument("--only-mail", action="store_true", help="measure intake only")
    wanted = asked.parse_args()
    found = []
    for size in (int(each.replace("_", "")) for each in wanted.tickets.split(",")):
        if wanted.only_mail:
            found.append(measure_mail(size, wanted.database, wanted.workers, quick=wanted.quick, folder=wanted.folder))
            sys.stdout.write(json.dumps(found[-1], indent=1) + "\n")
        else:
            found.append(measure(size, wanted.database, quick=wanted.quick, folder=wanted.folder))
            sys.stdout.write(table(found[-1]))
        sys.stdout.flush()
        if wanted.out:
            wanted.out.write_text(json.dumps(found, indent=1))
    return 0


def measure_mail(size: int, kind: str, workers: int, *, quick: bool, folder: str = "") -> dict[str, Any]:
    """Intake alone, with so many workers beside the one process that serves."""
    kept = f"{folder}-{size}" if folder else ""
    with Database(kind) as database, Desk(size, database, folder=kept, workers=workers) as desk:
        time.sleep(IDLE_SECONDS)
        mail = measures.intake(desk, 100 if quick else 1500)
        return {"tickets": size, "database": kind, "workers": workers, "memory_mb": memory_mb(desk.pids), "mail": mail}


def measure(size: int, kind: str, *, quick: bool, folder: str = "") -> dict[str, Any]:
    """Everything for one size on one database."""
    with Database(kind) as database, Desk(size, database, folder=f"{folder}-{size}" if folder else "") as desk:
        say(f"{size:,} tickets on {kind}: filled in {desk.filled_in:.0f} s, started in {desk.started_in:.1f} s")
        time.sleep(IDLE_SECONDS)
        idle = memory_mb(desk.pids)
        started_at = loop_ms()
        pages = measures.pages(desk, blocks=1 if quick else 3, requests=8 if quick else 30)
        at_once = measures.many_at_once(desk, seconds=3 if quick else 15)
        mail = measures.intake(desk, 100 if quick else 1500)
        return {
            "when": time.strftime("%Y-%m-%d %H:%M"),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "tickets": size,
            "database": kind,
            "database_mb": round(desk.size_mb()),
            "filled_in_s": round(desk.filled_in, 1),
            "started_in_s": round(desk.started_in, 2),
            "started_at_calibration": round(started_at, 1),
            "memory_idle_mb": round(idle, 1),
            "memory_after_mb": round(memory_mb(desk.pids), 1),
            "pages": pages,
            "at_once": at_once,
            "mail": mail,
        }


COLUMNS = ("p50 ms", "p95 ms", "calibration", "p50 at 18", "p95 at 18", "CPU ms", "others")
KEYS = ("p50", "p95", "calibration", "p50_at_18", "p95_at_18", "cpu_ms", "other_cores")


def table(found: dict[str, Any]) -> str:
    """The figures of one size, for reading."""
    once, mail = found["at_once"], found["mail"]
    lines = [
        f"\n{found['tickets']:,} tickets on {found['database']} ({found['database_mb']} MB), {found['when']}",
        " " * 14 + "".join(f"{each:>13}" for each in COLUMNS),
    ]
    for name, row in found["pages"].items():
        lines.append(f"{name:<14}" + "".join(f"{row[key]:>13.2f}" for key in KEYS))
    lines += [
        f"queue pages a second, {measures.AGENTS_AT_ONCE} agents: {once['pages_a_second']} at calibration"
        f" {once['calibration']}, {once['pages_a_second_at_18']} at {GOALS_AT_MS:.0f}; p95 {once['p95']} ms,"
        f" desk {once['desk_cores']} cores, bench {once['bench_cores']}, others {once['other_cores']}",
        f"mails a second: accepted {mail['accepted_a_second']}, applied {mail['applied_a_second']} at calibration"
        f" {mail['calibration']}; {mail['accepted_a_second_at_18']} and {mail['applied_a_second_at_18']} at"
        f" {GOALS_AT_MS:.0f}; {mail['applied']} of {mail['mails']} applied, {mail['desk_cpu_ms_a_mail']} ms CPU each",
        f"memory, PSS of all processes: idle {found['memory_idle_mb']} MB, under load {once['memory_mb']} MB,"
        f" at the end {found['memory_after_mb']} MB",
        f"start until the first page: {found['started_in_s']} s at calibration {found['started_at_calibration']};"
        f" filled in {found['filled_in_s']} s\n",
    ]
    failures = [*once["failures"]]
    if failures:
        lines.append(f"FAILED: {failures}\n")
    return "\n".join(lines)


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
