"""/live: server-sent events for a signed-in person. Ids only: the page fetches what it may see."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare

from aplomb.live.hub import Change, Hub, Listener
from aplomb.people.models import Person
from aplomb.people.policies import hidden_team_ids

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

PING_SECONDS = 15.0
CHECK_AGAIN_SECONDS = 120.0
MOST_STREAMS = 5000


class Stream:
    """The ASGI application of the stream; one hub for all of them."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.doors = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live-door")

    def start(self) -> None:
        self.hub.start()

    def stop(self) -> None:
        self.hub.stop()
        self.doors.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        key = session_key(scope)
        found = await loop.run_in_executor(self.doors, at_the_door, key)
        if found is None or scope["method"] != "GET" or len(self.hub.listeners) >= MOST_STREAMS:
            await _refuse(send, 401 if found is None else 503)
            return
        person, hidden = found
        listener = Listener(loop, asyncio.Queue(maxsize=200), person)
        self.hub.join(listener)
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await _send(send, b"retry: 2000\n: open\n\n")
            await self._pump(listener, gone, send, key, hidden)
        finally:
            self.hub.leave(listener)
            gone.cancel()

    async def _pump(
        self, listener: Listener, gone: "asyncio.Future[None]", send: Send, key: str, hidden: frozenset[int]
    ) -> None:
        loop = asyncio.get_running_loop()
        checked = time.monotonic()
        while not gone.done() and not self.hub.stopping.is_set():
            waiting = asyncio.ensure_future(listener.queue.get())
            both: set[asyncio.Future[Any]] = {waiting, gone}
            await asyncio.wait(both, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if time.monotonic() - checked > CHECK_AGAIN_SECONDS:
                found = await loop.run_in_executor(self.doors, at_the_door, key)
                if found is None:
                    waiting.cancel()
                    return
                hidden, checked = found[1], time.monotonic()
            if not waiting.done():
                waiting.cancel()
                if not gone.done():
                    await _send(send, b": ping\n\n")
                continue
            change = waiting.result()
            if self.hub.stopping.is_set():
                return
            if change.team is None or change.team not in hidden:
                await _send(send, event_bytes(change))


HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


def event_bytes(change: Change) -> bytes:
    """One event in the wire form of server-sent events."""
    told = json.dumps({"number": change.number, "kind": change.kind, "entry": change.entry})
    return f"event: change\ndata: {told}\n\n".encode()


def session_key(scope: Scope) -> str:
    """The session cookie of the request, or an empty word."""
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    try:
        cookies = SimpleCookie(raw.decode("latin-1"))
    except CookieError:
        return ""
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


def hidden_teams_of(key: str) -> frozenset[int] | None:
    """The teams whose changes this session's person does not hear of; None where nobody is signed in."""
    person = person_of_session(key)
    return None if person is None else frozenset(hidden_team_ids(person))


def person_of_session(key: str) -> Person | None:
    """Who is signed in under this session key."""
    if not key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    person = Person.objects.filter(pk=session.get(SESSION_KEY) or 0, is_active=True).first()
    if person is None:
        return None
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        return None
    return person


def at_the_door(key: str) -> tuple[int, frozenset[int]] | None:
    """Who comes in, and the teams that they do not hear of. In a thread of its own, which gives a stale connection back."""
    try:
        person = person_of_session(key)
        return None if person is None else (person.pk, frozenset(hidden_team_ids(person)))
    finally:
        close_old_connections()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b""})
