"""What a checkpoint proves, worked out from bytes alone. Pure: the other side of a dispute can run it too.

leaf = SHA-256(0x00 ‖ chain ‖ ":" ‖ length ‖ ":" ‖ head)      tree and inclusion proofs: RFC 9162 section 2.1
signed bytes = JCS({"at", "count", "prev", "root", "v"})       prev: SHA-256 of the signed bytes before
"""

import hashlib
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aplomb.lib.canonical import canonical_json


def leaf(chain: str, length: int, head: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + f"{chain}:{length}:".encode() + head).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A root worked out leaf by leaf: it keeps one hash for each power of two, however many leaves there are."""

    def __init__(self) -> None:
        self.count = 0
        self._peaks: list[bytes] = []

    def add(self, grown: bytes) -> None:
        self.count += 1
        size = self.count
        while size % 2 == 0:
            grown = node(self._peaks.pop(), grown)
            size //= 2
        self._peaks.append(grown)

    def root(self) -> bytes:
        """The root over all leaves so far: SHA-256 of nothing for none."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        *rest, found = self._peaks
        for peak in reversed(rest):
            found = node(peak, found)
        return found


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree (RFC 9162 section 2.1.1)."""
    tree = Tree()
    for each in leaves:
        tree.add(each)
    return tree.root()


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from one leaf to the root (RFC 9162 section 2.1.3.1). Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        paired = [node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        # split at the largest power of two, the tree lifts an odd node as it is
        level = paired + ([level[-1]] if len(level) % 2 else [])
        index //= 2
    return path


def root_by_path(found: bytes, index: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf and its path give (RFC 9162 section 2.1.3.2); None for a path of the wrong length."""
    if not 0 <= index < count:
        return None
    last = count - 1
    for each in path:
        if last == 0:
            return None
        if index % 2 or index == last:
            found = node(each, found)
            while not index % 2 and index:
                index //= 2
                last //= 2
        else:
            found = node(found, each)
        index //= 2
        last //= 2
    return found if last == 0 else None


def signed_bytes(*, at: str, count: int, root: bytes, prev: bytes) -> bytes:
    """What the desk signs; `at` is RFC 3339 text."""
    return canonical_json({"v": 1, "at": at, "count": count, "root": root.hex(), "prev": prev.hex()})


def signature_holds(key: bytes, signature: bytes, signed: bytes) -> bool:
    """Ed25519 (RFC 8032). False too for a key that is none."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True
