"""A desk of any size in bulk, for trying out size and for measuring: up to millions of tickets in minutes.

Everything is made up by chance from the seed, so that the same seed at the same instant gives the same desk. It is an
imported past: no raw mails and no outbox stand behind the messages, and nothing is left to do for jobs.
"""

import datetime as dt
import random
import time
from collections.abc import Callable
from typing import Any

from django.db import models, transaction

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.models import Mailbox
from aplomb.customers.addresses import email_key, phone_key
from aplomb.customers.models import Contact, ContactPoint, Organisation
from aplomb.journal.actors import SYSTEM
from aplomb.journal.checkpoints import make_checkpoint
from aplomb.journal.models import Chain
from aplomb.lib.time import utc_now
from aplomb.people.actions import add_person, add_team, set_up_desk
from aplomb.people.models import Person, Role
from aplomb.search.index import put
from aplomb.tickets.models import Message, RequestType, Tag, Ticket
from aplomb.transfer.demo.bulk_cast import Cast, Counter, Customer, Seat
from aplomb.transfer.demo.bulk_tables import gather_statistics, move_sequence, swift
from aplomb.transfer.demo.bulk_tickets import Teller
from aplomb.transfer.demo.bulk_words import LANGUAGES, WEIGHTS, person_name, plain_letters, pools

TOGETHER = 5_000
# a real desk's past was signed day by day; here so many tickets' records are signed together
SIGNED_TOGETHER = 50_000
SPOKEN_AFTER_SECONDS = 10
AGENTS = 20
# names, and how many of a hundred tickets come in there
TEAMS = {"Support": 40, "Billing": 22, "Orders": 18, "Field service": 12, "Contracts": 8}
# numbers that Ofcom keeps for fiction, with room for a thousand each
FICTIONAL = ("+44 1632 960{:03d}", "+44 7700 900{:03d}")
MOST_CONTACTS = 20_000
ADMINISTRATOR = "admin@desk.example"
SUPERVISOR = "supervisor@desk.example"


def fill_in_bulk(
    count: int, seed: int, say: Callable[[str], None], *, until: dt.datetime | None = None
) -> dict[str, int]:
    """Fill an empty, migrated database with `count` tickets of the two years before `until`.

    Agents are agent1@desk.example to agent20@desk.example, all of them demo people. Returns how many of what there are.
    """
    chance = random.Random(seed)
    began = time.monotonic()
    with swift():
        with transaction.atomic():
            cast = _cast(count, chance)
        teller = Teller(cast, chance, until or utc_now(), count, _first_ids())
        done = {"agents": AGENTS, "contacts": len(cast.customers), "tickets": 0, "messages": 0, "entries": 0}
        spoken = began
        for start in range(0, count, TOGETHER):
            with transaction.atomic():
                for place in range(start, min(start + TOGETHER, count)):
                    teller.tell(place)
                written = teller.flush(put)
            if start % SIGNED_TOGETHER + TOGETHER >= SIGNED_TOGETHER:
                make_checkpoint()
            done["tickets"] += written["ticket"]
            done["messages"] += written["message"]
            done["entries"] += written["entry"]
            if time.monotonic() - spoken > SPOKEN_AFTER_SECONDS:
                spoken = time.monotonic()
                say(f"{done['tickets']:,} of {count:,} tickets after {spoken - began:.0f} s")
        make_checkpoint()
        for model in (Chain, Ticket, Message):
            move_sequence(model)
        gather_statistics()
    say(f"{done['tickets']:,} tickets in {time.monotonic() - began:.0f} s")
    return done


def _first_ids() -> dict[str, int]:
    """The ids from which to count: 1, but after what a database remembers of rows that are gone."""
    kinds: dict[str, type[models.Model]] = {"chain": Chain, "ticket": Ticket, "message": Message}
    return {
        name: (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1
        for name, model in kinds.items()
    }


def _cast(count: int, chance: random.Random) -> Cast:
    set_up_desk(name="A desk in bulk", languages=LANGUAGES, time_zone="UTC", by=SYSTEM)
    customers = _customers(max(40, min(count // 50, MOST_CONTACTS)), chance)
    return Cast(
        customers=customers,
        counters=_counters(_staff(chance)),
        counter_weights=list(TEAMS.values()),
        tags=list(Tag.objects.order_by("pk").values_list("pk", flat=True)),
        request_types=dict(RequestType.objects.order_by("pk").values_list("pk", "key")),
        pools=pools(chance),
    )


def _staff(chance: random.Random) -> list[Person]:
    """Twenty agents, and before them somebody who supervises and somebody who administers."""
    agents = []
    everybody = (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR)
    _join(ADMINISTRATOR, "en", everybody, chance)
    _join(SUPERVISOR, "en", everybody[:2], chance)
    for place in range(AGENTS):
        # pages are measured in English; the others speak for themselves
        language = LANGUAGES[place % len(LANGUAGES)]
        agents.append(_join(f"agent{place + 1}@desk.example", language, everybody[:1], chance))
    return agents


def _join(address: str, language: str, roles: tuple[Role, ...], chance: random.Random) -> Person:
    first, last = person_name(language, chance)
    return add_person(
        email=address, full_name=f"{first} {last}", language=language, roles=roles, is_demo=True, by=SYSTEM
    )


def _counters(agents: list[Person]) -> list[Counter]:
    """Each team with a mailbox of its own; the agents sit evenly."""
    found = []
    for place, name in enumerate(TEAMS):
        members = agents[place :: len(TEAMS)]
        team = add_team(name=name, members=members, by=SYSTEM)
        mailbox: Mailbox = add_mailbox(
            name=name,
            address=f"{name.lower().replace(' ', '-')}@desk.example",
            team=team,
            # nothing is acknowledged to people who are not there
            acknowledges=False,
            by=SYSTEM,
        )
        seats = tuple(Seat(each.pk, each.work_name) for each in members)
        found.append(Counter(team.pk, mailbox.pk, mailbox.address, seats))
    return found


def _customers(count: int, chance: random.Random) -> list[Customer]:
    firms = [
        Organisation(name=_firm_name(place, chance), domain=f"firm{place}.example")
        for place in range(1, count // 5 + 1)
    ]
    Organisation.objects.bulk_create(firms, batch_size=500)
    contacts, addresses = [], []
    for place in range(1, count + 1):
        language = chance.choices(LANGUAGES, WEIGHTS)[0]
        first, last = person_name(language, chance)
        firm = chance.choice(firms) if chance.random() < 0.7 else None
        domain = firm.domain if firm else "home.example"
        addresses.append(f"{plain_letters(first)}.{plain_letters(last)}{place}@{domain}")
        contacts.append(Contact(name=f"{first} {last}", language=language, organisation=firm))
    Contact.objects.bulk_create(contacts, batch_size=500)
    points = [_point(contact, address) for contact, address in zip(contacts, addresses, strict=True)]
    phones = {}
    for place, contact in enumerate(contacts[: 1000 * len(FICTIONAL)]):
        phones[contact.pk] = FICTIONAL[place % len(FICTIONAL)].format(place // len(FICTIONAL))
        points.append(_phone(contact, phones[contact.pk]))
    ContactPoint.objects.bulk_create(points, batch_size=500)
    return [
        Customer(contact.pk, contact.name, address, contact.language, _known_words(contact, address, phones))
        for contact, address in zip(contacts, addresses, strict=True)
    ]


def _known_words(contact: Contact, address: str, phones: dict[Any, str]) -> str:
    """What search.actions writes of a contact: name, organisation, addresses."""
    firm = [contact.organisation.name] if contact.organisation else []
    phone = [phones[contact.pk]] if contact.pk in phones else []
    return " ".join([contact.name, *firm, address, *phone])


def _firm_name(place: int, chance: random.Random) -> str:
    _first, last = person_name(chance.choices(LANGUAGES, WEIGHTS)[0], chance)
    return f"{last} {chance.choice(('& Co', 'Works', 'Studio', 'Supply', 'Transport', 'Clinic', 'Foods'))} {place}"


def _point(contact: Contact, address: str) -> ContactPoint:
    return ContactPoint(contact=contact, kind=ContactPoint.Kind.EMAIL, value=address, key=email_key(address))


def _phone(contact: Contact, number: str) -> ContactPoint:
    return ContactPoint(contact=contact, kind=ContactPoint.Kind.PHONE, value=number, key=phone_key(number))
