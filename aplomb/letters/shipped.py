"""The letters that come with Aplomb: files in `shipped/`, read once, in force until the desk has a version of its own.

`shipped/letters.toml` lists them in their order, with kind and shortcut. The words of each stand in
`shipped/<key>/<language>.txt`:

    Name: Ask for the serial number        what colleagues call it
    Subject: Your device                   where the letter has a subject of its own
                                           (an empty line)
    {greeting}                             the body, to the end
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from aplomb.letters.neutral import LANGUAGES
from aplomb.lib.texts import Texts

FOLDER: Final = Path(__file__).parent / "shipped"
SOURCE: Final = "en"


class WrongFile(ValueError):
    """A shipped file that cannot be read: only a test ever sees it."""


@dataclass(frozen=True)
class Shipped:
    """A letter as it is shipped."""

    key: str
    kind: str
    shortcut: str
    names: Mapping[str, str]
    texts: Texts


@lru_cache(maxsize=1)
def shipped_letters() -> Mapping[str, Shipped]:
    """All of them by key, in the order of the list. Raises WrongFile."""
    listed = tomllib.loads((FOLDER / "letters.toml").read_text(encoding="utf-8"))
    return {key: _read(key, facts) for key, facts in listed.items()}


def read_letter_file(content: str) -> dict[str, str]:
    """Name, subject and body of a file. Raises WrongFile."""
    head, blank, body = content.replace("\r\n", "\n").partition("\n\n")
    found = {}
    for line in head.split("\n"):
        name, colon, value = line.partition(":")
        if not colon or name not in ("Name", "Subject"):
            raise WrongFile(f"a line before the body is neither Name nor Subject: {line[:60]!r}")
        found[name.lower()] = value.strip()
    if not blank or not body.strip() or not found.get("name"):
        raise WrongFile("a letter has a name, an empty line and a body")
    return {**found, "body": body.strip("\n")}


def _read(key: str, facts: Mapping[str, str]) -> Shipped:
    texts, names = Texts(SOURCE), {}
    for language in LANGUAGES:
        file = FOLDER / key / f"{language}.txt"
        if file.exists():
            parts = read_letter_file(file.read_text(encoding="utf-8"))
            names[language] = parts.pop("name")
            texts = texts.with_text(language, parts)
    return Shipped(key, facts["kind"], facts.get("shortcut", ""), names, texts)
