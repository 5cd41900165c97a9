"""The acknowledgement: once, honest, and never to machines."""

import datetime as dt
from email import message_from_bytes, policy

import pytest

from aplomb.calendars.actions import add_calendar, make_first_calendar, set_day
from aplomb.channels.mail.going_out.acknowledging import acknowledge
from aplomb.channels.mail.models import Mailbox
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.customers.models import Contact
from aplomb.journal.actors import SYSTEM
from aplomb.journal.models import OutgoingMail
from aplomb.lib.time import as_if_at, utc_now
from aplomb.people.actions.presence import set_team_calendar
from aplomb.tickets.models import Kind, Message
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def letters() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose="letter").order_by("id"))


def first_message(text: str = "It is broken.", **headers: str) -> Message:
    row = taken_in(letter(text, **headers))
    assert row.message is not None
    return row.message


def test_it_says_that_it_is_automatic_and_when_a_person_answers(cast: Cast) -> None:
    message = first_message()
    acknowledge(message.pk)
    sent = message_from_bytes(bytes(letters()[0].content), policy=policy.default)
    assert sent["Auto-Submitted"] == "auto-replied"
    body = sent.get_body(("plain",))
    assert body is not None
    assert "automatically" in body.get_content() and message.ticket.shown_number in body.get_content()
    assert Message.objects.filter(ticket=message.ticket, kind=Kind.SYSTEM).count() == 1


def test_it_is_sent_once_however_often_the_job_runs(cast: Cast) -> None:
    message = first_message()
    acknowledge(message.pk)
    acknowledge(message.pk)
    assert len(letters()) == 1


def test_an_address_gets_one_an_hour(cast: Cast) -> None:
    acknowledge(first_message(subject="One").pk)
    acknowledge(first_message(subject="Two").pk)
    assert len(letters()) == 1
    with as_if_at(utc_now() + dt.timedelta(minutes=61)):
        acknowledge(first_message(subject="Three").pk)
    assert len(letters()) == 2


def test_a_machine_gets_none(cast: Cast) -> None:
    acknowledge(first_message(Auto_Submitted="auto-generated").pk)
    assert letters() == []


def test_a_mailing_list_gets_none(cast: Cast) -> None:
    acknowledge(first_message(List_Id="<news.acme.example>").pk)
    assert letters() == []


def test_our_own_mailbox_gets_none(cast: Cast) -> None:
    acknowledge(first_message(sender="help@desk.example").pk)
    assert letters() == []


def test_a_mailbox_can_be_told_not_to(cast: Cast) -> None:
    Mailbox.objects.update(acknowledges=False)
    acknowledge(first_message().pk)
    assert letters() == []


def test_nothing_goes_out_after_a_long_downtime(cast: Cast) -> None:
    message = first_message()
    with as_if_at(utc_now() + dt.timedelta(hours=7)):
        acknowledge(message.pk)
    assert letters() == []


def test_it_is_in_the_customers_language(cast: Cast) -> None:
    message = first_message("Δεν λειτουργεί το ίντερνετ στο γραφείο μας.", sender="dimitra@globex.example")
    acknowledge(message.pk)
    text = Message.objects.get(ticket=message.ticket, kind=Kind.SYSTEM).text
    assert "automatically" not in text and message.ticket.shown_number in text


def test_it_meets_no_due_time(cast: Cast) -> None:
    message = first_message()
    acknowledge(message.pk)
    message.ticket.refresh_from_db()
    assert message.ticket.next_due_at == message.sent_at + dt.timedelta(hours=24)


# Sunday 22 November 2026, 10:00 in Athens: an hour at which nobody works Monday to Friday
SUNDAY = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
FRIDAY_NOON = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)


def acknowledged(at: dt.datetime, text: str = "It is broken.", **headers: str) -> str:
    """What the customer is told who writes at that instant."""
    with as_if_at(at):
        message = first_message(text, **headers)
        Message.objects.filter(pk=message.pk).update(sent_at=at)
        acknowledge(message.pk)
    return Message.objects.get(ticket=message.ticket, kind=Kind.SYSTEM).text


def test_out_of_hours_it_says_when_the_desk_opens_and_by_when_a_person_answers(cast: Cast) -> None:
    make_first_calendar("Europe/Athens", by=SYSTEM)
    text = acknowledged(SUNDAY)
    assert "open again from Monday 23 November, 09:00 (Athens), and" in text
    assert "answers you by Monday 23 November, 10:00 (Athens)." in text
    assert "automatically" in text


def test_what_would_be_due_while_it_is_closed_is_promised_for_the_end_of_the_next_working_day(cast: Cast) -> None:
    make_first_calendar("Europe/Athens", by=SYSTEM)
    text = acknowledged(dt.datetime(2026, 11, 20, 19, tzinfo=dt.UTC))
    assert "from Monday 23 November, 09:00" in text and "by Monday 23 November, 17:00" in text


def test_holidays_are_closed(cast: Cast) -> None:
    calendar = make_first_calendar("Europe/Athens", by=SYSTEM)
    set_day(calendar, date=dt.date(2026, 11, 23), name="Fair", by=SYSTEM)
    text = acknowledged(SUNDAY)
    assert "from Tuesday 24 November, 09:00" in text and "by Tuesday 24 November, 17:00" in text


def test_in_hours_it_is_as_ever(cast: Cast) -> None:
    make_first_calendar("Europe/Athens", by=SYSTEM)
    text = acknowledged(FRIDAY_NOON - dt.timedelta(days=1))
    assert "closed" not in text and "by Friday 20 November, 12:00 (Athens)" in text


def test_nobody_is_promised_an_answer_for_a_day_on_which_nobody_works(cast: Cast) -> None:
    make_first_calendar("Europe/Athens", by=SYSTEM)
    text = acknowledged(FRIDAY_NOON)
    assert "closed" not in text and "by Monday 23 November, 17:00" in text


def test_the_hours_are_those_of_the_tickets_team(cast: Cast) -> None:
    make_first_calendar("Europe/Athens", by=SYSTEM)
    always = add_calendar(
        name="Always",
        time_zone="UTC",
        hours={day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
        by=SYSTEM,
    )
    set_team_calendar(cast.lines, always, by=SYSTEM)
    Mailbox.objects.update(team=cast.lines)
    assert "closed" not in acknowledged(SUNDAY)


def test_it_names_the_zone_unless_the_customers_clock_shows_the_same(cast: Cast) -> None:
    make_first_calendar("Europe/Athens", by=SYSTEM)
    Contact.objects.filter(pk=cast.cleo.pk).update(time_zone="Europe/Bucharest")
    text = acknowledged(SUNDAY)
    assert "from Monday 23 November, 09:00, and" in text and "(" not in text


def test_out_of_hours_is_said_in_the_customers_language(cast: Cast) -> None:
    make_first_calendar("Europe/Athens", by=SYSTEM)
    text = acknowledged(SUNDAY, "Δεν λειτουργεί το ίντερνετ στο γραφείο μας.", sender="dimitra@globex.example")
    assert "Δευτέρα 23 Νοεμβρίου, 09:00 (Αθήνα)" in text


def test_a_desk_that_never_opens_promises_what_is_due(cast: Cast) -> None:
    add_calendar(name="Never", time_zone="UTC", hours={}, by=SYSTEM)
    text = acknowledged(SUNDAY)
    assert "closed" not in text and "by Monday 23 November, 10:00 (Athens)" in text


def test_without_a_calendar_nothing_is_said_of_hours(cast: Cast) -> None:
    assert "closed" not in acknowledged(SUNDAY)
