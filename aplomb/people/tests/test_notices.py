"""Notices to the staff: told once, to whom it concerns, as each wants to hear it."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import add_person, change_person
from aplomb.people.actions.notices import (
    choices_of,
    choose,
    forget_notices_of,
    forget_old_notices,
    notice,
    see,
    unsee,
)
from aplomb.people.errors import Wrong
from aplomb.people.kinds import KINDS, sentence
from aplomb.people.models import Notice, NoticeMail, Person, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Person:
    return add_person(email="ada@desk.example", full_name="Ada Lindqvist", roles=[Role.AGENT], by=SYSTEM)


@pytest.fixture
def bo() -> Person:
    return add_person(email="bo@desk.example", full_name="Bo Marsh", roles=[Role.SUPERVISOR], by=SYSTEM)


def test_a_notice_is_kept_as_a_kind_and_facts(ada: Person, bo: Person) -> None:
    told = notice(ada, "assigned", by=bo, about="assigned 12345678 7", ticket_number="12345678")
    assert told is not None
    row = Notice.objects.get()
    assert (row.person, row.kind, row.made_by, row.ticket_number) == (ada, "assigned", bo, "12345678")
    assert (row.in_page, row.seen_at, row.mail) == (True, None, NoticeMail.SOON)


def test_the_same_is_never_told_twice(ada: Person, bo: Person) -> None:
    assert notice(ada, "assigned", by=bo, about="x") is not None
    assert notice(ada, "assigned", by=bo, about="x") is None
    assert notice(ada, "mentioned", by=bo, about="x") is None
    assert Notice.objects.count() == 1


def test_what_concerns_two_is_told_to_both(ada: Person, bo: Person) -> None:
    assert notice(ada, "task_due", about="task 3") is not None
    assert notice(bo, "task_due", about="task 3") is not None


def test_nobody_is_told_what_they_did_themselves(ada: Person) -> None:
    assert notice(ada, "assigned", by=ada, about="x") is None
    assert not Notice.objects.exists()


def test_who_has_left_is_told_nothing(ada: Person, bo: Person) -> None:
    change_person(ada, by=SYSTEM, is_active=False)
    assert notice(ada, "assigned", by=bo, about="x") is None


@pytest.mark.parametrize(
    "wrong", [{"kind": "invented"}, {"about": "x" * 81}, {"path": "/" + "x" * 200}], ids=["kind", "about", "path"]
)
def test_what_cannot_be_kept_is_refused_at_once(ada: Person, wrong: dict[str, Any]) -> None:
    given = {"kind": "assigned", "about": "x", **wrong}
    with pytest.raises(ValueError, match="no notice"):
        notice(ada, given.pop("kind"), **given)
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_notice_needs_the_transaction_of_what_it_tells() -> None:
    ada = add_person(email="ada@desk.example", full_name="Ada", by=SYSTEM)
    with pytest.raises(RuntimeError):
        notice(ada, "assigned", about="x")


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_is_told_to_nobody() -> None:
    ada = add_person(email="ada@desk.example", full_name="Ada", by=SYSTEM)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notice(ada, "assigned", about="x")
        raise ZeroDivisionError
    assert not Notice.objects.exists()


def test_who_wants_nothing_of_a_kind_has_no_row_of_it(ada: Person) -> None:
    choose(ada, kinds={"assigned": (False, "never")})
    assert notice(ada, "assigned", about="x") is None


def test_who_wants_it_by_mail_only_does_not_see_it_in_the_page(ada: Person) -> None:
    choose(ada, kinds={"assigned": (False, "daily")})
    told = notice(ada, "assigned", about="x")
    assert told is not None
    assert (told.in_page, told.mail) == (False, NoticeMail.DAILY)


def test_what_waits_follows_a_new_choice(ada: Person) -> None:
    for number in range(3):
        notice(ada, "assigned", about=f"a {number}")
    notice(ada, "mentioned", about="m")
    choose(ada, kinds={"assigned": (True, "daily"), "mentioned": (True, "never")})
    assert set(Notice.objects.values_list("kind", "mail")) == {("assigned", "daily"), ("mentioned", "none")}


def test_only_what_differs_from_the_default_is_kept(ada: Person) -> None:
    choose(ada, kinds={"assigned": (True, "at once"), "answered": (True, "daily")})
    assert choices_of(ada).kinds == {"answered": {"mail": "daily"}}
    choose(ada, kinds={"answered": (True, "never")})
    assert choices_of(ada).kinds == {}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kinds": {"invented": (True, "never")}}, "kinds"),
        ({"kinds": {"assigned": (True, "by pigeon")}}, "kinds"),
        ({"quiet_from": dt.time(22)}, "quiet_to"),
        ({"quiet_from": dt.time(22), "quiet_to": dt.time(22)}, "quiet_to"),
        ({"quiet_days": range(7)}, "quiet_days"),
    ],
)
def test_choices_that_cannot_be_are_refused(ada: Person, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Wrong) as refused:
        choose(ada, **{"kinds": {}, **given})
    assert refused.value.field == field


def test_what_was_seen_is_not_mailed_any_more(ada: Person) -> None:
    notice(ada, "assigned", about="x", ticket_number="12345678")
    notice(ada, "assigned", about="y", ticket_number="87654321")
    assert see(ada, ticket_number="12345678") == 1
    seen, other = Notice.objects.order_by("pk")
    assert (seen.mail, other.mail) == (NoticeMail.NONE, NoticeMail.SOON)
    assert seen.seen_at is not None and other.seen_at is None


def test_seeing_all_leaves_what_came_after_the_page(ada: Person) -> None:
    first = notice(ada, "assigned", about="x")
    notice(ada, "assigned", about="y")
    assert first is not None
    assert see(ada, up_to=first.pk) == 1
    assert see(ada, up_to=first.pk) == 0
    assert Notice.objects.filter(seen_at=None).count() == 1


def test_nobody_sees_for_another(ada: Person, bo: Person) -> None:
    told = notice(ada, "assigned", about="x")
    assert told is not None
    assert see(bo, [told.pk]) == 0 and unsee(bo, told.pk) == 0


def test_what_is_kept_for_later_is_not_mailed_again(ada: Person) -> None:
    told = notice(ada, "assigned", about="x")
    assert told is not None
    see(ada, [told.pk])
    assert unsee(ada, told.pk) == 1
    told.refresh_from_db()
    assert (told.seen_at, told.mail) == (None, NoticeMail.NONE)


def test_notices_are_forgotten_after_ninety_days(ada: Person, time_machine: Any) -> None:
    time_machine.move_to("2026-03-01T09:00:00Z", tick=False)
    notice(ada, "assigned", about="old")
    time_machine.move_to("2026-05-30T08:59:00Z", tick=False)
    assert forget_old_notices() == 0
    notice(ada, "assigned", about="new")
    time_machine.move_to("2026-05-30T09:01:00Z", tick=False)
    assert forget_old_notices() == 1
    assert forget_old_notices() == 0
    assert [each.about for each in Notice.objects.all()] == ["new"]


def test_what_is_gone_for_good_is_not_told_of(ada: Person) -> None:
    notice(ada, "assigned", about="x", ticket_number="12345678")
    notice(ada, "mailbox_trouble", about="y", words={"address": "help@desk.example"})
    forget_notices_of("12345678")
    forget_notices_of("")
    assert [each.about for each in Notice.objects.all()] == ["y"]


def test_words_are_worked_out_for_who_reads_them() -> None:
    assert sentence("assigned", {}, "Bo") == "Bo gave it to you."
    assert sentence("assigned", {}) == "It is yours now."
    with translation.override("el"):
        # no error where a translation is not there yet
        assert sentence("assigned", {}, "Bo")


def test_words_of_another_version_make_no_error() -> None:
    assert sentence("mailbox_trouble", {}) == "The mailbox … needs attention."
    assert sentence("mailbox_trouble", {"address": "100%(x)s"}) == "The mailbox 100%(x)s needs attention."
    assert sentence("of a later version", {"a": 1}) == "Something happened."


def test_every_kind_can_be_said() -> None:
    for kind in KINDS.values():
        words = dict.fromkeys(re.findall(r"%\((\w+)\)s", kind.alone + kind.says), "word")
        assert "…" not in sentence(kind.word, words, "Bo") and "…" not in sentence(kind.word, words)
        assert len(kind.word) <= 32
