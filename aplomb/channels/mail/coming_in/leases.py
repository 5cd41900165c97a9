"""One mailbox is read by one process at a time: a lease in the database, renewed while it is read.

Whoever holds it says so again and again; when its holder dies it ends, and another process takes it. The clock is the
database's, so that the clocks of the machines may differ.
"""

import os
import secrets
import socket
import time
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from aplomb.channels.mail.models import MailboxLease
from aplomb.lib.time import utc_now


def new_holder() -> str:
    """A name for who reads: machine, process, and what no other has."""
    return f"{socket.gethostname()[:40]} {os.getpid()} {secrets.token_hex(6)}"


class Lease:
    """The right to read one mailbox. `is_good` until it would have ended for the others at the earliest."""

    def __init__(self, mailbox_id: int, holder: str) -> None:
        self.mailbox_id, self.holder = mailbox_id, holder
        self.taken_at = float("-inf")

    @property
    def is_good(self) -> bool:
        return time.monotonic() - self.taken_at < settings.LEASE_SECONDS

    @property
    def is_due(self) -> bool:
        """Whether it is time to say again that we read."""
        return time.monotonic() - self.taken_at > settings.LEASE_SECONDS / 4

    def take(self) -> bool:
        """Take it or keep it. False while another process has it."""
        before = time.monotonic()
        if not self._claim():
            # the row is there from the first look on, ended, so that one UPDATE decides between two who want it
            row = MailboxLease(mailbox_id=self.mailbox_id, holder="", until=utc_now() - timedelta(days=1))
            MailboxLease.objects.bulk_create([row], ignore_conflicts=True)
            if not self._claim():
                self.taken_at = float("-inf")
                return False
        self.taken_at = before
        return True

    def keep(self) -> bool:
        """Renew it where that is due. False when another has it now."""
        return self.take() if self.is_due else self.is_good

    def give_back(self) -> None:
        """Let the next one begin at once."""
        self.taken_at = float("-inf")
        MailboxLease.objects.filter(mailbox=self.mailbox_id, holder=self.holder).update(holder="", until=Now())

    def _claim(self) -> bool:
        ours_or_ended = Q(holder=self.holder) | Q(until__lt=Now()) | Q(holder="")
        until = Now() + timedelta(seconds=settings.LEASE_SECONDS)
        rows = MailboxLease.objects.filter(ours_or_ended, mailbox=self.mailbox_id)
        return bool(rows.update(holder=self.holder, until=until))


def held() -> dict[int, str]:
    """Who reads which mailbox now, by the mailbox's id."""
    rows = MailboxLease.objects.filter(until__gte=Now()).exclude(holder="")
    return dict(rows.values_list("mailbox_id", "holder"))


def ask(mailbox_id: int) -> None:
    """Have whoever reads it look now."""
    MailboxLease.objects.filter(mailbox=mailbox_id).update(is_asked=True)


def asked(holder: str) -> list[int]:
    """The mailboxes of this holder that somebody wants read now; asking is over with that."""
    rows = list(MailboxLease.objects.filter(holder=holder, is_asked=True).values_list("mailbox_id", flat=True))
    if rows:
        MailboxLease.objects.filter(mailbox__in=rows).update(is_asked=False)
    return rows
