"""Which tickets somebody has just opened, left, or begun to answer: told like entries, but no entry says it.

Looked up after each ring, in one small index. A writer stamps its row before it commits, so that a later commit may carry an
earlier stamp: the last seconds are read again, and what was told is remembered.
"""

import datetime as dt
from dataclasses import dataclass

from aplomb.lib.time import utc_now
from aplomb.tickets.merged import end_of
from aplomb.tickets.models import Ticket, Viewing

AGAIN = dt.timedelta(seconds=10)
AT_ONCE = 500


@dataclass(frozen=True)
class Look:
    """A ticket whose onlookers are others now, and its team."""

    number: str
    team: int | None


class Looking:
    """What was told, and what is new since."""

    def __init__(self) -> None:
        self.after = utc_now()
        self.told: dict[int, dt.datetime] = {}

    def news(self) -> list[Look]:
        """Tickets whose onlookers changed since the last call, each once."""
        rows = list(
            Viewing.objects.filter(changed_at__gt=self.after - AGAIN)
            .order_by("changed_at", "pk")
            .values_list("pk", "changed_at", "ticket__number", "ticket__team_id", "ticket__merged_into")[:AT_ONCE]
        )
        new = [row for row in rows if self.told.get(row[0]) != row[1]]
        self.told = {row[0]: row[1] for row in rows}
        if rows:
            self.after = max(self.after, rows[-1][1])
        return list(dict.fromkeys(_look(*row[2:]) for row in new))


def _look(number: str, team: int | None, into: int | None) -> Look:
    # who sees a merged ticket is who sees the one that it goes on in
    return Look(number, team if into is None else end_of(Ticket.objects.get(pk=into)).team_id)
