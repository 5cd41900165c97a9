"""The pages of letters: who sees what, what is said where, and the mail in the preview."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aplomb.journal.actors import SYSTEM
from aplomb.letters.actions import put_in_force, save_draft, text_digest
from aplomb.letters.models import Letter, LetterVersion
from aplomb.letters.reads import letter_for
from tests.cast import Cast
from tests.moved import nothing_moves

Web = Callable[..., Client]

EDIT = "/settings/letters/serial-number/in/en"


def seen(language: str = "en", key: str = "serial-number") -> str:
    return text_digest(letter_for(SYSTEM, key), language)


def content(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_shows_each_language_as_word_and_icon(cast: Cast, web: Web) -> None:
    save_draft("serial-number", "en", subject="", body="Anew.", by=cast.max)
    save_draft("serial-number", "ro", subject="", body="", by=cast.max)
    put_in_force("serial-number", by=cast.max)
    page = content(web(cast.max).get("/settings/letters"))
    part = page[page.index("Ask for the serial number") :][:4000]
    assert "Version 1 is in force." in part
    assert "stale: the source has changed" in part
    assert '<li class="is-missing"><a href="/settings/letters/serial-number/in/ro">' in part
    assert page.count("As it came with Aplomb.") == 15


def test_words_are_saved_as_a_draft_and_then_put_in_force(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    answer = client.post(EDIT, {"body": "{greeting}\r\n\r\nAnew.", "seen": seen()}, follow=True)
    assert "The draft is saved." in content(answer)
    assert client.post("/settings/letters/serial-number/in-force", {"start": ""}).status_code == 302
    version = LetterVersion.objects.get()
    assert (version.texts.parts("en"), version.changed_by, version.put_by) == (
        {"body": "{greeting}\n\nAnew."},
        cast.max,
        cast.max,
    )


def test_what_is_wrong_stands_at_the_field_with_the_text_kept(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    with nothing_moves():
        answer = client.post(EDIT, {"body": "one\n{greting}", "seen": seen()})
    assert answer.status_code == 400
    assert "Line 2: there is no variable {greting}. Is {greeting} meant?" in content(answer)
    assert "one\n{greting}</textarea>" in content(answer)


def test_the_second_of_two_sees_the_difference_and_saves_on_purpose(cast: Cast, web: Web) -> None:
    client, before = web(cast.max), seen()
    client.post(EDIT, {"body": "one red fox", "seen": before})
    with nothing_moves():
        answer = client.post(EDIT, {"body": "one grey fox", "seen": before})
    assert answer.status_code == 409
    page = content(answer)
    assert "red</del>" in page and "grey</ins>" in page
    assert f'name="seen" value="{seen()}"' in page
    assert client.post(EDIT, {"body": "one grey fox", "seen": seen()}).status_code == 302
    # also where the other one has taken the text out
    save_draft("serial-number", "el", subject="", body="", by=SYSTEM)
    answer = client.post("/settings/letters/serial-number/in/el", {"body": "λύκος", "seen": "x"})
    assert answer.status_code == 409


def test_a_time_that_has_passed_is_refused_at_its_field(cast: Cast, web: Web) -> None:
    save_draft("serial-number", "en", subject="", body="Anew.", by=cast.max)
    client = web(cast.max)
    for start, words in (("2020-01-01T10:00", "cannot be in force before now"), ("soon", "Enter a valid date/time.")):
        with nothing_moves():
            answer = client.post("/settings/letters/serial-number/in-force", {"start": start})
        assert answer.status_code == 400
        assert words in content(answer)


def test_a_version_shows_what_it_changed(cast: Cast, web: Web) -> None:
    save_draft("resolved", "it", subject="", body="{greeting}\n\nfatto.", by=cast.max)
    put_in_force("resolved", by=cast.max)
    page = content(web(cast.ada).get("/settings/letters/resolved/versions/1"))
    assert "What it changed of the text that came with Aplomb." in page
    assert 'id="in-it"' in page and 'id="in-en"' not in page
    assert web(cast.ada).get("/settings/letters/resolved/versions/2").status_code == 404


def test_whoever_may_not_edit_reads_and_moves_nothing(cast: Cast, web: Web) -> None:
    save_draft("serial-number", "en", subject="", body="Anew.", by=cast.max)
    client = web(cast.ada)
    page = content(client.get(EDIT))
    assert "Save the draft" not in page
    with nothing_moves():
        for address, given in (
            (EDIT, {"body": "Mine."}),
            ("/settings/letters/serial-number/in-force", {}),
            ("/settings/letters/serial-number/discard", {}),
            ("/settings/letters/serial-number/archive", {}),
            ("/settings/letters/serial-number/in/el/holds", {}),
            ("/settings/letters/serial-number", {"name_en": "Mine"}),
        ):
            answer = client.post(address, given)
            assert answer.status_code in (302, 400)
    assert "for administrators, those of a team for its supervisors" in content(answer)


@pytest.mark.parametrize("who", ["aud", "olga", "lena", "tariq"])
def test_letters_are_not_there_for_those_who_do_not_answer_customers(cast: Cast, web: Web, who: str) -> None:
    client = web(getattr(cast, who))
    assert client.get("/settings/letters").status_code == 404
    assert client.get(EDIT).status_code == 404
    assert 'href="/settings/letters"' not in content(client.get("/settings"))


@pytest.mark.parametrize(
    "path", ["nothing", "signature-person-99999", "serial-number/in/fr", "serial-number/versions/1"]
)
def test_what_there_is_not_is_not_there(cast: Cast, web: Web, path: str) -> None:
    assert web(cast.max).get(f"/settings/letters/{path}").status_code == 404


def test_everyone_has_a_signature_of_their_own(cast: Cast, web: Web) -> None:
    client, key = web(cast.ada), f"signature-person-{cast.ada.pk}"
    assert f"/settings/letters/{key}/in/en" in content(client.get("/settings/letters"))
    assert (
        client.post(
            f"/settings/letters/{key}/in/en", {"body": "{agent_name}, Lines", "seen": seen(key=key)}
        ).status_code
        == 302
    )
    assert client.post(f"/settings/letters/{key}/in-force", {}).status_code == 302
    assert Letter.objects.get().person == cast.ada
    assert web(cast.noor).get(f"/settings/letters/{key}/in/en").status_code == 404


def test_a_new_reply_begins_in_the_language_that_was_chosen(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    answer = client.post("/settings/letters/add", {"name": "Σύντομο", "language": "el", "team": "", "shortcut": "s"})
    address = answer["Location"]
    assert address.endswith("/in/el?source=el")
    key = Letter.objects.get().key
    client.post(address, {"body": "Γεια.", "seen": seen("el", key)})
    assert LetterVersion.objects.get().texts.source == "el"
    with nothing_moves():
        assert client.post("/settings/letters/add", {"name": "", "language": "el"}).status_code == 400
    assert web(cast.ada).get("/settings/letters/add").status_code == 404


def test_the_preview_is_the_mail_with_example_values(cast: Cast, web: Web) -> None:
    given = {"body": "{greeting}\n\nNumber {ticket_number}, [[a date]]: https://desk.example/x <b>"}
    answer = web(cast.ada).post("/settings/letters/serial-number/in/it/preview", given)
    page = content(answer)
    assert "Buongiorno signora Ferri," in page
    assert "[[a date]]</mark>" in page
    assert "&lt;b&gt;" in page
    assert "Ada (Help)" in page and "The help desk" in page
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_preview_takes_the_values_of_a_ticket_in_sight(cast: Cast, web: Web) -> None:
    given = {"body": "{customer_name}: {subject} {team}", "ticket": cast.ticket.shown_number}
    page = content(web(cast.ada).post("/settings/letters/serial-number/in/en/preview", given))
    assert "Cleo Whitfield: No dial tone Lines" in page
    given["ticket"] = cast.hidden.number
    page = content(web(cast.ada).post("/settings/letters/serial-number/in/en/preview", given))
    assert "There is no ticket of that number here." in page
    assert "A breach" not in page


def test_the_preview_says_what_is_wrong_and_saves_nothing(cast: Cast, web: Web) -> None:
    client = web(cast.max)
    with nothing_moves():
        page = content(client.post("/settings/letters/resolved/in/en/preview", {"body": "{nope} [[x]] {"}))
    assert "there is no variable {nope}" in page and "a brace is opened" in page and "makes [[x]] personal" in page


@pytest.mark.parametrize(
    "body", ["", "x" * 90_000, "\x00\ud800".encode("utf-8", "replace").decode() + "{" * 5000, "[[" * 5000]
)
def test_the_preview_takes_anything(cast: Cast, web: Web, body: str) -> None:
    assert web(cast.max).post("/settings/letters/signature/in/el/preview", {"body": body}).status_code == 200
