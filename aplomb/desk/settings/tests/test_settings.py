"""One's own settings, and the administrator's pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aplomb.channels.mail.jobs import fetch_mailbox, try_mailbox
from aplomb.channels.mail.models import Mailbox
from aplomb.journal.jobs import waiting
from aplomb.lib.time import utc_now
from aplomb.people.actions import create_token, person_of_token
from aplomb.people.models import Desk, Person, SignInLink, Team, Token
from tests.cast import Cast
from tests.moved import nothing_moves

Web = Callable[..., Client]

OWN: dict[str, Any] = {
    "full_name": "Ada Lindqvist",
    "work_name": "Ada L.",
    "language": "el",
    "time_zone": "Europe/Athens",
    "theme": "dark",
}
PERSON: dict[str, Any] = {
    "email": "new@desk.example",
    "full_name": "Ștefan Țepeș",
    "work_name": "",
    "roles": ["agent", "supervisor"],
    "language": "ro",
    "time_zone": "Europe/Bucharest",
}
MAILBOX: dict[str, Any] = {
    "address": "sales@desk.example",
    "name": "Sales",
    "team": "",
    "language": "it",
    "signature": "",
    "acknowledges": "on",
    "intake": "imap",
    "host": "imap.example",
    "port": "993",
    "security": "tls",
    "login": "sales",
    "password": "the password",
    "folder": "INBOX",
}


def imap_box(cast: Cast, web: Web) -> Mailbox:
    web(cast.max).post(reverse("add_mailbox"), MAILBOX)
    return Mailbox.objects.get(address="sales@desk.example")


def test_ones_own_settings_are_kept_and_the_page_speaks_the_new_language(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    answer = client.post(reverse("own_settings"), OWN)
    assert answer["Location"] == reverse("own_settings")
    cast.ada.refresh_from_db()
    assert {name: getattr(cast.ada, name) for name in OWN} == OWN
    page = client.get(reverse("own_settings")).content.decode()
    assert '<html lang="el"' in page and 'data-theme="dark"' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_name": ""},
        {"work_name": " "},
        {"language": "tlh"},
        {"time_zone": "Mars/Olympus"},
        {"theme": "pink"},
        {"work_name": "x" * 61},
        dict.fromkeys(OWN, ""),
    ],
)
def test_wrong_settings_are_said_at_their_field_and_nothing_is_kept(cast: Cast, web: Web, wrong: Any) -> None:
    client = web(cast.ada)
    with nothing_moves():
        page = client.post(reverse("own_settings"), OWN | wrong)
    assert page.status_code == 400
    assert f'href="#id_{next(iter(wrong))}' in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()


def test_nobody_gives_themselves_rights_through_their_own_settings(cast: Cast, web: Web) -> None:
    web(cast.ada).post(reverse("own_settings"), OWN | {"roles": ["administrator"], "is_active": "0"})
    cast.ada.refresh_from_db()
    assert (cast.ada.roles, cast.ada.is_active) == (["agent"], True)


def test_language_and_theme_are_switched_from_anywhere(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    assert client.post(reverse("set_language"), {"language": "it", "next": "/customers"})["Location"] == "/customers"
    assert client.post(reverse("set_theme"), {"theme": "contrast"})["Location"] == reverse("queue")
    cast.ada.refresh_from_db()
    assert (cast.ada.language, cast.ada.theme) == ("it", "contrast")


def test_a_stranger_switches_by_cookie(cast: Cast, web: Web) -> None:
    client = web()
    with nothing_moves():
        answer = client.post(reverse("set_language"), {"language": "ro"})
        client.post(reverse("set_theme"), {"theme": "dark"})
    assert answer["Location"] == reverse("account_login")
    assert (client.cookies["aplomb_language"].value, client.cookies["aplomb_theme"].value) == ("ro", "dark")
    assert '<html lang="ro"' in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
def test_switching_leads_to_no_other_site(cast: Cast, web: Web, onward: str) -> None:
    answer = web().post(reverse("set_language"), {"language": "ro", "next": onward})
    assert answer["Location"] == reverse("account_login")


@pytest.mark.parametrize(
    ("name", "given"), [("set_language", {"language": "tlh"}), ("set_theme", {}), ("set_language", {})]
)
def test_switching_to_nonsense_is_refused(cast: Cast, web: Web, name: str, given: dict[str, str]) -> None:
    client = web(cast.ada)
    with nothing_moves():
        assert client.post(reverse(name), given).status_code == 400
        assert client.get(reverse(name)).status_code == 405


def test_a_token_is_shown_once_and_works_until_it_is_revoked(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    page = client.post(
        reverse("tokens"), {"name": "Report", "scopes": ["tickets:read"], "lives": "30"}
    ).content.decode()
    secret = re.search(r"apl_[\w-]{40,}", page)
    assert secret is not None
    assert secret[0] not in client.get(reverse("tokens")).content.decode()
    token = Token.objects.get()
    assert token.scopes == ["tickets:read"]
    assert token.expires_at is not None and 29 <= (token.expires_at - token.created_at).days <= 30
    assert person_of_token(secret[0]) == (cast.ada, token)
    client.post(reverse("revoke_token", args=[token.pk]))
    assert person_of_token(secret[0]) is None


@pytest.mark.parametrize(
    "given",
    [{}, {"name": "x"}, {"name": "x", "scopes": ["all"]}, {"name": "x", "lives": "9", "scopes": "tickets:read"}],
)
def test_a_wrong_token_is_not_made(cast: Cast, web: Web, given: Any) -> None:
    client = web(cast.ada)
    with nothing_moves():
        assert client.post(reverse("tokens"), given).status_code == 400


def test_nobody_sees_or_revokes_the_token_of_another(cast: Cast, web: Web) -> None:
    token, _secret = create_token(cast.ada, by=cast.ada, name="Of Ada")
    clients = (web(cast.bo), web(cast.max))
    with nothing_moves():
        for client in clients:
            assert "Of Ada" not in client.get(reverse("tokens")).content.decode()
            assert client.post(reverse("revoke_token", args=[token.pk])).status_code == 404


def test_an_administrator_takes_somebody_in_with_roles_and_teams(cast: Cast, web: Web) -> None:
    answer = web(cast.max).post(reverse("add_person"), PERSON | {"teams": [cast.lines.pk, cast.trust.pk]})
    made = Person.objects.get(email="new@desk.example")
    assert answer["Location"] == reverse("person", args=[made.pk])
    assert (made.work_name, made.roles, made.language) == ("Ștefan", ["agent", "supervisor"], "ro")
    assert set(made.teams.all()) == {cast.lines, cast.trust}
    assert set(cast.lines.members.all()) == {cast.ada, made}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "Ada@Desk.example"}, "email"),
        ({"email": "x"}, "email"),
        ({"full_name": " "}, "full_name"),
        ({"roles": []}, "roles"),
        ({"roles": ["emperor"]}, "roles"),
        ({"teams": ["999999"]}, "teams"),
        ({"teams": ["x"]}, "teams"),
        ({"time_zone": "x"}, "time_zone"),
    ],
)
def test_somebody_wrong_is_not_taken_in(cast: Cast, web: Web, wrong: Any, field: str) -> None:
    client = web(cast.max)
    with nothing_moves():
        page = client.post(reverse("add_person"), PERSON | wrong)
    assert page.status_code == 400
    assert f'href="#id_{field}' in page.content.decode()


def test_an_administrator_changes_roles_and_teams(cast: Cast, web: Web) -> None:
    given = PERSON | {"full_name": "Ada Lindqvist", "teams": [cast.trust.pk], "email": "other@desk.example"}
    web(cast.max).post(reverse("person", args=[cast.ada.pk]), given)
    cast.ada.refresh_from_db()
    assert (cast.ada.roles, cast.ada.email) == (["agent", "supervisor"], "ada@desk.example")
    assert list(cast.ada.teams.all()) == [cast.trust]
    assert set(cast.trust.members.all()) == {cast.ada, cast.noor}


def test_the_last_administrator_stays_one(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    with nothing_moves():
        page = client.post(reverse("person", args=[cast.max.pk]), PERSON | {"roles": ["agent"]})
        client.post(reverse("switch_person", args=[cast.max.pk]), {"is_active": "0"})
    assert "The last administrator stays one." in page.content.decode()


def test_somebody_is_switched_off_and_on_again(cast: Cast, web: Web) -> None:
    theirs = web(cast.ada)
    assert theirs.get(reverse("queue")).status_code == 200
    web(cast.max).post(reverse("switch_person", args=[cast.ada.pk]), {"is_active": "0"})
    assert theirs.get(reverse("queue")).status_code == 302
    assert web(cast.max).post(reverse("person_link", args=[cast.ada.pk])).status_code == 404
    web(cast.max).post(reverse("switch_person", args=[cast.ada.pk]), {"is_active": "1"})
    cast.ada.refresh_from_db()
    assert cast.ada.is_active


def test_a_sign_in_link_is_made_for_somebody_and_works_once(cast: Cast, web: Web) -> None:
    page = web(cast.max).post(reverse("person_link", args=[cast.ada.pk])).content.decode()
    found = re.search(r"http://[^/\"]+(/in/[\w-]+)", page)
    assert found is not None
    client = web()
    client.post(found[1])
    assert client.session["_auth_user_id"] == str(cast.ada.pk)


def test_teams_are_added_and_changed(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    client.post(reverse("add_team"), {"name": "Κτίρια", "members": [cast.ada.pk]})
    team = Team.objects.get(name="Κτίρια")
    assert (team.is_open, list(team.members.all())) == (False, [cast.ada])
    client.post(reverse("team", args=[team.pk]), {"name": "Buildings", "is_open": "on", "members": [cast.bo.pk]})
    team.refresh_from_db()
    assert (team.name, team.is_open, list(team.members.all())) == ("Buildings", True, [cast.bo])


@pytest.mark.parametrize(
    "given", [{}, {"name": " "}, {"name": "lines"}, {"name": "x", "members": ["99999"]}, {"name": "x" * 81}]
)
def test_a_wrong_team_is_not_made(cast: Cast, web: Web, given: Any) -> None:
    client = web(cast.max)
    with nothing_moves():
        assert client.post(reverse("add_team"), given).status_code == 400
        assert client.post(reverse("team", args=[cast.trust.pk]), given).status_code == 400


def test_a_mailbox_is_added_and_its_password_never_shown(cast: Cast, web: Web) -> None:
    mailbox = imap_box(cast, web)
    page = web(cast.max).get(reverse("mailbox", args=[mailbox.pk])).content.decode()
    assert "the password" not in page
    assert "One is kept." in page
    web(cast.max).post(reverse("mailbox", args=[mailbox.pk]), MAILBOX | {"password": "", "name": "Vendite"})
    mailbox.refresh_from_db()
    assert (mailbox.name, bool(mailbox.password), mailbox.is_active) == ("Vendite", True, False)


def test_a_kept_password_does_not_go_to_another_server(cast: Cast, web: Web) -> None:
    mailbox = imap_box(cast, web)
    client = web(cast.max)
    with nothing_moves():
        page = client.post(
            reverse("mailbox", args=[mailbox.pk]), MAILBOX | {"password": "", "host": "evil.example", "is_active": "on"}
        )
    assert "type the password again" in page.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"address": "x"}, "address"),
        ({"address": "help@desk.example"}, "address"),
        ({"name": ""}, "name"),
        ({"host": ""}, "host"),
        ({"login": ""}, "login"),
        ({"password": ""}, "password"),
        ({"port": "0"}, "port"),
        ({"port": "imap"}, "port"),
        ({"security": "rot13"}, "security"),
        ({"intake": "pigeon"}, "intake"),
        ({"team": "99999"}, "team"),
    ],
)
def test_a_wrong_mailbox_is_not_added(cast: Cast, web: Web, wrong: Any, field: str) -> None:
    client = web(cast.max)
    with nothing_moves():
        page = client.post(reverse("add_mailbox"), MAILBOX | wrong)
    assert page.status_code == 400
    assert f'href="#id_{field}' in page.content.decode()
    assert "the password" not in page.content.decode()


def test_a_mailbox_is_fetched_now_and_tried(cast: Cast, web: Web) -> None:
    mailbox, client = imap_box(cast, web), web(cast.max)
    client.post(reverse("fetch_mailbox", args=[mailbox.pk]))
    client.post(reverse("fetch_mailbox", args=[mailbox.pk]))
    assert waiting(fetch_mailbox) == 1
    client.post(reverse("try_mailbox", args=[mailbox.pk]))
    assert client.post(reverse("try_mailbox", args=[mailbox.pk]))["Location"] == reverse(
        "mailbox_test", args=[mailbox.pk]
    )
    assert waiting(try_mailbox) == 1
    assert client.post(reverse("fetch_mailbox", args=[cast.mailbox.pk])).status_code == 404


def test_a_mailbox_that_fails_says_so_in_the_list(cast: Cast, web: Web) -> None:
    mailbox = imap_box(cast, web)
    Mailbox.objects.filter(pk=mailbox.pk).update(failure="The password is not right.", failed_at=utc_now())
    page = web(cast.max).get(reverse("mailboxes")).content.decode()
    assert "The password is not right." in page


def test_the_desk_is_renamed(cast: Cast, web: Web) -> None:
    web(cast.max).post(
        reverse("desk_settings"), {"name": "Borealis", "languages": ["ro"], "time_zone": "Europe/Bucharest"}
    )
    desk = Desk.objects.get()
    assert (desk.name, desk.languages, desk.time_zone) == ("Borealis", ["ro"], "Europe/Bucharest")


@pytest.mark.parametrize(
    "given", [{}, {"name": " ", "languages": ["en"], "time_zone": "UTC"}, {"name": "x", "time_zone": "UTC"}]
)
def test_a_desk_is_not_renamed_to_nothing(cast: Cast, web: Web, given: Any) -> None:
    client = web(cast.max)
    with nothing_moves():
        assert client.post(reverse("desk_settings"), given).status_code == 400


PAGES = ["people", "add_person", "teams", "add_team", "mailboxes", "add_mailbox", "desk_settings"]


@pytest.mark.parametrize("name", [*PAGES, "person", "team", "mailbox"])
def test_only_administrators_enter(cast: Cast, web: Web, name: str) -> None:
    which = {"person": [cast.ada.pk], "team": [cast.trust.pk], "mailbox": [cast.mailbox.pk]}.get(name, [])
    address = reverse(name, args=which)
    assert web(cast.max).get(address).status_code == 200
    others = [web(each) for each in (cast.ada, cast.bo, cast.olga, cast.aud, cast.lena, cast.tariq)]
    with nothing_moves():
        assert web().get(address).status_code == 302
        for client in others:
            assert client.get(address).status_code == 404
            assert client.post(address, PERSON | MAILBOX | {"languages": ["en"]}).status_code in {404, 405}


@pytest.mark.parametrize("name", ["person_link", "switch_person", "fetch_mailbox", "try_mailbox"])
def test_only_administrators_do_these(cast: Cast, web: Web, name: str) -> None:
    imap = imap_box(cast, web)
    address = reverse(name, args=[imap.pk if "mailbox" in name else cast.ada.pk])
    stranger, agent, supervisor = web(), web(cast.noor), web(cast.bo)
    administrator = web(cast.max, enforce_csrf_checks=True)
    with nothing_moves():
        assert stranger.post(address, {"is_active": "0"}).status_code == 302
        assert agent.post(address, {"is_active": "0"}).status_code == 404
        assert supervisor.post(address, {"is_active": "0"}).status_code == 404
        assert administrator.post(address).status_code == 403
    assert not SignInLink.objects.exists()


@pytest.mark.parametrize("name", ["person", "team", "mailbox", "person_link", "switch_person", "fetch_mailbox"])
def test_what_is_not_there_is_404(cast: Cast, web: Web, name: str) -> None:
    client = web(cast.max)
    with nothing_moves():
        assert client.post(reverse(name, args=[999999])).status_code == 404


def test_people_are_found_by_name_and_address(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    for wanted in ("lindq", "ADA@"):
        page = client.get(reverse("people"), {"find": wanted}).content.decode()
        assert "Ada Lindqvist" in page and "Noor" not in page
    assert "Nobody of this name" in client.get(reverse("people"), {"find": "\0zzz%_"}).content.decode()
