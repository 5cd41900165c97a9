"""The first step of every mail: its bytes are in the database before anybody is told that it was taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from aplomb.channels.mail.addressing import Places, place_at, places
from aplomb.channels.mail.models import IncomingMail, Mailbox, RawMail
from aplomb.channels.mail.rawmail import packed, raw_bytes


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
    # the machine that brought it to our own receiver, and what it called itself: what SPF is about
    peer: str = ""
    helo: str = ""


def store(arrivals: Sequence[Arrival]) -> list[IncomingMail]:
    """Store mails together, in one durable commit, and leave a job for each.

    Raises a database error when nothing was stored; then none of them may be acknowledged.
    """
    from aplomb.channels.mail.jobs import apply_mail
    from aplomb.journal.jobs import enqueue_many

    known = places()
    with transaction.atomic():
        rows = IncomingMail.objects.bulk_create([_row(each, known) for each in arrivals])
        RawMail.objects.bulk_create([packed(row, each.content) for row, each in zip(rows, arrivals, strict=True)])
        enqueue_many(apply_mail, [{"mail_id": row.pk} for row in rows])
    return rows


def store_fetched(arrival: Arrival) -> IncomingMail | None:
    """Store one mail of a mailbox that is fetched; None when it was stored before.

    A server that gives a number a second time, to another mail, loses nothing: that mail is stored without its number.
    """
    try:
        with transaction.atomic():
            return store([arrival])[0]
    except IntegrityError:
        before = IncomingMail.objects.filter(
            mailbox=arrival.mailbox, uid_validity=arrival.uid_validity, uid=arrival.uid
        ).first()
        if before is None:
            raise
        if _is_same(before, arrival):
            return None
    return store([replace(arrival, uid_validity=None, uid=None)])[0]


def _is_same(before: IncomingMail, arrival: Arrival) -> bool:
    """By its bytes; by its size alone once the bytes were forgotten."""
    if before.size != len(arrival.content):
        return False
    return not RawMail.objects.filter(mail=before).exists() or raw_bytes(before) == arrival.content


def _row(arrival: Arrival, known: Places) -> IncomingMail:
    place = place_at(_few(arrival.envelope_to), known)
    return IncomingMail(
        # known from the beginning: who may see a mail that cannot be read depends on it
        mailbox=arrival.mailbox or (place.mailbox if place else None),
        source=arrival.source,
        envelope_from=_clean(arrival.envelope_from)[:320],
        envelope_to=[_clean(each)[:320] for each in _few(arrival.envelope_to)],
        size=len(arrival.content),
        uid_validity=arrival.uid_validity,
        uid=arrival.uid,
        verdicts={"peer": arrival.peer[:64], "helo": _clean(arrival.helo)[:253]} if arrival.peer else {},
    )


def _few(addresses: Iterable[str]) -> list[str]:
    return list(addresses)[:200]


def _clean(text: str) -> str:
    return "".join(each for each in text if each.isprintable())
