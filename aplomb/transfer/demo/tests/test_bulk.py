"""A desk in bulk is one that the actions could have made: it verifies, its queue is in order, search finds it."""

import datetime as dt
import json
import random

import pytest
from django.db import connection, transaction
from django.db.models import F

from aplomb.channels.mail.models import ThreadMark, TicketMailbox
from aplomb.customers.models import Contact, ContactPoint
from aplomb.journal.chains import content_bytes
from aplomb.journal.events import event_from
from aplomb.journal.models import Chain, Checkpoint, Entry, Job
from aplomb.people.models import Person
from aplomb.promises.actions import work_out_due
from aplomb.promises.models import DueItem
from aplomb.search.actions import index_tickets
from aplomb.search.index import find
from aplomb.tickets.models import Kind, Message, Stage, Ticket, TicketTag
from aplomb.tickets.numbers import number_for
from aplomb.tickets.record import verify_all
from aplomb.tickets.states import LIVE
from aplomb.transfer.demo import bulk
from aplomb.transfer.demo.bulk import fill_in_bulk
from aplomb.transfer.demo.bulk_sentences import PHRASES
from aplomb.transfer.demo.bulk_words import LANGUAGES, RARE_WORD, plain_letters, pools

UNTIL = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
COUNT = 400

pytestmark = pytest.mark.django_db


def fill(count: int = COUNT, seed: int = 42) -> dict[str, int]:
    return fill_in_bulk(count, seed, lambda _text: None, until=UNTIL)


def test_every_record_of_a_bulk_desk_verifies() -> None:
    fill()
    verdicts = list(verify_all(lambda _text: None))
    assert len(verdicts) == COUNT
    assert [each.sentence for each in verdicts if each.broken is not None] == []


def test_every_record_of_a_bulk_desk_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "TOGETHER", 20)
    monkeypatch.setattr(bulk, "SIGNED_TOGETHER", 60)
    fill(130)
    assert not Chain.objects.exclude(length=F("sealed_length")).exists()
    assert list(Checkpoint.objects.order_by("pk").values_list("count", flat=True)) == [60, 60, 10]


def test_entries_hold_the_facts_that_the_events_have() -> None:
    fill()
    kinds = set()
    for entry in Entry.objects.all():
        content = json.loads(entry.content or "")
        event = event_from(entry.kind, content["facts"])
        again = content_bytes(
            kind=event.kind, actor=content["actor"], facts=event.facts(), commitments=content["commitments"]
        )
        assert again.decode() == entry.content
        kinds.add(entry.kind)
    assert kinds >= {
        "TicketOpened",
        "MessageReceived",
        "MessageSent",
        "NoteAdded",
        "DeliveryChanged",
        "StatusChanged",
        "TicketAssigned",
        "PriorityChanged",
    }


def test_the_last_status_on_the_chain_is_the_tickets() -> None:
    fill()
    last: dict[str, str] = {}
    for entry in Entry.objects.order_by("chain_id", "seq"):
        facts = json.loads(entry.content or "")["facts"]
        assert facts.get("status_before", last.get(facts["number"])) == last.get(facts["number"])
        last[facts["number"]] = facts.get("status", last.get(facts["number"], ""))
    assert last == dict(Ticket.objects.values_list("number", "status"))


PLACE = ("pk", "next_due_at", "next_due_why", "next_due_source", "due_count", "queue_key")


def test_what_is_due_is_what_the_promises_app_works_out() -> None:
    fill()
    before = list(Ticket.objects.order_by("pk").values_list(*PLACE))
    items = list(DueItem.objects.order_by("ticket_id").values_list("ticket_id", "kind", "key", "at", "source"))
    tags = list(TicketTag.objects.order_by("pk").values_list("ticket_id", "tag_id", "stage", "queue_key"))
    with transaction.atomic():
        for pk, *_rest in before:
            work_out_due(pk)
    assert list(Ticket.objects.order_by("pk").values_list(*PLACE)) == before
    assert list(DueItem.objects.order_by("ticket_id").values_list("ticket_id", "kind", "key", "at", "source")) == items
    assert list(TicketTag.objects.order_by("pk").values_list("ticket_id", "tag_id", "stage", "queue_key")) == tags
    assert items


def test_the_index_holds_the_words_that_search_would_write() -> None:
    fill()

    def indexed() -> list[tuple[object, ...]]:
        column = "ticket_id" if connection.vendor == "postgresql" else "rowid"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column}, words FROM search_ticket ORDER BY 1")
            return list(cursor.fetchall())

    before = indexed()
    assert len(before) == COUNT
    index_tickets(Ticket.objects.values_list("pk", flat=True))
    assert indexed() == before


def test_the_rare_word_stands_in_about_one_ticket_in_a_hundred() -> None:
    fill(2000)
    found = find(RARE_WORD)
    assert 8 <= len(found) <= 36
    assert set(found) == set(Ticket.objects.filter(subject__contains=RARE_WORD).values_list("pk", flat=True))
    assert set(found) == set(Message.objects.filter(text__contains=RARE_WORD).values_list("ticket_id", flat=True))


def test_a_bulk_desk_is_skewed_like_a_real_one() -> None:
    fill(2000)
    live = Ticket.objects.filter(stage=Stage.LIVE)
    assert 60 <= live.count() <= 160
    assert set(live.values_list("status", flat=True)) == {each.value for each in LIVE}
    assert not live.exclude(status__in=LIVE).exists()
    assert 2.7 <= Message.objects.count() / 2000 <= 3.3
    assert set(Ticket.objects.values_list("language", flat=True)) == set(LANGUAGES)
    lengths = [len(text) for text in Message.objects.exclude(kind=Kind.NOTE).values_list("text", flat=True)]
    assert min(lengths) >= 100
    assert max(lengths) <= 1100


def test_time_runs_forward_on_every_ticket_and_ends_before_now() -> None:
    fill()
    latest: dict[int, dt.datetime] = {}
    for chain, at in Entry.objects.order_by("chain_id", "seq").values_list("chain_id", "at"):
        assert latest.get(chain, at) <= at <= UNTIL + dt.timedelta(seconds=60)
        latest[chain] = at
    opened = list(Ticket.objects.order_by("pk").values_list("created_at", flat=True))
    assert opened == sorted(opened)
    assert opened[0] >= UNTIL - dt.timedelta(days=731)


def test_the_same_seed_gives_the_same_desk() -> None:
    with transaction.atomic():
        fill(120)
        first = list(Chain.objects.order_by("key").values_list("key", "length", "head"))
        transaction.set_rollback(True)
    with transaction.atomic():
        fill(120, seed=7)
        other = list(Chain.objects.order_by("key").values_list("key", "length", "head"))
        transaction.set_rollback(True)
    # SQLite counts from one again, PostgreSQL's sequences go on, and ids are facts: so the comparison is of texts there
    fill(120)
    again = list(Chain.objects.order_by("key").values_list("key", "length", "head"))
    assert [each[1] for each in again] == [each[1] for each in first] != [each[1] for each in other]
    if connection.vendor == "sqlite":
        assert again == first


def test_whoever_works_on_goes_on_where_the_bulk_ends() -> None:
    from aplomb.channels.mail.models import Mailbox
    from aplomb.tickets.actions.open import Opening
    from aplomb.tickets.actions.receive import Incoming, receive_first_message

    fill(50)
    contact = Contact.objects.get(pk=ContactPoint.objects.order_by("pk").values_list("contact", flat=True)[0])
    message = receive_first_message(Opening(subject="New", contact=contact), Incoming(text="Hello"), by=contact)
    assert message.ticket.chain_id == Chain.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert message.ticket.number == number_for(message.ticket.chain_id)
    assert Ticket.objects.count() == 51
    assert Mailbox.objects.count() == 5


def test_mails_of_the_past_thread_and_notes_do_not() -> None:
    fill(100)
    marked = set(ThreadMark.objects.values_list("message_id", flat=True))
    assert marked == set(Message.objects.exclude(kind=Kind.NOTE).values_list("pk", flat=True))
    assert TicketMailbox.objects.count() == 100


def test_nothing_is_left_to_do_for_jobs() -> None:
    before = Job.objects.count()
    fill(60)
    assert Job.objects.count() == before


def test_all_staff_are_demo_people_with_example_addresses() -> None:
    fill(10)
    people = Person.objects.all()
    assert people.count() == 22
    assert all(each.is_demo and each.email.endswith("@desk.example") for each in people)
    assert Person.objects.get(email="admin@desk.example").is_administrator
    assert Person.objects.get(email="supervisor@desk.example").is_supervisor


def test_a_single_ticket_is_a_desk_too() -> None:
    done = fill(1)
    assert done["tickets"] == Ticket.objects.count() == 1
    assert done["messages"] == Message.objects.count()
    assert done["entries"] == Entry.objects.count()


def test_progress_is_told() -> None:
    said: list[str] = []
    fill_in_bulk(30, 1, said.append, until=UNTIL)
    assert said[-1].startswith("30 tickets in ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_fills_its_gaps(language: str) -> None:
    pool = pools(random.Random(1))[language]
    for text in (*pool.subjects, *pool.asks, *pool.answers, *pool.notes):
        assert "{" not in text
        assert "}" not in text
        assert RARE_WORD not in text
        assert text.strip()
    assert max(map(len, pool.subjects)) < 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_has_a_form_for_mail_addresses(language: str) -> None:
    phrases = PHRASES[language]
    for name in (*phrases.first_names, *phrases.last_names):
        plain = plain_letters(name)
        assert plain.isascii()
        assert len(plain) >= 2
