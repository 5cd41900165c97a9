"""mail fetch, and check: what is wrong with this desk and how to mend it."""

import os
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from aplomb.config.cli.database import pending_migrations, require_schema
from aplomb.config.cli.talk import Trouble, answer, say, start_django, with_json

READER_SECONDS = 15.0
LEAST_FREE_BYTES = 500 * 1024 * 1024


@click.command()
@click.argument("addresses", nargs=-1, metavar="[MAILBOX…]")
@with_json
@click.pass_context
def fetch(ctx: click.Context, addresses: tuple[str, ...], as_json: bool) -> None:
    """Look into these mailboxes, or all that are fetched by IMAP, once. Exit 1 if one fails.

    A mailbox that another process reads is looked into by that one, now.
    """
    start_django()
    require_schema()
    from aplomb.channels.mail.coming_in import fetching, leases
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
        count = fetching.fetch_alone(box, leases.new_holder())
        reader = ""
        if count is None:
            reader, count = leases.held().get(box.pk, ""), _fetched_by_its_reader(box)
        box.refresh_from_db()
        rows.append({"mailbox": box.address, "stored": count, "failure": box.failure, "read_by": reader})
    lines = [f"{row['mailbox']}: {_outcome(row)}" for row in rows]
    answer(rows, "\n".join(lines) or "No mailbox is fetched by IMAP.", as_json=as_json)
    if any(row["failure"] for row in rows):
        ctx.exit(1)


def _outcome(row: dict[str, Any]) -> str:
    if row["failure"]:
        return str(row["failure"])
    by = f" by the process that reads it ({row['read_by']})" if row["read_by"] else ""
    return f"{row['stored']} stored{by}"


def _fetched_by_its_reader(box: Any) -> int:
    """Have it look, and wait a while until it did; how many mails it stored meanwhile."""
    from aplomb.channels.mail.coming_in import leases
    from aplomb.channels.mail.models import IncomingMail
    from aplomb.lib.time import utc_now

    last = IncomingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    begun, until = utc_now(), time.monotonic() + READER_SECONDS
    leases.ask(box.pk)
    while time.monotonic() < until and (box.fetched_at is None or box.fetched_at < begun):
        time.sleep(0.2)
        box.refresh_from_db()
    return IncomingMail.objects.filter(mailbox=box.pk, pk__gt=last).count()


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
        found += [*_mailboxes(), *_outgoing(), *_scanner(), *_jobs(), *_parked(), *_watched()]
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
    from aplomb.channels.mail.coming_in import leases
    from aplomb.channels.mail.models import Mailbox
    from aplomb.channels.mail.servers.imap import MailboxFailure, try_mailbox

    boxes = list(Mailbox.objects.select_related("grant").filter(is_active=True))
    if not boxes:
        yield Finding("notice", "The desk has no mailbox.", "Add one under Settings, Mailboxes.")
    read = leases.held()
    for box in boxes:
        lacks_consent = _lacks_consent(box)
        if lacks_consent:
            yield Finding("error", f"{box.address} waits for consent.", "Consent under Settings, Mailboxes.")
        if box.intake != Mailbox.Intake.IMAP:
            continue
        if not lacks_consent:
            try:
                try_mailbox(box)
            except MailboxFailure as failure:
                yield Finding("error", f"{box.address}: {failure}", "Change it under Settings, Mailboxes.")
        if box.pk not in read:
            yield Finding("notice", f"{box.address}: no process reads it now.", "Run: aplomb serve, or aplomb mail")
        left = box.unfetched.count()
        if left:
            why = "its server does not hand them over; they are asked for again."
            yield Finding(
                "notice", f"{box.address} has {left} mails that could not be fetched: {why}", "Look at them there."
            )


def _lacks_consent(box: Any) -> bool:
    """Whether a person must consent before this mailbox can be read or send."""
    from aplomb.channels.mail.models import MailGrant

    if box.sign_in != box.SignIn.OAUTH:
        return False
    grant = getattr(box, "grant", None)
    return grant is None or (grant.flow == MailGrant.Flow.DELEGATED and grant.needs_consent)


def _outgoing() -> Iterator[Finding]:
    from django.conf import settings

    from aplomb.channels.mail.models import Mailbox
    from aplomb.journal.models import OutgoingMail

    server = settings.SMTP_OUT
    own = Mailbox.objects.filter(is_active=True).exclude(out_host="")
    if server is None and not own:
        yield Finding(
            "notice",
            "No outgoing server is set: mail is kept and shown, and does not leave.",
            "Set APLOMB_SMTP_OUT, such as smtp+starttls://name:password@mail.example:587",
        )
    places = [(server.host, server.port, "Check APLOMB_SMTP_OUT.")] if server is not None else []
    places += [(box.out_host, box.out_port, f"Change {box.address} under Settings, Mailboxes.") for box in own]
    for host, port, mend in places:
        try:
            socket.create_connection((host, port), timeout=10).close()
        except (OSError, UnicodeError) as error:
            yield Finding("error", f"{host}:{port} does not answer: {error}", mend)
    failed = OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED).count()
    if failed:
        yield Finding("notice", f"{failed} mails could not be delivered.", "Look under Mail, Outgoing.")


def _scanner() -> Iterator[Finding]:
    from django.conf import settings

    from aplomb.channels.mail.proof.viruses import answers

    if settings.CLAMAV is not None and (trouble := answers(settings.CLAMAV)):
        yield Finding(
            "error",
            f"The virus scanner does not answer ({trouble}): mail that comes in waits for it.",
            "Start clamd, or change APLOMB_CLAMAV.",
        )


def _jobs() -> Iterator[Finding]:
    from aplomb.journal.jobs import failures

    failed = failures()
    if failed:
        name, why = failed[0]
        yield Finding("notice", f"{len(failed)} jobs failed for good; the last: {name} {why}", "See the log.")


def _watched() -> Iterator[Finding]:
    """Mailboxes that are quiet or lose their secret soon, and mails that were held back."""
    from aplomb.channels.mail.coming_in import watching
    from aplomb.channels.mail.models import IncomingMail, Mailbox
    from aplomb.lib.time import utc_now

    for box in Mailbox.objects.filter(is_active=True, is_draft=False):
        for kind in watching.troubles_of(box, utc_now()):
            # whether it can be fetched was tried just now
            if kind != watching.FAILING:
                yield Finding("notice", watching.Trouble(box, kind).words, "Look under Settings, Mailboxes.")
    held = IncomingMail.objects.filter(state=IncomingMail.State.HELD).exclude(hold=IncomingMail.Hold.SPAM).count()
    if held:
        yield Finding("notice", f"{held} mails are held back until a person decides.", "Look under Mail, Came in.")


def _parked() -> Iterator[Finding]:
    from aplomb.channels.mail.models import IncomingMail

    parked = IncomingMail.objects.filter(state=IncomingMail.State.PARKED).count()
    if parked:
        yield Finding("notice", f"{parked} mails could not be read.", "Look under Mail, Incoming.")
