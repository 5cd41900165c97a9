"""The signed reply token: it stands in our Message-IDs, and in the reply address where the server knows plus addresses.

    <12345678.k3f9q2….abcdefghij@desk.example>          number . chance . first 16 letters of HMAC-SHA-256, base32

Who holds such a mail was written to on that ticket, so the token alone is enough to find it.
"""

import base64
import hashlib
import hmac
import re
import secrets

from aplomb.tickets.numbers import is_number

_MARK = re.compile(r"(?<![\w.])(\d{8})\.([a-z2-7]{13})\.([a-z2-7]{16})(?![\w])")


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
