"""Fetching a mailbox by IMAP: everything above the last UID, each stored before the next look; nothing is moved or deleted."""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from aplomb.channels.mail.applying import park
from aplomb.channels.mail.models import Mailbox
from aplomb.channels.mail.passwords import WrongKey, unlock
from aplomb.channels.mail.storing import Arrival, store_fetched
from aplomb.lib.net import PrivateAddress, refuse_private
from aplomb.lib.time import utc_now

log = structlog.get_logger()

TIMEOUT_SECONDS = 30


class MailboxFailure(Exception):
    """Why a mailbox cannot be fetched, in words for the administrator, with the mend."""


def fetch(mailbox: Mailbox) -> int:
    """Store what is new; returns how many. Failures are written on the mailbox, never raised."""
    try:
        with _opened(mailbox) as box:
            count = _fetch_new(mailbox, box)
    except MailboxFailure as failure:
        _note_failure(mailbox, str(failure))
        return 0
    Mailbox.objects.filter(pk=mailbox.pk).update(fetched_at=utc_now(), failed_at=None, failure="")
    return count


def try_mailbox(mailbox: Mailbox) -> str:
    """Sign in and look into the folder without fetching. Returns what was found, raises MailboxFailure."""
    with _opened(mailbox) as box:
        status = box.folder.status(mailbox.folder, ["MESSAGES"])
        return _("Signed in to %(host)s: %(count)s messages in %(folder)s.") % {
            "host": mailbox.host,
            "count": status["MESSAGES"],
            "folder": mailbox.folder,
        }


def _note_failure(mailbox: Mailbox, failure: str) -> None:
    log.warning("mailbox not fetched", mailbox=mailbox.address, failure=failure)
    Mailbox.objects.filter(pk=mailbox.pk).update(failure=failure[:500], failed_at=mailbox.failed_at or utc_now())


@contextmanager
def _opened(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    """A session with the folder chosen; every failure becomes a MailboxFailure that says what to do."""
    where = {"host": mailbox.host, "port": mailbox.port}
    try:
        refuse_private(mailbox.host, mailbox.port, allowed=settings.PRIVATE_HOSTS)
        password = unlock(bytes(mailbox.password))
        box = _connect(mailbox)
        try:
            in_ascii = mailbox.login.isascii() and password.isascii()
            sign_in = box.login if in_ascii else box.login_utf8
            sign_in(mailbox.login, password, initial_folder=mailbox.folder)
            yield box
        finally:
            _leave(box)
    except PrivateAddress as error:
        raise MailboxFailure(
            _("%(host)s is on a private network. If that is right, name it in APLOMB_PRIVATE_HOSTS.") % where
        ) from error
    except WrongKey as error:
        raise MailboxFailure(_("The desk's secret has changed: enter this mailbox's password again.")) from error
    except (socket.gaierror, UnicodeError) as error:
        raise MailboxFailure(_("There is no server %(host)s: check its name.") % where) from error
    except ssl.SSLError as error:
        raise MailboxFailure(
            _("%(host)s:%(port)s does not speak TLS as expected: check security and port.") % where
            + f" ({error.reason or error})"
        ) from error
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        raise MailboxFailure(_meaning(mailbox, str(error))) from error
    except OSError as error:
        raise MailboxFailure(
            _("%(host)s:%(port)s does not answer: check server, port and firewall.") % where + f" ({error})"
        ) from error


def _connect(mailbox: Mailbox) -> BaseMailBox:
    if mailbox.security == Mailbox.Security.TLS:
        return MailBox(mailbox.host, mailbox.port, timeout=TIMEOUT_SECONDS, ssl_context=ssl.create_default_context())
    if mailbox.security == Mailbox.Security.STARTTLS:
        return MailBoxStartTls(
            mailbox.host, mailbox.port, timeout=TIMEOUT_SECONDS, ssl_context=ssl.create_default_context()
        )
    return MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=TIMEOUT_SECONDS)


def _leave(box: BaseMailBox) -> None:
    try:
        box.client.logout()
    except (imaplib.IMAP4.error, OSError):
        box.client.shutdown()


def _meaning(mailbox: Mailbox, said: str) -> str:
    where = {"host": mailbox.host, "login": mailbox.login, "folder": mailbox.folder, "said": said[:200]}
    low = said.lower()
    if "auth" in low or "login" in low or "credential" in low or "password" in low:
        return _("%(host)s refuses the login %(login)s: check name and password. It says: %(said)s") % where
    if "select" in low or "mailbox" in low or "folder" in low:
        return _("%(host)s has no folder %(folder)s. It says: %(said)s") % where
    return _("%(host)s answers: %(said)s") % where


def _fetch_new(mailbox: Mailbox, box: BaseMailBox) -> int:
    status = box.folder.status(mailbox.folder, ["UIDVALIDITY", "UIDNEXT"])
    validity = int(status["UIDVALIDITY"])
    last = mailbox.last_uid if validity == mailbox.uid_validity else 0
    # renumbered: everything looks new again, and what was applied is known by Message-ID and body
    uids = [int(each) for each in box.uids(f"UID {last + 1}:*") if int(each) > last]
    count = 0
    for uid in sorted(uids):
        is_too_large = _size(box, uid) > settings.MAIL_LIMIT
        content = _one(box, uid, "BODY.PEEK[HEADER]" if is_too_large else "BODY.PEEK[]")
        if content is not None:
            stored = store_fetched(
                Arrival(content=content, source="imap", mailbox=mailbox, uid_validity=validity, uid=uid)
            )
            count += stored is not None
            if stored is not None and is_too_large:
                park(stored, _("Larger than APLOMB_MAIL_LIMIT_MB: only its header was taken in; it is on the server."))
        # not where somebody made it another mailbox meanwhile
        same = Mailbox.objects.filter(pk=mailbox.pk, host=mailbox.host, login=mailbox.login, folder=mailbox.folder)
        same.update(uid_validity=validity, last_uid=uid)
    return count


def _size(box: BaseMailBox, uid: int) -> int:
    """The size of one mail in bytes as the server tells it; 0 where it does not."""
    _status, answer = box.client.uid("fetch", str(uid), "(RFC822.SIZE)")
    told = next((part for part in answer if isinstance(part, bytes)), b"")
    found = re.search(rb"RFC822\.SIZE (\d+)", told)
    return int(found[1]) if found else 0


def _one(box: BaseMailBox, uid: int, part_asked: str) -> bytes | None:
    """The bytes of one mail, or of its header, unread as before; None when it has gone meanwhile."""
    status, answer = box.client.uid("fetch", str(uid), f"({part_asked})")
    if status != "OK":
        raise MailboxFailure(_("The server did not hand over a mail; it will be asked again."))
    for part in answer:
        if isinstance(part, tuple) and len(part) == 2:
            return bytes(part[1])
    return None
