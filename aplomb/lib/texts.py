"""A text in several languages: which is the source, which translations follow it, which are stale or missing.

Pure. A text has named parts (a letter: subject and body; a name: only `text`). Every translation remembers the digest of
the source that it was made from; when the source has another digest the translation is stale, until it is written anew or
somebody says that it still holds (`confirmed`). Blanks at the ends of lines are no change.

Kept as JSON: `{"source": "en", "in": {"en": {"parts": {…}}, "el": {"parts": {…}, "of": "<digest>"}}}`.
"""

import enum
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Parts = Mapping[str, str]


class TextState(enum.StrEnum):
    """How a language stands to the source."""

    SOURCE = "source"
    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True)
class Written:
    """The text in one language; `of` is the digest of the source it was made from, empty for the source itself."""

    parts: Parts
    of: str = ""


@dataclass(frozen=True)
class Chosen:
    """The text that was found; `is_fallback` where it is not in the language that was wanted."""

    language: str
    parts: Parts
    is_fallback: bool


@dataclass(frozen=True)
class Texts:
    """A text in its languages. Nothing changes in place: each method gives a new one."""

    source: str
    written: Mapping[str, Written] = field(default_factory=dict)

    def parts(self, language: str) -> Parts:
        """The parts in that language; none where it is missing."""
        found = self.written.get(language)
        return found.parts if found is not None else {}

    def state(self, language: str) -> TextState:
        """Source, current, stale or missing. A text of blanks alone is missing."""
        if not has_words(self.parts(language)):
            return TextState.MISSING
        if language == self.source:
            return TextState.SOURCE
        is_current = self.written[language].of == digest(self.parts(self.source))
        return TextState.CURRENT if is_current else TextState.STALE

    def states(self, languages: Iterable[str]) -> dict[str, TextState]:
        return {each: self.state(each) for each in languages}

    def with_text(self, language: str, parts: Parts) -> "Texts":
        """That language written anew. A translation is one of the source as it is now; a new source makes others stale."""
        written = {name: each for name, each in self.written.items() if name != language}
        if has_words(parts):
            of = "" if language == self.source else digest(self.parts(self.source))
            written[language] = Written(_tidy(parts), of)
        return replace(self, written=written)

    def confirmed(self, language: str) -> "Texts":
        """The translation as it is, said to hold for the source as it is now. Raises KeyError where it is missing."""
        return self.with_text(language, self.written[language].parts)

    def chosen(self, wanted: str, otherwise: Iterable[str] = ()) -> Chosen | None:
        """The text in the wanted language, else the first of `otherwise` that there is, else the source, else any.

        A stale translation is still in its reader's language and is given. None where nothing was written.
        """
        for language in (wanted, *otherwise, self.source, *sorted(self.written)):
            if self.state(language) != TextState.MISSING:
                return Chosen(language, self.written[language].parts, language != wanted)
        return None

    def as_json(self) -> dict[str, Any]:
        """Plain values, which `read_texts` reads."""
        found = {}
        for language, each in sorted(self.written.items()):
            found[language] = {"parts": dict(each.parts), **({"of": each.of} if each.of else {})}
        return {"source": self.source, "in": found}


def read_texts(kept: Any, source: str = "en") -> Texts:
    """The texts from their JSON; what is not of that shape is left out, so that a damaged row still shows the rest."""
    if not isinstance(kept, dict):
        return Texts(source)
    named = kept.get("source")
    found = kept.get("in")
    written = {}
    for language, each in found.items() if isinstance(found, dict) else ():
        parts = each.get("parts") if isinstance(each, dict) else None
        if isinstance(parts, dict) and isinstance(each.get("of", ""), str):
            kept_parts = {name: text for name, text in parts.items() if isinstance(text, str)}
            written[str(language)] = Written(kept_parts, each.get("of", ""))
    return Texts(named if isinstance(named, str) and named else source, written)


def digest(parts: Parts) -> str:
    """SHA-256 over the parts, blanks at the ends of lines and of the text aside. The same words have the same digest."""
    plain = json.dumps(_tidy(parts), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def has_words(parts: Parts) -> bool:
    return any(each.strip() for each in parts.values())


def _tidy(parts: Parts) -> dict[str, str]:
    """Line ends as \\n, without blanks at the ends of lines and around the whole; empty parts are left out."""
    found = {name: "\n".join(line.rstrip() for line in text.splitlines()).strip("\n") for name, text in parts.items()}
    return {name: text for name, text in found.items() if text.strip()}
