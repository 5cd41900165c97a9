"""A sender as mail servers are: it sends a mail again until it has heard that it was taken."""

import contextlib
import random
import smtplib
import threading
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Self

TO = "help@desk.example"
PAUSE_SECONDS = 0.05
# before a sender believes that nothing more will be taken
PATIENCE_SECONDS = 120.0


@dataclass
class Sent:
    """One mail, and whether we heard that it was taken."""

    number: int
    sender: str
    text: str
    message_id: str
    content: bytes
    is_first: bool
    is_acknowledged: bool = False
    tries: int = 0


@dataclass
class Senders:
    """Threads that send without a pause while `running`. `mails` are all that were begun."""

    port: int
    seed: int
    threads: int = 6
    a_second: float = 40.0
    mails: list[Sent] = field(default_factory=list)
    running: bool = True

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._workers = [
            threading.Thread(target=self._run, args=(place,), daemon=True) for place in range(self.threads)
        ]
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()

    def finish(self) -> None:
        """Begin no further mail, and wait until the begun ones are acknowledged."""
        self.running = False
        for worker in self._workers:
            worker.join(timeout=PATIENCE_SECONDS)

    def _run(self, place: int) -> None:
        chance = random.Random(f"{self.seed} sender {place}")
        mine: list[Sent] = []
        while self.running:
            mail = self._next(chance, mine)
            mine.append(mail)
            until = time.monotonic() + PATIENCE_SECONDS
            while not mail.is_acknowledged and time.monotonic() < until:
                self._try(mail, chance)
                time.sleep(PAUSE_SECONDS)
            if mail.is_acknowledged and chance.random() < 0.05:
                # a server that lost its own note of the answer
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    _hand_over(self.port, mail)
            time.sleep(self.threads / self.a_second * chance.random() * 2)

    def _next(self, chance: random.Random, mine: list[Sent]) -> Sent:
        """A mail of somebody new; one in four goes on with a conversation that this thread began."""
        before = chance.choice(mine) if mine and chance.random() < 0.25 else None
        with self._lock:
            number = len(self.mails)
            sent = _mail(number, self.seed, chance, before)
            self.mails.append(sent)
        return sent

    def _try(self, mail: Sent, chance: random.Random) -> None:
        mail.tries += 1
        try:
            if chance.random() < 0.04:
                _hang_up_in_the_middle(self.port, mail)
            else:
                _hand_over(self.port, mail)
                mail.is_acknowledged = True
        except (OSError, smtplib.SMTPException):
            return


def _mail(number: int, seed: int, chance: random.Random, before: Sent | None) -> Sent:
    sender = before.sender if before else f"writer{number}@acme.example"
    text = f"Letter number {number} of seed {seed}."
    message_id = f"<{seed}.{number}.{chance.getrandbits(40):010x}@acme.example>"
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Writer {number} <{sender}>", TO
    mail["Subject"], mail["Message-ID"] = f"Matter {number}", message_id
    if before is not None:
        mail["In-Reply-To"] = before.message_id
    mail.set_content(text)
    if chance.random() < 0.2:
        mail.add_attachment(
            chance.randbytes(chance.randrange(40_000)), maintype="image", subtype="x-scan", filename="a.bin"
        )
    return Sent(number, sender, text, message_id, mail.as_bytes(), before is None)


def _hand_over(port: int, mail: Sent) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as session:
        session.sendmail(mail.sender, [TO], mail.content)


def _hang_up_in_the_middle(port: int, mail: Sent) -> None:
    session = smtplib.SMTP("127.0.0.1", port, timeout=30)
    try:
        session.ehlo()
        session.mail(mail.sender)
        session.rcpt(TO)
        session.putcmd("data")
        session.getreply()
        session.send(mail.content[: len(mail.content) // 2])
    finally:
        session.close()
