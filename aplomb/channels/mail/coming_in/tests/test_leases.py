"""One mailbox is read by one at a time."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from aplomb.channels.mail.coming_in import leases
from aplomb.channels.mail.coming_in.leases import Lease
from aplomb.channels.mail.models import Mailbox, MailboxLease
from aplomb.lib.time import utc_now
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_first_has_it_and_the_second_has_not(cast: Cast) -> None:
    first, second = Lease(cast.mailbox.pk, "a"), Lease(cast.mailbox.pk, "b")
    assert first.take() and not second.take()
    assert first.take() and first.is_good and not second.is_good
    assert leases.held() == {cast.mailbox.pk: "a"}


def test_who_gives_it_back_lets_the_next_begin_at_once(cast: Cast) -> None:
    first, second = Lease(cast.mailbox.pk, "a"), Lease(cast.mailbox.pk, "b")
    assert first.take()
    first.give_back()
    assert leases.held() == {} and not first.is_good
    assert second.take() and not first.take()


def test_who_dies_loses_it_when_it_ends(cast: Cast) -> None:
    first, second = Lease(cast.mailbox.pk, "a"), Lease(cast.mailbox.pk, "b")
    assert first.take()
    MailboxLease.objects.update(until=utc_now() - timedelta(seconds=1))
    assert leases.held() == {}
    assert second.take()
    # who slept and comes back does not give away what is another's
    first.give_back()
    assert leases.held() == {cast.mailbox.pk: "b"} and not first.take()


def test_a_lease_lasts_for_its_setting(cast: Cast, settings: Any) -> None:
    settings.LEASE_SECONDS = 20
    assert Lease(cast.mailbox.pk, "a").take()
    left = MailboxLease.objects.get().until - utc_now()
    assert timedelta(seconds=15) < left < timedelta(seconds=25)


def test_asking_is_heard_once_by_the_holder(cast: Cast) -> None:
    assert Lease(cast.mailbox.pk, "a").take()
    leases.ask(cast.mailbox.pk)
    assert leases.asked("b") == [] and leases.asked("a") == [cast.mailbox.pk] and leases.asked("a") == []


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_it_at_once_one_has_it(cast: Cast) -> None:
    box = Mailbox.objects.get(pk=cast.mailbox.pk)
    start, won = threading.Barrier(8), []

    def want(name: str) -> None:
        try:
            start.wait(10)
            if Lease(box.pk, name).take():
                won.append(name)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=want, args=(f"reader {each}",)) for each in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert len(won) == 1 and leases.held() == {box.pk: won[0]}
