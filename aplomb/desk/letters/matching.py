"""Which canned replies answer to what somebody types: their shortcut, their name in any language, their words."""

import unicodedata
from dataclasses import dataclass

from aplomb.letters.reads import KnownLetter
from aplomb.lib.texts import TextState

BEGINNING = 140


@dataclass(frozen=True)
class Choice:
    """A canned reply in the list: how it is found, how it begins in the customer's language, whether it is in that one."""

    key: str
    name: str
    shortcut: str
    beginning: str
    language: str
    is_fallback: bool
    is_stale: bool
    sought: str
    whose: str

    @classmethod
    def of(cls, letter: KnownLetter, language: str) -> "Choice":
        texts = letter.texts()
        chosen = texts.chosen(language) if texts is not None else None
        words = chosen.parts.get("body", "") if chosen is not None else ""
        said = " ".join(line for line in words.split("\n")[1:] if line) or words
        return cls(
            letter.key,
            letter.name,
            letter.shortcut,
            said[:BEGINNING],
            chosen.language if chosen is not None else language,
            chosen is None or chosen.is_fallback,
            texts is not None and texts.state(language) == TextState.STALE,
            folded(" ".join((*letter.names.values(), words[:2000]))),
            letter.whose,
        )


def matching(choices: list[Choice], find: str) -> list[Choice]:
    """Those that hold every word; whose shortcut or name begins with what was typed come first."""
    wanted = folded(find.lstrip("/")).split()
    if not wanted:
        return choices
    found = [each for each in choices if all(word in each.sought or word in folded(each.shortcut) for word in wanted)]
    start = wanted[0]

    def place(each: Choice) -> int:
        if folded(each.shortcut).startswith(start):
            return 0
        return 1 if folded(each.name).startswith(start) else 2

    return sorted(found, key=place)


def folded(text: str) -> str:
    """Small letters without accents, so that nobody has to type them."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))
