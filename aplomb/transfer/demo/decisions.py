"""Decisions that somebody of the demo's world waits for: one open, one made."""

import datetime as dt

from aplomb.lib.time import as_if_at, utc_now
from aplomb.people.actions.approvals import ask_approval, decide
from aplomb.people.models import Person, Role
from aplomb.tickets.approvals import about
from aplomb.tickets.models import Stage, Ticket

OPEN_ON = "Two more laptops for new starters"
OPEN = "May we lend them two laptops from the spare stock until theirs arrive?"
OPEN_WHY = (
    "The new ones are three weeks late, and the starters begin on Monday. The spares are not promised to anybody."
)
OPEN_FACTS = {"Value": "2 × £740", "Back by": "the end of next month"}
MADE_ON = 'Invoice B-20655: what is "adjustment, pro rata, line 2"?'
MADE = "May we take line 2 off the invoice?"
MADE_WHY = "We charged the change of line twice: once on this invoice and once on the one before."
MADE_SAID = "Yes, and say plainly in the answer that it was our mistake."


def play_decisions() -> None:
    """Once the world was played. What is not there is left alone."""
    open_one, made_one = (Ticket.objects.filter(subject=each, stage=Stage.LIVE).first() for each in (OPEN_ON, MADE_ON))
    decider = next((each for each in Person.objects.order_by("pk") if each.is_supervisor), None)
    if decider is None:
        return
    if made_one is not None:
        with as_if_at(_hours_ago(7)):
            asked = ask_approval(
                "decision", about=about(made_one.number), question=MADE, reason=MADE_WHY, by=_asker(made_one)
            )
        with as_if_at(_hours_ago(6)):
            decide(asked.pk, "approve", reason=MADE_SAID, by=decider)
    if open_one is not None:
        with as_if_at(_hours_ago(3)):
            ask_approval(
                "decision",
                about=about(open_one.number),
                question=OPEN,
                reason=OPEN_WHY,
                facts=OPEN_FACTS,
                by=_asker(open_one),
            )


def _hours_ago(count: int) -> dt.datetime:
    return utc_now() - dt.timedelta(hours=count)


def _asker(ticket: Ticket) -> Person:
    """Who has the ticket, else the first agent who decides nothing."""
    if ticket.assignee is not None and not ticket.assignee.is_supervisor:
        return ticket.assignee
    return next(each for each in Person.objects.order_by("pk") if each.is_one_of(Role.AGENT) and not each.is_supervisor)
