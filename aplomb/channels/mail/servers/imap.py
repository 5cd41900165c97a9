"""A session with a mailbox's IMAP server: connected, signed in, the folder chosen; and in words why that fails."""

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from aplomb.channels.mail.models import Mailbox
from aplomb.channels.mail.passwords import WrongKey, unlock
from aplomb.channels.mail.servers import oauth, sasl
from aplomb.lib.net import PrivateAddress, refuse_private

TIMEOUT_SECONDS = 30
# a peer that is gone without a word is noticed by the kernel within about two minutes
KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}


class MailboxFailure(Exception):
    """Why a mailbox cannot be fetched, in words for the administrator, with the mend.

    `is_refused`: the server did not let us in; asking again at once would only lock the account.
    """

    def __init__(self, words: str, *, is_refused: bool = False) -> None:
        super().__init__(words)
        self.is_refused = is_refused


def try_mailbox(mailbox: Mailbox) -> str:
    """Sign in and look into the folder without fetching. Returns what was found, raises MailboxFailure."""
    with opened(mailbox) as box:
        count = _selected_number(box, "EXISTS")
        return _("Signed in to %(host)s as %(login)s: %(count)s messages in %(folder)s.") % {
            "host": mailbox.host,
            "login": mailbox.login,
            "count": "?" if count is None else count,
            "folder": mailbox.folder,
        }


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    """A session with the folder chosen; every failure becomes a MailboxFailure that says what to do."""
    with in_words(mailbox):
        refuse_private(mailbox.host, mailbox.port, allowed=settings.PRIVATE_HOSTS)
        box = _connect(mailbox)
        try:
            _keep_alive(box)
            _sign_in(mailbox, box)
            box.folder.set(mailbox.folder or "INBOX")
            yield box
        finally:
            _leave(box)


@contextmanager
def in_words(mailbox: Mailbox) -> Iterator[None]:
    """What servers and networks do becomes a MailboxFailure."""
    where = {"host": mailbox.host, "port": mailbox.port}
    try:
        yield
    except PrivateAddress as error:
        raise MailboxFailure(
            _("%(host)s is on a private network. If that is right, name it in APLOMB_PRIVATE_HOSTS.") % where
        ) from error
    except WrongKey as error:
        raise MailboxFailure(_("The desk's secret has changed: enter this mailbox's password again.")) from error
    except oauth.GrantFailure as error:
        raise MailboxFailure(str(error), is_refused=True) from error
    except (socket.gaierror, UnicodeError) as error:
        raise MailboxFailure(_("There is no server %(host)s: check its name.") % where) from error
    except ssl.SSLError as error:
        raise MailboxFailure(
            _("%(host)s:%(port)s does not speak TLS as expected: check security and port.") % where
            + f" ({error.reason or error})"
        ) from error
    except imaplib.IMAP4.abort as error:
        # the connection broke while we spoke
        raise MailboxFailure(
            _("%(host)s:%(port)s ended the connection; it is tried again.") % where + f" ({_short(error)})"
        ) from error
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        raise _meaning(mailbox, str(error)) from error
    except OSError as error:
        raise MailboxFailure(
            _("%(host)s:%(port)s does not answer: check server, port and firewall.") % where + f" ({error})"
        ) from error


def selected_number(box: BaseMailBox, word: str) -> int | None:
    """A number that the server told when the folder was chosen (UIDVALIDITY, UIDNEXT, EXISTS); None where it did not."""
    return _selected_number(box, word)


def capabilities(box: BaseMailBox) -> frozenset[str]:
    """What the server can do for who is signed in, in capitals (RFC 3501 section 6.1.1)."""
    _status, answer = box.client.capability()
    told = b" ".join(each for each in answer if isinstance(each, bytes))
    return frozenset(told.decode("ascii", "replace").upper().split())


def _selected_number(box: BaseMailBox, word: str) -> int | None:
    told = box.client.untagged_responses.get(word) or []
    found = re.match(rb"\d{1,20}", bytes(told[-1])) if told and isinstance(told[-1], bytes) else None
    return int(found[0]) if found else None


def _connect(mailbox: Mailbox) -> BaseMailBox:
    if mailbox.security == Mailbox.Security.TLS:
        return MailBox(mailbox.host, mailbox.port, timeout=TIMEOUT_SECONDS, ssl_context=ssl.create_default_context())
    if mailbox.security == Mailbox.Security.STARTTLS:
        return MailBoxStartTls(
            mailbox.host, mailbox.port, timeout=TIMEOUT_SECONDS, ssl_context=ssl.create_default_context()
        )
    return MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=TIMEOUT_SECONDS)


def _keep_alive(box: BaseMailBox) -> None:
    line: socket.socket = box.client.sock
    with contextlib.suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEPALIVE.items():
            # not every system has them
            if hasattr(socket, name):
                line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _sign_in(mailbox: Mailbox, box: BaseMailBox) -> None:
    if mailbox.sign_in == Mailbox.SignIn.OAUTH:
        _sign_in_by_token(mailbox, box)
        return
    password = unlock(bytes(mailbox.password))
    in_ascii = mailbox.login.isascii() and password.isascii()
    sign_in = box.login if in_ascii else box.login_utf8
    sign_in(mailbox.login, password, initial_folder=None)


def _sign_in_by_token(mailbox: Mailbox, box: BaseMailBox) -> None:
    token = oauth.access_token(mailbox)
    spoken = _exchange(mailbox, token)
    try:
        box.client.authenticate(spoken.mechanism, spoken.answer)
        return
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        first = error
    # a token may be withdrawn before it ends: once more with a new one
    fresh = oauth.access_token(mailbox, instead_of=token)
    if fresh == token:
        raise _token_refused(mailbox, spoken, first) from first
    spoken = _exchange(mailbox, fresh)
    try:
        box.client.authenticate(spoken.mechanism, spoken.answer)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise _token_refused(mailbox, spoken, error) from error


def _exchange(mailbox: Mailbox, token: str) -> sasl.TokenExchange:
    return sasl.TokenExchange(
        oauth.mechanism_of(mailbox), login=mailbox.login, host=mailbox.host, port=mailbox.port, token=token
    )


def _token_refused(mailbox: Mailbox, spoken: sasl.TokenExchange, error: Exception) -> MailboxFailure:
    words = _("%(host)s refuses the consent for %(login)s: check the address, and consent again. It says: %(said)s")
    said = spoken.complaint or _short(error)
    return MailboxFailure(words % {"host": mailbox.host, "login": mailbox.login, "said": said[:200]}, is_refused=True)


def _leave(box: BaseMailBox) -> None:
    line: Any = box.client
    try:
        line.sock.settimeout(5)
        line.logout()
    except (imaplib.IMAP4.error, OSError):
        with contextlib.suppress(OSError):
            line.shutdown()


def _meaning(mailbox: Mailbox, said: str) -> MailboxFailure:
    where = {"host": mailbox.host, "login": mailbox.login, "folder": mailbox.folder, "said": said[:200]}
    low = said.lower()
    if "auth" in low or "login" in low or "credential" in low or "password" in low:
        return MailboxFailure(
            _("%(host)s refuses the login %(login)s: check name and password. It says: %(said)s") % where,
            is_refused=True,
        )
    if "select" in low or "mailbox" in low or "folder" in low:
        return MailboxFailure(_("%(host)s has no folder %(folder)s. It says: %(said)s") % where)
    return MailboxFailure(_("%(host)s answers: %(said)s") % where)


def _short(error: Exception) -> str:
    return str(error)[:200]
