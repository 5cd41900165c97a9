"""Tickets among many ids."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplomb.lib import among  # noqa: F401  what is tried here
from aplomb.tickets.models import Ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_those_are_found_that_are_among_the_ids(cast: Cast) -> None:
    ids = [cast.ticket.pk, cast.greek.pk, 987654321]
    assert (
        set(Ticket.objects.filter(pk__among=ids)) == set(Ticket.objects.filter(pk__in=ids)) == {cast.ticket, cast.greek}
    )
    assert set(Ticket.objects.exclude(pk__among=ids)) == set(Ticket.objects.exclude(pk__in=ids))


def test_nothing_is_among_none(cast: Cast) -> None:
    assert list(Ticket.objects.filter(pk__among=())) == []


def test_thousands_are_one_value(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = list(Ticket.objects.filter(pk__among=range(cast.ticket.pk, cast.ticket.pk + 50_000)))
    assert cast.ticket in found
    assert len(asked) == 1


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(Ticket.objects.filter(pk__among=["1); DROP TABLE tickets_ticket"]))
