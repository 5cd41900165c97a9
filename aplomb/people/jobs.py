"""Mailing what waits for the staff, forgetting what was told long ago, and ending what nobody decided in time."""

import datetime as dt

from aplomb.journal.jobs import job, periodic


@periodic(every=dt.timedelta(minutes=1))
def mail_notices() -> None:
    """One job for each person for whom it is time: what fails for one holds up nobody else."""
    from aplomb.people.actions.mailing_notices import people_to_mail

    for person_id in people_to_mail():
        mail_notices_of.enqueue(once=f"notices {person_id}", person_id=person_id)


@job(tries=3)
def mail_notices_of(*, person_id: int) -> None:
    """Mail what waits for this person, if it is still time. Safe to repeat."""
    from aplomb.people.actions.mailing_notices import mail_waiting

    mail_waiting(person_id)


@periodic(every=dt.timedelta(hours=6))
def forget_old_notices() -> None:
    """Forget what was told more than 90 days ago."""
    from aplomb.people.actions import notices

    while notices.forget_old_notices():
        pass


@periodic(every=dt.timedelta(minutes=5))
def expire_approvals() -> None:
    """End what nobody decided in time; after a downtime all of it."""
    from aplomb.people.actions.approvals import expire_overdue

    while expire_overdue():
        pass
