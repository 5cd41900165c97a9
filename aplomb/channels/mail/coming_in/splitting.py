"""What mail keeps of a message that was split off goes along: its thread, and what it had beside words."""

from aplomb.channels.mail.models import MailTraits, ThreadMark, TicketMailbox
from aplomb.tickets.models import Message


def follow_split(message_id: int, ticket_id: int, copy_id: int) -> None:
    """The thread of this message's mail belongs to the new ticket from now on, and the copy has what the mail had.

    Needs the transaction of the change. Twice is once.
    """
    for mark in ThreadMark.objects.filter(message=message_id, is_seen=True):
        # an answer to this very mail is about what was split off
        taken = ThreadMark.objects.filter(header_id=mark.header_id, ticket=ticket_id)
        if taken.exists():
            mark.delete()
            continue
        mark.ticket_id, mark.message_id = ticket_id, copy_id
        mark.save(update_fields=["ticket", "message"])
    for traits in MailTraits.objects.filter(message=message_id):
        if not MailTraits.objects.filter(message=copy_id).exists():
            traits.pk, traits.message_id = None, copy_id
            traits.save(force_insert=True)
    old = Message.objects.values_list("ticket_id", flat=True).get(pk=message_id)
    mailboxes = TicketMailbox.objects.filter(ticket=old).values_list("mailbox_id", flat=True)
    TicketMailbox.objects.bulk_create(
        [TicketMailbox(ticket_id=ticket_id, mailbox_id=pk) for pk in mailboxes], ignore_conflicts=True
    )
