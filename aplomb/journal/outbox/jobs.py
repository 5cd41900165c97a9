"""Handing mails over, and picking up those whose hand-over was cut short."""

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connections, transaction

from aplomb.journal.jobs import job, pause_before_retry, periodic
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox import smtp
from aplomb.journal.outbox.actions import settle, tell_again
from aplomb.journal.outbox.ways import NoWayYet, Way, way_of
from aplomb.lib.time import utc_now

log = structlog.get_logger()

State = OutgoingMail.State
# renewed while a server takes its time; once it is over, whoever held it is dead
LEASE = dt.timedelta(minutes=2)
GIVE_UP_AFTER = dt.timedelta(days=3)
# how often and after how many seconds it is tried to write down what a server has said
WRITTEN_AFTER = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, *([30.0] * 20))


@job(tries=8, is_slow=True)
def deliver(*, mail_id: int) -> None:
    """Hand one mail over. Safe to repeat: a mail that is not open, or that another worker holds, is left alone."""
    mail = _claim(mail_id)
    if mail is None:
        return
    way = way_of(mail.sender)
    if way is None:
        settle(mail, State.KEPT, "")
        return
    with _held(mail):
        outcome = _hand_over(way, mail)
        # what a server has said is known to this process alone: if the database is away just now, it is waited for
        _surely(lambda: _conclude(mail, outcome))


def _hand_over(way: Way, mail: OutgoingMail) -> smtp.Outcome:
    try:
        return smtp.hand_over(way(), mail)
    except NoWayYet as error:
        return smtp.Outcome(smtp.Fate.LATER, str(error))


def _conclude(mail: OutgoingMail, outcome: smtp.Outcome) -> None:
    """Sent to all; or failed for those who were refused, whoever else got it; or again later for those who may still get it."""
    is_taken = outcome.fate is smtp.Fate.ACCEPTED
    refused = {**mail.refused, **outcome.refused}
    has_it = mail.recipients if is_taken else outcome.accepted
    open_ones = [each for each in mail.recipients if each not in has_it and each not in refused]
    if outcome.fate is smtp.Fate.LATER and utc_now() - mail.created_at <= GIVE_UP_AFTER:
        _again_later(mail, outcome, open_ones, refused)
    elif is_taken and not refused:
        settle(mail, State.SENT, outcome.answer)
    else:
        said = [f"{who}: {what}" for who, what in mail.refused.items()]
        _keep_only(mail, [*refused, *open_ones], {})
        settle(mail, State.FAILED, "; ".join(said if is_taken else [*said, outcome.answer]))


def _surely(write: Callable[[], None]) -> None:
    """Write it down, again and again for ten minutes while the database is away. Raises its last error."""
    for seconds in WRITTEN_AFTER:
        try:
            write()
            return
        except (OperationalError, InterfaceError) as error:
            log.warning("what became of a mail waits for the database", error=repr(error))
            close_old_connections()
            threading.Event().wait(seconds)
    write()


def _claim(mail_id: int) -> OutgoingMail | None:
    now = utc_now()
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().filter(pk=mail_id).first()
        if mail is None or mail.not_before > now:
            return None
        if mail.state == State.SENDING and mail.lease_until is not None and mail.lease_until > now:
            # either somebody is handing it over, or they died over it: then it is sent again, under the same Message-ID
            deliver.enqueue(run_at=mail.lease_until + dt.timedelta(seconds=1), once=f"mail {mail_id}", mail_id=mail_id)
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


def _again_later(mail: OutgoingMail, outcome: smtp.Outcome, recipients: Sequence[str], refused: dict[str, str]) -> None:
    at = utc_now() + pause_before_retry(mail.attempts + 3)
    log.warning("mail waits", mail=mail.pk, attempt=mail.attempts, answer=outcome.answer)
    with transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(
            state=State.QUEUED, answer=outcome.answer[:2000], not_before=at, lease_until=None
        )
        _keep_only(mail, recipients, refused)
        deliver.enqueue(run_at=at, mail_id=mail.pk)


def _keep_only(mail: OutgoingMail, recipients: Sequence[str], refused: dict[str, str]) -> None:
    """Keep only the recipients of the next try, so that it reaches nobody twice, and who was refused meanwhile."""
    if recipients and (list(recipients) != mail.recipients or refused != mail.refused):
        OutgoingMail.objects.filter(pk=mail.pk).exclude(content=b"").update(
            recipients=list(recipients), refused=refused
        )


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
