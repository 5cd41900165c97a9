"""When two spellings of an address or a number are one. Pure."""

import contextlib
import re
import unicodedata

_SHAPE = re.compile(r"[^\s@<>\x00-\x1f\ud800-\udfff]+@[^\s@<>\x00-\x1f\ud800-\udfff]+")


def email_key(address: str) -> str:
    """Lower case, NFC, domain as IDNA A-labels where that works: `Ana@EXAMPLE.com` and `ana@example.com` are one."""
    local, at, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    if not at:
        return address.strip().lower()
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{local.lower()}@{domain.lower()}"


def looks_like_email(address: str) -> bool:
    """One at sign with something on both sides, no blanks, controls or half surrogates, at most 320 characters (RFC 5321)."""
    return len(address) <= 320 and _SHAPE.fullmatch(address) is not None and len(email_key(address)) <= 320


def phone_key(number: str) -> str:
    """Digits with a leading + where there is one; 00 in front is the same as +."""
    digits = re.sub(r"\D", "", number)
    if number.strip().startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return digits


def looks_like_phone(number: str) -> bool:
    """4 to 15 digits (E.164) and nothing but what people write between them."""
    return re.fullmatch(r"[+0-9 ()./\-]+", number.strip()) is not None and 4 <= len(re.sub(r"\D", "", number)) <= 15
