"""mail fetch, and check: what is wrong with this desk and how to mend it."""

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import click

from aplomb.config.cli.database import pending_migrations, require_schema
from aplomb.config.cli.talk import Trouble, answer, say, start_django, with_json

LEAST_FREE_BYTES = 500 * 1024 * 1024


@click.command()
@click.argument("addresses", nargs=-1, metavar="[MAILBOX…]")
@with_json
@click.pass_context
def fetch(ctx: click.Context, addresses: tuple[str, ...], as_json: bool) -> None:
    """Look into these mailboxes, or all that are fetched by IMAP, once. Exit 1 if one fails."""
    start_django()
    require_schema()
    from aplomb.channels.mail import imap
    from aplomb.channels.mail.models import Mailbox

    boxes = list(Mailbox.objects.filter(is_active=True, intake=Mailbox.Intake.IMAP))
    if addresses:
        wanted = {each.strip().lower() for each in addresses}
        missing = wanted - {box.address for box in boxes}
        if missing:
            raise Trouble(f"no mailbox that is fetched by IMAP has the address {sorted(missing)[0]}.")
        boxes = [box for box in boxes if box.address in wanted]
    rows = []
    for box in boxes:
        count = imap.fetch(box)
        box.refresh_from_db()
        rows.append({"mailbox": box.address, "stored": count, "failure": box.failure})
    lines = [f"{row['mailbox']}: {row['failure'] or str(row['stored']) + ' stored'}" for row in rows]
    answer(rows, "\n".join(lines) or "No mailbox is fetched by IMAP.", as_json=as_json)
    if any(row["failure"] for row in rows):
        ctx.exit(1)


@dataclass(frozen=True)
class Finding:
    """Something that is wrong or worth knowing: `weight` is error or notice."""

    weight: str
    what: str
    mend: str


@click.command()
@with_json
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """What is wrong with this desk and how to mend it: settings, database, folders, mailboxes, jobs. Exit 1 on errors."""
    start_django()
    found = [*_folders(), *_database()]
    if not any(each.weight == "error" for each in found):
        found += [*_schema()]
    if not any(each.weight == "error" for each in found):
        found += [*_mailboxes(), *_outgoing(), *_jobs(), *_parked()]
    lines = [f"{each.weight}: {each.what}\n    {each.mend}" for each in found]
    text = "\n".join(lines) or "All is well."
    answer([each.__dict__ for each in found], text, as_json=as_json)
    if any(each.weight == "error" for each in found):
        say("This desk needs attention.")
        ctx.exit(1)


def _folders() -> Iterator[Finding]:
    from django.conf import settings

    if not os.access(settings.DATA, os.W_OK):
        yield Finding("error", f"{settings.DATA} cannot be written.", "Set APLOMB_DATA, or change who owns the folder.")
        return
    free = shutil.disk_usage(settings.DATA).free
    if free < LEAST_FREE_BYTES:
        yield Finding(
            "error", f"Only {free // 1024 // 1024} MB are free under {settings.DATA}.", "Make room, or move the folder."
        )


def _database() -> Iterator[Finding]:
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        yield Finding("error", f"The database does not answer: {error}", "Check DATABASE_URL and the server.")


def _schema() -> Iterator[Finding]:
    try:
        pending = pending_migrations()
    except Trouble as trouble:
        yield Finding("error", str(trouble), "Install the version that last ran here.")
        return
    if pending:
        yield Finding("error", f"{len(pending)} migrations are pending.", "Run: aplomb migrate")


def _mailboxes() -> Iterator[Finding]:
    from aplomb.channels.mail.imap import MailboxFailure, try_mailbox
    from aplomb.channels.mail.models import Mailbox

    boxes = list(Mailbox.objects.filter(is_active=True))
    if not boxes:
        yield Finding("notice", "The desk has no mailbox.", "Add one under Settings, Mailboxes.")
    for box in boxes:
        if box.intake != Mailbox.Intake.IMAP:
            continue
        try:
            try_mailbox(box)
        except MailboxFailure as failure:
            yield Finding("error", f"{box.address}: {failure}", "Change it under Settings, Mailboxes.")


def _outgoing() -> Iterator[Finding]:
    from django.conf import settings

    from aplomb.journal.models import OutgoingMail

    server = settings.SMTP_OUT
    if server is None:
        yield Finding(
            "notice",
            "No outgoing server is set: mail is kept and shown, and does not leave.",
            "Set APLOMB_SMTP_OUT, such as smtp+starttls://name:password@mail.example:587",
        )
    else:
        try:
            socket.create_connection((server.host, server.port), timeout=10).close()
        except OSError as error:
            yield Finding("error", f"{server.host}:{server.port} does not answer: {error}", "Check APLOMB_SMTP_OUT.")
    failed = OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED).count()
    if failed:
        yield Finding("notice", f"{failed} mails could not be delivered.", "Look under Mail, Outgoing.")


def _jobs() -> Iterator[Finding]:
    from aplomb.journal.jobs import failures

    failed = failures()
    if failed:
        name, why = failed[0]
        yield Finding("notice", f"{len(failed)} jobs failed for good; the last: {name} {why}", "See the log.")


def _parked() -> Iterator[Finding]:
    from aplomb.channels.mail.models import IncomingMail

    parked = IncomingMail.objects.filter(state=IncomingMail.State.PARKED).count()
    if parked:
        yield Finding("notice", f"{parked} mails could not be read.", "Look under Mail, Incoming.")
