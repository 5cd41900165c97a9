"""Two processes that read mail: one reads a mailbox, and when it is killed the other goes on."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.coming_in import leases
from aplomb.channels.mail.coming_in.leases import Lease
from aplomb.channels.mail.models import IncomingMail, Mailbox, UnfetchedMail
from aplomb.channels.mail.tests.letters import letter
from aplomb.config.cli.mailing import _mailboxes as checked_mailboxes
from aplomb.journal.actors import SYSTEM
from tests.cast import Cast
from tests.parts.desk import ROOT
from tests.parts.dovecot import Dovecot
from tests.parts.ports import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("dovecot")]

LEASE_SECONDS = 4
TAKEN_OVER_SECONDS = 30


def environment(folder: Path) -> dict[str, str]:
    """Of a process that works on the database of this test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APLOMB_")}
    here = connection.settings_dict
    if settings.POSTGRES:
        host = here["HOST"]
        where = f"?host={host}" if host.startswith("/") else ""
        who = f"{here['USER']}:{here['PASSWORD']}@" if here["USER"] else ""
        server = "" if where else f"{who}{host}:{here['PORT'] or 5432}"
        kept["DATABASE_URL"] = f"postgresql://{server or who}/{here['NAME']}{where}"
    else:
        kept["DATABASE_URL"] = f"sqlite:///{here['NAME']}"
    return {
        **kept,
        "APLOMB_DATA": str(folder),
        "APLOMB_SECRET": settings.SECRET_KEY,
        "APLOMB_SMTP_PORT": "0",
        "APLOMB_LEASE_SECONDS": str(LEASE_SECONDS),
        "APLOMB_IMAP_SECONDS": "3600",
        "APLOMB_LOG": "error",
        "PYTHONUNBUFFERED": "1",
    }


def fetch_by_command(folder: Path) -> dict[str, Any]:
    """What `aplomb mail fetch` says of the mailbox."""
    done = subprocess.run(
        [sys.executable, "-m", "aplomb", "mail", "fetch", "--json"],
        cwd=ROOT, env=environment(folder), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows[0]


class MailProcess:
    """`aplomb mail`, which reads mailboxes and has no receiver."""

    def __init__(self, folder: Path) -> None:
        self.said = folder / f"said-{len(list(folder.iterdir()))}"
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "aplomb", "mail"],
                cwd=ROOT, env=environment(folder), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def is_holder(self) -> bool:
        return any(f" {self.process.pid} " in each for each in leases.held().values())

    def end(self, *, by_force: bool = False) -> None:
        if self.process.poll() is None:
            if by_force:
                self.process.kill()
            else:
                self.process.terminate()
            self.process.wait(timeout=20)

    def words(self) -> str:
        return f"{self.said.read_text()[-2000:]} leases: {leases.held()}"


@pytest.fixture
def folder() -> Iterator[Path]:
    found = Path(tempfile.mkdtemp(prefix="aplomb-mail-"))
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def mailbox(cast: Cast, dovecot: Dovecot) -> Mailbox:
    return add_mailbox(
        by=SYSTEM, name="Post", address="post@desk.example", intake="imap", host=dovecot.host, port=dovecot.port,
        security="plain", login=dovecot.name, password=dovecot.password,
    )  # fmt: skip


def stored() -> int:
    return IncomingMail.objects.filter(source="imap").count()


def test_when_the_reader_of_a_mailbox_is_killed_another_process_takes_over(
    mailbox: Mailbox, dovecot: Dovecot, folder: Path
) -> None:
    first = MailProcess(folder)
    second = None
    try:
        wait_for(lambda: first.is_holder, seconds=40, otherwise=first.words)
        second = MailProcess(folder)
        assert str(first.process.pid) in fetch_by_command(folder)["read_by"]
        dovecot.deliver(letter("One.").as_bytes())
        wait_for(lambda: stored() == 1, seconds=20, otherwise=first.words)
        wait_for(lambda: b"read" in second.said.read_bytes(), seconds=40, otherwise=second.words)
        first.end(by_force=True)
        dovecot.deliver(letter("Another.").as_bytes())
        begun = time.monotonic()
        wait_for(lambda: stored() == 2, seconds=TAKEN_OVER_SECONDS, otherwise=second.words)
        assert second.is_holder and not first.is_holder
        # the lease of the dead had to end first
        assert time.monotonic() - begun < LEASE_SECONDS + 10
        # who is stopped in order gives its mailboxes back at once
        second.end()
        assert leases.held() == {} and second.process.returncode == 0
    finally:
        for each in (first, second):
            if each is not None:
                each.end(by_force=True)


def test_check_tells_which_mailbox_nobody_reads_waits_for_consent_or_lacks_mails(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    assert [each.what for each in checked_mailboxes()] == ["post@desk.example: no process reads it now."]
    lease = Lease(mailbox.pk, "a reader")
    assert lease.take() and list(checked_mailboxes()) == []
    UnfetchedMail.objects.create(mailbox=mailbox, uid_validity=1, uid=1)
    assert [(each.weight, "has 1 mails" in each.what) for each in checked_mailboxes()] == [("notice", True)]
    Mailbox.objects.filter(pk=mailbox.pk).update(sign_in="oauth")
    assert next((each.weight, each.what) for each in checked_mailboxes()) == (
        "error",
        "post@desk.example waits for consent.",
    )
