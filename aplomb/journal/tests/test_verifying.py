"""Every way of tampering is named with the entry where it begins."""

import datetime as dt
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aplomb.journal import chains, checkpoints, proofs
from aplomb.journal.checkpoints import checkpoint_bytes, make_checkpoint, public_bytes
from aplomb.journal.erasing import erase_all_values, erase_value, withhold
from aplomb.journal.models import Chain, Checkpoint, CheckpointHead, Entry
from aplomb.journal.tests.world import OTHER, boil, held, new_chain, rewrite
from aplomb.journal.verifying import Verdict, verify_chain

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):  # type: ignore[no-untyped-def]  # pytest's own fixtures
    settings.DATA = tmp_path


@pytest.fixture
def chain() -> Chain:
    """Six entries, of which a checkpoint saw the first four."""
    made = new_chain(4)
    make_checkpoint()
    boil(made, 5)
    boil(made, 6)
    return made


def verified(chain: Chain) -> Verdict:
    return verify_chain(chain.key, values=held)


def found(chain: Chain) -> tuple[str, int | None]:
    broken = verified(chain).broken
    assert broken is not None
    assert broken.text
    return broken.code, broken.seq


def entry(chain: Chain, seq: int) -> Entry:
    return Entry.objects.get(chain=chain, seq=seq)


def change(chain: Chain, seq: int, **fields: object) -> None:
    Entry.objects.filter(chain=chain, seq=seq).update(**fields)


def test_an_unbroken_chain_holds_and_says_what_vouches_for_it(chain: Chain) -> None:
    verdict = verified(chain)
    assert verdict.broken is None
    assert verdict.entries == 6
    assert verdict.checkpoint is not None
    assert verdict.checkpoint.length == 4
    assert [(note.code, note.seq, note.last) for note in verdict.notes] == [("unsigned", 5, 6)]


def test_an_empty_chain_holds() -> None:
    verdict = verified(new_chain(0))
    assert (verdict.broken, verdict.entries, verdict.notes) == (None, 0, ())


def test_values_kept_elsewhere_are_not_looked_at_unless_they_are_given(chain: Chain) -> None:
    notes = {note.code: note.last for note in verify_chain(chain.key).notes}
    assert notes["apart"] == 6


def test_a_changed_content_is_named(chain: Chain) -> None:
    change(chain, 3, content=(entry(chain, 3).content or "").replace("true", "false"))
    assert found(chain) == ("digest", 3)


def test_a_changed_content_whose_digest_was_made_to_fit_is_named(chain: Chain) -> None:
    other = (entry(chain, 3).content or "").replace("true", "false")
    digest = hashlib.sha256(bytes(entry(chain, 3).salt or b"") + other.encode()).digest()
    change(chain, 3, content=other, digest=digest)
    assert found(chain) == ("hash", 3)


def test_a_changed_entry_whose_hash_was_made_to_fit_breaks_the_next(chain: Chain) -> None:
    change(chain, 5, hash=b"x" * 32)
    assert found(chain) == ("hash", 5)


def test_a_changed_instant_is_named(chain: Chain) -> None:
    change(chain, 2, at=entry(chain, 2).at + dt.timedelta(microseconds=1))
    assert found(chain) == ("hash", 2)


def test_another_kind_beside_the_content_is_named(chain: Chain) -> None:
    change(chain, 2, kind="KettleEmptied")
    assert found(chain) == ("kind", 2)


def test_a_content_in_another_form_is_named(chain: Chain) -> None:
    # the bytes are hashed as they are: an object with a word twice would read differently to different readers
    doubled = (entry(chain, 6).content or "").replace('{"actor"', '{"kind":"KettleEmptied","actor"')
    digest = chains.content_digest(bytes(entry(chain, 6).salt or b""), doubled.encode())
    frame = chains.frame_bytes(chain=chain.key, seq=6, at=entry(chain, 6).at, prev=bytes(entry(chain, 5).hash))
    change(chain, 6, content=doubled, digest=digest, hash=chains.entry_hash(frame, digest))
    assert found(chain) == ("form", 6)


def test_the_end_of_a_salt_cannot_pass_for_the_beginning_of_a_content(chain: Chain) -> None:
    row = entry(chain, 3)
    whole = bytes(row.salt or b"") + (row.content or "").encode()
    change(chain, 3, salt=whole[:15], content=whole[15:].decode("latin-1"))
    assert found(chain) == ("form", 3)


def test_the_end_of_a_salt_cannot_pass_for_the_beginning_of_a_value(chain: Chain) -> None:
    row = entry(chain, 3)
    kept = row.openings["who"]
    row.openings["who"] = {"salt": kept["salt"] + kept["value"].encode()[:1].hex(), "value": kept["value"][1:]}
    row.save()
    assert found(chain) == ("opening", 3)


def test_a_changed_value_is_named_with_its_name(chain: Chain) -> None:
    row = entry(chain, 3)
    row.openings["who"]["value"] = "Somebody else"
    row.save()
    broken = verified(chain).broken
    assert broken is not None
    assert (broken.code, broken.seq, broken.name) == ("value", 3, "who")


def test_a_value_kept_elsewhere_that_was_changed_or_lost_is_named(chain: Chain) -> None:
    changed = verify_chain(chain.key, values=lambda seq, name: b"other" if seq == 4 else held(seq, name)).broken
    assert changed is not None
    assert (changed.code, changed.seq, changed.name) == ("value", 4, "text")
    lost = verify_chain(chain.key, values=lambda seq, name: None if seq == 4 else held(seq, name)).broken
    assert lost is not None
    assert (lost.code, lost.seq) == ("value-missing", 4)


@pytest.mark.parametrize(
    "opening", [None, "x", {}, {"salt": "00"}, {"salt": "zz" * 16, "value": "a"}, {"gone": "x", "value": "y"}]
)
def test_an_opening_that_fits_nothing_is_named(chain: Chain, opening: object) -> None:
    row = entry(chain, 2)
    row.openings["who"] = opening
    row.save()
    assert found(chain) == ("opening", 2)


def test_a_dropped_or_an_added_opening_is_named(chain: Chain) -> None:
    row = entry(chain, 2)
    del row.openings["who"]
    row.save()
    assert found(chain) == ("opening", 2)
    row.openings["who"] = {"gone": "erased"}
    row.openings["where"] = {"gone": "erased"}
    row.save()
    assert found(chain) == ("opening", 2)


def test_an_entry_cut_from_the_middle_is_named(chain: Chain) -> None:
    entry(chain, 3).delete()
    assert found(chain) == ("missing", 3)


def test_two_entries_that_changed_places_are_named(chain: Chain) -> None:
    second, third = entry(chain, 2), entry(chain, 3)
    for row, seq in ((second, 100), (third, 2), (second, 3)):
        row.seq = seq
        row.save()
    assert found(chain) == ("hash", 2)


def test_an_entry_added_at_the_end_is_named(chain: Chain) -> None:
    Chain.objects.filter(pk=chain.pk).update(length=5, head=bytes(entry(chain, 5).hash))
    assert found(chain) == ("head", 6)


def test_the_last_two_entries_cut_are_missed_by_the_chains_own_count(chain: Chain) -> None:
    Entry.objects.filter(chain=chain, seq__gt=4).delete()
    assert found(chain) == ("short", 5)


def test_the_last_two_entries_cut_and_the_count_made_to_fit_are_missed_by_the_checkpoint(chain: Chain) -> None:
    Entry.objects.filter(chain=chain, seq__gt=2).delete()
    Chain.objects.filter(pk=chain.pk).update(length=2, head=bytes(entry(chain, 2).hash))
    broken = verified(chain).broken
    assert broken is not None
    assert (broken.code, broken.seq, broken.last) == ("cut", 3, 4)


def test_a_chain_rewritten_whole_is_named_by_the_checkpoint(chain: Chain) -> None:
    rewrite(chain, 1, content=OTHER)
    broken = verified(chain).broken
    assert broken is not None
    assert (broken.code, broken.seq, broken.last) == ("rewritten", 1, 4)


def test_a_rewritten_stretch_lies_between_two_checkpoints(chain: Chain) -> None:
    make_checkpoint()
    rewrite(chain, 6, content=OTHER)
    broken = verified(chain).broken
    assert broken is not None
    assert (broken.code, broken.seq, broken.last) == ("rewritten", 5, 6)


def test_what_no_checkpoint_saw_can_be_rewritten_and_the_verdict_says_so(chain: Chain) -> None:
    rewrite(chain, 6, content=OTHER)
    verdict = verified(chain)
    assert verdict.broken is None
    assert ("unsigned", 5, 6) in [(note.code, note.seq, note.last) for note in verdict.notes]


def test_an_older_checkpoint_counts_when_the_newest_was_made_after_the_change(chain: Chain) -> None:
    rewrite(chain, 2, content=OTHER)
    make_checkpoint()
    assert found(chain) == ("rewritten", 1)


def test_a_head_taken_out_of_a_checkpoint_is_named(chain: Chain) -> None:
    CheckpointHead.objects.filter(chain=chain).delete()
    assert found(chain) == ("checkpoint-root", None)


def test_a_head_made_to_fit_the_rewritten_chain_is_named(chain: Chain) -> None:
    rewrite(chain, 1, content=OTHER)
    CheckpointHead.objects.filter(chain=chain).update(head=bytes(entry(chain, 4).hash))
    assert found(chain) == ("checkpoint-root", None)


def test_a_forged_signature_is_named(chain: Chain) -> None:
    Checkpoint.objects.update(signature=b"s" * 64)
    assert found(chain) == ("checkpoint-signature", None)


def test_a_checkpoint_signed_with_another_key_is_named(chain: Chain) -> None:
    forge(Checkpoint.objects.get())
    assert found(chain) == ("checkpoint-key", None)


def forge(checkpoint: Checkpoint) -> None:
    """Sign it again with a key of one's own."""
    key = Ed25519PrivateKey.generate()
    Checkpoint.objects.filter(pk=checkpoint.pk).update(
        public_key=public_bytes(key), signature=key.sign(checkpoint_bytes(checkpoint))
    )


def test_a_checkpoint_forged_in_the_middle_is_named_although_the_newest_is_the_desks_own(chain: Chain) -> None:
    make_checkpoint()
    boil(chain, 7)
    make_checkpoint()
    forge(Checkpoint.objects.order_by("id")[1])
    assert found(chain) == ("checkpoint-key", None)


def test_a_checkpoint_taken_out_of_their_chain_is_named(chain: Chain) -> None:
    make_checkpoint()
    boil(chain, 7)
    make_checkpoint()
    middle = Checkpoint.objects.order_by("id")[1]
    middle.heads.all().delete()
    middle.delete()
    assert found(chain) == ("checkpoint-prev", None)


def test_all_checkpoints_gone_are_missed_by_the_chain(chain: Chain) -> None:
    CheckpointHead.objects.all().delete()
    Checkpoint.objects.all().delete()
    assert found(chain) == ("checkpoint-missing", None)


def test_a_lost_key_leaves_old_checkpoints_good_and_the_change_is_told(chain: Chain) -> None:
    checkpoints.key_file().unlink()
    without = verified(chain)
    assert without.broken is None
    assert "no-key" in {note.code for note in without.notes}
    make_checkpoint()
    verdict = verified(chain)
    assert verdict.broken is None
    assert "new-key" in {note.code for note in verdict.notes}


def test_erased_values_and_withheld_contents_verify(chain: Chain) -> None:
    erase_value(entry(chain, 2), "who")
    withhold(entry(chain, 3))
    verdict = verified(chain)
    assert verdict.broken is None
    assert {note.code: note.last for note in verdict.notes if note.code in {"gone", "withheld"}} == {
        "gone": 1,
        "withheld": 1,
    }
    assert verdict.gone == ((2, "who"),)
    assert entry(chain, 2).openings["who"] == {"gone": "erased"}
    assert entry(chain, 3).content is None


def test_a_chain_without_any_value_left_verifies(chain: Chain) -> None:
    erase_all_values(chain)
    assert verified(chain).broken is None
    assert "Zoë" not in json.dumps([row.openings for row in Entry.objects.filter(chain=chain)], ensure_ascii=False)


def test_erasing_what_was_never_committed_to_is_refused(chain: Chain) -> None:
    with pytest.raises(KeyError):
        erase_value(entry(chain, 2), "nothing")


def test_a_withheld_content_cannot_be_replaced(chain: Chain) -> None:
    withhold(entry(chain, 3))
    change(chain, 3, digest=b"d" * 32)
    assert found(chain) == ("hash", 3)


def test_a_chain_that_does_not_exist_is_said_so() -> None:
    with pytest.raises(Chain.DoesNotExist):
        verify_chain("kettle-0")


# --- checkpoints ---------------------------------------------------------------------------------------------------


def test_a_checkpoint_signs_only_what_grew() -> None:
    one, two = new_chain(2), new_chain(3)
    first = make_checkpoint()
    assert first is not None
    assert first.count == 2
    boil(two, 4)
    second = make_checkpoint()
    assert second is not None
    assert [(head.chain_id, head.length) for head in second.heads.all()] == [(two.pk, 4)]
    assert bytes(second.prev) == hashlib.sha256(checkpoint_bytes(first)).digest()
    assert one.signed_heads.count() == 1


def test_nothing_grown_makes_no_checkpoint_and_no_key() -> None:
    assert make_checkpoint() is None
    assert not checkpoints.key_file().exists()


def test_many_chains_are_signed_in_several_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [new_chain(1) for _ in range(5)]
    monkeypatch.setattr(checkpoints, "MOST_HEADS", 2)
    monkeypatch.setattr(checkpoints.make_checkpoint, "__kwdefaults__", {"most": 2})
    checkpoints.sign_checkpoint()
    assert [each.count for each in Checkpoint.objects.order_by("id")] == [2, 2, 1]
    assert {verified(each).checkpoint is not None for each in made} == {True}


def test_a_chain_that_grows_while_it_is_signed_is_signed_again_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = new_chain(1)
    real = proofs.merkle_root

    def slow(leaves):  # type: ignore[no-untyped-def]  # stands in for the real one
        found = real(leaves)
        boil(chain, 2)
        return found

    monkeypatch.setattr(proofs, "merkle_root", slow)
    make_checkpoint()
    monkeypatch.undo()
    assert Chain.objects.get(pk=chain.pk).sealed_length == 1
    again = make_checkpoint()
    assert again is not None
    assert [head.length for head in again.heads.all()] == [2]


@pytest.mark.django_db(transaction=True)
def test_of_two_checkpoints_that_follow_the_same_one_only_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    new_chain(1)
    first = make_checkpoint()
    assert first is not None
    new_chain(1)
    real = proofs.merkle_root

    def raced(leaves):  # type: ignore[no-untyped-def]  # stands in for the real one
        monkeypatch.undo()
        Checkpoint.objects.create(
            at=first.at, count=0, root=real([]), prev=hashlib.sha256(checkpoint_bytes(first)).digest(),
            public_key=first.public_key, signature=b"",
        )  # fmt: skip
        return real(leaves)

    monkeypatch.setattr(proofs, "merkle_root", raced)
    assert make_checkpoint() is None
    assert Checkpoint.objects.count() == 1


def test_the_key_is_readable_by_its_owner_only() -> None:
    checkpoints.signing_key()
    file = checkpoints.key_file()
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["record.key"]
    file.chmod(0o644)
    checkpoints.signing_key()
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_key_stays_the_same() -> None:
    assert public_bytes(checkpoints.signing_key()) == public_bytes(checkpoints.signing_key())


def test_a_damaged_key_is_said_so_and_not_replaced() -> None:
    checkpoints.signing_key()
    checkpoints.key_file().write_bytes(b"")
    with pytest.raises(checkpoints.KeyUnusable, match="holds no Ed25519 key"):
        checkpoints.signing_key()
    assert checkpoints.key_file().read_bytes() == b""
