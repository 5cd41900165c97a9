"""Every fixture mail is read exactly as the JSON beside it says: some or all of the keys of `aplomb mail parse`."""

import json
from pathlib import Path

import pytest

from aplomb.channels.mail.reading.outline import outline
from aplomb.channels.mail.reading.parse import parse_mail

FOLDER = Path(__file__).parent
MAILS = sorted(FOLDER.glob("*/*.eml"))
KINDS = {
    "charsets", "headers", "structure", "html", "attachments", "sender",
    "forwarded", "trim", "bounces", "automatic", "hostile",
}  # fmt: skip
LEAST = 150


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_mail_is_read_as_expected(path: Path) -> None:
    wanted = json.loads(path.with_suffix(".json").read_bytes())
    read = outline(parse_mail(path.read_bytes()))

    assert wanted, "an expectation names at least one key"
    assert wanted.keys() <= read.keys()
    assert {key: read[key] for key in wanted} == wanted
    assert read["new_text"] in read["text"]


def test_there_are_many_mails_of_known_kinds_and_nothing_else() -> None:
    assert len(MAILS) >= LEAST
    assert {path.parent.name for path in MAILS} <= KINDS
    assert set(FOLDER.glob("*/*.json")) == {path.with_suffix(".json") for path in MAILS}
