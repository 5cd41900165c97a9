"""Setting up a mailbox step by step, and what its page tells later."""

import datetime as dt
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aplomb.channels.mail.actions import add_mailbox, set_aliases
from aplomb.channels.mail.coming_in import watching
from aplomb.channels.mail.coming_in.mailboxstate import state_of
from aplomb.channels.mail.jobs import search_mailbox, try_mailbox
from aplomb.channels.mail.models import (
    IncomingMail,
    Mailbox,
    MailboxAlias,
    MailboxCheck,
    MailboxLease,
)
from aplomb.channels.mail.passwords import lock, unlock
from aplomb.channels.mail.servers import checking
from aplomb.channels.mail.servers.discovery import Service
from aplomb.channels.mail.servers.drafts import begin_draft, discard_draft, set_application
from aplomb.channels.mail.servers.providers import Place
from aplomb.channels.mail.servers.tests.test_trying import carrying
from aplomb.channels.mail.servers.trying import try_out
from aplomb.journal.actors import SYSTEM
from aplomb.journal.jobs import waiting
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotAllowed, NotFound
from tests.cast import Cast
from tests.moved import nothing_moves
from tests.parts.dovecot import Dovecot
from tests.parts.smtp_server import SmtpServer

Web = Callable[..., Client]

ADDRESS = "support@firm.example"
SERVERS: dict[str, Any] = {
    "intake": "imap",
    "host": "imap.firm.example",
    "port": "993",
    "security": "tls",
    "folder": "INBOX",
    "out_host": "smtp.firm.example",
    "out_port": "465",
    "out_security": "tls",
}
BY_PASSWORD = {"login": ADDRESS, "sign_in": "password", "password": "the password"}
FINISH: dict[str, Any] = {
    "name": "Support",
    "team": "",
    "language": "it",
    "signature": "Ciao",
    "acknowledges": "on",
    "takes": "new",
    "alias-TOTAL_FORMS": "2",
    "alias-INITIAL_FORMS": "0",
    "alias-0-address": "",
    "alias-0-team": "",
    "alias-1-address": "",
    "alias-1-team": "",
}


class Nowhere:
    """A network in which nothing is there but what is given."""

    mx: tuple[str, ...] = ()

    def __init__(self, **_settings: Any) -> None: ...

    def exchangers(self, domain: str) -> list[str]:
        return list(self.mx)

    def services(self, name: str) -> list[Service]:
        return []

    def page(self, url: str) -> bytes | None:
        return None

    def greets(self, place: Place, kind: str) -> str:
        return ""


@pytest.fixture(autouse=True)
def network(monkeypatch: Any) -> type[Nowhere]:
    monkeypatch.setattr(checking, "NetworkLookups", Nowhere)
    monkeypatch.setattr(Nowhere, "mx", ())
    return Nowhere


def draft_of(cast: Cast, **changes: Any) -> Mailbox:
    draft = begin_draft(ADDRESS, by=cast.max, name="Desk", language="en")
    Mailbox.objects.filter(pk=draft.pk).update(**changes)
    draft.refresh_from_db()
    return draft


def text_of(client: Client, name: str, pk: int, query: str = "") -> str:
    return client.get(reverse(name, args=[pk]) + query).content.decode()


def test_an_address_is_all_that_the_first_step_asks(cast: Cast, web: Web, network: type[Nowhere], drain: Any) -> None:
    network.mx = ("firm-example.mail.protection.outlook.com",)
    client = web(cast.max)
    answer = client.post(reverse("new_mailbox"), {"address": "Support@FIRM.example"})
    draft = Mailbox.objects.get(address=ADDRESS)
    assert answer["Location"] == reverse("setup_mailbox", args=[draft.pk])
    assert (draft.is_draft, draft.is_active, waiting(search_mailbox)) == (True, False, 1)
    assert "Looking for the settings" in text_of(client, "setup_mailbox", draft.pk)
    assert "hx-trigger" in text_of(client, "mailbox_search", draft.pk)
    drain()
    over = client.get(reverse("mailbox_search", args=[draft.pk]))
    assert over["HX-Redirect"] == reverse("setup_mailbox", args=[draft.pk])
    page = text_of(client, "setup_mailbox", draft.pk)
    assert 'value="outlook.office365.com"' in page and 'value="smtp.office365.com"' in page
    assert "Mail for this domain goes to Microsoft 365" in page
    assert "sign in by consent" in page


def test_the_same_address_again_goes_on_with_its_draft(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    first = client.post(reverse("new_mailbox"), {"address": ADDRESS})
    again = client.post(reverse("new_mailbox"), {"address": ADDRESS})
    assert first["Location"] == again["Location"]
    assert Mailbox.objects.filter(is_draft=True).count() == 1


@pytest.mark.parametrize(
    "address", ["", "x", "help@desk.example", "HELP@desk.example", "a@b@c", "x" * 300 + "@a.example"]
)
def test_an_address_that_is_none_or_taken_is_refused_beside_the_field(cast: Cast, web: Web, address: str) -> None:
    client = web(cast.max)
    with nothing_moves():
        page = client.post(reverse("new_mailbox"), {"address": address})
    assert page.status_code == 400
    assert 'href="#id_address' in page.content.decode()


def test_nothing_found_says_so_and_the_form_is_there(cast: Cast, web: Web, drain: Any) -> None:
    client = web(cast.max)
    client.post(reverse("new_mailbox"), {"address": ADDRESS})
    drain()
    page = text_of(client, "setup_mailbox", Mailbox.objects.get(address=ADDRESS).pk)
    assert "No settings were found." in page
    assert "names no server that takes its mail" in page


def test_the_servers_can_be_typed_while_the_search_is_under_way(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    client.post(reverse("new_mailbox"), {"address": ADDRESS})
    draft = Mailbox.objects.get(address=ADDRESS)
    assert 'name="host"' in text_of(client, "setup_mailbox", draft.pk, "?by_hand=1")
    answer = client.post(reverse("setup_mailbox", args=[draft.pk]), SERVERS)
    assert answer["Location"] == reverse("sign_in_mailbox", args=[draft.pk])
    draft.refresh_from_db()
    assert (draft.host, draft.out_host, draft.out_port, draft.login) == (
        "imap.firm.example",
        "smtp.firm.example",
        465,
        ADDRESS,
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"host": ""}, "host"), ({"port": "0"}, "port"), ({"out_port": "x"}, "out_port"), ({"security": "x"}, "security")],
)
def test_wrong_servers_are_said_beside_the_field(cast: Cast, web: Web, wrong: Any, field: str) -> None:
    client, draft = web(cast.max), draft_of(cast)
    with nothing_moves():
        page = client.post(reverse("setup_mailbox", args=[draft.pk]), SERVERS | wrong)
    assert page.status_code == 400
    assert f'href="#id_{field}' in page.content.decode()


def test_a_way_out_of_its_own_wants_a_sign_in_even_where_mail_is_delivered(cast: Cast, web: Web) -> None:
    client, draft = web(cast.max), draft_of(cast)
    to_receiver = SERVERS | {"intake": "receiver", "host": ""}
    answer = client.post(reverse("setup_mailbox", args=[draft.pk]), to_receiver | {"out_host": ""})
    assert answer["Location"] == reverse("mailbox_test", args=[draft.pk])
    assert client.get(reverse("sign_in_mailbox", args=[draft.pk])).status_code == 404
    answer = client.post(reverse("setup_mailbox", args=[draft.pk]), to_receiver)
    assert answer["Location"] == reverse("sign_in_mailbox", args=[draft.pk])
    assert f'value="{ADDRESS}"' in text_of(client, "sign_in_mailbox", draft.pk)


def test_a_password_typed_for_other_servers_is_forgotten(cast: Cast, web: Web) -> None:
    draft = draft_of(cast, host="imap.old.example", login=ADDRESS, password=lock("old"))
    web(cast.max).post(reverse("setup_mailbox", args=[draft.pk]), SERVERS)
    draft.refresh_from_db()
    assert (draft.host, bytes(draft.password)) == ("imap.firm.example", b"")


def test_a_password_is_kept_locked_never_shown_and_the_test_begins(cast: Cast, web: Web) -> None:
    client, draft = web(cast.max), draft_of(cast, host="imap.firm.example")
    answer = client.post(reverse("sign_in_mailbox", args=[draft.pk]), BY_PASSWORD)
    assert answer["Location"] == reverse("mailbox_test", args=[draft.pk])
    assert waiting(try_mailbox) == 1
    draft.refresh_from_db()
    assert unlock(bytes(draft.password)) == "the password"
    page = text_of(client, "sign_in_mailbox", draft.pk)
    assert "the password" not in page and "One is kept." in page
    assert "hx-get" in text_of(client, "mailbox_test", draft.pk)


def test_the_last_step_takes_it_into_use_with_its_aliases(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    draft = draft_of(cast, host="imap.firm.example", login=ADDRESS, password=lock("x"))
    given = FINISH | {
        "team": cast.lines.pk,
        "alias-0-address": "Sales@firm.example",
        "alias-0-team": cast.trust.pk,
        "alias-1-address": "shop@firm.example",
    }
    begun_at = utc_now()
    answer = client.post(reverse("finish_mailbox", args=[draft.pk]), given)
    assert answer["Location"] == reverse("mailbox", args=[draft.pk])
    draft.refresh_from_db()
    assert (draft.is_draft, draft.is_active, draft.name, draft.team, draft.language) == (
        False,
        True,
        "Support",
        cast.lines,
        "it",
    )
    assert draft.reads_since >= begun_at
    assert list(draft.aliases.values_list("address", "team")) == [
        ("sales@firm.example", cast.trust.pk),
        ("shop@firm.example", None),
    ]


def test_what_is_not_complete_is_not_taken_into_use(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    draft = draft_of(cast, host="imap.firm.example", login=ADDRESS)
    with nothing_moves():
        page = client.post(reverse("finish_mailbox", args=[draft.pk]), FINISH)
        client.post(reverse("finish_mailbox", args=[draft.pk]), FINISH | {"name": " "})
    assert page.status_code == 400
    assert "asks for a password" in page.content.decode()


@pytest.mark.parametrize("alias", ["help@desk.example", "x", "a@b@c", "old@desk.example"])
def test_a_wrong_alias_is_said_at_its_row_and_nothing_is_taken_into_use(cast: Cast, web: Web, alias: str) -> None:
    set_aliases(cast.mailbox, {"old@desk.example": None}, by=SYSTEM)
    client = web(cast.max)
    draft = draft_of(cast, host="imap.firm.example", login=ADDRESS, password=lock("x"))
    with nothing_moves():
        page = client.post(reverse("finish_mailbox", args=[draft.pk]), FINISH | {"alias-1-address": alias})
    assert page.status_code == 400
    assert re.search(r'id="id_alias-1-address_error"', page.content.decode())


def test_aliases_are_changed_and_removed_on_the_page(cast: Cast, web: Web) -> None:
    set_aliases(cast.mailbox, {"old@desk.example": None, "stays@desk.example": None}, by=SYSTEM)
    client = web(cast.max)
    address = reverse("mailbox", args=[cast.mailbox.pk])
    assert 'value="stays@desk.example"' in client.get(address).content.decode()
    given = {
        "address": "help@desk.example",
        "name": "Help",
        "language": "en",
        "intake": "receiver",
        "is_active": "on",
        "authserv_id": "mx.desk.example",
        "alias-TOTAL_FORMS": "4",
        "alias-INITIAL_FORMS": "2",
        "alias-0-address": "",
        "alias-1-address": "stays@desk.example",
        "alias-1-team": str(cast.lines.pk),
    }
    assert client.post(address, given)["Location"] == address
    assert list(MailboxAlias.objects.values_list("address", "team")) == [("stays@desk.example", cast.lines.pk)]
    cast.mailbox.refresh_from_db()
    assert cast.mailbox.authserv_id == "mx.desk.example"


def test_a_way_out_elsewhere_wants_the_password_again(cast: Cast, web: Web) -> None:
    mailbox = add_mailbox(
        by=SYSTEM, name="x", address=ADDRESS, intake="imap", host="a.example", login="x", password="secret one"
    )
    given = {"address": ADDRESS, "name": "x", "language": "en", "intake": "imap", "host": "a.example", "login": "x"}
    client = web(cast.max)
    with nothing_moves():
        page = client.post(reverse("mailbox", args=[mailbox.pk]), given | {"out_host": "evil.example"})
    assert "type the password again" in page.content.decode()


def test_a_draft_is_discarded_with_what_it_kept_and_nothing_else_is(cast: Cast, web: Web) -> None:
    draft, client = draft_of(cast), web(cast.max)
    client.post(reverse("discard_mailbox", args=[draft.pk]))
    assert not Mailbox.objects.filter(address=ADDRESS).exists()
    with nothing_moves():
        assert client.post(reverse("discard_mailbox", args=[cast.mailbox.pk])).status_code == 404
        assert client.post(reverse("finish_mailbox", args=[cast.mailbox.pk]), FINISH).status_code == 404
        assert client.get(reverse("setup_mailbox", args=[cast.mailbox.pk])).status_code == 404


def test_a_draft_stands_in_the_list_and_its_page_leads_on(cast: Cast, web: Web) -> None:
    draft, client = draft_of(cast), web(cast.max)
    assert "It is being set up." in client.get(reverse("mailboxes")).content.decode()
    assert client.get(reverse("mailbox", args=[draft.pk]))["Location"] == reverse("setup_mailbox", args=[draft.pk])


def test_nobody_but_administrators_sets_up_a_mailbox(cast: Cast) -> None:
    draft = draft_of(cast)
    for someone in (cast.ada, cast.bo, cast.tariq):
        with pytest.raises(NotAllowed):
            begin_draft("x@firm.example", by=someone, name="x", language="en")
        with pytest.raises(NotAllowed):
            set_application(draft, by=someone, service="google", application_id="x")
    with pytest.raises(NotFound):
        discard_draft(cast.mailbox, by=cast.max)


def test_the_whole_way_with_real_servers(
    cast: Cast, web: Web, dovecot: Dovecot, smtp_server: SmtpServer, drain: Any, monkeypatch: Any
) -> None:
    dovecot.empty()
    monkeypatch.setattr(checking, "try_out", partial(try_out, pause=carrying(smtp_server, dovecot)))
    client = web(cast.max)
    client.post(reverse("new_mailbox"), {"address": ADDRESS})
    drain()
    draft = Mailbox.objects.get(address=ADDRESS)
    places = {"host": dovecot.host, "port": dovecot.port, "security": "plain"}
    ways_out = {"out_host": "127.0.0.1", "out_port": smtp_server.port, "out_security": "plain"}
    client.post(reverse("setup_mailbox", args=[draft.pk]), SERVERS | places | ways_out | {"folder": "Desk"})
    client.post(
        reverse("sign_in_mailbox", args=[draft.pk]), BY_PASSWORD | {"login": "help", "password": dovecot.password}
    )
    assert "The test waits for its turn." in text_of(client, "mailbox_test", draft.pk)
    drain()
    page = text_of(client, "mailbox_test_steps", draft.pk)
    assert "There is no folder called Desk." in page and 'value="INBOX"' in page and "hx-get" not in page
    assert "Go on all the same" in page
    client.post(reverse("choose_mailbox_folder", args=[draft.pk]), {"folder": "INBOX"})
    drain()
    page = text_of(client, "mailbox_test", draft.pk)
    assert "It works." in page and "See it arrive" in page
    client.post(reverse("finish_mailbox", args=[draft.pk]), FINISH)
    assert Mailbox.objects.get(pk=draft.pk).is_active
    assert dovecot.mails() == []


def test_a_test_that_was_cut_short_says_so(cast: Cast, web: Web) -> None:
    MailboxCheck.objects.create(mailbox=cast.mailbox, kind="test", started_at=utc_now() - dt.timedelta(hours=1))
    assert "was cut short" in text_of(web(cast.max), "mailbox_test", cast.mailbox.pk)


def test_what_a_later_version_wrote_still_shows(cast: Cast, web: Web) -> None:
    rows = [{"name": "new-step", "state": "wrong", "code": "new-code", "values": {}}, {"state": "warn"}]
    MailboxCheck.objects.create(mailbox=cast.mailbox, kind="test", found=rows, ended_at=utc_now())
    assert "new-step" in text_of(web(cast.max), "mailbox_test", cast.mailbox.pk)


def test_the_page_tells_how_the_mailbox_does(cast: Cast, web: Web) -> None:
    now = utc_now()
    IncomingMail.objects.bulk_create(
        IncomingMail(mailbox=cast.mailbox, source="smtp", size=1, received_at=now - dt.timedelta(days=day))
        for day in (40, 14, 7, 0)
    )
    MailboxLease.objects.create(mailbox=cast.mailbox, holder="reader-1", until=now + dt.timedelta(seconds=20))
    Mailbox.objects.filter(pk=cast.mailbox.pk).update(
        alarm="quiet", alarmed_at=now, secret_ends_at=now + dt.timedelta(days=9)
    )
    state = state_of(cast.mailbox)
    assert state.per_day == pytest.approx(3 / 28)
    page = text_of(web(cast.max), "mailbox", cast.mailbox.pk)
    told = watching.Trouble(cast.mailbox, watching.QUIET).words
    for words in ("reader-1", told[:30], "0.1 mails a day", "Its secret ends"):
        assert words in page
