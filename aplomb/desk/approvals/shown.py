"""Approvals as pages show them: everything needed to decide, in the reader's words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aplomb.people.approvals.kinds import kinds
from aplomb.people.approvals.policies import may_decide
from aplomb.people.approvals.reads import approvals_about
from aplomb.people.models import Approval, Person, Verdict
from aplomb.tickets.approvals import WORD, abouts_of
from aplomb.tickets.models import Ticket
from aplomb.tickets.numbers import shown


@dataclass(frozen=True)
class ShownVote:
    """One person's word."""

    who: str
    is_refusal: bool
    reason: str
    at: dt.datetime


@dataclass(frozen=True)
class ShownApproval:
    """One approval. `number` and `subject` are of the ticket that it is about, empty where it is about something else."""

    id: int
    kind: str
    question: str
    reason: str
    facts: tuple[tuple[str, str], ...]
    number: str
    shown_number: str
    subject: str
    asked_by: str
    on_behalf_of: str
    asked_at: dt.datetime
    due_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None
    state: str
    state_word: str
    agreed: str
    votes: tuple[ShownVote, ...]
    is_waiting: bool
    may_decide: bool
    may_withdraw: bool
    has_voted: bool


def shown_approvals(found: Iterable[Approval], person: Person) -> list[ShownApproval]:
    """As this person sees them. One query for the tickets' subjects."""
    rows = list(found)
    numbers = {number for number in map(_number, rows) if number}
    subjects = dict(Ticket.objects.filter(number__in=numbers).values_list("number", "subject")) if numbers else {}
    return [_shown(each, person, subjects) for each in rows]


def approvals_on(ticket: Ticket, person: Person) -> list[ShownApproval]:
    """What was asked about this ticket and those merged into it, the newest first. No query for a plain ticket."""
    abouts = abouts_of(ticket)
    return shown_approvals(approvals_about(abouts), person) if abouts else []


def _number(approval: Approval) -> str:
    word, _blank, key = approval.about.partition(" ")
    return key if word == WORD else ""


def _shown(approval: Approval, person: Person, subjects: dict[str, str]) -> ShownApproval:
    number = _number(approval)
    kind = kinds().get(approval.kind)
    votes = sorted(approval.votes.all(), key=lambda each: each.pk)
    voted = {each.person_id for each in votes}
    agreed = sum(each.verdict == Verdict.APPROVE for each in votes)
    return ShownApproval(
        id=approval.pk,
        kind=str(kind.name) if kind else approval.kind,
        question=approval.question,
        reason=approval.reason,
        facts=tuple(approval.fact_lines),
        number=number,
        shown_number=shown(number) if number else "",
        subject=subjects.get(number, ""),
        asked_by=approval.asked_by.work_name,
        on_behalf_of=approval.on_behalf_of.work_name if approval.on_behalf_of else "",
        asked_at=approval.asked_at,
        due_at=approval.due_at,
        expires_at=approval.expires_at,
        ended_at=approval.ended_at,
        state=approval.state,
        state_word=str(approval.get_state_display()),
        agreed=_agreed(agreed, approval.needed) if approval.needed > 1 else "",
        votes=tuple(ShownVote(each.person.work_name, each.verdict == "refuse", each.reason, each.at) for each in votes),
        is_waiting=approval.is_waiting,
        may_decide=approval.is_waiting and person.pk not in voted and bool(may_decide(person, approval)),
        may_withdraw=approval.is_waiting and person.pk in (approval.asked_by_id, approval.on_behalf_of_id),
        has_voted=person.pk in voted,
    )


def _agreed(agreed: int, needed: int) -> str:
    if not agreed:
        return ngettext("%(count)s must agree", "%(count)s must agree", needed) % {"count": needed}
    return _("%(agreed)s of %(needed)s have agreed") % {"agreed": agreed, "needed": needed}
