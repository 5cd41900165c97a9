"""Forgetting the bytes of mails whose words were erased on their tickets."""

from aplomb.channels.mail.models import BouncedAddress, IncomingMail, MailTraits, RawMail, UndeliveredCopy


def forget_raw_of_message(message_id: int) -> None:
    """The bytes, and what was kept of them beside the text, are gone for good.

    The row stays, so that the same mail is known when it comes again.
    """
    RawMail.objects.filter(mail__message=message_id).delete()
    MailTraits.objects.filter(message=message_id).delete()


def forget_mails_of_ticket(ticket_id: int) -> None:
    """Bytes, subject and addresses are gone for good."""
    RawMail.objects.filter(mail__ticket=ticket_id).delete()
    IncomingMail.objects.filter(ticket=ticket_id).update(subject="", sender="", envelope_from="", envelope_to=[])
    MailTraits.objects.filter(message__ticket=ticket_id).delete()
    UndeliveredCopy.objects.filter(message__ticket=ticket_id).delete()
    BouncedAddress.objects.filter(message__ticket=ticket_id).delete()
