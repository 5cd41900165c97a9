"""The built-in mail receiver: SMTP, or LMTP behind a mail server. It says 250 once the mail is in the database.

Mails that arrive together are stored in one durable commit, so that many senders share one wait for the disk.
"""

import asyncio
import queue
import threading
import time
from concurrent.futures import Future

import structlog
from aiosmtpd.controller import UnthreadedController
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from aplomb.channels.mail.addressing import names_us, our_addresses
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.journal.jobs.way import somebody_waits

log = structlog.get_logger()

LINE_LIMIT = 1_000_000
TOGETHER_COUNT = 100
TOGETHER_BYTES = 32 * 1024 * 1024
MOST_RECIPIENTS = 100
IDLE_SECONDS = 120
FRESH_SECONDS = 2.0


class Writer:
    """One thread that stores what arrives, as many at once as have gathered."""

    def __init__(self) -> None:
        self.waiting: queue.SimpleQueue[tuple[Arrival, Future[None]] | None] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._run, name="mail-writer", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Store what is waiting, then end."""
        self.waiting.put(None)
        self.thread.join(timeout=10)

    def keep(self, arrival: Arrival) -> "Future[None]":
        """A future that is done when the mail is stored, or fails with why it is not."""
        done: Future[None] = Future()
        self.waiting.put((arrival, done))
        return done

    def _run(self) -> None:
        ended = False
        while not ended:
            first = self.waiting.get()
            if first is None:
                break
            batch, size = [first], len(first[0].content)
            while len(batch) < TOGETHER_COUNT and size < TOGETHER_BYTES and not self.waiting.empty():
                further = self.waiting.get()
                if further is None:
                    ended = True
                    break
                batch.append(further)
                size += len(further[0].content)
            self._store(batch)
        connections.close_all()

    def _store(self, batch: list[tuple[Arrival, "Future[None]"]]) -> None:
        # who hung up meanwhile comes again; from here on nobody can, so that the answer always finds its future open
        batch = [(arrival, done) for arrival, done in batch if done.set_running_or_notify_cancel()]
        if not batch:
            return
        try:
            store([arrival for arrival, _done in batch])
        except Exception as error:
            log.error("mail not stored", count=len(batch), error=repr(error))
            if isinstance(error, DatabaseError):
                close_old_connections()
            for _arrival, done in batch:
                done.set_exception(error)
        else:
            for _arrival, done in batch:
                done.set_result(None)


class Reception:
    """What aiosmtpd asks about each mail."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.addresses = OurAddresses()

    async def handle_MAIL(  # noqa: N802  aiosmtpd's word
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        somebody_waits()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  aiosmtpd's word
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        somebody_waits()
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            known = address.isprintable() and await self.addresses.has(address)
        except DatabaseError as error:
            log.error("recipient not looked up", error=repr(error))
            return "451 4.3.0 Try again later"
        if not known:
            return "550 5.1.1 There is no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's word
        somebody_waits()
        content = envelope.original_content or b""
        arrival = Arrival(
            content=content,
            source="lmtp" if isinstance(server, LMTP) else "smtp",
            envelope_from=envelope.mail_from or "",
            envelope_to=tuple(envelope.rcpt_tos),
            peer=str(session.peer[0]) if isinstance(session.peer, tuple) else "",
            helo=str(session.host_name or ""),
        )
        try:
            await asyncio.wrap_future(self.writer.keep(arrival))
        except Exception:
            return answer_to_all(server, envelope, "451 4.3.0 Not stored, try again later")
        return answer_to_all(server, envelope, "250 2.0.0 Stored")


def answer_to_all(server: SMTP, envelope: Envelope, answer: str) -> str:
    """The answer to DATA: one line by SMTP, one for each recipient by LMTP (RFC 2033 section 4.2)."""
    return "\r\n".join([answer] * (len(envelope.rcpt_tos) if isinstance(server, LMTP) else 1))


class OurAddresses:
    """The addresses of the desk's mailboxes, looked up again when they are two seconds old."""

    def __init__(self) -> None:
        self.known: frozenset[str] = frozenset()
        self.read_at = float("-inf")

    async def has(self, address: str) -> bool:
        """Whether mail to this address is for the desk: a mailbox in use or its alias, plus addresses included."""
        if time.monotonic() - self.read_at > FRESH_SECONDS:
            self.known = await asyncio.to_thread(addresses_in_use)
            self.read_at = time.monotonic()
        return names_us(address, self.known)


def addresses_in_use() -> frozenset[str]:
    """Looked up in a thread of its own, which keeps no connection."""
    try:
        return our_addresses()
    finally:
        connections.close_all()


class Server(SMTP):  # type: ignore[misc]  # aiosmtpd is untyped
    line_length_limit = LINE_LIMIT


class LmtpServer(LMTP):  # type: ignore[misc]  # aiosmtpd is untyped
    line_length_limit = LINE_LIMIT


class Receiver(UnthreadedController):  # type: ignore[misc]  # aiosmtpd is untyped
    """Listens for mail in the running event loop."""

    def __init__(self, writer: Writer, *, hostname: str, port: int, lmtp: bool = False) -> None:
        super().__init__(Reception(writer), hostname=hostname, port=port, loop=asyncio.get_running_loop())
        self.lmtp = lmtp

    def factory(self) -> SMTP:
        kind = LmtpServer if self.lmtp else Server
        return kind(
            self.handler,
            data_size_limit=settings.MAIL_LIMIT,
            enable_SMTPUTF8=True,
            decode_data=False,
            hostname="aplomb",
            ident="Aplomb",
            timeout=IDLE_SECONDS,
            loop=self.loop,
        )


class ReceiverThread:
    """The receiver and its writer in threads of their own, beside the desk."""

    def __init__(self, *, hostname: str, port: int, lmtp: bool = False) -> None:
        self.hostname, self.port, self.lmtp = hostname, port, lmtp
        self.writer = Writer()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.ready: Future[None] = Future()
        self.thread = threading.Thread(target=self._run, name="mail-receiver", daemon=True)

    def start(self) -> None:
        """Raises OSError when the port is taken."""
        self.writer.start()
        self.thread.start()
        self.ready.result(timeout=10)

    def stop(self) -> None:
        if self.loop is not None and self.loop.is_running():
            self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=5)
        self.writer.stop()

    def _run(self) -> None:
        self.loop = asyncio.new_event_loop()
        try:
            server = self.loop.run_until_complete(self._listen())
        except OSError as error:
            self.ready.set_exception(error)
            return
        self.ready.set_result(None)
        try:
            self.loop.run_forever()
        finally:
            server.close()
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.run_until_complete(asyncio.sleep(0))
            self.loop.close()

    async def _listen(self) -> asyncio.AbstractServer:
        controller = Receiver(self.writer, hostname=self.hostname, port=self.port, lmtp=self.lmtp)
        return await asyncio.get_running_loop().create_server(
            controller.factory, host=self.hostname, port=self.port, backlog=256
        )
