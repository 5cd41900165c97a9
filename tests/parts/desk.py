"""A whole desk as its operator starts it: `aplomb serve` in a process and a folder of its own."""

import http.client
import json
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from tests.parts.ports import free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent


class Desk:
    """`url`, `smtp_port` and, by role, `links` are there once entered. Settings by name: Desk(APLOMB_DEMO="0")."""

    def __init__(self, *, empty_database: str = "", **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="aplomb-desk-"))
        self.port, self.smtp_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.links: dict[str, str] = {}
        self.errors = self.folder / "errors"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("APLOMB_")}
        self.environment = {
            **kept,
            "APLOMB_DATA": str(self.folder / "data"),
            "APLOMB_PORT": str(self.port),
            "APLOMB_SMTP_PORT": str(self.smtp_port),
            "APLOMB_UNDO_SECONDS": "0",
            "APLOMB_IMAP_SECONDS": "1",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        # a database of the whole run is the test suite's; a desk starts with one of its own
        self.environment.pop("DATABASE_URL", None)
        if empty_database:
            self.environment["DATABASE_URL"] = empty_database
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it and wait until its front page answers. Raises TimeoutError with what it said."""
        said = self.folder / "said"
        with said.open("wb") as out, self.errors.open("ab") as talk:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "aplomb", "serve", "--json"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=talk,
            )
        try:
            wait_for(
                lambda: self._fell() or (said.read_bytes().endswith(b"\n") and self._answers()),
                # a busy machine is no failure
                seconds=240,
                otherwise=self._why,
            )
        except TimeoutError:
            self.kill()
            raise
        if self._fell():
            raise RuntimeError(self._why())
        self.links = json.loads(said.read_text().splitlines()[-1])["links"]

    def stop(self) -> int:
        """Stop it as Ctrl-C does. Gives its status."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def kill(self) -> None:
        """What a power cut leaves behind."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def link(self, role: str) -> str:
        """The sign-in link of the demo's person of that role, such as agent."""
        return next(link for who, link in self.links.items() if who.startswith(role))

    def command(self, *arguments: str) -> Any:
        """What `aplomb … --json` answers on this desk's data. Raises CalledProcessError."""
        done = subprocess.run(
            [sys.executable, "-m", "aplomb", *arguments, "--json"],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
        )
        return json.loads(done.stdout)

    def send(self, mail: EmailMessage, *, sender: str = "", to: str = "help@desk.example") -> None:
        """Hand a mail to the desk's receiver, as any mail program does."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as session:
            session.send_message(mail, sender or None, [to])

    def _answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
            connection.close()
        except OSError:
            return False
        return answer.status < 500

    def _fell(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _why(self) -> str:
        return "the desk does not start:\n" + self.errors.read_text(errors="replace")[-4000:]
