"""Fetching what hangs on a ticket through the ticket's own door: what one may not see is not found."""

from aplomb.people.errors import NotFound
from aplomb.people.models import Person
from aplomb.tickets.models import Attachment, Message
from aplomb.tickets.policies import ticket_for


def message_for(by: Person, message_id: int) -> Message:
    """The message with its ticket and its mail. Raises NotFound."""
    message = Message.objects.select_related("ticket", "outgoing").filter(pk=message_id).first()
    if message is None:
        raise NotFound
    ticket_for(by, message.ticket.number)
    return message


def attachment_for(by: Person, attachment_id: int) -> Attachment:
    """A file of a message that one may see, or one's own beside a draft. Raises NotFound."""
    file = Attachment.objects.select_related("message__ticket").filter(pk=attachment_id).first()
    if file is None or (file.message is None and file.uploaded_by_id != by.pk):
        raise NotFound
    if file.message is not None:
        ticket_for(by, file.message.ticket.number)
    return file
