"""Keeping macros and running them. A macro does nothing that its person could not do by hand."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.automation.errors import ChangedMeanwhile, NothingToDo
from aplomb.automation.events import MacroRun
from aplomb.automation.models import Macro
from aplomb.automation.policies import macro_for, may_keep_macro
from aplomb.automation.steps import Steps, changes_of, checked_steps
from aplomb.journal.actors import Actor
from aplomb.journal.changes import note_change
from aplomb.journal.events import Sealed
from aplomb.journal.recording import record
from aplomb.letters.reads import canned_for
from aplomb.lib.text import clean_text
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotFound, Wrong
from aplomb.people.models import Person, Team
from aplomb.people.policies import require
from aplomb.tickets.actions.change import UNCHANGED, Changes, change_ticket
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.reply import AND_THEN, Reply, reply_to_ticket
from aplomb.tickets.actions.writing import ids
from aplomb.tickets.errors import Changed
from aplomb.tickets.models import Message, Status
from aplomb.tickets.policies import may_work, ticket_for

LONGEST_NOTE = 10_000


@dataclass(frozen=True, kw_only=True)
class MacroWish:
    """What a macro is to be. `team` and `person`: whose it is, neither for the whole desk's."""

    name: str
    steps: Steps = field(default_factory=dict)
    note: str = ""
    reply: str = ""
    then: str = ""
    team: Team | None = None
    person: Person | None = None
    is_active: bool = True


def keep_macro(wish: MacroWish, *, by: Actor, macro_id: int | None = None, seen_version: int | None = None) -> Macro:
    """Add a macro, or change the one of that id. Raises NotFound, NotAllowed, Wrong with its field, ChangedMeanwhile."""
    with transaction.atomic():
        row = macro_for(by, macro_id, lock=True) if macro_id is not None else Macro()
        before = _told_of(row) if macro_id is not None else None
        if macro_id is not None:
            require(may_keep_macro(by, team_id=row.team_id, person_id=row.person_id))
            if seen_version is not None and seen_version != row.version:
                raise ChangedMeanwhile
            row.version += 1
        owners = (wish.team.pk if wish.team else None, wish.person.pk if wish.person else None)
        require(may_keep_macro(by, team_id=owners[0], person_id=owners[1]))
        row.name = _checked_name(wish.name)
        row.team, row.person = wish.team, wish.person
        row.steps = checked_steps(wish.steps)
        row.note = _checked_note(wish.note)
        row.reply, row.then = _checked_reply(wish, by)
        row.is_active = wish.is_active
        if not (row.steps or row.note or row.reply):
            raise Wrong("name", _("A macro needs something to do: a change, a note or a reply."))
        row.changed_at, row.changed_by = utc_now(), by if isinstance(by, Person) else None
        row.save()
        note_change(f"macro {row.pk}", row.name, by=by, before=before, after=_told_of(row))
    return row


def _told_of(macro: Macro) -> dict[str, Any]:
    """What the log of changes tells of a macro."""
    steps = [f"{name}: {value}" for name, value in sorted(macro.steps.items())]
    plain = {name: getattr(macro, name) for name in ("name", "note", "reply", "then", "is_active")}
    return {**plain, "steps": steps}


def _checked_name(name: str) -> str:
    found = " ".join(clean_text(name).split())[:80]
    if not found:
        raise Wrong("name", _("A macro needs a name."))
    return found


def _checked_note(text: str) -> str:
    found = clean_text(text).strip()
    if len(found) > LONGEST_NOTE:
        raise Wrong("note", _("The note is too long."))
    return found


def _checked_reply(wish: MacroWish, by: Actor) -> tuple[str, str]:
    if not wish.reply:
        if wish.then:
            raise Wrong("then", _("Only a reply leaves a ticket waiting or resolved. Set the status instead."))
        return "", ""
    if wish.then not in AND_THEN:
        raise Wrong("then", _("A reply leaves a ticket as it is, waiting for the customer, or resolved."))
    team_id = wish.team.pk if wish.team else None
    if all(each.key != wish.reply for each in canned_for(by, team_id)):
        raise Wrong("reply", _("There is no such canned reply."))
    if wish.then and wish.steps.get("status"):
        raise Wrong("then", _("The reply sets the status already: leave one of the two out."))
    return wish.reply, wish.then


@dataclass(frozen=True, kw_only=True)
class Run:
    """How to run a macro: the reply's words as the person has them now, and the version of the ticket before their eyes."""

    reply_text: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    seen_version: int | None = None
    confirmed: bool = False


def run_macro(macro_id: int, number: str, run: Run, *, by: Person) -> Message | None:
    """Do all of it or nothing; gives the reply, if there is one.

    Raises NotFound, NotAllowed, Changed, StepGone, NothingToDo, and whatever change, note and reply refuse.
    """
    with transaction.atomic():
        macro = macro_for(by, macro_id)
        if not macro.is_active:
            raise NotFound(_("There is no such macro here."))
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        if run.seen_version is not None and run.seen_version != ticket.version:
            raise Changed
        before = ticket.version
        changes = changes_of(macro.steps, ticket, by)
        record(
            MacroRun(**ids(ticket), macro_id=macro.pk, sealed={"name": Sealed.text(macro.name)}),
            by=by,
            chain=ticket.chain,
        )
        # where it goes comes last: whoever gives it to a closed team may not see it any more
        change_ticket(number, replace(changes, team=UNCHANGED, assignee=UNCHANGED), by=by)
        if macro.note:
            add_note(number, macro.note, by=by, keeps_draft=True)
        sent = _reply(macro, number, run, by=by) if macro.reply else None
        _set_status(macro, number, run, by=by)
        ticket = change_ticket(number, Changes(team=changes.team, assignee=changes.assignee), by=by)
        if ticket.version == before:
            raise NothingToDo
    return sent


def _reply(macro: Macro, number: str, run: Run, *, by: Person) -> Message:
    reply = Reply(text=run.reply_text, to=run.to, cc=run.cc, then=macro.then, confirmed=run.confirmed, keeps_draft=True)
    return reply_to_ticket(number, reply, by=by)


def _set_status(macro: Macro, number: str, run: Run, *, by: Person) -> None:
    status: Any = macro.steps.get("status")
    if status is not None:
        change_ticket(number, Changes(status=Status(status), confirmed=run.confirmed), by=by)
