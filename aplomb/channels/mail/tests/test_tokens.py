"""The signed reply token."""

from aplomb.channels.mail.tokens import new_token, numbers_signed_in
from aplomb.tickets.numbers import number_for

KEY = b"one desk's key"
NUMBER = number_for(7)


def test_a_token_is_found_in_an_address_and_in_a_message_id() -> None:
    token = new_token(NUMBER, KEY)
    assert numbers_signed_in(f"help+{token}@desk.example", KEY) == [NUMBER]
    assert numbers_signed_in(f"<{token}@desk.example>", KEY) == [NUMBER]


def test_a_token_survives_a_server_that_changes_case() -> None:
    assert numbers_signed_in(f"<{new_token(NUMBER, KEY).upper()}@DESK.EXAMPLE>", KEY) == [NUMBER]


def test_two_tokens_of_a_ticket_differ() -> None:
    assert new_token(NUMBER, KEY) != new_token(NUMBER, KEY)


def test_a_token_of_another_desk_is_nothing() -> None:
    assert numbers_signed_in(new_token(NUMBER, b"another key"), KEY) == []


def test_a_token_moved_to_another_number_is_nothing() -> None:
    _number, _dot, rest = new_token(NUMBER, KEY).partition(".")
    assert numbers_signed_in(f"{number_for(8)}.{rest}", KEY) == []


def test_a_number_alone_is_no_token() -> None:
    assert numbers_signed_in(f"[#{NUMBER}] {NUMBER}.abc.def", KEY) == []
