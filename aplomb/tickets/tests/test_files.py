"""Files are kept whole, once, under the hash of their bytes."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from aplomb.tickets.files import read_file, store_file


def test_the_same_bytes_are_kept_once() -> None:
    first, second = store_file(b"the same"), store_file(b"the same")
    assert first == second
    assert read_file(first.path) == b"the same"


def test_what_a_killed_process_began_to_write_is_written_anew() -> None:
    kept = store_file(b"a whole file")
    default_storage.delete(kept.path)
    default_storage.save(kept.path, ContentFile(b"a who"))
    assert store_file(b"a whole file") == kept
    assert read_file(kept.path) == b"a whole file"
