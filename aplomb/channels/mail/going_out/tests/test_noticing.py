"""Notices by mail: alone or as one digest, when each wants them, never twice and never lost."""

import datetime as dt
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import transaction

from aplomb.channels.mail.going_out.telling import notify
from aplomb.journal.models import OutgoingMail
from aplomb.people import carriers, jobs
from aplomb.people.actions import change_person
from aplomb.people.actions.mailing_notices import mail_waiting, people_to_mail
from aplomb.people.actions.notices import choose, notice, see
from aplomb.people.models import Absence, Notice, NoticeMail, Person
from aplomb.tickets.actions.change import Changes, change_ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db

Drain = Callable[[], int]
MONDAY = "2026-11-16T09:00:00Z"


@pytest.fixture(autouse=True)
def clock(time_machine: Any, cast: Cast) -> Any:
    """A working morning, long before the digest of the next day."""
    OutgoingMail.objects.all().delete()
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


def tell(person: Person, ticket: Any, about: str, by: Person | None = None, kind: str = "mentioned") -> Notice:
    with transaction.atomic():
        told = notice(person, kind, by=by, about=about, ticket_number=ticket.number if ticket else "")
    assert told is not None
    return told


def run(drain: Drain) -> list[OutgoingMail]:
    """What the periodic job mails, as it would run now."""
    jobs.mail_notices()
    drain()
    return mails()


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose="notice").order_by("id"))


def text_of(mail: OutgoingMail) -> str:
    found = message_from_bytes(bytes(mail.content), policy=policy.default)
    assert isinstance(found, EmailMessage)
    body = found.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_one_notice_is_a_mail_of_its_own(cast: Cast, clock: Any, drain: Drain) -> None:
    told = tell(cast.ada, cast.ticket, "a", cast.bo)
    clock.shift(119)
    assert run(drain) == []
    clock.shift(1)
    [mail] = run(drain)
    assert mail.recipients == ["ada@desk.example"]
    assert mail.subject == f"No dial tone [{cast.ticket.shown_number}]: Bo mentions you"
    assert f"/notices/{told.pk}" in text_of(mail) and "/settings/notices" in text_of(mail)
    assert mail.chain_key == ""
    told.refresh_from_db()
    assert told.mail == NoticeMail.MAILED


def test_no_machine_answers_it(cast: Cast, clock: Any, drain: Drain) -> None:
    tell(cast.ada, cast.ticket, "a", cast.bo)
    clock.shift(120)
    [mail] = run(drain)
    assert b"Auto-Submitted: auto-generated" in bytes(mail.content)


def test_several_come_as_one_mail_by_ticket(cast: Cast, clock: Any, drain: Drain) -> None:
    tell(cast.ada, cast.ticket, "a", cast.bo)
    tell(cast.ada, cast.greek, "b", cast.noor, "help_asked")
    tell(cast.ada, cast.ticket, "c", None, "task_due")
    clock.shift(120)
    [mail] = run(drain)
    assert mail.subject == "3 notices for you"
    text = text_of(mail)
    assert text.count("No dial tone") == 1 and text.count("Χωρίς σύνδεση") == 1
    assert "16 Nov 09:00  Bo mentions you." in text and "Noor asks for your help." in text
    assert f"/tickets/{cast.greek.number}" in text


def test_it_is_mailed_once_however_often_it_is_tried(cast: Cast, clock: Any, drain: Drain) -> None:
    tell(cast.ada, cast.ticket, "a", cast.bo)
    clock.shift(120)
    assert mail_waiting(cast.ada.pk) == 1
    assert mail_waiting(cast.ada.pk) == 0
    clock.shift(3600)
    assert len(run(drain)) == 1


def test_a_crash_between_writing_and_marking_loses_and_doubles_nothing(
    cast: Cast, clock: Any, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tell(cast.ada, cast.ticket, "a", cast.bo)
    clock.shift(120)
    with monkeypatch.context() as broken:
        broken.setattr("aplomb.people.actions.mailing_notices._mark", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            mail_waiting(cast.ada.pk)
    assert mails() == []
    told.refresh_from_db()
    assert told.mail == NoticeMail.SOON
    assert len(run(drain)) == 1


def test_what_was_seen_in_the_page_is_not_mailed(cast: Cast, clock: Any, drain: Drain) -> None:
    told = tell(cast.ada, cast.ticket, "a", cast.bo)
    see(cast.ada, [told.pk])
    clock.shift(120)
    assert run(drain) == []


def test_quiet_hours_hold_it_and_one_digest_follows_them(cast: Cast, clock: Any, drain: Drain) -> None:
    change_person(cast.ada, by=cast.ada, time_zone="Asia/Kathmandu")
    choose(cast.ada, kinds={}, quiet_from=dt.time(14), quiet_to=dt.time(16))
    for number in range(4):
        tell(Person.objects.get(pk=cast.ada.pk), cast.ticket, f"a {number}", cast.bo)
    # 9:00 UTC is 14:45 in Kathmandu
    clock.shift(3600)
    assert run(drain) == []
    clock.move_to("2026-11-16T10:15:00Z", tick=False)
    [mail] = run(drain)
    assert mail.subject == "4 notices for you" and "16 Nov 14:45" in text_of(mail)


def test_who_is_absent_is_mailed_when_they_are_back(cast: Cast, clock: Any, drain: Drain) -> None:
    Absence.objects.create(person=cast.ada, first_day=dt.date(2026, 11, 16), last_day=dt.date(2026, 11, 20))
    tell(cast.ada, cast.ticket, "a", cast.bo)
    clock.shift(3600)
    assert run(drain) == [] and mail_waiting(cast.ada.pk) == 0
    clock.move_to("2026-11-21T09:00:00Z", tick=False)
    assert len(run(drain)) == 1


def test_after_downtime_there_is_one_digest(cast: Cast, clock: Any, drain: Drain) -> None:
    for day in range(3):
        tell(cast.ada, cast.ticket, f"a {day}", cast.bo)
        tell(cast.bo, cast.ticket, f"a {day}", cast.ada)
        clock.shift(86400)
    found = run(drain)
    assert [(each.recipients, each.subject) for each in found] == [
        (["ada@desk.example"], "3 notices for you"),
        (["bo@desk.example"], "3 notices for you"),
    ]


def test_a_flood_is_one_mail_that_says_how_many(cast: Cast, clock: Any, drain: Drain) -> None:
    rows = [
        Notice(
            person=cast.ada, kind="mentioned", about=f"m {n}", ticket_number=cast.ticket.number, mail=NoticeMail.SOON
        )
        for n in range(10_000)
    ]
    Notice.objects.bulk_create(rows, batch_size=1000)
    clock.shift(120)
    [mail] = run(drain)
    assert mail.subject == "10000 notices for you"
    assert "There are 9950 more:" in text_of(mail) and len(text_of(mail)) < 10_000
    assert not Notice.objects.exclude(mail=NoticeMail.MAILED).exists()


def test_a_stream_that_does_not_end_is_mailed_now_and_then(cast: Cast, clock: Any, drain: Drain) -> None:
    for minute in range(60):
        tell(cast.ada, cast.ticket, f"a {minute}", cast.bo)
        jobs.mail_notices()
        drain()
        clock.shift(60)
    assert 2 <= len(mails()) <= 4


def test_what_is_wanted_daily_waits_for_its_hour(cast: Cast, clock: Any, drain: Drain) -> None:
    change_person(cast.ada, by=cast.ada, time_zone="Europe/Athens")
    choose(cast.ada, kinds={"mentioned": (True, "daily")}, digest_at=dt.time(7, 30))
    ada = Person.objects.get(pk=cast.ada.pk)
    tell(ada, cast.ticket, "a", cast.bo)
    tell(ada, cast.greek, "b", cast.bo)
    clock.move_to("2026-11-17T05:29:00Z", tick=False)
    assert run(drain) == []
    clock.move_to("2026-11-17T05:30:00Z", tick=False)
    [mail] = run(drain)
    assert mail.subject == "2 notices for you"
    tell(ada, cast.greek, "c", cast.bo)
    clock.move_to("2026-11-17T20:00:00Z", tick=False)
    assert len(run(drain)) == 1


def test_a_ticket_that_went_out_of_sight_is_not_mailed_of(cast: Cast, clock: Any, drain: Drain) -> None:
    told = tell(cast.ada, cast.ticket, "a", cast.bo)
    change_ticket(cast.ticket.number, Changes(team=cast.trust), by=cast.bo)
    clock.shift(120)
    assert run(drain) == []
    told.refresh_from_db()
    assert told.mail == NoticeMail.NONE


def test_of_several_only_those_in_sight_are_mailed(cast: Cast, clock: Any, drain: Drain) -> None:
    tell(cast.ada, cast.hidden, "a", cast.noor)
    tell(cast.ada, cast.ticket, "b", cast.bo)
    clock.shift(120)
    [mail] = run(drain)
    assert mail.subject.startswith("No dial tone") and "A breach" not in text_of(mail)


def test_who_left_meanwhile_is_not_mailed(cast: Cast, clock: Any, drain: Drain) -> None:
    tell(cast.ada, cast.ticket, "a", cast.bo)
    change_person(cast.ada, by=cast.max, is_active=False)
    clock.shift(120)
    assert run(drain) == [] and mail_waiting(cast.ada.pk) == 0


def test_to_an_address_of_the_desk_nothing_is_mailed_and_the_page_has_it(cast: Cast, clock: Any, drain: Drain) -> None:
    Person.objects.filter(pk=cast.ada.pk).update(email="help@desk.example")
    ada = Person.objects.get(pk=cast.ada.pk)
    told = tell(ada, cast.ticket, "a", cast.bo)
    clock.shift(120)
    assert run(drain) == []
    told.refresh_from_db()
    assert (told.mail, told.in_page) == (NoticeMail.NONE, True)
    assert people_to_mail() == []


def test_without_a_carrier_nothing_waits_for_ever(cast: Cast, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carriers, "_carriers", [])
    told = tell(cast.ada, cast.ticket, "a", cast.bo)
    clock.shift(120)
    assert mail_waiting(cast.ada.pk) == 0
    told.refresh_from_db()
    assert told.mail == NoticeMail.NONE


def test_the_mail_speaks_the_language_of_the_person(cast: Cast, clock: Any, drain: Drain) -> None:
    change_person(cast.ada, by=cast.ada, language="el")
    ada = Person.objects.get(pk=cast.ada.pk)
    tell(ada, cast.ticket, "a", cast.bo)
    tell(ada, cast.greek, "b", cast.bo)
    clock.shift(120)
    [mail] = run(drain)
    assert b"Content-Language: el" in bytes(mail.content) and "16 Νοε 09:00" in text_of(mail)


def test_many_people_are_asked_for_in_three_queries(cast: Cast, clock: Any, django_assert_num_queries: Any) -> None:
    for person in (cast.ada, cast.bo, cast.max, cast.olga):
        tell(person, cast.ticket, "a", cast.noor)
    clock.shift(120)
    with django_assert_num_queries(2):
        assert set(people_to_mail()) == {cast.ada.pk, cast.bo.pk, cast.max.pk, cast.olga.pk}


def words() -> tuple[str, str]:
    return "The mailbox needs attention", "It cannot be fetched."


def test_an_alarm_goes_at_once_in_quiet_hours_too_and_stands_in_the_page(cast: Cast) -> None:
    choose(cast.max, kinds={}, quiet_from=dt.time(0, 1), quiet_to=dt.time(0, 0))
    mail = notify(cast.max, words, about="mailbox 1", kind="mailbox_trouble", facts={"address": "help@desk.example"})
    assert mail is not None
    told = Notice.objects.get(person=cast.max)
    assert (told.in_page, told.mail, told.words) == (True, NoticeMail.MAILED, {"address": "help@desk.example"})
    assert notify(cast.max, words, about="mailbox 1", kind="mailbox_trouble") is None


def test_only_an_explicit_choice_silences_an_alarm(cast: Cast, clock: Any, drain: Drain) -> None:
    choose(cast.max, kinds={"mailbox_trouble": (True, "never"), "mailbox_well": (True, "daily")})
    assert notify(cast.max, words, about="mailbox 1", kind="mailbox_trouble") is None
    assert (
        notify(cast.max, words, about="mailbox 1 well", kind="mailbox_well", facts={"address": "a@b.example"}) is None
    )
    assert set(Notice.objects.values_list("kind", "mail")) == {("mailbox_trouble", "none"), ("mailbox_well", "daily")}
    clock.shift(86400)
    [mail] = run(drain)
    assert mail.subject == "The mailbox a@b.example works again as it should"


def test_an_alarm_for_who_cannot_be_mailed_stands_in_the_page(cast: Cast) -> None:
    Person.objects.filter(pk=cast.max.pk).update(email="help@desk.example")
    reader = Person.objects.get(pk=cast.max.pk)
    assert notify(reader, words, about="mailbox 1", kind="mailbox_trouble") is None
    assert Notice.objects.get(person=reader).mail == NoticeMail.NONE
