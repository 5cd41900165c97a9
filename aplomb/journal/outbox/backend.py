"""Django's mail backend, so that mails of parts (sign-in, password) leave by the outbox too."""

from collections.abc import Sequence
from email.utils import make_msgid

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from aplomb.journal.outbox.actions import Letter, post


class OutboxBackend(BaseEmailBackend):
    """Posts each message; the outbox sends, retries and shows it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            for message in email_messages:
                wire = message.message()
                if "Message-ID" not in wire:
                    wire["Message-ID"] = make_msgid(domain=message.from_email.rpartition("@")[2].strip("> "))
                if "Auto-Submitted" not in wire:
                    wire["Auto-Submitted"] = "auto-generated"
                post(
                    Letter(
                        purpose="account",
                        sender=message.from_email,
                        recipients=tuple(message.recipients()),
                        subject=str(message.subject),
                        message_id=str(wire["Message-ID"]),
                        content=wire.as_bytes(linesep="\r\n"),  # type: ignore[call-arg]  # Django's own message takes it
                    )
                )
        return len(email_messages)
