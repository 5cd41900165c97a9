"""A real SMTP server in a thread, which keeps what arrives."""

import asyncio
import email.policy
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.parts.ports import wait_for


@dataclass
class Arrived:
    """A mail with its envelope."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        found = BytesParser(policy=email.policy.default).parsebytes(self.content)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class SmtpServer:
    """`arrived` grows with each mail. `refusals` are answers by recipient, such as {"a@b.example": "550 5.1.1 nobody"};
    `busy` is an answer to every mail while it is set, such as "451 4.3.0 later"."""

    arrived: list[Arrived] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    busy: str = ""
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="smtp-server", daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError("the SMTP server of the tests does not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)

    @property
    def address(self) -> str:
        """What APLOMB_SMTP_OUT is set to."""
        return f"smtp://127.0.0.1:{self.port}"

    def wait_for(self, count: int, *, seconds: float = 20) -> list[Arrived]:
        """The mails, once there are so many. Raises TimeoutError."""
        wait_for(
            lambda: len(self.arrived) >= count,
            seconds=seconds,
            otherwise=lambda: (
                f"{len(self.arrived)} of {count} mails arrived: {[e.mail['Subject'] for e in self.arrived]}"
            ),
        )
        return list(self.arrived)

    def _run(self) -> None:
        loop = self._loop
        server = loop.run_until_complete(loop.create_server(self._session, host="127.0.0.1", port=0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            loop.run_forever()
        finally:
            server.close()
            loop.run_until_complete(_end_sessions())
            loop.close()

    def _session(self) -> SMTP:
        return SMTP(self, enable_SMTPUTF8=True, hostname="smtp.example", loop=self._loop, data_size_limit=100_000_000)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> Any:
        if self.busy:
            return self.busy
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        self.arrived.append(Arrived(envelope.mail_from or "", list(envelope.rcpt_tos), raw))
        return "250 OK"


async def _end_sessions() -> None:
    sessions = asyncio.all_tasks() - {asyncio.current_task()}
    for session in sessions:
        session.cancel()
    await asyncio.gather(*sessions, return_exceptions=True)
