"""Headers, language, the first run, and what the frame of every page shows."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplomb.desk import frame
from aplomb.people.actions import change_person
from aplomb.people.models import Desk
from tests.cast import Cast

Web = Callable[..., Client]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    frame.forget_desk()
    yield
    frame.forget_desk()


@pytest.mark.parametrize("address", ["/", "/account/login/", "/nowhere"])
def test_every_page_carries_strict_headers(cast: Cast, web: Web, address: str) -> None:
    answer = web(cast.ada).get(address)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_no_page_of_the_desk_brings_inline_scripts_or_styles(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    for address in ("/", f"/tickets/{cast.ticket.number}", "/tickets/new", "/find?q=x", "/filters"):
        text = client.get(address).content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert "<script>" not in text


@pytest.mark.parametrize("language", ["es", "it", "ro", "el"])
def test_the_page_speaks_the_persons_language(cast: Cast, web: Web, language: str) -> None:
    change_person(cast.ada, by=cast.ada, language=language)
    answer = web(cast.ada, headers={"accept-language": "it"}).get("/")
    assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "given"), [("el,en;q=0.5", "el"), ("fr", "en"), ("ro-RO", "ro"), ("", "en"), ("x" * 600, "en")]
)
def test_before_sign_in_the_browsers_language_counts_if_it_is_one_of_the_five(
    cast: Cast, web: Web, asked: str, given: str
) -> None:
    answer = web(headers={"accept-language": asked}).get("/account/login/")
    assert f'<html lang="{given}"' in answer.content.decode()


def test_times_are_in_the_persons_zone(cast: Cast, web: Web) -> None:
    change_person(cast.ada, by=cast.ada, time_zone="Asia/Kathmandu")
    assert "+0545" in web(cast.ada).get(f"/tickets/{cast.ticket.number}").content.decode()


def test_the_theme_is_the_persons(cast: Cast, web: Web) -> None:
    change_person(cast.ada, by=cast.ada, theme="contrast")
    assert 'data-theme="contrast"' in web(cast.ada).get("/").content.decode()


@pytest.mark.django_db
def test_a_desk_without_a_name_leads_to_its_first_page(web: Web) -> None:
    answer = web().get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/setup"
    assert web().get("/setup").status_code in (200, 404)


def test_once_it_has_a_name_that_costs_no_query(cast: Cast, web: Web) -> None:
    with CaptureQueriesContext(connection) as asked:
        frame.desk_is_set_up()
        frame.desk_name()
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        frame.desk_is_set_up()
        frame.desk_name()
    assert len(asked) == 0


def test_counts_stand_beside_the_queues_and_teams_out_of_sight_are_not_there(cast: Cast, web: Web) -> None:
    text = web(cast.ada).get("/").content.decode()
    assert ">Lines</span>" in text
    assert ">Trust</span>" not in text
    assert '<span>Due next</span><span class="count">2</span>' in text
    assert ">Trust</span>" in web(cast.noor).get("/").content.decode()


def test_the_name_of_the_desk_is_on_every_page(cast: Cast, web: Web) -> None:
    Desk.objects.filter(pk=1).update(name="Borealis <help>")
    assert "Borealis &lt;help&gt;" in web(cast.ada).get("/").content.decode()
