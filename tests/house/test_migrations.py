"""Migrations: none is missing, and none imports the desk's code, which will have changed when it runs."""

import ast
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.house.tree import PACKAGE, imported, name_of, no_findings, parsed

LONGEST = 300
# the first of each app makes all its tables
FIRST = "0001_"


def migrations() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("migrations/*.py")) if path.name != "__init__.py"]


def imports_of_the_desk(tree: ast.AST) -> list[str]:
    """Imports of our own code other than plain functions that fields name as defaults."""
    allowed = {"aplomb.lib", "aplomb.lib.time", "aplomb.lib.time.utc_now"}
    return [name for name in imported(tree) if name.split(".")[0] == "aplomb" and name not in allowed]


@pytest.mark.parametrize("line", ["from aplomb.tickets.models import Ticket", "import aplomb.people.actions"])
def test_an_import_of_the_desk_is_found(line: str) -> None:
    assert imports_of_the_desk(ast.parse(line)) != []


@pytest.mark.parametrize("line", ["from django.db import migrations", "import aplomb.lib.time"])
def test_other_imports_are_good(line: str) -> None:
    assert imports_of_the_desk(ast.parse(line)) == []


def test_migrations_do_not_import_the_desk() -> None:
    found = [f"{name_of(path)}: {name}" for path in migrations() for name in imports_of_the_desk(parsed(path))]
    no_findings(found, "a migration knows tables and not today's code")


def test_migrations_are_small() -> None:
    found = [name_of(path) for path in migrations() if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST]
    no_findings(found, "a migration does one thing")


def test_a_migration_moves_tables_or_rows_and_not_both() -> None:
    found = []
    for path in migrations():
        called = {
            ast.unparse(node.func).split(".")[-1] for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)
        }
        if "RunPython" in called and called & {"AddField", "RemoveField", "CreateModel", "AlterField", "DeleteModel"}:
            found.append(name_of(path))
    no_findings(found, "tables and rows move in migrations of their own")


@pytest.mark.django_db
def test_none_is_missing() -> None:
    told = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=told, stderr=told)
    except SystemExit:
        pytest.fail(f"models have changed without a migration:\n{told.getvalue()}")


def test_none_of_them_meet() -> None:
    assert MigrationLoader(connection=None).detect_conflicts() == {}


@pytest.mark.django_db
def test_all_have_run_on_this_database() -> None:
    loader = MigrationLoader(connection)
    ours = {
        key
        for key in loader.disk_migrations
        if key[0] in {"tickets", "journal", "people", "customers", "mail", "search"}
    }
    assert ours <= set(loader.applied_migrations)
