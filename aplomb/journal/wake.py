"""Noticing that something was committed, in this process or another, without asking the tables again and again.

SQLite: one thread watches `PRAGMA data_version` on a connection of its own (0.1 ms a look). PostgreSQL: LISTEN on the channel
`aplomb_entries`, whose payload is the number of the entry, and on `aplomb_people`, whose payload is the number of the person for
whom there is something. Waiters are rung; what they look up is their matter.
"""

import threading
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import connection, connections

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 0.05

_condition = threading.Condition()
_count = 0


def ring() -> None:
    """Wake every waiter of this process."""
    global _count
    with _condition:
        _count += 1
        _condition.notify_all()


def call_person(person_id: int) -> None:
    """There is something for this person, once this transaction is committed. On SQLite the commit itself rings."""
    if settings.POSTGRES:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('aplomb_people', %s)", [str(person_id)])


class Bell:
    """Remembers what was heard, so that a ring between looking and waiting is not missed."""

    def __init__(self) -> None:
        self.heard = _count

    @staticmethod
    def clock() -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most so many seconds. Returns whether one came."""
        with _condition:
            return _condition.wait_for(lambda: _count != self.heard, timeout=seconds)


def bell() -> Bell:
    return Bell()


class Watch:
    """A thread that rings when the database changes. `on_entry` hears entry numbers, `on_person` those of people for whom
    there is something (PostgreSQL only)."""

    def __init__(
        self, on_entry: Callable[[int], None] | None = None, on_person: Callable[[int], None] | None = None
    ) -> None:
        self.heard = {"aplomb_entries": on_entry, "aplomb_people": on_person}
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        ring()
        self.thread.join(timeout=5)

    def _run(self) -> None:
        look = self._listen if settings.POSTGRES else self._poll
        while not self.stopping.is_set():
            try:
                look()
            except Exception as error:
                # a restarted server or a locked file: say so and look again
                log.warning("watch lost the database", error=repr(error))
                connections["default"].close()
                self.stopping.wait(1.0)
                ring()
        connections["default"].close()

    def _poll(self) -> None:
        connection = connections["default"]
        seen = None
        with connection.cursor() as cursor:
            while not self.stopping.is_set():
                found = cursor.execute("PRAGMA data_version").fetchone()[0]
                if seen is not None and found != seen:
                    ring()
                seen = found
                self.stopping.wait(LOOK_EVERY_SECONDS)

    def _listen(self) -> None:
        connection = connections["default"]
        connection.ensure_connection()
        raw = connection.connection
        raw.autocommit = True
        for channel in self.heard:
            raw.execute(f"LISTEN {channel}")
        ring()
        while not self.stopping.is_set():
            for notice in raw.notifies(timeout=1.0):
                told = self.heard.get(notice.channel)
                if told is not None and notice.payload.isdigit():
                    told(int(notice.payload))
                ring()
                if self.stopping.is_set():
                    return
