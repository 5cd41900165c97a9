"""What approvals may be about lies on higher floors: the wiring page says who answers for which word (APPROVAL_SUBJECTS)."""

from collections.abc import Collection, Mapping
from typing import Protocol

from aplomb.journal.models import Chain
from aplomb.people.models import Person


class Subject(Protocol):
    """Answers for all things of one word. Keys are what stands behind the word in `about`."""

    def lock(self, key: str) -> Chain:
        """Keep other writers out until the transaction ends, and give the thing's chain. Raises NotFound."""

    def note(self, key: str) -> None:
        """An approval about it was asked for. Needs the lock."""

    def seen(self, by: Person, keys: Collection[str]) -> set[str]:
        """Those of the keys whose things this person may see."""


_subjects: dict[str, Subject] = {}


def connect(subjects: Mapping[str, Subject]) -> None:
    """Take the answers that the wiring page lists."""
    _subjects.clear()
    _subjects.update(subjects)


def subject_of(about: str) -> tuple[Subject, str]:
    """Who answers for it, and its key. Raises ValueError for a word that nobody answers for."""
    word, _blank, key = about.partition(" ")
    if word not in _subjects or not key:
        raise ValueError(f"no approval is about {about}")
    return _subjects[word], key


def seen_among(by: Person, abouts: Collection[str]) -> set[str]:
    """Those of the things that this person may see. One question for each word."""
    by_word: dict[str, set[str]] = {}
    for about in abouts:
        word, _blank, key = about.partition(" ")
        by_word.setdefault(word, set()).add(key)
    return {
        f"{word} {key}" for word, keys in by_word.items() if word in _subjects for key in _subjects[word].seen(by, keys)
    }
