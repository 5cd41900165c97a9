"""Django's pages (WSGI, PEP 3333) behind an ASGI server: one hop to a thread and one back for each page.

A body is read before a thread is taken, so that a slow sender holds none; a large one waits in a temporary file. An
answer that is small enough goes out in one piece; a long one (a file) is handed over chunk by chunk.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any, Final
from urllib.parse import quote

import structlog

log = structlog.get_logger()

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Environ = dict[str, Any]
Headers = list[tuple[bytes, bytes]]

IN_MEMORY: Final = 1024 * 1024
LARGEST_BODY: Final = 512 * 1024 * 1024
ONE_PIECE: Final = 256 * 1024


class Gone(Exception):
    """Whoever asked hung up before the body had come."""


class TooLarge(Exception):
    """The body is larger than any form of the desk."""


@dataclass(slots=True)
class Answer:
    """What a page says: its status, headers, the beginning of its body, and where the rest comes from if there is more."""

    status: int
    headers: Headers
    start: bytes
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None


class Bridge:
    """An ASGI application that asks a WSGI application in its own few threads."""

    def __init__(self, pages: Any, *, threads: int) -> None:
        self.pages = pages
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            body, length = await read_body(receive)
        except Gone:
            return
        except TooLarge:
            await _send(send, 413, [(b"content-type", b"text/plain"), (b"connection", b"close")], b"Too large.\n")
            return
        loop = asyncio.get_running_loop()
        with body:
            answer = await loop.run_in_executor(self.pool, self._ask, environ_of(scope, body, length))
            if answer.rest is None:
                await _send(send, answer.status, answer.headers, answer.start)
            else:
                await self._stream(answer, send)

    def _ask(self, environ: Environ) -> Answer:
        """Run the page in this thread, until it is drawn or ONE_PIECE of it is there."""
        told: list[tuple[str, list[tuple[str, str]]]] = []
        written: list[bytes] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            told[:] = [(status, headers)]
            return written.append

        found: Iterable[bytes] = self.pages(environ, start_response)
        close = getattr(found, "close", None)
        chunks = iter(found)
        is_over = True
        try:
            size = 0
            for chunk in chunks:
                written.append(chunk)
                size += len(chunk)
                if size >= ONE_PIECE:
                    is_over = False
                    break
        except BaseException:
            if close is not None:
                close()
            raise
        status, headers = told[0]
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        answer = Answer(int(status[:3]), raw, b"".join(written))
        if is_over:
            if close is not None:
                close()
        else:
            answer.rest, answer.close = chunks, close
        return answer

    async def _stream(self, answer: Answer, send: Send) -> None:
        loop = asyncio.get_running_loop()
        assert answer.rest is not None
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            chunk: bytes | None = answer.start
            while chunk is not None:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                chunk = await loop.run_in_executor(self.pool, next, answer.rest, None)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            if answer.close is not None:
                await loop.run_in_executor(self.pool, answer.close)


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def read_body(receive: Receive) -> tuple[IO[bytes], int]:
    """The body of a request, at its beginning, and its length in bytes. Raises Gone, TooLarge."""
    body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed by who asked for it
    length = 0
    try:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            piece = message.get("body", b"")
            length += len(piece)
            if length > LARGEST_BODY:
                raise TooLarge
            if piece:
                body.write(piece)
            if not message.get("more_body", False):
                body.seek(0)
                return body, length
    except BaseException:
        body.close()
        raise


def environ_of(scope: Scope, body: IO[bytes], length: int) -> Environ:
    """The request as PEP 3333 wants it. Headers with an underscore are left out: they could pose as others."""
    server = scope.get("server") or ("localhost", 80)
    peer = scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "RAW_URI": quote(scope["path"]),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": peer[0],
        "REMOTE_PORT": str(peer[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": _Errors(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        if key in environ:
            value = f"{environ[key]}{';' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    # as much as has come, whatever was announced
    environ["CONTENT_LENGTH"] = str(length)
    return environ


class _Errors:
    """Where a WSGI application writes what went wrong."""

    def write(self, text: str) -> None:
        if text.strip():
            log.error("page", said=text.rstrip())

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing is held back."""
