"""Asking for a decision, and deciding: never one's own, four eyes, reasons, hours, and one end."""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator

import pytest
import time_machine
from django.db import IntegrityError, transaction

from aplomb.journal.actors import SYSTEM
from aplomb.journal.models import Chain, Entry
from aplomb.people.actions import add_team, approvals, change_person
from aplomb.people.actions.approvals import ask_approval, decide, expire_overdue, withdraw
from aplomb.people.approvals import kinds
from aplomb.people.approvals.kinds import DECISION, ApprovalKind
from aplomb.people.approvals.reads import asked_by, decided_lately, waiting_for
from aplomb.people.errors import NotAllowed, NotFound, Refused, Wrong
from aplomb.people.models import Approval, ApprovalVote, Notice, Person, Role
from aplomb.promises.models import DueItem
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.erase import discard_ticket
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.models import Beside
from aplomb.tickets.record import verify_ticket
from tests.cast import Cast, asked, fresh, person

NOW = dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
State = Approval.State


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def second(cast: Cast) -> Person:
    """Another supervisor."""
    return person("sue", "Sue Okafor", Role.SUPERVISOR)


@pytest.fixture
def four_eyes() -> Iterator[ApprovalKind]:
    kind = dataclasses.replace(DECISION, word="refund", agreeing=2)
    wired = list(kinds.kinds().values())
    kinds.connect([*wired, kind])
    yield kind
    kinds.connect(wired)


def about(cast: Cast) -> str:
    return f"ticket {cast.ticket.number}"


def ask(cast: Cast, by: Person | None = None, **further: object) -> Approval:
    given = {"kind": "decision", "about": about(cast), "question": "May we refund it?", "reason": "It broke twice."}
    return ask_approval(**{**given, **further}, by=by or cast.ada)  # type: ignore[arg-type]  # words by name


def kinds_on_chain(cast: Cast) -> list[str]:
    return list(Entry.objects.filter(chain=cast.ticket.chain).order_by("seq").values_list("kind", flat=True))


def told(who: Person) -> list[str]:
    return list(Notice.objects.filter(person=who).order_by("pk").values_list("kind", flat=True))


def test_asked_it_waits_for_a_supervisor_and_is_due_on_the_ticket(cast: Cast) -> None:
    approval = ask(cast, facts={"Amount": "40 €"})
    assert (approval.state, approval.due_at, approval.expires_at) == ("waiting", NOW + 24 * HOUR, NOW + 168 * HOUR)
    assert [each.pk for each in waiting_for(cast.bo).approvals] == [approval.pk]
    assert waiting_for(cast.ada).approvals == ()
    assert told(cast.bo) == ["approval_asked"]
    item = DueItem.objects.get(ticket=cast.ticket, kind="approval")
    assert (item.at, item.source, item.key) == (approval.due_at, f"approval {approval.pk}", str(approval.pk))
    assert fresh(cast.ticket).beside & Beside.APPROVALS
    assert kinds_on_chain(cast)[-1] == "ApprovalAsked"


def test_agreed_it_is_granted_and_nothing_waits_any_more(cast: Cast) -> None:
    approval = decide(ask(cast).pk, "approve", by=cast.bo)
    assert (approval.state, approval.ended_at) == ("approved", NOW)
    assert not DueItem.objects.filter(ticket=cast.ticket, kind="approval").exists()
    assert waiting_for(cast.bo).approvals == ()
    assert [each.pk for each in decided_lately(cast.ada)] == [approval.pk]
    assert told(cast.ada)[-1] == "approval_decided"
    assert verify_ticket(cast.ticket.number).broken is None


def test_a_refusal_needs_a_reason_and_ends_it(cast: Cast, second: Person) -> None:
    approval = ask(cast)
    with pytest.raises(Wrong) as wrong:
        decide(approval.pk, "refuse", by=cast.bo, reason=" \n ")
    assert wrong.value.field == "reason"
    assert decide(approval.pk, "refuse", by=cast.bo, reason="Not ours.").state == "refused"
    with pytest.raises(Refused) as settled:
        decide(approval.pk, "approve", by=second)
    assert settled.value.code == "settled"
    assert Approval.objects.get().state == "refused"


def test_never_ones_own(cast: Cast, second: Person) -> None:
    approval = ask(cast, by=cast.bo)
    with pytest.raises(NotAllowed):
        decide(approval.pk, "approve", by=cast.bo)
    assert waiting_for(cast.bo).approvals == ()
    assert decide(approval.pk, "approve", by=second).state == "approved"


def test_nor_on_ones_own_behalf(cast: Cast, second: Person) -> None:
    approval = ask(cast, on_behalf_of=cast.bo)
    with pytest.raises(NotAllowed):
        decide(approval.pk, "approve", by=cast.bo)
    assert waiting_for(cast.bo).approvals == ()
    assert told(cast.bo) == []
    assert decide(approval.pk, "approve", by=second).state == "approved"
    assert told(cast.bo) == ["approval_decided"]


def test_where_nobody_else_may_decide_it_is_not_asked(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        ask(cast, by=cast.bo)
    assert refused.value.code == "nobody-decides"
    assert not Approval.objects.exists()
    assert "ApprovalAsked" not in kinds_on_chain(cast)


@pytest.mark.parametrize("own", ["asked_by", "on_behalf_of"])
def test_the_database_refuses_ones_own_word_too(cast: Cast, own: str) -> None:
    approval = ask(cast)
    row = ApprovalVote(approval=approval, person=cast.bo, asked_by=cast.ada, verdict="approve")
    setattr(row, own, cast.bo)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_the_database_refuses_a_second_word_and_a_bare_refusal(cast: Cast, four_eyes: ApprovalKind) -> None:
    person("sue", "Sue Okafor", Role.SUPERVISOR)
    approval = ask(cast, kind="refund")
    decide(approval.pk, "approve", by=cast.bo)
    for verdict in ("approve", "refuse"):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApprovalVote.objects.create(approval=approval, person=cast.bo, asked_by=cast.ada, verdict=verdict)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalVote.objects.create(approval=approval, person=cast.max, asked_by=cast.ada, verdict="refuse")


def test_four_eyes_need_two_people(cast: Cast, second: Person, four_eyes: ApprovalKind) -> None:
    approval = ask(cast, kind="refund")
    assert decide(approval.pk, "approve", by=cast.bo).state == "waiting"
    assert decide(approval.pk, "approve", by=cast.bo).state == "waiting"
    assert waiting_for(cast.bo).approvals == ()
    assert [each.pk for each in waiting_for(second).approvals] == [approval.pk]
    with pytest.raises(Refused) as voted:
        decide(approval.pk, "refuse", by=cast.bo, reason="On second thoughts, no.")
    assert voted.value.code == "voted"
    assert decide(approval.pk, "approve", by=second).state == "approved"
    assert kinds_on_chain(cast)[-3:] == ["ApprovalAsked", "ApprovalVoted", "ApprovalDecided"]


def test_with_four_eyes_one_no_is_enough(cast: Cast, second: Person, four_eyes: ApprovalKind) -> None:
    approval = ask(cast, kind="refund")
    decide(approval.pk, "approve", by=cast.bo)
    assert decide(approval.pk, "refuse", by=second, reason="Too much.").state == "refused"


def test_too_few_for_four_eyes_is_said_at_once(cast: Cast, four_eyes: ApprovalKind) -> None:
    with pytest.raises(Refused):
        ask(cast, kind="refund")


@pytest.mark.parametrize("name", ["ada", "noor", "max", "olga", "lena", "tariq", "aud"])
def test_who_may_not_decide(cast: Cast, second: Person, name: str) -> None:
    approval = ask(cast, by=cast.bo)
    with pytest.raises(NotAllowed):
        decide(approval.pk, "approve", by=getattr(cast, name))
    assert (Approval.objects.get().state, ApprovalVote.objects.count()) == ("waiting", 0)


def test_the_owner_only_looks_and_neither_contact_nor_machine_asks(cast: Cast) -> None:
    for by in (cast.olga, cast.cleo, SYSTEM):
        with pytest.raises(NotAllowed):
            ask(cast, by=by)  # type: ignore[arg-type]  # whoever tries
    assert not Approval.objects.exists()


def test_who_lost_the_role_or_left_meanwhile_may_not(cast: Cast, second: Person) -> None:
    approval = ask(cast)
    seen_before = Person.objects.get(pk=cast.bo.pk)
    change_person(cast.bo, roles=[Role.AGENT], by=SYSTEM)
    with pytest.raises(NotAllowed):
        decide(approval.pk, "approve", by=seen_before)
    gone_before = Person.objects.get(pk=second.pk)
    change_person(second, is_active=False, by=SYSTEM)
    with pytest.raises(NotAllowed):
        decide(approval.pk, "approve", by=gone_before)
    assert ApprovalVote.objects.count() == 0


def test_another_teams_closed_ticket_is_not_there(cast: Cast) -> None:
    with pytest.raises(NotFound):
        ask(cast, about=f"ticket {cast.hidden.number}")
    approval = ask(cast, by=cast.noor, about=f"ticket {cast.hidden.number}")
    with pytest.raises(NotFound):
        decide(approval.pk, "approve", by=cast.ada)
    with pytest.raises(NotFound):
        withdraw(approval.pk, by=cast.ada)


def test_who_decides_by_role_but_does_not_see_the_closed_team_is_neither_told_nor_let_in(cast: Cast) -> None:
    legal = dataclasses.replace(DECISION, word="legal", decided_by=(Role.LEGAL,))
    wired = list(kinds.kinds().values())
    kinds.connect([legal])
    try:
        seer = person("leo", "Leo Brandt", Role.LEGAL)
        add_team(name="Closed", by=SYSTEM, is_open=False, members=[cast.noor, seer])
        cast.trust.members.add(seer)
        approval = ask(cast, by=cast.noor, kind="legal", about=f"ticket {cast.hidden.number}")
        assert waiting_for(cast.lena).approvals == ()
        assert (told(cast.lena), told(seer)) == ([], ["approval_asked"])
        with pytest.raises(NotFound):
            decide(approval.pk, "approve", by=cast.lena)
        assert decide(approval.pk, "approve", by=seer).state == "approved"
    finally:
        kinds.connect(wired)


def test_what_is_out_of_sight_since_is_no_longer_shown_to_who_asked(cast: Cast) -> None:
    approval = ask(cast)
    assert [each.pk for each in asked_by(cast.ada)] == [approval.pk]
    cast.ticket.team = cast.trust
    cast.ticket.save(update_fields=["team"])
    assert asked_by(cast.ada) == ()


def test_unknown_things_are_not_there(cast: Cast) -> None:
    for number in (0, 2**40, -1):
        with pytest.raises(NotFound):
            decide(number, "approve", by=cast.bo)
    with pytest.raises(NotFound):
        ask(cast, about="ticket 99999999")
    for wrong in ({"about": "planet 9"}, {"about": "ticket"}, {"kind": "wish"}):
        with pytest.raises(ValueError):
            ask(cast, **wrong)  # type: ignore[arg-type]  # words by name


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"question": "  "}, "question"),
        ({"question": "x" * 501}, "question"),
        ({"reason": "\n"}, "reason"),
        ({"reason": "x" * 4001}, "reason"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_field(cast: Cast, given: dict[str, str], field: str) -> None:
    with pytest.raises(Wrong) as wrong:
        ask(cast, **given)  # type: ignore[arg-type]  # words by name
    assert wrong.value.field == field


def test_there_are_two_verdicts(cast: Cast) -> None:
    with pytest.raises(Wrong):
        decide(ask(cast).pk, "perhaps", by=cast.bo)


def test_texts_are_kept_as_databases_can_hold_them(cast: Cast) -> None:
    approval = ask(cast, question="Μπορούμε\x00 να\n επιστρέψουμε; 🙂", facts={"a" * 200: "b" * 900})
    approval.refresh_from_db()
    assert approval.question == "Μπορούμε να επιστρέψουμε; 🙂"
    assert approval.fact_lines == [("a" * 80, "b" * 500)]


def test_asking_the_same_twice_is_once(cast: Cast) -> None:
    assert ask(cast).pk == ask(cast).pk
    assert (Approval.objects.count(), told(cast.bo)) == (1, ["approval_asked"])
    assert ask(cast, question="And may we send another?").pk != ask(cast).pk


def test_nothing_new_is_asked_about_what_lies_in_the_bin_or_was_merged_away(cast: Cast) -> None:
    stays = asked(cast.cleo, "Me again.").ticket
    bin_ticket(cast.greek.number, "spam", by=cast.ada)
    merge_ticket(cast.ticket.number, stays.number, by=cast.ada)
    for number in (cast.greek.number, cast.ticket.number):
        with pytest.raises(Refused):
            ask(cast, about=f"ticket {number}")
    assert not Approval.objects.exists()


def test_what_was_asked_about_a_merged_ticket_is_due_where_it_goes_on(cast: Cast) -> None:
    approval = ask(cast)
    stays = asked(cast.cleo, "Me again.").ticket
    merge_ticket(cast.ticket.number, stays.number, by=cast.ada)
    assert DueItem.objects.filter(ticket=stays, kind="approval").exists()
    decide(approval.pk, "approve", by=cast.bo)
    assert not DueItem.objects.filter(kind="approval").exists()


def test_it_expires_and_a_late_word_comes_too_late(cast: Cast, clock: time_machine.Traveller) -> None:
    approval = ask(cast)
    clock.shift(7 * 24 * HOUR)
    with pytest.raises(Refused) as late:
        decide(approval.pk, "approve", by=cast.bo)
    assert late.value.code == "expired"
    assert expire_overdue() == 1
    assert expire_overdue() == 0
    assert Approval.objects.get().state == "expired"
    assert told(cast.ada)[-1] == "approval_expired"
    assert kinds_on_chain(cast)[-1] == "ApprovalExpired"
    assert not DueItem.objects.filter(kind="approval").exists()
    with pytest.raises(Refused):
        decide(approval.pk, "approve", by=cast.bo)


def test_before_its_hour_nothing_expires(cast: Cast, clock: time_machine.Traveller) -> None:
    ask(cast)
    clock.shift(7 * 24 * HOUR - dt.timedelta(seconds=1))
    assert expire_overdue() == 0


def test_after_a_long_downtime_all_of_it_ends(cast: Cast, clock: time_machine.Traveller) -> None:
    for number in range(5):
        ask(cast, question=f"Question {number}?")
    clock.shift(90 * 24 * HOUR)
    assert expire_overdue() == 5
    assert set(Approval.objects.values_list("state", flat=True)) == {"expired"}


def test_who_asked_takes_it_back_and_nobody_else(cast: Cast) -> None:
    approval = ask(cast)
    with pytest.raises(NotAllowed):
        withdraw(approval.pk, by=cast.bo)
    assert withdraw(approval.pk, by=cast.ada, reason="Solved.").state == "withdrawn"
    assert withdraw(approval.pk, by=cast.ada).state == "withdrawn"
    assert kinds_on_chain(cast).count("ApprovalWithdrawn") == 1
    with pytest.raises(Refused):
        decide(approval.pk, "approve", by=cast.bo)


def test_what_was_decided_is_not_taken_back(cast: Cast) -> None:
    approval = decide(ask(cast).pk, "approve", by=cast.bo)
    with pytest.raises(Refused):
        withdraw(approval.pk, by=cast.ada)


def test_no_words_stand_in_the_facts_of_the_record(cast: Cast) -> None:
    decide(ask(cast, facts={"Amount": "40 €"}).pk, "refuse", by=cast.bo, reason="Not ours.")
    written = "".join(each.content or "" for each in Entry.objects.filter(chain=cast.ticket.chain))
    for word in ("refund it", "broke twice", "40 €", "Not ours"):
        assert word not in written
    entry = Entry.objects.get(chain=cast.ticket.chain, kind="ApprovalAsked")
    assert entry.openings["question"]["value"] == "May we refund it?"
    assert json.loads(entry.openings["facts"]["value"]) == {"Amount": "40 €"}


def test_the_oldest_due_waits_first(cast: Cast, clock: time_machine.Traveller) -> None:
    first = ask(cast, question="First?")
    clock.shift(HOUR)
    later = ask(cast, question="Later?")
    assert [each.pk for each in waiting_for(cast.bo).approvals] == [first.pk, later.pk]


def test_when_the_bin_is_emptied_what_was_asked_goes_too(cast: Cast) -> None:
    ask(cast)
    bin_ticket(cast.ticket.number, "mistake", by=cast.ada)
    with transaction.atomic():
        discard_ticket(cast.ticket.number)
    assert not Approval.objects.exists()
    assert not ApprovalVote.objects.exists()


def test_a_kind_that_this_version_does_not_know_can_be_decided_by_nobody(cast: Cast) -> None:
    approval = ask(cast)
    Approval.objects.update(kind="of old")
    with pytest.raises(NotAllowed):
        decide(approval.pk, "approve", by=cast.bo)
    assert waiting_for(cast.bo).approvals == ()


def test_what_is_gone_once_its_lock_is_had_is_not_found_and_expires_nothing(
    cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    approval = ask(cast)
    locked = approvals._locked

    def emptied(about: str) -> Chain:
        Approval.objects.all().delete()
        return locked(about)

    monkeypatch.setattr(approvals, "_locked", emptied)
    clock.shift(90 * 24 * HOUR)
    assert expire_overdue() == 0
    with pytest.raises(NotFound):
        decide(approval.pk, "approve", by=cast.bo)
