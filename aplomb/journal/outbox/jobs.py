"""Handing mails over, and picking up those whose hand-over was cut short."""

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator

import structlog
from django.conf import settings
from django.db import DatabaseError, connections, transaction

from aplomb.journal.jobs import job, pause_before_retry, periodic
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox import smtp
from aplomb.journal.outbox.actions import settle, tell_again
from aplomb.lib.time import utc_now

log = structlog.get_logger()

State = OutgoingMail.State
LEASE = dt.timedelta(minutes=5)
GIVE_UP_AFTER = dt.timedelta(days=3)


@job(tries=8, is_slow=True)
def deliver(*, mail_id: int) -> None:
    """Hand one mail over. Safe to repeat: a mail that is not open, or that another worker holds, is left alone."""
    mail = _claim(mail_id)
    if mail is None:
        return
    if settings.SMTP_OUT is None:
        settle(mail, State.KEPT, "")
        return
    with _held(mail):
        outcome = smtp.hand_over(settings.SMTP_OUT, mail)
    if outcome.fate is smtp.Fate.ACCEPTED:
        settle(mail, State.SENT, outcome.answer)
    elif outcome.fate is smtp.Fate.REFUSED or utc_now() - mail.created_at > GIVE_UP_AFTER:
        _drop_accepted(mail, outcome)
        settle(mail, State.FAILED, outcome.answer)
    else:
        _again_later(mail, outcome)


def _claim(mail_id: int) -> OutgoingMail | None:
    now = utc_now()
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().filter(pk=mail_id).first()
        if mail is None or mail.not_before > now:
            return None
        if mail.state == State.SENDING and mail.lease_until is not None and mail.lease_until > now:
            return None
        if mail.state not in {State.QUEUED, State.SENDING}:
            return None
        if not mail.content:
            # what it says was erased while another try was under way
            settle(mail, State.DISCARDED, "")
            return None
        mail.state, mail.attempts, mail.lease_until = State.SENDING, mail.attempts + 1, now + LEASE
        mail.save(update_fields=["state", "attempts", "lease_until"])
    return mail


@contextlib.contextmanager
def _held(mail: OutgoingMail) -> Iterator[None]:
    """Keep the lease for as long as a slow server takes: who else took the mail meanwhile would send it twice."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(LEASE.total_seconds() / 3):
            try:
                OutgoingMail.objects.filter(pk=mail.pk, state=State.SENDING).update(lease_until=utc_now() + LEASE)
            except DatabaseError as error:
                log.warning("lease of a mail not renewed", mail=mail.pk, error=repr(error))
            finally:
                connections.close_all()

    keeper = threading.Thread(target=renew, name=f"lease-{mail.pk}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _again_later(mail: OutgoingMail, outcome: smtp.Outcome) -> None:
    at = utc_now() + pause_before_retry(mail.attempts + 3)
    log.warning("mail waits", mail=mail.pk, attempt=mail.attempts, answer=outcome.answer)
    with transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(
            state=State.QUEUED, answer=outcome.answer[:2000], not_before=at, lease_until=None
        )
        _drop_accepted(mail, outcome)
        deliver.enqueue(run_at=at, mail_id=mail.pk)


def _drop_accepted(mail: OutgoingMail, outcome: smtp.Outcome) -> None:
    """Keep only the recipients that still lack the mail, so that no other try reaches somebody twice."""
    left = [each for each in mail.recipients if each not in outcome.accepted]
    if left and left != mail.recipients:
        OutgoingMail.objects.filter(pk=mail.pk).exclude(content=b"").update(recipients=left)


@job()
def tell_fate(*, mail_id: int, state: str) -> None:
    """Tell a fate that could not be told when it was written down. Told by and by: another one may have come since."""
    mail = OutgoingMail.objects.filter(pk=mail_id, state=state).first()
    if mail is not None:
        tell_again(mail, State(state))


@periodic(every=dt.timedelta(minutes=1))
def pick_up_mails() -> None:
    """Enqueue open mails that nobody carries: their worker died, or their job was lost."""
    now = utc_now()
    late = OutgoingMail.objects.filter(
        state__in=[State.QUEUED, State.SENDING], not_before__lt=now - dt.timedelta(minutes=2)
    ).exclude(lease_until__gt=now)
    for mail_id in late.values_list("pk", flat=True)[:500]:
        deliver.enqueue(once=f"mail {mail_id}", mail_id=mail_id)
