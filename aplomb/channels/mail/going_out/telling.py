"""Mails of the desk to its own people, by the outbox: what they must hear even when they look at no page.

They leave under an address other than the one that they are about, and each is written once.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from aplomb.channels.mail.addressing import names_us, our_addresses
from aplomb.channels.mail.going_out.compose import OutgoingMail as Composed
from aplomb.channels.mail.going_out.compose import compose_mail, wire_address
from aplomb.channels.mail.models import Mailbox
from aplomb.channels.mail.reading.headers import Address
from aplomb.customers.addresses import email_key
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox.actions import Letter, post
from aplomb.people.actions.notices import notice, settle_mail
from aplomb.people.models import Desk, NoticeMail, Person
from aplomb.tickets.models import Delivery, Kind, Message
from aplomb.tickets.policies import sees

PURPOSE = "notice"
OWN_NAME = "aplomb"

# subject and text, worked out in the reader's language
Words = Callable[[], tuple[str, str]]


def notify(
    person: Person,
    words: Words,
    *,
    about: str,
    kind: str,
    ticket_number: str = "",
    path: str = "",
    facts: Mapping[str, str] | None = None,
    avoid: Collection[str] = (),
) -> OutgoingMail | None:
    """Tell one of the staff what cannot wait, once for what it is about (at most 50 characters): in the page, and by a mail
    of its own at once, in their quiet hours too.

    `kind`, `ticket_number`, `path` and `facts`: what the notice in the page says. `avoid`: addresses of the desk under which
    the mail must not leave. None where no mail was written: it was before, the person is gone or chose not to get it at once,
    or their address is one of the desk's own, and such a mail would come in as a ticket.
    """
    if not person.is_active:
        return None
    reference = f"{about} {person.pk}"[:60]
    with transaction.atomic():
        # of two that tell the same at once, one waits for the other
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        told = notice(person, kind, about=about, ticket_number=ticket_number, path=path, words=facts)
        if told is None or told.mail != NoticeMail.SOON or OutgoingMail.objects.filter(reference=reference).exists():
            return None
        is_out_of_reach = names_us(person.email, our_addresses(also_unused=True))
        settle_mail(told, NoticeMail.NONE if is_out_of_reach else NoticeMail.MAILED)
        if is_out_of_reach:
            return None
        with translation.override(person.language):
            subject, text = words()
        return post(staff_letter(person, subject, text, reference, own_sender(avoid)))


def staff_letter(person: Person, subject: str, text: str, reference: str, sender: str) -> Letter:
    """A plain mail in the desk's name, with a Message-ID that its reference decides. Raises BadAddress."""
    desk = Desk.objects.first()
    digest = hashlib.sha256(f"{reference} {settings.SECRET_KEY}".encode()).hexdigest()[:32]
    name = desk.name if desk is not None else ""
    return letter_to(person, subject, text, Address(name, sender), f"notice.{digest}", reference)


def letter_to(person: Person, subject: str, text: str, sender: Address, word: str, reference: str) -> Letter:
    """A plain mail to one of the staff, automatic, so that no machine answers it (RFC 3834).

    `word` is what stands before the @ of its Message-ID. Raises BadAddress.
    """
    message_id = f"<{word}@{wire_address(sender.address).rpartition('@')[2]}>"
    content = compose_mail(
        Composed(
            from_=sender,
            to=(Address(person.full_name, person.email),),
            cc=(),
            reply_to=(),
            subject=subject,
            text=text,
            quoted=None,
            signature="",
            in_reply_to=None,
            references=(),
            message_id=message_id,
            attachments=(),
            auto_submitted="auto-generated",
            language=person.language,
        )
    )
    return Letter(
        purpose=PURPOSE,
        sender=sender.address,
        recipients=(wire_address(person.email),),
        subject=subject,
        message_id=message_id,
        content=content,
        reference=reference,
    )


def own_sender(avoid: Collection[str] = ()) -> str:
    """An address of the desk that is none of these: its own, else that of a mailbox that is well, else one that is no mailbox."""
    unwanted = {email_key(each) for each in avoid}
    if email_key(settings.DEFAULT_FROM_EMAIL) not in unwanted:
        return str(settings.DEFAULT_FROM_EMAIL)
    well = Mailbox.objects.filter(is_active=True, is_draft=False, alarmed_at=None).values_list("address", flat=True)
    other = next((each for each in well if email_key(each) not in unwanted), None)
    return other or f"{OWN_NAME}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>')}"


def people_who_administer() -> list[Person]:
    """Everybody who is told of troubles of the desk itself."""
    return [each for each in Person.objects.filter(is_active=True) if each.is_administrator]


def tell_undelivered(message_id: int) -> None:
    """A message could not be delivered: tell who has the ticket, else who wrote it. Once for each time that it left in vain."""
    message = Message.objects.select_related("ticket__assignee", "person").filter(pk=message_id).first()
    if message is None or message.delivery != Delivery.FAILED:
        return
    reader = message.ticket.assignee or message.person
    if reader is None or not sees(reader, message.ticket):
        return
    mail = OutgoingMail.objects.filter(pk=message.outgoing_id or 0).defer("content").first()
    recipients = mail.recipients if mail is not None and mail.state == OutgoingMail.State.FAILED else message.to
    names = {
        "number": message.ticket.shown_number,
        "subject": message.ticket.subject,
        "to": ", ".join(map(str, recipients)),
        "answer": message.delivery_note or "…",
        "url": f"{settings.URL}/tickets/{message.ticket.number}",
    }

    def words() -> tuple[str, str]:
        if message.kind == Kind.ASKED:
            text = _(
                "A question in a side conversation on ticket %(number)s could not be delivered to %(to)s.\n\n"
                "The mail server said: %(answer)s\n\nYou can correct the address and ask again:\n%(url)s"
            )
            return _("Not delivered: %(subject)s [%(number)s]") % names, text % names
        text = _(
            "A message on ticket %(number)s could not be delivered to %(to)s.\n\nThe mail server said: %(answer)s\n\n"
            "The customer still waits for it. You can correct the address and send it again:\n%(url)s"
        )
        return _("Not delivered: %(subject)s [%(number)s]") % names, text % names

    left = int(mail.created_at.timestamp()) if mail is not None else 0
    notify(
        reader,
        words,
        about=f"undelivered {message.pk} {left}",
        kind="undelivered",
        ticket_number=message.ticket.number,
        path=f"/tickets/{message.ticket.number}#message-{message.pk}",
    )
