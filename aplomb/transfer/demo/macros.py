"""The macros that Borealis keeps: what its agents do many times a day."""

from typing import Any

from aplomb.automation.actions import MacroWish, keep_macro
from aplomb.journal.actors import SYSTEM
from aplomb.tickets.models import RequestType, Tag

# name, what changes, the canned reply and what becomes of the ticket with it
MACROS: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("Take it and look into the line", {"assignee": "me"}, "line-down", ""),
    ("Ask for the serial number", {"assignee": "me"}, "serial-number", "waiting_customer"),
    ("Nobody's, urgent", {"priority": 4, "assignee": ""}, "", ""),
)


def keep_macros() -> None:
    """Add them, each with only what this desk has."""
    types = set(RequestType.objects.values_list("key", flat=True))
    tags = set(Tag.objects.values_list("key", flat=True))
    for name, steps, reply, then in MACROS:
        known = {key: value for key, value in steps.items() if key != "request_type" or value in types}
        known["add_tags"] = [each for each in steps.get("add_tags", ()) if each in tags]
        keep_macro(MacroWish(name=name, steps=known, reply=reply, then=then), by=SYSTEM)
