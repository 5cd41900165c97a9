"""Searches for settings and tests of mailboxes: begun by a person, done in a job, kept so that a page can show them."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction

from aplomb.channels.mail.models import Mailbox, MailboxCheck
from aplomb.channels.mail.servers.discovery import find_settings
from aplomb.channels.mail.servers.looking import NetworkLookups
from aplomb.channels.mail.servers.trying import Step, try_out
from aplomb.journal.actors import Actor
from aplomb.lib.time import utc_now
from aplomb.people.policies import may_administer, require

Kind = MailboxCheck.Kind

# a job that died with its process is not waited for longer
GIVEN_UP_AFTER = dt.timedelta(minutes=5)


def is_under_way(check: MailboxCheck | None) -> bool:
    return check is not None and check.ended_at is None and check.started_at > utc_now() - GIVEN_UP_AFTER


def begin_check(mailbox: Mailbox, kind: MailboxCheck.Kind, *, by: Actor) -> MailboxCheck:
    """Begin anew, unless one is under way. Raises NotAllowed."""
    from aplomb.channels.mail.jobs import search_mailbox, try_mailbox

    require(may_administer(by))
    with transaction.atomic():
        check, is_new = MailboxCheck.objects.select_for_update().get_or_create(mailbox=mailbox, kind=kind)
        if not is_new and is_under_way(check):
            return check
        check.started_at, check.ended_at, check.found = utc_now(), None, []
        check.save(update_fields=["started_at", "ended_at", "found"])
        work = search_mailbox if kind == Kind.SEARCH else try_mailbox
        work.enqueue(once=f"{kind} {mailbox.pk}", mailbox_id=mailbox.pk)
    return check


def search(mailbox_id: int) -> None:
    """Look for the settings of a mailbox's address and keep what was found. Safe to repeat."""
    check = _open_check(mailbox_id, Kind.SEARCH)
    if check is None:
        return
    found = find_settings(check.mailbox.address, NetworkLookups(allowed=settings.PRIVATE_HOSTS))
    _keep(check, [{"note": found.note, "candidates": [each.row() for each in found.candidates]}], is_over=True)


def try_now(mailbox_id: int) -> None:
    """Try a mailbox and keep each step as it ends. Safe to repeat."""
    check = _open_check(mailbox_id, Kind.TEST)
    if check is None:
        return

    def report(steps: list[Step]) -> None:
        _keep(check, [each.row() for each in steps])

    steps = try_out(check.mailbox, report=report)
    _keep(check, [each.row() for each in steps], is_over=True)


def _open_check(mailbox_id: int, kind: MailboxCheck.Kind) -> MailboxCheck | None:
    return MailboxCheck.objects.select_related("mailbox").filter(mailbox=mailbox_id, kind=kind, ended_at=None).first()


def _keep(check: MailboxCheck, found: list[dict[str, Any]], *, is_over: bool = False) -> None:
    # not over one that was begun meanwhile
    same = MailboxCheck.objects.filter(pk=check.pk, started_at=check.started_at)
    same.update(found=found, ended_at=utc_now() if is_over else None)
