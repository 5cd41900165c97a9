"""Reading stored mails, picking up those that nobody carries, and fetching mailboxes that no reader reads."""

import datetime as dt

from django.conf import settings

from aplomb.channels.mail.models import IncomingMail, Mailbox
from aplomb.journal.jobs import job, periodic
from aplomb.lib.time import utc_now


@job(tries=6)
def apply_mail(*, mail_id: int) -> None:
    """Read one stored mail. Safe to repeat."""
    from aplomb.channels.mail.coming_in import applying

    applying.apply(mail_id)


@periodic(every=dt.timedelta(minutes=1))
def pick_up_stored_mails() -> None:
    """Enqueue mails that were stored and whose job was lost."""
    late = IncomingMail.objects.filter(
        state=IncomingMail.State.STORED, received_at__lt=utc_now() - dt.timedelta(minutes=5)
    )
    for mail_id in late.values_list("pk", flat=True)[:500]:
        apply_mail.enqueue(once=f"incoming {mail_id}", mail_id=mail_id)


@periodic(every=dt.timedelta(minutes=5))
def watch_mailboxes() -> None:
    """Look whether a mailbox fails, is quiet or loses its secret soon."""
    from aplomb.channels.mail.coming_in import watching

    watching.watch()


@job()
def tell_undelivered(*, message_id: int) -> None:
    """Tell who has the ticket that a message on it could not be delivered. Safe to repeat."""
    from aplomb.channels.mail.going_out import telling

    telling.tell_undelivered(message_id)


@job(tries=1, is_slow=True)
def fetch_mailbox(*, mailbox_id: int) -> None:
    """Fetch what is new in one mailbox, or have whoever reads it look now; what fails is written on the mailbox."""
    from aplomb.channels.mail.coming_in import fetching, leases

    mailbox = Mailbox.objects.filter(pk=mailbox_id, is_active=True, intake=Mailbox.Intake.IMAP).first()
    if mailbox is not None and fetching.fetch_alone(mailbox, leases.new_holder()) is None:
        leases.ask(mailbox_id)


@periodic(every=dt.timedelta(seconds=settings.IMAP_SECONDS))
def fetch_mailboxes() -> None:
    """One job for each mailbox that no reader reads: where only `aplomb worker` runs, mail is fetched even so."""
    from aplomb.channels.mail.coming_in import leases

    boxes = Mailbox.objects.filter(is_active=True, intake=Mailbox.Intake.IMAP).exclude(pk__in=leases.held())
    for mailbox_id in boxes.values_list("pk", flat=True):
        fetch_mailbox.enqueue(once=f"mailbox {mailbox_id}", mailbox_id=mailbox_id)


@job(tries=1, is_slow=True)
def search_mailbox(*, mailbox_id: int) -> None:
    """Look for the settings of a mailbox's address, for who sets it up."""
    from aplomb.channels.mail.servers import checking

    checking.search(mailbox_id)


@job(tries=1, is_slow=True)
def try_mailbox(*, mailbox_id: int) -> None:
    """Try a mailbox: sign in, look into the folder, send itself a mail."""
    from aplomb.channels.mail.servers import checking

    checking.try_now(mailbox_id)


@job(is_slow=True)
def learn_mail(*, mail_id: int, is_spam: bool) -> None:
    """Learn from a mail that a person called spam, or not. Safe to repeat."""
    from aplomb.channels.mail.proof import spam

    spam.learn(mail_id, is_spam=is_spam)


@periodic(every=dt.timedelta(hours=6))
def forget_emptied_spam() -> None:
    """Forget the bytes of spam that was emptied from its list, once it is old."""
    from aplomb.channels.mail.proof import spamlist

    while spamlist.forget_old_spam():
        pass
