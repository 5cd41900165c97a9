"""Pages of mails that came in and of mails that leave."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.coming_in import applying
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.models import IncomingMail
from aplomb.desk.mail.answers import in_words
from aplomb.desk.mail.reads import ROWS, incoming_page, outgoing_page, readable_text
from aplomb.journal.actors import SYSTEM
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox.actions import Letter, post
from aplomb.lib.env import SmtpServer
from tests.cast import Cast
from tests.moved import nothing_moves

Web = Callable[..., Client]
SERVER = SmtpServer("127.0.0.1", 1, "plain", "", "")
State, Out = IncomingMail.State, OutgoingMail.State


def parked(cast: Cast, *, subject: str = "Broken", reason: str = "No sender.") -> IncomingMail:
    mail = store([Arrival(content=b"Subject: <script>x</script>\r\n\r\nhi\r\n", source="smtp")])[0]
    IncomingMail.objects.filter(pk=mail.pk).update(state=State.PARKED, reason=reason, subject=subject)
    mail.refresh_from_db()
    return mail


def outgoing(
    cast: Cast, state: str = Out.KEPT, *, ticket: str = "", purpose: str = "reply", answer: str = ""
) -> OutgoingMail:
    letter = Letter(
        purpose=purpose,
        sender="help@desk.example",
        recipients=("cleo@acme.example",),
        subject=f"About {ticket or purpose}",
        message_id="<1@desk.example>",
        content="Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nΚαλημέρα <b>\r\n".encode(),
        chain_key=ticket,
    )
    mail = post(letter)
    OutgoingMail.objects.filter(pk=mail.pk).update(state=state, answer=answer)
    mail.refresh_from_db()
    return mail


def test_a_parked_mail_stands_with_its_reason_and_a_suggestion(cast: Cast, web: Web) -> None:
    mail = parked(cast, reason="The date cannot be read.")
    IncomingMail.objects.filter(pk=mail.pk).update(suggestion=cast.ticket)
    page = web(cast.ada).get(reverse("incoming_mail")).content.decode()
    assert "The date cannot be read." in page
    assert reverse("ticket", args=[cast.ticket.number]) in page


def test_a_suggestion_out_of_sight_is_not_named(cast: Cast, web: Web) -> None:
    IncomingMail.objects.filter(pk=parked(cast).pk).update(suggestion=cast.hidden)
    page = web(cast.ada).get(reverse("incoming_mail")).content.decode()
    assert cast.hidden.number not in page and cast.hidden.subject not in page


def test_the_source_is_a_file_of_plain_text(cast: Cast, web: Web) -> None:
    answer = web(cast.ada).get(reverse("incoming_source", args=[parked(cast).pk]))
    assert answer.content == b"Subject: <script>x</script>\r\n\r\nhi\r\n"
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_parked_mail_is_read_again_or_discarded_and_comes_back(cast: Cast, web: Web) -> None:
    mail, client = parked(cast), web(cast.ada)
    client.post(reverse("discard_mail", args=[mail.pk]))
    mail.refresh_from_db()
    assert mail.state == State.DISCARDED
    client.post(reverse("retry_mail", args=[mail.pk]))
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (State.STORED, "")


def test_mails_of_a_closed_team_are_out_of_sight(cast: Cast, web: Web) -> None:
    on_ticket, at_mailbox = parked(cast, subject="Of the ticket"), parked(cast, subject="Of the mailbox")
    IncomingMail.objects.filter(pk=on_ticket.pk).update(ticket=cast.hidden)
    type(cast.mailbox).objects.filter(pk=cast.mailbox.pk).update(team=cast.trust)
    IncomingMail.objects.filter(pk=at_mailbox.pk).update(mailbox=cast.mailbox)
    seen = {person: len(incoming_page(person, "parked").rows) for person in (cast.ada, cast.noor, cast.bo)}
    assert seen == {cast.ada: 0, cast.noor: 2, cast.bo: 2}
    client = web(cast.ada)
    with nothing_moves():
        for mail in (on_ticket, at_mailbox):
            assert client.get(reverse("incoming_source", args=[mail.pk])).status_code == 404
            assert client.post(reverse("retry_mail", args=[mail.pk])).status_code == 404
            assert client.post(reverse("discard_mail", args=[mail.pk])).status_code == 404


def test_agents_see_mails_of_their_tickets_and_administrators_those_of_sign_in(cast: Cast, web: Web) -> None:
    shown, hidden = outgoing(cast, ticket=cast.ticket.number), outgoing(cast, ticket=cast.hidden.number)
    link = outgoing(cast, purpose="account")
    seen = {
        person: {row.mail.pk for row in outgoing_page(person, "kept").rows}
        for person in (cast.ada, cast.noor, cast.bo, cast.max)
    }
    assert seen == {
        cast.ada: {shown.pk},
        cast.noor: {shown.pk, hidden.pk},
        cast.bo: {shown.pk, hidden.pk},
        cast.max: {shown.pk, link.pk},
    }
    client, administrator = web(cast.ada), web(cast.max)
    assert client.get(reverse("one_outgoing_mail", args=[shown.pk])).status_code == 200
    assert client.get(reverse("one_outgoing_mail", args=[hidden.pk])).status_code == 404
    assert client.get(reverse("one_outgoing_mail", args=[link.pk])).status_code == 404
    page = administrator.get(reverse("one_outgoing_mail", args=[link.pk])).content.decode()
    assert "Καλημέρα &lt;b&gt;" in page


def test_kept_mails_are_released_together_once_there_is_a_server(cast: Cast, web: Web, settings: Settings) -> None:
    mails = [outgoing(cast, ticket=cast.ticket.number) for _ in range(3)]
    client, given = web(cast.ada), {"do": "release", "mail": [each.pk for each in mails[:2]]}
    with nothing_moves():
        page = client.post(reverse("settle_mail"), given, follow=True)
    assert "There is no outgoing server yet." in page.content.decode()
    settings.SMTP_OUT = SERVER
    page = client.post(reverse("settle_mail"), given, follow=True)
    assert "2 mails are on their way." in page.content.decode()
    assert [OutgoingMail.objects.get(pk=each.pk).state for each in mails] == [Out.QUEUED, Out.QUEUED, Out.KEPT]


def test_failed_mails_are_sent_again_and_kept_ones_discarded(cast: Cast, web: Web, settings: Settings) -> None:
    settings.SMTP_OUT = SERVER
    failed, kept = outgoing(cast, Out.FAILED, ticket=cast.ticket.number), outgoing(cast, ticket=cast.ticket.number)
    client = web(cast.ada)
    client.post(reverse("settle_mail"), {"do": "release", "mail": failed.pk})
    client.post(reverse("settle_mail"), {"do": "discard", "mail": kept.pk})
    failed.refresh_from_db()
    kept.refresh_from_db()
    assert (failed.state, kept.state) == (Out.QUEUED, Out.DISCARDED)


@pytest.mark.parametrize("given", [{}, {"do": "release"}, {"do": "burn", "mail": "1"}, {"do": "discard", "mail": "x"}])
def test_settling_nonsense_changes_nothing(cast: Cast, web: Web, settings: Settings, given: dict[str, str]) -> None:
    settings.SMTP_OUT = SERVER
    outgoing(cast, ticket=cast.ticket.number)
    client = web(cast.ada)
    with nothing_moves():
        page = client.post(reverse("settle_mail"), given, follow=True)
    assert "Choose mails that are kept" in page.content.decode()


def test_mails_out_of_sight_and_sent_ones_are_not_settled(cast: Cast, web: Web, settings: Settings) -> None:
    settings.SMTP_OUT = SERVER
    mails = [outgoing(cast, ticket=cast.hidden.number), outgoing(cast, purpose="account")]
    mails.append(outgoing(cast, Out.SENT, ticket=cast.ticket.number))
    client = web(cast.ada)
    with nothing_moves():
        client.post(reverse("settle_mail"), {"do": "discard", "mail": [each.pk for each in mails]})
        client.post(reverse("settle_mail"), {"do": "release", "mail": [each.pk for each in mails]})


def test_the_page_says_why_mail_is_kept_and_how_to_mend_it(cast: Cast, web: Web, settings: Settings) -> None:
    outgoing(cast, ticket=cast.ticket.number)
    assert "APLOMB_SMTP_OUT" in web(cast.ada).get(reverse("outgoing_mail")).content.decode()
    settings.SMTP_OUT = SERVER
    assert "APLOMB_SMTP_OUT" not in web(cast.ada).get(reverse("outgoing_mail")).content.decode()


def test_pages_go_on_where_they_ended(cast: Cast) -> None:
    for _ in range(ROWS + 5):
        outgoing(cast, ticket=cast.ticket.number)
    first = outgoing_page(cast.ada, "kept")
    rest = outgoing_page(cast.ada, "kept", before=first.before)
    ids = [row.mail.pk for row in first.rows + rest.rows]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), len(set(ids)), rest.before) == (ROWS + 5, ROWS + 5, 0)


@pytest.mark.parametrize(
    "query", ["state=parked&before=x", "state=%00", "before=-1", "before=99999999999999999999", "state=zzz"]
)
@pytest.mark.parametrize("name", ["incoming_mail", "outgoing_mail"])
def test_odd_addresses_do_no_harm(cast: Cast, web: Web, name: str, query: str) -> None:
    assert web(cast.ada).get(f"{reverse(name)}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["mail", "incoming_mail", "outgoing_mail"])
def test_the_pages_are_for_who_works_tickets(cast: Cast, web: Web, name: str) -> None:
    workers = [web(each) for each in (cast.ada, cast.bo, cast.max)]
    others = [web(each) for each in (cast.aud, cast.olga, cast.lena, cast.tariq)]
    assert web().get(reverse(name)).status_code == 302
    assert {client.get(reverse(name), follow=True).status_code for client in workers} == {200}
    assert {client.get(reverse(name)).status_code for client in others} == {404}


def test_who_does_not_work_tickets_does_nothing_with_mails(cast: Cast, web: Web) -> None:
    mail, kept, client, stranger = parked(cast), outgoing(cast, ticket=cast.ticket.number), web(cast.aud), web()
    with nothing_moves():
        for name in ("retry_mail", "discard_mail"):
            assert client.post(reverse(name, args=[mail.pk])).status_code == 404
            assert stranger.post(reverse(name, args=[mail.pk])).status_code == 302
        assert client.post(reverse("settle_mail"), {"do": "discard", "mail": kept.pk}).status_code == 404
        assert client.get(reverse("incoming_source", args=[mail.pk])).status_code == 404


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("", ""),
        ("550 5.1.1 <x@a.example>: Recipient address rejected", "There is no such address."),
        ("x@a.example: 550 No such user", "The recipient's server does not take mail for this address."),
        ("452 4.2.2 full", "The recipient's mailbox is full."),
        ("535 bad login", "The outgoing server did not accept our name and password. See APLOMB_SMTP_OUT."),
        ("571 refused", "The server refused it."),
        ("471 later", "It is tried again later."),
        ("smtp.example:587: timed out", "The outgoing server could not be reached. See APLOMB_SMTP_OUT."),
        ("odd", ""),
    ],
)
def test_a_servers_answer_is_put_into_words(answer: str, said: str) -> None:
    assert str(in_words(answer)) == said


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"Content-Type: text/plain; charset=klingon\r\n\r\nx", b"Content-Type: image/png\r\n\r\nx"],
)
def test_a_mail_that_has_no_text_shows_none(content: bytes) -> None:
    assert isinstance(readable_text(content), str)


def test_a_mail_to_a_closed_teams_mailbox_is_out_of_sight_while_it_cannot_be_read(cast: Cast, web: Web) -> None:
    add_mailbox(name="Trust", address="trust@desk.example", team=cast.trust, by=SYSTEM)
    mail = store([Arrival(content=b"\r\n", source="smtp", envelope_to=("trust@desk.example",))])[0]
    applying.apply(mail.pk)
    mail.refresh_from_db()
    assert mail.state == State.PARKED
    source = reverse("incoming_source", args=[mail.pk])
    assert web(cast.ada).get(source).status_code == 404
    assert web(cast.noor).get(source).status_code == 200


def held(cast: Cast, hold: str = "loop", reason: str = "tank@acme.example sent the same mail 4 times.") -> IncomingMail:
    mail = parked(cast, subject="Tank", reason=reason)
    IncomingMail.objects.filter(pk=mail.pk).update(state=State.HELD, hold=hold)
    mail.refresh_from_db()
    return mail


def test_held_mails_stand_first_with_what_it_means_and_why(cast: Cast, web: Web) -> None:
    held(cast)
    held(cast, "spam", "It scores 9 of 5.")
    page = web(cast.ada).get(reverse("mail"), follow=True).content.decode()
    assert "Two machines seem to write to each other." in page
    assert "tank@acme.example sent the same mail 4 times." in page
    assert "1 held" in page
    # spam has a list of its own
    assert "It scores 9 of 5." not in page


def test_a_held_mail_is_let_through_or_discarded(cast: Cast, web: Web) -> None:
    mails, client = [held(cast), held(cast)], web(cast.ada)
    page = client.post(reverse("retry_mail", args=[mails[0].pk]), follow=True).content.decode()
    assert "The mail goes on to its ticket." in page
    client.post(reverse("discard_mail", args=[mails[1].pk]))
    for mail in mails:
        mail.refresh_from_db()
    assert [(each.state, each.is_released) for each in mails] == [(State.STORED, True), (State.DISCARDED, False)]


def test_held_mails_of_a_closed_team_are_out_of_sight(cast: Cast, web: Web) -> None:
    mail, client = held(cast), web(cast.ada)
    type(cast.mailbox).objects.filter(pk=cast.mailbox.pk).update(team=cast.trust)
    IncomingMail.objects.filter(pk=mail.pk).update(mailbox=cast.mailbox)
    assert incoming_page(cast.ada, "held").rows == ()
    with nothing_moves():
        assert client.post(reverse("retry_mail", args=[mail.pk])).status_code == 404
    assert len(incoming_page(cast.noor, "held").rows) == 1
