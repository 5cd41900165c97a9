"""Rows by the thousand into the tables of models: executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models


class Table:
    """Collects rows of one model. Columns that are not named get the model's defaults."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self.model = model
        fields = {field.attname: field for field in model._meta.concrete_fields}
        rest = [field for name, field in fields.items() if name not in names]
        self.table = model._meta.db_table
        self.columns = [fields[name].column for name in names] + [
            field.column for field in rest if not field.primary_key
        ]
        self.defaults = tuple(
            field.get_db_prep_save(field.get_default(), connection) for field in rest if not field.primary_key
        )
        self.rows: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        """One row, values in the order of the names: text for instants, 0 and 1 for truths, text for JSON."""
        self.rows.append(values + self.defaults)

    def flush(self) -> int:
        """Write what was collected. Needs a transaction. Returns how many rows that were."""
        count = len(self.rows)
        if not count:
            return 0
        columns = ", ".join(f'"{each}"' for each in self.columns)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor, cursor.copy(f'COPY "{self.table}" ({columns}) FROM STDIN') as copy:
                for row in self.rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(self.columns))
            with connection.cursor() as cursor:
                cursor.executemany(f'INSERT INTO "{self.table}" ({columns}) VALUES ({marks})', self.rows)  # noqa: S608
        self.rows.clear()
        return count


def move_sequence(model: type[models.Model]) -> None:
    """Let PostgreSQL count on from the rows that were given their ids here."""
    if connection.vendor != "postgresql":
        return
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key])
        if cursor.fetchone()[0] is None:
            return
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), max(\"{key}\")) FROM \"{table}\""  # noqa: S608
            f' HAVING max("{key}") IS NOT NULL'
        )


@contextmanager
def swift() -> Iterator[None]:
    """Inside, SQLite does not wait for the disk after each commit and keeps more pages in memory; then as before.

    A fill that a power cut breaks is begun again with a new file, so that nothing is lost by it.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        before = {}
        for name in ("synchronous", "cache_size"):
            cursor.execute(f"PRAGMA {name}")
            before[name] = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA cache_size=-400000")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name}={int(value)}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def gather_statistics() -> None:
    """Tell PostgreSQL's planner how large the tables have become, as its autovacuum soon would. SQLite goes without."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
