"""Signing a mailbox in: a password, or an application and a person's consent; a new consent without losing anything."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.jobs import try_mailbox
from aplomb.channels.mail.models import Mailbox, MailboxCheck, MailGrant
from aplomb.channels.mail.passwords import lock
from aplomb.channels.mail.servers import oauth
from aplomb.channels.mail.servers.drafts import begin_draft, set_application
from aplomb.journal.actors import SYSTEM
from aplomb.journal.jobs import waiting
from aplomb.lib.time import utc_now
from aplomb.people.errors import Wrong
from tests.cast import Cast
from tests.moved import nothing_moves
from tests.parts.dovecot import Dovecot
from tests.parts.token_server import CLIENT as APPLICATION
from tests.parts.token_server import SECRET, TokenServer

Web = Callable[..., Client]

ADDRESS = "support@firm.example"
BY_PASSWORD = {"login": ADDRESS, "sign_in": "password", "password": "the password"}
BY_CONSENT = {
    "login": ADDRESS,
    "sign_in": "oauth",
    "service": "microsoft",
    "flow": "delegated",
    "tenant": "firm.example",
    "application_id": "the-application",
    "application_secret": "the secret",
    "mechanism": "xoauth2",
    "secret_ends_on": "2027-03-31",
}


def draft_of(cast: Cast, **changes: Any) -> Mailbox:
    draft = begin_draft(ADDRESS, by=cast.max, name="Desk", language="en")
    Mailbox.objects.filter(pk=draft.pk).update(**changes)
    draft.refresh_from_db()
    return draft


def text_of(client: Client, name: str, pk: int, query: str = "") -> str:
    return client.get(reverse(name, args=[pk]) + query).content.decode()


@pytest.mark.parametrize(
    ("given", "wrong", "field"),
    [
        (BY_PASSWORD, {"password": ""}, "password"),
        (BY_PASSWORD, {"login": ""}, "login"),
        (BY_PASSWORD, {"sign_in": "magic"}, "sign_in"),
        (BY_CONSENT, {"application_id": ""}, "application_id"),
        (BY_CONSENT, {"flow": "app", "application_secret": ""}, "application_secret"),
        (BY_CONSENT, {"flow": "app", "tenant": ""}, "tenant"),
        (BY_CONSENT, {"tenant": "a/../b"}, "tenant"),
        (BY_CONSENT, {"flow": "app", "service": "google"}, "flow"),
        (BY_CONSENT, {"service": "other"}, "token_url"),
        (BY_CONSENT, {"service": "other", "token_url": "https://a.example/t"}, "authorize_url"),
        (BY_CONSENT, {"token_url": "http://a.example/t"}, "token_url"),
        (BY_CONSENT, {"authorize_url": "javascript:alert(1)"}, "authorize_url"),
        (BY_CONSENT, {"authorize_url": "https://[::bad/"}, "authorize_url"),
        (BY_CONSENT, {"secret_ends_on": "31.3.2027x"}, "secret_ends_on"),
    ],
)
def test_a_wrong_sign_in_is_said_beside_the_field(cast: Cast, web: Web, given: Any, wrong: Any, field: str) -> None:
    client, draft = web(cast.max), draft_of(cast, host="imap.firm.example")
    with nothing_moves():
        page = client.post(reverse("sign_in_mailbox", args=[draft.pk]), given | wrong)
    assert page.status_code == 400
    body = page.content.decode()
    assert f'href="#id_{field}' in body
    assert "the secret" not in body and "the password" not in body


def consenting(cast: Cast, client: Client) -> tuple[Mailbox, str]:
    """A draft that goes to Microsoft for consent, and the state that went there."""
    draft = draft_of(cast, host="outlook.office365.com", login=ADDRESS)
    client.post(reverse("sign_in_mailbox", args=[draft.pk]), BY_CONSENT)
    answer = client.post(reverse("consent_to_mailbox", args=[draft.pk]), headers={"HX-Request": "true"})
    asked = parse_qs(urlsplit(answer["HX-Redirect"]).query)
    assert asked["redirect_uri"] == [f"{settings.URL}/settings/mailboxes/consent"]
    return draft, asked["state"][0]


def test_consent_leads_to_the_service_and_back_and_the_test_begins(cast: Cast, web: Web, monkeypatch: Any) -> None:
    client = web(cast.max)
    draft, state = consenting(cast, client)
    page = text_of(client, "sign_in_mailbox", draft.pk)
    assert f"{settings.URL}/settings/mailboxes/consent" in page
    assert "the secret" not in page and "Consent at Microsoft 365" in page
    codes = []

    def finish(mailbox: Mailbox, state: str, code: str) -> None:
        codes.append(code)
        MailGrant.objects.filter(mailbox=mailbox).update(needs_consent=False, consented_at=utc_now())

    monkeypatch.setattr(oauth, "finish_consent", finish)
    answer = client.get(reverse("mailbox_consented"), {"state": state, "code": "the code"})
    assert (answer["Location"], codes) == (reverse("mailbox_test", args=[draft.pk]), ["the code"])
    assert waiting(try_mailbox) == 1
    draft.refresh_from_db()
    assert draft.secret_ends_at == dt.datetime(2027, 3, 31, tzinfo=dt.UTC)


def test_without_scripts_the_page_of_consent_is_a_link(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    draft, _state = consenting(cast, client)
    page = client.post(reverse("consent_to_mailbox", args=[draft.pk])).content.decode()
    assert 'href="https://login.microsoftonline.com/firm.example/oauth2/v2.0/authorize?' in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"error": "access_denied"}, "declined"),
        ({"error": "server_error", "error_description": "<b>busy</b>"}, "&lt;b&gt;busy&lt;/b&gt;"),
        ({}, "did not consent"),
    ],
)
def test_a_consent_that_is_refused_is_told_and_nothing_is_lost(
    cast: Cast, web: Web, query: dict[str, str], words: str
) -> None:
    client = web(cast.max)
    draft, state = consenting(cast, client)
    page = client.get(reverse("mailbox_consented"), query | {"state": state}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("sign_in_mailbox", args=[draft.pk])
    assert words in page.content.decode()


@pytest.mark.parametrize("state", ["", "x", "x" * 10_000, "eyJ.x.y"])
def test_a_consent_that_nobody_began_changes_nothing(cast: Cast, web: Web, state: str) -> None:
    client = web(cast.max)
    with nothing_moves():
        answer = client.get(reverse("mailbox_consented"), {"state": state, "code": "x"})
    assert answer["Location"] == reverse("mailboxes")


def test_an_application_that_signs_in_by_itself_needs_nobody(cast: Cast, web: Web) -> None:
    client, draft = web(cast.max), draft_of(cast, host="outlook.office365.com")
    answer = client.post(reverse("sign_in_mailbox", args=[draft.pk]), BY_CONSENT | {"flow": "app"})
    assert answer["Location"] == reverse("mailbox_test", args=[draft.pk])
    assert not MailGrant.objects.get().needs_consent


def test_another_application_needs_its_secret_and_a_new_consent(cast: Cast) -> None:
    draft = draft_of(cast)
    given = {"service": "microsoft", "flow": "delegated", "tenant": "", "application_id": "a"}
    set_application(draft, by=cast.max, secret="s", **given)
    MailGrant.objects.update(needs_consent=False, refresh_token=lock("r"), consented_at=utc_now())
    set_application(draft, by=cast.max, secret="another", **given)
    assert not MailGrant.objects.get().needs_consent
    with pytest.raises(Wrong):
        set_application(draft, by=cast.max, **given | {"tenant": "elsewhere.example"})
    set_application(draft, by=cast.max, secret="s", **given | {"tenant": "elsewhere.example"})
    kept = MailGrant.objects.get()
    assert (kept.needs_consent, bytes(kept.refresh_token)) == (True, b"")


def test_a_consent_does_not_go_to_another_server(cast: Cast, web: Web) -> None:
    mailbox = add_mailbox(
        by=SYSTEM, name="x", address=ADDRESS, intake="imap", host="a.example", login="x", sign_in="oauth"
    )
    MailGrant.objects.create(
        mailbox=mailbox, service="microsoft", application_id="c", refresh_token=b"r", needs_consent=False
    )
    page = {"address": ADDRESS, "name": "x", "language": "en", "intake": "imap", "sign_in": "oauth", "login": "x"}
    web(cast.max).post(reverse("mailbox", args=[mailbox.pk]), page | {"host": "b.example", "is_active": "on"})
    kept = MailGrant.objects.get()
    assert (kept.needs_consent, bytes(kept.refresh_token), kept.application_id) == (True, b"", "c")


def test_a_withdrawn_consent_stands_on_the_list_and_the_page_with_the_way_to_a_new_one(cast: Cast, web: Web) -> None:
    mailbox = add_mailbox(
        by=SYSTEM, name="x", address=ADDRESS, intake="imap", host="a.example", login="x", sign_in="oauth"
    )
    MailGrant.objects.create(mailbox=mailbox, service="google", application_id="c", needs_consent=True)
    client = web(cast.max)
    for page in (client.get(reverse("mailboxes")), client.get(reverse("mailbox", args=[mailbox.pk]))):
        assert "It needs a new consent." in page.content.decode()
        assert reverse("sign_in_mailbox", args=[mailbox.pk]) in page.content.decode()
    MailGrant.objects.update(needs_consent=False)
    assert "It needs a new consent." not in client.get(reverse("mailboxes")).content.decode()


@pytest.mark.parametrize("mechanism", ["xoauth2", "bearer"])
def test_the_whole_way_of_consent_with_real_servers(cast: Cast, web: Web, drain: Any, mechanism: str) -> None:
    with TokenServer() as tokens, Dovecot(introspection=f"{tokens.url}/introspect") as dovecot:
        client = web(cast.max)
        draft = draft_of(cast, host=dovecot.host, port=dovecot.port, security="plain", intake="imap")
        given = BY_CONSENT | {
            "login": dovecot.name,
            "service": "other",
            "tenant": "",
            "application_id": APPLICATION,
            "application_secret": SECRET,
            "authorize_url": f"{tokens.url}/authorize",
            "token_url": f"{tokens.url}/token",
            "scope": "mail",
            "mechanism": mechanism,
        }
        answer = client.post(reverse("sign_in_mailbox", args=[draft.pk]), given)
        assert answer["Location"].endswith("/sign-in#consent")
        answer = client.post(reverse("consent_to_mailbox", args=[draft.pk]), headers={"HX-Request": "true"})
        state, code = tokens.consent(answer["HX-Redirect"])
        answer = client.get(reverse("mailbox_consented"), {"state": state, "code": code})
        assert answer["Location"] == reverse("mailbox_test", args=[draft.pk])
        drain()
        found = MailboxCheck.objects.get().found
        assert [each["state"] for each in found[3:]] == ["ok", "ok", "wrong"]
        assert found[-1]["code"] == "no-way-out"
        # a token that was withdrawn early is replaced, a consent that was withdrawn is not
        tokens.access.clear()
        client.post(reverse("try_mailbox", args=[draft.pk]))
        drain()
        assert MailboxCheck.objects.get().found[-1]["code"] == "no-way-out"
        tokens.withdraw()
        client.post(reverse("try_mailbox", args=[draft.pk]))
        drain()
        assert MailboxCheck.objects.get().found[-1]["name"] == "login"
