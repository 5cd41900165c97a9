"""Questions that this floor asks those above before it goes on. config/wiring.py lists who answers.

An answer is a reason with a weight: `refuse`, or `confirm` (a person may go on, and that is recorded).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from aplomb.journal.actors import Actor
from aplomb.people.errors import Refused
from aplomb.tickets.models import Ticket


@dataclass(frozen=True)
class Objection:
    """Why not. `weight` is refuse or confirm; `code` a stable word."""

    code: str
    reason: "str | Promise"
    weight: str = "refuse"


ReplyGate = Callable[[Ticket, Actor, str], Iterable[Objection]]

_replying: list[ReplyGate] = []


class NeedsConfirmation(Refused):
    """Somebody above asks for a second look; the same call with `confirmed` goes on."""

    def __init__(self, objections: list[Objection]) -> None:
        super().__init__(" ".join(str(each.reason) for each in objections), "needs-confirmation")
        self.objections = objections


def connect(*, replying: Iterable[ReplyGate]) -> None:
    """Take the answers that the wiring page lists."""
    _replying[:] = list(replying)


def ask_before_reply(ticket: Ticket, by: Actor, text: str, *, confirmed: bool) -> None:
    """Raises Refused for a refusal, NeedsConfirmation for what was not confirmed."""
    objections = [each for gate in _replying for each in gate(ticket, by, text)]
    refusals = [each for each in objections if each.weight == "refuse"]
    if refusals:
        raise Refused(refusals[0].reason, refusals[0].code)
    if objections and not confirmed:
        raise NeedsConfirmation(objections)
