"""Bringing a desk back from an archive, into an empty place only, and holding it against what was saved."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from aplomb.journal import jobs
from aplomb.search import index
from aplomb.transfer.backup import archive
from aplomb.transfer.backup.errors import BackupTrouble
from aplomb.transfer.backup.making import Say, stored_files
from aplomb.transfer.backup.rows import Column, columns_of, read_rows
from aplomb.transfer.backup.tables import JOBS, WORDS, saved_models

ROWS_AT_ONCE = 500
KEY_NAMES = frozenset({"secret", "record.key"})


def restore_backup(path: Path, say: Say = lambda _text: None) -> dict[str, Any]:
    """Fill this empty desk from the archive, bring it to this version's schema, and give what was found in checking it.

    Nothing is touched before the whole archive was read and found whole. Raises BackupTrouble: a place that is not empty,
    an archive that is damaged or newer than this version, rows that do not fit. What was begun is taken away again.
    """
    say("Reading the archive.")
    manifest = archive.read_manifest(path)
    _require_known(manifest)
    _require_empty()
    with _place():
        say("Making the schema of the archive.")
        older = _make_schema(_targets(manifest))
        _load(path, manifest, older, say)
    say("Bringing it to this version's schema.")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    return {**_told(manifest), **_check(manifest, say)}


def _told(manifest: dict[str, Any]) -> dict[str, Any]:
    rows = sum(each["rows"] for each in manifest["tables"].values())
    kept = {name: manifest[name] for name in ("made_at", "aplomb", "database", "has_secret")}
    return {**kept, "rows": rows, "files": manifest["files"]["count"], "jobs": manifest["jobs"]}


def _require_known(manifest: dict[str, Any]) -> None:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    apps = {app for app, _name in loader.disk_migrations}
    newer = sorted(each for each in manifest["migrations"] if each not in known and each.partition(".")[0] in apps)
    if newer:
        raise BackupTrouble(
            f"the backup was made by a newer Aplomb ({manifest['aplomb']}): this one does not know {newer[0]}."
            " Install that version, then restore."
        )


def _require_empty() -> None:
    try:
        tables = connection.introspection.table_names()
    except DatabaseError as error:
        raise BackupTrouble(f"the database does not answer: {error}. Check DATABASE_URL.") from error
    finally:
        connection.close()
    where = "the database" if connection.vendor == "postgresql" else f"{settings.DATA}"
    if tables:
        raise BackupTrouble(f"{where} is not empty. Restore into an empty one: nothing is written over.")
    if any(_files_in_storage()):
        raise BackupTrouble(
            f"{settings.MEDIA_ROOT} is not empty. Restore into an empty folder: nothing is written over."
        )


def _files_in_storage() -> Iterator[str]:
    root = Path(settings.MEDIA_ROOT)
    return (str(each) for each in root.rglob("*") if each.is_file())


@contextmanager
def _place() -> Iterator[None]:
    """Where the rows go until all of them are in: a file of another name, or a schema that is taken away again."""
    if connection.vendor == "postgresql":
        try:
            yield
        except BaseException:
            _drop_everything()
            _remove_files()
            raise
        return
    final = str(connection.settings_dict["NAME"])
    begun = f"{final}.restoring"
    _remove(begun)
    connection.settings_dict["NAME"] = begun
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        _remove(final)
        Path(begun).replace(final)
    except BaseException:
        connection.close()
        _remove(begun)
        _remove_files()
        raise
    finally:
        connection.settings_dict["NAME"] = final


def _remove(name: str) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(name + ending).unlink(missing_ok=True)


def _remove_files() -> None:
    for name in list(_files_in_storage()):
        Path(name).unlink(missing_ok=True)


def _drop_everything() -> None:
    """PostgreSQL: the schema was empty before, so all that is in it came from here."""
    connection.close()
    try:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    except DatabaseError as error:
        raise BackupTrouble("the restore failed half-way: drop the database and create it anew, empty.") from error


def _targets(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    return [(app, name) for app, _dot, name in (each.partition(".") for each in manifest["migrations"])]


def _make_schema(applied: list[tuple[str, str]]) -> Any:
    """Apply just these migrations; gives the models as they were then."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    known = {key for key in applied if key in graph.nodes}
    # the last of each app: to name an earlier one too would mean to go back to it
    last = [
        key
        for key in sorted(known)
        if not any(child in known for child in graph.node_map[key].children if child[0] == key[0])
    ]
    # the tables of this database's own engine of jobs: an archive from the other one does not know them
    engine = [key for key in graph.leaf_nodes() if key[0] == "procrastinate"]
    executor.migrate(last + [key for key in engine if key not in last])
    return executor.loader.project_state(last).apps


def _load(path: Path, manifest: dict[str, Any], older: Any, say: Say) -> None:
    tables = {str(model._meta.db_table): model for model in saved_models(older)}
    unknown = set(manifest["tables"]) - set(tables) - {WORDS}
    if unknown:
        raise BackupTrouble(f"the archive has a table that its schema lacks: {sorted(unknown)[0]}.")
    counts = dict.fromkeys([*manifest["tables"], JOBS], 0)
    with connection.constraint_checks_disabled(), transaction.atomic():
        _clear(tables)
        for member in archive.walk(path):
            kind, _slash, rest = member.name.partition("/")
            if kind == "tables":
                table = rest.partition("/")[0]
                try:
                    counts[table] += _load_table(table, member.read(), tables, manifest)
                except (ValueError, KeyError, TypeError, DatabaseError) as error:
                    raise BackupTrouble(f"rows of {table} do not fit: {error}") from error
            elif kind == "keys":
                _load_key(rest, member.read())
            elif kind == "files":
                _load_file(rest, member)
        _require_counts(counts, manifest)
        _set_sequences(tables)
        try:
            connection.check_constraints()
        except DatabaseError as error:
            raise BackupTrouble(f"the rows do not belong together: {error}") from error
    say(f"{sum(counts.values())} rows are in.")


def _clear(tables: dict[str, type[models.Model]]) -> None:
    """What the migrations themselves have written: the archive has its own."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(map(quote, tables))} CASCADE")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {quote(table)}")  # noqa: S608  names of our own tables


def _load_table(table: str, content: bytes, tables: dict[str, type[models.Model]], manifest: dict[str, Any]) -> int:
    if table == WORDS:
        lines = [json.loads(line) for line in content.splitlines()]
        index.load([(int(pk), str(words)) for pk, words in lines])
        return len(lines)
    if table == JOBS:
        rows = [json.loads(line) for line in content.splitlines()]
        jobs.load(rows)
        return len(rows)
    model = tables[table]
    by_name = {field.attname: field for field in columns_of(model)}
    names = manifest["tables"][table]["columns"]
    if set(names) != set(by_name):
        raise ValueError(f"the archive has other columns: {sorted(set(names) ^ set(by_name))[0]}")
    fields = [by_name[name] for name in names]
    return _insert(table, fields, read_rows(content, fields))


def _insert(table: str, fields: list[Column], rows: Iterable[list[Any]]) -> int:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(table)} ({columns}) VALUES ({marks})"  # noqa: S608  names of our own tables
    count = 0
    prepared = (
        [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)] for row in rows
    )
    with connection.cursor() as cursor:
        while some := list(islice(prepared, ROWS_AT_ONCE)):
            cursor.executemany(sql, some)
            count += len(some)
    return count


def _require_counts(counts: dict[str, int], manifest: dict[str, Any]) -> None:
    told = {table: each["rows"] for table, each in manifest["tables"].items()} | {JOBS: manifest["jobs"]}
    wrong = sorted(table for table, count in counts.items() if count != told[table])
    if wrong:
        raise BackupTrouble(f"{wrong[0]} came out with {counts[wrong[0]]} rows instead of {told[wrong[0]]}.")


def _set_sequences(tables: dict[str, type[models.Model]]) -> None:
    from django.core.management.color import no_style

    statements = connection.ops.sequence_reset_sql(no_style(), list(tables.values()))
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def _load_key(name: str, content: bytes) -> None:
    """The archive's keys take the place of what an empty desk has made for itself since it began to look."""
    if name not in KEY_NAMES:
        raise BackupTrouble(f"the archive holds a key that this version does not know: {name}.")
    place = Path(settings.DATA) / ("secret" if name == "secret" else f"keys/{name}")
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = place.with_name(f"{place.name}.restoring")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
    fresh.replace(place)


def _load_file(name: str, member: archive.Member) -> None:
    try:
        default_storage.save(name, _Pieces(member.pieces()))  # type: ignore[arg-type]  # all that the storage asks for
    except OSError as error:
        raise BackupTrouble(f"{name} cannot be written: {error.strerror or error}.") from error


class _Pieces:
    """A file in pieces, for Django's storage."""

    name = None

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def chunks(self) -> Iterator[bytes]:
        yield from chain(self._pieces)


def _check(manifest: dict[str, Any], say: Say) -> dict[str, Any]:
    """What a restored desk is held against: each file against its name, and every record against its chain."""
    from aplomb.tickets.record import verify_all

    say("Checking files and records.")
    _take_up_secret(manifest)
    damaged = [name for name in stored_files() if not _is_sound(name)]
    broken = [verdict.sentence for verdict in verify_all(say) if verdict.broken is not None]
    return {"damaged_files": damaged, "broken_records": broken}


def _take_up_secret(manifest: dict[str, Any]) -> None:
    if manifest["has_secret"]:
        settings.SECRET_KEY = (Path(settings.DATA) / "secret").read_text(encoding="ascii").strip()


def _is_sound(name: str) -> bool:
    digest = hashlib.sha256()
    try:
        with default_storage.open(name, "rb") as stream:
            for piece in iter(lambda: stream.read(1024 * 1024), b""):
                digest.update(piece)
    except OSError:
        return False
    return digest.hexdigest() == name.rpartition("/")[2]
