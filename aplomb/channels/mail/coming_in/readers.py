"""Reading every mailbox that is fetched by IMAP: one thread a mailbox, under a lease, until it is told to stop.

`MailboxReaders` runs in `aplomb serve` and `aplomb mail`. It looks at the mailboxes every two seconds: new ones and those
whose reader died are taken, changed ones are read anew, switched off ones are let go.
"""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox

from aplomb.channels.mail.coming_in import leases
from aplomb.channels.mail.coming_in.fetching import Folder, note_failure, note_success, take_in
from aplomb.channels.mail.coming_in.idling import Bell, can_idle, wait_for_news
from aplomb.channels.mail.coming_in.leases import Lease
from aplomb.channels.mail.models import Mailbox
from aplomb.channels.mail.servers.imap import MailboxFailure, opened

log = structlog.get_logger()

LOOK_SECONDS = 2.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0
# who was refused asks less often: accounts are locked for less
REFUSED_PAUSE_SECONDS = 30.0
STOP_SECONDS = 3.0
SAY_SECONDS = 60.0

# what makes it another session
SETTINGS = ("host", "port", "security", "login", "password", "folder", "sign_in", "takes")
GRANT_SETTINGS = (
    "service",
    "flow",
    "mechanism",
    "tenant",
    "application_id",
    "application_secret",
    "token_url",
    "scope",
    "consented_at",
)


def pause_after(failures: int, *, is_refused: bool = False) -> float:
    """Seconds to wait after so many failures in a row: doubling to five minutes, up to half of it by chance."""
    first = REFUSED_PAUSE_SECONDS if is_refused else FIRST_PAUSE_SECONDS
    longest = min(LONGEST_PAUSE_SECONDS, first * 2.0 ** min(failures - 1, 20))
    return longest * (0.5 + 0.5 * random.random())


class MailboxReader:
    """Reads one mailbox in a thread: takes in what is new, waits for more, connects again when the line breaks."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.bell = Bell()
        self.is_stopping = False
        self.is_changed = False
        self.failures = 0
        self._box: BaseMailBox | None = None
        self.thread = threading.Thread(target=self._run, name=f"mailbox-{lease.mailbox_id}", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def look_now(self) -> None:
        """Read at once instead of when the pause is over."""
        self.bell.ring()

    def begin_anew(self) -> None:
        """Its settings changed: leave this session and open another."""
        self.is_changed = True
        self.failures = 0
        self.bell.ring()

    def stop(self) -> None:
        """Ask it to end; `join` waits for that."""
        self.is_stopping = True
        self.bell.ring()

    def join(self) -> bool:
        """Wait until it has ended; a server that keeps it waiting is hung up on. False where it runs on even so."""
        self.thread.join(timeout=STOP_SECONDS)
        box = self._box
        if self.thread.is_alive() and box is not None:
            with contextlib.suppress(OSError):
                box.client.sock.shutdown(socket.SHUT_RDWR)
            self.thread.join(timeout=STOP_SECONDS)
        if not self.thread.is_alive():
            self.bell.close()
        return not self.thread.is_alive()

    def _run(self) -> None:
        while not self.is_stopping:
            self.is_changed = False
            pause = 0.0
            try:
                if self.lease.is_good:
                    pause = self._read()
            except Mailbox.DoesNotExist:
                pause = LOOK_SECONDS
            except DatabaseError as error:
                self.failures += 1
                log.warning("mailbox waits for the database", mailbox=self.lease.mailbox_id, error=repr(error))
                close_old_connections()
                pause = pause_after(self.failures)
            except Exception as error:
                self.failures += 1
                log.exception("mailbox reader failed", mailbox=self.lease.mailbox_id)
                pause = pause_after(self.failures)
                self._say(error)
            finally:
                connections.close_all()
            if not self.is_stopping:
                self.bell.wait(pause or LOOK_SECONDS / 2)

    def _say(self, error: Exception) -> None:
        """What nobody foresaw stands on the mailbox too: it does not go deaf in silence."""
        words = _("It cannot be read: %(why)s. The log says more; it is tried again.")
        with contextlib.suppress(DatabaseError):
            mailbox = Mailbox.objects.filter(pk=self.lease.mailbox_id).first()
            if mailbox is not None:
                note_failure(mailbox, words % {"why": f"{type(error).__name__} {error}"[:300]})

    def _read(self) -> float:
        """One session; gives the seconds to wait before the next."""
        mailbox = Mailbox.objects.get(pk=self.lease.mailbox_id)
        try:
            with opened(mailbox) as box:
                self._box = box
                self._stay(mailbox, box)
        except MailboxFailure as failure:
            if self.is_stopping or self.is_changed:
                return 0.0
            self.failures += 1
            mailbox.refresh_from_db(fields=["failed_at"])
            note_failure(mailbox, str(failure))
            return pause_after(self.failures, is_refused=failure.is_refused)
        finally:
            self._box = None
        return 0.0

    def _stay(self, mailbox: Mailbox, box: BaseMailBox) -> None:
        folder, idles = Folder.chosen(box), can_idle(box)
        while self._goes_on():
            mailbox.refresh_from_db()
            box.client.untagged_responses.pop("EXISTS", None)
            take_in(mailbox, folder, self._goes_on_with(mailbox))
            if not self._goes_on():
                return
            note_success(mailbox)
            self.failures = 0
            # what came in while we looked is told only once
            if "EXISTS" in box.client.untagged_responses and self._is_above(box, mailbox):
                continue
            # no connection to the database is kept while nothing happens
            connections.close_all()
            wait_for_news(box, self.bell, idles=idles)

    def _is_above(self, box: BaseMailBox, mailbox: Mailbox) -> bool:
        found = box.uids(f"UID {mailbox.last_uid + 1}:*", charset=None)
        return any(each.isdigit() and int(each) > mailbox.last_uid for each in found) and not self.bell.wait(0.2)

    def _goes_on_with(self, mailbox: Mailbox) -> Callable[[], bool]:
        """Whether to go on; over a folder that takes hours it says now and then that the mailbox is well."""
        said_at = time.monotonic()

        def going() -> bool:
            nonlocal said_at
            if time.monotonic() - said_at > SAY_SECONDS:
                said_at = time.monotonic()
                note_success(mailbox)
            return self._goes_on()

        return going

    def _goes_on(self) -> bool:
        return not self.is_stopping and not self.is_changed and self.lease.is_good


class MailboxReaders:
    """Every mailbox that no other process reads, from `start` to `stop`."""

    def __init__(self) -> None:
        self.holder = leases.new_holder()
        self.readers: dict[int, MailboxReader] = {}
        self.prints: dict[int, tuple[Any, ...]] = {}
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, name="mailboxes", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """End every reader and give the leases back, so that another process goes on at once."""
        self.stopping.set()
        self.thread.join(timeout=2 * STOP_SECONDS)

    def _run(self) -> None:
        try:
            while not self.stopping.is_set():
                self._look_safely()
                self.stopping.wait(min(LOOK_SECONDS, settings.LEASE_SECONDS / 4))
        finally:
            with contextlib.suppress(DatabaseError):
                self._let_go(list(self.readers))
            connections.close_all()

    def _look_safely(self) -> None:
        try:
            self.look()
        except DatabaseError as error:
            log.warning("mailboxes not looked at", error=repr(error))
            close_old_connections()
        except Exception:
            log.exception("mailboxes not looked at")

    def look(self) -> None:
        """Renew what is ours, take what is free, let go what is no longer read."""
        wanted = _wanted()
        self._let_go([each for each in self.readers if each not in wanted])
        held = leases.held()
        for mailbox_id, now in wanted.items():
            reader = self.readers.get(mailbox_id)
            if reader is not None and not reader.lease.keep():
                # another has it: this process slept for too long
                self._let_go([mailbox_id])
            elif reader is not None and self.prints[mailbox_id] != now:
                self.prints[mailbox_id] = now
                reader.begin_anew()
            elif reader is None and held.get(mailbox_id, self.holder) == self.holder:
                self._take(mailbox_id, now)
        for mailbox_id in leases.asked(self.holder):
            if mailbox_id in self.readers:
                self.readers[mailbox_id].look_now()

    def _take(self, mailbox_id: int, now: tuple[Any, ...]) -> None:
        lease = Lease(mailbox_id, self.holder)
        if lease.take():
            self.prints[mailbox_id] = now
            self.readers[mailbox_id] = MailboxReader(lease)
            self.readers[mailbox_id].start()

    def _let_go(self, mailbox_ids: list[int]) -> None:
        for mailbox_id in mailbox_ids:
            self.readers[mailbox_id].stop()
        for mailbox_id in mailbox_ids:
            reader = self.readers.pop(mailbox_id)
            self.prints.pop(mailbox_id, None)
            if reader.join():
                reader.lease.give_back()


def _wanted() -> dict[int, tuple[Any, ...]]:
    """The mailboxes to read, and what of them makes it another session when it changes."""
    names = [*SETTINGS, *(f"grant__{each}" for each in GRANT_SETTINGS)]
    rows = Mailbox.objects.filter(is_active=True, intake=Mailbox.Intake.IMAP).values_list("pk", *names)
    return {row[0]: tuple(bytes(each) if isinstance(each, memoryview) else each for each in row[1:]) for row in rows}
