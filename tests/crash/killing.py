"""The desk's processes, killed as by a power cut and started again, on SQLite and on PostgreSQL."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.parts.ports import answers, free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
SET_UP = """
import django; django.setup()
from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import set_up_desk
from aplomb.channels.mail.actions import add_mailbox
set_up_desk(name="Desk", languages=["en"], time_zone="UTC", by=SYSTEM)
add_mailbox(by=SYSTEM, name="Help", address="help@desk.example")
"""


@dataclass
class Part:
    """One process of the desk: `aplomb <word>`."""

    word: str
    environment: dict[str, str]
    talk: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with self.talk.open("ab") as talk:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "aplomb", self.word],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=talk,
                start_new_session=True,
            )

    @property
    def is_up(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL to it and to whatever it started."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class CrashingDesk:
    """A desk of its own on a database of its own. `database_url` empty: SQLite in one process."""

    smtp_out: str
    database_url: str = ""
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="aplomb-crash-")))
    kills: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.smtp_port, self.port = free_port(), free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("APLOMB_", "DATABASE_URL"))}
        self.environment = {
            **kept,
            "APLOMB_DATA": str(self.folder / "data"),
            "APLOMB_PORT": str(self.port),
            "APLOMB_SMTP_PORT": str(self.smtp_port),
            "APLOMB_SMTP_OUT": self.smtp_out,
            "APLOMB_DEMO": "0",
            "APLOMB_LOG": "error",
            "DJANGO_SETTINGS_MODULE": "aplomb.config.settings",
        }
        if self.database_url:
            self.environment["DATABASE_URL"] = self.database_url
        words = ["mail", "worker", "worker", "web"] if self.database_url else ["serve"]
        self.parts = [Part(word, self.environment, self.folder / f"{place}-{word}") for place, word in enumerate(words)]

    @property
    def sqlite(self) -> Path:
        return self.folder / "data" / "aplomb.sqlite3"

    def set_up(self) -> None:
        """Tables, a name and a mailbox."""
        for command in (["-m", "aplomb", "migrate"], ["-c", SET_UP]):
            done = subprocess.run([sys.executable, *command], cwd=ROOT, env=self.environment, capture_output=True)
            if done.returncode:
                raise RuntimeError(done.stderr.decode(errors="replace")[-3000:])

    def start(self) -> None:
        """Start what is down."""
        for part in self.parts:
            if not part.is_up:
                part.start()

    def wait_until_it_listens(self) -> None:
        """Raises TimeoutError with what the processes said."""
        wait_for(lambda: answers(self.smtp_port), seconds=60, otherwise=self.said)

    def kill_some(self, chance: random.Random) -> None:
        """All of them, or some: on several processes mostly one or two."""
        some = [part for part in self.parts if chance.random() < 0.4] or [chance.choice(self.parts)]
        for part in some:
            part.kill()
        self.kills.append(time.monotonic())

    def kill_all(self) -> None:
        for part in self.parts:
            part.kill()
        self.kills.append(time.monotonic())

    def said(self) -> str:
        told = [part.talk.read_text(errors="replace")[-1500:] for part in self.parts if part.talk.exists()]
        return "the desk said:\n" + "\n".join(told)


@contextmanager
def crashing_desk(smtp_out: str, database_url: str = "") -> Iterator[CrashingDesk]:
    """Set up and started; at the end nothing of it is left."""
    desk = CrashingDesk(smtp_out, database_url)
    try:
        desk.set_up()
        desk.start()
        desk.wait_until_it_listens()
        yield desk
    finally:
        desk.kill_all()
        shutil.rmtree(desk.folder, ignore_errors=True)
