"""Two agents merge the same two tickets into each other in the same moment: one does, and there is no ring."""

import contextlib
import threading
from typing import Any

import pytest
from django.db import connections

from aplomb.customers.actions import merge as contact_merging
from aplomb.customers.actions import merge_contact
from aplomb.customers.models import Contact
from aplomb.people.errors import Refused
from aplomb.tickets.actions import merge as merging
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.models import Merge, Stage, Ticket
from aplomb.tickets.record import verify_ticket
from tests.cast import Cast, gather


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, committed: two connections see it."""
    return gather()


def at_once(*acts: Any) -> list[Refused]:
    """Does all of them, each in a thread of its own. Gives what was refused."""
    refused: list[Refused] = []

    def do(act: Any) -> None:
        try:
            act()
        except Refused as reason:
            refused.append(reason)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=do, args=(each,)) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return refused


def test_two_tickets_are_not_merged_into_each_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    both_looked = threading.Barrier(2)
    lock = merging._in_order

    def look_and_wait(one: Ticket, two: Ticket, by: Any) -> Any:
        # both have read that the two stand alone, and neither has a lock yet
        with contextlib.suppress(threading.BrokenBarrierError):
            both_looked.wait(1)
        return lock(one, two, by)

    monkeypatch.setattr(merging, "_in_order", look_and_wait)
    one, two = cast.ticket.number, cast.greek.number
    refused = at_once(
        lambda: merge_ticket(one, two, by=cast.ada),
        lambda: merge_ticket(two, one, by=cast.bo),
    )
    assert [each.code for each in refused] == ["ring"]
    assert Merge.objects.count() == 1
    assert Ticket.objects.filter(stage=Stage.MERGED).count() == 1
    assert all(verify_ticket(each).holds for each in (one, two))


def test_two_contacts_are_not_merged_into_each_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    both_looked = threading.Barrier(2)
    lock = contact_merging._locked

    def look_and_wait(one: Contact, two: Contact) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            both_looked.wait(1)
        return lock(one, two)

    monkeypatch.setattr(contact_merging, "_locked", look_and_wait)
    refused = at_once(
        lambda: merge_contact(cast.cleo, cast.dimitra, by=cast.ada),
        lambda: merge_contact(cast.dimitra, cast.cleo, by=cast.bo),
    )
    assert [each.code for each in refused] == ["ring"]
    assert Contact.objects.exclude(merged_into=None).count() == 1
