"""Answers that left, and what mail servers report of them, for tests."""

from aplomb.channels.mail.models import ThreadMark
from aplomb.tickets.actions.deliver import change_delivery
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.models import Delivery, Message
from tests.cast import CLEO, Cast


def answered(cast: Cast, **reply: object) -> Message:
    """An answer of Ada that left, with the ticket waiting for the customer."""
    message = reply_to_ticket(
        cast.ticket.number,
        Reply(text="We look into it.", then="waiting_customer", **reply),  # type: ignore[arg-type]  # its fields
        by=cast.ada,
    )
    change_delivery(message, Delivery.SENT, "250 OK")
    return message


def header_id(message: Message) -> str:
    return ThreadMark.objects.get(message=message).header_id


def report(about: str, *recipients: tuple[str, str, str], name: str = "r1", words: str = "550 unknown user") -> bytes:
    """A report of a mail server of those recipients: address, action, status."""
    blocks = "\n\n".join(
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {words}"
        for address, action, status in recipients
    )
    return (
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.acme.example>\nTo: help@desk.example\n"
        f"Subject: Undelivered Mail Returned to Sender\nMessage-ID: <{name}@mx.acme.example>\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{blocks}\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {about}\nTo: {CLEO}\n\nWe look into it.\n--b--\n"
    ).encode()
