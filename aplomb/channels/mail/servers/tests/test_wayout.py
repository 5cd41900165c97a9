"""A mailbox's own way out, with a password or a token, at real SMTP servers."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.smtp import MISSING, SMTP, AuthResult

from aplomb.channels.mail.actions import set_aliases
from aplomb.channels.mail.models import Mailbox, MailGrant
from aplomb.channels.mail.passwords import lock
from aplomb.channels.mail.servers import oauth
from aplomb.journal.actors import SYSTEM
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox import smtp
from aplomb.journal.outbox.actions import Letter, post, release
from aplomb.journal.outbox.ways import NoWayYet, way_of
from aplomb.lib.env import SmtpServer as Server
from tests.cast import Cast
from tests.parts.smtp_server import SmtpServer
from tests.parts.token_server import CLIENT, SECRET, TokenServer

pytestmark = pytest.mark.django_db


@dataclass
class StrictSmtpServer(SmtpServer):
    """Takes mail only of who signs in: by XOAUTH2 or OAUTHBEARER with one of `tokens`, or with `password`."""

    tokens: dict[str, str] = field(default_factory=dict)
    password: str = ""
    said: list[str] = field(default_factory=list)

    def _session(self) -> SMTP:
        return SMTP(
            self, hostname="smtp.example", loop=self._loop, auth_require_tls=False,
            authenticator=self._knows, enable_SMTPUTF8=True,
        )  # fmt: skip

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        return await super().handle_RCPT(server, session, envelope, address, options)

    def _knows(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> Any:
        self.said.append(mechanism)
        return AuthResult(success=bool(self.password) and given.password == self.password.encode(), handled=False)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> Any:
        return await self._by_token(server, args, b"")

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> Any:
        return await self._by_token(server, args, b"\x01")

    async def _by_token(self, server: SMTP, args: list[str], dummy: bytes) -> Any:
        self.said.append(args[0])
        shown = base64.b64decode(args[1]).decode() if len(args) > 1 else ""
        token = shown.partition("auth=Bearer ")[2].partition("\x01")[0]
        if token in self.tokens:
            return AuthResult(success=True, auth_data="help")
        answer = await server.challenge_auth('{"status":"401","schemes":"bearer"}')
        assert answer is not MISSING and answer == dummy
        return AuthResult(success=False, handled=False)


@pytest.fixture
def strict() -> Iterator[StrictSmtpServer]:
    with StrictSmtpServer() as server:
        yield server


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with TokenServer() as server:
        yield server


def letter(sender: str = "help@desk.example") -> OutgoingMail:
    content = b"From: help@desk.example\r\nTo: cleo@acme.example\r\nSubject: x\r\n\r\nHello\r\n"
    return post(Letter("reply", sender, ("cleo@acme.example",), "x", "<1@desk.example>", content))


def with_way(cast: Cast, port: int, **changes: Any) -> Mailbox:
    Mailbox.objects.filter(pk=cast.mailbox.pk).update(
        out_host="127.0.0.1", out_port=port, out_security="plain", login="help", **changes
    )
    cast.mailbox.refresh_from_db()
    return cast.mailbox


def with_consent(cast: Cast, port: int, tokens: TokenServer, mechanism: str) -> Mailbox:
    mailbox = with_way(cast, port, sign_in="oauth")
    MailGrant.objects.create(
        mailbox=mailbox, service="other", application_id=CLIENT, application_secret=lock(SECRET), mechanism=mechanism,
        authorize_url=f"{tokens.url}/authorize", token_url=f"{tokens.url}/token",
    )  # fmt: skip
    state, code = tokens.consent(oauth.begin_consent(mailbox, "https://desk.example/back"))
    oauth.finish_consent(mailbox, state, code)
    return mailbox


def test_a_mail_leaves_by_its_mailboxs_own_server_and_others_by_the_desks(
    cast: Cast, smtp_server: SmtpServer, strict: StrictSmtpServer, settings: Any, drain: Callable[[], int]
) -> None:
    settings.SMTP_OUT = Server("127.0.0.1", smtp_server.port, "plain", "", "")
    strict.password = "open sesame"
    with_way(cast, strict.port, password=lock("open sesame"))
    letter()
    letter("other@desk.example")
    drain()
    assert {each.sender for each in strict.arrived} == {"help@desk.example"}
    assert [each.sender for each in smtp_server.arrived] == ["other@desk.example"]


def test_without_a_server_of_the_desk_the_mailboxs_own_is_enough(
    cast: Cast, smtp_server: SmtpServer, drain: Callable[[], int]
) -> None:
    mail = letter()
    drain()
    mail.refresh_from_db()
    assert mail.state == "kept" and not release(mail, by=SYSTEM)
    with_way(cast, smtp_server.port)
    assert release(mail, by=SYSTEM)
    drain()
    mail.refresh_from_db()
    assert mail.state == "sent" and len(smtp_server.arrived) == 1


def test_an_alias_and_another_spelling_have_the_mailboxs_way(cast: Cast) -> None:
    set_aliases(cast.mailbox, {"old@desk.example": None}, by=SYSTEM)
    with_way(cast, 25)
    Mailbox.objects.filter(pk=cast.mailbox.pk).update(address="help@γραφείο.example")
    for sender in ("old@desk.example", "HELP@γραφείο.example", "help@xn--kxadfj5ci0b.example"):
        way = way_of(sender)
        assert way is not None and way().host == "127.0.0.1"
    assert way_of("somebody@desk.example") is None


@pytest.mark.parametrize("mechanism", ["xoauth2", "bearer"])
def test_a_token_opens_the_way(
    cast: Cast, strict: StrictSmtpServer, tokens: TokenServer, mechanism: str, drain: Callable[[], int]
) -> None:
    with_consent(cast, strict.port, tokens, mechanism)
    strict.tokens = tokens.access
    letter()
    drain()
    assert any(b"Hello" in each.content for each in strict.arrived)
    assert set(strict.said) == {"XOAUTH2" if mechanism == "xoauth2" else "OAUTHBEARER"}


@pytest.mark.parametrize("mechanism", ["xoauth2", "bearer"])
def test_a_token_that_was_withdrawn_early_is_replaced_in_the_same_session(
    cast: Cast, strict: StrictSmtpServer, tokens: TokenServer, mechanism: str
) -> None:
    mailbox = with_consent(cast, strict.port, tokens, mechanism)
    strict.tokens = tokens.access
    tokens.access.clear()
    way = way_of(mailbox.address)
    assert way is not None
    assert smtp.hand_over(way(), letter()).fate is smtp.Fate.ACCEPTED
    assert len(strict.arrived) == 1 and len(strict.said) == 2


def test_while_consent_is_missing_mail_waits_and_says_why(
    cast: Cast, strict: StrictSmtpServer, tokens: TokenServer, drain: Callable[[], int]
) -> None:
    mailbox = with_consent(cast, strict.port, tokens, "xoauth2")
    MailGrant.objects.filter(mailbox=mailbox).update(needs_consent=True, access_token=b"")
    mail = letter()
    drain()
    mail.refresh_from_db()
    assert mail.state == "queued" and "must consent" in mail.answer


def test_a_private_server_is_not_reached_unless_it_is_named(cast: Cast, settings: Any) -> None:
    with_way(cast, 25)
    Mailbox.objects.filter(pk=cast.mailbox.pk).update(out_host="10.1.2.3")
    way = way_of("help@desk.example")
    assert way is not None
    with pytest.raises(NoWayYet, match="private network"):
        way()
    settings.PRIVATE_HOSTS = ["10.1.2.3"]
    assert way().host == "10.1.2.3"


def test_a_server_shows_neither_password_nor_token() -> None:
    assert "open sesame" not in repr(Server("a", 25, "plain", "help", "open sesame"))
