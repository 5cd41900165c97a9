"""Two texts as one, with what went and what came: by words, so that one changed word in a paragraph is seen as one."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final

# beyond this a comparison by words takes seconds; then it goes by lines
MOST_WORDS: Final = 4_000

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class Run:
    """Text that is in both (`same`), only in the older (`gone`) or only in the newer (`new`)."""

    kind: str
    text: str


def difference(older: str, newer: str) -> tuple[Run, ...]:
    """The runs in order. The same and new ones together are the newer text, the same and gone ones the older."""
    if older == newer:
        return (Run("same", older),) if older else ()
    before, after = _WORDS.findall(older), _WORDS.findall(newer)
    if len(before) + len(after) > MOST_WORDS:
        before, after = _LINES.findall(older), _LINES.findall(newer)
    found: list[tuple[str, str]] = []
    # autojunk: words that stand everywhere anchor nothing, and the time stays bounded
    for kind, start, end, other_start, other_end in SequenceMatcher(None, before, after).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(before[start:end])))
            continue
        found.append(("gone", "".join(before[start:end])))
        found.append(("new", "".join(after[other_start:other_end])))
    grouped = groupby((each for each in found if each[1]), key=lambda each: each[0])
    return tuple(Run(kind, "".join(text for _kind, text in runs)) for kind, runs in grouped)
