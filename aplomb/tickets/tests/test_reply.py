"""Answering, and undoing it before it leaves."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from aplomb.customers.actions import add_contact, contact_for_address
from aplomb.journal.actors import SYSTEM, Actor
from aplomb.journal.models import Entry, OutgoingMail
from aplomb.people.errors import NotAllowed, NotFound, Refused, Wrong
from aplomb.tickets import gates
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.draft import keep_draft, upload_file
from aplomb.tickets.actions.reply import Reply, reply_to_ticket, undo_reply
from aplomb.tickets.errors import Changed, InBin, TooLate
from aplomb.tickets.gates import NeedsConfirmation, Objection
from aplomb.tickets.models import Attachment, Draft, Message, Participant, Ticket
from tests.cast import CLEO, Cast, asked, fresh
from tests.moved import nothing_moves

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def asking() -> Iterator[list[gates.ReplyGate]]:
    """A list of those who are asked before a reply goes."""
    before = list(gates._replying)
    gates.connect(replying=[])
    yield gates._replying
    gates.connect(replying=before)


def test_a_reply_goes_to_the_one_who_asked_and_opens_the_ticket(cast: Cast) -> None:
    message = reply_to_ticket(cast.ticket.number, Reply(text="We look into it.\r\n\r\n"), by=cast.ada)

    assert (message.kind, message.text, message.person) == ("reply", "We look into it.", cast.ada)
    assert (message.to, message.cc, message.delivery) == ([CLEO], [], "queued")
    assert fresh(cast.ticket).status == "open"
    last = Entry.objects.filter(chain=cast.ticket.chain).latest("seq")
    assert (last.kind, last.seq, message.entry_seq) == ("MessageSent", 3, 3)
    assert "look into" not in (last.content or "")


def test_its_mail_waits_ten_seconds_in_the_outbox(cast: Cast) -> None:
    message = reply_to_ticket(cast.ticket.number, Reply(text="Hello"), by=cast.ada)

    assert message.outgoing is not None
    assert (message.outgoing.recipients, message.outgoing.state) == ([CLEO], "queued")
    assert message.outgoing.not_before == NOW + timedelta(seconds=10)
    assert message.outgoing.reference == f"message {message.pk}"


@pytest.mark.parametrize(
    ("then", "status", "stage"),
    [("", "open", 0), ("waiting_customer", "waiting_customer", 0), ("resolved", "resolved", 1)],
)
def test_a_reply_leaves_the_ticket_open_waiting_or_resolved(cast: Cast, then: str, status: str, stage: int) -> None:
    reply_to_ticket(cast.ticket.number, Reply(text="Hello", then=then), by=cast.ada)

    ticket = fresh(cast.ticket)
    assert (ticket.status, ticket.stage) == (status, stage)
    assert ticket.resolved_at == (NOW if then == "resolved" else None)


def test_whoever_is_written_to_takes_part(cast: Cast) -> None:
    reply = Reply(text="Hello", to=(CLEO, " NEW@Elsewhere.example "), cc=("third@elsewhere.example", CLEO.upper()))
    message = reply_to_ticket(cast.ticket.number, reply, by=cast.ada)

    assert message.to == [CLEO, "NEW@Elsewhere.example"]
    assert message.cc == ["third@elsewhere.example"]
    seats = Participant.objects.filter(ticket=cast.ticket).order_by("id")
    assert [seat.contact for seat in seats] == [
        contact_for_address("new@elsewhere.example", by=SYSTEM),
        contact_for_address("third@elsewhere.example", by=SYSTEM),
    ]
    kinds = list(
        Entry.objects.filter(chain=cast.ticket.chain, seq__gt=2).order_by("seq").values_list("kind", flat=True)
    )
    assert kinds == ["ParticipantAdded", "ParticipantAdded", "MessageSent"]


def test_the_draft_of_the_reply_goes_and_that_of_the_note_stays(cast: Cast) -> None:
    keep_draft(cast.ada, cast.ticket, "reply", text="for Cleo")
    keep_draft(cast.ada, cast.ticket, "note", text="for us")
    keep_draft(cast.bo, cast.ticket, "reply", text="Bo's own")

    reply_to_ticket(cast.ticket.number, Reply(text="for Cleo"), by=cast.ada)

    assert {(each.person, each.kind, each.text) for each in Draft.objects.all()} == {
        (cast.ada, "note", "for us"),
        (cast.bo, "reply", "Bo's own"),
    }


def test_uploaded_files_go_along(cast: Cast) -> None:
    upload = upload_file(cast.ada, cast.ticket, "reply", name="plan.txt", content=b"the plan")
    message = reply_to_ticket(cast.ticket.number, Reply(text="See the plan", uploads=(upload.pk,)), by=cast.ada)
    assert [(each.name, each.draft) for each in Attachment.objects.filter(message=message)] == [("plan.txt", None)]


def test_another_persons_upload_does_not(cast: Cast) -> None:
    upload = upload_file(cast.bo, cast.ticket, "reply", name="bo.txt", content=b"Bo's")
    with nothing_moves(), pytest.raises(Wrong, match="An attachment is gone"):
        reply_to_ticket(cast.ticket.number, Reply(text="mine", uploads=(upload.pk,)), by=cast.ada)


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00"])
def test_nothing_is_not_sent(cast: Cast, text: str) -> None:
    with nothing_moves(), pytest.raises(Wrong, match="There is nothing to send yet"):
        reply_to_ticket(cast.ticket.number, Reply(text=text), by=cast.ada)


@pytest.mark.parametrize(
    ("reply", "field"),
    [
        (Reply(text="x" * 200_001), "text"),
        (Reply(text="x", then="closed"), "status"),
        (Reply(text="x", to=("nobody",)), "to"),
        (Reply(text="x", to=("a@b.example\nBcc: c@d.example",)), "to"),
        (Reply(text="x", cc=("a b@c.example",)), "cc"),
        (Reply(text="x", to=tuple(f"a{each}@b.example" for each in range(51))), "to"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_field(cast: Cast, reply: Reply, field: str) -> None:
    with nothing_moves(), pytest.raises(Wrong) as refused:
        reply_to_ticket(cast.ticket.number, reply, by=cast.ada)
    assert refused.value.field == field


def test_a_contact_without_address_cannot_be_answered_by_mail(cast: Cast) -> None:
    caller = add_contact(phones=("+44 1632 960999",), by=SYSTEM)
    ticket = asked(caller, "I rang", channel="call").ticket
    with nothing_moves(), pytest.raises(Wrong, match="no e-mail address"):
        reply_to_ticket(ticket.number, Reply(text="x"), by=cast.ada)


def test_a_ticket_that_has_moved_on_asks_to_be_looked_at_again(cast: Cast) -> None:
    seen = fresh(cast.ticket).version
    change_ticket(cast.ticket.number, Changes(priority=3), by=cast.bo)
    with nothing_moves(), pytest.raises(Changed):
        reply_to_ticket(cast.ticket.number, Reply(text="x", seen_version=seen), by=cast.ada)
    assert reply_to_ticket(cast.ticket.number, Reply(text="x", seen_version=seen + 1), by=cast.ada).text == "x"


def test_nothing_is_answered_in_the_bin(cast: Cast) -> None:
    bin_ticket(cast.ticket.number, "spam", by=cast.ada)
    with nothing_moves(), pytest.raises(InBin):
        reply_to_ticket(cast.ticket.number, Reply(text="x"), by=cast.ada)


@pytest.mark.parametrize("who", ["olga", "lena", "tariq", "aud"])
def test_who_does_not_answer_tickets_is_refused(cast: Cast, who: str) -> None:
    with nothing_moves(), pytest.raises(NotAllowed):
        reply_to_ticket(cast.ticket.number, Reply(text="x"), by=getattr(cast, who))


def test_another_teams_closed_ticket_is_not_there(cast: Cast) -> None:
    with nothing_moves(), pytest.raises(NotFound):
        reply_to_ticket(cast.hidden.number, Reply(text="x"), by=cast.ada)
    assert reply_to_ticket(cast.hidden.number, Reply(text="x"), by=cast.noor).person == cast.noor


def test_those_above_may_refuse_with_a_reason(cast: Cast, asking: list[gates.ReplyGate]) -> None:
    def legal(ticket: Ticket, by: Actor, text: str) -> list[Objection]:
        return [Objection("hold", "Under legal review.")]

    asking.append(legal)
    with nothing_moves(), pytest.raises(Refused, match=r"Under legal review\.") as refused:
        reply_to_ticket(cast.ticket.number, Reply(text="x", confirmed=True), by=cast.ada)
    assert refused.value.code == "hold"


def test_those_above_may_ask_for_a_second_look(cast: Cast, asking: list[gates.ReplyGate]) -> None:
    def tone(ticket: Ticket, by: Actor, text: str) -> list[Objection]:
        return [Objection("tone", "Read it again.", weight="confirm")]

    asking.append(tone)
    with nothing_moves(), pytest.raises(NeedsConfirmation) as asked_again:
        reply_to_ticket(cast.ticket.number, Reply(text="x"), by=cast.ada)
    assert [each.code for each in asked_again.value.objections] == ["tone"]
    assert reply_to_ticket(cast.ticket.number, Reply(text="x", confirmed=True), by=cast.ada).text == "x"


@pytest.mark.parametrize(
    ("then", "before"), [("", "new"), ("waiting_customer", "open"), ("resolved", "waiting_customer")]
)
def test_undone_within_ten_seconds_everything_is_as_before(cast: Cast, then: str, before: str) -> None:
    if before != "new":
        change_ticket(cast.ticket.number, Changes(status=before), by=cast.ada)
    was = fresh(cast.ticket)
    sent = reply_to_ticket(cast.ticket.number, Reply(text="Too soon", then=then, cc=("x@y.example",)), by=cast.ada)

    undone = undo_reply(sent.pk, by=cast.ada)

    ticket = fresh(cast.ticket)
    assert (ticket.status, ticket.stage, ticket.next_due_at) == (was.status, was.stage, was.next_due_at)
    assert (undone.delivery, OutgoingMail.objects.get(reference=f"message {sent.pk}").state) == (
        "withdrawn",
        "withdrawn",
    )
    draft = Draft.objects.get(person=cast.ada, ticket=cast.ticket, kind="reply")
    assert (draft.text, draft.to, draft.cc) == ("Too soon", [CLEO], ["x@y.example"])


def test_what_was_undone_never_leaves(cast: Cast, drain: Callable[[], int], clock: time_machine.Traveller) -> None:
    sent = reply_to_ticket(cast.ticket.number, Reply(text="Too soon"), by=cast.ada)
    undo_reply(sent.pk, by=cast.ada)
    clock.shift(timedelta(hours=1))
    drain()
    assert (
        OutgoingMail.objects.get(reference=f"message {sent.pk}").state,
        Message.objects.get(pk=sent.pk).delivery,
    ) == (
        "withdrawn",
        "withdrawn",
    )


def test_undone_and_sent_again_the_files_come_along(cast: Cast) -> None:
    upload = upload_file(cast.ada, cast.ticket, "reply", name="plan.txt", content=b"the plan")
    sent = reply_to_ticket(cast.ticket.number, Reply(text="See", uploads=(upload.pk,)), by=cast.ada)
    undo_reply(sent.pk, by=cast.ada)
    draft = Draft.objects.get(person=cast.ada, ticket=cast.ticket, kind="reply")
    again = tuple(draft.attachments.values_list("pk", flat=True))

    second = reply_to_ticket(cast.ticket.number, Reply(text="See", uploads=again), by=cast.ada)

    assert [each.name for each in second.attachments.all()] == ["plan.txt"]
    assert [each.name for each in sent.attachments.all()] == ["plan.txt"]


def test_a_status_that_somebody_changed_meanwhile_stays(cast: Cast) -> None:
    sent = reply_to_ticket(cast.ticket.number, Reply(text="x"), by=cast.ada)
    change_ticket(cast.ticket.number, Changes(status="waiting_third_party"), by=cast.bo)
    undo_reply(sent.pk, by=cast.ada)
    assert fresh(cast.ticket).status == "waiting_third_party"


def test_once_it_has_left_it_is_too_late(
    cast: Cast, drain: Callable[[], int], clock: time_machine.Traveller, settings: object
) -> None:
    sent = reply_to_ticket(cast.ticket.number, Reply(text="x"), by=cast.ada)
    clock.shift(timedelta(seconds=11))
    drain()
    with nothing_moves(), pytest.raises(TooLate):
        undo_reply(sent.pk, by=cast.ada)


def test_undoing_twice_is_too_late(cast: Cast) -> None:
    sent = reply_to_ticket(cast.ticket.number, Reply(text="x"), by=cast.ada)
    undo_reply(sent.pk, by=cast.ada)
    with nothing_moves(), pytest.raises(TooLate):
        undo_reply(sent.pk, by=cast.ada)


def test_only_replies_that_one_may_see_are_undone(cast: Cast) -> None:
    theirs = reply_to_ticket(cast.hidden.number, Reply(text="x"), by=cast.noor)
    customers = Message.objects.get(ticket=cast.ticket)
    for pk in (theirs.pk, customers.pk, 10**9):
        with nothing_moves(), pytest.raises(NotFound):
            undo_reply(pk, by=cast.ada)
