"""Mails as customers write them: plain, old charsets, HTML beside text, answers with history, now and then a file."""

import html
import random
import socket
import threading
import time
from email.message import EmailMessage
from email.policy import SMTP

from aplomb.transfer.demo.bulk_words import LANGUAGES, WEIGHTS, person_name, plain_letters, pools

TO = "support@desk.example"
CHARSETS = {"en": "iso-8859-1", "es": "iso-8859-15", "it": "windows-1252", "ro": "iso-8859-16", "el": "iso-8859-7"}


def make(count: int, seed: int) -> list[tuple[str, bytes]]:
    """(sender, raw mail) so many times; another seed gives other Message-IDs."""
    chance = random.Random(seed)
    sentences, written = pools(chance), list[tuple[str, str, str, str, str]]()
    found = []
    for place in range(count):
        language = chance.choices(LANGUAGES, WEIGHTS)[0]
        first, last = person_name(language, chance)
        sender = (
            f"{plain_letters(first)}.{plain_letters(last)}{chance.randrange(5000)}@firm{chance.randrange(400)}.example"
        )
        pool = sentences[language]
        asks = " ".join(chance.choices(pool.asks, k=chance.randrange(3, 9)))
        text = f"{pool.hello}\n\n{asks}\n\n{pool.goodbye}\n{first}\n"
        subject, answers = chance.choice(pool.subjects), ""
        if written and chance.random() < 0.2:
            answers, sender, subject, language, before = chance.choice(written)
            quoted = "\n".join(f"> {line}" for line in before.splitlines())
            text += f"\nOn Mon, 2 Nov 2026 at 09:12, Support wrote:\n{quoted}\n"
        mark = f"<{seed}.{place}.{chance.getrandbits(48):012x}@{sender.partition('@')[2]}>"
        mail = _mail(sender, f"{first} {last}", subject, mark, answers, text, language, chance)
        if not answers:
            written.append((mark, sender, f"Re: {subject}", language, text[:700]))
        found.append((sender, mail.as_bytes(policy=SMTP)))
    return found


def _mail(
    sender: str, name: str, subject: str, mark: str, answers: str, text: str, language: str, chance: random.Random
) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f'"{name}" <{sender}>'
    mail["To"], mail["Subject"], mail["Message-ID"] = TO, subject, mark
    mail["Date"] = "Mon, 02 Nov 2026 09:30:00 +0000"
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    shape = chance.random()
    if shape < 0.4:
        mail.set_content(text, cte=chance.choice(("8bit", "quoted-printable", "base64")))
    elif shape < 0.55:
        charset = CHARSETS[language]
        mail.set_content(text.encode(charset, "replace").decode(charset), charset=charset, cte="quoted-printable")
    else:
        mail.set_content(text, cte="quoted-printable")
        parts = "".join(f"<p>{html.escape(each)}</p>" for each in text.split("\n\n"))
        mail.add_alternative(f"<html><body><div>{parts}</div></body></html>", subtype="html", cte="quoted-printable")
    if chance.random() < 0.12:
        blob = chance.randbytes(chance.randrange(15_000, 70_000))
        mail.add_attachment(b"%PDF-1.7\n" + blob, maintype="application", subtype="pdf", filename="papers.pdf")
    return mail


class Sender(threading.Thread):
    """One mail server that hands over its share, one mail after the other on one connection."""

    def __init__(self, port: int, mails: list[tuple[str, bytes]]) -> None:
        super().__init__(daemon=True)
        self.port, self.mails = port, mails
        self.accepted = 0
        self.failure = ""

    def run(self) -> None:
        try:
            self._send()
        except OSError as error:
            self.failure = str(error)

    def _send(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=120) as line:
            answers = line.makefile("rb")
            self._expect(answers, b"220")
            self._say(line, answers, b"EHLO relay.example\r\n", b"250")
            for sender, raw in self.mails:
                self._say(line, answers, f"MAIL FROM:<{sender}>\r\n".encode(), b"250")
                self._say(line, answers, f"RCPT TO:<{TO}>\r\n".encode(), b"250")
                self._say(line, answers, b"DATA\r\n", b"354")
                self._say(line, answers, raw.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n", b"250")
                self.accepted += 1
            line.sendall(b"QUIT\r\n")

    def _say(self, line: socket.socket, answers, words: bytes, wanted: bytes) -> None:  # type: ignore[no-untyped-def]  # a socket file
        line.sendall(words)
        self._expect(answers, wanted)

    def _expect(self, answers, wanted: bytes) -> None:  # type: ignore[no-untyped-def]  # a socket file
        answer = answers.readline()
        while answer[3:4] == b"-":
            answer = answers.readline()
        if not answer.startswith(wanted):
            raise OSError(f"the receiver said {answer!r}")


def hand_over(port: int, mails: list[tuple[str, bytes]], connections: int) -> tuple[int, float]:
    """Send them over so many connections. Returns how many were taken, and the seconds. Raises OSError."""
    senders = [Sender(port, mails[place::connections]) for place in range(connections)]
    began = time.perf_counter()
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    taken = time.perf_counter() - began
    failures = [each.failure for each in senders if each.failure]
    if failures:
        raise OSError(failures[0])
    return sum(each.accepted for each in senders), taken
