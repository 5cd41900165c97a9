"""Forgetting values for good, and withholding contents. Frames, digests and commitments stay, so chains still verify.

Who erases says so on the chain in the same transaction (`TextErased` and its like); a value that is gone without a word
is found by verifying.
"""

from aplomb.journal.models import Chain, Entry

GONE = {"gone": "erased"}


def erase_value(entry: Entry, name: str) -> None:
    """Forget the salt and the value behind one commitment: without the salt nobody can test a guess against it.

    Raises KeyError when the entry does not commit to that name.
    """
    if name not in entry.openings:
        raise KeyError(name)
    entry.openings[name] = dict(GONE)
    entry.save(update_fields=["openings"])


def erase_all_values(chain: Chain) -> None:
    """Forget every value of a chain."""
    rows = Entry.objects.filter(chain=chain).exclude(openings={}).only("openings")
    batch = []
    for entry in rows.iterator(chunk_size=200):
        entry.openings = {name: dict(GONE) for name in entry.openings}
        batch.append(entry)
    Entry.objects.bulk_update(batch, ["openings"], batch_size=200)


def withhold(entry: Entry) -> None:
    """Forget what an entry says; its digest stands for it from now on. Its kind stays, as a word without proof."""
    entry.content, entry.salt = None, None
    entry.openings = {}
    entry.save(update_fields=["content", "salt", "openings"])
