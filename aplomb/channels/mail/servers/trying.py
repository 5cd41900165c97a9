"""Trying a mailbox, step by step: find its server, connect, look at its certificate, sign in, open the folder, send a mail
to itself, see it arrive. Each step ends with a code that explaining.py puts into words.

The steps of coming in are `name`, `connect`, `tls`, `login` and `folder`; of going out `out`, `send`, `arrive`, `clock`.
"""

import contextlib
import datetime as dt
import imaplib
import smtplib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError

from aplomb.channels.mail.going_out.compose import needs_smtputf8, wire_address
from aplomb.channels.mail.going_out.trialmail import compose_trial, new_mark
from aplomb.channels.mail.models import IncomingMail, Mailbox
from aplomb.channels.mail.passwords import unlock
from aplomb.channels.mail.servers import oauth, sasl
from aplomb.channels.mail.servers.lines import Failed, ImapLine, Line, SmtpLine, failures_named, said_by
from aplomb.channels.mail.servers.providers import Place, provider_of_server
from aplomb.channels.mail.servers.refusals import meaning_of_refusal
from aplomb.channels.mail.tokens import signing_key
from aplomb.lib.env import SmtpServer
from aplomb.lib.time import utc_now

SECONDS: Final = 15.0
PATIENCE_SECONDS: Final = 75.0
LIST_SECONDS: Final = 10.0
MOST_FOLDERS: Final = 40
SKEW: Final = dt.timedelta(minutes=2)


@dataclass
class Step:
    """A step: its name; running, ok, warn, wrong or skipped; a code and what belongs into its words."""

    name: str
    state: str = "running"
    code: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        return {"name": self.name, "state": self.state, "code": self.code, "values": self.values}


Report = Callable[[list[Step]], None]


def try_out(
    mailbox: Mailbox,
    *,
    report: Report = lambda steps: None,
    seconds: float = SECONDS,
    patience: float = PATIENCE_SECONDS,
    pause: Callable[[float], None] = time.sleep,
) -> list[Step]:
    """Try a mailbox and give the steps; `report` gets them whenever one begins or ends. Never raises for what networks do.

    `seconds` for each answer of a server, `patience` for the mail to arrive; `pause` waits between two looks.
    """
    trial = _Trial(mailbox, report, seconds, patience, pause)
    with contextlib.suppress(Failed):
        trial.run()
    return trial.steps


class _Trial:
    def __init__(
        self, mailbox: Mailbox, report: Report, seconds: float, patience: float, pause: Callable[[float], None]
    ) -> None:
        self.mailbox, self.report, self.seconds, self.patience, self.pause = mailbox, report, seconds, patience, pause
        self.steps: list[Step] = []
        self.mark = new_mark(signing_key())

    def run(self) -> None:
        if self.mailbox.intake != Mailbox.Intake.IMAP:
            self._go_out(self._arrives_by_receiver)
            return
        with contextlib.ExitStack() as stack:
            try:
                box = stack.enter_context(self._come_in())
                self._open_folder(box)
            except Failed:
                if self.steps[-1].name != "login":
                    # what else is wrong is good to know at once; a refused password is not said a second time
                    with contextlib.suppress(Failed):
                        self._leave_by_way_out().close()
                raise
            self._go_out(lambda sent_at: self._arrives_by_imap(box, sent_at))

    @contextlib.contextmanager
    def _step(self, name: str) -> Iterator[Step]:
        step = Step(name)
        self.steps.append(step)
        self.report(self.steps)
        try:
            yield step
        except Failed as failed:
            step.state, step.code, step.values = "wrong", failed.code, failed.values
            raise
        else:
            step.state = "ok" if step.state == "running" else step.state
        finally:
            self.report(self.steps)

    # coming in

    @contextlib.contextmanager
    def _come_in(self) -> Iterator[BaseMailBox]:
        place = Place(self.mailbox.host, self.mailbox.port, self.mailbox.security)
        line = Line(place, "imap", allowed=settings.PRIVATE_HOSTS, seconds=self.seconds)
        with contextlib.closing(line):
            with self._step("name") as step:
                step.values = {"host": place.host, "addresses": line.look_up()[:3]}
            with self._step("connect") as step:
                line.connect()
                step.values = {"host": place.host, "port": place.port}
            with self._step("tls") as step:
                box = _Box(line)
                step.values = {"host": place.host}
                if place.security == "plain":
                    step.state, step.code = "warn", "plain"
            with contextlib.ExitStack() as stack:
                stack.callback(_leave, box)
                with self._step("login") as step:
                    self._sign_in(box, place)
                    step.values = {"login": self.mailbox.login}
                yield box

    def _sign_in(self, box: BaseMailBox, place: Place) -> None:
        by_consent = self.mailbox.sign_in == Mailbox.SignIn.OAUTH
        with failures_named(place, "imap"):
            if "LOGINDISABLED" in box.client.capabilities and not by_consent:
                raise Failed("needs-tls", {"host": place.host})
            try:
                if by_consent:
                    self._sign_in_by_token(box, place)
                else:
                    password = unlock(bytes(self.mailbox.password))
                    in_ascii = self.mailbox.login.isascii() and password.isascii()
                    sign_in = box.login if in_ascii else box.login_utf8
                    sign_in(self.mailbox.login, password, initial_folder=None)
            except imaplib.IMAP4.abort:
                raise
            except (ImapToolsError, imaplib.IMAP4.error) as error:
                raise self._refused(place, str(error), by_consent) from error

    def _sign_in_by_token(self, box: BaseMailBox, place: Place) -> None:
        token = oauth.access_token(self.mailbox)
        spoken = self._exchange(place, token)
        try:
            box.client.authenticate(spoken.mechanism, spoken.answer)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            # a token may be withdrawn before it ends: once more with a new one
            fresh = oauth.access_token(self.mailbox, instead_of=token)
            if fresh == token:
                raise
            spoken = self._exchange(place, fresh)
            box.client.authenticate(spoken.mechanism, spoken.answer)

    def _exchange(self, place: Place, token: str) -> sasl.TokenExchange:
        return sasl.TokenExchange(
            oauth.mechanism_of(self.mailbox), login=self.mailbox.login, host=place.host, port=place.port, token=token
        )

    def _refused(self, place: Place, said: str, by_consent: bool) -> Failed:
        provider = provider_of_server(place.host)
        code = meaning_of_refusal(said, provider, by_consent=by_consent)
        name = provider.name if provider else place.host
        return Failed(code, {"host": place.host, "login": self.mailbox.login, "service": name, "said": said_by(said)})

    def _open_folder(self, box: BaseMailBox) -> None:
        folder, place = self.mailbox.folder or "INBOX", Place(self.mailbox.host, self.mailbox.port)
        with self._step("folder") as step, failures_named(place, "imap"):
            try:
                box.folder.set(folder, readonly=True)
            except ImapToolsError as error:
                values = {"folder": folder, "folders": self._folders(box), "said": said_by(str(error))}
                raise Failed("no-folder", values) from error
            step.values = {"folder": folder, "count": _number(box, "EXISTS")}

    def _folders(self, box: BaseMailBox) -> list[list[Any]]:
        """The folders that can be chosen, with how many mails are in each (-1: not told)."""
        ends_at = time.monotonic() + LIST_SECONDS
        found: list[list[Any]] = []
        for each in box.folder.list():
            if "\\Noselect" in each.flags or "\\NonExistent" in each.flags or len(found) >= MOST_FOLDERS:
                continue
            count = -1
            if time.monotonic() < ends_at:
                with contextlib.suppress(ImapToolsError):
                    count = box.folder.status(each.name, ["MESSAGES"]).get("MESSAGES", -1)
            found.append([each.name[:120], count])
        return found

    # going out

    def _go_out(self, arrives: Callable[[dt.datetime], None]) -> None:
        with contextlib.closing(self._leave_by_way_out()) as line:
            sent_at = utc_now()
            self._send(line)
        arrives(sent_at)

    def _leave_by_way_out(self) -> SmtpLine:
        with self._step("out") as step:
            server, is_own = _way_out(self.mailbox)
            if server is None:
                raise Failed("no-way-out", {})
            place = Place(server.host, server.port, server.security)
            # the server of the whole desk is the operator's own choice
            allowed = settings.PRIVATE_HOSTS if is_own else [*settings.PRIVATE_HOSTS, server.host]
            line = SmtpLine(place, allowed=allowed, seconds=self.seconds)
            try:
                with failures_named(place, "smtp"):
                    line.open()
                    self._sign_in_to_send(line, server, is_own)
            except BaseException:
                line.close()
                raise
            step.values = {"host": place.host, "port": place.port}
            return line

    def _sign_in_to_send(self, line: SmtpLine, server: SmtpServer, is_own: bool) -> None:
        by_consent = is_own and self.mailbox.sign_in == Mailbox.SignIn.OAUTH
        session = line.session
        if not session.has_extn("auth") and is_own:
            # a server that takes mail from its own network asks for no name
            return
        try:
            if by_consent:
                spoken = self._exchange(line.place, oauth.access_token(self.mailbox))
                session.auth(spoken.mechanism, spoken.answer_text)
            elif is_own and self.mailbox.password:
                session.login(self.mailbox.login, unlock(bytes(self.mailbox.password)))
            elif server.name:
                session.login(server.name, server.password)
        except smtplib.SMTPAuthenticationError as error:
            said = f"{error.smtp_code} {_text(error.smtp_error)}"
            refused = self._refused(line.place, said, by_consent)
            raise Failed(refused.code if is_own else "desk-login", refused.values) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Failed("no-common-login", {"host": line.place.host, "said": said_by(str(error))}) from error

    def _send(self, line: SmtpLine) -> None:
        address = self.mailbox.address
        with self._step("send") as step, failures_named(line.place, "smtp"):
            content = compose_trial(address, self.mailbox.name, self.mailbox.language, self.mark)
            try:
                options = ["SMTPUTF8"] if needs_smtputf8(address) else []
                wire = wire_address(address)
                line.session.sendmail(wire, [wire], content, mail_options=options)
            except smtplib.SMTPSenderRefused as error:
                raise Failed("sender-refused", _answer(line, address, error.smtp_code, error.smtp_error)) from error
            except smtplib.SMTPRecipientsRefused as error:
                code, words = next(iter(error.recipients.values()))
                raise Failed("recipient-refused", _answer(line, address, code, words)) from error
            except smtplib.SMTPDataError as error:
                raise Failed("mail-refused", _answer(line, address, error.smtp_code, error.smtp_error)) from error
            except smtplib.SMTPNotSupportedError as error:
                raise Failed("no-smtputf8", {"host": line.place.host, "address": address}) from error
            step.values = {"address": address}

    # arriving

    def _arrives_by_imap(self, box: BaseMailBox, sent_at: dt.datetime) -> None:
        place = Place(self.mailbox.host, self.mailbox.port)
        with self._step("arrive") as step, failures_named(place, "imap"):
            folder, uid = self._awaited(box)
            came_at = _internal_date(box, uid)
            _throw_away(box, folder, uid)
            step.values = {"folder": folder, "seconds": int((utc_now() - sent_at).total_seconds())}
            if folder != (self.mailbox.folder or "INBOX"):
                step.state, step.code = "warn", "elsewhere"
        if came_at is not None:
            self._compare_clocks(sent_at, came_at)

    def _awaited(self, box: BaseMailBox) -> tuple[str, str]:
        """Folder and UID of the mail once it is there."""
        word = self.mark.partition(".")[0]
        folder = self.mailbox.folder or "INBOX"
        ends_at = time.monotonic() + self.patience
        while True:
            found = _search(box, folder, word)
            if found:
                return folder, found
            if time.monotonic() >= ends_at:
                break
            self.pause(2.0)
        for other in _likely_elsewhere(box, folder):
            with contextlib.suppress(ImapToolsError):
                if found := _search(box, other, word):
                    return other, found
        raise Failed("not-arrived", {"address": self.mailbox.address, "seconds": int(self.patience)})

    def _arrives_by_receiver(self, sent_at: dt.datetime) -> None:
        with self._step("arrive") as step:
            ends_at = time.monotonic() + self.patience
            while not IncomingMail.objects.filter(header_id__startswith=f"<{self.mark}@", received_at__gte=sent_at):
                if time.monotonic() >= ends_at:
                    values = {"address": self.mailbox.address, "seconds": int(self.patience), "receiver": _receiver()}
                    raise Failed("not-received", values)
                self.pause(1.0)
            step.values = {"folder": "", "seconds": int((utc_now() - sent_at).total_seconds())}

    def _compare_clocks(self, sent_at: dt.datetime, came_at: dt.datetime) -> None:
        with self._step("clock") as step:
            now = utc_now()
            ahead = came_at - now if came_at > now else min(came_at - sent_at, dt.timedelta())
            if abs(ahead) > SKEW:
                minutes = round(abs(ahead).total_seconds() / 60)
                step.state, step.code = "warn", "ahead" if ahead > dt.timedelta() else "behind"
                step.values = {"host": self.mailbox.host, "minutes": minutes}


class _Box(BaseMailBox):  # type: ignore[misc]  # untyped
    """imap-tools over a connection that was looked at."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__()

    def _session(self) -> imaplib.IMAP4:
        with failures_named(self._line.place, "imap", self._line):
            return ImapLine(self._line).secured()


# the name by which imap-tools asks for it
_Box._get_mailbox_client = _Box._session


def _way_out(mailbox: Mailbox) -> tuple[SmtpServer | None, bool]:
    """The server by which this mailbox's mail leaves, and whether it is the mailbox's own."""
    if mailbox.out_host:
        own = SmtpServer(mailbox.out_host, mailbox.out_port, mailbox.out_security, mailbox.login, "")
        return own, True
    return settings.SMTP_OUT, False


def _leave(box: BaseMailBox) -> None:
    with contextlib.suppress(imaplib.IMAP4.error, OSError):
        box.client.logout()


def _number(box: BaseMailBox, word: str) -> int:
    told = box.client.untagged_responses.get(word) or [b""]
    last = told[-1] if isinstance(told[-1], bytes) else b""
    return int(last) if last.isdigit() and len(last) < 15 else -1


def _search(box: BaseMailBox, folder: str, word: str) -> str:
    """The UID of the newest mail with that word in its subject, empty where there is none."""
    # chosen anew each time: some servers show what came since only then
    box.folder.set(folder)
    status, answer = box.client.uid("SEARCH", "SUBJECT", word)
    found = answer[-1].split() if status == "OK" and answer and isinstance(answer[-1], bytes) else []
    return found[-1].decode("ascii", "replace") if found and found[-1].isdigit() else ""


def _likely_elsewhere(box: BaseMailBox, folder: str) -> list[str]:
    """Inbox and junk (RFC 6154), where a mail that is not in its folder may lie."""
    with contextlib.suppress(ImapToolsError, imaplib.IMAP4.error):
        names = [
            each.name
            for each in box.folder.list()
            if "\\Junk" in each.flags or each.name.upper() in {"INBOX", "JUNK", "SPAM", "INBOX.SPAM", "INBOX.JUNK"}
        ]
        return [each for each in names if each != folder][:4]
    return []


def _internal_date(box: BaseMailBox, uid: str) -> dt.datetime | None:
    """When the server took the mail, by its own clock."""
    _status, answer = box.client.uid("FETCH", uid, "(INTERNALDATE)")
    told = next((each for each in answer if isinstance(each, bytes)), b"")
    parts = imaplib.Internaldate2tuple(told)
    return dt.datetime.fromtimestamp(time.mktime(parts), dt.UTC) if parts else None


def _throw_away(box: BaseMailBox, folder: str, uid: str) -> None:
    """The trial mail, and nothing else: without UIDPLUS (RFC 4315) it is only marked."""
    with contextlib.suppress(ImapToolsError, imaplib.IMAP4.error):
        box.client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        # asked again: many servers tell more to who is signed in
        _status, told = box.client.capability()
        if b"UIDPLUS" in b" ".join(each for each in told if isinstance(each, bytes)).upper().split():
            box.client.uid("EXPUNGE", uid)


def _answer(line: SmtpLine, address: str, code: int, words: bytes | str) -> dict[str, Any]:
    return {"host": line.place.host, "address": address, "said": said_by(f"{code} {_text(words)}")}


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _receiver() -> str:
    return f"{settings.SMTP_HOST}:{settings.SMTP_PORT}" if settings.SMTP_PORT else ""
