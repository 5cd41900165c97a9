"""A real browser: the system's Chromium, driven by Playwright. Nothing is downloaded."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.parts.missing import program


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium. Raises MissingPart."""
    path = program("chromium", "chromium-browser", "google-chrome", package="chromium")
    # Chromium's sandbox does not run as root
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=[*arguments, "--disable-dev-shm-usage"])
        try:
            yield started
        finally:
            started.close()
