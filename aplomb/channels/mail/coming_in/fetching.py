"""Taking in what is new in a mailbox's folder: each mail stored before the next look; nothing is moved, deleted or marked.

Known by its UID under the folder's UIDVALIDITY (RFC 3501 section 2.3.1.1). When a server renumbers, everything looks new again:
what came before is known by its Message-ID and size, and else, once read, by Message-ID and body.
"""

import datetime as dt
import imaplib
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from itertools import islice

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox

from aplomb.channels.mail.coming_in.applying import park
from aplomb.channels.mail.coming_in.leases import Lease
from aplomb.channels.mail.coming_in.storing import Arrival, store_fetched
from aplomb.channels.mail.models import IncomingMail, Mailbox, UnfetchedMail
from aplomb.channels.mail.reading.headers import read_message_id
from aplomb.channels.mail.servers.imap import MailboxFailure, opened, selected_number
from aplomb.lib.time import utc_now

log = structlog.get_logger()

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
AT_ONCE = 200
AGAIN_AT_ONCE = 20
LARGEST_HEADER = 1024 * 1024
# a server's clock may be behind ours by so much
SKEW = dt.timedelta(minutes=15)
# after so many tries of one mail: at once, a minute, …
PAUSES = [dt.timedelta(0), dt.timedelta(minutes=1), dt.timedelta(minutes=10), dt.timedelta(hours=1)]
LONGEST_PAUSE = dt.timedelta(hours=6)

Going = Callable[[], bool]


@dataclass
class Folder:
    """The folder as it was chosen: its numbering, and the next number where the server told it (used once)."""

    box: BaseMailBox
    validity: int
    next_uid: int | None

    @classmethod
    def chosen(cls, box: BaseMailBox) -> "Folder":
        validity = selected_number(box, "UIDVALIDITY")
        return cls(box, 0 if validity is None else validity, selected_number(box, "UIDNEXT"))


def fetch(mailbox: Mailbox) -> int:
    """Store what is new; returns how many. Failures are written on the mailbox, never raised."""
    return _fetched(mailbox, lambda: True)


def fetch_alone(mailbox: Mailbox, holder: str) -> int | None:
    """The same under the mailbox's lease; None while another process reads it."""
    lease = Lease(mailbox.pk, holder)
    if not lease.take():
        return None
    try:
        return _fetched(mailbox, lease.keep)
    finally:
        lease.give_back()


def _fetched(mailbox: Mailbox, going: Going) -> int:
    try:
        with opened(mailbox) as box:
            count = take_in(mailbox, Folder.chosen(box), going)
    except MailboxFailure as failure:
        note_failure(mailbox, str(failure))
        return 0
    note_success(mailbox)
    return count


def note_failure(mailbox: Mailbox, failure: str) -> None:
    """Write on the mailbox why it cannot be read, and since when."""
    log.warning("mailbox not fetched", mailbox=mailbox.address, failure=failure)
    Mailbox.objects.filter(pk=mailbox.pk).update(failure=failure[:500], failed_at=mailbox.failed_at or utc_now())


def note_success(mailbox: Mailbox) -> None:
    """It was read just now."""
    Mailbox.objects.filter(pk=mailbox.pk).update(fetched_at=utc_now(), failed_at=None, failure="")


def take_in(mailbox: Mailbox, folder: Folder, going: Going) -> int:
    """Store what is new in the folder, as long as `going` says so; returns how many. `mailbox` is as the database has it."""
    if folder.next_uid is not None and folder.validity == mailbox.uid_validity and folder.next_uid <= mailbox.last_uid:
        _forget_numbers(mailbox)
    is_first = folder.validity != mailbox.uid_validity or not mailbox.last_uid
    count = 0
    for uid in _at_first(mailbox, folder) if is_first else _above(mailbox, folder, mailbox.last_uid):
        if not going():
            return count
        count += _take_one(mailbox, folder, uid)
        if not is_first:
            _remember(mailbox, folder, uid)
    if is_first:
        # only now: whoever is interrupted before begins anew, and knows what it has by its numbers
        _remember(mailbox, folder, max((folder.next_uid or 1) - 1, _highest(mailbox, folder)))
    folder.next_uid = None
    return count + _take_again(mailbox, folder, going)


def _forget_numbers(mailbox: Mailbox) -> None:
    """The numbers went back without a word about it (the folder was made anew): the old ones say nothing any more."""
    with transaction.atomic():
        IncomingMail.objects.filter(mailbox=mailbox).update(uid_validity=None, uid=None)
        UnfetchedMail.objects.filter(mailbox=mailbox).delete()
        Mailbox.objects.filter(pk=mailbox.pk).update(last_uid=0)
    mailbox.last_uid = 0


def _above(mailbox: Mailbox, folder: Folder, last: int) -> list[int]:
    """The numbers above the last one, without those that could not be had before: they have a turn of their own."""
    found = {each for each in _search(folder, f"UID {last + 1}:*") if each > last}
    return sorted(found - _unfetched(mailbox, folder))


def _at_first(mailbox: Mailbox, folder: Folder) -> Iterator[int]:
    """What to take of a folder that is new to us, or was renumbered: what is unread, or arrived since we read it."""
    UnfetchedMail.objects.filter(mailbox=mailbox).exclude(uid_validity=folder.validity).delete()
    if mailbox.takes == Mailbox.Takes.ALL:
        wanted = set(_search(folder, "ALL"))
    else:
        day = (mailbox.reads_since - dt.timedelta(days=1)).astimezone(dt.UTC)
        seen = _search(folder, f"SEEN SINCE {day.day:02d}-{MONTHS[day.month - 1]}-{day.year}")
        wanted = {*_search(folder, "UNSEEN"), *_arrived_since(folder, seen, mailbox.reads_since - SKEW)}
    wanted -= _unfetched(mailbox, folder)
    was_known = bool(mailbox.uid_validity)
    for batch in _batches(sorted(wanted)):
        left = set(batch) - _stored(mailbox, folder, batch)
        if was_known and left:
            left -= _come_before(mailbox, folder, sorted(left))
        yield from sorted(left)


def _stored(mailbox: Mailbox, folder: Folder, uids: list[int]) -> set[int]:
    rows = IncomingMail.objects.filter(mailbox=mailbox, uid_validity=folder.validity, uid__in=uids)
    return {each for each in rows.values_list("uid", flat=True) if each is not None}


def _come_before(mailbox: Mailbox, folder: Folder, uids: list[int]) -> set[int]:
    """Those whose Message-ID and size a mail of this mailbox has that was read: only their number is new."""
    found: dict[int, tuple[str, int]] = {}
    for told, content in _answers(folder, uids, "(RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"):
        uid, size = _told(told, b"UID"), _told(told, b"RFC822.SIZE")
        header_id = _header_id(content)
        if uid and size and header_id:
            found[uid] = (header_id, size)
    names = {header_id for header_id, _size in found.values()}
    rows = IncomingMail.objects.filter(mailbox=mailbox, header_id__in=names)
    known = set(rows.values_list("header_id", "size"))
    return {uid for uid, each in found.items() if each in known}


def _header_id(header: bytes) -> str:
    values = message_from_bytes(header).get_all("message-id") or []
    return (read_message_id([str(each) for each in values]) or "")[:255]


def _arrived_since(folder: Folder, uids: list[int], since: dt.datetime) -> Iterator[int]:
    for batch in _batches(uids):
        for told, _content in _answers(folder, batch, "(INTERNALDATE)"):
            uid, arrived = _told(told, b"UID"), imaplib.Internaldate2tuple(told)
            if uid and (arrived is None or time.mktime(arrived) >= since.timestamp()):
                yield uid


def _highest(mailbox: Mailbox, folder: Folder) -> int:
    """The highest number that is in the folder, or that we had of it; for a server that does not tell UIDNEXT."""
    rows = IncomingMail.objects.filter(mailbox=mailbox, uid_validity=folder.validity).exclude(uid=None)
    stored = rows.order_by("-uid").values_list("uid", flat=True).first() or 0
    return stored if folder.next_uid is not None else max([stored, *_search(folder, "UID *")])


def _remember(mailbox: Mailbox, folder: Folder, uid: int) -> None:
    # not where somebody made it another mailbox meanwhile
    same = Mailbox.objects.filter(pk=mailbox.pk, host=mailbox.host, login=mailbox.login, folder=mailbox.folder)
    if same.update(uid_validity=folder.validity, last_uid=uid):
        mailbox.uid_validity, mailbox.last_uid = folder.validity, uid


def _take_one(mailbox: Mailbox, folder: Folder, uid: int) -> int:
    """Store one mail. A mail that cannot be had is noted and does not stop those behind it; a lost connection is raised."""
    try:
        content, is_whole = _content(folder, uid)
    except (imaplib.IMAP4.abort, OSError) as error:
        # whether this mail breaks the line or the line broke by itself is seen when it is asked for again
        _note_unfetched(mailbox, folder, uid, str(error))
        raise
    except (imaplib.IMAP4.error, _NotHandedOver) as error:
        _note_unfetched(mailbox, folder, uid, str(error))
        return 0
    if content is None:
        return 0
    arrival = Arrival(content=content, source="imap", mailbox=mailbox, uid_validity=folder.validity, uid=uid)
    stored = store_fetched(arrival)
    if stored is not None and not is_whole:
        park(stored, _("Larger than APLOMB_MAIL_LIMIT_MB: only its header was taken in; it is on the server."))
    return int(stored is not None)


def _take_again(mailbox: Mailbox, folder: Folder, going: Going) -> int:
    """Ask once more for what could not be had, where its pause is over."""
    count = 0
    due = UnfetchedMail.objects.filter(mailbox=mailbox, uid_validity=folder.validity, again_at__lte=utc_now())
    for row in due.order_by("again_at")[:AGAIN_AT_ONCE]:
        if not going():
            break
        tries = row.tries
        count += _take_one(mailbox, folder, row.uid)
        UnfetchedMail.objects.filter(pk=row.pk, tries=tries).delete()
    return count


def _unfetched(mailbox: Mailbox, folder: Folder) -> set[int]:
    rows = UnfetchedMail.objects.filter(mailbox=mailbox, uid_validity=folder.validity)
    return set(rows.values_list("uid", flat=True))


def _note_unfetched(mailbox: Mailbox, folder: Folder, uid: int, reason: str) -> None:
    log.warning("mail not handed over", mailbox=mailbox.address, uid=uid, reason=reason[:200])
    row, is_new = UnfetchedMail.objects.get_or_create(
        mailbox=mailbox, uid_validity=folder.validity, uid=uid, defaults={"reason": reason[:500]}
    )
    if not is_new:
        pause = PAUSES[row.tries] if row.tries < len(PAUSES) else LONGEST_PAUSE
        rows = UnfetchedMail.objects.filter(pk=row.pk)
        rows.update(tries=F("tries") + 1, again_at=utc_now() + pause, reason=reason[:500])


class _NotHandedOver(Exception):
    """The server shows a mail and does not give it."""


def _content(folder: Folder, uid: int) -> tuple[bytes | None, bool]:
    """The bytes of one mail, unread as before, and whether that is all of it; None when it has gone meanwhile."""
    size = next((_told(told, b"RFC822.SIZE") for told, _content in _answers(folder, [uid], "(RFC822.SIZE)")), 0)
    limit: int = settings.MAIL_LIMIT
    if size <= limit:
        # a server that tells no size could send anything
        part = "BODY.PEEK[]" if size else f"BODY.PEEK[]<0.{limit + 1}>"
        content = _literal(folder, uid, part)
        if content is None or len(content) <= limit:
            return content, True
    return _literal(folder, uid, f"BODY.PEEK[HEADER]<0.{LARGEST_HEADER}>"), False


def _literal(folder: Folder, uid: int, part: str) -> bytes | None:
    found = [
        content for told, content in _answers(folder, [uid], f"({part})") if content and _told(told, b"UID") == uid
    ]
    if found:
        return found[0]
    if uid in _search(folder, f"UID {uid}"):
        raise _NotHandedOver("the server gives nothing for it")
    return None


def _answers(folder: Folder, uids: Iterable[int], what: str) -> Iterator[tuple[bytes, bytes]]:
    """What the server tells of each mail, and the bytes that it sends with it. Raises _NotHandedOver when it says no."""
    status, answer = folder.box.client.uid("fetch", ",".join(map(str, uids)), what)
    if status != "OK":
        words = b" ".join(each for each in answer if isinstance(each, bytes)).decode("utf-8", "replace")
        raise _NotHandedOver(words[:300] or status)
    told, content = b"", b""
    for each in answer:
        if isinstance(each, tuple):
            if told:
                yield told, content
            told, content = bytes(each[0]), bytes(each[1])
        elif isinstance(each, bytes):
            # the end of what began with a literal, or an answer of its own
            if told:
                yield told + b" " + each, content
            else:
                yield each, b""
            told, content = b"", b""
    if told:
        yield told, content


def _told(answer: bytes, word: bytes) -> int:
    """The number behind a word of the answer; 0 where it is not there."""
    found = re.search(rb"\b" + re.escape(word) + rb" (\d{1,20})", answer)
    return int(found[1]) if found else 0


def _search(folder: Folder, criteria: str) -> list[int]:
    return sorted({int(each) for each in folder.box.uids(criteria, charset=None) if each.isdigit()})


def _batches(uids: Iterable[int]) -> Iterator[list[int]]:
    left = iter(uids)
    while batch := list(islice(left, AT_ONCE)):
        yield batch
