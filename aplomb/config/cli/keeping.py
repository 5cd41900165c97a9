"""backup and restore."""

from pathlib import Path

import click

from aplomb.config.cli.database import require_schema
from aplomb.config.cli.talk import Trouble, answer, say, start_django, with_json


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_json
def backup(file: Path, as_json: bool) -> None:
    """Save the desk to a new file while it runs: database, files and keys, as they are at one instant.

    The file is read back before the command says that it is well. It holds the desk's secrets: keep it like them.
    """
    start_django()
    require_schema()
    from aplomb.transfer.backup.errors import BackupTrouble
    from aplomb.transfer.backup.making import make_backup

    try:
        manifest = make_backup(file, say)
    except BackupTrouble as error:
        raise Trouble(str(error)) from error
    rows = sum(each["rows"] for each in manifest["tables"].values())
    found = {
        "file": str(file),
        "bytes": file.stat().st_size,
        "rows": rows,
        "files": manifest["files"]["count"],
        "lost_files": manifest["files"]["lost"],
        "jobs": manifest["jobs"],
        "made_at": manifest["made_at"],
    }
    lines = [
        f"{file}: {rows} rows, {found['files']} files, {found['bytes'] / 1024 / 1024:.1f} MB. It reads back as written."
    ]
    if found["lost_files"]:
        lines.append(f"{found['lost_files']} files were missing before; aplomb record verify names their tickets.")
    if not manifest["has_secret"]:
        lines.append("APLOMB_SECRET is not in it: keep it too. Without it, passwords of mailboxes cannot be read.")
    answer(found, "\n".join(lines), as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_json
@click.pass_context
def restore(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Bring a desk back from a backup, into an empty data folder and database only, then check it. Exit 1 on findings.

    Stop the desk that the backup was made of before this one starts: both would fetch and send the same mail.
    """
    start_django()
    from aplomb.transfer.backup.errors import BackupTrouble
    from aplomb.transfer.backup.restoring import restore_backup

    try:
        found = restore_backup(file, say)
    except BackupTrouble as error:
        raise Trouble(str(error)) from error
    wrong = [f"damaged file: {name}" for name in found["damaged_files"]] + found["broken_records"]
    lines = [
        f"Restored as of {found['made_at']}: {found['rows']} rows, {found['files']} files.",
        *(wrong or ["Every file and every record is as it was."]),
        "Start it with: aplomb serve",
    ]
    if not found["has_secret"]:
        lines.append("Set APLOMB_SECRET as it was: passwords of mailboxes are locked with it.")
    answer(found, "\n".join(lines), as_json=as_json)
    if wrong:
        ctx.exit(1)
