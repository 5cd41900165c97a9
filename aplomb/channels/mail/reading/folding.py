"""Texts made alike, so that the words of servers and mail programs are found however they are spelled. Pure."""

import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "ł": "l", "ı": "i", "ø": "o", "đ": "d", "\u00a0": " "}
)


def folded(text: str) -> str:
    """Lower case without accents (ß is ss, ς is σ), every apostrophe a ', every run of blanks one blank."""
    if not text.isascii():
        apart = unicodedata.normalize("NFD", text.translate(_LETTERS))
        text = "".join(each for each in apart if not unicodedata.combining(each))
    return " ".join(text.casefold().split())


def all_folded(*phrases: str) -> tuple[str, ...]:
    """Each phrase folded; a blank at its end stays."""
    return tuple(folded(each) + " " * each.endswith(" ") for each in phrases)
