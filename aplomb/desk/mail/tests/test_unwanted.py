"""The spam list and blocked senders, on their pages."""

from collections.abc import Callable

import pytest
from django.test import Client

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.models import BlockedSender, IncomingMail, RawMail, SpamWord
from aplomb.channels.mail.proof.spam import TOTALS
from aplomb.channels.mail.proof.spamlist import forget_old_spam
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.journal.actors import SYSTEM
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from tests.cast import Cast, fresh

Web = Callable[..., Client]
Drain = Callable[[], int]
State = IncomingMail.State


@pytest.fixture
def filtered(cast: Cast) -> None:
    cast.mailbox.authserv_id = "mx.desk.example"
    cast.mailbox.save()


def spam(text: str = "Cheap pills", to: str = "help@desk.example") -> IncomingMail:
    return taken_in(letter(text, sender="Lucky <lucky@shop.example>", subject=text, X_Spam_Flag="YES"), to=to)


def learnt() -> tuple[int, int]:
    totals = SpamWord.objects.filter(word=TOTALS).first()
    return (totals.spam, totals.good) if totals else (0, 0)


@pytest.mark.usefixtures("filtered")
def test_the_list_shows_what_is_held_and_why(cast: Cast, web: Web) -> None:
    spam()
    text = web(cast.ada).get("/mail/spam").content.decode()
    assert "Cheap pills" in text and "lucky@shop.example" in text and "X-Spam-Flag" in text


@pytest.mark.usefixtures("filtered")
def test_what_came_to_a_closed_team_is_seen_and_emptied_by_that_team_only(cast: Cast, web: Web) -> None:
    add_mailbox(name="Trust", address="trust@desk.example", team=cast.trust, by=SYSTEM).save()
    from aplomb.channels.mail.models import Mailbox

    Mailbox.objects.update(authserv_id="mx.desk.example")
    row = spam("Secret pills", to="trust@desk.example")
    client = web(cast.ada)
    assert "Secret pills" not in client.get("/mail/spam").content.decode()
    assert client.post(f"/mail/in/{row.pk}/not-spam").status_code == 404
    client.post("/mail/spam/empty", {"until": row.pk})
    row.refresh_from_db()
    assert row.state == State.HELD
    assert "Secret pills" in web(cast.noor).get("/mail/spam").content.decode()


@pytest.mark.usefixtures("filtered")
def test_not_spam_goes_on_to_its_ticket_and_is_learnt(cast: Cast, web: Web, drain: Drain) -> None:
    row = spam()
    web(cast.ada).post(f"/mail/in/{row.pk}/not-spam")
    drain()
    row.refresh_from_db()
    assert (row.state, row.verdicts["learnt"]) == (State.APPLIED, "good")
    assert learnt() == (0, 1)
    # a second click does nothing
    web(cast.ada).post(f"/mail/in/{row.pk}/not-spam")
    assert drain() == 0


@pytest.mark.usefixtures("filtered")
def test_emptying_asks_first_takes_what_was_seen_and_learns(cast: Cast, web: Web, drain: Drain) -> None:
    seen, later = spam("One"), spam("Two")
    client = web(cast.ada)
    asked = client.get(f"/mail/spam/empty?until={seen.pk}").content.decode()
    assert "1 mail is called spam" in asked
    assert IncomingMail.objects.filter(state=State.DISCARDED).count() == 0
    client.post("/mail/spam/empty", {"until": seen.pk})
    drain()
    seen.refresh_from_db()
    later.refresh_from_db()
    assert (seen.state, later.state) == (State.DISCARDED, State.HELD)
    assert learnt() == (1, 0)
    assert RawMail.objects.filter(mail=seen).exists()


@pytest.mark.usefixtures("filtered")
def test_the_bytes_of_emptied_spam_are_forgotten_after_thirty_days(cast: Cast, web: Web) -> None:
    import datetime as dt

    row, held = spam("One"), spam("Two")
    web(cast.ada).post("/mail/spam/empty", {"until": row.pk})
    assert forget_old_spam() == 0
    long_ago = row.received_at - dt.timedelta(days=31)
    IncomingMail.objects.update(received_at=long_ago)
    assert forget_old_spam() == 1
    assert set(RawMail.objects.values_list("mail", flat=True)) == {held.pk}


@pytest.mark.parametrize("until", ["", "x", "-1", "99999999999999999999"])
def test_emptying_with_nonsense_empties_nothing(cast: Cast, web: Web, filtered: None, until: str) -> None:
    row = spam()
    client = web(cast.ada)
    assert client.get("/mail/spam/empty", {"until": until}).status_code == 200
    client.post("/mail/spam/empty", {"until": until})
    row.refresh_from_db()
    assert row.state == State.HELD


def test_a_ticket_called_spam_is_learnt_and_its_sender_can_be_blocked(cast: Cast, web: Web, drain: Drain) -> None:
    row = taken_in(letter("Cheap pills", sender="lucky@shop.example"))
    drain()
    assert row.ticket is not None
    client = web(cast.ada)
    client.post(f"/tickets/{row.ticket.number}/bin", {"reason": "spam"})
    drain()
    assert learnt() == (1, 0)
    text = client.get(f"/tickets/{row.ticket.number}").content.decode()
    assert "/mail/blocked?pattern=lucky%40shop.example" in text
    client.post(f"/tickets/{row.ticket.number}/restore")
    drain()
    assert learnt() == (0, 1)


def test_what_a_person_answers_is_learnt_as_good_once(cast: Cast, drain: Drain) -> None:
    row = taken_in(letter("The printer is silent"))
    assert row.ticket is not None
    for _time in range(2):
        reply_to_ticket(row.ticket.number, Reply(text="We look."), by=cast.ada)
    drain()
    assert learnt() == (0, 1)
    assert fresh(row.ticket).pk == row.ticket.pk


def test_a_sender_is_blocked_and_unblocked_on_the_page(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    assert 'value="x@spam.example"' in client.get("/mail/blocked?pattern=x@spam.example").content.decode()
    client.post("/mail/blocked", {"pattern": "x@spam.example", "reason": "Pills"})
    row = BlockedSender.objects.get()
    assert (row.pattern, row.reason, row.by) == ("x@spam.example", "Pills", cast.ada)
    assert "Pills" in client.get("/mail/blocked").content.decode()
    client.post("/mail/blocked/remove", {"pattern": "x@spam.example"})
    assert not BlockedSender.objects.exists()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"pattern": "x@spam.example", "reason": ""}, "required"),
        ({"pattern": "nonsense", "reason": "x"}, "neither an address nor a domain"),
        ({"pattern": "@spam.example", "reason": "x"}, "Only supervisors"),
        ({"pattern": "help@desk.example", "reason": "x"}, "of this desk"),
    ],
)
def test_what_cannot_be_blocked_is_said_at_its_field(cast: Cast, web: Web, form: dict[str, str], said: str) -> None:
    answer = web(cast.ada).post("/mail/blocked", form)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not BlockedSender.objects.exists()


def test_a_domain_of_customers_is_blocked_when_confirmed(cast: Cast, web: Web) -> None:
    client = web(cast.bo)
    form = {"pattern": "@acme.example", "reason": "x"}
    assert "1 customer writes from acme.example" in client.post("/mail/blocked", form).content.decode()
    client.post("/mail/blocked", {**form, "is_sure": "on"})
    assert BlockedSender.objects.get().pattern == "@acme.example"


def test_an_agent_cannot_lift_the_block_of_a_domain(cast: Cast, web: Web) -> None:
    web(cast.bo).post("/mail/blocked", {"pattern": "@spam.example", "reason": "x"})
    web(cast.ada).post("/mail/blocked/remove", {"pattern": "@spam.example"})
    assert BlockedSender.objects.exists()
