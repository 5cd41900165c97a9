"""The first step of every mail: its bytes are in the database before anybody is told that it was taken."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from aplomb.channels.mail.models import IncomingMail, Mailbox, RawMail
from aplomb.customers.addresses import email_key
from aplomb.lib.prepared import prepared

COMPRESS_FROM = 2048


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A mail as it came in: its bytes and its envelope."""

    content: bytes
    source: str
    envelope_from: str = ""
    envelope_to: tuple[str, ...] = ()
    mailbox: Mailbox | None = None
    uid_validity: int | None = None
    uid: int | None = None


def store(arrivals: Sequence[Arrival]) -> list[IncomingMail]:
    """Store mails together, in one durable commit, and leave a job for each.

    Raises a database error when nothing was stored; then none of them may be acknowledged.
    """
    from aplomb.channels.mail.jobs import apply_mail
    from aplomb.journal.jobs import enqueue_many

    boxes = {
        email_key(box.address): box for box in Mailbox.objects.filter(is_active=True).defer("password", "signature")
    }
    with transaction.atomic():
        rows = IncomingMail.objects.bulk_create([_row(each, boxes) for each in arrivals])
        RawMail.objects.bulk_create([_raw(row, each) for row, each in zip(rows, arrivals, strict=True)])
        enqueue_many(apply_mail, [{"mail_id": row.pk} for row in rows])
    return rows


def store_fetched(arrival: Arrival) -> IncomingMail | None:
    """Store one mail of a mailbox that is fetched; None when it was stored before."""
    try:
        with transaction.atomic():
            return store([arrival])[0]
    except IntegrityError:
        return None


def mailbox_at(addresses: Iterable[str], boxes: Mapping[str, Mailbox]) -> Mailbox | None:
    """The first of these mailboxes (by address) that one of the addresses names, plus addresses included."""
    for address in addresses:
        local, _at, domain = email_key(address).rpartition("@")
        found = boxes.get(f"{local}@{domain}") or boxes.get(f"{local.partition('+')[0]}@{domain}")
        if found is not None:
            return found
    return None


def _row(arrival: Arrival, boxes: Mapping[str, Mailbox]) -> IncomingMail:
    return IncomingMail(
        # known from the beginning: who may see a mail that cannot be read depends on it
        mailbox=arrival.mailbox or mailbox_at(_few(arrival.envelope_to), boxes),
        source=arrival.source,
        envelope_from=_clean(arrival.envelope_from)[:320],
        envelope_to=[_clean(each)[:320] for each in _few(arrival.envelope_to)],
        size=len(arrival.content),
        uid_validity=arrival.uid_validity,
        uid=arrival.uid,
    )


def _few(addresses: Iterable[str]) -> list[str]:
    return list(addresses)[:200]


def _clean(text: str) -> str:
    return "".join(each for each in text if each.isprintable())


def _raw(row: IncomingMail, arrival: Arrival) -> RawMail:
    content, is_compressed = arrival.content, False
    if len(content) >= COMPRESS_FROM:
        smaller = zlib.compress(content, 1)
        if len(smaller) < len(content):
            content, is_compressed = smaller, True
    return RawMail(mail=row, content=content, is_compressed=is_compressed)


def raw_bytes(mail: IncomingMail) -> bytes:
    """The mail as it came."""
    [raw] = _raw_of(mail.pk)
    content = bytes(raw.content)
    return zlib.decompress(content) if raw.is_compressed else content


@prepared
def _raw_of(mail_id: int) -> QuerySet[RawMail]:
    return RawMail.objects.filter(mail=mail_id)
