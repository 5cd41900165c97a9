"""What the page of approvals shows: what waits for me, what I asked, what was decided; and what hangs on one thing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from aplomb.people.approvals.policies import deciding_roles, may_decide
from aplomb.people.approvals.subjects import seen_among
from aplomb.people.models import Approval, Person

AT_ONCE = 30
# of what waits, so that one page never grows without end; looked through by their due time
MOST_WAITING = 200


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody's word, the oldest due first. `more`: there may be others behind the last one."""

    approvals: tuple[Approval, ...]
    more: bool


def waiting_for(by: Person) -> Waiting:
    """On what this person may decide and has not yet. Two queries, one for each word that the things have, and the votes."""
    words = deciding_roles(by)
    if not words:
        return Waiting((), False)
    found = _whole(Approval.objects.filter(state=Approval.State.WAITING, kind__in=words))
    found = found.exclude(asked_by=by).exclude(votes__person=by).filter(~Q(on_behalf_of=by) | Q(on_behalf_of=None))
    rows = list(found.order_by("due_at", "id")[: MOST_WAITING + 1])
    shown = _seen(by, [each for each in rows[:MOST_WAITING] if may_decide(by, each)])
    return Waiting(tuple(shown), len(rows) > MOST_WAITING)


def asked_by(by: Person) -> tuple[Approval, ...]:
    """What this person asked, the newest first."""
    return tuple(_seen(by, _whole(Approval.objects.filter(asked_by=by)).order_by("-id")[:AT_ONCE]))


def decided_lately(by: Person) -> tuple[Approval, ...]:
    """What has ended of what this person asked or may decide on, the last one first."""
    concerned = Q(asked_by=by) | Q(kind__in=deciding_roles(by))
    ended = _whole(Approval.objects.exclude(state=Approval.State.WAITING).filter(concerned))
    return tuple(_seen(by, ended.order_by("-ended_at", "-id")[:AT_ONCE]))


def approvals_about(abouts: Collection[str]) -> tuple[Approval, ...]:
    """All about these things, the newest first. The caller has asked whether they may be seen."""
    return tuple(_whole(Approval.objects.filter(about__in=list(abouts))).order_by("-id")[:AT_ONCE])


def _whole(found: QuerySet[Approval]) -> QuerySet[Approval]:
    return found.select_related("asked_by", "on_behalf_of").prefetch_related("votes__person")


def _seen(by: Person, found: Sequence[Approval] | QuerySet[Approval]) -> list[Approval]:
    rows = list(found)
    seen = seen_among(by, {each.about for each in rows})
    return [each for each in rows if each.about in seen]
