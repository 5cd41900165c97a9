"""What every test can ask for, whether it lies beside its code in aplomb/ or in tests/.

No test reaches the network, the operator's data folder or a real address: the settings are those of a desk in an empty
folder.
"""

import copy
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# before Django reads its settings: what the shell has set is not the tests' matter, a database to run on is
_FOLDER = tempfile.TemporaryDirectory(prefix="aplomb-tests-")
for _name in [each for each in os.environ if each.startswith("APLOMB_")]:
    del os.environ[_name]
os.environ["APLOMB_DATA"] = _FOLDER.name

import pytest
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.cast import Cast, gather
from tests.parts.dovecot import Dovecot
from tests.parts.smtp_server import SmtpServer

# the same examples each time, so that a change is judged by what it changes; `HYPOTHESIS=explore` looks for others
_ALWAYS: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("repeat", derandomize=True, **_ALWAYS)
hypothesis_settings.register_profile("explore", max_examples=1000, **_ALWAYS)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS", "repeat"))


def pytest_configure(config: pytest.Config) -> None:
    """Settings of a desk in a folder of its own, whichever were read before this file."""
    folder = Path(_FOLDER.name)
    django_settings.DATA = folder
    django_settings.SECRET_KEY = "tests only"
    django_settings.SMTP_OUT = None
    django_settings.MEDIA_ROOT = folder / "files"
    storages: dict[str, Any] = copy.deepcopy(django_settings.STORAGES)
    storages["default"]["OPTIONS"]["location"] = str(folder / "files")
    django_settings.STORAGES = storages
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    database = django_settings.DATABASES["default"]
    if not django_settings.POSTGRES:
        # a file and not memory: threads then meet as they do on a real desk
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")
        options = database["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about SQLite itself is no part of a run on PostgreSQL."""
    if django_settings.POSTGRES:
        config.hook.pytest_deselected(items=[each for each in items if each.get_closest_marker("sqlite")])
        items[:] = [each for each in items if not each.get_closest_marker("sqlite")]


@pytest.fixture(autouse=True)
def _no_jobs_stay(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """A test that commits leaves no job to the next: Django empties its own tables, not Procrastinate's."""
    marker = request.node.get_closest_marker("django_db")
    yield
    if django_settings.POSTGRES and marker is not None and marker.kwargs.get("transaction"):
        from django.db import connection

        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of tests/cast.py."""
    return gather()


@pytest.fixture
def drain() -> Callable[[], int]:
    """Runs the jobs that are due now and those that follow; gives their number. A job that fails, fails the test."""
    from aplomb.journal import jobs
    from aplomb.journal.jobs import Job

    def run() -> int:
        failures: list[BaseException] = []
        registered = dict(jobs.JOBS)
        for name, job in registered.items():
            jobs.JOBS[name] = Job(_noting(job.work, failures), name, job.tries)
        try:
            count: int = jobs._engine().drain()
        finally:
            jobs.JOBS.update(registered)
        if failures:
            raise failures[0]
        return count

    return run


def _noting(work: Callable[..., None], failures: list[BaseException]) -> Callable[..., None]:
    def noted(**arguments: Any) -> None:
        try:
            work(**arguments)
        except Exception as error:
            failures.append(error)
            raise

    return noted


@pytest.fixture
def web() -> Callable[..., Client]:
    """A browser without scripts: `web(cast.ada)` is signed in as Ada, `web()` is a stranger."""

    def signed_in(person: Any = None, **settings: Any) -> Client:
        client = Client(**settings)
        if person is not None:
            client.force_login(person, backend=django_settings.AUTHENTICATION_BACKENDS[0])
        return client

    return signed_in


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real IMAP server."""
    with Dovecot() as server:
        yield server


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A real SMTP server that keeps what arrives."""
    with SmtpServer() as server:
        yield server
