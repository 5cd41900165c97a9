"""When a reply is due, and the place in the queue that follows. Pure.

A reply is due 24 hours after the first customer's message that nobody has answered yet (S2, Q8).
"""

import datetime as dt

from aplomb.lib.time import microseconds

REPLY_WITHIN = dt.timedelta(hours=24)

# kinds of due items that this app itself knows
REPLY = "reply"
SNOOZE = "snooze"
APPROVAL = "approval"

# past every due time there will be: what is not due comes after what is, the latest activity first
_AFTER_ALL_DUE = 4_000_000_000_000_000_000


def reply_due_at(said_at: dt.datetime) -> dt.datetime:
    return said_at + REPLY_WITHIN


def queue_key(due_at: dt.datetime | None, activity_at: dt.datetime) -> int:
    """The number by which queues are ordered, ascending: the due time, else the age of the last activity."""
    if due_at is not None:
        return microseconds(due_at)
    return _AFTER_ALL_DUE - microseconds(activity_at)
