import json
from typing import Any

import pytest
from django.db import connection, transaction

from aplomb.journal import chains, wires
from aplomb.journal.actors import SYSTEM
from aplomb.journal.events import Event, Sealed, event_from
from aplomb.journal.jobs import _engine
from aplomb.journal.models import Chain, Entry
from aplomb.journal.recording import ChainMoved, open_chain, record
from aplomb.journal.tests.world import KettleBoiled, KettleEmptied, boil, new_chain


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Event.KINDS, "KettleBoiled", KettleBoiled)
    monkeypatch.setitem(Event.KINDS, "KettleEmptied", KettleEmptied)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    chain = new_chain(0)
    with pytest.raises(RuntimeError, match="transaction"):
        record(KettleEmptied(kettle_id=1), by=SYSTEM, chain=chain)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_an_entry_says_who_what_and_commits_to_the_rest() -> None:
    entry = boil(new_chain(0), 7, who=Sealed.text("Zoë"), text=Sealed.text("words", held=True))
    content = json.loads(entry.content or "")
    assert content["kind"] == "KettleBoiled"
    assert content["actor"] == {"kind": "system", "id": "aplomb"}
    assert content["facts"] == {"kettle_id": 7, "hot": True}
    who = entry.openings["who"]
    assert who["value"] == "Zoë"
    assert content["commitments"]["who"] == chains.commitment(bytes.fromhex(who["salt"]), "Zoë".encode())
    assert entry.openings["text"].keys() == {"salt", "held"}
    assert "Zoë" not in (entry.content or "")


@pytest.mark.django_db
def test_every_value_has_a_salt_of_its_own() -> None:
    entry = boil(new_chain(0), 1, one=Sealed.text("same"), two=Sealed.text("same"))
    content = json.loads(entry.content or "")
    assert entry.openings["one"]["salt"] != entry.openings["two"]["salt"]
    assert content["commitments"]["one"] != content["commitments"]["two"]


@pytest.mark.django_db
def test_the_instant_that_was_hashed_is_the_one_that_is_kept() -> None:
    chain = new_chain(1)
    entry = Entry.objects.get(chain=chain)
    frame = chains.frame_bytes(chain=chain.key, seq=1, at=entry.at, prev=bytes(32))
    assert bytes(entry.hash) == chains.entry_hash(frame, bytes(entry.digest)) == bytes(Chain.objects.get().head)


@pytest.mark.django_db
def test_the_second_of_two_writers_on_one_chain_is_turned_away() -> None:
    mine = new_chain(1)
    theirs = Chain.objects.get(pk=mine.pk)
    boil(mine)
    with pytest.raises(ChainMoved):
        boil(theirs)
    assert Entry.objects.filter(chain=mine).count() == 2
    assert Chain.objects.get(pk=mine.pk).length == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_recorded() -> None:
    chain = new_chain(1)
    with pytest.raises(LookupError), transaction.atomic():
        record(KettleEmptied(kettle_id=1), by=SYSTEM, chain=chain)
        raise LookupError
    assert Chain.objects.get(pk=chain.pk).length == 1
    with pytest.raises(ChainMoved):
        boil(chain)


@pytest.mark.django_db
def test_chains_get_serial_numbers_of_their_own() -> None:
    with transaction.atomic():
        keys = [open_chain(lambda serial: f"key-{serial}").key for _ in range(3)]
    assert len(set(keys)) == 3


class Listener:
    """Reactions that remember what they heard, and whether in the transaction of the change."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.failing = 0

    def together(self, event: KettleBoiled) -> None:
        self.heard.append(("together", connection.in_atomic_block and event.sealed["who"].value))

    def afterwards(self, event: KettleBoiled) -> None:
        if self.failing:
            self.failing -= 1
            raise ConnectionError("not now")
        self.heard.append(("afterwards", event))

    def another(self, event: KettleBoiled) -> None:
        self.heard.append(("another", event))


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    found = Listener()
    for name in ("_together", "_afterwards", "_by_name"):
        monkeypatch.setattr(wires, name, {})
    afterwards, another = found.afterwards, found.another
    wires.connect(together={KettleBoiled: [found.together]}, afterwards={KettleBoiled: [afterwards, another]})
    return found


@pytest.mark.django_db(transaction=True)
def test_reactions_together_run_in_the_transaction_and_those_afterwards_as_jobs(listener: Listener) -> None:
    boil(new_chain(0), 5, who=Sealed.text("Zoë"))
    assert listener.heard == [("together", "Zoë".encode())]
    _engine().drain()
    # a job sees the facts and nothing that was sealed
    assert listener.heard[1:] == [
        ("afterwards", KettleBoiled(kettle_id=5)),
        ("another", KettleBoiled(kettle_id=5)),
    ]
    assert listener.heard[1][1].sealed == {}


@pytest.mark.django_db(transaction=True)
def test_a_reaction_that_fails_is_tried_again_alone(listener: Listener, time_machine: Any) -> None:
    time_machine.move_to("2026-03-02T10:00:00Z", tick=False)
    listener.failing = 1
    boil(new_chain(0), 5, who=Sealed.text("Zoë"))
    _engine().drain()
    assert [name for name, _event in listener.heard] == ["together", "another"]
    time_machine.move_to("2026-03-02T10:00:03Z", tick=False)
    _engine().drain()
    assert [name for name, _event in listener.heard] == ["together", "another", "afterwards"]


@pytest.mark.django_db(transaction=True)
def test_a_reaction_together_that_fails_undoes_the_change(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_event: KettleBoiled) -> None:
        raise LookupError

    wires.connect(together={KettleBoiled: [broken]}, afterwards={})
    chain = new_chain(0)
    with pytest.raises(LookupError):
        boil(chain)
    assert not Entry.objects.exists()
    assert Chain.objects.get(pk=chain.pk).length == 0


@pytest.mark.django_db(transaction=True)
def test_a_reaction_that_left_the_page_is_done(listener: Listener) -> None:
    boil(new_chain(0), 5, who=Sealed.text("Zoë"))
    wires.connect(together={}, afterwards={})
    assert _engine().drain() == 2
    assert _engine().drain() == 0


def test_an_event_comes_back_from_its_facts() -> None:
    assert event_from("KettleBoiled", {"kettle_id": 3, "hot": False}) == KettleBoiled(kettle_id=3, hot=False)


def test_an_event_that_nobody_declares_is_not_made_up() -> None:
    with pytest.raises(KeyError):
        event_from("KettleStolen", {})
