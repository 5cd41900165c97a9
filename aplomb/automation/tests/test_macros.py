"""Macros: kept by whom they belong to, run all or not at all, and never more than their person may do."""

from typing import Any

import pytest
from django.db import transaction

from aplomb.automation.actions import MacroWish, Run, keep_macro, run_macro
from aplomb.automation.errors import ChangedMeanwhile, NothingToDo, StepGone
from aplomb.automation.models import Macro
from aplomb.automation.policies import visible_macros
from aplomb.automation.reads import macros_for
from aplomb.automation.steps import lines_of
from aplomb.journal.actors import SYSTEM
from aplomb.journal.models import Entry
from aplomb.people.actions import change_person
from aplomb.people.errors import NotAllowed, NotFound, Wrong
from aplomb.people.models import Team
from aplomb.tickets.errors import Changed
from aplomb.tickets.gates import NeedsConfirmation
from aplomb.tickets.models import Kind, Message, Priority, RequestType, Tag
from aplomb.tickets.record import verify_ticket
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def wish(**further: Any) -> MacroWish:
    return MacroWish(**{"name": "Take it", "steps": {"assignee": "me", "priority": 3}, **further})


def kept(cast: Cast, **further: Any) -> Macro:
    return keep_macro(wish(**further), by=SYSTEM)


def kinds(number: str) -> list[str]:
    return list(Entry.objects.filter(chain__key=number).order_by("seq").values_list("kind", flat=True))


def test_changes_a_note_and_a_reply_are_done_together(cast: Cast) -> None:
    request_type = RequestType.objects.filter(is_active=True)[0]
    Tag.objects.get_or_create(key="urgent-line", defaults={"names": {"en": "urgent line"}})
    macro = kept(
        cast,
        steps={"assignee": "me", "priority": 3, "request_type": request_type.key, "add_tags": ["urgent-line"]},
        note="Measured from afar.",
        reply="serial-number",
        then="waiting_customer",
    )
    before = len(kinds(cast.ticket.number))
    sent = run_macro(macro.pk, cast.ticket.number, Run(reply_text="What does its label say?"), by=cast.ada)
    ticket = fresh(cast.ticket)
    assert (ticket.assignee, ticket.priority, ticket.request_type) == (cast.ada, Priority.HIGH, request_type)
    assert ticket.status == "waiting_customer"
    assert sent is not None and sent.text == "What does its label say?" and sent.to == ["cleo@acme.example"]
    assert Message.objects.get(ticket=ticket, kind=Kind.NOTE).text == "Measured from afar."
    assert kinds(ticket.number)[before] == "MacroRun"
    assert verify_ticket(ticket.number).broken is None


def test_a_reply_that_is_refused_takes_everything_back(cast: Cast) -> None:
    macro = kept(cast, note="A note", reply="serial-number")
    before = kinds(cast.ticket.number)
    with pytest.raises(Wrong):
        run_macro(macro.pk, cast.ticket.number, Run(reply_text="  "), by=cast.ada)
    assert kinds(cast.ticket.number) == before
    assert fresh(cast.ticket).assignee is None and not Message.objects.filter(kind=Kind.NOTE).exists()


def test_what_must_be_made_personal_is_asked_about(cast: Cast) -> None:
    macro = kept(cast, reply="serial-number")
    run = Run(reply_text="Dear Cleo, [[say what you found]]")
    with pytest.raises(NeedsConfirmation):
        run_macro(macro.pk, cast.ticket.number, run, by=cast.ada)
    assert fresh(cast.ticket).assignee is None


def test_a_ticket_that_changed_since_is_looked_at_again(cast: Cast) -> None:
    macro = kept(cast)
    with pytest.raises(Changed):
        run_macro(macro.pk, cast.ticket.number, Run(seen_version=fresh(cast.ticket).version - 1), by=cast.ada)


def test_twice_changes_nothing_more(cast: Cast) -> None:
    macro = kept(cast)
    run_macro(macro.pk, cast.ticket.number, Run(), by=cast.ada)
    before = kinds(cast.ticket.number)
    with pytest.raises(NothingToDo), transaction.atomic():
        run_macro(macro.pk, cast.ticket.number, Run(), by=cast.ada)
    assert kinds(cast.ticket.number) == before


def test_it_is_run_only_by_who_may_work_what_they_see(cast: Cast) -> None:
    macro = kept(cast)
    with pytest.raises(NotAllowed):
        run_macro(macro.pk, cast.ticket.number, Run(), by=cast.aud)
    with pytest.raises(NotFound):
        run_macro(macro.pk, cast.hidden.number, Run(), by=cast.ada)


def test_a_person_who_left_is_named_and_nothing_is_done(cast: Cast) -> None:
    macro = kept(cast, steps={"assignee": cast.bo.pk, "priority": 4})
    change_person(cast.bo, by=SYSTEM, is_active=False)
    assert [line.gone for line in lines_of(macro.steps, cast.ticket, cast.ada)] == [False, True]
    with pytest.raises(StepGone, match="Bo"):
        run_macro(macro.pk, cast.ticket.number, Run(), by=cast.ada)
    assert fresh(cast.ticket).priority == Priority.NORMAL


def test_tags_are_added_to_those_that_are_there(cast: Cast) -> None:
    for key in ("one", "two"):
        Tag.objects.create(key=key, names={"en": key})
    add, take = kept(cast, steps={"add_tags": ["one", "two"]}), kept(cast, steps={"remove_tags": ["one"]})
    run_macro(add.pk, cast.ticket.number, Run(), by=cast.ada)
    run_macro(take.pk, cast.ticket.number, Run(), by=cast.ada)
    assert list(cast.ticket.tags.values_list("key", flat=True)) == ["two"]


@pytest.mark.parametrize(
    ("further", "field"),
    [
        ({"name": " \t "}, "name"),
        ({"steps": {}}, "name"),
        ({"steps": {"status": "new"}}, "status"),
        ({"steps": {"priority": 9}}, "priority"),
        ({"steps": {"team": 999_999}}, "team"),
        ({"steps": {"assignee": 999_999}}, "assignee"),
        ({"steps": {"request_type": "none-such"}}, "request_type"),
        ({"steps": {"add_tags": ["nowhere"]}}, "add_tags"),
        ({"steps": {"add_tags": ["x"], "remove_tags": ["x"]}}, "remove_tags"),
        ({"reply": "no-such-letter"}, "reply"),
        ({"then": "resolved"}, "then"),
        ({"reply": "serial-number", "then": "closed"}, "then"),
        ({"reply": "serial-number", "then": "resolved", "steps": {"status": "closed"}}, "then"),
        ({"note": "x" * 10_001}, "note"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast: Cast, further: dict[str, Any], field: str) -> None:
    with pytest.raises(Wrong) as refused:
        kept(cast, **further)
    assert refused.value.field == field
    assert not Macro.objects.exists()


def test_the_desks_are_kept_by_administrators_a_teams_by_its_supervisors_ones_own_by_oneself(cast: Cast) -> None:
    for by in (cast.ada, cast.bo, cast.aud):
        with pytest.raises(NotAllowed):
            keep_macro(wish(), by=by)
    assert keep_macro(wish(), by=cast.max).team is None
    with pytest.raises(NotAllowed):
        keep_macro(wish(team=cast.lines), by=cast.ada)
    own = keep_macro(wish(person=cast.ada), by=cast.ada)
    with pytest.raises(NotFound):
        keep_macro(wish(person=cast.noor), by=cast.noor, macro_id=own.pk)
    with pytest.raises(NotFound):
        keep_macro(wish(), by=cast.max, macro_id=own.pk)


def test_ones_own_and_closed_teams_macros_are_out_of_sight(cast: Cast) -> None:
    desk, own = kept(cast), kept(cast, person=cast.ada, name="Mine")
    trust, lines = kept(cast, team=cast.trust, name="Trust's"), kept(cast, team=cast.lines, name="Lines'")
    assert set(visible_macros(cast.ada)) == {desk, own, lines}
    assert set(visible_macros(cast.noor)) == {desk, trust, lines}
    assert set(visible_macros(cast.max)) == {desk, trust, lines}
    # on a ticket only what fits it
    assert set(macros_for(cast.noor, cast.trust.pk)) == {desk, trust}
    assert set(macros_for(cast.ada, None)) == {desk, own, lines}


def test_of_two_who_save_at_once_the_second_is_told(cast: Cast) -> None:
    macro = kept(cast)
    keep_macro(wish(name="First"), by=cast.max, macro_id=macro.pk, seen_version=macro.version)
    with pytest.raises(ChangedMeanwhile):
        keep_macro(wish(name="Second"), by=cast.max, macro_id=macro.pk, seen_version=macro.version)
    assert Macro.objects.get().name == "First"


def test_one_that_is_out_of_use_cannot_be_run(cast: Cast) -> None:
    macro = kept(cast, is_active=False)
    with pytest.raises(NotFound):
        run_macro(macro.pk, cast.ticket.number, Run(), by=cast.ada)
    assert macros_for(cast.ada, None) == []


def test_a_team_that_goes_takes_its_macros(cast: Cast) -> None:
    team = Team.objects.create(name="Passing")
    kept(cast, team=team)
    team.delete()
    assert not Macro.objects.exists()


def test_a_macro_may_take_a_ticket_out_of_its_persons_sight(cast: Cast) -> None:
    steps = {"team": cast.trust.pk, "assignee": cast.noor.pk, "status": "resolved", "priority": 3}
    macro = kept(cast, steps=steps, note="Looks like fraud.", reply="serial-number")
    run_macro(macro.pk, cast.ticket.number, Run(reply_text="A colleague will write."), by=cast.ada)
    ticket = fresh(cast.ticket)
    assert (ticket.team, ticket.assignee, ticket.status) == (cast.trust, cast.noor, "resolved")
    assert ticket.priority == Priority.HIGH
    assert list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("kind", flat=True)) == [
        Kind.CUSTOMER,
        Kind.NOTE,
        Kind.REPLY,
    ]
    with pytest.raises(NotFound):
        run_macro(macro.pk, cast.ticket.number, Run(reply_text="Again."), by=cast.ada)
