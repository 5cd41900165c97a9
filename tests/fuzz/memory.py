"""How much memory it takes to read mails of 25 MB in the shapes that cost most: each in a process of its own."""

import base64
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

MB = 1024 * 1024
SIZE = 25 * MB
# beyond what the process takes before it reads, the mail itself included
MOST = 256 * MB
HEAD = b"From: a@b.example\r\nTo: help@desk.example\r\nSubject: Large\r\nMessage-ID: <1@b.example>\r\nMIME-Version: 1.0\r\n"


def _part(kind: bytes, body: bytes, encoding: bytes = b"8bit", boundary: bytes = b"b") -> bytes:
    head = b"--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n" % (boundary, kind, encoding)
    return head + body + b"\r\n"


def _multipart(*parts: bytes) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"".join(parts) + b"--b--\r\n"


def one_file() -> bytes:
    """A single attachment in base64."""
    raw = base64.encodebytes(bytes(range(256)) * (SIZE * 3 // 4 // 256)).replace(b"\n", b"\r\n")
    return _multipart(_part(b"text/plain", b"See the file"), _part(b"application/pdf; name=a.pdf", raw, b"base64"))


def many_files() -> bytes:
    """Ten thousand attachments."""
    raw = base64.encodebytes(b"x" * 1_700).replace(b"\n", b"\r\n")
    return _multipart(*[_part(b"application/pdf; name=a.pdf", raw, b"base64")] * 10_000)


def plain_text() -> bytes:
    """Nothing but words."""
    return HEAD + b"\r\n" + ("Καλημέρα σας, ο εκτυπωτής δεν τυπώνει.\r\n".encode() * (SIZE // 74))


def one_line() -> bytes:
    """One line without end."""
    return HEAD + b"\r\n" + b"a " * (SIZE // 2)


def html() -> bytes:
    """HTML of many small tags."""
    head = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    return head + b"<p style='color:red'>a <b>b</b></p>\r\n" * (SIZE // 38)


def quoted_printable() -> bytes:
    """Every byte written in three."""
    head = HEAD + b"Content-Type: text/plain; charset=iso-8859-7\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head + (b"=C1" * 25 + b"=\r\n") * (SIZE // 78)


def header() -> bytes:
    """A header without end."""
    return b"From: a@b.example\r\n" + b"X-Field: value of a field\r\n" * (SIZE // 27) + b"\r\nx\r\n"


def addresses() -> bytes:
    """A line of recipients without end."""
    return b"From: a@b.example\r\nTo: " + b"=?utf-8?b?zpE=?= <a@b.example>,\r\n " * (SIZE // 36) + b"\r\n\r\nx\r\n"


def nested() -> bytes:
    """Messages in messages."""
    body = b"x" * (SIZE - 40_000)
    for number in range(200):
        body = (
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%s\r\n--b%d--\r\n"
            % (number, number, body, number)
            if number % 20 == 0
            else b"Content-Type: message/rfc822\r\n\r\n" + body
        )
    return HEAD + body


def signed() -> bytes:
    """A signature over all of it, whose key nobody knows."""
    return (
        b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=b.example; s=s; h=from; bh=eA==; b=eA==\r\n"
        + one_file()
    )


SHAPES: dict[str, Callable[[], bytes]] = {
    each.__name__: each
    for each in (one_file, many_files, plain_text, one_line, html, quoted_printable, header, addresses, nested, signed)
}


def taken_by(name: str) -> int:
    """Bytes of memory beyond those of a process that has read only a small mail."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(SHAPES[name]())
        file.flush()
        command = [sys.executable, "-m", "tests.fuzz.memory", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout)


def too_large() -> list[str]:
    """Say how much each shape takes; gives those that take more than MOST."""
    found = []
    for name in SHAPES:
        taken = taken_by(name)
        click.echo(f"  {name}: {taken // MB} MB")
        if taken > MOST:
            found.append(name)
    return found


class _Nowhere:
    """A DNS without any record."""

    def texts(self, name: str) -> list[bytes]:
        return []

    def addresses(self, name: str) -> list[str]:
        return []

    exchangers = names_of = addresses


def _measure(path: str) -> int:
    from aplomb.channels.mail.proof.origin import prove
    from aplomb.channels.mail.reading.parse import parse_mail

    parse_mail(HEAD + b"\r\nsmall\r\n")
    before = _highest()
    raw = Path(path).read_bytes()
    mail = parse_mail(raw)
    prove(raw, server="", names=_Nowhere())
    return _highest() - before if mail.size == len(raw) else -1


def _highest() -> int:
    """The highest point so far. Not from getrusage: there a process begins with its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    click.echo(_measure(sys.argv[1]))
