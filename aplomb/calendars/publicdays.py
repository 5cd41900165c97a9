"""Public holidays, from the holidays library. Heavy to load (seconds, 25 MB): what it says is kept, so that pages do not wait.

What a year's holidays are called is told in those of the desk's languages that the library knows for the country.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version

from django.core.cache import cache

LANGUAGES = ("en", "es", "it", "ro", "el")

KEPT_FOR = 30 * 86400

Days = dict[str, dict[str, str]]


def told_by() -> str:
    """Which version of the library tells."""
    return version("holidays")[:20]


@lru_cache(maxsize=1)
def countries() -> tuple[str, ...]:
    """The countries that the library knows, by their two letters."""
    return tuple(cache.get_or_set(f"holidays:{told_by()}:countries", _countries, KEPT_FOR) or ())


@lru_cache(maxsize=64)
def regions(country: str) -> Mapping[str, str]:
    """The regions of a country with holidays of their own: code and its name there. Empty for a country unknown."""
    if country not in countries():
        return {}
    found = cache.get_or_set(f"holidays:{told_by()}:{country}", lambda: _regions(country), KEPT_FOR)
    return found or {}


def _countries() -> list[str]:
    from holidays.registry import COUNTRIES

    return sorted({codes[1] for codes in COUNTRIES.values()})


def _regions(country: str) -> dict[str, str]:
    import holidays

    kind = type(holidays.country_holidays(country))
    names = {code: name for name, code in reversed(list(kind.subdivisions_aliases.items()))}
    return dict(sorted(((code, names.get(code, code)) for code in kind.subdivisions), key=lambda pair: pair[1]))


def public_days(country: str, region: str, year: int) -> Days:
    """The public holidays of that year, with their names by language. Raises ValueError where there is no such place."""
    import holidays

    if country not in countries() or (region and region not in regions(country)):
        raise ValueError(f"no holidays are known for {country} {region}".strip())
    kind = type(holidays.country_holidays(country))
    known = {str(each)[:2]: str(each) for each in reversed(kind.supported_languages)}
    spoken = {code: known[code] for code in LANGUAGES if code in known}
    found: Days = {}
    wanted: dict[str, str | None] = {**spoken} or {"en": None}
    for code, language in wanted.items():
        told = holidays.country_holidays(country, subdiv=region or None, years=[year], language=language)
        for date, name in told.items():
            if date.year == year:
                found.setdefault(date.isoformat(), {})[code] = str(name)[:200]
    return dict(sorted(found.items()))
