"""Whether anything moved: what every refusal is checked with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

Rows = dict[str, list[tuple[Any, ...]]]

# what a visit leaves behind without changing the desk
VISITS = {"journal.Turn", "journal.Look", "people.SignInLink"}


def all_rows() -> Rows:
    """Every row of every table of the desk."""
    found: Rows = {}
    for model in apps.get_models():
        if model.__module__.startswith("aplomb.") and model._meta.label not in VISITS:
            rows = model._default_manager.order_by("pk").values_list()
            found[model._meta.label] = [tuple(_plain(value) for value in row) for row in rows]
    if settings.POSTGRES:
        found["jobs"] = _jobs()
    return found


def _jobs() -> list[tuple[Any, ...]]:
    """On PostgreSQL jobs wait in Procrastinate's table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status, args::text FROM procrastinate_jobs ORDER BY id")
        return [tuple(row) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def differences(before: Rows, after: Rows) -> list[str]:
    """In words, what is not as it was."""
    found = []
    for label in sorted(before.keys() | after.keys()):
        old, new = before.get(label, []), after.get(label, [])
        found += [f"{label} lost {row}" for row in old if row not in new]
        found += [f"{label} got {row}" for row in new if row not in old]
    return found


@contextmanager
def nothing_moves() -> Iterator[None]:
    """Fails when a row of the desk is other, gone or new at the end."""
    before = all_rows()
    yield
    moved = differences(before, all_rows())
    assert not moved, "it was refused, and yet:\n" + "\n".join(moved)[:4000]
