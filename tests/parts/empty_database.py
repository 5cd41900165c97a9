"""A PostgreSQL database of its own for a desk that is started in a process of its own."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit


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
