"""What became of messages that left, and letters that the desk itself wrote."""

from django.db import transaction
from django.db.models import QuerySet

from aplomb.journal.actors import MAIL, SYSTEM, Actor, Machine
from aplomb.journal.events import Sealed
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox.events import MailFate
from aplomb.journal.recording import record
from aplomb.lib.prepared import prepared
from aplomb.people.errors import NotFound
from aplomb.tickets.actions.writing import add_message, ids, message_seals, record_message
from aplomb.tickets.events import DeliveryChanged, LetterSent
from aplomb.tickets.models import Delivery, Kind, Message, Ticket
from aplomb.tickets.policies import ticket_for

OF_MAIL = {
    "queued": Delivery.QUEUED,
    "sent": Delivery.SENT,
    "kept": Delivery.KEPT,
    "failed": Delivery.FAILED,
    "discarded": Delivery.DISCARDED,
}


def note_delivery(fate: MailFate) -> None:
    """Write a mail's fate on the message that it carried, and on the chain."""
    word, _blank, pk = fate.reference.partition(" ")
    if word != "message" or not pk.isdigit() or fate.state not in OF_MAIL:
        return
    with transaction.atomic():
        found = _message(int(pk))
        if not found:
            return
        message = found[0]
        by = Machine(fate.by_id, fate.by_kind) if fate.by_kind else MAIL
        delivery = OF_MAIL[fate.state]
        if delivery == Delivery.DISCARDED and _went_before(fate.mail_id):
            # others have it, or had it before it came back: it stays on the page
            delivery = Delivery.FAILED
        change_delivery(message, delivery, fate.answer, by=by)


def _went_before(mail_id: int) -> bool:
    return OutgoingMail.objects.filter(pk=mail_id, purpose=OutgoingMail.AGAIN).exists()


@prepared
def _message(message_id: int) -> QuerySet[Message]:
    return Message.objects.select_related("ticket").filter(pk=message_id)


def change_delivery(message: Message, delivery: str, answer: str = "", *, by: Actor = MAIL) -> None:
    """The state of a message that left. Needs a transaction."""
    try:
        ticket = ticket_for(SYSTEM, message.ticket.number, lock=True)
    except NotFound:
        return
    if message.delivery == delivery:
        return
    message.delivery, message.delivery_note = delivery, answer[:500]
    message.save(update_fields=["delivery", "delivery_note"])
    record(
        DeliveryChanged(
            **ids(ticket),
            message_id=message.pk,
            delivery=delivery,
            sealed={"answer": Sealed.text(answer[:500])} if answer else {},
        ),
        by=by,
        chain=ticket.chain,
    )


def add_letter(ticket: Ticket, letter: str, text: str, to: tuple[str, ...]) -> Message:
    """A letter that the desk itself sends to the customer. Needs a transaction; the channel posts the mail."""
    locked = ticket_for(SYSTEM, ticket.number, lock=True)
    message = add_message(
        locked, Kind.SYSTEM, text=text, to=list(to), channel="mail", delivery=Delivery.QUEUED, is_automatic=True
    )
    event = LetterSent(
        **ids(locked),
        message_id=message.pk,
        letter=letter,
        sealed={**message_seals(message), "to": Sealed.text(", ".join(to))},
    )
    record_message(message, event, ticket=locked, by=SYSTEM)
    return message
