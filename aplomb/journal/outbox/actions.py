"""The only writers of the outbox."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from django.db import transaction

from aplomb.journal.actors import Actor
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox.events import MailFate
from aplomb.journal.outbox.ways import way_of
from aplomb.journal.recording import tell
from aplomb.lib.time import utc_now

log = structlog.get_logger()

State = OutgoingMail.State


@dataclass(frozen=True)
class Letter:
    """A finished mail: raw bytes with the addresses of its envelope."""

    purpose: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    content: bytes
    reference: str = ""
    chain_key: str = ""


def post(letter: Letter, *, wait: dt.timedelta = dt.timedelta()) -> OutgoingMail:
    """Put a mail in the outbox, in this transaction. It leaves once `wait` is over and the transaction committed."""
    from aplomb.journal.outbox.jobs import deliver

    not_before = utc_now() + wait
    mail = OutgoingMail.objects.create(
        purpose=letter.purpose,
        reference=letter.reference,
        chain_key=letter.chain_key,
        sender=letter.sender,
        recipients=list(letter.recipients),
        subject=letter.subject[:255],
        message_id=letter.message_id,
        content=letter.content,
        not_before=not_before,
    )
    deliver.enqueue(run_at=not_before if wait else None, mail_id=mail.pk)
    return mail


def withdraw(mail_id: int) -> bool:
    """Take back a mail that has not left. False when it is too late."""
    return bool(
        OutgoingMail.objects.filter(pk=mail_id, state__in=[State.QUEUED, State.KEPT], attempts=0).update(
            state=State.WITHDRAWN
        )
    )


def release(mail: OutgoingMail, *, by: Actor) -> bool:
    """Send a kept or failed mail after all. False while no server is set for its sender, or when it is neither."""
    from aplomb.journal.outbox.jobs import deliver

    if way_of(mail.sender) is None:
        return False
    with transaction.atomic():
        moved = OutgoingMail.objects.filter(pk=mail.pk, state__in=[State.KEPT, State.FAILED]).update(
            state=State.QUEUED, attempts=0, not_before=utc_now(), created_at=utc_now(), answer="", refused={}
        )
        if moved:
            _say(mail, State.QUEUED, by=by)
            deliver.enqueue(mail_id=mail.pk)
    return bool(moved)


def discard(mail: OutgoingMail, *, by: Actor) -> bool:
    """Never send a kept or failed mail."""
    with transaction.atomic():
        moved = OutgoingMail.objects.filter(pk=mail.pk, state__in=[State.KEPT, State.FAILED]).update(
            state=State.DISCARDED
        )
        if moved:
            _say(mail, State.DISCARDED, by=by)
    return bool(moved)


def forget_mails(mail_ids: Iterable[int]) -> set[int]:
    """Forget what these mails say, because what they carry was erased. What has not left yet never leaves.

    One that is being handed over at this moment gets no second try. Gives the ids of those that never left.
    """
    rows = OutgoingMail.objects.filter(pk__in=list(mail_ids))
    never = {each.pk for each in rows.only("pk", "state") if each.state in {State.QUEUED, State.KEPT, State.FAILED}}
    rows.filter(state=State.QUEUED).update(state=State.WITHDRAWN)
    rows.filter(state__in=[State.KEPT, State.FAILED]).update(state=State.DISCARDED)
    rows.update(content=b"", subject="", recipients=[], refused={}, answer="")
    return never & set(rows.filter(state__in=[State.WITHDRAWN, State.DISCARDED]).values_list("pk", flat=True))


def settle(mail: OutgoingMail, state: OutgoingMail.State, answer: str) -> None:
    """Write down what became of a hand-over and tell it. Whatever goes wrong in telling, it is written down:
    a mail that left must not leave again; it is then told later."""
    from aplomb.journal.outbox.jobs import tell_fate

    try:
        with transaction.atomic():
            # the ticket before the mail, as everybody locks them
            _say(mail, state, answer)
            _write_down(mail, state, answer)
    except Exception as error:
        log.error("fate of a mail not told yet", mail=mail.pk, state=str(state), error=repr(error))
        with transaction.atomic():
            _write_down(mail, state, answer)
            tell_fate.enqueue(mail_id=mail.pk, state=str(state))


def tell_again(mail: OutgoingMail, state: OutgoingMail.State) -> None:
    """Tell a fate that is written down already."""
    with transaction.atomic():
        _say(mail, state, mail.answer)


def _write_down(mail: OutgoingMail, state: OutgoingMail.State, answer: str) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=state,
        answer=answer[:2000],
        lease_until=None,
        sent_at=utc_now() if state == State.SENT else None,
    )


def _say(mail: OutgoingMail, state: OutgoingMail.State, answer: str = "", *, by: Actor | None = None) -> None:
    tell(
        MailFate(
            mail_id=mail.pk,
            reference=mail.reference,
            chain_key=mail.chain_key,
            state=str(state),
            answer=answer[:500],
            by_kind=by.actor_kind if by else "",
            by_id=by.actor_id if by else "",
        )
    )
