"""The archive file: whole or known not to be."""

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from aplomb.transfer.backup.archive import Writer, read_manifest, walk
from aplomb.transfer.backup.errors import BackupTrouble


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "desk.tar.gz"
    with Writer(path) as writer:
        writer.add("tables/tickets_ticket/000001.jsonl", b'[1,"a"]\n' * 5000)
        writer.add_stream("files/ab/cd/abcd", io.BytesIO(b"x" * 100_000), 100_000)
        writer.finish({"aplomb": "0.1.0"})
    return path


def test_what_was_written_is_read(whole: Path) -> None:
    manifest = read_manifest(whole)
    assert (manifest["aplomb"], manifest["members"], manifest["format"]) == ("0.1.0", 2, 1)
    assert [member.name for member in walk(whole)] == [
        "tables/tickets_ticket/000001.jsonl",
        "files/ab/cd/abcd",
        "manifest.json",
    ]
    assert next(walk(whole)).read() == b'[1,"a"]\n' * 5000


def test_it_is_for_its_owner_alone(whole: Path) -> None:
    assert whole.stat().st_mode & 0o077 == 0


def test_an_archive_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "desk.tar.gz"
    with pytest.raises(RuntimeError), Writer(path) as writer:
        writer.add("tables/a/000001.jsonl", b"[1]\n")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_half_an_archive_is_refused(whole: Path, part: float) -> None:
    content = whole.read_bytes()
    whole.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(BackupTrouble, match=r"damaged|cut short"):
        read_manifest(whole)


def test_every_changed_bit_that_matters_is_noticed(whole: Path) -> None:
    content = gzip.decompress(whole.read_bytes())
    for place in (600, 5000, 41_500, 60_000, len(content) - 12_000):
        changed = bytearray(content)
        if changed[place] == 0:
            continue
        changed[place] ^= 1
        whole.write_bytes(gzip.compress(bytes(changed)))
        with pytest.raises(BackupTrouble):
            read_manifest(whole)


def rebuilt(path: Path, change: object) -> None:
    """The archive again, with each member as `change(name, content)` gives it; None leaves it out."""
    kept = [(member.name, member.read()) for member in walk(path)]
    with tarfile.open(path, "w:gz") as tar:
        for name, content in kept:
            given = change(name, content)  # type: ignore[operator]  # a function of two
            if given is None:
                continue
            info = tarfile.TarInfo(given[0])
            info.size = len(given[1])
            tar.addfile(info, io.BytesIO(given[1]))


def test_a_member_that_is_missing_changed_or_added_is_noticed(whole: Path) -> None:
    original = whole.read_bytes()
    for change in (
        lambda name, content: None if name.startswith("files/") else (name, content),
        lambda name, content: (name, b'[2,"a"]\n') if name.startswith("tables/") else (name, content),
        lambda name, content: None if name == "manifest.json" else (name, content),
        lambda name, content: (
            ("tables/tickets_ticket/000009.jsonl", content) if name[:6] == "tables" else (name, content)
        ),
    ):
        whole.write_bytes(original)
        rebuilt(whole, change)
        with pytest.raises(BackupTrouble):
            read_manifest(whole)


@pytest.mark.parametrize("name", ["/etc/passwd", "files/../../up", "../up", "files/a b", "keys/../secret", "else"])
def test_names_that_are_not_ours_are_refused(whole: Path, name: str) -> None:
    rebuilt(whole, lambda was, content: (name, content) if was.startswith("files/") else (was, content))
    with pytest.raises(BackupTrouble, match="no archive of Aplomb's"):
        read_manifest(whole)


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "desk.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo("files/ab/cd/abcd")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(BackupTrouble, match="no archive of Aplomb's"):
        read_manifest(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"not an archive", gzip.compress(b""), gzip.compress(b"nor this one" * 99)],
    ids=["nothing", "plain", "nothing compressed", "compressed"],
)
def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "desk.tar.gz"
    path.write_bytes(content)
    with pytest.raises(BackupTrouble):
        read_manifest(path)


def test_a_file_that_is_not_there_and_a_folder_are_said_to_be_that(tmp_path: Path) -> None:
    with pytest.raises(BackupTrouble, match="cannot be read"):
        read_manifest(tmp_path / "nowhere.tar.gz")
    with pytest.raises(BackupTrouble, match="cannot be read"):
        read_manifest(tmp_path)


def test_a_newer_format_names_the_version_that_made_it(whole: Path) -> None:
    def newer(name: str, content: bytes) -> tuple[str, bytes]:
        if name != "manifest.json":
            return name, content
        return name, json.dumps({**json.loads(content), "format": 2, "aplomb": "9.1.0"}).encode()

    rebuilt(whole, newer)
    with pytest.raises(BackupTrouble, match=r"newer Aplomb \(9\.1\.0\)"):
        read_manifest(whole)
