"""What mail does when something happens on a ticket."""

from aplomb.tickets.events import (
    DeliveryChanged,
    LetterSent,
    MessageAsked,
    MessageReceived,
    MessageSent,
    MessageSplitOff,
    TextErased,
    TextRedacted,
    TicketBinned,
    TicketDiscarded,
    TicketRestored,
)
from aplomb.tickets.models import Delivery


def on_message_sent(event: MessageSent) -> None:
    """An answer becomes a mail in the outbox, in the same transaction."""
    from aplomb.channels.mail.going_out import answers

    if event.channel == "mail":
        answers.post_reply(event.message_id)


def on_letter_sent(event: LetterSent) -> None:
    """So does a letter of the desk itself."""
    from aplomb.channels.mail.going_out import answers

    answers.post_letter(event.message_id)


def on_message_received(event: MessageReceived) -> None:
    """The first word of a customer by mail is acknowledged, once an hour and address at the most."""
    from aplomb.channels.mail.going_out import acknowledging

    if event.is_first and event.channel == "mail" and not event.is_automatic:
        acknowledging.acknowledge(event.message_id)


def on_text_forgotten(event: TextErased | TextRedacted) -> None:
    """What was erased or redacted on the ticket is not kept as raw bytes either."""
    from aplomb.channels.mail.coming_in.forgetting import forget_raw_of_message

    forget_raw_of_message(event.message_id)


def on_ticket_discarded(event: TicketDiscarded) -> None:
    """A discarded ticket leaves nothing of its mails but that they came."""
    from aplomb.channels.mail.coming_in.forgetting import forget_mails_of_ticket

    forget_mails_of_ticket(event.ticket_id)


def on_delivery_changed(event: DeliveryChanged) -> None:
    """Who has the ticket hears by mail too that its customer did not get the answer; the page says it anyway."""
    from aplomb.channels.mail.jobs import tell_undelivered

    if event.delivery == Delivery.FAILED:
        tell_undelivered.enqueue(message_id=event.message_id)


def on_ticket_binned(event: TicketBinned) -> None:
    """Somebody called it spam: its mails are learnt as such."""
    from aplomb.channels.mail.proof import spamlist

    if event.reason == "spam":
        spamlist.learn_from_ticket(event.ticket_id, is_spam=True)


def on_ticket_restored(event: TicketRestored) -> None:
    """It was none after all."""
    from aplomb.channels.mail.proof import spamlist

    if event.reason == "spam":
        spamlist.learn_from_ticket(event.ticket_id, is_spam=False)


def on_customer_answered(event: MessageSent) -> None:
    """What a person answers is no spam: learnt until there is plenty of it."""
    from aplomb.channels.mail.proof import spam, spamlist

    if event.person_id and spam.wants_good_ones():
        spamlist.learn_from_ticket(event.ticket_id, is_spam=False, most=1)


def on_message_split_off(event: MessageSplitOff) -> None:
    """The customer's next mail in that thread is about what was split off."""
    from aplomb.channels.mail.coming_in.splitting import follow_split

    follow_split(event.message_id, event.to_ticket_id, event.to_message_id)


def on_message_asked(event: MessageAsked) -> None:
    """A question to somebody outside becomes a mail of a thread of its own, in the same transaction."""
    from aplomb.channels.mail.going_out.asking import post_asked

    post_asked(event.message_id)
