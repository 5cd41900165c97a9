"""The table of states and events: what becomes of a ticket when something happens to it. Pure; docs/flows/ticket.md shows it.

A cell names the next status, or is missing where the event changes nothing.
"""

import datetime as dt
from enum import StrEnum

REOPENS_FOR = dt.timedelta(days=30)
BIN_KEEPS_FOR = dt.timedelta(days=30)


class Status(StrEnum):
    NEW = "new"
    OPEN = "open"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_THIRD_PARTY = "waiting_third_party"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Happening(StrEnum):
    """What can happen to a ticket, in the words of the table."""

    CUSTOMER_SPOKE = "customer_spoke"
    MACHINE_SPOKE = "machine_spoke"
    REPLIED = "replied"
    REPLIED_AND_WAITS = "replied_and_waits"
    REPLIED_AND_RESOLVED = "replied_and_resolved"
    NOTED = "noted"


LIVE = (Status.NEW, Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_THIRD_PARTY)
DONE = (Status.RESOLVED, Status.CLOSED)

NEXT: dict[Happening, dict[Status, Status]] = {
    Happening.CUSTOMER_SPOKE: {
        Status.WAITING_CUSTOMER: Status.OPEN,
        Status.WAITING_THIRD_PARTY: Status.OPEN,
        Status.RESOLVED: Status.OPEN,
        Status.CLOSED: Status.OPEN,
    },
    Happening.MACHINE_SPOKE: {},
    Happening.REPLIED: {Status.NEW: Status.OPEN, Status.RESOLVED: Status.OPEN, Status.CLOSED: Status.OPEN},
    Happening.REPLIED_AND_WAITS: dict.fromkeys(Status, Status.WAITING_CUSTOMER),
    Happening.REPLIED_AND_RESOLVED: dict.fromkeys(Status, Status.RESOLVED),
    Happening.NOTED: {},
}

# what a person may set by hand, from where
BY_HAND: dict[Status, tuple[Status, ...]] = {
    Status.NEW: (Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_THIRD_PARTY, Status.RESOLVED, Status.CLOSED),
    Status.OPEN: (Status.WAITING_CUSTOMER, Status.WAITING_THIRD_PARTY, Status.RESOLVED, Status.CLOSED),
    Status.WAITING_CUSTOMER: (Status.OPEN, Status.WAITING_THIRD_PARTY, Status.RESOLVED, Status.CLOSED),
    Status.WAITING_THIRD_PARTY: (Status.OPEN, Status.WAITING_CUSTOMER, Status.RESOLVED, Status.CLOSED),
    Status.RESOLVED: (Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_THIRD_PARTY, Status.CLOSED),
    Status.CLOSED: (Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_THIRD_PARTY, Status.RESOLVED),
}


def next_status(status: str, happening: Happening) -> Status:
    """The status after it; the same one where the table has no cell."""
    now = Status(status)
    return NEXT[happening].get(now, now)


def starts_anew(status: str, closed_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a customer's word on this ticket opens a new one that follows it: closed for longer than 30 days."""
    return status == Status.CLOSED and closed_at is not None and now - closed_at > REOPENS_FOR
