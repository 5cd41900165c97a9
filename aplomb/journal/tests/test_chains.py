import datetime as dt
import hashlib
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from aplomb.journal import chains, proofs

AT = dt.datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=dt.UTC)


def test_a_frame_is_the_rfc_8785_form_of_its_five_words() -> None:
    frame = chains.frame_bytes(chain="12345678", seq=7, at=AT, prev=b"\x01" * 32)
    assert frame == rfc8785.dumps(
        {"v": 1, "chain": "12345678", "seq": 7, "at": "2026-03-01T09:30:00.123456Z", "prev": "01" * 32}
    )


@given(
    st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 2**53 - 1), st.binary(min_size=32, max_size=32)
)
def test_a_frame_is_in_rfc_8785_form_whatever_the_chain_is_called(chain: str, seq: int, prev: bytes) -> None:
    frame = chains.frame_bytes(chain=chain, seq=seq, at=AT, prev=prev)
    assert frame == rfc8785.dumps(json.loads(frame))


def test_the_instant_of_a_frame_does_not_depend_on_the_zone_it_is_given_in() -> None:
    there = AT.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=45)))
    assert chains.frame_bytes(chain="a", seq=1, at=there, prev=bytes(32)) == chains.frame_bytes(
        chain="a", seq=1, at=AT, prev=bytes(32)
    )


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        chains.frame_bytes(chain="a", seq=1, at=AT.replace(tzinfo=None), prev=bytes(32))


def test_an_entry_is_hashed_as_the_page_on_the_record_says() -> None:
    content = chains.content_bytes(
        kind="A", actor={"kind": "staff", "id": "7"}, facts={"b": 1, "a": None}, commitments={}
    )
    made = chains.new_entry(chain="12345678", seq=1, at=AT, prev=chains.NOTHING_BEFORE, content=content)
    assert content == b'{"actor":{"id":"7","kind":"staff"},"commitments":{},"facts":{"a":null,"b":1},"kind":"A"}'
    assert len(made.salt) == 16
    assert made.digest == hashlib.sha256(made.salt + content).digest()
    frame = chains.frame_bytes(chain="12345678", seq=1, at=AT, prev=bytes(32))
    assert made.hash == hashlib.sha256(frame + made.digest).digest()


def test_two_entries_that_say_the_same_have_other_salts() -> None:
    one, two = (chains.new_entry(chain="a", seq=1, at=AT, prev=bytes(32), content=b"{}") for _ in range(2))
    assert one.salt != two.salt
    assert one.digest != two.digest


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + slow_root(leaves[:split]) + slow_root(leaves[split:])).digest()


def slow_path(leaves: list[bytes], index: int) -> list[bytes]:
    """RFC 9162 section 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*slow_path(leaves[:split], index), slow_root(leaves[split:])]
    return [*slow_path(leaves[split:], index - split), slow_root(leaves[:split])]


def leaves(count: int) -> list[bytes]:
    return [proofs.leaf(f"chain-{number}", number, bytes([number % 256]) * 32) for number in range(count)]


def test_a_leaf_and_a_node_cannot_be_taken_for_one_another() -> None:
    assert proofs.leaf("1", 2, b"h" * 32) == hashlib.sha256(b"\x001:2:" + b"h" * 32).digest()
    assert proofs.node(b"l", b"r") == hashlib.sha256(b"\x01lr").digest()


@given(st.integers(0, 70))
def test_the_tree_is_that_of_rfc_9162(count: int) -> None:
    assert proofs.merkle_root(leaves(count)) == slow_root(leaves(count))


@given(st.integers(1, 70).flatmap(lambda count: st.tuples(st.just(count), st.integers(0, count - 1))))
def test_a_path_is_that_of_rfc_9162_and_leads_to_the_root(place: tuple[int, int]) -> None:
    count, index = place
    all_of_them = leaves(count)
    path = proofs.inclusion_path(all_of_them, index)
    assert path == slow_path(all_of_them, index)
    assert proofs.root_by_path(all_of_them[index], index, count, path) == slow_root(all_of_them)


@given(st.integers(2, 40).flatmap(lambda count: st.tuples(st.just(count), st.integers(0, count - 1))))
def test_a_path_proves_no_other_leaf_place_or_length(place: tuple[int, int]) -> None:
    count, index = place
    all_of_them = leaves(count)
    path = proofs.inclusion_path(all_of_them, index)
    root = proofs.merkle_root(all_of_them)
    assert proofs.root_by_path(b"x" * 32, index, count, path) != root
    assert proofs.root_by_path(all_of_them[index], index, count, path[:-1]) != root
    assert proofs.root_by_path(all_of_them[index], index, count, [*path, b"x" * 32]) != root
    assert proofs.root_by_path(all_of_them[index], count, count, path) is None


def test_no_leaf_has_no_path() -> None:
    with pytest.raises(IndexError):
        proofs.inclusion_path([], 0)


def test_a_key_that_is_none_signs_nothing() -> None:
    assert not proofs.signature_holds(b"short", b"s" * 64, b"words")
