"""Connections to mail servers for a test: each failure gets a code that explaining.py puts into words."""

import contextlib
import datetime as dt
import imaplib
import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from imap_tools.errors import ImapToolsError

from aplomb.channels.mail.passwords import WrongKey
from aplomb.channels.mail.servers import oauth
from aplomb.channels.mail.servers.providers import Place
from aplomb.lib.net import PrivateAddress, open_connection

Kind = Literal["imap", "smtp"]

SAID_AT_MOST: Final = 300

# OpenSSL's reasons (X509_V_ERR_…)
_CERTIFICATE: Final = {9: "not-yet", 10: "expired", 18: "self-signed", 62: "wrong-name", 64: "wrong-name"}
_OLD: Final = ("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "NO_SHARED_CIPHER", "DH_KEY_TOO_SMALL", "HANDSHAKE_FAILURE")


class Failed(Exception):
    """A step that failed: its code, and what belongs into the words."""

    def __init__(self, code: str, values: dict[str, Any]) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class Line:
    """A connection to a server in its stages: `look_up`, `connect`, then ImapLine or SmtpLine speak."""

    def __init__(self, place: Place, kind: Kind, *, allowed: Iterable[str], seconds: float) -> None:
        self.place, self.kind, self.allowed, self.seconds = place, kind, tuple(allowed), seconds
        self.socket: socket.socket | None = None

    def look_up(self) -> list[str]:
        """The server's addresses. Raises Failed."""
        with failures_named(self.place, self.kind):
            found = socket.getaddrinfo(self.place.host, self.place.port, type=socket.SOCK_STREAM)
            return list(dict.fromkeys(str(each[4][0]) for each in found))

    def connect(self) -> socket.socket:
        """Raises Failed."""
        with failures_named(self.place, self.kind):
            self.socket = open_connection(self.place.host, self.place.port, allowed=self.allowed, timeout=self.seconds)
            return self.socket

    def taken(self) -> socket.socket:
        """The open connection, with TLS around it where that comes first. Raises what ssl raises."""
        opened = self.socket or self.connect()
        if self.place.security == "tls":
            self.socket = ssl.create_default_context().wrap_socket(opened, server_hostname=self.place.host)
        return self.socket or opened

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()

    def certificate(self) -> x509.Certificate | None:
        """What the server shows, whether it holds or not: to say what is wrong with it. None where it shows none."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with contextlib.suppress(OSError, Failed, ValueError, imaplib.IMAP4.error, smtplib.SMTPException):
            fresh = Line(self.place, self.kind, allowed=self.allowed, seconds=self.seconds)
            with contextlib.closing(fresh):
                plain = fresh.connect()
                if self.place.security == "starttls":
                    session: Any = _Imap(plain, self.place) if self.kind == "imap" else _Smtp(plain, self.place)
                    if self.kind == "imap":
                        session.starttls(context)
                    else:
                        session.starttls(context=context)
                    wrapped: ssl.SSLSocket = session.sock
                else:
                    wrapped = context.wrap_socket(plain, server_hostname=self.place.host)
                with contextlib.closing(wrapped):
                    shown = wrapped.getpeercert(binary_form=True)
                return x509.load_der_x509_certificate(shown) if shown else None
        return None


class ImapLine:
    """IMAP over a line."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def secured(self) -> imaplib.IMAP4:
        """A session that has said hello, encrypted as the place wants it. Raises Failed, and what ssl and imaplib raise."""
        session = _Imap(self.line.taken(), self.line.place)
        if self.line.place.security == "starttls":
            if "STARTTLS" not in session.capabilities:
                raise Failed("no-starttls", {"host": self.line.place.host, "port": self.line.place.port})
            session.starttls(ssl.create_default_context())
        return session


class SmtpLine:
    """SMTP by a way out. `session` once it is open."""

    def __init__(self, place: Place, *, allowed: Iterable[str], seconds: float) -> None:
        self.place = place
        self.line = Line(place, "smtp", allowed=allowed, seconds=seconds)
        self.opened: smtplib.SMTP | None = None

    @property
    def session(self) -> smtplib.SMTP:
        assert self.opened is not None
        return self.opened

    def open(self) -> None:
        """Raises Failed."""
        with failures_named(self.place, "smtp", self.line):
            self.line.connect()
            self.opened = _Smtp(self.line.taken(), self.place)
            self.opened.ehlo_or_helo_if_needed()
            if self.place.security == "starttls":
                if not self.opened.has_extn("starttls"):
                    raise Failed("no-starttls", {"host": self.place.host, "port": self.place.port})
                self.opened.starttls(context=ssl.create_default_context())
                self.opened.ehlo()

    def close(self) -> None:
        if self.opened is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.opened.quit()
            self.opened.close()
        self.line.close()


class _Imap(imaplib.IMAP4):
    def __init__(self, opened: socket.socket, place: Place) -> None:
        self._opened = opened
        super().__init__(place.host, place.port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._opened


class _Smtp(smtplib.SMTP):
    def __init__(self, opened: socket.socket, place: Place) -> None:
        self._opened = opened
        # not the machine's own name: asking the DNS for that may take long
        name = (urlsplit(settings.URL).hostname or "localhost").encode("idna").decode("ascii")
        super().__init__(place.host, place.port, local_hostname=name, timeout=opened.gettimeout() or 15)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._opened


@contextlib.contextmanager
def failures_named(place: Place, kind: Kind, line: Line | None = None) -> Iterator[None]:
    """What networks and servers do becomes Failed with a code. `line`: whose certificate is looked at when it fails."""
    where: dict[str, Any] = {"host": place.host, "port": place.port}
    try:
        yield
    except PrivateAddress as error:
        raise Failed("private", where) from error
    except (socket.gaierror, UnicodeError) as error:
        raise Failed("no-host", where) from error
    except WrongKey as error:
        raise Failed("key-changed", where) from error
    except oauth.GrantFailure as error:
        raise Failed("consent", where | {"said": said_by(str(error))}) from error
    except ssl.SSLCertVerificationError as error:
        raise _certificate_failure(place, error, line) from error
    except ssl.SSLError as error:
        is_old = any(each in (error.reason or str(error)).upper() for each in _OLD)
        raise Failed("tls-old" if is_old else "no-tls", where) from error
    except TimeoutError as error:
        raise Failed("silent", where | {"security": place.security}) from error
    except ConnectionRefusedError as error:
        raise Failed("refused", where) from error
    except (imaplib.IMAP4.abort, smtplib.SMTPServerDisconnected, ConnectionError, EOFError) as error:
        raise Failed("broke", where | {"said": said_by(str(error))}) from error
    except (ImapToolsError, imaplib.IMAP4.error, smtplib.SMTPException) as error:
        raise Failed("other", where | {"said": said_by(_words(error))}) from error
    except OSError as error:
        raise Failed("unreachable", where | {"said": said_by(str(error))}) from error


def said_by(words: str) -> str:
    """A server's words, short and without what could disturb a page or a terminal."""
    found = "".join(each if each.isprintable() else " " for each in words[: 2 * SAID_AT_MOST])
    return " ".join(found.split())[:SAID_AT_MOST]


def _words(error: Exception) -> str:
    # imaplib hands over a greeting as it came
    first = error.args[0] if error.args else ""
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)


def _certificate_failure(place: Place, error: ssl.SSLCertVerificationError, line: Line | None) -> Failed:
    code = _CERTIFICATE.get(error.verify_code, "unknown-issuer" if error.verify_code in {2, 19, 20, 21} else "bad")
    values: dict[str, Any] = {"host": place.host, "port": place.port, "said": said_by(error.verify_message or "")}
    shown = line.certificate() if line is not None else None
    if shown is not None:
        values["names"] = _names(shown)
        ends_at: dt.datetime = shown.not_valid_after_utc
        values["ended"] = ends_at.date().isoformat()
    return Failed(f"certificate-{code}", values)


def _names(shown: x509.Certificate) -> list[str]:
    """The names that a certificate is for, at most five."""
    with contextlib.suppress(x509.ExtensionNotFound, ValueError):
        found = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        return [said_by(each)[:100] for each in found.value.get_values_for_type(x509.DNSName)[:5]]
    return []
