"""Format 1 of the record: how an entry is framed and hashed. Pure; docs/flows/record.md tells why.

    frame   = {"at", "chain", "prev", "seq", "v"}             never withheld
    content = {"actor", "commitments", "facts", "kind"}       can be withheld, then its digest stands for it
    digest  = SHA-256(salt ‖ JCS(content))
    hash    = SHA-256(JCS(frame) ‖ digest)
    commitment = SHA-256(own salt ‖ bytes of the value)

JCS is RFC 8785. `prev` is the hash of the entry before, 64 zeros for the first. Salts are 16 random bytes: exactly, for
with salts of any length the end of a salt could be passed off as the beginning of its value.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from aplomb.lib.canonical import canonical_json, quoted
from aplomb.lib.time import instant_text

VERSION = 1
NOTHING_BEFORE = bytes(32)
SALT_BYTES = 16
CONTENT_WORDS = frozenset({"actor", "commitments", "facts", "kind"})


class NewEntry(NamedTuple):
    """What an entry's row holds beside its chain, place, instant and openings."""

    content: str
    salt: bytes
    digest: bytes
    hash: bytes


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def frame_bytes(*, chain: str, seq: int, at: dt.datetime | str, prev: bytes) -> bytes:
    """The frame in RFC 8785 form; an instant given as text stands as it is. Raises ValueError for a naive instant."""
    moment = instant_text(at) if isinstance(at, dt.datetime) else at
    # its keys never change, so that they can stand here in their order
    return (
        f'{{"at":{quoted(moment)},"chain":{quoted(chain)},"prev":"{prev.hex()}","seq":{seq:d},"v":{VERSION}}}'
    ).encode()


def content_bytes(
    *, kind: str, actor: Mapping[str, str], facts: Mapping[str, Any], commitments: Mapping[str, str]
) -> bytes:
    """The content in RFC 8785 form. Raises ValueError for facts that JSON cannot hold exactly."""
    parts = (canonical_json(dict(each)) for each in (actor, commitments, facts))
    # four keys that never change, in their order
    return b'{"actor":%b,"commitments":%b,"facts":%b,"kind":%b}' % (*parts, canonical_json(kind))


def content_digest(salt: bytes, content: bytes) -> bytes:
    return hashlib.sha256(salt + content).digest()


def entry_hash(frame: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(frame + digest).digest()


def commitment(salt: bytes, value: bytes) -> str:
    """The commitment to a value, in hexadecimal."""
    return hashlib.sha256(salt + value).hexdigest()


def new_entry(*, chain: str, seq: int, at: dt.datetime, prev: bytes, content: bytes) -> NewEntry:
    """The entry that follows `prev`, under a new salt."""
    salt = new_salt()
    digest = content_digest(salt, content)
    return NewEntry(
        content.decode(), salt, digest, entry_hash(frame_bytes(chain=chain, seq=seq, at=at, prev=prev), digest)
    )
