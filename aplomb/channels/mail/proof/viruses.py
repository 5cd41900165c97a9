"""Looking for viruses with ClamAV, by its socket (APLOMB_CLAMAV): the mail as it came, then each file as we read it.

The protocol is clamd's (clamd(8)): `zINSTREAM`, then pieces, each after its length in four bytes, and a length of nothing; the
answer ends with a NUL byte.
"""

import re
import socket
import struct
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from aplomb.channels.mail.holding import Held
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.lib.env import ScannerAddress

SECONDS: Final = 60.0
PIECE: Final = 65_536
LONGEST_ANSWER: Final = 4_096
TOO_LARGE: Final = "size limit exceeded"

_FOUND = re.compile(r"stream: (.{1,200}) FOUND")


class ScannerDown(Exception):
    """The scanner is configured and does not answer: the mail waits and is tried again."""


def scan_mail(content: bytes, files: Sequence[bytes]) -> str:
    """The name of the first virus found; empty where there is none, or no scanner is configured. Raises ScannerDown.

    A file beyond clamd's own limit (StreamMaxLength) counts as clean: it could not be looked at.
    """
    scanner: ScannerAddress | None = settings.CLAMAV
    if scanner is None:
        return ""
    return next((found for each in (content, *files) if each and (found := scan(each, scanner))), "")


def scan(content: bytes, scanner: ScannerAddress) -> str:
    """The name of the virus in these bytes, empty if there is none. Raises ScannerDown."""
    answer = _ask(scanner, b"zINSTREAM\x00", content)
    if found := _FOUND.search(answer):
        return found[1]
    if answer.endswith(" OK") or TOO_LARGE in answer:
        return ""
    raise ScannerDown(answer or "no answer")


def answers(scanner: ScannerAddress) -> str:
    """Empty if the scanner answers, else why it does not."""
    try:
        answer = _ask(scanner, b"zPING\x00", None)
    except ScannerDown as error:
        return str(error)
    return "" if answer == "PONG" else answer or "no answer"


def why_held(mail: IncomingMail, parsed: ParsedMail) -> Held | None:
    """Whether the scanner found something in it."""
    found = str(mail.verdicts.get("virus", ""))
    if not found:
        return None
    return Held(IncomingMail.Hold.VIRUS, _("The virus scanner found %(name)s in it.") % {"name": found})


def _ask(scanner: ScannerAddress, command: bytes, content: bytes | None) -> str:
    is_cut_short = False
    try:
        with _connected(scanner) as connection:
            connection.settimeout(SECONDS)
            try:
                connection.sendall(command)
                if content is not None:
                    _send(connection, content)
            except (BrokenPipeError, ConnectionResetError):
                is_cut_short = True
            answer = _answer(connection)
    except OSError as error:
        if not is_cut_short:
            raise ScannerDown(str(error) or type(error).__name__) from error
        answer = ""
    if is_cut_short and not answer and not answers(scanner):
        # it hangs up when its limit is reached, and what it said of that can get lost
        return TOO_LARGE
    return answer


def _connected(scanner: ScannerAddress) -> socket.socket:
    if scanner.path:
        found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        found.settimeout(5)
        try:
            found.connect(scanner.path)
        except OSError:
            found.close()
            raise
        return found
    return socket.create_connection((scanner.host, scanner.port), timeout=5)


def _send(connection: socket.socket, content: bytes) -> None:
    view = memoryview(content)
    for start in range(0, len(view), PIECE):
        piece = view[start : start + PIECE]
        connection.sendall(struct.pack("!L", len(piece)))
        connection.sendall(piece)
    connection.sendall(struct.pack("!L", 0))


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\x00") and len(answer) < LONGEST_ANSWER:
        piece = connection.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\x00\n").decode("utf-8", "replace")
