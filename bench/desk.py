"""The desk under measurement: a data folder of its own, filled in bulk, served as its operator serves it."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-c", "from aplomb.config.cli import main; main()"]
STARTS_WITHIN_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Database:
    """SQLite in the data folder, or a PostgreSQL of its own that lives as long as this is entered."""

    def __init__(self, kind: str) -> None:
        self.kind, self.url, self.pids, self._server = kind, "", list[int](), None

    def __enter__(self) -> "Database":
        if self.kind == "postgresql":
            from tests.parts.postgres import Postgres

            server: Any = Postgres()
            self._server = server.__enter__()
            self.url = server.url
            with open(server.folder / "db" / "postmaster.pid") as lines:
                self.pids = [int(lines.readline())]
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.__exit__(None, None, None)


class Desk:
    """A desk with so many tickets, served by one process with so many workers beside it.

    `started_in` is how many seconds its start took, until the first page answered.
    """

    def __init__(self, tickets: int, database: Database, *, seed: int = 42, folder: str = "", workers: int = 0) -> None:
        self.tickets, self.database, self.seed = tickets, database, seed
        self.workers, self._beside = workers, list[subprocess.Popen[bytes]]()
        self.folder = Path(folder or tempfile.mkdtemp(prefix="aplomb-bench-"))
        self.keeps = bool(folder)
        self.port, self.smtp_port = free_port(), free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("APLOMB_")}
        self.environment = {
            **kept,
            "APLOMB_DATA": str(self.folder),
            "APLOMB_PORT": str(self.port),
            "APLOMB_SMTP_PORT": str(self.smtp_port),
            "APLOMB_LOG": "error",
        }
        self.environment.pop("DATABASE_URL", None)
        if database.url:
            self.environment["DATABASE_URL"] = database.url
        self.started_in = self.filled_in = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Desk":
        if not (self.folder / "filled").exists():
            began = time.perf_counter()
            self.command("demo", "--tickets", str(self.tickets), "--seed", str(self.seed))
            self.filled_in = time.perf_counter() - began
            (self.folder / "filled").write_text(str(self.tickets))
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if not self.keeps:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Raises RuntimeError with what the desk said."""
        began = time.perf_counter()
        with open(self.folder / "said", "wb") as said:
            self._process = subprocess.Popen(
                [*COMMAND, "serve"], cwd=ROOT, env=self.environment, stdout=said, stderr=said, stdin=subprocess.DEVNULL
            )
        while not self._answers():
            if self._process.poll() is not None or time.perf_counter() - began > STARTS_WITHIN_SECONDS:
                raise RuntimeError(f"the desk does not start:\n{(self.folder / 'said').read_text()[-3000:]}")
            time.sleep(0.02)
        self.started_in = time.perf_counter() - began
        for _number in range(self.workers):
            with open(self.folder / "said", "ab") as said:
                self._beside.append(
                    subprocess.Popen([*COMMAND, "worker"], cwd=ROOT, env=self.environment, stdout=said, stderr=said)
                )

    def stop(self) -> None:
        for worker in self._beside:
            worker.terminate()
            worker.wait(timeout=30)
        self._beside.clear()
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def pids(self) -> list[int]:
        """The roots of all its processes, the database's included."""
        own = [self._process.pid] if self._process else []
        return [*own, *(each.pid for each in self._beside), *self.database.pids]

    def command(self, *arguments: str) -> Any:
        """What `aplomb … --json` answers. Raises RuntimeError with what it said."""
        done = subprocess.run(
            [*COMMAND, *arguments, "--json"], cwd=ROOT, env=self.environment, capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"aplomb {' '.join(arguments)}: {done.stderr.decode()[-2000:]}")
        return json.loads(done.stdout)

    def _answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("GET", "/account/login/")
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()

    def count(self, sql: str) -> int:
        """One number, read beside the desk from its database."""
        if self.database.url:
            import psycopg

            with psycopg.connect(self.database.url) as beside:
                row = beside.execute(sql).fetchone()  # type: ignore[call-overload]  # a row or nothing
                return int(row[0])
        import sqlite3

        beside_file = sqlite3.connect(f"file:{self.folder / 'aplomb.sqlite3'}?mode=ro", uri=True, timeout=10)
        try:
            return int(beside_file.execute(sql).fetchone()[0])
        finally:
            beside_file.close()

    def size_mb(self) -> float:
        """The database on disk."""
        if self.database.url:
            return self.count("SELECT pg_database_size(current_database())") / 1024**2
        return sum(each.stat().st_size for each in self.folder.glob("aplomb.sqlite3*")) / 1024**2
