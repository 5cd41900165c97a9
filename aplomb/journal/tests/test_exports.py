"""The example on the page about the record is true, word for word."""

import hashlib
import json
from pathlib import Path
from typing import Any

import rfc8785

from aplomb.journal.exports import verify_export

PAGE = Path(__file__).parents[3] / "docs" / "flows" / "record.md"


def example() -> Any:
    text = PAGE.read_text(encoding="utf-8")
    return json.loads(text.split("```json\n")[1].split("```")[0])


def test_the_example_on_the_page_verifies() -> None:
    verdict = verify_export(example())
    assert verdict.broken is None
    assert verdict.entries == 2
    assert [(note.code, note.last) for note in verdict.notes] == [("withheld", 1), ("unsigned", 2)]


def test_the_example_follows_the_formulas_of_the_page_without_our_code() -> None:
    first, second = example()["entries"]
    opening = first["openings"]["subject"]
    committed = hashlib.sha256(bytes.fromhex(opening["salt"]) + opening["value"].encode()).hexdigest()
    assert first["content"]["commitments"] == {"subject": committed}
    digest = hashlib.sha256(bytes.fromhex(first["salt"]) + rfc8785.dumps(first["content"])).digest()
    assert first["digest"] == digest.hex()
    assert first["hash"] == hashlib.sha256(rfc8785.dumps(first["frame"]) + digest).hexdigest()
    assert second["frame"]["prev"] == first["hash"]
    withheld = bytes.fromhex(second["digest"])
    assert second["hash"] == hashlib.sha256(rfc8785.dumps(second["frame"]) + withheld).hexdigest()
