"""Side conversations and what was sent twice, told in sentences for a ticket's history."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Facts = Mapping[str, Any]


def _asked(facts: Facts, names: Any) -> str:
    if facts.get("status_before") != facts.get("status"):
        return _("asked somebody outside; the ticket waits for them")
    return _("asked somebody outside")


def _told(facts: Facts, names: Any) -> str:
    if facts.get("is_automatic"):
        return _("an automatic answer came in a side conversation")
    return _("an answer came in a side conversation")


SENTENCES: dict[str, Callable[[Facts, Any], str]] = {
    "SideBegun": lambda facts, names: _("began a side conversation"),
    "MessageAsked": _asked,
    "MessageTold": _told,
    "SideSettled": lambda facts, names: _("settled a side conversation"),
    "SideReopened": lambda facts, names: _("reopened a side conversation"),
    "MessageSentAgain": lambda facts, names: _("sent a reply again, on purpose"),
}
