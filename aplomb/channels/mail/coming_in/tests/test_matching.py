"""Which ticket a mail belongs to, and on which signal."""

import datetime as dt
from email import policy

import pytest

from aplomb.channels.mail.coming_in.matching import bare_subject
from aplomb.channels.mail.models import ThreadMark
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.channels.mail.tokens import new_token, signing_key
from aplomb.lib.time import as_if_at, utc_now
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.models import Participant
from tests.cast import Cast

pytestmark = pytest.mark.django_db

LONG_LINES = policy.SMTP.clone(max_line_length=0)
STRANGER = "Somebody <somebody@elsewhere.example>"


def test_a_token_in_in_reply_to_decides_even_for_a_stranger(cast: Cast) -> None:
    token = new_token(cast.ticket.number, signing_key())
    row = taken_in(letter(sender=STRANGER, subject="hm", In_Reply_To=f"<{token}@desk.example>"))
    assert (row.ticket, row.signal) == (cast.ticket, "token")
    assert Participant.objects.filter(ticket=cast.ticket).count() == 1


def test_a_token_in_the_address_decides(cast: Cast) -> None:
    token = new_token(cast.ticket.number, signing_key())
    row = taken_in(letter(sender=STRANGER, subject="hm"), to=f"help+{token}@desk.example")
    assert (row.ticket, row.signal) == (cast.ticket, "token")


def test_the_answer_to_our_mail_comes_back_by_its_message_id(cast: Cast) -> None:
    reply_to_ticket(cast.ticket.number, Reply(text="We look into it."), by=cast.ada)
    sent = ThreadMark.objects.get(ticket=cast.ticket, header_id__contains="desk.example")
    row = taken_in(letter("Thanks.", subject="Re: something else", In_Reply_To=sent.header_id))
    assert (row.ticket, row.signal) == (cast.ticket, "token")


def test_a_mail_that_refers_to_one_we_have_joins_it(cast: Cast) -> None:
    first = taken_in(letter(message_id="<first@acme.example>"))
    row = taken_in(letter("More.", subject="Another subject", References="<first@acme.example>"))
    assert (row.ticket, row.signal) == (first.ticket, "thread")


def test_two_mails_that_refer_to_one_we_never_saw_are_one_conversation(cast: Cast) -> None:
    first = taken_in(letter("As said.", subject="Re: long ago", In_Reply_To="<never-here@acme.example>"))
    row = taken_in(letter("And.", subject="Re: long since", In_Reply_To="<never-here@acme.example>"))
    assert (row.ticket, row.signal) == (first.ticket, "thread")


@pytest.mark.parametrize("mark", ["[#{0}-{1}]", "#{0}{1}", "{0} {1}", "ref {0}-{1}"])
def test_a_number_in_the_subject_decides_for_who_takes_part(cast: Cast, mark: str) -> None:
    number = cast.ticket.number
    row = taken_in(letter(subject="About " + mark.format(number[:4], number[4:])))
    assert (row.ticket, row.signal) == (cast.ticket, "number")


def test_a_number_in_the_subject_is_only_suggested_for_a_stranger(cast: Cast) -> None:
    row = taken_in(letter(sender=STRANGER, subject=f"About [#{cast.ticket.shown_number}]"))
    assert row.ticket != cast.ticket and row.signal == ""
    assert row.suggestion == cast.ticket


def test_a_colleague_of_the_same_organisation_may_use_the_number(cast: Cast) -> None:
    row = taken_in(letter(sender="Pat <pat@acme.example>", subject=f"[#{cast.ticket.shown_number}]"))
    assert (row.ticket, row.signal) == (cast.ticket, "number")


def test_a_wrong_check_digit_matches_nothing(cast: Cast) -> None:
    number = cast.ticket.number
    wrong = number[:7] + str((int(number[7]) + 1) % 10)
    row = taken_in(letter(subject=f"[#{wrong[:4]}-{wrong[4:]}]"))
    assert row.ticket != cast.ticket and row.suggestion is None


@pytest.mark.parametrize("prefix", ["Re: ", "RE: ", "AW: ", "R: ", "Rif: ", "RV: ", "Απ: ", "Re[2]: ", "Fwd: Re: "])
def test_an_answer_to_the_subject_of_a_recent_ticket_joins_it(cast: Cast, prefix: str) -> None:
    row = taken_in(letter(subject=f"{prefix}No dial tone"))
    assert (row.ticket, row.signal) == (cast.ticket, "recent")


def test_the_same_subject_without_an_answer_mark_is_a_new_matter(cast: Cast) -> None:
    row = taken_in(letter(subject="No dial tone"))
    assert row.ticket != cast.ticket


def test_an_answer_to_an_old_ticket_is_only_suggested_or_new(cast: Cast) -> None:
    with as_if_at(utc_now() + dt.timedelta(days=40)):
        row = taken_in(letter(subject="Re: No dial tone"))
    assert row.ticket != cast.ticket and row.signal == ""


def test_an_answer_with_an_unknown_subject_is_suggested_and_never_guessed(cast: Cast) -> None:
    row = taken_in(letter(subject="Re: the other thing"))
    assert row.ticket != cast.ticket and row.suggestion == cast.ticket


def test_nobody_elses_ticket_is_matched_by_subject(cast: Cast) -> None:
    row = taken_in(letter(sender=STRANGER, subject="Re: No dial tone"))
    assert row.ticket != cast.ticket and row.suggestion is None


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: AW: Fwd: Printer", "printer"),
        ("Printer [#1234-5678]", "printer"),
        ("  R: Rif:  Stampante  ", "stampante"),
        ("Refund: mine", "refund: mine"),
        ("", ""),
    ],
)
def test_subjects_are_compared_without_marks(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


def test_an_id_longer_than_the_table_keeps_still_threads(cast: Cast) -> None:
    header_id = f"<{'x' * 300}@mailer.example>"
    first = taken_in(letter(sender=STRANGER, subject="hm", message_id=header_id).as_bytes(policy=LONG_LINES))
    second = taken_in(letter(sender=STRANGER, subject="hm?", In_Reply_To=header_id).as_bytes(policy=LONG_LINES))
    assert (second.ticket, second.signal) == (first.ticket, "thread")
