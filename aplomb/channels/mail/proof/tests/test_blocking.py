"""Senders whose mail is held."""

import pytest

from aplomb.channels.mail.coming_in import applying
from aplomb.channels.mail.holding import release_mail
from aplomb.channels.mail.models import BlockedSender, IncomingMail
from aplomb.channels.mail.proof.blocking import Blocking, ManyWriteFromThere, block_sender, unblock_sender
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.people.errors import NotAllowed, Wrong
from tests.cast import Cast

pytestmark = pytest.mark.django_db

State, Hold = IncomingMail.State, IncomingMail.Hold


def block(pattern: str, cast: Cast, reason: str = "Sells pills", *, is_sure: bool = False) -> BlockedSender:
    return block_sender(Blocking(pattern, reason, is_sure), by=cast.bo)


def test_mail_of_a_blocked_address_is_held_with_the_reason_and_can_be_released(cast: Cast) -> None:
    block("Spam@Shop.example", cast)
    row = taken_in(letter(sender="Lucky <spam@shop.example>"))
    assert (row.state, row.hold) == (State.HELD, Hold.BLOCKED)
    assert row.reason == "spam@shop.example is blocked: Sells pills"
    assert taken_in(letter("Other", sender="other@shop.example")).state == State.APPLIED
    release_mail(row, by=cast.ada)
    applying.apply(row.pk)
    row.refresh_from_db()
    assert row.state == State.APPLIED


@pytest.mark.parametrize("pattern", ["@shop.example", "shop.example", " @SHOP.example. "])
def test_a_domain_is_blocked_with_what_is_below_it(cast: Cast, pattern: str) -> None:
    assert block(pattern, cast).pattern == "@shop.example"
    for sender in ("a@shop.example", "b@mail.shop.example"):
        assert taken_in(letter(f"From {sender}", sender=sender)).state == State.HELD
    for sender in ("a@workshop.example", "a@shop.example.other.example"):
        assert taken_in(letter(f"From {sender}", sender=sender)).state == State.APPLIED


def test_a_domain_of_another_alphabet_is_blocked_in_either_spelling(cast: Cast) -> None:
    pattern = block("@κατάστημα.example", cast).pattern
    assert pattern.startswith("@xn--")
    for domain in (pattern[1:], "κατάστημα.example"):
        raw = f"From: a@{domain}\r\nTo: help@desk.example\r\nSubject: {domain}\r\n\r\nHello\r\n"
        assert taken_in(raw.encode()).state == State.HELD


def test_unblocking_takes_mail_again(cast: Cast) -> None:
    block("spam@shop.example", cast)
    unblock_sender("spam@shop.example", by=cast.ada)
    assert taken_in(letter(sender="spam@shop.example")).state == State.APPLIED


def test_a_block_says_why(cast: Cast) -> None:
    for reason in ("", "  \n"):
        with pytest.raises(Wrong):
            block("spam@shop.example", cast, reason)
    assert not BlockedSender.objects.exists()


@pytest.mark.parametrize("pattern", ["", "@", "nonsense", "@example", "a b@x.example", "co.uk", "@com"])
def test_what_is_neither_address_nor_domain_is_refused(cast: Cast, pattern: str) -> None:
    with pytest.raises(Wrong):
        block(pattern, cast)


@pytest.mark.parametrize("pattern", ["help@desk.example", "@desk.example", "ada@desk.example"])
def test_the_desks_own_addresses_cannot_be_blocked(cast: Cast, pattern: str) -> None:
    with pytest.raises(Wrong):
        block(pattern, cast)


def test_a_domain_of_customers_wants_to_be_confirmed(cast: Cast) -> None:
    with pytest.raises(ManyWriteFromThere):
        block("@acme.example", cast)
    assert block("@acme.example", cast, is_sure=True).by == cast.bo


def test_agents_block_addresses_and_supervisors_domains(cast: Cast) -> None:
    block_sender(Blocking("spam@shop.example", "Pills"), by=cast.ada)
    with pytest.raises(NotAllowed):
        block_sender(Blocking("@shop.example", "Pills"), by=cast.ada)
    with pytest.raises(NotAllowed):
        block_sender(Blocking("other@shop.example", "Pills"), by=cast.olga)
    assert [each.pattern for each in BlockedSender.objects.all()] == ["spam@shop.example"]
