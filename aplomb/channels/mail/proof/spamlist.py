"""What people do with spam: let it through, empty the list, call a ticket spam; and what is learnt from each."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from aplomb.channels.mail.holding import release_mail
from aplomb.channels.mail.models import IncomingMail, RawMail
from aplomb.journal.actors import Actor
from aplomb.lib.time import utc_now
from aplomb.people.policies import require
from aplomb.tickets.models import Kind
from aplomb.tickets.policies import may_work

State, Hold = IncomingMail.State, IncomingMail.Hold

EMPTIED_AT_ONCE = 1_000
# from the day it came: as long as a ticket lies in the bin
BYTES_KEPT = dt.timedelta(days=30)


def spam_list(mails: QuerySet[IncomingMail]) -> QuerySet[IncomingMail]:
    """Those of these mails that are held as spam, the newest first."""
    return mails.filter(state=State.HELD, hold=Hold.SPAM).order_by("-id")


def not_spam(mail: IncomingMail, *, by: Actor) -> bool:
    """Let a mail out of the spam list and learn from it. False when it is there no more. Raises NotAllowed."""
    from aplomb.channels.mail.jobs import learn_mail

    if mail.hold != Hold.SPAM:
        return False
    with transaction.atomic():
        is_released = release_mail(mail, by=by)
        if is_released:
            learn_mail.enqueue(mail_id=mail.pk, is_spam=False)
    return is_released


def empty_spam_list(mails: QuerySet[IncomingMail], *, until: int, by: Actor) -> int:
    """Discard what of these mails is in the spam list, up to the mail that the person has seen, and learn from it.

    Gives how many, at most EMPTIED_AT_ONCE. They stay among the discarded; their bytes go once they are old. Raises NotAllowed.
    """
    from aplomb.channels.mail.jobs import learn_mail

    require(may_work(by))
    with transaction.atomic():
        ids = list(spam_list(mails).filter(pk__lte=until).values_list("pk", flat=True)[:EMPTIED_AT_ONCE])
        chosen = IncomingMail.objects.filter(pk__in=ids, state=State.HELD, hold=Hold.SPAM)
        found = list(chosen.select_for_update().values_list("pk", flat=True))
        IncomingMail.objects.filter(pk__in=found).update(state=State.DISCARDED)
        for mail_id in found:
            learn_mail.enqueue(mail_id=mail_id, is_spam=True)
    return len(found)


def learn_from_ticket(ticket_id: int, *, is_spam: bool, most: int = 10) -> None:
    """Learn from what customers wrote on a ticket: somebody called it spam, or took it out of the bin, or answered it.

    From the first few mails: a thousand on one ticket teach no more than ten.
    """
    from aplomb.channels.mail.jobs import learn_mail

    found = IncomingMail.objects.filter(ticket=ticket_id, state=State.APPLIED, message__kind=Kind.CUSTOMER)
    rows = found.filter(message__is_automatic=False).order_by("id").values_list("pk", "verdicts")[:most]
    for mail_id, verdicts in rows:
        if verdicts.get("learnt") != ("spam" if is_spam else "good"):
            learn_mail.enqueue(mail_id=mail_id, is_spam=is_spam)


def forget_old_spam(*, most: int = 500) -> int:
    """Forget the bytes of discarded spam that came 30 days ago or before. Gives how many."""
    old = RawMail.objects.filter(
        mail__state=State.DISCARDED, mail__hold=Hold.SPAM, mail__received_at__lt=utc_now() - BYTES_KEPT
    )
    ids = list(old.values_list("pk", flat=True)[:most])
    RawMail.objects.filter(pk__in=ids).delete()
    return len(ids)
