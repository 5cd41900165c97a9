"""The strip above the page: what a person must not overlook."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplomb.channels.mail.models import Mailbox
from aplomb.desk.troubles import forget_troubles, troubles_for
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox.actions import Letter, post
from aplomb.lib.time import utc_now
from aplomb.tickets.actions.change import Changes, change_ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db

Web = Callable[..., Client]


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    forget_troubles()
    yield
    forget_troubles()


def failed_on(number: str) -> OutgoingMail:
    mail = post(
        Letter(
            purpose="reply",
            sender="help@desk.example",
            recipients=("cleo@acme.example",),
            subject="x",
            message_id="<1@desk.example>",
            content=b"Subject: x\r\n\r\ny",
            chain_key=number,
        )
    )
    OutgoingMail.objects.filter(pk=mail.pk).update(state="failed")
    return mail


def test_administrators_see_a_mailbox_in_trouble_on_every_page(cast: Cast, web: Web) -> None:
    Mailbox.objects.update(alarmed_at=utc_now(), alarm="quiet")
    words = "No mail has come to help@desk.example for longer than usual."
    for path in ("/", f"/tickets/{cast.ticket.number}", "/settings/mailboxes", "/mail/in"):
        forget_troubles()
        assert words in web(cast.max).get(path).content.decode()
        assert words not in web(cast.ada).get("/").content.decode()


def test_an_agent_sees_that_answers_on_their_tickets_never_arrived(cast: Cast, web: Web) -> None:
    change_ticket(cast.ticket.number, Changes(assignee=cast.ada), by=cast.ada)
    mail = failed_on(cast.ticket.number)
    failed_on(cast.ticket.number)
    failed_on(cast.greek.number)
    page = web(cast.ada).get("/").content.decode()
    assert "A message on 1 ticket of yours could not be delivered." in page
    assert "/mail/out?state=failed" in page
    assert [each.words for each in troubles_for(cast.bo)] == []
    # settled: gone
    OutgoingMail.objects.filter(chain_key=mail.chain_key).update(state="discarded")
    assert troubles_for(cast.ada) == ()


def test_while_nothing_is_wrong_it_costs_no_query(cast: Cast) -> None:
    troubles_for(cast.max)
    with CaptureQueriesContext(connection) as asked:
        assert troubles_for(cast.max) == ()
    assert len(asked) == 0
