"""What changed, as it is committed, told to every open stream of this process.

SQLite: after each ring, entries above the last one seen are read; its writers take turns, so that numbers never appear out
of order. PostgreSQL: the call names the entry, whatever the order of commits. Notices to the staff go the same way, each only
to the streams of its person.
"""

import asyncio
import threading
from collections.abc import Collection
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import close_old_connections, connections

from aplomb.journal import wake
from aplomb.journal.models import Entry
from aplomb.live.looking import Looking
from aplomb.people.models import Notice
from aplomb.tickets.merged import end_of
from aplomb.tickets.models import Ticket

log = structlog.get_logger()

AT_ONCE = 500
WAITING_FOR_ONE = 200
OF_TICKET = ("number", "team", "merged_into")


@dataclass(frozen=True)
class Change:
    """One entry: which ticket, of which team, what happened. No number where the ticket is gone: nobody knows any more
    who might see it. `person`: only they hear of it (0: everybody)."""

    entry: int
    number: str
    kind: str
    team: int | None
    person: int = 0


@dataclass(eq=False)
class Listener:
    """One open stream: the loop that it lives in, what waits for it, and whose it is."""

    loop: asyncio.AbstractEventLoop
    queue: "asyncio.Queue[Change]"
    person: int = 0

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
        self.called: set[int] = set()
        self.last_notice: int | None = None
        self.looking = Looking()
        self.watch = wake.Watch(self._hear, self._hear_person)
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

    def _hear_person(self, person: int) -> None:
        with self.lock:
            self.called.add(person)

    def _run(self) -> None:
        last: int | None = None
        while not self.stopping.is_set():
            bell = wake.bell()
            try:
                if last is None:
                    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
                changes = self._named() if settings.POSTGRES else self._since(last)
                last = max([last, *(change.entry for change in changes)])
                self._tell([*changes, *self._looks()])
                self._call(self._people())
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

    def _looks(self) -> list[Change]:
        return [Change(0, each.number, "Looking", each.team) for each in self.looking.news()]

    def _people(self) -> set[int]:
        """For whom there is a new notice. On SQLite its writers take turns, so that none appears out of order."""
        if settings.POSTGRES:
            with self.lock:
                called, self.called = self.called, set()
            return called
        if self.last_notice is None:
            self.last_notice = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            return set()
        rows = list(Notice.objects.filter(pk__gt=self.last_notice).order_by("pk").values_list("pk", "person_id"))
        self.last_notice = max([self.last_notice, *(pk for pk, _person in rows)])
        return {person for _pk, person in rows}

    def _call(self, people: Collection[int]) -> None:
        with self.lock:
            listeners = [each for each in self.listeners if each.person in people]
        for listener in listeners:
            listener.loop.call_soon_threadsafe(listener.offer, Change(0, "", "Notice", None, listener.person))

    def _tell(self, changes: list[Change]) -> None:
        with self.lock:
            listeners = list(self.listeners)
        for change in changes:
            for listener in listeners:
                listener.loop.call_soon_threadsafe(listener.offer, change)


def _changes(rows: "object") -> list[Change]:
    found = list(rows)  # type: ignore[call-overload]  # a queryset of three columns
    numbers = {number for _pk, number, _kind in found}
    tickets = {each.number: each for each in Ticket.objects.filter(number__in=numbers).only(*OF_TICKET)}
    changes = []
    for pk, number, kind in found:
        ticket = tickets.get(number)
        # who sees a merged ticket is who sees the one that it goes on in, whose page shows it too
        end = end_of(ticket) if ticket is not None else None
        changes.append(Change(pk, number if ticket else "", kind, end.team_id if end else None))
        if end is not None and end.number != number:
            changes.append(Change(pk, end.number, kind, end.team_id))
    return changes
