"""Outgoing connections never reach private addresses unless they are configured."""

import ipaddress
import socket
from collections.abc import Iterable


class PrivateAddress(ValueError):
    """A host whose address is on a private, link-local or otherwise special network."""


def refuse_private(host: str, port: int, *, allowed: Iterable[str]) -> None:
    """Raises PrivateAddress unless every address of the host is public, loopback, or the host is allowed by name.

    Raises socket.gaierror for a host that does not exist. Loopback is the desk's own machine and is allowed.
    """
    if host.lower() in {each.lower() for each in allowed}:
        return
    for *_rest, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        if not address.is_global and not address.is_loopback:
            raise PrivateAddress(f"{host} is {address}")
