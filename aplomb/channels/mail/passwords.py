"""Passwords of mailboxes, encrypted at rest with a key that follows from the desk's secret (AES-128-CBC with HMAC: Fernet)."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class WrongKey(ValueError):
    """The desk's secret is not the one under which the password was kept: it must be entered again."""


def _box() -> Fernet:
    key = hashlib.sha256(b"aplomb mailbox password\x00" + str(settings.SECRET_KEY).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def lock(password: str) -> bytes:
    return _box().encrypt(password.encode())


def unlock(kept: bytes) -> str:
    """Raises WrongKey."""
    try:
        return _box().decrypt(bytes(kept)).decode()
    except InvalidToken:
        raise WrongKey from None
