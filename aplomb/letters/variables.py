"""Which variables there are, what they mean, and in which letters each can stand. Pure but for the words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: Final = ("notice", "letter", "signature", "canned")
OUT_OF_HOURS: Final = "acknowledgement-out-of-hours"


@dataclass(frozen=True)
class Variable:
    """A name that stands in braces. `kinds` of letters that know it; `only` those keys where it is not for a whole kind."""

    name: str
    meaning: "str | Promise"
    kinds: frozenset[str]
    only: frozenset[str] = frozenset()


_ALL = frozenset(KINDS)
_TEXTS = frozenset({"notice", "letter", "canned"})

VARIABLES: Final[Mapping[str, Variable]] = {
    each.name: each
    for each in (
        Variable("greeting", _("the greeting of the language, with how the customer likes to be addressed"), _TEXTS),
        Variable("customer_name", _("the customer's name"), _TEXTS),
        Variable("address_as", _("how the customer likes to be addressed, else the name"), _TEXTS),
        Variable("ticket_number", _("the number of the ticket"), _TEXTS),
        Variable("subject", _("the subject of the ticket"), _TEXTS),
        Variable("due", _("by when the customer hears from us, in words"), _TEXTS),
        Variable("team", _("the team that has the ticket"), _ALL),
        Variable("agent_name", _("the work name of who writes"), _ALL),
        Variable("mailbox_name", _("the name of the mailbox in the From line"), _ALL),
        Variable("desk_name", _("the name of the desk"), _ALL),
        Variable(
            "answer_by",
            _("by when a person answers, in words and the customer's time"),
            frozenset(),
            frozenset({"acknowledgement", OUT_OF_HOURS}),
        ),
        Variable(
            "opens_at",
            _("when the desk opens again, in words and the customer's time"),
            frozenset(),
            frozenset({OUT_OF_HOURS}),
        ),
    )
}


def available_in(kind: str, key: str = "") -> tuple[Variable, ...]:
    """The variables that a letter of this kind and key may use."""
    return tuple(each for each in VARIABLES.values() if kind in each.kinds or key in each.only)
