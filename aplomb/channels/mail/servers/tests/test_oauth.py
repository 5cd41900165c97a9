"""Tokens instead of passwords: consent, refresh, withdrawal; at a token endpoint of the tests and a real Dovecot."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connections

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.coming_in import fetching
from aplomb.channels.mail.models import Mailbox, MailGrant
from aplomb.channels.mail.passwords import lock, unlock
from aplomb.channels.mail.servers import oauth, sasl
from aplomb.channels.mail.servers.imap import MailboxFailure, try_mailbox
from aplomb.channels.mail.servers.oauth import ConsentNeeded, GrantFailure, access_token, begin_consent, finish_consent
from aplomb.channels.mail.servers.services import SERVICES
from aplomb.channels.mail.servers.tokenpoint import Answer, NoAnswer, ask_for_token
from aplomb.channels.mail.tests.letters import letter
from aplomb.journal.actors import SYSTEM
from aplomb.lib.time import utc_now
from tests.cast import Cast
from tests.parts.dovecot import Dovecot
from tests.parts.token_server import CLIENT, SECRET, TokenServer

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("dovecot")]

BACK = "https://desk.example/settings/mailboxes/consent"


@pytest.fixture(scope="module")
def _server() -> Iterator[TokenServer]:
    with TokenServer() as server:
        yield server


@pytest.fixture
def tokens(_server: TokenServer) -> Iterator[TokenServer]:
    _server.withdraw()
    _server.asked.clear()
    yield _server
    _server.lasts, _server.rotates, _server.refusal = 3600, True, ""
    _server.gate.set()


@pytest.fixture(scope="module")
def dovecot(_server: TokenServer) -> Iterator[Dovecot]:
    with Dovecot(introspection=f"{_server.url}/introspect") as server:
        yield server


def with_grant(server: TokenServer, *, port: int = 993, **grant: Any) -> Mailbox:
    mailbox = add_mailbox(
        by=SYSTEM, name="Post", address="post@desk.example", intake="imap", host="127.0.0.1", port=port,
        security="plain", login="help", password="unused",
    )  # fmt: skip
    Mailbox.objects.filter(pk=mailbox.pk).update(sign_in="oauth", password=b"")
    MailGrant.objects.create(
        mailbox=mailbox,
        **{
            "service": "other", "application_id": CLIENT, "application_secret": lock(SECRET), "scope": "mail",
            "authorize_url": f"{server.url}/authorize?prompt=login", "token_url": f"{server.url}/token", **grant,
        },
    )  # fmt: skip
    mailbox.refresh_from_db()
    return mailbox


@pytest.fixture
def mailbox(cast: Cast, tokens: TokenServer) -> Mailbox:
    return with_grant(tokens)


def consented(mailbox: Mailbox, tokens: TokenServer) -> MailGrant:
    state, code = tokens.consent(begin_consent(mailbox, BACK))
    finish_consent(mailbox, state, code)
    return MailGrant.objects.get(mailbox=mailbox)


def expire(mailbox: Mailbox) -> None:
    MailGrant.objects.filter(mailbox=mailbox).update(access_ends_at=utc_now() - timedelta(seconds=1))


def test_the_page_of_consent_is_asked_with_pkce_and_a_state_of_our_own(mailbox: Mailbox) -> None:
    page = begin_consent(mailbox, BACK)
    assert page.startswith(MailGrant.objects.get(mailbox=mailbox).authorize_url + "&")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
    assert asked["client_id"] == CLIENT and asked["redirect_uri"] == BACK and asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256" and asked["scope"] == "mail" and asked["login_hint"] == "help"
    assert SECRET not in page
    assert oauth.mailbox_of_state(asked["state"]) == mailbox


def test_a_consent_brings_tokens_that_nobody_can_read_in_the_database(mailbox: Mailbox, tokens: TokenServer) -> None:
    grant = consented(mailbox, tokens)
    token = next(iter(tokens.access))
    assert access_token(mailbox) == token and unlock(bytes(grant.access_token)) == token
    assert token.encode() not in bytes(grant.access_token)
    assert not grant.needs_consent and grant.consented_at is not None and grant.state_digest == ""
    assert len(tokens.asked) == 1


@pytest.mark.parametrize("wrong", ["state", "other", "old", "code"])
def test_a_consent_that_is_not_ours_changes_nothing(
    mailbox: Mailbox, tokens: TokenServer, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, code = tokens.consent(begin_consent(mailbox, BACK))
    if wrong == "state":
        state = state[:-2] + "xx"
    elif wrong == "other":
        begin_consent(mailbox, BACK)
    elif wrong == "old":
        monkeypatch.setattr(oauth, "STATE_SECONDS", -1)
    else:
        code = "made up"
    with pytest.raises(GrantFailure):
        finish_consent(mailbox, state, code)
    grant = MailGrant.objects.get(mailbox=mailbox)
    assert grant.needs_consent and not grant.access_token and grant.application_id == CLIENT


def test_a_consent_serves_once(mailbox: Mailbox, tokens: TokenServer) -> None:
    state, code = tokens.consent(begin_consent(mailbox, BACK))
    finish_consent(mailbox, state, code)
    with pytest.raises(GrantFailure):
        finish_consent(mailbox, state, code)
    assert not MailGrant.objects.get(mailbox=mailbox).needs_consent


def test_what_was_declined_is_said_in_words(mailbox: Mailbox) -> None:
    assert "declined" in oauth.consent_refused(mailbox, "access_denied")
    assert "server_error" in oauth.consent_refused(mailbox, "server_error", "try later")


def test_a_token_is_refreshed_before_it_ends_and_the_refresh_token_changes(
    mailbox: Mailbox, tokens: TokenServer
) -> None:
    first = consented(mailbox, tokens)
    assert first.access_ends_at is not None and first.access_ends_at <= utc_now() + timedelta(seconds=3300)
    old = access_token(mailbox)
    expire(mailbox)
    new = access_token(mailbox)
    second = MailGrant.objects.get(mailbox=mailbox)
    assert new != old and unlock(bytes(second.refresh_token)) != unlock(bytes(first.refresh_token))
    expire(mailbox)
    assert access_token(mailbox) not in {old, new}
    assert second.consented_at == first.consented_at


def test_a_service_that_keeps_its_refresh_token_is_asked_with_the_same_again(
    mailbox: Mailbox, tokens: TokenServer
) -> None:
    kept = consented(mailbox, tokens)
    tokens.rotates = False
    for _turn in range(2):
        expire(mailbox)
        assert access_token(mailbox)
    assert bytes(MailGrant.objects.get(mailbox=mailbox).refresh_token) == bytes(kept.refresh_token)


@pytest.mark.django_db(transaction=True)
def test_many_who_need_a_token_at_once_ask_for_one(mailbox: Mailbox, tokens: TokenServer) -> None:
    consented(mailbox, tokens)
    expire(mailbox)
    tokens.asked.clear()
    tokens.gate.clear()
    found: list[str] = []

    def need() -> None:
        try:
            found.append(access_token(mailbox))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=need) for _each in range(5)]
    for each in threads:
        each.start()
    tokens.gate.set()
    for each in threads:
        each.join(30)
    assert len(found) == 5 and len(set(found)) == 1 and len(tokens.asked) == 1


def test_a_consent_that_was_withdrawn_is_told_on_the_mailbox_and_a_new_one_mends_it_without_losing_settings(
    mailbox: Mailbox, tokens: TokenServer
) -> None:
    consented(mailbox, tokens)
    tokens.withdraw()
    expire(mailbox)
    with pytest.raises(ConsentNeeded, match="consent again"):
        access_token(mailbox)
    grant = MailGrant.objects.get(mailbox=mailbox)
    assert grant.needs_consent and grant.application_id == CLIENT and unlock(bytes(grant.application_secret)) == SECRET
    asked = len(tokens.asked)
    with pytest.raises(ConsentNeeded, match="must consent"):
        access_token(mailbox)
    assert len(tokens.asked) == asked
    consented(mailbox, tokens)
    mailbox.refresh_from_db()
    assert access_token(mailbox) and mailbox.failure == ""


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("temporarily_unavailable", "tried again"),
        ("invalid_scope", "check the scope"),
        ("invalid_client", "its secret"),
    ],
)
def test_what_else_a_service_says_needs_no_new_consent(
    mailbox: Mailbox, tokens: TokenServer, refusal: str, words: str
) -> None:
    consented(mailbox, tokens)
    expire(mailbox)
    tokens.refusal = refusal
    with pytest.raises(GrantFailure, match=words) as caught:
        access_token(mailbox)
    assert not isinstance(caught.value, ConsentNeeded)
    tokens.refusal = ""
    assert access_token(mailbox)


def test_an_application_signs_in_without_a_person(cast: Cast, tokens: TokenServer) -> None:
    mailbox = with_grant(tokens, flow="app", scope="")
    assert access_token(mailbox) in tokens.access
    assert tokens.asked[0]["grant_type"] == "client_credentials"
    with pytest.raises(GrantFailure, match="nobody needs to consent"):
        begin_consent(mailbox, BACK)


def test_the_known_services_are_asked_at_their_own_addresses(mailbox: Mailbox) -> None:
    grant = MailGrant.objects.get(mailbox=mailbox)
    grant.service, grant.authorize_url, grant.token_url = "microsoft", "", ""
    grant.tenant = "acme.example"
    assert oauth.endpoint(grant, "token_url") == "https://login.microsoftonline.com/acme.example/oauth2/v2.0/token"
    grant.tenant = ""
    assert "/common/" in oauth.endpoint(grant, "authorize_url")
    MailGrant.objects.filter(pk=grant.pk).update(service="google", authorize_url="", scope="")
    page = begin_consent(mailbox, BACK)
    assert page.startswith("https://accounts.google.com/") and "access_type=offline" in page
    assert SERVICES["google"].scope == parse_qs(urlsplit(page).query)["scope"][0]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://login.example/token", "https"),
        ("file:///etc/passwd", "https"),
        ("https://10.1.2.3/token", "private network"),
        ("https://[::1/token", "not an address"),
        ("http://127.0.0.1:9/token", "does not answer"),
    ],
)
def test_only_public_places_are_asked_and_only_by_tls(url: str, words: str) -> None:
    with pytest.raises(NoAnswer, match=words):
        ask_for_token(url, {})


@pytest.mark.parametrize(
    "told", ["", "<html>", "[]", "[" * 50_000, '{"access_token": ["x"]}', '{"access_token": "a\\r\\nb"}']
)
def test_an_answer_that_is_none_gives_no_token(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from aplomb.channels.mail.servers import tokenpoint

    assert tokenpoint._read(told.encode(), 200).access_token == ""
    assert tokenpoint._read(json.dumps({"access_token": "t", "expires_in": "soon"}).encode(), 200).lasts == 0


def test_tokens_stand_in_no_log_and_no_text(
    mailbox: Mailbox, tokens: TokenServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        grant = consented(mailbox, tokens)
        expire(mailbox)
        access_token(mailbox)
    for secret in (*tokens.access, *tokens.refresh, SECRET):
        assert secret not in caplog.text and secret not in repr(grant)
    assert "word" not in repr(Answer(access_token="word", refresh_token="word"))


def test_the_words_of_the_two_ways_to_sign_in() -> None:
    asked = {"login": "a=b,c@desk.example", "host": "imap.example", "port": 143, "token": "T"}
    old = sasl.TokenExchange(sasl.XOAUTH2, **asked)  # type: ignore[arg-type]  # by name
    assert old.answer(b"") == b"user=a=b,c@desk.example\x01auth=Bearer T\x01\x01"
    assert old.answer(b'{"status":"401","schemes":"bearer"}') == b"" and old.complaint == "401 bearer"
    new = sasl.TokenExchange(sasl.OAUTHBEARER, **asked)  # type: ignore[arg-type]  # by name
    assert new.answer() == b"n,a=a=3Db=2Cc@desk.example,\x01host=imap.example\x01port=143\x01auth=Bearer T\x01\x01"
    assert new.answer(b'{"status":"invalid_token"}') == b"\x01" and new.complaint == "invalid_token"
    assert sasl.complaint_in(b"\xff\x00") == "" and sasl.complaint_in(b"[1]") == ""


@pytest.mark.parametrize("mechanism", ["xoauth2", "bearer"])
def test_dovecot_lets_the_token_in(cast: Cast, tokens: TokenServer, dovecot: Dovecot, mechanism: str) -> None:
    mailbox = with_grant(tokens, port=dovecot.port, mechanism=mechanism)
    consented(mailbox, tokens)
    assert "Signed in to 127.0.0.1 as help" in try_mailbox(mailbox)
    fetching.fetch(mailbox)
    dovecot.deliver(letter().as_bytes())
    mailbox.refresh_from_db()
    assert fetching.fetch(mailbox) == 1


@pytest.mark.parametrize("mechanism", ["xoauth2", "bearer"])
def test_a_token_that_was_withdrawn_early_is_replaced_at_once(
    cast: Cast, tokens: TokenServer, dovecot: Dovecot, mechanism: str
) -> None:
    mailbox = with_grant(tokens, port=dovecot.port, mechanism=mechanism)
    consented(mailbox, tokens)
    tokens.access.clear()
    assert "Signed in" in try_mailbox(mailbox)


def test_a_mailbox_whose_consent_ended_says_so_and_is_read_again_after_a_new_one(
    cast: Cast, tokens: TokenServer, dovecot: Dovecot
) -> None:
    mailbox = with_grant(tokens, port=dovecot.port)
    consented(mailbox, tokens)
    tokens.withdraw()
    assert fetching.fetch(mailbox) == 0
    mailbox.refresh_from_db()
    assert "consent again" in mailbox.failure and mailbox.failed_at is not None
    consented(mailbox, tokens)
    mailbox.refresh_from_db()
    assert mailbox.failure == "" and "Signed in" in try_mailbox(mailbox)


@pytest.mark.parametrize("mechanism", ["xoauth2", "bearer"])
def test_a_consent_of_somebody_else_is_refused_in_words(
    cast: Cast, tokens: TokenServer, dovecot: Dovecot, mechanism: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "person", "somebody-else")
    mailbox = with_grant(tokens, port=dovecot.port, mechanism=mechanism)
    consented(mailbox, tokens)
    with pytest.raises(MailboxFailure, match="refuses the consent for help"):
        try_mailbox(mailbox)
