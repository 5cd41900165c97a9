"""Words without their capitals and accents, so that both databases find the same. Pure.

NFKD without marks, lower case, final sigma as sigma: `Σέρβις`, `σερβισ` and `ΣΕΡΒΙΣ` are one, as are `ș`, `ş` and `s`.
"""

import unicodedata


def fold(text: str) -> str:
    """Lower case without accents. Folding twice is folding once."""
    # Letters of mathematics are plain letters only when decomposed, and some lower case decomposes again.
    return _bare(_bare(text).casefold()).replace("ς", "σ")


def _bare(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
