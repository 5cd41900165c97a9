"""Changing what a ticket says of itself: status, assignee, team, priority, type, subject, language, tags."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.journal.events import Sealed
from aplomb.journal.recording import record
from aplomb.lib.text import clean_text
from aplomb.people.actions import LANGUAGES
from aplomb.people.errors import Wrong
from aplomb.people.models import Person, Team
from aplomb.people.policies import hidden_team_ids, require
from aplomb.tickets.actions.writing import check_assignee, check_stands, clean_subject, ids, put_status, save_changes
from aplomb.tickets.errors import Changed
from aplomb.tickets.events import (
    LanguageChanged,
    PriorityChanged,
    RequestTypeChanged,
    StatusChanged,
    SubjectChanged,
    TagsChanged,
    TicketAssigned,
    TicketEvent,
    TicketMoved,
)
from aplomb.tickets.gates import ask_before_closing
from aplomb.tickets.models import Priority, RequestType, Tag, Ticket, TicketTag
from aplomb.tickets.policies import may_work, ticket_for
from aplomb.tickets.states import BY_HAND, DONE, Status

UNCHANGED: Any = object()


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is to be different; what is left out stays. None for assignee, team or request_type takes it away."""

    status: str = UNCHANGED
    assignee: Person | None = UNCHANGED
    team: Team | None = UNCHANGED
    priority: int = UNCHANGED
    request_type: RequestType | None = UNCHANGED
    subject: str = UNCHANGED
    language: str = UNCHANGED
    tags: tuple[str, ...] = UNCHANGED
    seen_version: int | None = field(default=None)
    # somebody above asked for a second look, and the person goes on
    confirmed: bool = False


def change_ticket(number: str, changes: Changes, *, by: Actor) -> Ticket:
    """Make all the changes or none. Raises NotFound, NotAllowed, InBin, Merged, Changed, Wrong, Refused and
    NeedsConfirmation from those above."""
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        check_stands(ticket)
        if changes.seen_version is not None and changes.seen_version != ticket.version:
            raise Changed
        fields: list[str] = []
        events: list[TicketEvent] = []
        for change in (_status, _team, _assignee, _priority, _request_type, _subject, _language):
            change(ticket, changes, fields, events, by)
        if changes.tags is not UNCHANGED:
            _tags(ticket, changes.tags, events)
        if events:
            save_changes(ticket, *fields)
        for event in events:
            record(event, by=by, chain=ticket.chain)
    return ticket


Fields = list[str]
Events = list[TicketEvent]


def _status(ticket: Ticket, changes: Changes, fields: Fields, events: Events, by: Actor) -> None:
    if changes.status is UNCHANGED or changes.status == ticket.status:
        return
    before = ticket.status
    if changes.status not in list(Status) or changes.status not in BY_HAND[Status(before)]:
        raise Wrong("status", _("A ticket cannot go from that state to this one by hand."))
    if changes.status in DONE and before not in DONE:
        ask_before_closing(ticket, by, confirmed=changes.confirmed)
    fields += put_status(ticket, changes.status)
    events.append(StatusChanged(**ids(ticket), status_before=before, status=ticket.status))


def _assignee(ticket: Ticket, changes: Changes, fields: Fields, events: Events, by: Actor) -> None:
    person = changes.assignee
    if person is UNCHANGED or (person.pk if person else None) == ticket.assignee_id:
        return
    if person is not None:
        check_assignee(person, ticket.team)
    before = ticket.assignee_id
    ticket.assignee = person
    fields.append("assignee")
    events.append(TicketAssigned(**ids(ticket), assignee_before=before, assignee_id=ticket.assignee_id))


def _team(ticket: Ticket, changes: Changes, fields: Fields, events: Events, by: Actor) -> None:
    team = changes.team
    if team is UNCHANGED or (team.pk if team else None) == ticket.team_id:
        return
    before = ticket.team_id
    ticket.team = team
    fields.append("team")
    events.append(TicketMoved(**ids(ticket), team_before=before, team_id=ticket.team_id))
    if team is None or ticket.assignee is None or team.pk not in hidden_team_ids(ticket.assignee):
        return
    if changes.assignee is not UNCHANGED and changes.assignee != ticket.assignee:
        return
    # who cannot see a closed team's tickets cannot keep one
    events.append(TicketAssigned(**ids(ticket), assignee_before=ticket.assignee_id, assignee_id=None))
    ticket.assignee = None
    fields.append("assignee")


def _priority(ticket: Ticket, changes: Changes, fields: Fields, events: Events, by: Actor) -> None:
    if changes.priority is UNCHANGED or changes.priority == ticket.priority:
        return
    if changes.priority not in Priority.values:
        raise Wrong("priority", _("There is no such priority."))
    before, ticket.priority = ticket.priority, changes.priority
    fields.append("priority")
    events.append(PriorityChanged(**ids(ticket), priority_before=before, priority=ticket.priority))


def _request_type(ticket: Ticket, changes: Changes, fields: Fields, events: Events, by: Actor) -> None:
    kind = changes.request_type
    if kind is UNCHANGED or (kind.pk if kind else None) == ticket.request_type_id:
        return
    before = ticket.request_type.key if ticket.request_type else None
    ticket.request_type = kind
    fields.append("request_type")
    events.append(
        RequestTypeChanged(**ids(ticket), request_type_before=before, request_type=kind.key if kind else None)
    )


def _subject(ticket: Ticket, changes: Changes, fields: Fields, events: Events, by: Actor) -> None:
    if changes.subject is UNCHANGED:
        return
    subject = clean_subject(changes.subject, "")
    if not subject:
        raise Wrong("subject", _("A ticket needs a subject."))
    if subject != ticket.subject:
        ticket.subject = subject
        fields.append("subject")
        events.append(SubjectChanged(**ids(ticket), sealed={"subject": Sealed.text(subject)}))


def _language(ticket: Ticket, changes: Changes, fields: Fields, events: Events, by: Actor) -> None:
    if changes.language is UNCHANGED or changes.language == ticket.language:
        return
    if changes.language and changes.language not in LANGUAGES:
        raise Wrong("language", _("The desk does not speak %(name)s.") % {"name": str(changes.language)[:20]})
    before, ticket.language = ticket.language, changes.language
    fields.append("language")
    events.append(LanguageChanged(**ids(ticket), language_before=before, language=ticket.language))


def _tags(ticket: Ticket, keys: Iterable[str], events: Events) -> None:
    keys = [clean_text(key) for key in keys]
    wanted = {tag.key: tag for tag in Tag.objects.filter(key__in=keys)}
    unknown = [key for key in keys if key not in wanted]
    if unknown:
        raise Wrong("tags", _("There is no tag %(name)s.") % {"name": unknown[0][:40]})
    have = {row.tag.key: row for row in TicketTag.objects.select_related("tag").filter(ticket=ticket)}
    added, removed = sorted(wanted.keys() - have.keys()), sorted(have.keys() - wanted.keys())
    if not added and not removed:
        return
    TicketTag.objects.filter(pk__in=[have[key].pk for key in removed]).delete()
    TicketTag.objects.bulk_create(
        [TicketTag(ticket=ticket, tag=wanted[key], stage=ticket.stage, queue_key=ticket.queue_key) for key in added]
    )
    events.append(TagsChanged(**ids(ticket), added=tuple(added), removed=tuple(removed)))
