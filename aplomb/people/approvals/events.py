"""What can happen to an approval. `about` names its thing ("ticket 12345678"), on whose chain the event stands."""

import datetime as dt
from dataclasses import dataclass

from aplomb.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class ApprovalEvent(Event):
    """Every event of an approval says which it is, of what kind and about what."""

    approval_id: int
    approval_kind: str
    about: str


@dataclass(frozen=True, kw_only=True)
class ApprovalAsked(ApprovalEvent):
    """Seals: question, reason, facts."""

    asked_by: int
    on_behalf_of: int | None
    needed: int
    due_at: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ApprovalVoted(ApprovalEvent):
    """One of several agreed; the decision is still open. Seals: reason."""

    person_id: int
    still_needed: int


@dataclass(frozen=True, kw_only=True)
class ApprovalDecided(ApprovalEvent):
    """The last word: `verdict` is approve or refuse, `person_id` whose word it was. Seals: reason."""

    verdict: str
    person_id: int
    asked_by: int


@dataclass(frozen=True, kw_only=True)
class ApprovalExpired(ApprovalEvent):
    """Nobody decided in time: it is as if it had never been granted."""

    asked_by: int


@dataclass(frozen=True, kw_only=True)
class ApprovalWithdrawn(ApprovalEvent):
    """Whoever asked needs it no more. Seals: reason."""

    asked_by: int
