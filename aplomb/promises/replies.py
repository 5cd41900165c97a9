"""What is due from the conversation itself: an answer to the first word that nobody has answered."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from aplomb.customers.addresses import email_key
from aplomb.customers.models import ContactPoint
from aplomb.lib.prepared import prepared
from aplomb.promises.due import REPLY, reply_due_at
from aplomb.promises.sources import Due
from aplomb.tickets.merged import Origin, apart_of, entries_of_all, origins_of, people_of
from aplomb.tickets.models import Delivery, Kind, Message, Stage, Ticket

NO_ANSWER = (Delivery.WITHDRAWN, Delivery.DISCARDED, Delivery.FAILED)


def reply_due(ticket: Ticket) -> Iterable[Due]:
    """A reply, 24 hours after the first word that nobody has answered."""
    waiting = _unanswered(ticket) if ticket.stage in (Stage.LIVE, Stage.SNOOZED) else None
    return [Due(REPLY, reply_due_at(waiting.sent_at), source=f"message {waiting.pk}")] if waiting else []


def _unanswered(ticket: Ticket) -> Message | None:
    """The first word of the customer after the last answer that a person sent and did not take back.

    What was split off is answered elsewhere. What was said on tickets merged into this one is answered here; an answer to
    one customer is none to another.
    """
    origins = origins_of(ticket)
    if not origins:
        return next(iter(_waiting(ticket.pk)), None)
    if all(each.is_shared for each in origins):
        return _first_of((ticket.pk, *(each.ticket_id for each in origins))).first()
    pk = _first_of_several(ticket, origins)
    return Message.objects.only("id", "sent_at").get(pk=pk) if pk else None


@prepared
def _waiting(ticket_id: int) -> QuerySet[Message]:
    return _first_of((ticket_id,))


def _first_of(ticket_ids: Sequence[int]) -> QuerySet[Message]:
    told: dict[str, Any] = {"ticket__in": ticket_ids} if len(ticket_ids) > 1 else {"ticket": ticket_ids[0]}
    answered_later = Message.objects.filter(**told, kind=Kind.REPLY, pk__gt=OuterRef("pk")).exclude(
        delivery__in=NO_ANSWER
    )
    return (
        Message.objects.filter(~Exists(answered_later), **told, kind=Kind.CUSTOMER, is_automatic=False, split_to=None)
        .only("id", "sent_at")
        .order_by("id")[:1]
    )


@dataclass(frozen=True)
class _Party:
    """A customer whose tickets go on here apart: these tickets, who speaks for them, and their addresses."""

    tickets: frozenset[int]
    people: frozenset[int]
    keys: set[str]


def _first_of_several(ticket: Ticket, origins: Sequence[Origin]) -> int:
    """The id of the earliest word whose own customer got no answer to it, where some do not take part here; 0 for none."""
    apart = apart_of(ticket, origins)
    parties = _parties([each for each in origins if not each.is_shared], apart)
    whole = [ticket.pk, *(each.ticket_id for each in origins)]
    said = Message.objects.filter(ticket__in=whole, kind=Kind.CUSTOMER, is_automatic=False, split_to=None)
    words: list[tuple[int, _Party | None]] = []
    for pk, place, contact, answer_to in said.order_by("id").values_list("pk", "ticket_id", "contact_id", "answer_to"):
        party = _party_of(parties, place, contact if contact in apart else None)
        words.append((pk, party))
        if party is not None and answer_to:
            party.keys.add(email_key(answer_to))
    last = _last_answers(whole, parties, _keys_of(apart))
    return next((pk for pk, party in words if pk > last[parties.index(party) if party else -1]), 0)


def _last_answers(whole: Sequence[int], parties: Sequence[_Party], apart: Collection[str]) -> list[int]:
    """The id of the last answer to each of them, and at the end to the one who asked here; 0 for none."""
    last = [0] * (len(parties) + 1)
    answers = Message.objects.filter(ticket__in=whole, kind=Kind.REPLY).exclude(delivery__in=NO_ANSWER)
    for pk, place, to, cc in answers.order_by("id").values_list("pk", "ticket_id", "to", "cc"):
        keys = {email_key(each) for each in (*to, *cc)}
        is_theirs = False
        for number, party in enumerate(parties):
            is_theirs = is_theirs or place in party.tickets
            if place in party.tickets or keys & party.keys:
                last[number] = pk
        # what goes to nobody but those apart is no answer to the one who asked here
        if not is_theirs and not (keys and all(each in apart for each in keys)):
            last[-1] = pk
    return last


def _parties(others: Sequence[Origin], apart: frozenset[int]) -> list[_Party]:
    of_one: dict[frozenset[int], list[Origin]] = {}
    for each in others:
        of_one.setdefault(entries_of_all([each.contact_id]), []).append(each)
    found = []
    for entries, rows in of_one.items():
        people = entries | (people_of(rows) & apart)
        found.append(_Party(frozenset(each.ticket_id for each in rows), people, _keys_of(people)))
    return found


def _keys_of(people: Collection[int]) -> set[str]:
    points = ContactPoint.objects.filter(contact__in=people, kind=ContactPoint.Kind.EMAIL)
    return set(points.values_list("key", flat=True))


def _party_of(parties: Sequence[_Party], place: int, contact: int | None) -> _Party | None:
    by_place = (each for each in parties if place in each.tickets)
    by_person = (each for each in parties if contact in each.people)
    return next(by_place, next(by_person, None))
