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
ClosingGate = Callable[[Ticket, Actor], Iterable[Objection]]

_replying: list[ReplyGate] = []
_closing: list[ClosingGate] = []


class NeedsConfirmation(Refused):
    """Somebody above asks for a second look; the same call with `confirmed` goes on."""

    def __init__(self, objections: list[Objection]) -> None:
        super().__init__(" ".join(str(each.reason) for each in objections), "needs-confirmation")
        self.objections = objections


def connect(*, replying: Iterable[ReplyGate] | None = None, closing: Iterable[ClosingGate] | None = None) -> None:
    """Take the answers that the wiring page lists; a gate that is not given stays as it is."""
    if replying is not None:
        _replying[:] = list(replying)
    if closing is not None:
        _closing[:] = list(closing)


def ask_before_reply(ticket: Ticket, by: Actor, text: str, *, confirmed: bool) -> None:
    """Raises Refused for a refusal, NeedsConfirmation for what was not confirmed."""
    _weigh([each for gate in _replying for each in gate(ticket, by, text)], confirmed=confirmed)


def ask_before_closing(ticket: Ticket, by: Actor, *, confirmed: bool) -> None:
    """Before a ticket is resolved or closed. Raises Refused, NeedsConfirmation."""
    _weigh([each for gate in _closing for each in gate(ticket, by)], confirmed=confirmed)


def _weigh(objections: list[Objection], *, confirmed: bool) -> None:
    refusals = [each for each in objections if each.weight == "refuse"]
    if refusals:
        raise Refused(refusals[0].reason, refusals[0].code)
    if objections and not confirmed:
        raise NeedsConfirmation(objections)
