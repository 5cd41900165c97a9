"""A whole desk for each story: with its own folder, on the database that the run is about."""

from collections.abc import Iterator

import pytest

from tests.parts.desk import Desk
from tests.parts.empty_database import empty_database
from tests.parts.smtp_server import SmtpServer


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
