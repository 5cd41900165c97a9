"""Names of countries and days in the reader's language."""

from functools import lru_cache

from babel import Locale
from babel.dates import get_day_names

from aplomb.desk.words import language
from aplomb.lib.folding import fold

# ZZ is an unknown one, the others are no places with an address
_ODD = frozenset({"ZZ", "XA", "XB", "EU", "EZ", "UN", "QO"})


def countries() -> list[tuple[str, str]]:
    """Codes (ISO 3166-1 alpha-2) and names of countries, by name."""
    return list(_countries(language()))


def country_name(code: str) -> str:
    """The name of a country, or its code where there is none."""
    return dict(_countries(language())).get(code, code)


def day_name(day: int) -> str:
    """Monday is 0."""
    return str(get_day_names("wide", locale=language())[day])


@lru_cache(maxsize=8)
def _countries(locale: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(locale).territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _ODD]
    return tuple(sorted(found, key=lambda each: fold(each[1])))
