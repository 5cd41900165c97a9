"""Temporary."""

from collections.abc import Sequence


def detect(text: str, prior: str | None = None, among: Sequence[str] = ("en", "es", "it", "ro", "el")) -> str | None:
    return "el" if any("α" <= each <= "ω" for each in text.lower()) else prior
