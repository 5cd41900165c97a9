"""Words for tickets in bulk: names, subjects and sentences in five languages, in pools to draw from. Pure."""

import random
from dataclasses import dataclass

from aplomb.transfer.demo.bulk_sentences import CITIES, GREEK_LETTERS, PHRASES, Phrases

LANGUAGES = ("en", "es", "it", "ro", "el")
WEIGHTS = (40, 20, 15, 15, 10)
# stands in the subject and the first message of one ticket in a hundred, and nowhere else
RARE_WORD = "kestrel"
SENTENCES_IN_A_POOL = 1500
SUBJECTS_IN_A_POOL = 2500
_PLAIN = str.maketrans("áàâãäéèêëíìîïóòôöúùûüñçșşțţăÁÀÂÉÈÍÎÓÚÑȘȚĂ", "aaaaaeeeeiiiioooouuuuncssttaAAAEEIIOUNSTA")
_GREEK = {each[0]: each[1:] for each in GREEK_LETTERS}


@dataclass(frozen=True)
class Pool:
    """What is drawn from for one language."""

    subjects: list[str]
    asks: list[str]
    answers: list[str]
    notes: list[str]
    hello: str
    goodbye: str


def pools(chance: random.Random) -> dict[str, Pool]:
    """Filled sentences for each language."""
    return {language: _pool(PHRASES[language], chance) for language in LANGUAGES}


def _pool(phrases: Phrases, chance: random.Random) -> Pool:
    def filled(templates: tuple[str, ...], count: int) -> list[str]:
        return [_filled(chance.choice(templates), phrases, chance) for _ in range(count)]

    return Pool(
        subjects=filled(phrases.subjects, SUBJECTS_IN_A_POOL),
        asks=filled(phrases.asks, SENTENCES_IN_A_POOL),
        answers=filled(phrases.answers, SENTENCES_IN_A_POOL),
        notes=filled(phrases.notes, SENTENCES_IN_A_POOL // 3),
        hello=phrases.hello,
        goodbye=phrases.goodbye,
    )


def _filled(template: str, phrases: Phrases, chance: random.Random) -> str:
    # the first things of the list are the ones that break most
    thing, other = (phrases.things[int(len(phrases.things) * chance.random() ** 1.7)] for _ in range(2))
    return template.format(
        thing=thing,
        other=other,
        city=chance.choice(CITIES),
        days=chance.randrange(2, 40),
        code=f"E{chance.randrange(100, 9999)}",
        order=f"{chance.choice('ABCDEFGH')}{chance.randrange(10**6):06d}",
    )


def person_name(language: str, chance: random.Random) -> tuple[str, str]:
    """A first and a last name."""
    phrases = PHRASES[language]
    return chance.choice(phrases.first_names), chance.choice(phrases.last_names)


def plain_letters(name: str) -> str:
    """The name as it stands in a mail address: a to z only."""
    spelled = "".join(_GREEK.get(each, each) for each in name.lower().translate(_PLAIN))
    return "".join(each for each in spelled if each.isascii() and each.isalnum())
