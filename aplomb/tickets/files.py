"""Where attachments lie: under the hash of their bytes, so that the same file is kept once."""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


@dataclass(frozen=True)
class StoredFile:
    sha256: str
    path: str
    size: int


def store_file(content: bytes) -> StoredFile:
    """Keep the bytes. Raises OSError when the disk is full; nothing half-written stays under the name."""
    digest = hashlib.sha256(content).hexdigest()
    path = f"{digest[:2]}/{digest[2:4]}/{digest}"
    if not _is_whole(path, len(content)):
        # what a process that was killed has begun to write
        default_storage.delete(path)
        default_storage.save(path, ContentFile(content))
        _make_durable(path)
    else:
        _touch(path)
    return StoredFile(digest, path, len(content))


def _is_whole(path: str, size: int) -> bool:
    return default_storage.exists(path) and default_storage.size(path) == size


def read_file(path: str) -> bytes:
    """The bytes again. Raises OSError."""
    with default_storage.open(path, "rb") as stream:
        return bytes(stream.read())


def clean_file_name(name: str) -> str:
    """A name that is only a name: no folders, no controls, at most 200 characters with its ending."""
    bare = PurePosixPath(name.replace("\\", "/")).name
    bare = "".join(each for each in bare if each.isprintable()).strip(" .") or "file"
    stem, dot, ending = bare.rpartition(".")
    if not dot or len(ending) > 12:
        return bare[:200]
    return f"{stem[: 199 - len(ending)]}.{ending}"


def _make_durable(path: str) -> None:
    try:
        place = default_storage.path(path)
    except NotImplementedError:
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _touch(path: str) -> None:
    # keeps the file from being removed as unused before the row that names it is committed
    with contextlib.suppress(NotImplementedError):
        os.utime(default_storage.path(path))
