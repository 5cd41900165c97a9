"""A mailbox that goes quiet, fails or loses its secret is told of, once, by another way than itself."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.coming_in import watching
from aplomb.channels.mail.coming_in.watching import Arrivals, standing_troubles, troubles_of, watch
from aplomb.channels.mail.models import IncomingMail, Mailbox
from aplomb.journal.actors import SYSTEM
from aplomb.journal.models import OutgoingMail
from aplomb.people.models import Role
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

# a Wednesday
NOW = dt.datetime(2026, 3, 25, 12, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> Callable[[dt.datetime], None]:
    time_machine.move_to(NOW, tick=False)
    return lambda at: time_machine.move_to(at, tick=False)


def came(mailbox: Mailbox, times: list[dt.datetime]) -> None:
    IncomingMail.objects.bulk_create(
        [IncomingMail(mailbox=mailbox, source="smtp", size=1, state="applied", received_at=at) for at in sorted(times)]
    )


def office_hours(until: dt.datetime, weeks: float, *, an_hour: int = 3, days: range = range(5)) -> list[dt.datetime]:
    """Mails from nine to five on these days of the week."""
    at, times = until - dt.timedelta(weeks=weeks), []
    while at < until:
        if at.weekday() in days and 9 <= at.hour < 17:
            times += [at + HOUR * part / an_hour for part in range(an_hour) if at + HOUR * part / an_hour < until]
        at = at.replace(minute=0) + HOUR
    return times


def notices() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose="notice").order_by("id"))


def imap(cast: Cast, **state: Any) -> Mailbox:
    Mailbox.objects.filter(pk=cast.mailbox.pk).update(intake="imap", host="imap.example", login="help", **state)
    cast.mailbox.refresh_from_db()
    return cast.mailbox


def test_a_mailbox_that_hears_nothing_on_a_working_morning_is_quiet(cast: Cast) -> None:
    # the last one came on Tuesday at five; since then nothing
    came(cast.mailbox, office_hours(NOW - DAY, 5, an_hour=4) + office_hours(NOW.replace(hour=9), 0.13, an_hour=4))
    assert troubles_of(cast.mailbox, NOW) == ["quiet"]


def test_a_night_and_a_weekend_are_no_silence(cast: Cast) -> None:
    friday = NOW.replace(day=20, hour=17)
    came(cast.mailbox, office_hours(friday, 5, an_hour=6))
    for hours in (8, 15, 30, 50, 63.5):
        assert troubles_of(cast.mailbox, friday + HOUR * hours) == []
    assert troubles_of(cast.mailbox, friday + HOUR * 67) == ["quiet"]


@pytest.mark.parametrize("days_between", [3.5, 7, 1])
def test_a_mailbox_that_seldom_gets_mail_raises_no_alarm(cast: Cast, days_between: float) -> None:
    came(cast.mailbox, [NOW - DAY * (4 + days_between * place) for place in range(20)])
    assert troubles_of(cast.mailbox, NOW) == []


def test_a_new_mailbox_has_no_usual_volume_yet(cast: Cast) -> None:
    came(cast.mailbox, [NOW - DAY * 2 - HOUR * place / 10 for place in range(500)])
    assert troubles_of(cast.mailbox, NOW) == []


def test_an_empty_mailbox_is_not_quiet(cast: Cast) -> None:
    assert troubles_of(cast.mailbox, NOW) == []


def test_one_flood_is_not_what_is_usual(cast: Cast) -> None:
    flood = [NOW - DAY * 7 - HOUR * place / 100 for place in range(300)]
    came(cast.mailbox, [*flood, *(NOW - DAY * place for place in range(3, 35, 3))])
    assert troubles_of(cast.mailbox, NOW) == []


def test_a_holiday_in_one_of_the_weeks_speaks_against_an_alarm(cast: Cast) -> None:
    times = [each for each in office_hours(NOW - HOUR * 4, 5, an_hour=4) if each.date() != (NOW - DAY * 14).date()]
    came(cast.mailbox, times)
    assert troubles_of(cast.mailbox, NOW) == []


def test_other_mailboxes_are_not_counted(cast: Cast) -> None:
    other = add_mailbox(name="Sales", address="sales@desk.example", by=SYSTEM)
    came(other, office_hours(NOW, 5, an_hour=10))
    came(cast.mailbox, [NOW - DAY * place for place in range(2, 30, 4)])
    assert troubles_of(cast.mailbox, NOW) == []


def test_mails_are_counted_by_time_however_ids_are_spread(cast: Cast) -> None:
    other = add_mailbox(name="Sales", address="sales@desk.example", by=SYSTEM)
    for place in range(30):
        came(other, [NOW - DAY] * 3)
        came(cast.mailbox, [NOW - HOUR * (30 - place)])
    found = Arrivals(cast.mailbox)
    assert found.between(NOW - HOUR * 10.5, NOW - HOUR * 5.5) == 5
    assert found.between(NOW - DAY * 9, NOW + DAY) == 30
    assert found.between(NOW, NOW + DAY) == 0
    assert found.first_at() == NOW - HOUR * 30


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ({"failed_at": NOW - dt.timedelta(minutes=16), "failure": "no"}, ["failing"]),
        ({"failed_at": NOW - dt.timedelta(minutes=14), "failure": "no"}, []),
        ({"fetched_at": NOW - HOUR}, ["failing"]),
        ({"fetched_at": NOW - dt.timedelta(minutes=10)}, []),
        ({}, []),
        ({"secret_ends_at": NOW + DAY * 13}, ["secret"]),
        ({"secret_ends_at": NOW - DAY}, ["secret"]),
        ({"secret_ends_at": NOW + DAY * 15}, []),
        ({"secret_ends_at": NOW + DAY, "failed_at": NOW - DAY, "failure": "no"}, ["failing", "secret"]),
    ],
)
def test_what_is_wrong_with_a_mailbox_that_is_fetched(cast: Cast, state: dict[str, Any], kinds: list[str]) -> None:
    assert troubles_of(imap(cast, **state), NOW) == kinds


def test_administrators_are_told_once_under_another_address_and_again_when_it_is_over(
    cast: Cast, clock: Callable[[dt.datetime], None], settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = cast.mailbox.address
    imap(cast, failed_at=NOW - HOUR, failure="imap.example refuses the login help")
    for _look in range(3):
        watch()
    [told] = notices()
    assert told.recipients == [cast.max.email]
    assert told.sender == "aplomb@desk.example"
    assert "help@desk.example needs attention" in told.subject
    assert b"Auto-Submitted: auto-generated" in bytes(told.content)
    [trouble] = standing_troubles()
    assert trouble.words == "help@desk.example cannot be fetched: imap.example refuses the login help"
    # it works again
    imap(cast, failed_at=None, failure="", fetched_at=NOW)
    watch()
    watch()
    assert [each.subject for each in notices()[1:]] == ["All is well again: help@desk.example"]
    assert standing_troubles() == []
    # the next time is another time
    clock(NOW + DAY)
    imap(cast, failed_at=NOW, failure="again", alarmed_at=None)
    watch()
    assert len(notices()) == 3


def test_a_second_trouble_of_one_mailbox_is_told_too(cast: Cast) -> None:
    imap(cast, secret_ends_at=NOW + DAY * 3)
    watch()
    imap(cast, failed_at=NOW - HOUR, failure="wrong password")
    watch()
    assert len(notices()) == 2
    assert [each.kind for each in standing_troubles()] == ["failing", "secret"]
    # one of the two is over: nothing to write about
    imap(cast, secret_ends_at=None)
    watch()
    assert len(notices()) == 2


def test_another_mailbox_that_is_well_lends_its_address(cast: Cast, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = cast.mailbox.address
    add_mailbox(name="Sales", address="sales@desk.example", by=SYSTEM)
    imap(cast, failed_at=NOW - HOUR, failure="no")
    watch()
    assert [each.sender for each in notices()] == ["sales@desk.example"]


def test_an_administrator_whose_address_is_a_mailbox_of_the_desk_gets_no_ticket_of_it(cast: Cast) -> None:
    person("sales", "Sal Es", Role.ADMINISTRATOR)
    add_mailbox(name="Sales", address="sales@desk.example", by=SYSTEM)
    imap(cast, failed_at=NOW - HOUR, failure="no")
    watch()
    assert [each.recipients for each in notices()] == [[cast.max.email]]


def test_a_mailbox_that_is_no_more_in_use_troubles_nobody(cast: Cast) -> None:
    imap(cast, failed_at=NOW - HOUR, failure="no")
    watch()
    Mailbox.objects.filter(pk=cast.mailbox.pk).update(is_active=False)
    watch()
    assert standing_troubles() == []
    assert Mailbox.objects.get(pk=cast.mailbox.pk).alarm == ""


@pytest.mark.parametrize(("days", "said"), [(1, "in 1 day:"), (3, "in 3 days:"), (-2, "has ended")])
def test_the_end_of_a_secret_is_said_in_days(cast: Cast, days: int, said: str) -> None:
    box = imap(cast, secret_ends_at=NOW + DAY * days)
    assert said in watching.Trouble(box, "secret").words
