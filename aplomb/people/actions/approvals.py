"""The only writers of approvals (docs/flows/approvals.md).

ask_approval("decision", about=f"ticket {number}", question="May we refund it?", reason="…", by=agent)
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.journal.actors import CLOCK, Actor
from aplomb.journal.events import Sealed
from aplomb.journal.models import Chain
from aplomb.journal.recording import record
from aplomb.lib.text import clean_text
from aplomb.lib.time import utc_now
from aplomb.people.actions.notices import notice
from aplomb.people.approvals.events import (
    ApprovalAsked,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalVoted,
    ApprovalWithdrawn,
)
from aplomb.people.approvals.kinds import kinds
from aplomb.people.approvals.policies import may_ask, may_decide, may_see, who_may_decide
from aplomb.people.approvals.subjects import subject_of
from aplomb.people.errors import NotAllowed, NotFound, Refused, Wrong
from aplomb.people.models import Approval, ApprovalVote, Person, Verdict
from aplomb.people.policies import require

LONGEST_QUESTION = 500
LONGEST_REASON = 4000
MOST_FACTS = 20
EXPIRED_AT_ONCE = 100

State = Approval.State


def ask_approval(
    kind: str,
    *,
    about: str,
    question: str,
    reason: str,
    by: Actor,
    facts: Mapping[str, str] | None = None,
    on_behalf_of: Person | None = None,
) -> Approval:
    """Ask for a decision about a thing ("ticket 12345678"). The same again while it waits is once.

    Raises NotFound (also out of sight), NotAllowed, Wrong, Refused where nobody else may decide; ValueError for a kind or a
    word that the wiring page does not list.
    """
    found = kinds().get(kind)
    if found is None:
        raise ValueError(f"no kind of approval: {kind}")
    with transaction.atomic():
        chain = _locked(about)
        person = _person(by)
        now = utc_now()
        asked = Approval(
            kind=kind,
            about=about,
            question=_line(question, "question", LONGEST_QUESTION),
            reason=_text(reason, "reason", _("Say why: whoever decides was not there.")),
            facts={str(name)[:80]: str(value)[:500] for name, value in list((facts or {}).items())[:MOST_FACTS]},
            asked_by=person,
            on_behalf_of=on_behalf_of,
            asked_at=now,
            due_at=now + found.due_within,
            expires_at=now + found.lives,
            needed=found.agreeing,
        )
        if not may_see(person, asked):
            raise NotFound
        require(may_ask(person, found))
        same = Approval.objects.filter(about=about, kind=kind, state=State.WAITING, asked_by=person)
        already = same.filter(question=asked.question).first()
        if already is not None:
            return already
        deciders = who_may_decide(asked)
        if len(deciders) < found.agreeing:
            raise Refused(_("There is nobody else here who may decide on this."), "nobody-decides")
        asked.save()
        subject, key = subject_of(about)
        subject.note(key)
        record(_asked(asked), by=person, chain=chain)
        for each in deciders:
            _tell(each, "approval_asked", asked, by=person)
    return asked


def _asked(approval: Approval) -> ApprovalAsked:
    return ApprovalAsked(
        **_ids(approval),
        asked_by=approval.asked_by_id,
        on_behalf_of=approval.on_behalf_of_id,
        needed=approval.needed,
        due_at=approval.due_at,
        expires_at=approval.expires_at,
        sealed={
            "question": Sealed.text(approval.question),
            "reason": Sealed.text(approval.reason),
            "facts": Sealed.text(json.dumps(approval.facts, ensure_ascii=False, sort_keys=True)),
        },
    )


def decide(approval_id: int, verdict: str, *, by: Actor, reason: str = "") -> Approval:
    """One's word on it: approve or refuse. A refusal ends it; the last of those who must agree grants it.

    Raises NotFound (also out of sight), NotAllowed, Wrong (no such verdict, a refusal without a reason), Refused (it has
    ended, it expired meanwhile, one has spoken already).
    """
    with transaction.atomic():
        approval, chain = _approval(approval_id)
        person = _person(by)
        if not may_see(person, approval):
            raise NotFound
        require(may_decide(person, approval))
        if verdict not in Verdict.values:
            raise Wrong("verdict", _("Agree or refuse: there is nothing else."))
        said = _text(reason, "reason", _("A refusal needs a reason.") if verdict == Verdict.REFUSE else "")
        own = approval.votes.filter(person=person).first()
        if own is not None and own.verdict == verdict:
            return approval
        if own is not None:
            raise Refused(_("You have said your word on this already."), "voted")
        _check_open(approval)
        _keep_vote(approval, person, verdict, said)
        _settle(approval, person, verdict, said, chain)
    return approval


def withdraw(approval_id: int, *, by: Actor, reason: str = "") -> Approval:
    """Whoever asked, or on whose behalf, needs it no more. Twice is once. Raises NotFound, NotAllowed, Refused."""
    with transaction.atomic():
        approval, chain = _approval(approval_id)
        person = _person(by)
        if not may_see(person, approval):
            raise NotFound
        if person.pk not in (approval.asked_by_id, approval.on_behalf_of_id):
            raise NotAllowed(_("Only whoever asked for it can take it back."))
        if approval.state == State.WITHDRAWN:
            return approval
        _check_open(approval)
        said = _text(reason, "reason", "")
        _end(approval, State.WITHDRAWN)
        event = ApprovalWithdrawn(**_ids(approval), asked_by=approval.asked_by_id, sealed=_sealed(said))
        record(event, by=person, chain=chain)
    return approval


def expire_overdue() -> int:
    """End what nobody decided in time, each in a transaction of its own. Returns how many, at most a hundred.

    After a downtime all of it comes at once; a second turn finds nothing to do.
    """
    over = Approval.objects.filter(state=State.WAITING, expires_at__lte=utc_now()).order_by("expires_at")
    ended = 0
    for pk in list(over.values_list("pk", flat=True)[:EXPIRED_AT_ONCE]):
        with transaction.atomic():
            try:
                approval, chain = _approval(pk)
            except NotFound:
                # what it was about is gone for good, and nobody can decide on it any more
                left = Approval.objects.filter(pk=pk).first()
                if left is not None:
                    _end(left, State.EXPIRED)
                continue
            if not approval.is_waiting or approval.expires_at > utc_now():
                continue
            _end(approval, State.EXPIRED)
            record(ApprovalExpired(**_ids(approval), asked_by=approval.asked_by_id), by=CLOCK, chain=chain)
            _tell(approval.asked_by, "approval_expired", approval)
            ended += 1
    return ended


def _approval(approval_id: int) -> tuple[Approval, Chain]:
    """The approval as it now is, under the lock of what it is about, and that thing's chain. Raises NotFound."""
    about = Approval.objects.filter(pk=approval_id).values_list("about", flat=True).first()
    if about is None:
        raise NotFound
    chain = _locked(about)
    found = Approval.objects.select_for_update(of=("self",)).select_related("asked_by").filter(pk=approval_id).first()
    if found is None:
        # the bin was emptied while the lock was waited for
        raise NotFound
    return found, chain


def _locked(about: str) -> Chain:
    subject, key = subject_of(about)
    return subject.lock(key)


def _person(by: Actor) -> Person:
    """Who acts, as the database now has them: a role may have been taken away a moment ago. Raises NotAllowed."""
    person = Person.objects.filter(pk=by.pk, is_active=True).first() if isinstance(by, Person) else None
    if person is None:
        raise NotAllowed(_("Only the staff may do this."))
    return person


def _check_open(approval: Approval) -> None:
    if not approval.is_waiting:
        raise Refused(_("This has been settled already."), "settled")
    if approval.expires_at <= utc_now():
        raise Refused(_("The time to decide on this is over. It must be asked anew."), "expired")


def _keep_vote(approval: Approval, person: Person, verdict: str, reason: str) -> None:
    ApprovalVote.objects.create(
        approval=approval,
        person=person,
        asked_by_id=approval.asked_by_id,
        on_behalf_of_id=approval.on_behalf_of_id,
        verdict=verdict,
        reason=reason,
    )


def _settle(approval: Approval, person: Person, verdict: str, reason: str, chain: Chain) -> None:
    """What follows from a word that was just kept: it ends, or others are still needed."""
    agreed = approval.votes.filter(verdict=Verdict.APPROVE).count()
    if verdict == Verdict.APPROVE and agreed < approval.needed:
        event = ApprovalVoted(
            **_ids(approval), person_id=person.pk, still_needed=approval.needed - agreed, sealed=_sealed(reason)
        )
        record(event, by=person, chain=chain)
        return
    _end(approval, State.APPROVED if verdict == Verdict.APPROVE else State.REFUSED)
    decided = ApprovalDecided(
        **_ids(approval),
        verdict=verdict,
        person_id=person.pk,
        asked_by=approval.asked_by_id,
        sealed=_sealed(reason),
    )
    record(decided, by=person, chain=chain)
    _tell(approval.asked_by, "approval_decided", approval, by=person)
    if approval.on_behalf_of is not None:
        _tell(approval.on_behalf_of, "approval_decided", approval, by=person)


def _end(approval: Approval, state: str) -> None:
    approval.state, approval.ended_at = state, utc_now()
    approval.save(update_fields=["state", "ended_at"])


def _tell(person: Person, kind: str, approval: Approval, *, by: Person | None = None) -> None:
    word, _blank, key = approval.about.partition(" ")
    notice(
        person,
        kind,
        about=f"approval {approval.pk} {approval.state}",
        ticket_number=key if word == "ticket" else "",
        by=by,
        path=f"/approvals#approval-{approval.pk}",
    )


def _ids(approval: Approval) -> dict[str, Any]:
    return {"approval_id": approval.pk, "approval_kind": approval.kind, "about": approval.about}


def _sealed(reason: str) -> dict[str, Sealed]:
    return {"reason": Sealed.text(reason)} if reason else {}


def _line(text: str, field: str, most: int) -> str:
    line = " ".join(clean_text(text).split())
    if not line:
        raise Wrong(field, _("Ask a question."))
    if len(line) > most:
        raise Wrong(field, _("That is too long: at most %(count)s characters.") % {"count": most})
    return line


def _text(text: str, field: str, missing: str) -> str:
    """The text without blanks around it. `missing` is said where it may not be empty."""
    found = clean_text(text).strip()
    if missing and not found:
        raise Wrong(field, missing)
    if len(found) > LONGEST_REASON:
        raise Wrong(field, _("That is too long: at most %(count)s characters.") % {"count": LONGEST_REASON})
    return found


def forget_approvals_about(about: str) -> None:
    """The thing is gone for good: so is what was asked about it. Its chain keeps that something was."""
    Approval.objects.filter(about=about).delete()
