"""One ASGI application: the live stream in raw ASGI beside Django, and Django itself as WSGI in a few threads.

Django's own ASGI handler serves a fraction of the pages (docs/performance.md), and a stream in it costs a thread a reader.
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aplomb.config.settings")

import django

django.setup()

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from whitenoise import WhiteNoise

from aplomb.config.bridge import Bridge, Receive, Scope, Send
from aplomb.live.stream import Stream

# modules import each other by name, without the hash that pages add: after an upgrade nobody waits longer than this
STATIC_SECONDS = 300


def pages() -> Any:
    """Django's pages with the static files before them."""
    from django.contrib.staticfiles.finders import get_finders

    found = WhiteNoise(WSGIHandler(), max_age=STATIC_SECONDS, charset="utf-8")
    # nothing is copied when a desk is set up: files are served from the packages that bring them
    for finder in get_finders():
        for path, storage in finder.list([]):
            found.add_file_to_dictionary(f"{settings.STATIC_URL}{path}", storage.path(path))
    return found


class Application:
    """Sends each request to its half."""

    def __init__(self) -> None:
        self.stream = Stream()
        self.pages = Bridge(pages(), threads=settings.WEB_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == "/live":
            await self.stream(scope, receive, send)
        elif scope["type"] == "http":
            await self.pages(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.stream.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self.stream.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


application = Application()
