"""A virus scanner of the tests that speaks clamd's protocol as clamd(8) describes it, over TCP or a socket of the file system."""

import contextlib
import socket
import struct
import threading

VIRUS = b"this-is-the-test-virus"


class Clamd:
    """Finds VIRUS; hangs up with its words of regret where a stream is larger than `limit`."""

    def __init__(self, *, path: str = "", limit: int = 1_000_000, says: bytes = b"") -> None:
        self.limit, self.says, self.scanned = limit, says, 0
        family = socket.AF_UNIX if path else socket.AF_INET
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        self.listener.bind(path or ("127.0.0.1", 0))
        self.listener.listen()
        self.port = 0 if path else self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(timeout=5)

    def _run(self) -> None:
        while True:
            try:
                connection, _peer = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                connection.sendall(self._answer(stream) + b"\x00")

    def _answer(self, stream: object) -> bytes:
        read = stream.read  # type: ignore[attr-defined]  # a binary stream
        command = b""
        while not command.endswith(b"\x00"):
            command += read(1)
        if command == b"zPING\x00":
            return self.says or b"PONG"
        content = b""
        while (length := struct.unpack("!L", read(4))[0]) > 0:
            content += read(length)
            if len(content) > self.limit:
                return b"INSTREAM size limit exceeded. ERROR"
        self.scanned += 1
        return self.says or (b"stream: Test.Virus-1 FOUND" if VIRUS in content else b"stream: OK")
