"""What the API leaves for later."""

import datetime as dt

from aplomb.api.idempotency import forget_old_answers
from aplomb.journal.jobs import periodic


@periodic(every=dt.timedelta(hours=1))
def forget_answers() -> None:
    """Answers under Idempotency-Keys are kept for a day."""
    forget_old_answers()
