"""Reading stored mails, picking up those that nobody carries, and fetching mailboxes."""

import datetime as dt

from django.conf import settings

from aplomb.channels.mail.models import IncomingMail, Mailbox
from aplomb.journal.jobs import job, periodic
from aplomb.lib.time import utc_now


@job(tries=6)
def apply_mail(*, mail_id: int) -> None:
    """Read one stored mail. Safe to repeat."""
    from aplomb.channels.mail import applying

    applying.apply(mail_id)


@periodic(every=dt.timedelta(minutes=1))
def pick_up_stored_mails() -> None:
    """Enqueue mails that were stored and whose job was lost."""
    late = IncomingMail.objects.filter(
        state=IncomingMail.State.STORED, received_at__lt=utc_now() - dt.timedelta(minutes=5)
    )
    for mail_id in late.values_list("pk", flat=True)[:500]:
        apply_mail.enqueue(once=f"incoming {mail_id}", mail_id=mail_id)


@job(tries=1, is_slow=True)
def fetch_mailbox(*, mailbox_id: int) -> None:
    """Fetch what is new in one mailbox; what fails is written on the mailbox, and its next turn comes anyway."""
    from aplomb.channels.mail import imap

    mailbox = Mailbox.objects.filter(pk=mailbox_id, is_active=True, intake=Mailbox.Intake.IMAP).first()
    if mailbox is not None:
        imap.fetch(mailbox)


@periodic(every=dt.timedelta(seconds=settings.IMAP_SECONDS))
def fetch_mailboxes() -> None:
    """One job for each mailbox that is fetched."""
    boxes = Mailbox.objects.filter(is_active=True, intake=Mailbox.Intake.IMAP)
    for mailbox_id in boxes.values_list("pk", flat=True):
        fetch_mailbox.enqueue(once=f"mailbox {mailbox_id}", mailbox_id=mailbox_id)
