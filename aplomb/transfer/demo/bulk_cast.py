"""Who and what bulk tickets are made of, and a ticket while it is being told. Pure."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from aplomb.journal.chains import NOTHING_BEFORE
from aplomb.tickets.states import Status
from aplomb.transfer.demo.bulk_words import Pool


@dataclass(frozen=True)
class Customer:
    """A contact as tickets need it; `words` is what search knows of them."""

    pk: int
    name: str
    address: str
    language: str
    words: str


@dataclass(frozen=True)
class Seat:
    """An agent: id, work name, the team they sit in."""

    pk: int
    name: str


@dataclass(frozen=True)
class Counter:
    """A team with its mailbox and the agents who answer there."""

    team: int
    mailbox: int
    address: str
    agents: tuple[Seat, ...]


@dataclass(frozen=True)
class Cast:
    """Who and what tickets are made of. `tags` and `request_types` by id and key."""

    customers: list[Customer]
    counters: list[Counter]
    counter_weights: list[int]
    tags: list[int]
    request_types: dict[int, str]
    pools: dict[str, Pool]


@dataclass
class Told:
    """A ticket while it is being told. Instants are naive, in UTC."""

    pk: int
    number: str
    customer: Customer
    counter: Counter
    agent: Seat
    pool: Pool
    now: dt.datetime
    chain: int
    length: int = 0
    head: bytes = NOTHING_BEFORE
    status: Status = Status.NEW
    version: int = 1
    priority: int = 2
    assignee: int | None = None
    request_type: int | None = None
    moved_at: dt.datetime | None = None
    resolved_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    # the first word of the customer that nobody has answered: message and instant
    waiting: tuple[int, dt.datetime] | None = None
    facts: dict[str, Any] = field(default_factory=dict)
