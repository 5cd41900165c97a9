"""Signing in with a token: the words of XOAUTH2 and of OAUTHBEARER (RFC 7628). Pure.

A server that refuses sends its reason as a challenge in JSON and waits for an answer before it says no: XOAUTH2 takes an empty
one, OAUTHBEARER the single byte 1 (RFC 7628 section 3.2.3).
"""

import json

XOAUTH2 = "XOAUTH2"
OAUTHBEARER = "OAUTHBEARER"
LONGEST_COMPLAINT = 4_000


class TokenExchange:
    """One attempt to sign in. `complaint` is what the server told about why not, once it did; never the token."""

    def __init__(self, mechanism: str, *, login: str, host: str, port: int, token: str) -> None:
        self.mechanism = mechanism
        self.complaint = ""
        self._first: str | None = (
            f"n,a={_escaped(login)},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01"
            if mechanism == OAUTHBEARER
            else f"user={login}\x01auth=Bearer {token}\x01\x01"
        )

    def answer(self, challenge: bytes | None = None) -> bytes:
        """What we say next, before its base64."""
        if self._first is not None:
            said, self._first = self._first, None
            return said.encode()
        self.complaint = complaint_in(challenge or b"")
        return b"\x01" if self.mechanism == OAUTHBEARER else b""

    def answer_text(self, challenge: bytes | None = None) -> str:
        """The same for a caller that wants text."""
        return self.answer(challenge).decode()


def complaint_in(challenge: bytes) -> str:
    """The server's reason in a few words, empty where it told none that can be read."""
    try:
        told = json.loads(challenge[:LONGEST_COMPLAINT])
    except (ValueError, RecursionError):
        return ""
    if not isinstance(told, dict):
        return ""
    found = [str(told[each]) for each in ("status", "error", "error_description", "schemes") if told.get(each)]
    return " ".join(" ".join(found).split())[:200]


def _escaped(login: str) -> str:
    """A name as GS2 writes it (RFC 5801 section 4)."""
    return login.replace("=", "=3D").replace(",", "=2C")
