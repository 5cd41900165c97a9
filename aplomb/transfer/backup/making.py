"""Saving a desk while it runs: one instant of its database, its keys and its files."""

import json
import platform
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction

from aplomb.journal import jobs
from aplomb.lib.time import instant_text, utc_now
from aplomb.search import index
from aplomb.transfer.backup import archive
from aplomb.transfer.backup.errors import BackupTrouble
from aplomb.transfer.backup.rows import columns_of, write_rows
from aplomb.transfer.backup.tables import FILES, JOBS, WORDS, saved_models

Say = Callable[[str], None]

ALIAS = "snapshot"
ROWS_AT_ONCE = 2000
CHUNK_BYTES = 4 * 1024 * 1024
# a file that goes while it is saved went with its row: the next look at the database no longer names it
LOOKS = 4
TELL_SECONDS = 5.0


class _Moved(Exception):
    """The files changed under the hand: begin anew."""


def make_backup(path: Path, say: Say = lambda _text: None) -> dict[str, Any]:
    """Write the desk to a new file, read it back, and give its manifest. The desk may run and change meanwhile.

    Raises BackupTrouble where the file is there already, cannot be written, or does not read as it was written.
    """
    if path.exists():
        raise BackupTrouble(f"{path} is there already. Name another file; none is written over.")
    for look in range(LOOKS):
        try:
            return _make(path, say)
        except _Moved:
            say("Files went while they were saved; beginning anew.")
        except OSError as error:
            raise BackupTrouble(
                f"the backup was not made: {error.strerror or error}. Nothing was kept of it."
            ) from error
        time.sleep(look)
    raise BackupTrouble("files of the desk go faster than they can be saved. Try again when less is deleted.")


def _make(path: Path, say: Say) -> dict[str, Any]:
    begun = utc_now()
    with archive.Writer(path) as writer, snapshot() as using:
        manifest: dict[str, Any] = {
            "aplomb": version("aplomb"),
            "made_at": instant_text(begun),
            "database": connection.vendor,
            "python": platform.python_version(),
            "migrations": _migrations(using),
            "has_secret": _has_own_secret(),
        }
        manifest["tables"] = _save_tables(writer, using, say)
        manifest["jobs"] = _save_jobs(writer, using, say)
        manifest["keys"] = _save_keys(writer)
        manifest["files"] = _save_files(writer, using, say)
        writer.finish(manifest)
    say("Reading it back.")
    try:
        return archive.read_manifest(path)
    except BackupTrouble:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def snapshot() -> Iterator[str]:
    """A second connection that sees one instant of the database for as long as it is open, and keeps nobody from writing.

    Gives its alias.
    """
    given = connection.settings_dict
    options = dict(given.get("OPTIONS", {}))
    if connection.vendor == "postgresql":
        from psycopg import IsolationLevel

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    else:
        # IMMEDIATE, as the desk's own transactions begin, would keep the desk from writing
        options["transaction_mode"] = "DEFERRED"
    connections.databases[ALIAS] = {**given, "OPTIONS": options}
    try:
        with transaction.atomic(using=ALIAS):
            yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.databases[ALIAS]


def _migrations(using: str) -> list[str]:
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connections[using]).applied_migrations())


def _save_tables(writer: archive.Writer, using: str, say: Say) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for model in saved_models(apps):
        fields = columns_of(model)
        rows = (
            model._base_manager.using(using)
            .order_by("pk")
            .values_list(*(field.attname for field in fields))
            .iterator(chunk_size=ROWS_AT_ONCE)
        )
        table = str(model._meta.db_table)
        count = _save_lines(writer, table, write_rows(rows, fields), say)
        found[table] = {"model": model._meta.label_lower, "columns": [field.attname for field in fields], "rows": count}
    lines = (
        json.dumps([pk, words], ensure_ascii=False).encode() + b"\n" for pk, words in index.saved(using, ROWS_AT_ONCE)
    )
    found[WORDS] = {"model": "", "columns": ["ticket_id", "words"], "rows": _save_lines(writer, WORDS, lines, say)}
    return found


def _save_lines(writer: archive.Writer, table: str, lines: Iterable[bytes], say: Say) -> int:
    count, number, told = 0, 0, time.monotonic()
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        count += 1
        if size >= CHUNK_BYTES:
            number += 1
            writer.add(f"tables/{table}/{number:06}.jsonl", b"".join(waiting))
            waiting, size = [], 0
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                say(f"{table}: {count} rows")
    if waiting:
        writer.add(f"tables/{table}/{number + 1:06}.jsonl", b"".join(waiting))
    return count


def _save_jobs(writer: archive.Writer, using: str, say: Say) -> int:
    lines = (json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in jobs.saved(using))
    return _save_lines(writer, JOBS, lines, say)


def _has_own_secret() -> bool:
    return bool(settings.SECRET_IS_KEPT) and _secret().is_file()


def _secret() -> Path:
    return Path(settings.DATA) / "secret"


def _save_keys(writer: archive.Writer) -> list[str]:
    """The secret that passwords of mailboxes are locked with, and the key that signs the record."""
    places = [_secret()] if _has_own_secret() else []
    places += sorted((Path(settings.DATA) / "keys").glob("*.key"))
    for place in places:
        writer.add(f"keys/{place.name}", place.read_bytes())
    return [place.name for place in places]


def _save_files(writer: archive.Writer, using: str, say: Say) -> dict[str, int]:
    """Every file that a row of the snapshot names. One that is gone with its row since then means to begin anew."""
    count = total = lost = 0
    told = time.monotonic()
    for name in stored_files(using):
        try:
            with default_storage.open(name, "rb") as stream:
                size = default_storage.size(name)
                writer.add_stream(f"files/{name}", stream, size)
        except FileNotFoundError:
            if not is_named(name):
                raise _Moved from None
            # it was lost before; `aplomb record verify` names its ticket, and the rest is worth saving
            lost += 1
            continue
        count, total = count + 1, total + size
        if time.monotonic() - told > TELL_SECONDS:
            told = time.monotonic()
            say(f"{count} files, {total // 1024 // 1024} MB")
    return {"count": count, "bytes": total, "lost": lost}


def stored_files(using: str = "default") -> Iterator[str]:
    """The names in storage of all files that this database names, each once."""
    for model, column in FILES:
        paths = model._base_manager.using(using).order_by(column).values_list(column, flat=True).distinct()
        yield from paths.iterator(chunk_size=ROWS_AT_ONCE)


def is_named(path: str) -> bool:
    """Whether the desk, as it is now, still needs this file."""
    return any(model._base_manager.filter(**{column: path}).exists() for model, column in FILES)
