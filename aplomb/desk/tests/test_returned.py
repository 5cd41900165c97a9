"""Mail that came back is seen on its message, beside the address and before the next send."""

from collections.abc import Callable

import pytest
from django.test import Client

from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.channels.mail.tests.reports import answered, header_id, report
from aplomb.desk.returned import meaning
from tests.cast import CLEO, Cast

Web = Callable[..., Client]

BACK = "Came back from cleo@acme.example: there is no such mailbox."
WARNING = "Mail to cleo@acme.example came back: there is no such mailbox."


def page(client: Client, cast: Cast) -> str:
    return client.get(f"/tickets/{cast.ticket.number}").content.decode()


def contact_page(client: Client, cast: Cast) -> str:
    return client.get(f"/customers/{cast.cleo.pk}").content.decode()


def test_the_message_the_composer_and_the_contact_say_what_came_back(cast: Cast, web: Web) -> None:
    message = answered(cast)
    client = web(cast.ada)
    assert "ame back" not in page(client, cast)

    taken_in(report(header_id(message), (CLEO, "failed", "5.1.1"), words="550 <no> such user"))

    text = page(client, cast)
    assert text.count(BACK) == 1 and text.count(WARNING) == 1
    assert "<q>550 &lt;no&gt; such user</q>" in text
    assert "could not be delivered" in text
    assert f'href="/customers/{cast.cleo.pk}"' in text
    assert "Mail came back: there is no such mailbox." in contact_page(client, cast)


def test_a_mail_that_came_back_offers_no_button_that_does_nothing(cast: Cast, web: Web) -> None:
    message = answered(cast)
    taken_in(report(header_id(message), (CLEO, "failed", "5.1.1")))
    text = page(web(cast.ada), cast)
    assert "Send again" not in text
    assert f"/messages/{message.pk}/discard" not in text


def test_a_delay_says_that_the_server_goes_on(cast: Cast, web: Web) -> None:
    message = answered(cast)
    taken_in(report(header_id(message), (CLEO, "delayed", "4.4.1")))
    text = page(web(cast.ada), cast)
    assert "Has not reached cleo@acme.example: the server cannot be reached. The server goes on trying." in text
    assert "The last mail to cleo@acme.example has not arrived: the server cannot be reached." in text


def test_an_open_page_hears_of_it(cast: Cast, web: Web) -> None:
    message = answered(cast)
    row = taken_in(report(header_id(message), (CLEO, "failed", "5.1.1")))
    assert row.message is not None
    text = web(cast.ada).get(f"/tickets/{cast.ticket.number}/news?after={message.pk}").content.decode()
    assert f'id="message-{row.message.pk}"' in text
    assert f'id="message-{message.pk}"' in text and BACK in text


def test_a_forged_report_says_that_nothing_was_marked(cast: Cast, web: Web) -> None:
    answered(cast)
    row = taken_in(report("<made.up@desk.example>", (CLEO, "failed", "5.1.1")))
    assert row.ticket is not None
    text = web(cast.ada).get(f"/tickets/{row.ticket.number}").content.decode()
    assert "It names no mail that this desk sent. Nothing was marked." in text
    assert "ame back" not in page(web(cast.ada), cast)


def test_once_they_write_the_warning_is_gone_and_the_message_keeps_its_mark(cast: Cast, web: Web) -> None:
    message = answered(cast)
    taken_in(report(header_id(message), (CLEO, "failed", "5.1.1")))
    taken_in(letter("I am here.", subject=f"[#{cast.ticket.shown_number}]"))
    client = web(cast.ada)
    text = page(client, cast)
    assert BACK in text
    assert WARNING not in text
    assert "Mail came back" not in contact_page(client, cast)


def test_an_automatic_mail_leaves_those_in_copy_in_copy(cast: Cast, web: Web) -> None:
    taken_in(letter("See below.", subject=f"[#{cast.ticket.shown_number}]", Cc="bob@acme.example"))
    message = answered(cast, cc=("bob@acme.example",))
    taken_in(report(header_id(message), (CLEO, "failed", "5.1.1")))
    assert 'name="cc" value="bob@acme.example"' in page(web(cast.ada), cast)


@pytest.mark.parametrize(
    ("status", "is_final", "words"),
    [
        ("5.1.1", True, "there is no such mailbox"),
        ("5.1.10", True, "there is no such mailbox"),
        ("5.2.2", True, "the mailbox is full"),
        ("4.2.2", False, "the mailbox is full"),
        ("5.7.509", True, "the server refuses it"),
        ("5.0.0", True, "it could not be delivered"),
        ("4.0.0", False, "not delivered yet"),
        ("", True, "it could not be delivered"),
    ],
)
def test_a_status_is_said_in_words(status: str, is_final: bool, words: str) -> None:
    assert meaning(status, is_final=is_final) == words
