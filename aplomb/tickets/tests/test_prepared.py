"""Prepared queries give what the query sets they are made of give."""

import threading

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from aplomb.lib.prepared import MOST_SHAPES, prepared
from aplomb.tickets.models import Message, Ticket, TicketTag
from tests.cast import Cast

built: list[tuple[object, ...]] = []


@prepared
def tickets(number: str, stages: tuple[int, ...], after: int | None) -> QuerySet[Ticket]:
    built.append((number, stages, after))
    found = Ticket.objects.filter(number=number, stage__in=stages).select_related("contact__organisation", "team")
    return found if after is None else found.filter(pk__gt=after)


@prepared
def subjects(contact_id: int) -> QuerySet[Ticket, tuple[str, str]]:
    found = Ticket.objects.filter(contact=contact_id).exclude(contact=None).order_by("-number")
    return found.values_list("number", "subject")[:5]


@prepared
def words(ticket_id: int) -> QuerySet[Message, str]:
    return Message.objects.filter(ticket=ticket_id).order_by("id").values_list("text", flat=True)


@prepared
def with_seats(ticket_id: int) -> QuerySet[Ticket]:
    return Ticket.objects.filter(pk=ticket_id).prefetch_related("participants")


@prepared
def twice(number: str, again: str) -> QuerySet[Ticket]:
    return Ticket.objects.filter(number=number).filter(number=again)


@pytest.mark.django_db
def test_rows_are_those_of_the_query_set_for_every_value(cast: Cast) -> None:
    for each in Ticket.objects.all():
        [found] = tickets(each.number, (0, 1, 2), None)
        assert found == each
        assert found.contact == each.contact
        assert found.team == each.team
        assert words(each.pk) == list(Message.objects.filter(ticket=each).order_by("id").values_list("text", flat=True))
        assert subjects(each.contact_id) == list(
            Ticket.objects.filter(contact=each.contact_id).order_by("-number").values_list("number", "subject")[:5]
        )


@pytest.mark.django_db
def test_a_query_is_built_once_a_shape(cast: Cast) -> None:
    built.clear()
    for _turn in range(3):
        tickets(cast.ticket.number, (0, 1), None)
        tickets(cast.hidden.number, (0, 1), None)
        tickets(cast.hidden.number, (0, 1), 0)
    assert len(built) <= 2
    assert cast.ticket.number not in [number for number, *_rest in built]


@pytest.mark.django_db
def test_each_run_asks_the_database_anew(cast: Cast) -> None:
    [before] = tickets(cast.ticket.number, (0, 1, 2), None)
    Ticket.objects.filter(pk=cast.ticket.pk).update(subject="Another subject")
    with CaptureQueriesContext(connection) as asked:
        [after] = tickets(cast.ticket.number, (0, 1, 2), None)
    assert (before.subject, after.subject) == (cast.ticket.subject, "Another subject")
    assert len(asked) == 1


@pytest.mark.django_db
def test_a_query_that_can_find_nothing_finds_nothing(cast: Cast) -> None:
    assert tickets(cast.ticket.number, (), None) == []
    assert tickets("no such number", (0,), None) == []


@pytest.mark.django_db
def test_a_value_that_looks_like_sql_is_a_value(cast: Cast) -> None:
    assert tickets("' OR 1=1 --", (0, 1, 2), None) == []
    assert tickets("%s", (0, 1, 2), None) == []


@pytest.mark.django_db
def test_two_values_do_not_change_places(cast: Cast) -> None:
    assert [each.number for each in twice(cast.ticket.number, cast.ticket.number)] == [cast.ticket.number]
    assert twice(cast.ticket.number, cast.hidden.number) == []


def test_values_are_given_by_place() -> None:
    with pytest.raises(TypeError, match="positional"):
        tickets(number="1", stages=(0,), after=None)


@pytest.mark.django_db
def test_only_so_many_shapes_are_kept(cast: Cast) -> None:
    for place in range(MOST_SHAPES * 2):
        assert tickets(cast.ticket.number, (0, 1, 2, place + 10), None)


@pytest.mark.django_db(transaction=True)
def test_another_thread_uses_a_connection_of_its_own(cast: Cast) -> None:
    tickets(cast.ticket.number, (0, 1, 2), None)
    found: list[str] = []

    def look() -> None:
        found.extend(each.subject for each in tickets(cast.ticket.number, (0, 1, 2), None))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [cast.ticket.subject]


@pytest.mark.django_db
def test_what_is_prefetched_comes_along(cast: Cast) -> None:
    assert TicketTag.objects.count() >= 0
    [found] = with_seats(cast.ticket.pk)
    with CaptureQueriesContext(connection) as asked:
        list(found.participants.all())
    assert len(asked) == 0
