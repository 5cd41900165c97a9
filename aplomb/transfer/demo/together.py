"""What several of the demo's people do on one ticket: tasks, somebody who works on it too, a hand-over, a snooze."""

import datetime as dt

from django.utils import translation

from aplomb.lib.time import as_if_at, utc_now
from aplomb.people.models import Person
from aplomb.tickets.actions.follow import add_co_worker, follow
from aplomb.tickets.actions.hand_over import Handing, hand_over
from aplomb.tickets.actions.snooze import snooze_ticket
from aplomb.tickets.actions.tasks import Doing, add_task, finish_task
from aplomb.tickets.models import Stage, Ticket

MEASURED = "Packet loss on Office 600 between your second and third hop, evenings only"
COLOURS = "BP-620: il magenta è virato dopo la manutenzione"
DROPS = "Line drops every evening around eight"
OVER = Handing(
    done="I went through the line's history with her: it is the third fault since March, each time after eight.",
    open="The exchange has not answered about the card in slot 4.",
    promised="A call before Wednesday noon, whatever the exchange says.",
)


def play_together() -> None:
    """Once the world was played. What is not there is left alone."""
    people = {each.work_name: each for each in Person.objects.filter(is_active=True)}
    measured, colours, drops = (_live(each) for each in (MEASURED, COLOURS, DROPS))
    if measured is not None and measured.assignee is not None and "Tom Ackerley" in people:
        _measure(measured, measured.assignee, people["Tom Ackerley"])
    if colours is not None and colours.assignee is not None and colours.next_due_at is None:
        until = utc_now() + dt.timedelta(days=4)
        snooze_ticket(colours.number, until, by=colours.assignee, reason="arriva il toner nuovo")
    if drops is not None and drops.assignee is not None and "Pilar Quiroga" in people:
        with as_if_at(_hours_ago(2)), translation.override("en"):
            handing = Handing(person=drops.assignee, done=OVER.done, open=OVER.open, promised=OVER.promised)
            hand_over(drops.number, handing, by=people["Pilar Quiroga"])


def _measure(ticket: Ticket, by: Person, technician: Person) -> None:
    with as_if_at(_hours_ago(5)):
        add_co_worker(ticket.number, technician, by=by)
        done = add_task(ticket.number, Doing(text="Send the customer's traces to the exchange", assignee=by), by=by)
        tomorrow = utc_now() + dt.timedelta(days=2)
        doing = Doing(text="Measure at the third hop after eight", assignee=technician, due_at=tomorrow)
        add_task(ticket.number, doing, by=by)
        add_task(ticket.number, Doing(text="Tell the account manager how it went"), by=by)
    with as_if_at(_hours_ago(4)):
        finish_task(done.pk, by=by)
        follow(ticket.number, by=by)


def _hours_ago(count: int) -> dt.datetime:
    return utc_now() - dt.timedelta(hours=count)


def _live(subject: str) -> Ticket | None:
    return Ticket.objects.filter(subject=subject, stage=Stage.LIVE).select_related("assignee").first()
