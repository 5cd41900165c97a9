"""Reading the settings that a mail service publishes for mail programs: Mozilla's configuration file, version 1.1. Pure.

Format: https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat
"""

import re
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from aplomb.channels.mail.servers.providers import Place

MOST_BYTES: Final = 256 * 1024
MOST_DEPTH: Final = 16
MOST_TEXT: Final = 400
MOST_SERVERS: Final = 20

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?")
_SECURITY = {"ssl": "tls", "tls": "tls", "starttls": "starttls", "plain": "plain"}


class Unreadable(ValueError):
    """What was published is no such file, or one that means harm."""


@dataclass(frozen=True)
class Published:
    """A server of the file, in its order. `login` is filled in; `methods` are the file's words, such as OAuth2."""

    kind: str
    place: Place
    login: str
    methods: tuple[str, ...]


def read_autoconfig(content: bytes, address: str) -> list[Published]:
    """The IMAP and SMTP servers for an address, in the file's order; those that cannot be understood are left out.

    Raises Unreadable: too large, no XML, another document, or one that declares a document type (and so entities).
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("larger than 256 KB")
    reader = _Reader()
    try:
        reader.read(content)
    except (expat.ExpatError, UnicodeError, ValueError, LookupError) as error:
        raise Unreadable(str(error)) from error
    if not reader.is_configuration:
        raise Unreadable("no clientConfig")
    found = [_published(each, address) for each in reader.servers]
    return [each for each in found if each is not None]


class _Reader:
    """Walks the document without building a tree: only the few texts that are asked for are kept."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.text: list[str] = []
        self.servers: list[dict[str, list[str]]] = []
        self.is_configuration = False

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.Parse(content, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.path) >= MOST_DEPTH:
            raise Unreadable("nested too deep")
        self.path.append(name)
        self.text = []
        if len(self.path) == 1:
            self.is_configuration = name == "clientConfig"
        if self.path in (["clientConfig", "emailProvider", each] for each in ("incomingServer", "outgoingServer")):
            if len(self.servers) >= MOST_SERVERS:
                raise Unreadable("too many servers")
            self.servers.append({"type": [attributes.get("type", "").strip().lower()]})

    def _end(self, name: str) -> None:
        if len(self.path) == 4 and self.path[2] in {"incomingServer", "outgoingServer"} and self.servers:
            self.servers[-1].setdefault(name, []).append("".join(self.text).strip()[:MOST_TEXT])
        self.path.pop()
        self.text = []

    def _said(self, text: str) -> None:
        if len(self.path) == 4 and len(self.text) < MOST_TEXT:
            self.text.append(text[:MOST_TEXT])


def _refuse(*_: object) -> None:
    raise Unreadable("declares a document type")


def _published(server: dict[str, list[str]], address: str) -> Published | None:
    kind = server["type"][0]
    if kind not in {"imap", "smtp"}:
        return None
    host = _filled(_first(server, "hostname"), address).lower().rstrip(".")
    port = _first(server, "port")
    security = _SECURITY.get(_first(server, "socketType").lower(), "")
    login = _filled(_first(server, "username") or "%EMAILADDRESS%", address)
    if not _HOST.fullmatch(host) or not security or not login.isprintable() or len(login) > 254:
        return None
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        return None
    return Published(kind, Place(host, int(port), security), login, tuple(server.get("authentication", [])[:10]))


def _first(server: dict[str, list[str]], name: str) -> str:
    return next(iter(server.get(name, [])), "")


def _filled(text: str, address: str) -> str:
    local, _at, domain = address.rpartition("@")
    for mark, value in (("%EMAILADDRESS%", address), ("%EMAILLOCALPART%", local), ("%EMAILDOMAIN%", domain)):
        text = text.replace(mark, value)
    return text
