"""What tickets do when something happens below them."""

from aplomb.journal.outbox.events import MailFate
from aplomb.tickets.actions.deliver import note_delivery


def on_mail_fate(event: MailFate) -> None:
    note_delivery(event)
