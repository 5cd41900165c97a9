"""migrate and demo."""

from typing import Any

import click

from aplomb.config.cli.talk import Trouble, answer, say, start_django, with_json


def pending_migrations() -> list[str]:
    """Names of migrations that this database lacks. Raises Trouble when it does not answer."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        raise Trouble(f"the database does not answer: {error}. Check DATABASE_URL.") from error
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    ours = {key for key in unknown if key[0] in executor.loader.migrated_apps}
    if ours:
        raise Trouble(
            "the database is newer than this version of Aplomb:"
            f" it has {', '.join(sorted('.'.join(key) for key in ours))}. Install the newer version."
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def bring_up_to_date() -> list[str]:
    """Migrate if anything is pending. Returns what was done."""
    from django.core.management import call_command

    pending = pending_migrations()
    if pending:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    return pending


def require_schema() -> None:
    """Raises Trouble where the database has another schema than this version."""
    pending = pending_migrations()
    if pending:
        raise Trouble(f"the database lacks {len(pending)} migrations. Run: aplomb migrate")


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Only say what is pending; exit 1 if anything is.")
@with_json
@click.pass_context
def migrate(ctx: click.Context, only_check: bool, as_json: bool) -> None:
    """Bring the database to this version's schema. Safe to repeat."""
    start_django()
    found = pending_migrations() if only_check else bring_up_to_date()
    word = "pending" if only_check else "applied"
    answer({word: found}, "\n".join(found) or f"Nothing {word}: the schema is up to date.", as_json=as_json)
    if only_check and found:
        ctx.exit(1)


@click.command()
@click.option("--tickets", type=click.IntRange(1, 8_000_000), help="Build this many tickets in bulk instead.")
@click.option("--seed", type=int, default=42, show_default=True, help="Same seed, same tickets.")
@with_json
def demo(tickets: int | None, seed: int, as_json: bool) -> None:
    """Fill an empty database with the demo's world, or with tickets in bulk for trying out size."""
    start_django()
    from aplomb.transfer.demo.filling import NotEmpty, fill_in_bulk, fill_with_world

    bring_up_to_date()
    try:
        done: dict[str, Any] = fill_in_bulk(tickets, seed, say) if tickets else fill_with_world(say)
    except NotEmpty as error:
        raise Trouble(str(error)) from error
    answer(done, ", ".join(f"{value} {key}" for key, value in done.items()), as_json=as_json)
