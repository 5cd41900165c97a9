"""Which words of a text are looked for. Pure."""

import re

from aplomb.lib.folding import fold

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
MOST_WORDS = 400


def words_of(text: str) -> list[str]:
    """The folded words of a text, at most 400, in order."""
    return [match[0][:64] for match in _WORD.finditer(fold(text))][:MOST_WORDS]
