"""What changed, as it is committed, told to every open stream of this process.

SQLite: after each ring, entries above the last one seen are read; its writers take turns, so that numbers never appear out
of order. PostgreSQL: the notice names the entry, whatever the order of commits.
"""

import asyncio
import threading
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import close_old_connections, connections

from aplomb.journal import wake
from aplomb.journal.models import Entry
from aplomb.tickets.models import Ticket

log = structlog.get_logger()

AT_ONCE = 500
WAITING_FOR_ONE = 200


@dataclass(frozen=True)
class Change:
    """One entry: which ticket, of which team, what happened. No number where the ticket is gone: nobody knows any more
    who might see it."""

    entry: int
    number: str
    kind: str
    team: int | None


@dataclass(eq=False)
class Listener:
    """One open stream: the loop that it lives in, and what waits for it."""

    loop: asyncio.AbstractEventLoop
    queue: "asyncio.Queue[Change]"

    def offer(self, change: Change) -> None:
        if self.queue.full():
            # a reader that fell behind reads the whole page anew: one word stands for all that it missed
            while not self.queue.empty():
                self.queue.get_nowait()
            change = Change(change.entry, "", "Behind", None)
        self.queue.put_nowait(change)


class Hub:
    """Follows the journal in a thread and hands changes to listeners."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.named: list[int] = []
        self.watch = wake.Watch(self._hear if settings.POSTGRES else None)
        self.thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self) -> None:
        self.watch.start()
        self.thread.start()

    def say_goodbye(self) -> None:
        """End every open stream: a server that stops would wait for its readers."""
        self.stopping.set()
        with self.lock:
            listeners = list(self.listeners)
        for listener in listeners:
            listener.loop.call_soon_threadsafe(listener.offer, Change(0, "", "Closing", None))

    def stop(self) -> None:
        self.say_goodbye()
        self.watch.stop()
        self.thread.join(timeout=5)

    def join(self, listener: Listener) -> None:
        with self.lock:
            self.listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        with self.lock:
            self.listeners.discard(listener)

    def _hear(self, entry: int) -> None:
        with self.lock:
            self.named.append(entry)

    def _run(self) -> None:
        last: int | None = None
        while not self.stopping.is_set():
            bell = wake.bell()
            try:
                if last is None:
                    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
                changes = self._named() if settings.POSTGRES else self._since(last)
                last = max([last, *(change.entry for change in changes)])
                self._tell(changes)
                if len(changes) >= AT_ONCE:
                    continue
            except Exception as error:
                log.warning("live updates wait for the database", error=repr(error))
                close_old_connections()
                self.stopping.wait(1.0)
            bell.wait(5.0)
        connections.close_all()

    def _since(self, last: int) -> list[Change]:
        return _changes(
            Entry.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "chain__key", "kind")[:AT_ONCE]
        )

    def _named(self) -> list[Change]:
        with self.lock:
            named, self.named = self.named, []
        if not named:
            return []
        return _changes(Entry.objects.filter(pk__in=named).order_by("pk").values_list("pk", "chain__key", "kind"))

    def _tell(self, changes: list[Change]) -> None:
        with self.lock:
            listeners = list(self.listeners)
        for change in changes:
            for listener in listeners:
                listener.loop.call_soon_threadsafe(listener.offer, change)


def _changes(rows: "object") -> list[Change]:
    found = list(rows)  # type: ignore[call-overload]  # a queryset of three columns
    numbers = {number for _pk, number, _kind in found}
    teams = dict(Ticket.objects.filter(number__in=numbers).values_list("number", "team_id"))
    return [Change(pk, number if number in teams else "", kind, teams.get(number)) for pk, number, kind in found]
