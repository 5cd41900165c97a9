"""The server to which the desk's mail goes: it takes, is busy now and then, and at times its answer gets lost."""

import random
import time
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.parts.smtp_server import SmtpServer


@dataclass
class Acceptance:
    """A mail that was taken: when, whose, and whether our answer went out."""

    at: float
    message_id: str
    recipient: str
    is_answered: bool


@dataclass
class Recipient(SmtpServer):
    """`accepted` are all mails that were taken, those whose answer was lost included."""

    seed: int = 0
    accepted: list[Acceptance] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.seed} recipient")
        # at the end everything is taken
        self.is_moody = True

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> Any:
        luck = self.chance.random() if self.is_moody else 1.0
        if luck < 0.04:
            return "451 4.3.2 Busy, come again"
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        is_answered = luck > 0.08
        for recipient in envelope.rcpt_tos:
            self.accepted.append(Acceptance(time.monotonic(), _message_id(raw), recipient, is_answered))
        if not is_answered:
            server.transport.abort()
        return "250 Taken"


def _message_id(raw: bytes) -> str:
    head = raw.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    line = next((each for each in head.split(b"\r\n") if each.lower().startswith(b"message-id:")), b":")
    return line.partition(b":")[2].strip().decode("ascii", "replace")
