"""The archive file: members in a compressed tar, and at its end the manifest that vouches for them. No database here.

A member is `tables/<table>/<number>.jsonl`, `keys/<name>`, `files/<path>`. The manifest holds the SHA-256 of
each table's lines and one of all members together, so that an archive that lost its end, a piece or a bit is known
before anything is restored.
"""

import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Self

from aplomb.transfer.backup.errors import BackupTrouble

FORMAT = 1
MANIFEST = "manifest.json"
# ours are far smaller; a hostile one must not fill the memory
MOST_MANIFEST_BYTES = 64 * 1024 * 1024
MOST_MEMBER_BYTES = 64 * 1024 * 1024
MOST_FILE_BYTES = 1 << 40
PIECE = 1024 * 1024
NAMES = re.compile(r"tables/[a-z0-9_]{1,100}/\d{6}\.jsonl|keys/[a-z.]{1,40}|files/[0-9A-Za-z._/-]{1,200}")

BROKEN = (tarfile.TarError, EOFError, zlib.error, OSError)


class Writer:
    """Writes an archive beside its name and gives it the name only once it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.begun = path.with_name(f"{path.name}.part")
        self.sum = hashlib.sha256()
        self.members = 0

    def __enter__(self) -> Self:
        try:
            # the archive holds the desk's secrets: for its owner alone
            handle = os.open(self.begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise BackupTrouble(f"{self.path} cannot be written: {error.strerror}.") from error
        self.stream = os.fdopen(handle, "wb")
        self.tar = tarfile.open(fileobj=self.stream, mode="w:gz", compresslevel=3, format=tarfile.PAX_FORMAT)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self.tar.close()
            self.stream.flush()
            os.fsync(self.stream.fileno())
        except OSError:
            kind = kind or OSError
        finally:
            self.stream.close()
            if kind is not None:
                self.begun.unlink(missing_ok=True)

    def add(self, name: str, content: bytes) -> None:
        """One member from memory."""
        self.add_stream(name, io.BytesIO(content), len(content))

    def add_stream(self, name: str, content: IO[bytes], size: int) -> str:
        """One member of that size in bytes from a stream; gives its SHA-256. Raises OSError where the stream is shorter."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        told = _Told(content)
        self.tar.addfile(member, told)
        digest = told.sum.hexdigest()
        if name != MANIFEST:
            self.sum.update(_line(name, size, digest))
            self.members += 1
        return digest

    def finish(self, manifest: dict[str, Any]) -> None:
        """Vouch for all that was written, and close. The file has its name afterwards."""
        whole = {**manifest, "format": FORMAT, "members": self.members, "sha256": self.sum.hexdigest()}
        self.add(MANIFEST, json.dumps(whole, ensure_ascii=False, indent=1).encode())
        self.tar.close()
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.begun.replace(self.path)


class _Told:
    """A stream that knows the hash of what was read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.sum = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.stream.read(size)
        self.sum.update(piece)
        return piece


def _line(name: str, size: int, digest: str) -> bytes:
    return f"{name} {size} {digest}\n".encode()


class Member:
    """One member as it is met on the way through the archive: it can be read once."""

    def __init__(self, name: str, size: int, stream: IO[bytes]) -> None:
        self.name, self.size = name, size
        self._told = _Told(stream)

    def read(self) -> bytes:
        """All of it. Raises BackupTrouble where it is larger than any of ours."""
        if self.size > MOST_MEMBER_BYTES:
            raise BackupTrouble(f"the archive is damaged: {self.name} is larger than Aplomb writes it.")
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """All of it, a megabyte at a time."""
        while piece := self._piece():
            yield piece

    def _piece(self) -> bytes:
        try:
            return self._told.read(PIECE)
        except BROKEN as error:
            raise BackupTrouble(f"the archive is cut short or damaged at {self.name}.") from error

    @property
    def sha256(self) -> str:
        """Of what was read so far."""
        return self._told.sum.hexdigest()

    def skip(self) -> None:
        """Read what is left, so that its hash is known."""
        for _piece in self.pieces():
            pass


def walk(path: Path) -> Iterator[Member]:
    """Every member in the order of the archive, the manifest last. Raises BackupTrouble for what is no archive of ours.

    Links, folders, devices and names that Aplomb never writes are refused: nothing is taken out by its own name.
    """
    try:
        with tarfile.open(path, mode="r|gz") as tar:
            for info in tar:
                known = info.name == MANIFEST or (NAMES.fullmatch(info.name) and ".." not in info.name)
                if not known or not info.isreg() or not 0 <= info.size <= MOST_FILE_BYTES:
                    raise BackupTrouble(f"{path} is no archive of Aplomb's: it holds {info.name[:80]!r}.")
                stream = tar.extractfile(info)
                assert stream is not None
                yield Member(info.name, info.size, stream)
    except BROKEN as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise BackupTrouble(f"{path} cannot be read: {error.strerror}.") from error
        raise BackupTrouble(f"{path} is damaged, cut short, or no archive of Aplomb's.") from error


def read_manifest(path: Path) -> dict[str, Any]:
    """Read all of the archive, hold it against its manifest, and give that. Raises BackupTrouble for any difference."""
    whole, members, manifest = hashlib.sha256(), 0, b""
    for member in walk(path):
        if manifest:
            raise BackupTrouble(f"{path} is damaged: something follows its end.")
        if member.name == MANIFEST:
            if member.size > MOST_MANIFEST_BYTES:
                raise BackupTrouble(f"{path} is damaged: its manifest has no end.")
            manifest = member.read()
            continue
        member.skip()
        whole.update(_line(member.name, member.size, member.sha256))
        members += 1
    if not manifest:
        raise BackupTrouble(f"{path} is cut short: it has no manifest. Take another copy of the backup.")
    try:
        found = json.loads(manifest)
        told, count, number = found["sha256"], found["members"], int(found["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise BackupTrouble(f"{path} is no archive of Aplomb's: its manifest cannot be read.") from error
    if number > FORMAT:
        by = str(found.get("aplomb", ""))[:40]
        raise BackupTrouble(f"{path} was made by a newer Aplomb ({by}). Install that version, then restore.")
    if (told, count) != (whole.hexdigest(), members):
        raise BackupTrouble(f"{path} is damaged: what it holds is not what its manifest says.")
    return dict(found)
