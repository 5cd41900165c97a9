"""What is due because somebody waits for a decision."""

from collections.abc import Iterable

from aplomb.people.models import Approval
from aplomb.promises.due import APPROVAL
from aplomb.promises.sources import Due
from aplomb.tickets.approvals import abouts_of
from aplomb.tickets.models import Ticket


def approvals_due(ticket: Ticket) -> Iterable[Due]:
    """Each decision that waits, by the hour by which it was to be made."""
    abouts = abouts_of(ticket)
    if not abouts:
        return []
    waiting = Approval.objects.filter(about__in=abouts, state=Approval.State.WAITING)
    return [Due(APPROVAL, at, str(pk), f"approval {pk}") for pk, at in waiting.values_list("pk", "due_at")]
