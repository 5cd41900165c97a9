"""Typed readers for settings from the environment.

Each reader takes the variable's name and a default. A secret, or anything else, may come from a file:
`NAME_FILE=/run/secrets/x` is read when `NAME` is not set. A wrong value raises `WrongSetting`, whose text
says which variable, what was found and what would do.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit


class WrongSetting(ValueError):
    """A setting that cannot be used; the message names the variable and the mend."""


def text(name: str, default: str = "") -> str:
    """The variable as written, blanks at the ends removed."""
    if name in os.environ:
        return os.environ[name].strip()
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return default
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise WrongSetting(f"{name}_FILE={file} cannot be read: {error.strerror}.") from error


def truth(name: str, default: bool) -> bool:
    """1/true/yes/on or 0/false/no/off."""
    found = text(name).lower()
    if not found:
        return default
    if found in {"1", "true", "yes", "on"}:
        return True
    if found in {"0", "false", "no", "off"}:
        return False
    raise WrongSetting(f"{name}={found} is neither yes nor no: write 1 or 0.")


def whole(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """A whole number between `least` and `most`."""
    found = text(name)
    if not found:
        return default
    try:
        number = int(found)
    except ValueError:
        raise WrongSetting(f"{name}={found} is not a whole number.") from None
    if not least <= number <= most:
        raise WrongSetting(f"{name}={found} is out of range: {least} to {most}.")
    return number


def port(name: str, default: int) -> int:
    """A TCP port, 1 to 65535."""
    return whole(name, default, least=1, most=65535)


def one_of(name: str, default: str, choices: Iterable[str]) -> str:
    """One of a few words."""
    found = text(name, default)
    allowed = tuple(choices)
    if found not in allowed:
        raise WrongSetting(f"{name}={found} is not known: use one of {', '.join(allowed)}.")
    return found


def words(name: str, default: str = "") -> list[str]:
    """Words separated by commas or blanks."""
    return text(name, default).replace(",", " ").split()


class TokenExchange(Protocol):
    """One attempt to sign in with a token (SASL)."""

    mechanism: str

    def answer_text(self, challenge: bytes | None = None) -> str: ...


@dataclass(frozen=True)
class SmtpServer:
    """Where outgoing mail is handed over. `security` is plain, starttls or tls.

    With `exchange` the password is a token, and that speaks for it; `another` gives a new one when it is refused.
    """

    host: str
    port: int
    security: str
    name: str
    password: str = field(repr=False)
    exchange: "Callable[[str], TokenExchange] | None" = field(default=None, repr=False, compare=False)
    another: Callable[[], str] | None = field(default=None, repr=False, compare=False)


SMTP_SCHEMES = {"smtp": ("plain", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}


def smtp_server(name: str) -> SmtpServer | None:
    """An outgoing server from an address such as `smtp+starttls://name:password@mail.example:587`."""
    found = text(name)
    if not found:
        return None
    shape = f"{name} must look like smtp://host:port, smtp+starttls://name:password@host or smtps://host"
    try:
        parts = urlsplit(found)
        given_port = parts.port
    except ValueError as error:
        raise WrongSetting(f"{shape}: {error}.") from error
    if parts.scheme not in SMTP_SCHEMES or not parts.hostname or parts.path not in {"", "/"}:
        raise WrongSetting(f"{shape}.")
    security, usual_port = SMTP_SCHEMES[parts.scheme]
    return SmtpServer(
        host=parts.hostname,
        port=given_port or usual_port,
        security=security,
        name=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


@dataclass(frozen=True)
class DatabaseAddress:
    """A database: `engine` is sqlite or postgresql."""

    engine: str
    name: str
    host: str = ""
    port: str = ""
    owner: str = ""
    password: str = ""


def database(name: str, default: Path) -> DatabaseAddress:
    """`sqlite:///path/file.sqlite3` or `postgresql://name:password@host:port/database`.

    A PostgreSQL socket folder is given as `postgresql:///database?host=/run/postgresql`.
    """
    found = text(name)
    if not found:
        return DatabaseAddress("sqlite", str(default))
    try:
        parts = urlsplit(found)
        given_port = str(parts.port or "")
    except ValueError as error:
        raise WrongSetting(f"{name} is not an address: {error}.") from error
    if parts.scheme == "sqlite" and parts.path.strip("/"):
        return DatabaseAddress("sqlite", unquote(parts.path[1:]) if parts.path.startswith("//") else parts.path)
    if parts.scheme in {"postgres", "postgresql"} and parts.path.strip("/"):
        from urllib.parse import parse_qs

        host = parts.hostname or parse_qs(parts.query).get("host", [""])[0]
        return DatabaseAddress(
            "postgresql",
            unquote(parts.path.strip("/")),
            unquote(host),
            given_port,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )
    raise WrongSetting(f"{name} must look like sqlite:///file or postgresql://name:password@host/database.")


@dataclass(frozen=True)
class ScannerAddress:
    """Where clamd listens: a socket in the file system, or a host and port."""

    path: str = ""
    host: str = ""
    port: int = 0


def scanner(name: str) -> ScannerAddress | None:
    """`/run/clamav/clamd.ctl`, `unix:/run/clamav/clamd.ctl` or `tcp://127.0.0.1:3310`."""
    found = text(name)
    if not found:
        return None
    if (path := found.removeprefix("unix:")).startswith("/"):
        return ScannerAddress(path="/" + path.lstrip("/"))
    try:
        parts = urlsplit(found)
        given_port = parts.port
    except ValueError as error:
        raise WrongSetting(f"{name} is not an address: {error}.") from error
    if parts.scheme != "tcp" or not parts.hostname or parts.path not in {"", "/"}:
        raise WrongSetting(f"{name} must look like unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310.")
    return ScannerAddress(host=parts.hostname, port=given_port or 3310)
