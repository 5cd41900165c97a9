"""One hand-over to an SMTP server, and what its answer means (RFC 5321 section 4.2.1)."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from aplomb.journal.models import OutgoingMail
from aplomb.lib.env import SmtpServer, TokenExchange

TIMEOUT_SECONDS = 60
# RFC 5321 section 4.5.3.2.6: who gives up while the server still looks at the mail sends it twice
LOOKED_AT_SECONDS = 600


class Fate(Enum):
    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What the server said. `accepted` names recipients that need no second try, `refused` those for whom none would help,
    with the server's words."""

    fate: Fate
    answer: str
    accepted: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


def hand_over(server: SmtpServer, mail: OutgoingMail) -> Outcome:
    """Give one mail to the server. Never raises for what servers and networks do."""
    try:
        session = _connected(server)
        try:
            with _patience(session):
                return _send(session, mail)
        finally:
            # what the server says to QUIT changes nothing about the mail that it took
            with contextlib.suppress(OSError, smtplib.SMTPException):
                session.quit()
            session.close()
    except smtplib.SMTPResponseException as error:
        return Outcome(_meaning(error.smtp_code), _said(error.smtp_code, error.smtp_error))
    except (OSError, ValueError, smtplib.SMTPException) as error:
        # a ValueError: a name, password or host that cannot be written in ASCII, as the protocol wants it
        return Outcome(Fate.LATER, f"{server.host}:{server.port}: {error}")


@contextlib.contextmanager
def _patience(session: smtplib.SMTP) -> Iterator[None]:
    """Wait for answers about the mail itself as long as they may take."""
    if session.sock is not None:
        session.sock.settimeout(LOOKED_AT_SECONDS)
    try:
        yield
    finally:
        if session.sock is not None:
            session.sock.settimeout(TIMEOUT_SECONDS)


def _connected(server: SmtpServer) -> smtplib.SMTP:
    session: smtplib.SMTP
    if server.security == "tls":
        session = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        if server.security == "starttls":
            session.starttls(context=ssl.create_default_context())
        _sign_in(session, server)
    except BaseException:
        session.close()
        raise
    return session


def _sign_in(session: smtplib.SMTP, server: SmtpServer) -> None:
    if server.exchange is None:
        if server.name:
            session.login(server.name, server.password)
        return
    session.ehlo_or_helo_if_needed()
    if not session.has_extn("auth"):
        raise smtplib.SMTPNotSupportedError("the server lets nobody sign in here: check port and security")
    try:
        _show_token(session, server.exchange(server.password))
    except smtplib.SMTPAuthenticationError:
        fresh = server.another() if server.another is not None else server.password
        if fresh == server.password:
            raise
        # a token may be withdrawn before it ends
        _show_token(session, server.exchange(fresh))


def _show_token(session: smtplib.SMTP, spoken: TokenExchange) -> None:
    session.auth(spoken.mechanism, spoken.answer_text)


def _send(session: smtplib.SMTP, mail: OutgoingMail) -> Outcome:
    recipients = [str(each) for each in mail.recipients]
    content = bytes(mail.content)
    international = not all(each.isascii() for each in [mail.sender, *recipients])
    options = ["SMTPUTF8"] if international else []
    try:
        refused = session.sendmail(mail.sender, recipients, content, mail_options=options)
    except smtplib.SMTPNotSupportedError as error:
        return Outcome(Fate.REFUSED, str(error))
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
        accepted: tuple[str, ...] = ()
    else:
        accepted = tuple(each for each in recipients if each not in refused)
    if not refused:
        return Outcome(Fate.ACCEPTED, "", accepted)
    answer = "; ".join(f"{who}: {_said(code, text)}" for who, (code, text) in refused.items())
    for_good = {who: _said(code, text) for who, (code, text) in refused.items() if _meaning(code) is Fate.REFUSED}
    fate = Fate.REFUSED if len(for_good) == len(refused) else Fate.LATER
    return Outcome(fate, answer, accepted, for_good)


def _meaning(code: int) -> Fate:
    return Fate.REFUSED if 500 <= code < 600 and code not in {530, 535, 538} else Fate.LATER


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    # PostgreSQL keeps no NUL in a text
    return f"{code} {words}".replace("\x00", "")
