"""The first run."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aplomb.channels.mail.jobs import search_mailbox
from aplomb.channels.mail.models import Mailbox
from aplomb.desk.frame import forget_desk
from aplomb.desk.setup.first_run import AlreadySetUp, FirstRun, set_up
from aplomb.journal.jobs import waiting
from aplomb.people.models import Desk, Person
from tests.cast import Cast
from tests.moved import nothing_moves

Web = Callable[..., Client]
GIVEN: dict[str, Any] = {
    "full_name": "Ελένη Μαυρίδου",
    "work_name": "",
    "email": "Eleni@desk.example",
    "password": "τέσσερις απλές λέξεις",
    "language": "el",
    "desk_name": "Aegean Prints",
    "languages": ["el", "en"],
    "time_zone": "Europe/Athens",
    "mailbox_address": "help@desk.example",
    "mailbox_name": "Aegean Prints",
    "mailbox_intake": "receiver",
    "mailbox_security": "tls",
}
IMAP = {"mailbox_intake": "imap", "mailbox_host": "imap.example", "mailbox_port": "143", "mailbox_login": "help"}


@pytest.fixture(autouse=True)
def new_desk(db: None) -> Iterator[None]:
    forget_desk()
    yield
    forget_desk()


def test_it_makes_the_desk_its_administrator_and_mailbox_and_signs_in(web: Web) -> None:
    client = web()
    answer = client.post(reverse("first_run"), GIVEN)
    assert (answer.status_code, answer["Location"]) == (302, reverse("queue"))
    person = Person.objects.get()
    assert (person.email, person.work_name, person.language) == ("eleni@desk.example", "Ελένη", "el")
    assert person.is_administrator and person.check_password(GIVEN["password"])
    assert client.session["_auth_user_id"] == str(person.pk)
    desk = Desk.objects.get()
    assert (desk.name, desk.languages, desk.time_zone) == ("Aegean Prints", ["en", "el"], "Europe/Athens")
    assert Mailbox.objects.get().address == "help@desk.example"
    assert client.get(reverse("queue")).status_code == 200


def test_the_settings_of_the_first_mailbox_can_be_looked_for_next(web: Web) -> None:
    client = web()
    answer = client.post(reverse("first_run"), GIVEN | {"mailbox_intake": "search"})
    mailbox = Mailbox.objects.get()
    assert (mailbox.is_draft, mailbox.is_active, mailbox.name) == (True, False, "Aegean Prints")
    assert answer["Location"] == reverse("setup_mailbox", args=[mailbox.pk])
    assert waiting(search_mailbox) == 1
    assert client.get(answer["Location"]).status_code == 200


def test_a_mailbox_that_is_fetched_keeps_its_server_and_hides_its_password(web: Web) -> None:
    web().post(reverse("first_run"), GIVEN | IMAP | {"mailbox_password": "secret of imap"})
    mailbox = Mailbox.objects.get()
    assert (mailbox.host, mailbox.port, mailbox.login) == ("imap.example", 143, "help")
    assert b"secret of imap" not in bytes(mailbox.password)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"full_name": ""}, "id_full_name"),
        ({"email": "nobody"}, "id_email"),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "1234567890"}, "too common"),
        ({"desk_name": " "}, "id_desk_name"),
        ({"languages": []}, "id_languages_label"),
        ({"languages": ["tlh"]}, "id_languages_label"),
        ({"time_zone": "Mars/Olympus"}, "There is no time zone"),
        ({"mailbox_address": "help"}, "id_mailbox_address"),
        ({"mailbox_name": ""}, "id_mailbox_name"),
        (IMAP | {"mailbox_host": ""}, "Name the IMAP server."),
        (IMAP, "The server asks for a password."),
        (IMAP | {"mailbox_port": "99999"}, "id_mailbox_port"),
        ({"full_name": "a\0b"}, "id_full_name"),
        (dict.fromkeys(GIVEN, ""), "id_email"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(web: Web, wrong: dict[str, Any], said: str) -> None:
    with nothing_moves():
        page = web().post(reverse("first_run"), GIVEN | wrong)
    assert page.status_code == 400
    text = page.content.decode()
    assert said in text
    assert 'class="say wrong summary"' in text
    if wrong.get("password") is None:
        assert GIVEN["password"] not in text


def test_afterwards_it_is_not_there(cast: Cast, web: Web) -> None:
    clients = (web(), web(cast.ada), web(cast.max))
    with nothing_moves():
        for client in clients:
            assert client.get(reverse("first_run")).status_code == 404
            assert client.post(reverse("first_run"), GIVEN).status_code == 404


def test_the_second_of_two_runs_at_once_makes_nobody(cast: Cast) -> None:
    first = FirstRun(
        full_name="Second",
        work_name="",
        email="second@desk.example",
        password="four plain words here",
        language="en",
        desk_name="Second",
        languages=("en",),
        time_zone="UTC",
        mailbox={"address": "second@desk.example", "name": "Second"},
    )
    with nothing_moves(), pytest.raises(AlreadySetUp):
        set_up(first)


def test_it_needs_its_token(web: Web) -> None:
    with nothing_moves():
        assert web(enforce_csrf_checks=True).post(reverse("first_run"), GIVEN).status_code == 403
