"""Signed and encrypted mail: what it is, and the readable text within (S/MIME, RFC 8551; OpenPGP, RFC 3156 and 9580).

A signature is shown as being there, never as being right: nothing here checks one.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Kind = Literal["smime", "pgp"]

MAX_DER_DEPTH: Final = 4
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_ENVELOPED_DATA: Final = bytes.fromhex("06092a864886f70d010703")
_AUTH_ENVELOPED_DATA: Final = bytes.fromhex("060b2a864886f70d0109100117")

_CLEAR_SIGNED = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Z][A-Za-z-]{1,30}:[^\n]*\n)*[ \t]*\n", re.M
)
_SIGNATURE: Final = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END: Final = "-----END PGP SIGNATURE-----"
_SIGNED_WORDS: Final = "-----BEGIN PGP SIGNED MESSAGE-----"
_ENCRYPTED_WORDS: Final = "-----BEGIN PGP MESSAGE-----"


@dataclass(frozen=True, slots=True)
class Protection:
    """How a mail is protected. ``is_signed`` says that a signature is there, not that it is right."""

    kind: Kind
    is_signed: bool = False
    is_encrypted: bool = False


def protection_of(mime_type: str, parameters: dict[str, str], content: bytes = b"") -> Protection | None:
    """Return what a part's type says of its protection; None for types of other kinds."""
    if mime_type == "multipart/signed":
        protocol = parameters.get("protocol", "").lower()
        return Protection("pgp" if "pgp" in protocol else "smime", is_signed=True)
    if mime_type == "multipart/encrypted":
        return Protection("pgp", is_encrypted=True)
    if mime_type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        kind = parameters.get("smime-type", "").lower()
        if kind in ("enveloped-data", "authenveloped-data") or is_enveloped(content):
            return Protection("smime", is_encrypted=True)
        return Protection("smime", is_signed=True) if kind != "certs-only" else None
    return None


def is_enveloped(content: bytes) -> bool:
    """True if the bytes are a CMS message that is encrypted."""
    return _ENVELOPED_DATA in content[:64] or _AUTH_ENVELOPED_DATA in content[:64]


class _Element(NamedTuple):
    tag: int
    start: int
    end: int
    after: int


def signed_content(cms: bytes) -> bytes | None:
    """Return the mail part within an opaque signature (CMS SignedData, RFC 5652); None if there is none to read."""
    if _SIGNED_DATA not in cms[:64]:
        return None
    try:
        info = _element(cms, 0, len(cms))
        oid = _element(cms, info.start, info.end)
        outer = _element(cms, oid.after, info.end)
        signed = _element(cms, outer.start, outer.end)
        version = _element(cms, signed.start, signed.end)
        digests = _element(cms, version.after, signed.end)
        encapsulated = _element(cms, digests.after, signed.end)
        inner_oid = _element(cms, encapsulated.start, encapsulated.end)
        if inner_oid.after >= encapsulated.end:
            return None
        explicit = _element(cms, inner_oid.after, encapsulated.end)
        return _octets(cms, explicit.start, explicit.end, 0) or None
    except (IndexError, ValueError):
        return None


def _element(raw: bytes, position: int, limit: int) -> _Element:
    """Read one element of BER: its tag, where its content lies and where the next begins. Raises ValueError, IndexError."""
    tag, size = raw[position], raw[position + 1]
    start = position + 2
    if size == 0x80:
        end = _end_of_indefinite(raw, start, limit)
        return _Element(tag, start, end, end + 2)
    if size & 0x80:
        length = size & 0x7F
        if length > 8:
            raise ValueError("too long")
        size = int.from_bytes(raw[start : start + length], "big")
        start += length
    # A mail cut off still has its beginning to be read.
    end = min(start + size, limit)
    return _Element(tag, start, end, end)


def _end_of_indefinite(raw: bytes, position: int, limit: int) -> int:
    """Where the end mark of an element without a length stands, in one pass over what it holds."""
    open_ends = 1
    while position + 1 < limit:
        if raw[position] == 0 and raw[position + 1] == 0:
            open_ends -= 1
            if open_ends == 0:
                return position
            position += 2
        elif raw[position + 1] == 0x80:
            open_ends += 1
            position += 2
        else:
            position = _element(raw, position, limit).after
    return limit


def _octets(raw: bytes, start: int, limit: int, depth: int) -> bytes:
    """The bytes of the strings in a row, also of those put together from pieces."""
    pieces: list[bytes] = []
    position = start
    while position + 1 < limit and depth < MAX_DER_DEPTH:
        found = _element(raw, position, limit)
        if found.tag == 0x04:
            pieces.append(raw[found.start : found.end])
        elif found.tag == 0x24:
            pieces.append(_octets(raw, found.start, found.end, depth + 1))
        elif found.tag == 0:
            break
        position = found.after
    return b"".join(pieces)


def unwrapped(text: str) -> tuple[str, Protection | None]:
    """Return a text without the armour of an OpenPGP signature, and what protects it."""
    if "-----BEGIN PGP " not in text:
        return text, None
    if _SIGNED_WORDS in text:
        return _without_armour(text), Protection("pgp", is_signed=True)
    return text, Protection("pgp", is_encrypted=True) if _ENCRYPTED_WORDS in text else None


def _without_armour(text: str) -> str:
    found = _CLEAR_SIGNED.search(text)
    if found is None:
        return text
    end = text.find(_SIGNATURE, found.end())
    if end < 0:
        return text
    # Lines that begin with a dash were given another (RFC 9580 7.2).
    inner = re.sub(r"^- ", "", text[found.end() : end], flags=re.M)
    stop = text.find(_SIGNATURE_END, end)
    rest = "" if stop < 0 else text[stop + len(_SIGNATURE_END) :].lstrip("\n")
    return text[: found.start()] + inner.rstrip("\n") + ("\n\n" + rest if rest.strip() else "\n")
