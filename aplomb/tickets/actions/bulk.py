"""One action on many tickets: each by the action as it is alone, in a transaction of its own, under its own rules.

A ticket that refuses is named with why, and stops nobody. What was done can be put back for ten minutes where nothing
changed since (docs/flows/bulk.md).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.journal.recording import record
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotFound, Refused, Wrong
from aplomb.people.models import Person, Team
from aplomb.people.policies import require
from aplomb.tickets.actions.bin import bin_ticket, restore_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.merge import merge_ticket, unmerge_ticket
from aplomb.tickets.actions.snooze import snooze_ticket, wake_ticket
from aplomb.tickets.actions.writing import check_stands, ids, put_status, save_changes
from aplomb.tickets.errors import Changed, TooLate
from aplomb.tickets.events import StatusChanged
from aplomb.tickets.merged import end_of
from aplomb.tickets.models import BulkItem, BulkRun, Snooze, Stage, Tag, Ticket
from aplomb.tickets.policies import may_work, ticket_for

MOST = 500
UNDO_FOR = dt.timedelta(minutes=10)
KEPT = dt.timedelta(days=1)
HALTED_AFTER = dt.timedelta(minutes=5)

State, Outcome, Undone = BulkRun.State, BulkItem.Outcome, BulkItem.Undone


def begin_bulk(
    person: Person, key: str, action: str, choice: str, tickets: Mapping[str, int | None]
) -> tuple[BulkRun, bool]:
    """Write down what is to be done with these tickets (numbers with the versions that were seen); nothing is done yet.

    Gives the run and whether it is new: the same key again is the same run. Raises NotAllowed, Wrong.
    """
    require(may_work(person))
    if action not in DOINGS:
        raise Wrong("act", _("There is no such action."))
    if not tickets:
        raise Wrong("tickets", _("Tick the tickets first."))
    if len(tickets) > MOST:
        raise Wrong("tickets", _("At most %(count)s tickets at once.") % {"count": MOST})
    with transaction.atomic():
        BulkRun.objects.filter(person=person, begun_at__lt=utc_now() - KEPT).delete()
        run, is_new = BulkRun.objects.get_or_create(
            person=person, key=key[:40], defaults={"action": action, "choice": choice[:80]}
        )
        if is_new:
            rows = [BulkItem(run=run, number=number, seen_version=seen) for number, seen in tickets.items()]
            BulkItem.objects.bulk_create(rows)
    return run, is_new


def work_bulk(run_id: int) -> BulkRun:
    """Do what waits of the run, ticket by ticket. Safe to repeat: what is done is not done again."""
    run = BulkRun.objects.select_related("person").get(pk=run_id)
    if run.state == State.RUNNING:
        for pk in list(run.items.filter(outcome=Outcome.WAITING).order_by("id").values_list("pk", flat=True)):
            _do_one(run, pk)
        _end(run, State.RUNNING, State.DONE)
    run.refresh_from_db()
    return run


def may_undo(run: BulkRun) -> bool:
    """Whether there is something to put back, and still time."""
    return run.state == State.DONE and run.ended_at is not None and utc_now() - run.ended_at <= UNDO_FOR


def begin_undo(run_id: int, *, by: Person) -> BulkRun:
    """Say that the run is to be undone; nothing is put back yet. Twice is once. Raises NotFound, TooLate."""
    with transaction.atomic():
        run = BulkRun.objects.select_for_update().filter(pk=run_id, person=by).first()
        if run is None:
            raise NotFound
        if run.state in (State.UNDOING, State.UNDONE):
            return run
        if not may_undo(run):
            raise TooLate(_("It is too late to undo this: ten minutes have passed."))
        run.state = State.UNDOING
        run.save(update_fields=["state"])
    return run


def work_undo(run_id: int) -> BulkRun:
    """Put back what the run did, where nothing changed since; the rest is left and named. Safe to repeat."""
    run = BulkRun.objects.select_related("person").get(pk=run_id)
    if run.state == State.UNDOING:
        done = run.items.filter(outcome=Outcome.DONE, undone=Undone.NOT).order_by("-id")
        for pk in list(done.values_list("pk", flat=True)):
            _undo_one(run, pk)
        _end(run, State.UNDOING, State.UNDONE)
    run.refresh_from_db()
    return run


def halted_runs() -> list[int]:
    """Runs of the last day that should have ended minutes ago: whoever worked on them broke off."""
    now = utc_now()
    found = BulkRun.objects.filter(state__in=(State.RUNNING, State.UNDOING), begun_at__gt=now - KEPT)
    return list(found.filter(begun_at__lt=now - HALTED_AFTER).order_by("pk").values_list("pk", flat=True)[:MOST])


def run_for(run_id: int, *, by: Person) -> BulkRun:
    """One's own run. Raises NotFound, also for others'."""
    run = BulkRun.objects.filter(pk=run_id, person=by).first()
    if run is None:
        raise NotFound
    return run


def _end(run: BulkRun, before: str, after: str) -> None:
    if run.items.filter(outcome=Outcome.WAITING).exists():
        return
    BulkRun.objects.filter(pk=run.pk, state=before).update(state=after, ended_at=utc_now())


def _do_one(run: BulkRun, item_id: int) -> None:
    try:
        with transaction.atomic():
            item = BulkItem.objects.select_for_update().get(pk=item_id)
            if item.outcome != Outcome.WAITING:
                return
            ticket = _locked(run, item.number)
            if item.seen_version is not None and item.seen_version != ticket.version:
                raise Changed
            check_stands(ticket)
            item.before = _as_it_is(ticket)
            DOINGS[run.action](run, ticket)
            # whoever moves a ticket to a closed team may not see it any more
            item.version = Ticket.objects.values_list("version", flat=True).get(pk=ticket.pk)
            item.outcome = Outcome.SAME if item.version == ticket.version else Outcome.DONE
            item.save(update_fields=["before", "version", "outcome"])
    except Refused as reason:
        BulkItem.objects.filter(pk=item_id).update(outcome=Outcome.REFUSED, reason=str(reason)[:300])


def _undo_one(run: BulkRun, item_id: int) -> None:
    try:
        with transaction.atomic():
            item = BulkItem.objects.select_for_update().get(pk=item_id)
            if item.undone != Undone.NOT:
                return
            ticket = _locked(run, item.number)
            if ticket.version != item.version:
                raise Refused(_("It has changed since: it stays as it is now."), "changed")
            UNDOINGS[run.action](run, ticket, item.before)
            BulkItem.objects.filter(pk=item_id).update(undone=Undone.BACK)
    except Refused as reason:
        BulkItem.objects.filter(pk=item_id).update(undone=Undone.LEFT, reason=str(reason)[:300])


def _locked(run: BulkRun, number: str) -> Ticket:
    """The ticket under its lock; of a merge the other one too, both in the order in which merging locks them."""
    if run.action != "merge":
        return ticket_for(run.person, number, lock=True)
    ticket = ticket_for(run.person, number)
    into = ticket.merged_into or end_of(ticket_for(run.person, run.choice))
    numbers = [each.number for each in sorted((ticket, into), key=lambda each: each.pk)]
    return {each: ticket_for(run.person, each, lock=True) for each in numbers}[number]


def _as_it_is(ticket: Ticket) -> dict[str, Any]:
    snooze = Snooze.objects.filter(ticket=ticket).first() if ticket.stage == Stage.SNOOZED else None
    return {
        "status": ticket.status,
        "assignee": ticket.assignee_id,
        "team": ticket.team_id,
        "tags": list(Tag.objects.filter(tickettag__ticket=ticket).values_list("key", flat=True)),
        "snoozed_until": ticket.snoozed_until.isoformat() if snooze and ticket.snoozed_until else "",
        "snoozed_by": snooze.person_id if snooze else None,
        "snoozed_why": snooze.reason if snooze else "",
    }


Do = Callable[[BulkRun, Ticket], object]
Undo = Callable[[BulkRun, Ticket, Mapping[str, Any]], object]


def _person(pk: str | int | None) -> Person | None:
    if not pk:
        return None
    found = Person.objects.filter(pk=pk).first() if str(pk).isascii() and str(pk).isdigit() else None
    if found is None:
        raise Wrong("assignee", _("There is no such person."))
    return found


def _team(pk: str | int | None) -> Team | None:
    if not pk:
        return None
    found = Team.objects.filter(pk=pk).first() if str(pk).isascii() and str(pk).isdigit() else None
    if found is None:
        raise Wrong("team", _("There is no such team."))
    return found


def _assign(run: BulkRun, ticket: Ticket) -> None:
    change_ticket(ticket.number, Changes(assignee=_person(run.choice)), by=run.person)


def _move(run: BulkRun, ticket: Ticket) -> None:
    change_ticket(ticket.number, Changes(team=_team(run.choice)), by=run.person)


def _set_status(run: BulkRun, ticket: Ticket) -> None:
    change_ticket(ticket.number, Changes(status=run.choice), by=run.person)


def _tag(run: BulkRun, ticket: Ticket) -> None:
    have = _as_it_is(ticket)["tags"]
    change_ticket(ticket.number, Changes(tags=tuple(dict.fromkeys([*have, run.choice]))), by=run.person)


def _untag(run: BulkRun, ticket: Ticket) -> None:
    have = _as_it_is(ticket)["tags"]
    change_ticket(ticket.number, Changes(tags=tuple(each for each in have if each != run.choice)), by=run.person)


def _bin(run: BulkRun, ticket: Ticket) -> None:
    bin_ticket(ticket.number, run.choice, by=run.person)


def _snooze(run: BulkRun, ticket: Ticket) -> None:
    try:
        until = dt.datetime.fromisoformat(run.choice)
    except ValueError as error:
        raise Wrong("until", _("That is no hour.")) from error
    if until.tzinfo is None:
        raise Wrong("until", _("That is no hour."))
    snooze_ticket(ticket.number, until, by=run.person)


def _merge(run: BulkRun, ticket: Ticket) -> None:
    if ticket.number != run.choice:
        merge_ticket(ticket.number, run.choice, by=run.person)


def _unassign_back(run: BulkRun, ticket: Ticket, before: Mapping[str, Any]) -> None:
    change_ticket(ticket.number, Changes(assignee=_person(before["assignee"])), by=run.person)


def _move_back(run: BulkRun, ticket: Ticket, before: Mapping[str, Any]) -> None:
    changes = Changes(team=_team(before["team"]), assignee=_person(before["assignee"]))
    change_ticket(ticket.number, changes, by=run.person)


def _status_back(run: BulkRun, ticket: Ticket, before: Mapping[str, Any]) -> None:
    """A new ticket is new again, which nobody can make it by hand."""
    require(may_work(run.person))
    was = ticket.status
    save_changes(ticket, *put_status(ticket, before["status"]))
    record(StatusChanged(**ids(ticket), status_before=was, status=ticket.status), by=run.person, chain=ticket.chain)
    _sleeps_again(run, ticket, before)


def _sleeps_again(run: BulkRun, ticket: Ticket, before: Mapping[str, Any]) -> bool:
    """Put away again as it was, unless its hour has passed or something falls due before it: then it stays in sight."""
    until = before.get("snoozed_until")
    if not until or dt.datetime.fromisoformat(until) <= utc_now():
        return False
    try:
        reason = before.get("snoozed_why", "")
        snooze_ticket(ticket.number, dt.datetime.fromisoformat(until), by=run.person, reason=reason)
    except Refused:
        return False
    Snooze.objects.filter(ticket=ticket).update(person=before.get("snoozed_by"))
    return True


def _tags_back(run: BulkRun, ticket: Ticket, before: Mapping[str, Any]) -> None:
    change_ticket(ticket.number, Changes(tags=tuple(before["tags"])), by=run.person)


def _restore(run: BulkRun, ticket: Ticket, before: Mapping[str, Any]) -> None:
    restore_ticket(ticket.number, by=run.person)
    _sleeps_again(run, ticket, before)


def _wake(run: BulkRun, ticket: Ticket, before: Mapping[str, Any]) -> None:
    if not _sleeps_again(run, ticket, before):
        wake_ticket(ticket.number, by=run.person)


def _unmerge(run: BulkRun, ticket: Ticket, before: Mapping[str, Any]) -> None:
    unmerge_ticket(ticket.number, by=run.person)


DOINGS: dict[str, Do] = {
    "assign": _assign,
    "team": _move,
    "status": _set_status,
    "tag": _tag,
    "untag": _untag,
    "bin": _bin,
    "snooze": _snooze,
    "merge": _merge,
}
UNDOINGS: dict[str, Undo] = {
    "assign": _unassign_back,
    "team": _move_back,
    "status": _status_back,
    "tag": _tags_back,
    "untag": _tags_back,
    "bin": _restore,
    "snooze": _wake,
    "merge": _unmerge,
}


def earliest(numbers: Iterable[str], *, by: Person) -> str:
    """The one that was opened first, into which the others are merged. Raises NotFound."""
    seen = [ticket_for(by, number) for number in numbers]
    if not seen:
        raise NotFound
    return min(seen, key=lambda each: each.pk).number
