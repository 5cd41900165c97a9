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


def open_connection(
    host: str, port: int, *, allowed: Iterable[str], timeout: float, loopback: bool = True
) -> socket.socket:
    """A connection to an address of the host that was looked at first: no second look-up can lead elsewhere.

    `timeout` in seconds, for each address. `loopback`: whether the desk's own machine may be reached; never where
    somebody else chose the host. Raises PrivateAddress, socket.gaierror, UnicodeError, OSError.
    """
    is_allowed = host.lower() in {each.lower() for each in allowed}
    places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_rest, place in places:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        if not is_allowed and not address.is_global and not (loopback and address.is_loopback):
            raise PrivateAddress(f"{host} is {address}")
    refused: OSError = ConnectionRefusedError(f"{host} has no address")
    for family, kind, protocol, _name, place in places[:4]:
        session = socket.socket(family, kind, protocol)
        try:
            session.settimeout(timeout)
            session.connect(place)
        except OSError as error:
            session.close()
            refused = error
        else:
            return session
    raise refused
