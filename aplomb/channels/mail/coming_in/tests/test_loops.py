"""Machines that write to each other end within five messages; people who write a lot are not stopped."""

import datetime as dt
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import translation

from aplomb.channels.mail.actions import discard_mail, retry_mail
from aplomb.channels.mail.coming_in import applying, loops
from aplomb.channels.mail.going_out import acknowledging
from aplomb.channels.mail.holding import release_mail
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.reading.parse import parse_mail
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.journal.models import OutgoingMail
from aplomb.people.errors import NotAllowed
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.models import Message
from tests.cast import Cast

pytestmark = pytest.mark.django_db

State, Hold = IncomingMail.State, IncomingMail.Hold
START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
MACHINE = "Help of Elsewhere <help@elsewhere.example>"
WORDS = "Thank you for your message. Your request {number} has reached us at {hour}:00 and we will look into it soon."

Drain = Callable[[], int]


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> Callable[[float], None]:
    time_machine.move_to(START, tick=False)
    return lambda hours: time_machine.move_to(START + dt.timedelta(hours=hours), tick=False)


def letters_out(to: str = "help@elsewhere.example") -> list[OutgoingMail]:
    """The automatic letters to that address."""
    return [each for each in OutgoingMail.objects.filter(purpose="letter").order_by("id") if each.recipients == [to]]


def from_machine(number: int, text: str = WORDS, **headers: str) -> EmailMessage:
    """What a desk writes that minds no header: a new number each time, and nothing to thread it by."""
    return letter(
        text.format(number=4000 + number * 7, hour=9 + number),
        sender=MACHINE,
        subject=f"Request {4000 + number}",
        **headers,
    )


@pytest.mark.parametrize("pause", [0.0, 0.01, 1.1, 5.0])
def test_two_desks_end_within_five_messages(
    cast: Cast, drain: Drain, clock: Callable[[float], None], pause: float
) -> None:
    exchanged, answers = [taken_in(from_machine(0))], 1
    for number in range(1, 12):
        drain()
        if len(letters_out()) < answers:
            break
        # the other desk acknowledges each of our letters as a new request
        answers += 1
        clock(number * pause)
        exchanged.append(taken_in(from_machine(number)))
    applied = [each for each in exchanged if each.state == State.APPLIED]
    assert len(applied) + len(letters_out()) <= 5
    assert len(letters_out()) <= acknowledging.LETTERS_A_DAY


def test_what_goes_on_with_a_loop_is_held_with_its_reason(
    cast: Cast, drain: Drain, clock: Callable[[float], None]
) -> None:
    for number in range(2):
        clock(number * 1.5)
        assert taken_in(from_machine(number)).state == State.APPLIED
        drain()
    clock(3)
    before = Message.objects.count()
    held = taken_in(from_machine(2))
    assert (held.state, held.hold) == (State.HELD, Hold.LOOP)
    assert held.reason == "help@elsewhere.example answers every automatic letter of this desk with the same words."
    assert (held.subject, held.mailbox, held.ticket) == ("Request 4002", cast.mailbox, None)
    assert Message.objects.count() == before


def test_machines_that_find_new_words_each_time_get_no_more_letters(
    cast: Cast, drain: Drain, clock: Callable[[float], None]
) -> None:
    words = ["one apple", "two pears lie", "three plums fall down", "a cherry", "no fruit at all", "leaves"]
    for number, text in enumerate(words):
        clock(number * 2)
        assert taken_in(from_machine(number, text)).state == State.APPLIED
        drain()
    assert len(letters_out()) == 2


def test_the_same_mail_again_and_again_is_held_at_the_fifth(cast: Cast, clock: Callable[[float], None]) -> None:
    states = []
    for minute in range(7):
        clock(minute / 60)
        states.append(taken_in(letter("The tank is empty.", sender="tank@acme.example", subject="Tank")).state)
    assert states == [State.APPLIED] * 4 + [State.HELD] * 3


def test_why_it_waits_is_said_in_the_language_of_the_mailbox(cast: Cast, clock: Callable[[float], None]) -> None:
    cast.mailbox.language = "it"
    cast.mailbox.save()
    taken = [taken_in(letter("The same words.", subject="Tank", sender="tank@acme.example")) for _turn in range(5)]
    assert [each.state for each in taken] == [State.APPLIED] * 4 + [State.HELD]
    with translation.override("it"):
        named = translation.ngettext(
            "%(sender)s sent the same mail %(count)s time before within a day, and no person has answered.",
            "%(sender)s sent the same mail %(count)s times before within a day, and no person has answered.",
            4,
        )
    assert taken[-1].reason == named % {"sender": "tank@acme.example", "count": 4}
    assert "sent the same mail" not in taken[-1].reason


def test_a_machine_that_says_so_may_not_flood_the_desk(
    cast: Cast, clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "MOST_AUTOMATIC", 3)
    states = []
    for number in range(5):
        clock(number / 60)
        mail = letter(f"Word {'abcde'[number]}", sender="list@acme.example", List_Id="<talk.acme.example>")
        states.append(taken_in(mail).state)
    assert states == [State.APPLIED] * 3 + [State.HELD] * 2
    clock(2)
    assert taken_in(letter("Later", sender="list@acme.example", List_Id="<talk.acme.example>")).state == State.APPLIED


def test_a_customer_with_ten_different_mails_in_an_hour_is_not_stopped(
    cast: Cast, drain: Drain, clock: Callable[[float], None]
) -> None:
    things = ["lamp", "door", "key", "phone", "chair", "screen", "mouse", "window", "heating", "coffee"]
    for number, thing in enumerate(things):
        clock(number / 10)
        row = taken_in(
            letter(f"Our {thing} is broken, could you please have a look at it today?", subject=thing.title())
        )
        assert row.state == State.APPLIED
        drain()


def test_a_customer_who_says_thanks_twice_is_not_stopped(cast: Cast, drain: Drain) -> None:
    first = taken_in(letter("ok, thanks", subject="Re: Printer"))
    second = taken_in(letter("ok, thanks", subject="Re: Printer"))
    assert (first.state, second.state) == (State.APPLIED, State.APPLIED)


def test_a_customer_who_asks_for_news_three_times_is_not_stopped(
    cast: Cast, drain: Drain, clock: Callable[[float], None]
) -> None:
    first = taken_in(letter("The line is down.", message_id="<news@acme.example>"))
    drain()
    for hour in (2, 4, 6):
        clock(hour)
        row = taken_in(letter("Is there any news about this? We have been waiting.", In_Reply_To="<news@acme.example>"))
        assert (row.state, row.ticket) == (State.APPLIED, first.ticket)
        drain()


def test_an_answering_machine_that_reacts_to_an_agent_is_no_loop(
    cast: Cast, drain: Drain, clock: Callable[[float], None]
) -> None:
    away = "I am at the sea until the end of the month and read nothing. Ask my colleagues in the meantime."
    row = taken_in(letter("Help please.", message_id="<away@acme.example>"))
    assert row.ticket is not None
    for hour in range(1, 7):
        clock(hour)
        reply_to_ticket(row.ticket.number, Reply(text=f"Answer {hour}."), by=cast.ada)
        drain()
        again = taken_in(letter(away, In_Reply_To="<away@acme.example>", subject="Away"))
        assert again.state == State.APPLIED


def test_forms_with_other_files_are_other_mails(cast: Cast, drain: Drain, clock: Callable[[float], None]) -> None:
    for number in range(5):
        clock(number * 1.5)
        mail = letter("See the invoice attached.", subject="Invoice")
        mail.add_attachment(b"%PDF-1.7 " + bytes([number]), maintype="application", subtype="pdf", filename="i.pdf")
        assert taken_in(mail).state == State.APPLIED
        drain()


def held_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> IncomingMail:
    monkeypatch.setattr(loops, "MOST_COPIES", 1)
    taken_in(letter("The tank is empty."))
    found = taken_in(letter("The tank is empty."))
    assert found.state == State.HELD
    return found


def test_a_released_mail_is_applied_and_its_sender_believed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    held = held_one(cast, monkeypatch)
    assert release_mail(held, by=cast.ada)
    applying.apply(held.pk)
    held.refresh_from_db()
    assert (held.state, held.is_released, held.reason) == (State.APPLIED, True, "")
    assert not release_mail(held, by=cast.ada)
    assert taken_in(letter("The tank is empty.")).state == State.APPLIED


def test_a_discarded_one_is_released_from_among_the_discarded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    held = held_one(cast, monkeypatch)
    discard_mail(held, by=cast.ada)
    held.refresh_from_db()
    assert held.state == State.DISCARDED
    retry_mail(held, by=cast.ada)
    applying.apply(held.pk)
    held.refresh_from_db()
    assert held.state == State.APPLIED


def test_who_may_not_work_tickets_releases_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    held = held_one(cast, monkeypatch)
    with pytest.raises(NotAllowed):
        release_mail(held, by=cast.olga)
    held.refresh_from_db()
    assert held.state == State.HELD


def test_a_copy_of_a_held_mail_waits_with_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "MOST_COPIES", 1)
    taken_in(letter("The tank is empty."))
    mail = letter("The tank is empty.")
    held, copy = taken_in(mail), taken_in(mail)
    assert (held.state, copy.state) == (State.HELD, State.DUPLICATE)
    release_mail(held, by=cast.ada)
    applying.apply(held.pk)
    held.refresh_from_db()
    assert held.state == State.APPLIED


def test_our_own_mail_that_a_list_brings_back_is_known(cast: Cast, drain: Drain) -> None:
    taken_in(letter("Hello list.", sender="list@acme.example"))
    drain()
    [ours] = letters_out("list@acme.example")
    before = Message.objects.count()
    row = taken_in(bytes(ours.content), envelope_from="list@acme.example")
    assert row.state == State.DUPLICATE
    assert (row.ticket, Message.objects.count()) == (row.message.ticket if row.message else None, before)


def test_a_stranger_with_our_message_id_is_read_all_the_same(cast: Cast, drain: Drain) -> None:
    taken_in(letter("Hello."))
    drain()
    [ours] = letters_out("cleo@acme.example")[-1:]
    row = taken_in(letter("Something of my own.", message_id=ours.message_id))
    assert row.state == State.APPLIED


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Your request 4711 came at 10:32 on 3 March.", "Your request 9 came at 8:01 on 17 March.", True),
        ("Το αίτημά σας 12 ελήφθη.", "ΤΟ ΑΊΤΗΜΆ ΣΑΣ 99 ΕΛΉΦΘΗ.", True),
        ("The printer on floor two is silent.", "The printer on floor three is silent.", False),
        ("one\n\n> quoted 1", "one\n\n> quoted 2", True),
    ],
)
def test_words_are_the_same_apart_from_numbers_times_and_quotes(one: str, other: str, is_same: bool) -> None:
    digests = {loops.words_digest(parse_mail(letter(each).as_bytes())) for each in (one, other)}
    assert (len(digests) == 1) is is_same


def test_a_mail_that_says_nothing_repeats_nothing() -> None:
    assert loops.words_digest(parse_mail(letter("", subject="1234").as_bytes())) == ""
