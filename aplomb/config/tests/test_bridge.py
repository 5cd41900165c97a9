"""The bridge between the server and Django's pages, asked as a server asks it."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from structlog.testing import capture_logs

from aplomb.config import bridge
from aplomb.config.bridge import ONE_PIECE, Bridge

Pages = Callable[[dict[str, Any], Any], Iterable[bytes]]


def asked(pages: Any, *messages: dict[str, Any], fails_at: int = 1_000_000, **changes: Any) -> list[dict[str, Any]]:
    """What the bridge sends to the server for these messages of a request. `fails_at`: the client hangs up there."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [],
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5),
        "http_version": "1.1",
        "scheme": "http",
        **changes,
    }
    waiting = list(messages) or [{"type": "http.request", "body": b"", "more_body": False}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        if len(sent) >= fails_at:
            raise ConnectionResetError
        sent.append(message)

    asyncio.run(Bridge(pages, threads=2)(scope, receive, send))
    return sent


def echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [environ["REQUEST_METHOD"].encode(), b" ", environ["wsgi.input"].read()]


def told(name: str) -> Pages:
    def pages(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return [str(environ.get(name)).encode()]

    return pages


class Long:
    """A body in chunks, like a file's."""

    def __init__(self, count: int, breaks_at: int = 1_000_000) -> None:
        self.count, self.breaks_at, self.is_closed, self.given = count, breaks_at, False, 0

    def __call__(self, environ: dict[str, Any], start: Any) -> "Long":
        start("200 OK", [("Content-Type", "application/octet-stream")])
        return self

    def __iter__(self) -> Iterator[bytes]:
        for place in range(self.count):
            if place == self.breaks_at:
                raise OSError("the disk is gone")
            self.given += 1
            yield bytes([place % 256]) * ONE_PIECE

    def close(self) -> None:
        self.is_closed = True


def test_a_page_goes_out_in_one_piece_with_all_its_headers() -> None:
    start, body = asked(echo, {"type": "http.request", "body": b"said", "more_body": False}, method="POST")
    assert start["status"] == 200
    assert start["headers"] == [(b"content-type", b"text/plain"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    assert body == {"type": "http.response.body", "body": b"POST said", "more_body": False}


def test_a_body_that_comes_in_pieces_is_whole() -> None:
    pieces = [{"type": "http.request", "body": bytes([each]) * 300_000, "more_body": each < 9} for each in range(10)]
    _start, *bodies = asked(echo, *pieces, method="POST")
    assert b"".join(each["body"] for each in bodies) == b"POST " + b"".join(
        bytes([each]) * 300_000 for each in range(10)
    )


def test_whoever_hangs_up_before_the_end_is_not_answered_and_asks_no_page() -> None:
    half = {"type": "http.request", "body": b"half", "more_body": True}
    assert asked(lambda *_: pytest.fail("asked"), half, {"type": "http.disconnect"}) == []


def test_a_body_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "LARGEST_BODY", 10)
    start, _body = asked(echo, {"type": "http.request", "body": b"x" * 11, "more_body": True}, method="POST")
    assert start["status"] == 413


def test_a_long_answer_is_handed_over_chunk_by_chunk_and_closed() -> None:
    pages = Long(4)
    start, *bodies = asked(pages)
    assert start["status"] == 200
    assert b"".join(each["body"] for each in bodies) == b"".join(bytes([each]) * ONE_PIECE for each in range(4))
    assert [each["more_body"] for each in bodies] == [True, True, True, True, False]
    assert pages.is_closed


def test_a_long_answer_whose_reader_hangs_up_is_closed_and_read_no_further() -> None:
    pages = Long(1000)
    with pytest.raises(ConnectionResetError):
        asked(pages, fails_at=3)
    assert pages.is_closed
    assert pages.given < 5


def test_an_answer_that_breaks_off_is_closed_and_not_ended_as_if_it_were_whole() -> None:
    pages = Long(10, breaks_at=2)
    with pytest.raises(OSError, match="disk"):
        asked(pages)
    assert pages.is_closed


def test_a_page_that_fails_before_its_first_word_is_closed() -> None:
    pages = Long(10, breaks_at=0)
    with pytest.raises(OSError, match="disk"):
        asked(pages)
    assert pages.is_closed


@pytest.mark.parametrize(
    ("headers", "name", "value"),
    [
        ([(b"cookie", b"a=1"), (b"cookie", b"b=2")], "HTTP_COOKIE", "a=1;b=2"),
        ([(b"accept", b"text/html"), (b"accept", b"*/*")], "HTTP_ACCEPT", "text/html,*/*"),
        ([(b"x_forwarded_for", b"1.2.3.4")], "HTTP_X_FORWARDED_FOR", "None"),
        ([(b"content-type", b"text/plain")], "CONTENT_TYPE", "text/plain"),
        ([(b"content-length", b"999")], "CONTENT_LENGTH", "0"),
        ([(b"x-name", "\xe9".encode("latin-1"))], "HTTP_X_NAME", "\xe9"),
    ],
)
def test_headers_are_those_that_were_sent(headers: list[tuple[bytes, bytes]], name: str, value: str) -> None:
    _start, body = asked(told(name), headers=headers)
    assert body["body"].decode() == value


def test_a_path_of_another_alphabet_is_bytes_as_wsgi_wants_them() -> None:
    _start, body = asked(told("PATH_INFO"), path="/ετικέτα")
    assert body["body"].decode().encode("latin-1").decode() == "/ετικέτα"


@pytest.mark.django_db(transaction=True)
def test_django_answers_through_it(client: Any) -> None:
    form = b"login=nobody%40desk.example&password=wrong"
    headers = [
        (b"host", b"127.0.0.1:8000"),
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-length", str(len(form)).encode()),
    ]
    message = {"type": "http.request", "body": form, "more_body": False}
    handler = WSGIHandler()

    def pages(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        try:
            return list(handler(environ, start))
        finally:
            # the thread ends with the test, and its connection with it
            connections.close_all()

    start, body = asked(pages, message, method="POST", path="/account/login/", headers=headers)
    assert start["status"] == 403  # without the form's token
    assert b"<html" in body["body"]


def test_what_a_page_complains_of_reaches_the_log() -> None:
    def pages(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        environ["wsgi.errors"].write("something is odd\n")
        start("204 No Content", [])
        return []

    with capture_logs() as logs:
        start, body = asked(pages)
    assert (start["status"], body["body"]) == (204, b"")
    assert [each["said"] for each in logs] == ["something is odd"]
