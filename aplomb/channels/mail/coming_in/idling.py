"""Waiting for new mail on an open session: IDLE (RFC 2177) where the server has it, else a look every so often."""

import contextlib
import select
import socket
from typing import Any

from django.conf import settings
from imap_tools import BaseMailBox

from aplomb.channels.mail.servers.imap import capabilities

# servers may log out who is silent for 29 minutes, and routers forget a line sooner
LONGEST_IDLE_SECONDS = 240


class Bell:
    """Wakes one who waits for a socket. May be rung from any thread, and before anybody waits."""

    def __init__(self) -> None:
        self._inner, self._outer = socket.socketpair()
        for each in (self._inner, self._outer):
            each.setblocking(False)

    def ring(self) -> None:
        with contextlib.suppress(OSError):
            self._outer.send(b".")

    def wait(self, seconds: float, line: socket.socket | None = None) -> bool:
        """Wait for a ring, or for something on the line, so many seconds at most. Returns whether it was the bell."""
        poll = select.poll()
        poll.register(self._inner, select.POLLIN)
        if line is not None:
            poll.register(line, select.POLLIN)
        ready = {place for place, _event in poll.poll(max(0.0, seconds) * 1000)}
        if self._inner.fileno() not in ready:
            return False
        with contextlib.suppress(OSError):
            while self._inner.recv(64):
                pass
        return True

    def close(self) -> None:
        self._inner.close()
        self._outer.close()


def can_idle(box: BaseMailBox) -> bool:
    """Whether the server tells of new mail by itself."""
    return "IDLE" in capabilities(box)


def wait_for_news(box: BaseMailBox, bell: Bell, *, idles: bool) -> None:
    """Come back when the server says anything, when the bell rings, or after a while. Raises what a lost connection raises."""
    # what the server told of other mails is of no use here, and would pile up
    box.client.untagged_responses.clear()
    if not idles or not _idle(box, bell):
        bell.wait(settings.IMAP_SECONDS)
        box.client.noop()


def _idle(box: BaseMailBox, bell: Bell) -> bool:
    """False when the server refuses to idle after all."""
    # imaplib knows no IDLE before Python 3.14; this is what imap-tools does, and reads what came with the server's go-ahead
    line: Any = box.client
    tag = line._command("IDLE")
    while line._get_response() is not None:
        if line.tagged_commands[tag]:
            line.tagged_commands.pop(tag)
            return False
    if not _has_more(line):
        bell.wait(LONGEST_IDLE_SECONDS, line.sock)
    line.send(b"DONE\r\n")
    box.consume_until_tagged_response(tag)
    return True


def _has_more(line: Any) -> bool:
    """Whether bytes were read already that nobody looked at: the socket would not tell of them."""
    # `file` until Python 3.13
    buffer = vars(line).get("_file") or line.file
    patience = line.sock.gettimeout()
    line.sock.settimeout(0)
    try:
        return bool(buffer.peek(1))
    except OSError:
        return False
    finally:
        line.sock.settimeout(patience)
