"""What the demo's people were told: nothing old waits, one agent has something new, and her evenings are quiet."""

import datetime as dt

from django.db import transaction

from aplomb.lib.time import as_if_at, utc_now
from aplomb.people.actions.notices import choose, notice, see, unsee
from aplomb.people.models import WAITING, Notice, NoticeMail, Person
from aplomb.tickets.models import Message, Ticket

MINUTE = dt.timedelta(minutes=1)


def play_notices() -> None:
    """Settle what the played past told, and tell Maeve two things of this morning."""
    Notice.objects.filter(mail__in=WAITING).update(mail=NoticeMail.NONE)
    people = {each.email.partition(".")[0]: each for each in Person.objects.filter(is_demo=True)}
    for person in people.values():
        see(person, Notice.objects.filter(person=person).values_list("pk", flat=True))
    maeve, graham = people.get("maeve"), people.get("graham")
    if maeve is None or graham is None:
        return
    choose(
        maeve,
        kinds={"answered": (True, "daily"), "assigned": (True, "never")},
        quiet_from=dt.time(18, 30),
        quiet_to=dt.time(8),
        quiet_days=[5, 6],
    )
    hers = list(Ticket.objects.filter(assignee=maeve).order_by("-activity_at")[:2])
    now = utc_now()
    for place, ticket in enumerate(hers):
        with as_if_at(now - (40 - 25 * place) * MINUTE), transaction.atomic():
            said = Message.objects.filter(ticket=ticket, kind="customer").order_by("-pk").first()
            own = Notice.objects.filter(person=maeve, ticket_number=ticket.number).order_by("-pk").first()
            if own is not None:
                # what really happened to her in the played past says more than anything made up
                unsee(maeve, own.pk)
            elif place == 0 or said is None:
                notice(maeve, "assigned", by=graham, about=f"demo {ticket.number}", ticket_number=ticket.number)
            else:
                notice(maeve, "answered", about=f"message {said.pk} demo", ticket_number=ticket.number)
    Notice.objects.filter(mail__in=WAITING).update(mail=NoticeMail.NONE)
