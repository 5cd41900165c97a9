"""When two spellings of a serial number or a town are one. Pure."""

import re
import unicodedata

from aplomb.lib.folding import fold

# letters that look like a Latin capital on a label, as a Greek or Cyrillic keyboard types them
_ALIKE = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТУХІЅ", "ABEZHIKMNOPTYXABEKMHOPCTYXIS")
# O and 0, I and 1 cannot be told apart on many labels
_SAME = str.maketrans("OI", "01")
_APART = re.compile(r"[\s:;,=#()\[\]<>\"'|]+")
_STEPS = 4
LEAST = 5
MOST = 80


def serial_key(serial: str) -> str:
    """Capitals and digits only; O is 0 and I is 1, and Greek and Cyrillic look-alikes are Latin.

    `sn 12-O4/ab` and `SN1204AB` are one. Empty where nothing is left.
    """
    plain = unicodedata.normalize("NFKD", serial).upper()
    # in two steps: the look-alikes of O and I become Latin first
    return "".join(each for each in plain if each.isalnum()).translate(_ALIKE).translate(_SAME)[:MOST]


def serials_in(text: str, known: frozenset[str]) -> list[str]:
    """Which of the known keys stand in the text, as a word or as up to four words beside each other, in order.

    Keys shorter than five signs or without a digit are no evidence. Linear in the text.
    """
    keys = [serial_key(each) for each in _APART.split(text)]
    found: dict[str, None] = {}
    for start in range(len(keys)):
        joined = ""
        for step in keys[start : start + _STEPS]:
            joined += step
            if len(joined) > MOST:
                break
            if joined in known and looks_like_serial(joined):
                found[joined] = None
    return list(found)


def looks_like_serial(key: str) -> bool:
    """Whether a key is long enough and has a digit, so that a word of a sentence is not taken for one."""
    return len(key) >= LEAST and any(each.isdigit() for each in key)


def town_key(town: str) -> str:
    """The town without capitals and accents: `Θεσσαλονίκη` and `ΘΕΣΣΑΛΟΝΙΚΗ` are one."""
    return " ".join(fold(town).split())[:80]
