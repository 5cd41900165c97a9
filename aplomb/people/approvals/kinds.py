"""Kinds of approvals: who may ask, who may decide, how many must agree, by when, and until when it can be decided.

A kind is declared by the app that needs it and listed on the wiring page (APPROVAL_KINDS). Its word is kept in rows and
never changes.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aplomb.people.models import Approval, Person, Role

MayDecide = Callable[[Person, Approval], bool]


@dataclass(frozen=True, kw_only=True)
class ApprovalKind:
    """`decided_by`: roles, any of which may decide; `may_decide` narrows that where roles do not say it all.

    `agreeing`: how many different people must agree (four eyes: two). `due_within` and `lives` count from the asking.
    """

    word: str
    name: "str | Promise"
    decided_by: tuple[str, ...]
    asked_by: tuple[str, ...]
    may_decide: MayDecide | None = None
    agreeing: int = 1
    due_within: dt.timedelta = dt.timedelta(hours=24)
    lives: dt.timedelta = dt.timedelta(days=7)


# usable at once: whoever works a ticket asks a supervisor
DECISION = ApprovalKind(
    word="decision",
    name=_("Decision"),
    decided_by=(Role.SUPERVISOR,),
    asked_by=(Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.LEGAL, Role.TECHNICIAN, Role.AUDITOR),
)

_kinds: dict[str, ApprovalKind] = {}


def connect(kinds: Iterable[ApprovalKind]) -> None:
    """Take the kinds that the wiring page lists. Raises ValueError for two of one word, or nobody to agree."""
    found: dict[str, ApprovalKind] = {}
    for kind in kinds:
        if kind.word in found or kind.agreeing < 1 or kind.lives < kind.due_within:
            raise ValueError(f"no kind of approval: {kind.word}")
        found[kind.word] = kind
    _kinds.clear()
    _kinds.update(found)


def kinds() -> Mapping[str, ApprovalKind]:
    """All kinds by word."""
    return MappingProxyType(_kinds)
