"""What each language says where a value is missing, how it greets, and how it says an instant. Pure.

These are words of letters, not of pages: they belong to the language of the letter, whoever reads the page, and so stand
here and not in the catalogues.
"""

import datetime as dt
from typing import Final

from babel.dates import format_datetime, format_skeleton, get_timezone_location

from aplomb.lib.time import zone

LANGUAGES: Final = ("en", "es", "it", "ro", "el")

# with the name, and without
_GREETINGS: Final = {
    "en": ("Hello {name},", "Hello,"),
    "es": ("Hola, {name}:", "Hola:"),
    "it": ("Buongiorno {name},", "Buongiorno,"),
    "ro": ("Bună ziua, {name},", "Bună ziua,"),
    "el": ("Γεια σας, {name},", "Γεια σας,"),
}

_NEUTRAL: Final = {
    "customer_name": {"en": "customer", "es": "cliente", "it": "cliente", "ro": "client", "el": "πελάτη"},
    "agent_name": {
        "en": "our team",
        "es": "nuestro equipo",
        "it": "il nostro team",
        "ro": "echipa noastră",
        "el": "η ομάδα μας",
    },
    "team": {
        "en": "our team",
        "es": "nuestro equipo",
        "it": "il nostro team",
        "ro": "echipa noastră",
        "el": "η ομάδα μας",
    },
    "due": {
        "en": "the next working day",
        "es": "próximo día laborable",
        "it": "il prossimo giorno lavorativo",
        "ro": "în următoarea zi lucrătoare",
        "el": "την επόμενη εργάσιμη ημέρα",
    },
}
_NEUTRAL["address_as"] = _NEUTRAL["customer_name"]
_NEUTRAL["answer_by"] = _NEUTRAL["opens_at"] = _NEUTRAL["due"]

# "23 November, 10:00 (Athens time)"
_IN_ZONE: Final = {
    "en": "{moment} ({zone} time)",
    "es": "{moment} (hora de {zone})",
    "it": "{moment} (fuso orario: {zone})",
    "ro": "{moment} (fus orar: {zone})",
    "el": "{moment} (ζώνη ώρας: {zone})",
}


def greeting(language: str, name: str) -> str:
    """How a letter begins. Without a name it is neutral; so it is where a name cannot stand as it is.

    A Greek name of a man takes another ending when he is addressed (κύριε Παππά, not Παππάς): the desk does not guess it,
    and greets without the name unless somebody has written down how he likes to be addressed.
    """
    with_name, without = _GREETINGS.get(language, _GREETINGS["en"])
    return with_name.replace("{name}", name) if name.strip() else without


def callable_name(language: str, name: str, address_as: str) -> str:
    """The name that can stand after a greeting; empty where that would be wrong."""
    if address_as.strip():
        return address_as.strip()
    declined = language == "el" and any(word[-1] in "ςΣ" for word in name.split())
    return "" if declined else name.strip()


def neutral_form(language: str, name: str) -> str:
    """What stands for a variable without a value and without a fallback; empty where nothing has to."""
    if name == "greeting":
        return greeting(language, "")
    forms = _NEUTRAL.get(name, {})
    return forms.get(language, forms.get("en", ""))


def moment_words(at: dt.datetime, zone_name: str, language: str) -> str:
    """An instant as a letter says it: "Monday November 23, 10:00 (Athens time)", in the customer's zone."""
    locale = language if language in LANGUAGES else "en"
    local = at.astimezone(zone(zone_name))
    day = format_skeleton("MMMMd", local, locale=locale)
    moment = f"{format_datetime(local, 'EEEE', locale=locale)} {day}, {local:%H:%M}"
    place = get_timezone_location(zone_name, locale=locale, return_city=True)
    return _IN_ZONE[locale].format(moment=moment, zone=place)
