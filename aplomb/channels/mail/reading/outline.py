"""What was read of a mail as plain values for JSON: what `aplomb mail parse` prints and what the fixtures expect."""

from typing import Any

from aplomb.channels.mail.reading.headers import Address
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.lib.time import second_text


def outline(mail: ParsedMail) -> dict[str, Any]:
    """Return the mail as a dictionary of which every key is always there: None or [] for what is absent.

    ``text`` and ``new_text`` are always texts. The instant is RFC 3339 in UTC; message ids stand in angle
    brackets; sizes are in bytes.
    """
    return {
        "message_id": mail.message_id,
        # a mail answers one mail: what a rare program adds to it stands in the references too
        "in_reply_to": mail.in_reply_to[0] if mail.in_reply_to else None,
        "references": list(mail.references),
        "date": None if mail.date is None else second_text(mail.date),
        "from": _mailbox(mail.sender),
        "reply_to": [_mailbox(each) for each in mail.reply_to],
        "to": [_mailbox(each) for each in mail.to],
        "cc": [_mailbox(each) for each in mail.cc],
        "subject": mail.subject or None,
        "text": mail.text,
        "html": mail.html,
        "new_text": mail.new_text,
        "attachments": [
            {
                "name": file.name,
                "type": file.type,
                "declared_type": file.declared_type,
                "size": file.size,
                "inline": file.inline,
            }
            for file in mail.attachments
        ],
        "automatic": {"is_automatic": mail.automatic.is_automatic, "why": mail.automatic.why or None},
        "bounce": {
            "is_bounce": mail.bounce.is_bounce,
            "recipients": [
                {"address": each.address, "action": each.action, "status": each.status or None}
                for each in mail.bounce.recipients
            ],
        },
        "forwarded": _forwarded(mail),
        "lang": mail.lang,
    }


def _mailbox(address: Address | None) -> dict[str, str] | None:
    return None if address is None else {"name": address.name, "address": address.address}


def _forwarded(mail: ParsedMail) -> dict[str, Any] | None:
    found = mail.forwarded
    if found is None:
        return None
    return {
        "from": {"name": found.from_name, "address": found.from_address},
        "subject": found.subject,
        "text": found.text,
    }
