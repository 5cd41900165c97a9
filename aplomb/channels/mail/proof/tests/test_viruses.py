"""Mail with viruses, when a scanner is configured."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aplomb.channels.mail.coming_in import applying
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.proof.tests.clamd import VIRUS, Clamd
from aplomb.channels.mail.proof.viruses import ScannerDown, answers, scan
from aplomb.channels.mail.tests.letters import HELP, letter, taken_in
from aplomb.lib.env import ScannerAddress
from tests.cast import Cast

State, Hold = IncomingMail.State, IncomingMail.Hold


@pytest.fixture
def clamd() -> Iterator[Callable[..., tuple[Clamd, ScannerAddress]]]:
    running: list[Clamd] = []

    def start(**options: object) -> tuple[Clamd, ScannerAddress]:
        found = Clamd(**options)  # type: ignore[arg-type]  # as given
        running.append(found)
        path = str(options.get("path", ""))
        return found, ScannerAddress(path=path, host="" if path else "127.0.0.1", port=found.port)

    yield start
    for each in running:
        each.close()


Start = Callable[..., tuple[Clamd, ScannerAddress]]


def test_a_virus_is_found_over_both_kinds_of_socket(clamd: Start, tmp_path: Path) -> None:
    for options in ({}, {"path": str(tmp_path / "clamd.ctl")}):
        _running, scanner = clamd(**options)
        assert answers(scanner) == ""
        assert scan(b"x" * 200_000, scanner) == ""
        assert scan(b"x" * 200_000 + VIRUS, scanner) == "Test.Virus-1"


def test_what_is_too_large_for_the_scanner_counts_as_clean(clamd: Start) -> None:
    _running, scanner = clamd(limit=100_000)
    assert scan(b"x" * 5_000_000, scanner) == ""


def test_a_scanner_that_is_down_or_ill_is_no_clean_bill(clamd: Start) -> None:
    running, scanner = clamd(says=b"stream: lstat() failed ERROR")
    with pytest.raises(ScannerDown):
        scan(b"x", scanner)
    assert answers(scanner) == "stream: lstat() failed ERROR"
    running.close()
    with pytest.raises(ScannerDown):
        scan(b"x", scanner)
    assert answers(scanner)
    assert answers(ScannerAddress(path="/nowhere/clamd.ctl"))


@pytest.mark.django_db
def test_a_mail_with_a_virus_is_held(cast: Cast, clamd: Start, settings: Any) -> None:
    _running, settings.CLAMAV = clamd()
    mail = letter("See the file")
    mail.add_attachment(VIRUS, maintype="application", subtype="octet-stream", filename="invoice.pdf")
    assert VIRUS not in mail.as_bytes() and base64.b64encode(VIRUS)[:20] in mail.as_bytes()
    row = taken_in(mail)
    assert (row.state, row.hold, row.verdicts["virus"]) == (State.HELD, Hold.VIRUS, "Test.Virus-1")
    assert "Test.Virus-1" in row.reason
    assert taken_in(letter("Clean")).state == State.APPLIED


@pytest.mark.django_db
def test_while_the_scanner_is_down_a_mail_waits_and_is_not_given_up(cast: Cast, clamd: Start, settings: Any) -> None:
    settings.CLAMAV = ScannerAddress(path="/nowhere/clamd.ctl")
    row = store([Arrival(content=letter().as_bytes(), source="smtp", envelope_to=(HELP,))])[0]
    for _time in range(applying.TRIES + 3):
        with pytest.raises(ScannerDown):
            applying.apply(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.STORED, 0)
    _running, settings.CLAMAV = clamd()
    applying.apply(row.pk)
    row.refresh_from_db()
    assert row.state == State.APPLIED
