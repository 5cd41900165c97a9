"""Tokens and sign-in links: kept as hashes, with an end, and never more than their person."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import (
    SCOPES,
    change_person,
    create_token,
    make_sign_in_link,
    person_of_token,
    revoke_token,
    use_sign_in_link,
)
from aplomb.people.errors import NotAllowed, Wrong
from aplomb.people.models import SignInLink, Token
from tests.cast import Cast
from tests.moved import nothing_moves


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 12, 31, 23, 50, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def test_a_token_opens_for_its_person_with_its_scopes(cast: Cast) -> None:
    made, secret = create_token(cast.ada, by=cast.ada, name="script", scopes=["tickets:read"])
    found = person_of_token(secret)
    assert found is not None
    assert (found[0], found[1].pk, found[1].scopes) == (cast.ada, made.pk, ["tickets:read"])


def test_only_its_hash_is_kept(cast: Cast) -> None:
    _token, secret = create_token(cast.ada, by=cast.ada)
    kept = Token.objects.values_list().get()
    assert not any(secret in str(value) or secret.encode() in bytes(str(value), "utf-8") for value in kept)


def test_it_ends_to_the_second(cast: Cast, clock: time_machine.Traveller) -> None:
    _token, secret = create_token(cast.ada, by=cast.ada, lives=timedelta(minutes=20))
    clock.shift(timedelta(minutes=20, microseconds=-1))
    assert person_of_token(secret) is not None
    clock.shift(timedelta(microseconds=1))
    assert person_of_token(secret) is None


def test_revoked_it_opens_nothing(cast: Cast) -> None:
    token, secret = create_token(cast.ada, by=cast.ada)
    with nothing_moves(), pytest.raises(NotAllowed):
        revoke_token(token, by=cast.bo)
    revoke_token(token, by=cast.max)
    assert person_of_token(secret) is None


def test_it_leaves_with_its_person(cast: Cast) -> None:
    _token, secret = create_token(cast.ada, by=cast.ada)
    change_person(cast.ada, by=cast.max, is_active=False)
    assert person_of_token(secret) is None


@pytest.mark.parametrize("secret", ["", "apl_", "apl_" + "x" * 43, "\x00", "ω" * 1000])
def test_a_secret_that_nobody_made_opens_nothing(cast: Cast, secret: str) -> None:
    create_token(cast.ada, by=cast.ada)
    assert person_of_token(secret) is None


def test_one_makes_tokens_for_oneself_and_administrators_for_all(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(NotAllowed):
        create_token(cast.max, by=cast.ada)
    assert create_token(cast.ada, by=cast.max)[0].scopes == list(SCOPES)
    with nothing_moves(), pytest.raises(Wrong) as refused:
        create_token(cast.ada, by=cast.ada, scopes=["everything"])
    assert refused.value.field == "scopes"


def test_its_last_use_is_noted_every_ten_minutes_at_the_most(cast: Cast, clock: time_machine.Traveller) -> None:
    token, secret = create_token(cast.ada, by=cast.ada)
    seen = []
    for minutes in (0, 5, 6):
        clock.shift(timedelta(minutes=minutes))
        person_of_token(secret)
        seen.append(Token.objects.get(pk=token.pk).last_used_at)
    assert seen[0] == seen[1]
    assert seen[2] == datetime(2027, 1, 1, 0, 1, tzinfo=UTC)


def test_a_link_signs_in_once(cast: Cast) -> None:
    secret = make_sign_in_link(cast.ada)
    assert use_sign_in_link(secret) == cast.ada
    assert use_sign_in_link(secret) is None


def test_a_link_lives_for_half_an_hour(cast: Cast, clock: time_machine.Traveller) -> None:
    first, second = make_sign_in_link(cast.ada), make_sign_in_link(cast.ada)
    clock.shift(timedelta(minutes=30, microseconds=-1))
    assert use_sign_in_link(first) == cast.ada
    clock.shift(timedelta(microseconds=1))
    assert use_sign_in_link(second) is None


def test_a_link_of_somebody_who_left_opens_nothing(cast: Cast) -> None:
    secret = make_sign_in_link(cast.ada)
    change_person(cast.ada, by=SYSTEM, is_active=False)
    assert use_sign_in_link(secret) is None


@pytest.mark.parametrize("secret", ["", "x", "\x00", "ω" * 1000])
def test_a_link_that_nobody_made_opens_nothing(cast: Cast, secret: str) -> None:
    make_sign_in_link(cast.ada)
    assert use_sign_in_link(secret) is None
    assert SignInLink.objects.filter(used_at=None).count() == 1
