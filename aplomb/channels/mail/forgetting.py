"""Forgetting the bytes of mails whose words were erased on their tickets."""

from aplomb.channels.mail.models import IncomingMail, RawMail


def forget_raw_of_message(message_id: int) -> None:
    """The bytes are gone for good; the row stays, so that the same mail is known when it comes again."""
    RawMail.objects.filter(mail__message=message_id).delete()


def forget_mails_of_ticket(ticket_id: int) -> None:
    """Bytes, subject and addresses are gone for good."""
    RawMail.objects.filter(mail__ticket=ticket_id).delete()
    IncomingMail.objects.filter(ticket=ticket_id).update(subject="", sender="", envelope_from="", envelope_to=[])
