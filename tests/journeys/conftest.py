"""A whole desk for each story: with its own folder, on the database that the run is about."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.parts.desk import Desk
from tests.parts.smtp_server import SmtpServer


@contextmanager
def empty_database() -> Iterator[str]:
    """The address of a new PostgreSQL database when the run is on PostgreSQL; an empty word on SQLite."""
    base = os.environ.get("DATABASE_URL", "")
    if not base.startswith(("postgres://", "postgresql://")):
        yield ""
        return
    import psycopg

    name = f"desk_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(base, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    parts = urlsplit(base)
    try:
        yield urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))
    finally:
        with psycopg.connect(base, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def desk(smtp_server: SmtpServer) -> Iterator[Desk]:
    """A desk with the demo's world that hands its mail to `smtp_server`."""
    with (
        empty_database() as database,
        Desk(empty_database=database, APLOMB_SMTP_OUT=smtp_server.address, APLOMB_UNDO_SECONDS="1") as found,
    ):
        yield found


@pytest.fixture
def unsent_desk() -> Iterator[Desk]:
    """A desk with the demo's world and no outgoing server: its mail is kept."""
    with empty_database() as database, Desk(empty_database=database) as found:
        yield found
