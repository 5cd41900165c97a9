"""By which server a mail leaves: the desk's own (APLOMB_SMTP_OUT), unless somebody above names one for its sender.

config/wiring.py lists who is asked (WAYS_OUT).
"""

from collections.abc import Callable, Iterable

from django.conf import settings

from aplomb.lib.env import SmtpServer

# how to get at the server when a mail is to leave: a token may have to be asked for first
Way = Callable[[], SmtpServer]
WayOut = Callable[[str], Way | None]

_ways: list[WayOut] = []


class NoWayYet(Exception):
    """The way is known and cannot be gone just now, in words: the mail waits."""


def connect(*, ways: Iterable[WayOut]) -> None:
    """Take the answers that the wiring page lists."""
    _ways[:] = list(ways)


def way_of(sender: str) -> Way | None:
    """The way of mails of this sender (an address); None when there is none: they are kept. Calling it may raise NoWayYet."""
    for ask in _ways:
        way = ask(sender)
        if way is not None:
            return way
    server: SmtpServer | None = settings.SMTP_OUT
    return None if server is None else lambda: server
