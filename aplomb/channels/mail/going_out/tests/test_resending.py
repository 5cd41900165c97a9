"""What came back goes again, to those only whom it did not reach."""

import email
import email.policy

import pytest
from pytest_django import Settings

from aplomb.channels.mail.going_out.resending import send_again, send_anew
from aplomb.channels.mail.models import ThreadMark, UndeliveredCopy
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.channels.mail.tests.reports import answered, header_id, report
from aplomb.journal.models import Entry, OutgoingMail
from aplomb.journal.outbox.actions import discard, settle
from aplomb.lib.env import SmtpServer
from aplomb.people.errors import NotAllowed, NotFound, Refused, Wrong
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.erase import erase_text
from aplomb.tickets.actions.reply import undo_reply
from aplomb.tickets.errors import InBin, TooLate
from aplomb.tickets.models import Delivery, Message
from tests.cast import CLEO, Cast, fresh
from tests.moved import nothing_moves

pytestmark = pytest.mark.django_db

BOB = "bob@acme.example"
SENT, FAILED = OutgoingMail.State.SENT, OutgoingMail.State.FAILED


@pytest.fixture(autouse=True)
def server(settings: Settings) -> None:
    settings.SMTP_OUT = SmtpServer("127.0.0.1", 9, "plain", "", "")


def came_back(cast: Cast, *lost: str, name: str = "r1", **reply: object) -> Message:
    """An answer that left and did not reach some."""
    message = answered(cast, **reply)
    OutgoingMail.objects.filter(reference=f"message {message.pk}").update(state=SENT)
    taken_in(report(header_id(message), *((each, "failed", "5.1.1") for each in lost), name=name))
    message.refresh_from_db()
    return message


def parts(mail: OutgoingMail) -> email.message.EmailMessage:
    found = email.message_from_bytes(bytes(mail.content), policy=email.policy.default)
    assert isinstance(found, email.message.EmailMessage)
    return found


def test_it_goes_to_those_whom_it_did_not_reach_under_a_name_of_its_own(cast: Cast) -> None:
    message = came_back(cast, BOB, to=(CLEO, BOB))
    first = OutgoingMail.objects.get(reference=f"message {message.pk}")

    again = send_again(message.pk, by=cast.ada)

    message.refresh_from_db()
    assert (again.recipients, again.purpose, again.state) == ([BOB], OutgoingMail.AGAIN, OutgoingMail.State.QUEUED)
    assert (message.outgoing_id, message.delivery) == (again.pk, Delivery.QUEUED)
    before, after = parts(first), parts(again)
    assert after["Message-ID"] == again.message_id != first.message_id == before["Message-ID"]
    for name in ("From", "To", "Subject", "References", "In-Reply-To"):
        assert after[name] == before[name]
    assert bytes(again.content).partition(b"\r\n\r\n")[2] == bytes(first.content).partition(b"\r\n\r\n")[2]
    assert not UndeliveredCopy.objects.exists()


def test_an_answer_to_it_finds_the_ticket_and_the_chain_tells_who_sent_it(cast: Cast) -> None:
    message = came_back(cast, CLEO)
    again = send_again(message.pk, by=cast.ada)
    assert ThreadMark.objects.get(header_id=again.message_id).message == message
    row = taken_in(letter("Now I have it.", subject="Thanks", In_Reply_To=again.message_id))
    assert row.ticket == cast.ticket
    entry = Entry.objects.filter(chain=cast.ticket.chain, kind="DeliveryChanged").order_by("-seq")[0]
    assert '"delivery":"queued"' in (entry.content or "").replace(" ", "") and '"staff"' in (entry.content or "")


def test_the_customer_waits_no_more_until_it_comes_back_again(cast: Cast) -> None:
    message = came_back(cast, CLEO)
    assert fresh(cast.ticket).next_due_at is not None
    again = send_again(message.pk, by=cast.ada)
    assert fresh(cast.ticket).next_due_at is None
    settle(again, SENT, "250 OK")
    taken_in(report(again.message_id, (CLEO, "failed", "5.1.1"), name="r2"))
    message.refresh_from_db()
    assert message.delivery == Delivery.FAILED
    assert fresh(cast.ticket).next_due_at is not None
    assert send_again(message.pk, by=cast.ada).pk != again.pk


def test_a_late_report_of_the_first_mail_says_nothing_of_the_second(cast: Cast) -> None:
    message = came_back(cast, CLEO)
    first = OutgoingMail.objects.get(reference=f"message {message.pk}")
    send_again(message.pk, by=cast.ada)
    row = taken_in(report(first.message_id, (CLEO, "failed", "5.1.1"), name="late"))
    message.refresh_from_db()
    assert (row.reason, message.delivery) == ("", Delivery.QUEUED)
    assert not UndeliveredCopy.objects.exists()


def test_twice_is_once(cast: Cast) -> None:
    message = came_back(cast, CLEO)
    send_again(message.pk, by=cast.ada)
    count = OutgoingMail.objects.count()
    with pytest.raises(Refused):
        send_again(message.pk, by=cast.ada)
    assert OutgoingMail.objects.count() == count


def test_what_never_came_back_is_not_sent_again(cast: Cast) -> None:
    message = answered(cast)
    OutgoingMail.objects.filter(reference=f"message {message.pk}").update(state=SENT)
    taken_in(report(header_id(message), (CLEO, "delayed", "4.4.1")))
    with pytest.raises(Refused):
        send_again(message.pk, by=cast.ada)
    assert OutgoingMail.objects.filter(purpose=OutgoingMail.AGAIN).count() == 0


def test_who_may_not_work_or_does_not_see_it_sends_nothing(cast: Cast) -> None:
    message = came_back(cast, CLEO)
    with pytest.raises(NotAllowed):
        send_again(message.pk, by=cast.aud)
    with pytest.raises(NotFound):
        send_again(0, by=cast.ada)
    cast.lines.is_open = False
    cast.lines.save()
    with pytest.raises(NotFound):
        send_again(message.pk, by=cast.noor)
    assert not OutgoingMail.objects.filter(purpose=OutgoingMail.AGAIN).exists()


def test_nothing_leaves_from_the_bin_without_a_server_or_of_an_erased_text(cast: Cast, settings: Settings) -> None:
    message = came_back(cast, CLEO)
    settings.SMTP_OUT = None
    with pytest.raises(Refused):
        send_again(message.pk, by=cast.ada)
    settings.SMTP_OUT = SmtpServer("127.0.0.1", 9, "plain", "", "")
    bin_ticket(cast.ticket.number, "mistake", by=cast.ada)
    with pytest.raises(InBin):
        send_again(message.pk, by=cast.ada)
    other = came_back(cast_of_greek(cast), "dimitra@globex.example", name="r9")
    erase_text(other.pk, by=cast.bo)
    with pytest.raises(Refused):
        send_again(other.pk, by=cast.ada)
    assert not OutgoingMail.objects.filter(purpose=OutgoingMail.AGAIN).exists()


def cast_of_greek(cast: Cast) -> Cast:
    cast.ticket = cast.greek
    return cast


def test_it_cannot_be_undone_and_discarding_it_leaves_the_message_on_the_page(cast: Cast) -> None:
    message = came_back(cast, CLEO)
    again = send_again(message.pk, by=cast.ada)
    with pytest.raises(TooLate):
        undo_reply(message.pk, by=cast.ada)
    OutgoingMail.objects.filter(pk=again.pk).update(state=FAILED)
    assert discard(again, by=cast.ada)
    message.refresh_from_db()
    assert message.delivery == Delivery.FAILED


def test_erasing_the_text_forgets_both_mails(cast: Cast) -> None:
    message = came_back(cast, CLEO)
    send_again(message.pk, by=cast.ada)
    erase_text(message.pk, by=cast.bo)
    kept = OutgoingMail.objects.filter(reference=f"message {message.pk}")
    assert [(bytes(each.content), each.recipients) for each in kept] == [(b"", []), (b"", [])]
    message.refresh_from_db()
    assert message.delivery != Delivery.DISCARDED


def left(cast: Cast, **reply: object) -> Message:
    message = answered(cast, **reply)
    OutgoingMail.objects.filter(reference=f"message {message.pk}").update(state=SENT)
    return message


def test_what_left_goes_once_more_on_purpose(cast: Cast) -> None:
    message = left(cast, cc=(BOB,))
    first = OutgoingMail.objects.get(reference=f"message {message.pk}")
    again = send_anew(message.pk, to="cleo@home.example", reason="  Wrong  address ", by=cast.ada)
    message.refresh_from_db()
    before, after = parts(first), parts(again)
    assert (again.recipients, message.delivery, message.cc) == (
        ["cleo@home.example"],
        Delivery.QUEUED,
        [BOB, "cleo@home.example"],
    )
    assert (after["To"], after["Cc"], after["Subject"]) == ("cleo@home.example", None, before["Subject"])
    assert after["Message-ID"] != before["Message-ID"] and after["References"] == before["References"]
    assert bytes(again.content).partition(b"\r\n\r\n")[2] == bytes(first.content).partition(b"\r\n\r\n")[2]
    entry = Entry.objects.filter(chain=fresh(cast.ticket).chain, kind="MessageSentAgain").get()
    assert entry.openings["reason"]["value"] == "Wrong address"
    row = taken_in(letter("Got it", sender="cleo@home.example", In_Reply_To=again.message_id))
    assert row.ticket == cast.ticket


@pytest.mark.parametrize(
    ("to", "reason", "error"),
    [(CLEO, " ", Wrong), ("", "x", Wrong), ("nobody", "x", Wrong)],
)
def test_twice_needs_an_address_and_a_reason(cast: Cast, to: str, reason: str, error: type[Exception]) -> None:
    message = left(cast)
    with nothing_moves(), pytest.raises(error):
        send_anew(message.pk, to=to, reason=reason, by=cast.ada)


def test_what_has_not_left_or_is_erased_or_out_of_sight_is_not_sent_twice(cast: Cast) -> None:
    message = answered(cast)
    with pytest.raises(Refused):
        send_anew(message.pk, to=CLEO, reason="x", by=cast.ada)
    OutgoingMail.objects.filter(reference=f"message {message.pk}").update(state=SENT)
    with pytest.raises(NotAllowed):
        send_anew(message.pk, to=CLEO, reason="x", by=cast.aud)
    erase_text(message.pk, by=cast.lena)
    with pytest.raises(Refused):
        send_anew(message.pk, to=CLEO, reason="x", by=cast.ada)
    with pytest.raises(NotFound):
        send_anew(99999, to=CLEO, reason="x", by=cast.ada)


def test_pressed_twice_it_goes_once(cast: Cast) -> None:
    message = left(cast)
    send_anew(message.pk, to=CLEO, reason="x", by=cast.ada)
    with pytest.raises(Refused):
        send_anew(message.pk, to=CLEO, reason="x", by=cast.ada)
