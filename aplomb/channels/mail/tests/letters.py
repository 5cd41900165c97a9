"""Mails as customers' programs write them, for the tests of this folder."""

from email.message import EmailMessage
from email.utils import make_msgid

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.coming_in import applying
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.models import IncomingMail, Mailbox
from aplomb.journal.actors import SYSTEM
from tests.parts.dovecot import Dovecot

HELP = "help@desk.example"


def letter(
    text: str = "The printer is silent.",
    *,
    sender: str = "Cleo Whitfield <cleo@acme.example>",
    subject: str = "Printer",
    to: str = HELP,
    **headers: str,
) -> EmailMessage:
    """A plain mail. Further headers by name, with _ for -."""
    mail = EmailMessage()
    if sender:
        mail["From"] = sender
    mail["To"], mail["Subject"] = to, subject
    mail["Message-ID"] = headers.pop("message_id", "") or make_msgid(domain="acme.example")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def taken_in(mail: EmailMessage | bytes, *, envelope_from: str = "", to: str = HELP) -> IncomingMail:
    """Store the mail and read it, as receiver and job do. Gives the row as it then is."""
    content = mail if isinstance(mail, bytes) else mail.as_bytes()
    row = store([Arrival(content=content, source="smtp", envelope_from=envelope_from, envelope_to=(to,))])[0]
    applying.apply(row.pk)
    return IncomingMail.objects.select_related("ticket", "message", "suggestion").get(pk=row.pk)


def fetched_from(dovecot: Dovecot) -> Mailbox:
    """A mailbox of the desk that is fetched from the real IMAP server."""
    return add_mailbox(
        by=SYSTEM,
        name="Post",
        address="post@desk.example",
        intake="imap",
        host=dovecot.host,
        port=dovecot.port,
        security="plain",
        login=dovecot.name,
        password=dovecot.password,
    )
