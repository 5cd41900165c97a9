"""Merging: a ticket goes on in another one, and stands alone again when that is undone (docs/flows/merging.md)."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aplomb.customers.merged import is_same_contact, whole_contact_ids
from aplomb.customers.models import Contact
from aplomb.journal.actors import Actor
from aplomb.journal.recording import record
from aplomb.people.errors import Refused
from aplomb.people.models import Person
from aplomb.people.policies import hidden_team_ids, require
from aplomb.tickets.actions.follow import MOST as MOST_FOLLOWERS
from aplomb.tickets.actions.follow import add_followers, remove_followers
from aplomb.tickets.actions.receive import seat
from aplomb.tickets.actions.snooze import wake_for_customer, wake_if_over
from aplomb.tickets.actions.writing import check_stands, ids, put_status, save_changes
from aplomb.tickets.errors import Changed
from aplomb.tickets.events import (
    MergeUndone,
    StatusChanged,
    TagsChanged,
    TicketAssigned,
    TicketGaveBack,
    TicketMerged,
    TicketTookIn,
)
from aplomb.tickets.merged import MOST_MERGED, end_of, origins_of
from aplomb.tickets.models import (
    Beside,
    CoWorker,
    Draft,
    Follower,
    Kind,
    Merge,
    Message,
    Participant,
    Stage,
    Status,
    Tag,
    Ticket,
    TicketTag,
)
from aplomb.tickets.policies import is_in_sight, may_work, sight_of, ticket_for
from aplomb.tickets.states import DONE


class WithItself(Refused):
    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("A ticket cannot be merged with itself, nor with one that goes on in it."), "ring"
        )


@dataclass(frozen=True)
class Undone:
    """A ticket that stands alone again, the one that it went on in, and how many messages that came meanwhile stay there."""

    ticket: Ticket
    stayed: Ticket
    left: int


def merge_ticket(number: str, into: str, *, by: Actor, shares: bool = False) -> Ticket:
    """The ticket goes on in the other one, or where that one goes on. Twice is once. Gives the one that stays.

    `shares`: where the customers are two, the merged one's takes part in the one that stays, and either may come to
    see what the other wrote. Else neither does: nothing said on the merged ticket leaves the desk with an answer.
    Raises NotFound, NotAllowed, InBin, Merged (it goes on elsewhere already), Changed, Refused.
    """
    with transaction.atomic():
        require(may_work(by))
        ticket, stays = _locked(number, into, by)
        if ticket.merged_into_id is not None and ticket.merged_into_id == stays.pk:
            return stays
        check_stands(ticket)
        check_stands(stays)
        if len(origins_of(stays)) + len(origins_of(ticket)) + 1 > MOST_MERGED:
            raise Refused(_("A ticket takes in %(count)s others at the most.") % {"count": MOST_MERGED}, "too-many")
        is_shared = shares or is_same_contact(ticket.contact, stays.contact)
        brought = _bring(ticket, stays, is_shared=is_shared, by=by)
        if shares and not is_same_contact(ticket.contact, stays.contact):
            # the choice of a person stands, whatever becomes of the customers' entries
            brought["chosen"] = True
        person = by if isinstance(by, Person) else None
        Merge.objects.create(ticket=ticket, into=stays, by=person, is_shared=is_shared, brought=brought)
        _put_away(ticket, stays)
        gone = TicketMerged(**ids(ticket), into=stays.number, is_shared=is_shared)
        record(gone, by=by, chain=ticket.chain)
        record(TicketTookIn(**ids(stays), merged=ticket.number, is_shared=is_shared), by=by, chain=stays.chain)
    return stays


def unmerge_ticket(number: str, *, by: Actor) -> Undone:
    """The ticket stands alone again, in the state and place that it had. What it brought is taken back from the one that
    stayed, unless somebody changed that since. Raises NotFound, NotAllowed, Refused where it stands alone already."""
    with transaction.atomic():
        ticket = ticket_for(by, number)
        require(may_work(by))
        if ticket.merged_into_id is None:
            raise Refused(_("This ticket stands alone already."), "not-merged")
        into = Ticket.objects.get(pk=ticket.merged_into_id)
        ticket, stayed = _in_order(ticket, into, by)
        if ticket.merged_into_id != stayed.pk:
            raise Refused(_("This ticket stands alone already."), "not-merged")
        merge = Merge.objects.get(pk=ticket.pk)
        left = _came_since(merge, ticket, stayed)
        _take_back(merge, ticket, stayed, by=by)
        merge.delete()
        _put_back(ticket, stayed)
        record(MergeUndone(**ids(ticket), into=stayed.number, left=left), by=by, chain=ticket.chain)
        record(TicketGaveBack(**ids(stayed), merged=ticket.number, left=left), by=by, chain=stayed.chain)
        # its hour may have passed meanwhile
        wake_if_over(ticket)
    return Undone(ticket, stayed, left)


def _locked(number: str, into: str, by: Actor) -> tuple[Ticket, Ticket]:
    """Both under their locks, taken in one order whoever merges what, and the other one to its end."""
    ticket, other = ticket_for(by, number), ticket_for(by, into)
    end = end_of(other)
    if end.pk == ticket.pk:
        raise WithItself
    ticket, stays = _in_order(ticket, end, by)
    if stays.merged_into_id is None:
        return ticket, stays
    # somebody merged it in this moment
    raise WithItself if end_of(stays).pk == ticket.pk else Changed


def _in_order(one: Ticket, two: Ticket, by: Actor) -> tuple[Ticket, Ticket]:
    found = {each.pk: ticket_for(by, each.number, lock=True) for each in sorted((one, two), key=lambda each: each.pk)}
    return found[one.pk], found[two.pk]


def _put_away(ticket: Ticket, stays: Ticket) -> None:
    # its own state stays as it is, its last activity too: undoing puts it back where it was
    ticket.stage, ticket.merged_into = Stage.MERGED, stays
    ticket.version += 1
    ticket.save(update_fields=["stage", "merged_into", "version"])
    stays.beside |= Beside.MERGED
    save_changes(stays, "beside")


def _put_back(ticket: Ticket, stayed: Ticket) -> None:
    ticket.merged_into = None
    if ticket.snoozed_until is not None:
        ticket.stage = Stage.SNOOZED
    else:
        ticket.stage = Stage.DONE if ticket.status in DONE else Stage.LIVE
    ticket.version += 1
    ticket.save(update_fields=["stage", "merged_into", "version"])
    if not Merge.objects.filter(into=stayed).exists():
        stayed.beside &= ~Beside.MERGED
    save_changes(stayed, "beside")


def _bring(ticket: Ticket, stays: Ticket, *, is_shared: bool, by: Actor) -> dict[str, Any]:
    """What the one that stays gets: tags, who takes part, an assignee where it has none, drafts; open where it was done."""
    brought: dict[str, Any] = {"tags": _bring_tags(ticket, stays, by)}
    if is_shared:
        brought["seats"] = _bring_seats(ticket, stays, by)
    if ticket.status not in DONE and stays.status in DONE:
        before, fields = stays.status, put_status(stays, Status.OPEN)
        save_changes(stays, *fields)
        record(StatusChanged(**ids(stays), status_before=before, status=stays.status), by=by, chain=stays.chain)
        brought["status"] = [before, stays.status]
    if ticket.status not in DONE:
        # what waits for an answer does not sleep
        wake_for_customer(stays, by=by)
    assignee = ticket.assignee
    if stays.assignee_id is None and assignee is not None and _may_have(assignee, stays):
        stays.assignee = assignee
        save_changes(stays, "assignee")
        record(TicketAssigned(**ids(stays), assignee_before=None, assignee_id=assignee.pk), by=by, chain=stays.chain)
        brought["assignee"] = assignee.pk
    brought["followers"] = _bring_followers(ticket, stays, by)
    brought["drafts"] = _move_drafts(ticket, stays)
    brought["last"] = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {name: value for name, value in brought.items() if value}


def _may_have(person: Person, ticket: Ticket) -> bool:
    return person.is_active and person.is_agent and ticket.team_id not in hidden_team_ids(person)


def _bring_tags(ticket: Ticket, stays: Ticket, by: Actor) -> list[str]:
    have = set(TicketTag.objects.filter(ticket=stays).values_list("tag_id", flat=True))
    new = list(Tag.objects.filter(tickettag__ticket=ticket).exclude(pk__in=have))
    TicketTag.objects.bulk_create(
        [TicketTag(ticket=stays, tag=tag, stage=stays.stage, queue_key=stays.queue_key) for tag in new]
    )
    keys = sorted(tag.key for tag in new)
    if keys:
        record(TagsChanged(**ids(stays), added=tuple(keys), removed=()), by=by, chain=stays.chain)
    return keys


def _bring_seats(ticket: Ticket, stays: Ticket, by: Actor) -> list[int]:
    have = set(Participant.objects.filter(ticket=stays).values_list("contact_id", flat=True))
    seated = Participant.objects.filter(ticket=ticket).values_list("contact_id", flat=True)
    new = [pk for pk in dict.fromkeys([ticket.contact_id, *seated]) if pk not in have and pk != stays.contact_id]
    for contact in Contact.objects.filter(pk__in=new):
        seat(stays, contact, by=by)
    return new


def _bring_followers(ticket: Ticket, stays: Ticket, by: Actor) -> list[int]:
    """Whoever heard of the customer's next word still does: who has it, works on it or follows it, and sees this one."""
    hear = Q(pk=ticket.assignee_id or 0)
    hear |= Q(pk__in=Follower.objects.filter(ticket=ticket).values("person"))
    hear |= Q(pk__in=CoWorker.objects.filter(ticket=ticket).values("person"))
    there = set(Follower.objects.filter(ticket=stays).values_list("person_id", flat=True))
    told = there | {stays.assignee_id} | set(CoWorker.objects.filter(ticket=stays).values_list("person_id", flat=True))
    people = Person.objects.filter(hear, is_active=True).exclude(pk__in=[pk for pk in told if pk]).order_by("pk")
    new = [each for each in people if is_in_sight(sight_of(each), stays)][: max(MOST_FOLLOWERS - len(there), 0)]
    add_followers(stays, new, by=by)
    return [each.pk for each in new]


def _move_drafts(ticket: Ticket, stays: Ticket) -> list[int]:
    """What was begun goes on where one writes now; where something was begun there too it stays, and is seen there."""
    # those of side conversations are found by their conversation, wherever it goes on
    theirs = set(Draft.objects.filter(ticket=stays, side=None).values_list("person_id", "kind"))
    rows = Draft.objects.filter(ticket=ticket, side=None).values_list("pk", "person_id", "kind")
    moved = [pk for pk, person, kind in rows if (person, kind) not in theirs]
    Draft.objects.filter(pk__in=moved).update(ticket=stays)
    return moved


def _take_back(merge: Merge, ticket: Ticket, stayed: Ticket, *, by: Actor) -> None:
    brought: dict[str, Any] = merge.brought
    here = TicketTag.objects.filter(ticket=stayed, tag__key__in=brought.get("tags", []))
    keys = sorted(here.values_list("tag__key", flat=True))
    if keys:
        here.delete()
        record(TagsChanged(**ids(stayed), added=(), removed=tuple(keys)), by=by, chain=stayed.chain)
    spoke = Message.objects.filter(ticket=stayed, kind=Kind.CUSTOMER).values_list("contact_id", flat=True)
    # whoever has spoken here since goes on to take part
    seats = Participant.objects.filter(ticket=stayed, contact__in=brought.get("seats", []))
    seats.exclude(contact__in=list(spoke)).delete()
    before, after = brought.get("status", ["", ""])
    # a word that came here since waits for its answer
    came = Message.objects.filter(ticket=stayed, kind=Kind.CUSTOMER, is_automatic=False, pk__gt=brought.get("last", 0))
    if after and stayed.status == after and not came.exists():
        save_changes(stayed, *put_status(stayed, before))
        record(StatusChanged(**ids(stayed), status_before=after, status=before), by=by, chain=stayed.chain)
    person = brought.get("assignee")
    if person is not None and stayed.assignee_id == person:
        stayed.assignee = None
        save_changes(stayed, "assignee")
        record(TicketAssigned(**ids(stayed), assignee_before=person, assignee_id=None), by=by, chain=stayed.chain)
    remove_followers(stayed, brought.get("followers", []), by=by)
    taken = set(Draft.objects.filter(ticket=ticket, side=None).values_list("person_id", "kind"))
    for draft in Draft.objects.filter(pk__in=brought.get("drafts", []), ticket=end_of(stayed), side=None):
        if (draft.person_id, draft.kind) not in taken:
            Draft.objects.filter(pk=draft.pk).update(ticket=ticket)


def _came_since(merge: Merge, ticket: Ticket, stayed: Ticket) -> int:
    """How many words of the merged ticket's customer have landed where it went on."""
    places, contacts = [stayed.pk, end_of(stayed).pk], whole_contact_ids(ticket.contact)
    found = Message.objects.filter(ticket__in=places, kind=Kind.CUSTOMER, pk__gt=merge.brought.get("last", 0))
    return found.filter(contact__in=contacts).count()
