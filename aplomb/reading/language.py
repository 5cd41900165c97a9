"""Which language a short text is written in: by its script, its common words, its endings and its letters."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from aplomb.reading.language_words import (
    ENDINGS,
    ENGLISH,
    GREEKLISH,
    ITALIAN,
    LETTERS,
    OTHERS,
    ROMANIAN,
    SPANISH,
)

MAX_LENGTH: Final = 1_500
# What a text must weigh, and by which share it must outweigh the next language, to be called by its name.
_ENOUGH: Final = 0.9
_LEAD: Final = 0.2
# The share of the heaviest that the prior's language must have where none leads.
_NEAR: Final = 0.6
_GREEK_SHARE: Final = 0.25

# In Greeklish an 8 may stand for θ, so that a word may begin with it.
_NOT_LANGUAGE = re.compile(r"(?<!\S)(?!8[a-z])\S*(?:[\d@]|://|www\.)\S*")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|8[a-z]+")
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")


def _folded(text: str) -> str:
    return text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFD", text))


def _weights() -> dict[str, tuple[tuple[str, float], ...]]:
    """Each word with the languages that know it: the more of them, the less it says."""
    lists = {"en": ENGLISH, "es": SPANISH, "it": ITALIAN, "ro": ROMANIAN, "el": GREEKLISH} | OTHERS
    known: dict[str, set[str]] = defaultdict(set)
    for language, words in lists.items():
        for word in words.split():
            known[word].add(language)
    return {word: tuple((language, 1 / len(of) ** 1.3) for language in of) for word, of in known.items()}


_WEIGHTS: Final = _weights()
_ENDINGS: Final = tuple(sorted(ENDINGS, key=lambda ending: -len(ending[0])))
_LETTERS: Final = {
    letter: [(each[1], each[2]) for each in LETTERS if letter in each[0]]
    for letter in "".join(each[0] for each in LETTERS)
}


def detect(text: str, prior: str | None = None, among: Sequence[str] = ("en", "es", "it", "ro", "el")) -> str | None:
    """Return the ISO 639-1 code of the language of ``text``, one of ``among``; None if it is not clear.

    ``prior`` (what is known of the writer) decides between languages that are equally likely, not against
    the words.
    """
    sample = text[:MAX_LENGTH]
    if sample.isascii():
        if not any(map(str.isalpha, sample)):
            return None
    else:
        sample = unicodedata.normalize("NFC", sample)
        greek, latin = len(_GREEK.findall(sample)), len(_LATIN.findall(sample))
        letters = sum(map(str.isalpha, sample))
        if greek >= 2 and greek >= letters * _GREEK_SHARE:
            return "el" if "el" in among else None
        if not latin or latin < letters * 0.6:
            return None
    return _decide(_scores(sample), prior if prior in among else None, among)


def _decide(scores: dict[str, float], prior: str | None, among: Sequence[str]) -> str | None:
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    best, weight = ranked[0] if ranked else ("", 0.0)
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if weight >= _ENOUGH and weight - second >= weight * _LEAD:
        return best if best in among else None
    if prior is not None and scores.get(prior, 0.0) >= weight * _NEAR:
        return prior
    if weight >= _ENOUGH / 2 and second <= weight / 2 and best in among:
        return best
    return None


def _scores(sample: str) -> dict[str, float]:
    scores: dict[str, float] = defaultdict(float)
    plain = _NOT_LANGUAGE.sub(" ", sample).lower().replace("’", "'")
    for word in _WORD.findall(_folded(plain)):
        for language, weight in _evidence(word):
            scores[language] += weight
    if not plain.isascii():
        _weigh_letters(plain, scores)
    return scores


@lru_cache(maxsize=20_000)
def _evidence(word: str) -> tuple[tuple[str, float], ...]:
    """What a word says for which language."""
    found = _WEIGHTS.get(word)
    if found is not None:
        return found
    elided: tuple[tuple[str, float], ...] = ()
    if "'" in word:
        before, _, word = word.partition("'")
        if before in ("l", "d", "c"):
            elided = (("it", 0.2), ("fr", 0.2))
        elif before.endswith(("l", "un", "quest")) and len(before) <= 5:
            elided = (("it", 0.5),)
        found = _WEIGHTS.get(word, ())
    if found or len(word) < 5:
        return elided + (found or ())
    return elided + next((((name, weight),) for ending, name, weight in _ENDINGS if word.endswith(ending)), ())


def _weigh_letters(text: str, scores: dict[str, float]) -> None:
    counted: dict[str, int] = defaultdict(int)
    for letter in text:
        if letter > "\x7f" and letter in _LETTERS:
            counted[letter] += 1
    for letter, times in counted.items():
        for language, weight in _LETTERS[letter]:
            scores[language] += weight * min(times, 3)
