"""Lines of mail made comparable: one kind of blank, no direction marks; words without accents and capitals."""

import re
import unicodedata
from typing import Final

_BLANKS = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u061c\ufeff\u00ad]")
_DASHES = re.compile("[\u2010-\u2015\u2212\u2500\u2501\uff0d]")

MAX_READ: Final = 1_000


def plain_line(line: str) -> str:
    """Return ``line`` without unseen marks, every blank a space, none at its end; what is longer than a
    thousand characters is cut, since no line that a program writes is so long."""
    line = line[:MAX_READ].rstrip()
    if line.isascii():
        return line.replace("\t", " ") if "\t" in line else line
    return _UNSEEN.sub("", _BLANKS.sub(" ", line)).rstrip()


def with_hyphens(line: str) -> str:
    """Return ``line`` with each kind of dash as a hyphen."""
    return line if line.isascii() else _DASHES.sub("-", line)


def folded(text: str) -> str:
    """Return ``text`` in small letters without accents, in any script; its words stay in their order."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    apart = unicodedata.normalize("NFD", lowered)
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", bare).replace("\u0131", "i").replace("\u03c2", "\u03c3").replace("\u2019", "'")
