"""No page of the desk, no list of the API and no step of a mail's way scans a table that grows with the desk.

Each query of a page is explained by the database itself, on a desk in bulk. On SQLite a plan that scans one of these
tables fails. On PostgreSQL sequential scans are made unattractive first, so that one appears where no index can serve.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplomb.api.tickets import _by_activity
from aplomb.channels.mail.coming_in import applying
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.models import ThreadMark
from aplomb.customers.models import CustomerNote, Equipment, Organisation, Site
from aplomb.journal.actors import SYSTEM
from aplomb.lib.time import utc_now
from aplomb.people.actions import add_team, create_token
from aplomb.people.actions.mailing_notices import mail_waiting, people_to_mail
from aplomb.people.actions.notices import forget_notices_of, forget_old_notices, notice
from aplomb.people.models import Notice, Person, Team
from aplomb.search.index import find
from aplomb.tickets.models import Beside, Message, Stage, Tag, Ticket, TicketAbout
from aplomb.tickets.reads import QueueFilter, queue_page
from aplomb.transfer.demo.bulk import fill_in_bulk
from aplomb.transfer.demo.bulk_words import RARE_WORD

COUNT = 2000
LARGE = (
    "tickets_ticket",
    "tickets_message",
    "tickets_tickettag",
    "tickets_participant",
    "tickets_attachment",
    "journal_entry",
    "journal_chain",
    "journal_job",
    "journal_outgoingmail",
    "promises_dueitem",
    "people_notice",
    "mail_incomingmail",
    "mail_rawmail",
    "mail_threadmark",
    "mail_ticketmailbox",
    "customers_contact",
    "customers_contactpoint",
    "customers_organisation",
    "customers_site",
    "customers_equipment",
    "customers_customernote",
    "customers_codelook",
    "tickets_ticketabout",
)
EXPLAINED = ("SELECT", "UPDATE", "DELETE")
# how SQLite names a full scan, of the table or of a whole index; behind an alias of Django's stands U0, U1 …
SQLITE_SCAN = re.compile(r"^SCAN (?:TABLE )?(?P<name>\S+)(?P<rest>.*)$")
NEWEST = re.compile(r'^SELECT [^()]+ FROM "(\w+)" ORDER BY ("\1"\."id"|1) (ASC|DESC) LIMIT \d+$')

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def bulk_desk(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A desk of 2,000 tickets for all tests of this file, gone after them."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        fill_in_bulk(COUNT, 42, lambda _text: None, until=dt.datetime.now(dt.UTC))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def agent(bulk_desk: None, db: None) -> Person:
    return Person.objects.get(email="agent1@desk.example")


@pytest.fixture
def outsider(agent: Person) -> Person:
    """An agent from whom a closed team's tickets are hidden."""
    Team.objects.filter(name="Contracts").update(is_open=False)
    add_team(name="Nobody's", by=SYSTEM, is_open=False)
    assert not agent.teams.filter(name="Contracts").exists()
    return agent


def scans(run: Callable[[], object]) -> list[str]:
    """What the run's queries scan: "table: query"."""
    with CaptureQueriesContext(connection) as captured:
        run()
    found = []
    for query in captured.captured_queries:
        sql = query["sql"].strip()
        if sql.upper().startswith(EXPLAINED):
            found += [f"{table}: {sql}" for table in _scanned(sql)]
    return found


def _scanned(sql: str) -> list[str]:
    return _scanned_on_postgres(sql) if connection.vendor == "postgresql" else _scanned_on_sqlite(sql)


def _scanned_on_sqlite(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = [row[3] for row in cursor.cursor.fetchall()]
    found = []
    for step in steps:
        match = SQLITE_SCAN.match(step)
        if match is None:
            continue
        name = match["name"].strip('"')
        table = _table_behind(name, sql)
        # an index walked in the order that the page shows ends at its limit, and so does the first row by the key
        is_bounded = " LIMIT " in sql and ("USING" in match["rest"] or NEWEST.search(sql) is not None)
        if table in LARGE and not is_bounded:
            found.append(table)
    return found


def _table_behind(alias: str, sql: str) -> str:
    match = re.search(rf'"(\w+)" (?:AS )?"?{re.escape(alias)}"?[\s,)]', sql)
    return match[1] if match and match[1] in LARGE else alias


def _scanned_on_postgres(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}".replace("%", "%%"))
        plan = cursor.fetchone()[0]
    steps = [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]]
    found = []
    while steps:
        step = steps.pop()
        steps += step.get("Plans", [])
        if step["Node Type"] == "Seq Scan" and step.get("Relation Name") in LARGE:
            found.append(step["Relation Name"])
    return found


def page(client: Client, address: str, **headers: str) -> Callable[[], object]:
    """Asks for the address, and insists on a page."""

    def ask() -> None:
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"

    return ask


QUEUES = [
    "/",
    "/?assignee=me",
    "/?assignee=none",
    "/?status=open",
    "/?status=waiting_customer",
    "/?status=closed",
    "/?stage=done",
    "/?stage=bin",
    "/?stage=done&assignee=me",
    "/?tag=printer",
    "/?tag=printer&stage=done",
    "/?part=list",
    f"/?q={RARE_WORD}",
    f"/find?q={RARE_WORD}",
    "/find?q=garside",
    "/find?q=firm7.example",
    "/find?q=nosuchwordanywhere",
]


@pytest.mark.parametrize("address", QUEUES)
def test_queues_walk_an_index(address: str, agent: Person, web: Callable[..., Client]) -> None:
    assert scans(page(web(agent), address)) == []


@pytest.mark.parametrize("address", ["/", "/?assignee=none", "/?stage=done", "/?tag=printer", f"/?q={RARE_WORD}"])
def test_queues_walk_an_index_also_where_teams_are_hidden(
    address: str, outsider: Person, web: Callable[..., Client]
) -> None:
    assert scans(page(web(outsider), address)) == []


def test_queues_of_a_team_a_contact_and_an_organisation_walk_an_index(
    agent: Person, web: Callable[..., Client]
) -> None:
    ticket = Ticket.objects.filter(contact__organisation__isnull=False).order_by("-pk")[0]
    organisation = ticket.contact.organisation_id
    for query in (f"team={ticket.team_id}", f"contact={ticket.contact_id}", f"organisation={organisation}"):
        assert scans(page(web(agent), f"/?{query}")) == []
        assert scans(page(web(agent), f"/?{query}&stage=done")) == []


def test_the_next_page_of_a_queue_begins_at_its_cursor(agent: Person, web: Callable[..., Client]) -> None:
    row = Ticket.objects.filter(stage=1).order_by("queue_key", "pk")[200]
    address = f"/?stage=done&part=more&cursor={row.queue_key}.{row.pk}"
    assert scans(page(web(agent), address)) == []


# SQLite takes about 60 of its steps for a row of a queue; to walk all 1,900 that are done it takes 30,000 and more
MOST_STEPS = 8_000


@pytest.mark.sqlite  # the steps are SQLite's; PostgreSQL has statistics to choose by
@pytest.mark.parametrize("stage", [Stage.LIVE, Stage.DONE])
@pytest.mark.parametrize("narrow", ["", "rare tag", "no such tag", "contact", "organisation", "search", "rare search"])
def test_no_filter_makes_a_queue_walk_its_whole_pile(stage: Stage, narrow: str, agent: Person) -> None:
    newest = Ticket.objects.filter(contact__organisation__isnull=False).order_by("-pk")[0]
    Tag.objects.create(key="seldom", names={"en": "seldom"})
    kinds = {
        "": QueueFilter(stage=stage),
        "rare tag": QueueFilter(stage=stage, tag="seldom"),
        "no such tag": QueueFilter(stage=stage, tag="nowhere"),
        "contact": QueueFilter(stage=stage, contact=newest.contact_id),
        "organisation": QueueFilter(stage=stage, organisation=newest.contact.organisation_id),
        "search": QueueFilter(stage=stage, only=tuple(find(RARE_WORD))),
        "rare search": QueueFilter(stage=stage, only=(newest.pk,)),
    }
    assert steps(lambda: queue_page(agent, kinds[narrow])) < MOST_STEPS


def steps(run: Callable[[], object]) -> int:
    """How many steps SQLite's machine takes for the run, to the next fifty."""
    connection.ensure_connection()
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 50
        return 0

    connection.connection.set_progress_handler(count, 50)
    try:
        run()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return taken


def test_a_ticket_and_its_pieces_are_found_by_their_keys(agent: Person, web: Callable[..., Client]) -> None:
    number = Ticket.objects.order_by("pk")[COUNT // 2].number
    for address in (f"/tickets/{number}", f"/tickets/{number}/history", f"/tickets/{number}/news"):
        assert scans(page(web(agent), address)) == []


def test_replies_and_notes_scan_nothing(agent: Person, web: Callable[..., Client]) -> None:
    number = Ticket.objects.order_by("pk")[COUNT // 2].number
    client = web(agent)

    def write(kind: str) -> None:
        answer = client.post(f"/tickets/{number}/{kind}", {"text": "Well."}, headers={"HX-Request": "true"})
        assert answer.status_code == 200

    assert scans(lambda: write("reply")) == []
    assert scans(lambda: write("note")) == []


def test_changes_in_place_scan_nothing(agent: Person, web: Callable[..., Client]) -> None:
    ticket = Ticket.objects.filter(status="open").order_by("pk")[0]
    client = web(agent)

    def change() -> None:
        given = {"status": "waiting_customer", "assignee": "me", "tags_given": "1", "tags": ["printer"]}
        assert client.post(f"/tickets/{ticket.number}/change", given).status_code in {200, 302}

    assert scans(change) == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?limit=10",
        "?order=due",
        "?status=open",
        "?status=closed",
        "?assignee=me",
        "?tag=printer",
        f"?q={RARE_WORD}",
    ],
)
def test_lists_of_the_api_walk_an_index(query: str, agent: Person, client: Client) -> None:
    _token, secret = create_token(agent, by=agent)
    answer = client.get(f"/api/v1/tickets{query}", headers={"Authorization": f"Bearer {secret}"})
    if answer.status_code == 422:
        pytest.fail(f"{query} is not understood: {answer.content!r}")
    assert scans(page(client, f"/api/v1/tickets{query}", Authorization=f"Bearer {secret}")) == []


@pytest.mark.parametrize(
    ("wanted", "index"),
    [(QueueFilter(), "tickets_by_activity"), (QueueFilter(status="closed"), "tickets_by_status")],
)
def test_a_list_of_the_api_is_read_in_its_order_and_not_sorted(wanted: QueueFilter, index: str, agent: Person) -> None:
    now = f"{int(dt.datetime.now(dt.UTC).timestamp())}000000.7"
    plan = _by_activity(agent, wanted, with_bin=False, cursor=now)[:11].explain()
    # PostgreSQL may walk the other of the two and leave out what does not fit: by its statistics, and rightly
    assert index in plan or (connection.vendor == "postgresql" and "tickets_by_" in plan)
    assert "TEMP B-TREE" not in plan
    assert not re.search(r"\bSort\b", plan)


def test_the_api_goes_on_from_its_cursor_by_an_index(agent: Person, client: Client) -> None:
    _token, secret = create_token(agent, by=agent)
    first = client.get("/api/v1/tickets?limit=5", headers={"Authorization": f"Bearer {secret}"}).json()
    address = f"/api/v1/tickets?limit=5&cursor={first['next']}"
    assert scans(page(client, address, Authorization=f"Bearer {secret}")) == []


def test_a_mail_finds_its_ticket_by_indexes(agent: Person) -> None:
    # of a live ticket: a mail on one that was closed long ago begins a new one
    message = Message.objects.filter(kind="reply", ticket__stage=Stage.LIVE).order_by("pk")[20]
    mark = ThreadMark.objects.get(message=message).header_id
    address = message.to[0]
    raw = (
        f"From: <{address}>\r\nTo: support@desk.example\r\nSubject: Re: the part\r\n"
        f"Message-ID: <plan@firm.example>\r\nIn-Reply-To: {mark}\r\n\r\nStill broken.\r\n"
    ).encode()

    def take() -> None:
        [mail] = store([Arrival(content=raw, source="smtp", envelope_to=("support@desk.example",))])
        applying.apply(mail.pk)
        mail.refresh_from_db()
        assert mail.ticket_id == message.ticket_id

    assert scans(take) == []


def test_a_first_mail_finds_no_ticket_by_indexes(agent: Person) -> None:
    address = Message.objects.filter(kind="reply").order_by("pk")[700].to[0]
    raw = f"From: <{address}>\r\nTo: support@desk.example\r\nSubject: New\r\n\r\nHello.\r\n".encode()

    def take() -> None:
        [mail] = store([Arrival(content=raw, source="smtp", envelope_to=("support@desk.example",))])
        applying.apply(mail.pk)

    before = Ticket.objects.count()
    assert scans(take) == []
    assert Ticket.objects.count() == before + 1


def test_a_customers_places_and_what_they_have_walk_an_index(outsider: Person, web: Callable[..., Client]) -> None:
    ticket = Ticket.objects.filter(contact__organisation__isnull=False).order_by("-pk")[0]
    owner = ticket.contact.organisation
    assert owner is not None
    # others come first, so that whoever looks through all of them has far to go
    owners = [*Organisation.objects.exclude(pk=owner.pk)[:80], owner]
    many = range(len(owners) * 25)
    Site.objects.bulk_create(Site(organisation=owners[each // 25], town_key=f"town{each}", name="x") for each in many)
    Equipment.objects.bulk_create(
        Equipment(organisation=owners[each // 25], serial=f"SN{each}", serial_key=f"SN{each}", called="x")
        for each in many
    )
    CustomerNote.objects.bulk_create(
        CustomerNote(organisation=owners[each // 25], text="x", person=outsider, is_pinned=each % 7 == 0)
        for each in many
    )
    Organisation.objects.filter(pk__in=[each.pk for each in owners]).update(has=15)
    device = Equipment.objects.get(serial_key=f"SN{many[-1]}")
    about = [
        TicketAbout(ticket=each, equipment=device if each.pk == ticket.pk else None, site=Site.objects.all()[0])
        for each in Ticket.objects.all()[:1500]
        if each.pk != ticket.pk
    ]
    TicketAbout.objects.bulk_create([*about, TicketAbout(ticket=ticket, equipment=device)])
    Ticket.objects.filter(pk=ticket.pk).update(beside=Beside.ABOUT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client, here = web(outsider), f"/customers/organisations/{owner.pk}"
    tabs = [
        "",
        "/requests",
        "/requests?status=closed",
        "/notes",
        "/sites",
        "/equipment",
        "/equipment?find=SN1",
        "/people",
    ]
    addresses = [f"{here}{tab}" for tab in tabs]
    addresses += [f"/customers/equipment/{device.pk}", f"/tickets/{ticket.number}", f"/tickets/{ticket.number}/about"]
    addresses += ["/find?q=SN2024", "/customers?find=town12"]
    for address in addresses:
        assert scans(page(client, address)) == [], address


def test_notices_are_told_shown_mailed_and_forgotten_by_indexes(outsider: Person, web: Callable[..., Client]) -> None:
    number = Ticket.objects.order_by("pk")[COUNT // 2].number
    people = list(Person.objects.all()[:5])
    rows = [
        Notice(person=each, kind="mentioned", about=f"m {place}", ticket_number=number, mail=mail)
        for each in people
        for place, mail in enumerate(["none", "mailed", "soon", "daily"] * 200)
    ]
    Notice.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = web(outsider)
    for address in ("/notices", "/notices?show=unseen", "/notices?before=900", "/notices/bell?after=3"):
        assert scans(page(client, address)) == []
    assert scans(lambda: client.post("/notices/seen", {"ticket": number})) == []
    assert scans(lambda: client.post("/notices/seen", {"up_to": "99999999"})) == []
    later = utc_now() + dt.timedelta(days=2)
    assert scans(lambda: notice(people[0], "mentioned", about="new")) == []
    assert scans(lambda: people_to_mail(now=later)) == []
    assert scans(lambda: mail_waiting(people[1].pk, now=later)) == []
    assert scans(lambda: forget_notices_of(number)) == []
    assert scans(lambda: forget_old_notices(now=later)) == []


def test_a_scan_is_seen(bulk_desk: None) -> None:
    """The bad example: what this file would say of a page that looks through all subjects."""
    found = scans(lambda: list(Ticket.objects.filter(subject__contains="printer")[:30]))
    assert [each.partition(":")[0] for each in found] == ["tickets_ticket"]


@pytest.mark.sqlite  # PostgreSQL counts over an index when it is told to avoid scans
def test_counting_a_whole_table_is_a_scan(bulk_desk: None) -> None:
    assert scans(Message.objects.count) != []
