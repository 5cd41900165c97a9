"""What a report of delivery does: on the message that came back, on the address, on what is due; and what clears it."""

import pytest

from aplomb.channels.mail.coming_in.forgetting import forget_mails_of_ticket
from aplomb.channels.mail.coming_in.undelivered import NOT_OURS, NOT_TO_THEM, bounced_among
from aplomb.channels.mail.models import BouncedAddress, IncomingMail, UndeliveredCopy
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.channels.mail.tests.reports import answered, header_id, report
from aplomb.journal.models import Entry
from aplomb.tickets.models import Delivery, Message, Status, Ticket
from tests.cast import CLEO, Cast, fresh

pytestmark = pytest.mark.django_db

BOB = "bob@acme.example"


def test_a_permanent_bounce_is_on_the_message_on_the_address_and_makes_it_due_again(cast: Cast) -> None:
    due_before = fresh(cast.ticket).next_due_at
    message = answered(cast)
    assert fresh(cast.ticket).next_due_at is None

    row = taken_in(report(header_id(message), (CLEO, "failed", "5.1.1")))

    message.refresh_from_db()
    assert (row.ticket, row.reason) == (cast.ticket, "")
    assert (message.delivery, message.delivery_note) == (Delivery.FAILED, "550 unknown user")
    assert fresh(cast.ticket).next_due_at == due_before
    copy = UndeliveredCopy.objects.get()
    assert (copy.message, copy.address, copy.is_final, copy.status) == (message, CLEO, True, "5.1.1")
    bounced = BouncedAddress.objects.get()
    assert (bounced.address, bounced.is_permanent, bounced.reason) == (CLEO, True, "550 unknown user")
    assert (bounced.message, bounced.mail) == (message, row)
    kinds = list(Entry.objects.filter(chain=cast.ticket.chain).order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == ["MessageReceived", "DeliveryChanged"]


def test_the_status_of_the_ticket_stays_as_it_was(cast: Cast) -> None:
    message = answered(cast)
    taken_in(report(header_id(message), (CLEO, "failed", "5.1.1")))
    assert fresh(cast.ticket).status == Status.WAITING_CUSTOMER


def test_a_delay_only_informs(cast: Cast) -> None:
    message = answered(cast)

    taken_in(report(header_id(message), (CLEO, "delayed", "4.4.1"), words="connection timed out"))

    message.refresh_from_db()
    assert message.delivery == Delivery.SENT
    assert fresh(cast.ticket).next_due_at is None
    assert not UndeliveredCopy.objects.get().is_final
    assert not BouncedAddress.objects.get().is_permanent


def test_a_server_that_gave_up_after_days_lost_the_mail_and_says_nothing_bad_of_the_address(cast: Cast) -> None:
    message = answered(cast)

    taken_in(report(header_id(message), (CLEO, "failed", "4.4.7")))

    message.refresh_from_db()
    assert message.delivery == Delivery.FAILED
    assert not BouncedAddress.objects.get().is_permanent


def test_of_several_recipients_only_the_one_that_failed_is_marked(cast: Cast) -> None:
    message = answered(cast, to=(CLEO, BOB))

    taken_in(report(header_id(message), (BOB, "failed", "5.1.1")))

    message.refresh_from_db()
    assert [each.address for each in UndeliveredCopy.objects.all()] == [BOB]
    # who asked has the answer
    assert message.delivery == Delivery.SENT
    assert fresh(cast.ticket).next_due_at is None


def test_when_who_asked_was_not_reached_the_others_do_not_help(cast: Cast) -> None:
    message = answered(cast, to=(CLEO,), cc=(BOB,))

    taken_in(report(header_id(message), (CLEO, "failed", "5.1.1"), (BOB, "delivered", "2.0.0")))

    message.refresh_from_db()
    assert message.delivery == Delivery.FAILED
    assert [each.address for each in UndeliveredCopy.objects.all()] == [CLEO]


def test_an_address_in_other_letters_is_the_same(cast: Cast) -> None:
    message = answered(cast)
    taken_in(report(header_id(message), (CLEO.upper(), "failed", "5.1.1")))
    assert UndeliveredCopy.objects.get().address == CLEO


def test_where_one_mail_was_forwarded_to_another_address_it_is_the_one_written_to_that_failed(cast: Cast) -> None:
    message = answered(cast)
    taken_in(report(header_id(message), ("cleo@home.example", "failed", "5.2.1")))
    assert UndeliveredCopy.objects.get().address == CLEO


def test_a_forged_report_marks_nothing_and_says_so(cast: Cast) -> None:
    message = answered(cast)

    row = taken_in(report("<made.up@desk.example>", (CLEO, "failed", "5.1.1")))

    message.refresh_from_db()
    assert row.state == IncomingMail.State.APPLIED
    assert row.reason == NOT_OURS
    assert message.delivery == Delivery.SENT
    assert not UndeliveredCopy.objects.exists() and not BouncedAddress.objects.exists()


def test_a_report_of_addresses_to_which_the_mail_did_not_go_marks_nothing(cast: Cast) -> None:
    message = answered(cast, to=(CLEO, BOB))
    row = taken_in(report(header_id(message), ("victim@other.example", "failed", "5.1.1")))
    assert row.reason == NOT_TO_THEM
    assert not BouncedAddress.objects.exists()


def test_the_message_id_of_a_customers_mail_is_none_of_ours(cast: Cast) -> None:
    row = taken_in(letter(message_id="<cleo.1@acme.example>"))
    assert taken_in(report("<cleo.1@acme.example>", (CLEO, "failed", "5.1.1"))).reason == NOT_OURS
    assert row.message is not None and row.message.delivery == Delivery.HERE


def test_the_same_report_twice_marks_once(cast: Cast) -> None:
    message = answered(cast)
    taken_in(report(header_id(message), (CLEO, "failed", "5.1.1")))
    taken_in(report(header_id(message), (CLEO, "failed", "5.1.1")))
    taken_in(report(header_id(message), (CLEO, "failed", "5.1.1"), name="r2"))
    assert UndeliveredCopy.objects.count() == 1
    assert Entry.objects.filter(chain=cast.ticket.chain, kind="DeliveryChanged").count() == 2


def test_a_word_of_delay_that_comes_late_takes_no_failure_back(cast: Cast) -> None:
    message = answered(cast)
    taken_in(report(header_id(message), (CLEO, "failed", "5.1.1")))
    taken_in(report(header_id(message), (CLEO, "delayed", "4.4.1"), name="r2"))
    assert UndeliveredCopy.objects.get().is_final
    assert BouncedAddress.objects.get().is_permanent


def test_a_report_of_delivery_clears_a_delay(cast: Cast) -> None:
    message = answered(cast)
    taken_in(report(header_id(message), (CLEO, "delayed", "4.4.1")))
    taken_in(report(header_id(message), (CLEO, "delivered", "2.0.0"), name="r2"))
    assert not UndeliveredCopy.objects.exists() and not BouncedAddress.objects.exists()


def test_mail_from_the_address_clears_it_and_leaves_what_stands_on_the_message(cast: Cast) -> None:
    message = answered(cast)
    taken_in(report(header_id(message), (CLEO, "failed", "5.2.2")))
    assert [each.address for each in bounced_among(["Cleo@ACME.example", BOB])] == [CLEO]

    taken_in(letter("My mailbox was full."))

    assert bounced_among([CLEO]) == []
    assert UndeliveredCopy.objects.filter(message=message).exists()


def test_a_notice_in_words_is_as_good_as_a_report(cast: Cast) -> None:
    message = answered(cast)
    notice = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.desk.example\nTo: help@desk.example\nSubject: failure notice\n"
        "Message-ID: <q1@mx.desk.example>\n\nHi. This is the qmail-send program at mx.desk.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
        f"<{CLEO}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n\nMessage-ID: {header_id(message)}\nTo: {CLEO}\n"
    ).encode()

    row = taken_in(notice)

    message.refresh_from_db()
    assert row.ticket == cast.ticket
    assert (message.delivery, BouncedAddress.objects.get().status) == (Delivery.FAILED, "5.1.1")


def test_a_report_about_a_withdrawn_answer_marks_nothing(cast: Cast) -> None:
    message = answered(cast)
    Message.objects.filter(pk=message.pk).update(delivery=Delivery.WITHDRAWN)
    assert taken_in(report(header_id(message), (CLEO, "failed", "5.1.1"))).reason == NOT_OURS


def test_a_report_on_a_long_closed_ticket_opens_no_other(cast: Cast) -> None:
    message = answered(cast)
    count = Ticket.objects.count()
    Ticket.objects.filter(pk=cast.ticket.pk).update(status=Status.CLOSED)
    assert taken_in(report(header_id(message), (CLEO, "failed", "5.1.1"))).ticket == cast.ticket
    assert Ticket.objects.count() == count


def test_a_discarded_ticket_leaves_nothing_of_what_came_back(cast: Cast) -> None:
    message = answered(cast)
    taken_in(report(header_id(message), (CLEO, "failed", "5.1.1")))
    forget_mails_of_ticket(cast.ticket.pk)
    assert not UndeliveredCopy.objects.exists() and not BouncedAddress.objects.exists()
