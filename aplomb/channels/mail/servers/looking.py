"""What the search for settings asks of the network: DNS, the web, mail servers. Bounded in time and size, and never to
private addresses unless they are configured (APLOMB_PRIVATE_HOSTS)."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import dns.exception
import dns.resolver

from aplomb.channels.mail.servers.autoconfig import MOST_BYTES
from aplomb.channels.mail.servers.discovery import NoSuchDomain, NotKnown, Service
from aplomb.channels.mail.servers.providers import Place
from aplomb.lib.net import PrivateAddress, open_connection

SECONDS: Final = 4.0
MOST_REDIRECTS: Final = 3
MOST_ANSWERS: Final = 20


class NetworkLookups:
    """The network of this machine. `allowed`: hosts that may be on private addresses; `seconds` for each question."""

    def __init__(self, *, allowed: Iterable[str] = (), seconds: float = SECONDS) -> None:
        self.allowed = tuple(allowed)
        self.seconds = seconds

    def exchangers(self, domain: str) -> list[str]:
        try:
            answer = dns.resolver.resolve(domain, "MX", lifetime=self.seconds, search=False, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN as error:
            raise NoSuchDomain(domain) from error
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise NotKnown(str(error)) from error
        rows = sorted(answer.rrset or (), key=lambda each: int(each.preference))
        return [str(each.exchange).rstrip(".") for each in rows][:MOST_ANSWERS]

    def services(self, name: str) -> list[Service]:
        try:
            rows = dns.resolver.resolve(name, "SRV", lifetime=self.seconds, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise NotKnown(str(error)) from error
        return [Service(each.priority, each.weight, str(each.target), each.port) for each in rows][:MOST_ANSWERS]

    def page(self, url: str) -> bytes | None:
        ends_at = time.monotonic() + self.seconds
        try:
            for _hop in range(MOST_REDIRECTS + 1):
                answer = self._get(url, ends_at)
                if not isinstance(answer, str):
                    return answer
                # to http never: who is on the way could then answer
                if url.startswith("https:") and not answer.startswith("https:"):
                    return None
                url = answer
        except (OSError, http.client.HTTPException, PrivateAddress, ValueError) as error:
            raise NotKnown(str(error)) from error
        return None

    def greets(self, place: Place, kind: str) -> str:
        for context, word in ((ssl.create_default_context(), "trusted"), (_trusting(), "untrusted")):
            try:
                with self._opened(place.host, place.port, time.monotonic() + self.seconds) as plain:
                    if place.security == "tls":
                        with context.wrap_socket(plain, server_hostname=place.host) as wrapped:
                            return word if _greeting(wrapped, kind) else ""
                    if not _greeting(plain, kind) or not _starts_tls(plain, kind):
                        return ""
                    with context.wrap_socket(plain, server_hostname=place.host):
                        return word
            except ssl.SSLCertVerificationError:
                continue
            except (OSError, PrivateAddress, ValueError):
                return ""
        return ""

    def _get(self, url: str, ends_at: float) -> bytes | str | None:
        """The page, the address to which it has moved, or None. Raises as `page` catches."""
        parts = urlsplit(url)
        port = {"https": 443, "http": 80}.get(parts.scheme)
        if port is None or not parts.hostname or parts.username or not self._may_use(parts, port):
            return None
        host = parts.hostname.encode("idna").decode("ascii")
        with self._opened(host, parts.port or port, ends_at) as plain:
            secured = plain
            if parts.scheme == "https":
                secured = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            with secured:
                session = http.client.HTTPConnection(host, parts.port or port)
                session.sock = secured
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                session.request("GET", path, headers={"User-Agent": "Aplomb", "Accept": "text/xml, application/xml"})
                answer = session.getresponse()
                _require_time(ends_at)
                if answer.status in {301, 302, 303, 307, 308}:
                    return urljoin(url, answer.headers.get("Location", ""))
                return _body(answer, ends_at) if answer.status == 200 else None

    def _may_use(self, parts: SplitResult, port: int) -> bool:
        """The web's own ports only: else a page could make the desk knock at any service of another machine."""
        return parts.port in {None, port} or (parts.hostname or "") in self.allowed

    @contextlib.contextmanager
    def _opened(self, host: str, port: int, ends_at: float) -> Iterator[socket.socket]:
        """A connection that is cut at the end of its time, however slowly the other side drips."""
        left = max(ends_at - time.monotonic(), 0.1)
        session = open_connection(host, port, allowed=self.allowed, timeout=left, loopback=False)
        descriptor = session.dup()
        cut = threading.Timer(max(ends_at - time.monotonic(), 0.1), _cut, [descriptor])
        cut.daemon = True
        cut.start()
        try:
            yield session
        finally:
            cut.cancel()
            session.close()
            descriptor.close()


def _cut(session: socket.socket) -> None:
    with contextlib.suppress(OSError):
        session.shutdown(socket.SHUT_RDWR)


def _body(answer: http.client.HTTPResponse, ends_at: float) -> bytes | None:
    """At most what a settings file may have; None where it is larger. Raises TimeoutError."""
    content = b""
    while piece := answer.read1(16_384):
        content += piece
        if len(content) > MOST_BYTES:
            return None
    _require_time(ends_at)
    return content


def _require_time(ends_at: float) -> None:
    """What was cut in the middle looks as if it had come to its end."""
    if time.monotonic() >= ends_at - 0.01:
        raise TimeoutError


def _greeting(session: socket.socket, kind: str) -> bool:
    return session.recv(512).startswith(b"* OK" if kind == "imap" else b"220")


def _starts_tls(session: socket.socket, kind: str) -> bool:
    if kind == "imap":
        session.sendall(b"a STARTTLS\r\n")
        return session.recv(512).startswith(b"a OK")
    session.sendall(b"EHLO aplomb.invalid\r\n")
    session.recv(4096)
    session.sendall(b"STARTTLS\r\n")
    return session.recv(512).startswith(b"220")


def _trusting() -> ssl.SSLContext:
    """To learn only whether somebody is there: nothing secret is said."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
