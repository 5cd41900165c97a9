"""A ticket is found by what it is about."""

from collections.abc import Callable

from aplomb.customers.actions.equipment import add_equipment
from aplomb.journal.actors import SYSTEM
from aplomb.search.index import find
from aplomb.tickets.actions.about import say_what_about
from tests.cast import Cast


def test_a_ticket_is_found_by_the_serial_number_of_its_device(cast: Cast, drain: Callable[[], int]) -> None:
    printer = add_equipment(cast.acme, by=SYSTEM, called="Printer at the counter", serial="BP-12 O4")
    say_what_about(cast.ticket.number, equipment=printer.pk, by=cast.ada)
    drain()
    assert find("BP1204") == [cast.ticket.pk]
    say_what_about(cast.ticket.number, equipment=None, by=cast.ada)
    drain()
    assert find("BP1204") == []
