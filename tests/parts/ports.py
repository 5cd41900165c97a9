"""Ports on the loopback address."""

import socket
import time
from collections.abc import Callable


def free_port() -> int:
    """A TCP port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(what: Callable[[], object], *, seconds: float, otherwise: Callable[[], str]) -> None:
    """Look again and again until it is so. Raises TimeoutError with the words of `otherwise`.

    For what another process does: nothing tells this one when it is done.
    """
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise TimeoutError(otherwise())
        time.sleep(0.02)
