"""Logs: one line an event on stderr, words first, keys after."""

import logging
import sys

import structlog
from django.conf import settings


def set_up() -> None:
    """Configure structlog and the standard library's logging to one form."""
    level = getattr(logging, settings.LOG.upper())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(
        stream=sys.stderr, level=max(level, logging.WARNING), format="%(levelname)s %(name)s: %(message)s"
    )
    for noisy in ("mail.log", "procrastinate", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    # a wrong address or a refused page is the visitor's matter, not the operator's
    for visitors in ("django.request", "django.security.csrf"):
        # and their lines would show the address of a sign-in link, which is a secret
        logging.getLogger(visitors).setLevel(logging.ERROR)
