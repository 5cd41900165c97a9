"""Jobs give way: while something is being taken in whose sender waits, the next job waits a little.

One interpreter runs both. A job that begins holds the sender up at each step of its conversation; a sender who is
through leaves the machine to the jobs. No job waits longer than LONGEST_SECONDS, so that a steady stream delays jobs and
never stops them.
"""

import threading
import time
from typing import Final

QUIET_SECONDS: Final = 0.02
LONGEST_SECONDS: Final = 0.2

_busy_until = 0.0


def somebody_waits() -> None:
    """A sender is being served at this moment. From any thread."""
    global _busy_until
    _busy_until = time.monotonic() + QUIET_SECONDS


def give_way(stopping: threading.Event) -> None:
    """Wait until nobody is being served, LONGEST_SECONDS at the most."""
    end = time.monotonic() + LONGEST_SECONDS
    while (now := time.monotonic()) < min(_busy_until, end):
        if stopping.wait(max(0.001, min(_busy_until, end) - now)):
            return
