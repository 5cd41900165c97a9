"""When two spellings of an address or a number are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplomb.customers.addresses import email_key, looks_like_email, looks_like_phone, phone_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana@EXAMPLE.com", "ana@example.com"),
        (" ana@example.com ", "ana@example.com"),
        ("δήμητρα@δοκιμή.example", "ΔΉΜΗΤΡΑ@ΔΟΚΙΜΉ.example"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("jose\u0301@x.example", "josé@x.example"),
    ],
)
def test_two_spellings_of_an_address_are_one(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a@b.example", "a@c.example"), ("a+x@b.example", "a@b.example"), ("a.b@c.example", "ab@c.example")],
)
def test_other_addresses_stay_other(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)


@pytest.mark.parametrize(
    "address",
    [
        "a@b",
        "o'neill+tag@sub.domain.example",
        '"odd"@b.example',
        "δήμητρα@δοκιμή.example",
        "a@[192.0.2.1]",
        "x" * 200 + "@b.example",
    ],
)
def test_what_mail_can_reach_is_an_address(address: str) -> None:
    assert looks_like_email(address)


@pytest.mark.parametrize(
    "address",
    ["", "a", "@b.example", "a@", "a b@c.example", "a@b@c.example", "<a@b.example>", "a@b.example\n", "a@b\x00.example"]
    + ["x" * 320 + "@b.example", "\ud800@b.example", "ü" * 10 + "@" + ".".join(["ü" * 20] * 14)],
)
def test_what_it_cannot_reach_is_none(address: str) -> None:
    assert not looks_like_email(address)


@given(st.text(max_size=100))
def test_the_key_of_any_text_has_the_same_key(text: str) -> None:
    assert email_key(email_key(text)) == email_key(text)


@given(st.text(max_size=400))
def test_whatever_looks_like_an_address_fits_its_column(text: str) -> None:
    if looks_like_email(text):
        assert len(email_key(text)) <= 320


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+30 210 555 0100", "0030-210-555-0100"),
        ("+44 (1632) 960123", "+441632960123"),
        ("01632 960 123", "01632960123"),
    ],
)
def test_two_spellings_of_a_number_are_one(one: str, other: str) -> None:
    assert phone_key(one) == phone_key(other)


@pytest.mark.parametrize(
    ("number", "is_one"), [("1234", True), ("+44 1632 960123", True), ("123", False), ("call me", False)]
)
def test_what_a_telephone_can_dial(number: str, is_one: bool) -> None:
    assert looks_like_phone(number) is is_one


@pytest.mark.parametrize("number", ["", "+", "١٢٣٤٥٦", "1" * 16, "12;34", "1234\x00"])
def test_what_it_cannot(number: str) -> None:
    assert not looks_like_phone(number)
