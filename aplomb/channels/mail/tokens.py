"""The signed reply token: it stands in our Message-IDs, and in the reply address where the server knows plus addresses.

    <12345678.k3f9q2….abcdefghij@desk.example>          number . chance . first 16 letters of HMAC-SHA-256, base32

Who holds such a mail was written to on that ticket, so the token alone is enough to find it.
"""

import base64
import hashlib
import hmac
import re
import secrets

from django.conf import settings

from aplomb.tickets.numbers import is_number

_MARK = re.compile(r"(?<![\w.])(\d{8})\.([a-z2-7]{13})\.([a-z2-7]{16})(?![\w])")


def signing_key() -> bytes:
    return str(settings.SECRET_KEY).encode()


def _signature(number: str, chance: str, key: bytes) -> str:
    digest = hmac.new(key, f"reply:{number}:{chance}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode().lower()


def new_token(number: str, key: bytes) -> str:
    """A fresh token for the ticket of that number."""
    chance = base64.b32encode(secrets.token_bytes(8)).decode().lower().rstrip("=")
    return f"{number}.{chance}.{_signature(number, chance, key)}"


def numbers_signed_in(text: str, key: bytes) -> list[str]:
    """The numbers of all tokens in a text whose signature holds, in order, each once."""
    found = [
        number
        for number, chance, signature in _MARK.findall(text.lower())
        if is_number(number) and hmac.compare_digest(signature, _signature(number, chance, key))
    ]
    return list(dict.fromkeys(found))


# of a colleague who answers from a mail program of their own: r answers the customer, n is a note among colleagues
_STAFF_MARK = re.compile(r"(?<![\w.])([rn])-(\d{8})\.([a-z2-7]{13})\.([a-z2-7]{16})(?![\w])")


def new_staff_token(number: str, person_id: int, key: bytes, *, is_note: bool = False) -> str:
    """A fresh token with which this person may answer on the ticket by mail; nobody else's mail is taken with it."""
    kind = "n" if is_note else "r"
    chance = base64.b32encode(secrets.token_bytes(8)).decode().lower().rstrip("=")
    return f"{kind}-{number}.{chance}.{_staff_signature(kind, number, person_id, chance, key)}"


def staff_tokens_in(text: str, person_id: int, key: bytes) -> list[tuple[str, bool]]:
    """The tickets' numbers of this person's tokens in a text, each with whether it asks for a note."""
    found = [
        (number, kind == "n")
        for kind, number, chance, signature in _STAFF_MARK.findall(text.lower())
        if is_number(number) and hmac.compare_digest(signature, _staff_signature(kind, number, person_id, chance, key))
    ]
    return list(dict.fromkeys(found))


def _staff_signature(kind: str, number: str, person_id: int, chance: str, key: bytes) -> str:
    digest = hmac.new(key, f"staff:{kind}:{number}:{person_id}:{chance}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode().lower()


# of a side conversation: it says nothing of the ticket, so that whoever holds it is never led to the customer
_SIDE_MARK = re.compile(r"(?<![\w.])s-([a-z2-7]{10})\.([a-z2-7]{8})\.([a-z2-7]{16})(?![\w])")


def new_side_token(side_key: str, key: bytes) -> str:
    """A fresh token for the side conversation of that key."""
    chance = base64.b32encode(secrets.token_bytes(5)).decode().lower()
    return f"s-{side_key}.{chance}.{_side_signature(side_key, chance, key)}"


def side_keys_in(text: str, key: bytes) -> list[str]:
    """The keys of all tokens of side conversations in a text whose signature holds, in order, each once."""
    found = [
        side_key
        for side_key, chance, signature in _SIDE_MARK.findall(text.lower())
        if hmac.compare_digest(signature, _side_signature(side_key, chance, key))
    ]
    return list(dict.fromkeys(found))


def _side_signature(side_key: str, chance: str, key: bytes) -> str:
    digest = hmac.new(key, f"side:{side_key}:{chance}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode().lower()
