"""One bulk ticket after the other, told as rows: the ticket, what was said on it, and the chain that records it.

The entries are those that the actions in tickets/actions would write, fact for fact (tests/test_bulk.py).
"""

import datetime as dt
import json
import random
from collections.abc import Callable
from typing import Any

from aplomb.channels.mail.models import ThreadMark, TicketMailbox
from aplomb.journal import chains
from aplomb.journal.models import Chain, Entry
from aplomb.promises.due import REPLY, queue_key, reply_due_at
from aplomb.promises.models import DueItem
from aplomb.tickets.models import Delivery, Kind, Message, Stage, Ticket, TicketTag
from aplomb.tickets.numbers import number_for
from aplomb.tickets.states import DONE, LIVE, Happening, Status, next_status
from aplomb.transfer.demo.bulk_cast import Cast, Customer, Told
from aplomb.transfer.demo.bulk_tables import Table
from aplomb.transfer.demo.bulk_words import RARE_WORD, Pool

YEARS = dt.timedelta(days=730)
MEAN_ANSWER = dt.timedelta(hours=7)
MEAN_RETURN = dt.timedelta(hours=20)
MEAN_CLOSING = dt.timedelta(days=4)
# how many messages, and in how many of a hundred tickets; three on the whole
LENGTHS, LENGTH_WEIGHTS = (2, 3, 4, 6, 12), (22, 66, 8, 3, 1)
PRIORITIES = {1: 8, 2: 74, 3: 14, 4: 4}


def _instant(moment: dt.datetime) -> str:
    return moment.isoformat(" ", "microseconds")


def _recorded(moment: dt.datetime) -> str:
    return f"{moment.isoformat('T', 'microseconds')}Z"


Seals = dict[str, tuple[str, bool]]


class Teller:
    """Makes tickets in the order of their opening, from one source of chance."""

    def __init__(
        self, cast: Cast, chance: random.Random, until: dt.datetime, count: int, first: dict[str, int]
    ) -> None:
        self.cast, self.chance, self.until, self.count = cast, chance, until.replace(tzinfo=None), count
        self.first = first
        self.message_pk = first["message"]
        self.tables = _tables()
        self.words: list[tuple[int, str]] = []
        self.regulars = cast.customers[: max(1, len(cast.customers) // 50)]

    def tell(self, place: int) -> None:
        """The ticket with this place in time, from 0."""
        chance, cast = self.chance, self.cast
        opened = self._opened_at(place)
        customer = self._customer()
        counter = chance.choices(cast.counters, cast.counter_weights)[0]
        chain = self.first["chain"] + place
        ticket = Told(
            pk=self.first["ticket"] + place,
            number=number_for(chain),
            customer=customer,
            counter=counter,
            agent=counter.agents[int(len(counter.agents) * chance.random() ** 1.4)],
            pool=cast.pools[customer.language],
            now=opened,
            chain=chain,
        )
        ticket.facts = {"ticket_id": ticket.pk, "number": ticket.number}
        rare = chance.random() < 0.01
        subject = chance.choice(ticket.pool.subjects)
        if rare:
            subject = f"{subject} {RARE_WORD}"
        self._open(ticket, subject)
        self._converse(ticket, self._wanted_status(opened), rare)
        self._keep(ticket, subject, opened)

    def _opened_at(self, place: int) -> dt.datetime:
        """Evenly over two years, most of it in the day's working hours; later places are later."""
        share = (place + self.chance.random()) / self.count
        at = self.until - YEARS * (1 - share)
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        part = (at - midnight) / dt.timedelta(days=1)
        if part < 0.1:
            hours = part * 80
        elif part < 0.92:
            hours = 8 + (part - 0.1) * 10 / 0.82
        else:
            hours = 18 + (part - 0.92) * 75
        return min(midnight + dt.timedelta(hours=hours), self.until - dt.timedelta(seconds=30))

    def _customer(self) -> Customer:
        # one ticket in six comes from the fiftieth part of the customers
        among = self.regulars if self.chance.random() < 0.16 else self.cast.customers
        return among[int(len(among) * self.chance.random())]

    def _wanted_status(self, opened: dt.datetime) -> Status:
        """About one in twenty lives, most of those young; the rest is resolved, and closed after a month."""
        days = (self.until - opened).days
        lives = 0.75 if days < 14 else 0.25 if days < 60 else 0.022
        draw = self.chance.random()
        if draw >= lives:
            return Status.RESOLVED if days < 30 or self.chance.random() < 0.03 else Status.CLOSED
        part = draw / lives
        if part < 0.2 and days < 14:
            return Status.NEW
        if part < 0.55:
            return Status.OPEN
        return Status.WAITING_CUSTOMER if part < 0.85 else Status.WAITING_THIRD_PARTY

    def _open(self, ticket: Told, subject: str) -> None:
        facts = {
            "channel": "mail",
            "contact_id": ticket.customer.pk,
            "status": "new",
            "priority": 2,
            "language": ticket.customer.language,
            "team_id": ticket.counter.team,
        }
        self._record(ticket, "TicketOpened", facts, {"subject": (subject, False)}, by=("contact", ticket.customer.pk))

    def _converse(self, ticket: Told, wanted: Status, rare: bool) -> None:
        chance = self.chance
        count = chance.choices(LENGTHS, LENGTH_WEIGHTS)[0]
        spoke, answered = "", False
        for place in range(count):
            is_last = place == count - 1
            if place == 0:
                kind = Kind.CUSTOMER
            elif wanted is Status.NEW:
                kind = Kind.NOTE if chance.random() < 0.4 else Kind.CUSTOMER
            elif spoke == Kind.CUSTOMER or (is_last and not answered):
                kind = Kind.NOTE if not is_last and chance.random() < 0.1 else Kind.REPLY
            else:
                kind = Kind.NOTE if chance.random() < 0.2 else Kind.CUSTOMER
            if kind == Kind.CUSTOMER:
                self._receive(ticket, is_first=place == 0, rare=rare and place == 0)
            elif kind == Kind.REPLY:
                self._reply(ticket, wanted if is_last else None)
            else:
                self._note(ticket)
            if place == 0 and wanted is not Status.NEW:
                self._triage(ticket)
            answered = answered or kind == Kind.REPLY
            spoke = spoke if kind == Kind.NOTE else kind
        self._bring_to(ticket, wanted)

    def _bring_to(self, ticket: Told, wanted: Status) -> None:
        """What is left between the conversation and the wanted status is done by hand."""
        if ticket.status is wanted:
            return
        self._pass_time(ticket, MEAN_CLOSING)
        self._change(ticket, [self._put_by_hand(ticket, wanted)])

    def _pass_time(self, ticket: Told, mean: dt.timedelta) -> None:
        gap = mean * self.chance.expovariate(1.0) + dt.timedelta(seconds=40, microseconds=1)
        ticket.now += min(gap, (self.until - ticket.now) / 2)

    def _triage(self, ticket: Told) -> None:
        """Who takes it on, and at times a priority and a request type."""
        chance, changes = self.chance, list[tuple[str, dict[str, Any]]]()
        if chance.random() < 0.92:
            ticket.assignee = ticket.agent.pk
            changes.append(("TicketAssigned", {"assignee_id": ticket.agent.pk}))
        priority = chance.choices(list(PRIORITIES), list(PRIORITIES.values()))[0]
        if priority != ticket.priority:
            changes.append(("PriorityChanged", {"priority_before": ticket.priority, "priority": priority}))
            ticket.priority = priority
        types = self.cast.request_types
        if types and chance.random() < 0.4:
            ticket.request_type = chance.choice(list(types))
            changes.append(("RequestTypeChanged", {"request_type": types[ticket.request_type]}))
        if changes:
            self._pass_time(ticket, MEAN_ANSWER / 20)
            self._change(ticket, changes)

    def _change(self, ticket: Told, changes: list[tuple[str, dict[str, Any]]]) -> None:
        self._touch(ticket)
        for kind, facts in changes:
            self._record(ticket, kind, facts, {}, by=("staff", ticket.agent.pk))

    def _put_by_hand(self, ticket: Told, status: Status) -> tuple[str, dict[str, Any]]:
        facts = {"status_before": ticket.status.value, "status": status.value}
        self._put(ticket, status)
        return "StatusChanged", facts

    def _put(self, ticket: Told, status: Status) -> None:
        if status is ticket.status:
            return
        ticket.status = status
        if status in LIVE:
            ticket.resolved_at = ticket.closed_at = None
        elif status is Status.RESOLVED:
            ticket.resolved_at, ticket.closed_at = ticket.now, None
        else:
            ticket.resolved_at, ticket.closed_at = ticket.resolved_at or ticket.now, ticket.now

    def _touch(self, ticket: Told) -> None:
        ticket.version += 1
        ticket.moved_at = ticket.now

    def _receive(self, ticket: Told, *, is_first: bool, rare: bool) -> None:
        if not is_first:
            self._pass_time(ticket, MEAN_RETURN)
        customer, before = ticket.customer, ticket.status
        text = self._text(ticket.pool.asks, ticket.pool, customer.name, f" {RARE_WORD}." if rare else "")
        self._put(ticket, next_status(before, Happening.CUSTOMER_SPOKE))
        self._touch(ticket)
        pk = self._message(ticket, Kind.CUSTOMER, text, contact=customer.pk, to=ticket.counter.address)
        if ticket.waiting is None:
            ticket.waiting = (pk, ticket.now)
        facts = {
            "message_id": pk,
            "contact_id": customer.pk,
            "channel": "mail",
            "is_automatic": False,
            "is_first": is_first,
            "said_at": _recorded(ticket.now),
            "status_before": before.value,
            "status": ticket.status.value,
        }
        self._record(ticket, "MessageReceived", facts, {"text": (text, True)}, by=("contact", customer.pk))

    def _reply(self, ticket: Told, wanted: Status | None) -> None:
        self._pass_time(ticket, MEAN_ANSWER)
        before, agent = ticket.status, ticket.agent
        happening = {
            Status.WAITING_CUSTOMER: Happening.REPLIED_AND_WAITS,
            Status.RESOLVED: Happening.REPLIED_AND_RESOLVED,
            Status.CLOSED: Happening.REPLIED_AND_RESOLVED,
        }.get(wanted or Status.OPEN, Happening.REPLIED)
        text = self._text(ticket.pool.answers, ticket.pool, agent.name, "")
        self._put(ticket, next_status(before, happening))
        self._touch(ticket)
        to = ticket.customer.address
        pk = self._message(ticket, Kind.REPLY, text, person=agent.pk, to=to)
        ticket.waiting = None
        facts = {
            "message_id": pk,
            "person_id": agent.pk,
            "channel": "mail",
            "status_before": before.value,
            "status": ticket.status.value,
        }
        seals = {"text": (text, True), "to": (to, False), "cc": ("", False)}
        self._record(ticket, "MessageSent", facts, seals, by=("staff", agent.pk))
        ticket.now += dt.timedelta(seconds=11, microseconds=7)
        delivered = {"message_id": pk, "delivery": Delivery.SENT.value}
        self._record(ticket, "DeliveryChanged", delivered, {"answer": ("250 2.0.0 Ok", False)}, by=("system", "mail"))

    def _note(self, ticket: Told) -> None:
        self._pass_time(ticket, MEAN_ANSWER / 2)
        text = " ".join(self.chance.choices(ticket.pool.notes, k=2))
        self._touch(ticket)
        pk = self._message(ticket, Kind.NOTE, text, person=ticket.agent.pk)
        facts = {"message_id": pk, "person_id": ticket.agent.pk}
        self._record(ticket, "NoteAdded", facts, {"text": (text, True)}, by=("staff", ticket.agent.pk))

    def _text(self, sentences: list[str], pool: Pool, name: str, last: str) -> str:
        count = 2 + int(6.5 * self.chance.random() ** 1.3)
        body = self.chance.choices(sentences, k=count)
        half = count // 2
        return f"{pool.hello}\n\n{' '.join(body[:half])}\n\n{' '.join(body[half:])}{last}\n\n{pool.goodbye}\n{name}"

    def _message(
        self,
        ticket: Told,
        kind: Kind,
        text: str,
        *,
        contact: int | None = None,
        person: int | None = None,
        to: str = "",
    ) -> int:
        pk = self.message_pk
        self.message_pk += 1
        is_mail = kind != Kind.NOTE
        self.tables["message"].add(
            pk,
            ticket.pk,
            kind.value,
            contact,
            person,
            "mail" if is_mail else "desk",
            _instant(ticket.now),
            text,
            json.dumps([to] if to else []),
            (Delivery.SENT if kind == Kind.REPLY else Delivery.HERE).value,
            ticket.length + 1,
        )
        if is_mail:
            mark = f"<{ticket.number}.{self.chance.getrandbits(60):015x}@{to.rpartition('@')[2]}>"
            self.tables["mark"].add(mark, ticket.pk, pk)
        return pk

    def _record(
        self, ticket: Told, kind: str, facts: dict[str, Any], seals: Seals, *, by: tuple[str, int | str]
    ) -> None:
        commitments, openings = {}, {}
        for name, (value, held) in seals.items():
            own = self._salt()
            commitments[name] = chains.commitment(own, value.encode())
            openings[name] = {"salt": own.hex(), "held": True} if held else {"salt": own.hex(), "value": value}
        content = chains.content_bytes(
            kind=kind,
            actor={"kind": by[0], "id": str(by[1])},
            facts={**ticket.facts, **facts},
            commitments=commitments,
        )
        salt = self._salt()
        digest = chains.content_digest(salt, content)
        ticket.length += 1
        frame = chains.frame_bytes(chain=ticket.number, seq=ticket.length, at=_recorded(ticket.now), prev=ticket.head)
        ticket.head = chains.entry_hash(frame, digest)
        self.tables["entry"].add(
            ticket.chain,
            ticket.length,
            _instant(ticket.now),
            kind,
            content.decode(),
            salt,
            digest,
            ticket.head,
            json.dumps(openings),
        )

    def _salt(self) -> bytes:
        # foreseeable on purpose: the same seed gives the same database, and these texts hide nothing
        return self.chance.randbytes(chains.SALT_BYTES)

    def _keep(self, ticket: Told, subject: str, opened: dt.datetime) -> None:
        moved = (ticket.moved_at or opened).replace(tzinfo=dt.UTC)
        stage = Stage.DONE if ticket.status in DONE else Stage.LIVE
        due_at, source = None, None
        if stage == Stage.LIVE and ticket.waiting is not None:
            source, said_at = ticket.waiting
            due_at = reply_due_at(said_at.replace(tzinfo=dt.UTC))
        key = queue_key(due_at, moved)
        due = _instant(due_at.replace(tzinfo=None)) if due_at else None
        if due is not None:
            self.tables["due"].add(ticket.pk, REPLY, "", due, f"message {source}")
        self.tables["chain"].add(ticket.chain, ticket.number, ticket.length, ticket.head)
        self.tables["ticket"].add(
            ticket.pk,
            ticket.number,
            ticket.chain,
            subject,
            ticket.request_type,
            ticket.priority,
            ticket.status.value,
            stage.value,
            ticket.assignee,
            ticket.counter.team,
            ticket.customer.pk,
            ticket.customer.language,
            "mail",
            _instant(opened),
            _instant(moved.replace(tzinfo=None)),
            _instant(ticket.resolved_at) if ticket.resolved_at else None,
            _instant(ticket.closed_at) if ticket.closed_at else None,
            ticket.version,
            due,
            REPLY if due else "",
            f"message {source}" if due else "",
            1 if due else 0,
            key,
        )
        self.tables["mailbox"].add(ticket.pk, ticket.counter.mailbox)
        tags = self.cast.tags
        for tag in self.chance.sample(tags, min(len(tags), self.chance.choices((0, 1, 2, 3), (45, 35, 15, 5))[0])):
            self.tables["tag"].add(ticket.pk, tag, stage.value, key)
        self.words.append((ticket.pk, f"{subject} {ticket.number} {ticket.customer.words}"))

    def flush(self, index: Callable[[list[tuple[int, str]]], None]) -> dict[str, int]:
        """Write what was told since the last time. Needs a transaction. Returns rows by table."""
        counts = {name: table.flush() for name, table in self.tables.items()}
        index(self.words)
        self.words.clear()
        return counts


def _tables() -> dict[str, Table]:
    """In the order in which foreign keys want them."""
    return {
        "chain": Table(Chain, "id", "key", "length", "head"),
        "ticket": Table(
            Ticket,
            *("id", "number", "chain_id", "subject", "request_type_id", "priority", "status", "stage"),
            *("assignee_id", "team_id", "contact_id", "language", "channel", "created_at", "activity_at"),
            *("resolved_at", "closed_at", "version", "next_due_at", "next_due_why", "next_due_source"),
            *("due_count", "queue_key"),
        ),
        "message": Table(
            Message,
            *("id", "ticket_id", "kind", "contact_id", "person_id", "channel", "sent_at", "text", "to"),
            *("delivery", "entry_seq"),
        ),
        "entry": Table(Entry, "chain_id", "seq", "at", "kind", "content", "salt", "digest", "hash", "openings"),
        "due": Table(DueItem, "ticket_id", "kind", "key", "at", "source"),
        "mark": Table(ThreadMark, "header_id", "ticket_id", "message_id"),
        "mailbox": Table(TicketMailbox, "ticket_id", "mailbox_id"),
        "tag": Table(TicketTag, "ticket_id", "tag_id", "stage", "queue_key"),
    }
