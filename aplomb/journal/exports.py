"""An exported record: how entries and checkpoints look in it, and how the other side verifies it. Reads no database.

    {"format": 1, "chain", "exported_at", "key",
     "entries": [{"frame", "hash", "digest", "salt", "content", "openings"}],      withheld: up to "digest" only
     "checkpoints": [{"at", "count", "root", "prev", "key", "signature", "length", "index", "path"}]}

Bytes are lower-case hexadecimal. An opening is {"salt", "value"}, {"salt", "base64"} for bytes that are no text,
{"salt", "apart": true} for a file that is handed over beside the document, or {"gone": why}.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from aplomb.journal import chains, proofs
from aplomb.journal.models import Checkpoint, Entry
from aplomb.journal.walking import (
    Finding,
    Mark,
    NotLookedAt,
    SeenEntry,
    Verdict,
    Walk,
    read_content,
    read_hex,
)
from aplomb.lib.canonical import canonical_json
from aplomb.lib.time import instant_text

FORMAT = 1


class Malformed(ValueError):
    """The document is not an export; the text names the place."""


def shown_entry(entry: Entry, *, chain: str, prev: bytes, openings: Mapping[str, Any] | None) -> dict[str, Any]:
    """An entry as it stands in an export; without openings it is withheld. Raises Malformed for a broken content."""
    frame = {"v": chains.VERSION, "chain": chain, "seq": entry.seq, "at": instant_text(entry.at), "prev": prev.hex()}
    shown: dict[str, Any] = {"frame": frame, "hash": bytes(entry.hash).hex(), "digest": bytes(entry.digest).hex()}
    if entry.content is None or entry.salt is None or openings is None:
        return shown
    content = read_content(entry.content.encode())
    if content is None:
        raise Malformed(f"entry {entry.seq}")
    return {**shown, "salt": bytes(entry.salt).hex(), "content": content, "openings": dict(openings)}


def shown_value(salt: str, value: bytes) -> dict[str, str]:
    """An opened value: as text where it is text."""
    try:
        return {"salt": salt, "value": value.decode()}
    except UnicodeDecodeError:
        return {"salt": salt, "base64": base64.b64encode(value).decode()}


def shown_checkpoint(checkpoint: Checkpoint, *, length: int, index: int, path: Sequence[bytes]) -> dict[str, Any]:
    """A checkpoint with the proof that it signed this chain at that length."""
    return {
        "at": instant_text(checkpoint.at),
        "count": checkpoint.count,
        "root": bytes(checkpoint.root).hex(),
        "prev": bytes(checkpoint.prev).hex(),
        "key": bytes(checkpoint.public_key).hex(),
        "signature": bytes(checkpoint.signature).hex(),
        "length": length,
        "index": index,
        "path": [each.hex() for each in path],
    }


def verify_export(
    document: Any, *, key: bytes | None = None, files: Mapping[tuple[int, str], bytes] | None = None
) -> Verdict:
    """Verify an exported record, however damaged or hostile; never raises for its content.

    `key` is the desk's public key as known from elsewhere: without it, the document only agrees with itself.
    `files` gives the bytes handed over apart, by entry and name.
    """
    chain = document.get("chain") if isinstance(document, dict) else None
    try:
        return _verified(document, key, files)
    except Malformed as error:
        wrong = Finding("malformed", name=str(error))
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError) as error:
        wrong = Finding("malformed", name=type(error).__name__)
    return Verdict(chain if isinstance(chain, str) else "", 0, wrong, None)


def _verified(document: Any, key: bytes | None, files: Mapping[tuple[int, str], bytes] | None) -> Verdict:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Malformed("format")
    chain = _word(document, "chain")
    checkpoints = _list(document, "checkpoints")
    entries = _list(document, "entries")
    heads = [_hex(each, "hash", 32) for each in entries]
    marks = [_mark(each, heads) for each in checkpoints]

    def held(seq: int, name: str) -> bytes | None:
        opening = entries[seq - 1]["openings"][name]
        if "base64" in opening:
            return _from_base64(opening["base64"])
        if files is None:
            raise NotLookedAt
        return files.get((seq, name))

    walk = Walk(chain, marks, held=held)
    wrong: Finding | None = None
    for each in entries:
        wrong = walk.step(_seen(each, chain))
        if wrong is not None:
            break
    wrong = wrong or walk.finish(len(entries), walk.head)
    wrong = wrong or _checkpoints(chain, checkpoints, heads, key)
    notes = walk.notes()
    if key is None and checkpoints:
        notes.append(Finding("no-key"))
    return Verdict(chain, walk.length, wrong, None if wrong else walk.vouched, tuple(notes))


def _mark(checkpoint: Any, heads: list[bytes]) -> Mark:
    length = _whole(checkpoint, "length")
    # the proof ties the checkpoint to the head at that length; beyond the last entry there is none to tie it to
    return Mark(_word(checkpoint, "at"), length, heads[length - 1] if 1 <= length <= len(heads) else b"")


def _checkpoints(chain: str, checkpoints: list[Any], heads: list[bytes], key: bytes | None) -> Finding | None:
    vouched = 0
    for each in sorted(checkpoints, key=lambda each: int(each["length"])):
        at, count, length = _word(each, "at"), _whole(each, "count"), _whole(each, "length")
        root, signer = _hex(each, "root", 32), _hex(each, "key", 32)
        signed = proofs.signed_bytes(at=at, count=count, root=root, prev=_hex(each, "prev", 32))
        if not proofs.signature_holds(signer, _hex(each, "signature", 64), signed):
            return Finding("checkpoint-signature", at=at)
        path = [_bytes(step, 32, "path") for step in _list(each, "path")]
        leaf = proofs.leaf(chain, length, heads[length - 1])
        if proofs.root_by_path(leaf, _whole(each, "index"), count, path) != root:
            return Finding("rewritten", vouched + 1, last=length, at=at)
        vouched = length
    if key is not None and checkpoints and _hex(checkpoints[-1], "key", 32) != key:
        return Finding("checkpoint-key", at=_word(checkpoints[-1], "at"))
    return None


def _seen(entry: Any, chain: str) -> SeenEntry:
    frame = entry["frame"]
    if frame.keys() != {"v", "chain", "seq", "at", "prev"} or frame["v"] != chains.VERSION or frame["chain"] != chain:
        raise Malformed("frame")
    withheld = "content" not in entry
    openings: dict[str, Any] = {}
    for name, opening in ({} if withheld else entry["openings"]).items():
        elsewhere = "base64" in opening or opening.get("apart") is True
        openings[name] = {"salt": opening.get("salt"), "held": True} if elsewhere else opening
    return SeenEntry(
        seq=_whole(frame, "seq"),
        at=_word(frame, "at"),
        hash=_hex(entry, "hash", 32),
        digest=_hex(entry, "digest", 32),
        salt=None if withheld else _hex(entry, "salt", chains.SALT_BYTES),
        content=None if withheld else canonical_json(entry["content"]),
        openings=openings,
        prev=_hex(frame, "prev", 32),
    )


def _from_base64(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError) as error:
        raise Malformed("base64") from error


def _word(found: Mapping[str, Any], name: str) -> str:
    if not isinstance(found[name], str):
        raise Malformed(name)
    return str(found[name])


def _whole(found: Mapping[str, Any], name: str) -> int:
    if type(found[name]) is not int or not 0 <= found[name] < 2**53:
        raise Malformed(name)
    return int(found[name])


def _list(found: Mapping[str, Any], name: str) -> list[Any]:
    if not isinstance(found[name], list):
        raise Malformed(name)
    return list(found[name])


def _hex(found: Mapping[str, Any], name: str, length: int) -> bytes:
    return _bytes(found[name], length, name)


def _bytes(text: Any, length: int, name: str) -> bytes:
    found = read_hex(text, length)
    if found is None:
        raise Malformed(name)
    return found
