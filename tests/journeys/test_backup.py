"""A desk is saved while it works and comes back elsewhere as it was; and every release's desk comes up to date in one step."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import pytest

from tests.parts.desk import Desk
from tests.parts.empty_database import empty_database
from tests.parts.ports import wait_for

RELEASES = sorted((Path(__file__).resolve().parent.parent / "releases").glob("v*.tar.gz"))


@pytest.fixture
def other_place() -> Iterator[Callable[..., Desk]]:
    """A place with nothing in it: `other_place(sqlite=True)` on SQLite whatever the run is about."""
    with empty_database() as database:
        found: list[Desk] = []

        def made(*, sqlite: bool = False) -> Desk:
            desk = Desk(empty_database="" if sqlite else database, APLOMB_DEMO="0")
            found.append(desk)
            return desk

        yield made
        for desk in found:
            desk.stop()
            shutil.rmtree(desk.folder, ignore_errors=True)


def letter(number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "dora@firm.example", "help@desk.example", f"Under load {number}"
    mail["Message-ID"] = f"<load-{number}@firm.example>"
    mail.set_content(f"Line {number} is down.\n")
    mail.add_attachment(os.urandom(20_000), maintype="application", subtype="octet-stream", filename=f"{number}.bin")
    return mail


def refused(desk: Desk, *arguments: str) -> str:
    """What the command says on stderr when it does not do it."""
    with pytest.raises(CalledProcessError) as stopped:
        desk.command(*arguments)
    said: str = stopped.value.stderr.decode()
    assert "Traceback" not in said
    return said


def test_a_backup_under_load_comes_back_whole(
    unsent_desk: Desk, other_place: Callable[..., Desk], tmp_path: Path
) -> None:
    stopping = threading.Event()
    sent: list[int] = []

    def write() -> None:
        while not stopping.is_set():
            unsent_desk.send(letter(len(sent)), sender="dora@firm.example")
            sent.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_for(lambda: len(sent) >= 10, seconds=30, otherwise=lambda: f"{len(sent)} mails were taken")
        before = len(sent)
        made = unsent_desk.command("backup", str(tmp_path / "desk.tar.gz"))
    finally:
        stopping.set()
        writer.join()
    assert len(sent) > before, "nothing was taken in while the backup was made"
    assert made["lost_files"] == 0 and made["files"] >= before

    there = other_place()
    done = there.command("restore", made["file"])
    assert (done["rows"], done["files"]) == (made["rows"], made["files"])
    assert done["damaged_files"] == done["broken_records"] == []
    assert there.command("record", "verify") == []
    assert [each for each in there.command("check") if each["weight"] == "error"] == []

    # and it works on: what had been taken in but not applied yet becomes tickets
    there.start()
    there.send(letter(999_999), sender="dora@firm.example")
    wait_for(
        lambda: number_of(there, "Under load 999999") == 1,
        seconds=60,
        otherwise=lambda: there.errors.read_text(errors="replace")[-3000:],
    )
    # what was stored before the backup is there once, although the jobs that apply it were saved half-way
    assert number_of(there, "Under load 3") == 1


def number_of(desk: Desk, subject: str) -> int:
    """How many tickets have the subject."""
    import json
    from urllib.request import Request, urlopen

    if not hasattr(desk, "token"):
        desk.token = desk.command("token", "create")["token"]  # type: ignore[attr-defined]  # kept with its desk
    asked = Request(
        f"{desk.url}/api/v1/tickets?limit=100",
        headers={"Authorization": f"Bearer {desk.token}"},  # type: ignore[attr-defined]  # the same
    )
    with urlopen(asked, timeout=20) as answer:
        return sum(each["subject"] == subject for each in json.load(answer)["items"])


def test_a_desk_moves_from_one_database_to_the_other(other_place: Callable[..., Desk], tmp_path: Path) -> None:
    first, second, third = other_place(sqlite=True), other_place(), other_place(sqlite=True)
    first.command("demo")
    one = first.command("backup", str(tmp_path / "one.tar.gz"))
    second.command("restore", one["file"])
    two = second.command("backup", str(tmp_path / "two.tar.gz"))
    done = third.command("restore", two["file"])
    # what a desk remembers of its periodic jobs may be more; nothing is less
    assert (two["rows"], two["files"], two["jobs"]) == (one["rows"], one["files"], one["jobs"])
    assert done["damaged_files"] == done["broken_records"] == []


def test_a_restore_is_refused_where_something_is_and_the_file_is_not_whole(
    other_place: Callable[..., Desk], tmp_path: Path
) -> None:
    full, empty = other_place(sqlite=True), other_place()
    full.command("demo")
    file = full.command("backup", str(tmp_path / "desk.tar.gz"))["file"]
    assert "is there already" in refused(full, "backup", file)
    assert "is not empty" in refused(full, "restore", file)
    half = tmp_path / "half.tar.gz"
    half.write_bytes(Path(file).read_bytes()[:90_000])
    assert "cut short" in refused(empty, "restore", str(half))
    # a refused restore leaves the place as empty as it was
    assert empty.command("restore", file)["broken_records"] == []
    assert "is not empty" in refused(empty, "restore", file)


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_the_desk_of_each_release_comes_up_to_date_in_one_step(release: Path, other_place: Callable[..., Desk]) -> None:
    desk = other_place()
    done: dict[str, Any] = desk.command("restore", str(release))
    assert done["damaged_files"] == done["broken_records"] == []
    assert desk.command("migrate", "--check") == {"pending": []}
    assert [each for each in desk.command("check") if each["weight"] == "error"] == []
    desk.start()


def test_there_is_a_release_to_come_from() -> None:
    assert RELEASES
