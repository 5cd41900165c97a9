"""The colours of the tokens hold WCAG 2.2 AA in every theme: 4.5 to 1 for text, 3 to 1 for edges of controls."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
TEXT = 4.5
EDGE = 3.0

PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "soft") for ground in ("ground", "surface", "raised", "hover")],
    *[(ink, ground, TEXT) for ink in ("accent", "late", "soon") for ground in ("ground", "surface", "hover")],
    *[(ink, "accent-wash", TEXT) for ink in ("ink", "soft", "accent", "accent-strong", "late", "soon")],
    *[(ink, "note", TEXT) for ink in ("ink", "soft", "note-ink")],
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("on-note", "note-ink", TEXT),
    ("good", "surface", TEXT),
    ("late", "late-wash", TEXT),
    ("ink", "late-wash", TEXT),
    ("edge", "surface", EDGE),
    ("edge", "ground", EDGE),
    ("accent", "surface", EDGE),
]


def tokens(theme: str, mode: int) -> dict[str, str]:
    """The colours of a theme; mode 0 is light, 1 dark."""
    text = TOKENS.read_text(encoding="utf-8")
    start = text.index(":root {")
    found = dict(_pairs(text[start : text.index("}", start)], mode))
    if theme == "contrast":
        start = text.index(':root[data-theme="contrast"] {')
        found |= dict(_pairs(text[start : text.index("}", start)], mode))
    return found


def _pairs(block: str, mode: int) -> list[tuple[str, str]]:
    shape = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")
    return [(match[1], match[2 + mode]) for match in shape.finditer(block)]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_ratio_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("theme", ["plain", "contrast"])
def test_every_pair_of_colours_is_readable(theme: str, mode: int) -> None:
    colours = tokens(theme, mode)
    weak = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground, least in PAIRS
        if contrast(colours[ink], colours[ground]) < least
    }
    assert weak == {}


def test_high_contrast_is_higher() -> None:
    for mode in (0, 1):
        plain, high = tokens("plain", mode), tokens("contrast", mode)
        for ink in ("soft", "accent", "late", "soon", "good"):
            assert contrast(high[ink], high["surface"]) > max(7, contrast(plain[ink], plain["surface"]))
