"""Two processes tell the same person the same thing in the same moment, and two mail it to them."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction

from aplomb.journal.models import OutgoingMail
from aplomb.people import carriers
from aplomb.people.actions import mailing_notices, notices
from aplomb.people.models import Notice, NoticeMail
from tests.cast import Cast, gather

# how long the first waits, under its lock, for a second that cannot come
PATIENCE_SECONDS = 0.5


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, committed: two connections see it."""
    return gather()


def meeting_in(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Both stand in this function at once, if nothing keeps them apart."""
    barrier, real = threading.Barrier(2), getattr(module, name)

    def wait(*given: Any) -> Any:
        found = real(*given)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(PATIENCE_SECONDS)
        return found

    monkeypatch.setattr(module, name, wait)


def at_once(work: Callable[[], Any]) -> list[Any]:
    """Two threads do it. Gives what each of them got."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return found


def test_the_same_is_told_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting_in(monkeypatch, notices, "is_wanted_in_page")

    def tell() -> bool:
        with transaction.atomic():
            return notices.notice(cast.ada, "mentioned", by=cast.bo, about="message 1") is not None

    assert sorted(at_once(tell)) == [False, True]
    assert Notice.objects.count() == 1


def test_one_mail_is_written(cast: Cast, monkeypatch: pytest.MonkeyPatch, time_machine: Any) -> None:
    time_machine.move_to("2026-11-16T09:00:00Z", tick=True)
    with transaction.atomic():
        notices.notice(cast.ada, "mentioned", by=cast.bo, about="message 1", ticket_number=cast.ticket.number)
    time_machine.move_to("2026-11-16T09:05:00Z", tick=True)
    OutgoingMail.objects.all().delete()
    meeting_in(monkeypatch, carriers, "carry")
    monkeypatch.setattr(mailing_notices, "carry", carriers.carry)
    assert sorted(at_once(lambda: mailing_notices.mail_waiting(cast.ada.pk))) == [0, 1]
    assert OutgoingMail.objects.filter(purpose="notice").count() == 1
    assert Notice.objects.get().mail == NoticeMail.MAILED
