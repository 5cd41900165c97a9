"""Any sequence of merges and undoings ends in what a plain model says, and every message is on exactly one live page."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from aplomb.people.errors import Refused
from aplomb.tickets.actions.merge import merge_ticket, unmerge_ticket
from aplomb.tickets.merged import end_of, whole_of
from aplomb.tickets.models import Beside, Message, Stage, Ticket
from aplomb.tickets.reads import ticket_page
from aplomb.tickets.record import verify_ticket
from tests.cast import asked, gather, wrote

COUNT = 5
PLACE = st.integers(0, COUNT - 1)
STEP = st.one_of(
    st.tuples(st.just("merge"), PLACE, PLACE),
    st.tuples(st.just("undo"), PLACE, PLACE),
    st.tuples(st.just("write"), PLACE, PLACE),
)


class Model:
    """What merging means, in a list: where each ticket goes on."""

    def __init__(self) -> None:
        self.into: list[int | None] = [None] * COUNT
        self.said: list[int] = list(range(COUNT))

    def end(self, place: int) -> int:
        while (next_place := self.into[place]) is not None:
            place = next_place
        return place

    def may_merge(self, one: int, two: int) -> bool:
        return self.into[one] is None and self.end(two) != one

    def is_repeated(self, one: int, two: int) -> bool:
        return self.into[one] is not None and self.into[one] == self.end(two)


@pytest.mark.django_db
class TestMerges(TestCase):
    @settings(max_examples=25)
    @given(st.lists(STEP, max_size=12))
    def test_merges_and_undoings_do_what_the_model_does(self, steps: list[tuple[str, int, int]]) -> None:
        cast, model = gather(), Model()
        contacts = (cast.cleo, cast.dimitra)
        tickets = [asked(contacts[place % 2], f"Word {place}").ticket for place in range(COUNT)]
        for what, one, two in steps:
            if what == "merge":
                self._merge(model, tickets, one, two, by=cast.ada)
            elif what == "undo":
                with contextlib.suppress(Refused):
                    unmerge_ticket(tickets[one].number, by=cast.ada)
                model.into[one] = None
            else:
                landed = wrote(contacts[one % 2], tickets[one], "More.")
                assert landed.ticket == tickets[model.end(one)]
                model.said.append(model.end(one))
        self._compare(model, tickets, cast.ada)

    def _merge(self, model: Model, tickets: list[Ticket], one: int, two: int, *, by: object) -> None:
        may = model.may_merge(one, two)
        try:
            merge_ticket(tickets[one].number, tickets[two].number, by=by)  # type: ignore[arg-type]  # of the cast
        except Refused:
            assert not may and not model.is_repeated(one, two)
            return
        assert may or model.is_repeated(one, two)
        model.into[one] = model.end(two)

    def _compare(self, model: Model, tickets: list[Ticket], by: object) -> None:
        fresh = {each.pk: each for each in Ticket.objects.filter(pk__in=[each.pk for each in tickets])}
        shown: list[int] = []
        for place, ticket in enumerate(tickets):
            row = fresh[ticket.pk]
            assert end_of(row) == tickets[model.end(place)]
            assert (row.stage == Stage.MERGED) is (model.into[place] is not None)
            assert bool(row.beside & Beside.MERGED) is (place in model.into)
            below = {each.pk for index, each in enumerate(tickets) if place in _way(model, index)}
            assert set(whole_of(row)) == below
            if model.into[place] is None:
                shown += [each.id for each in ticket_page(by, ticket.number).messages]  # type: ignore[arg-type]  # of the cast
            assert verify_ticket(ticket.number).holds
        everything = Message.objects.filter(ticket__in=tickets).values_list("pk", flat=True)
        assert sorted(shown) == sorted(everything)
        assert len(shown) == len(model.said)


def _way(model: Model, place: int) -> list[int]:
    """The ticket and those over which it goes on."""
    way = [place]
    while (next_place := model.into[place]) is not None:
        way.append(next_place)
        place = next_place
    return way
