"""What a mail had beside words is kept with its message, and forgotten with its text."""

from email.message import EmailMessage

import pytest

from aplomb.channels.mail.coming_in.forgetting import forget_mails_of_ticket
from aplomb.channels.mail.coming_in.traits import traits_among
from aplomb.channels.mail.models import MailTraits
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.channels.mail.tests.reports import answered, header_id, report
from aplomb.tickets.actions.erase import erase_text, redact_text
from aplomb.tickets.models import Attachment
from tests.cast import CLEO, Cast

pytestmark = pytest.mark.django_db

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
METHOD:{method}
BEGIN:VEVENT
UID:7@acme.example
SUMMARY:Site visit\\, second floor
DTSTART;TZID=Europe/Rome:20261126T100000
DTEND;TZID=Europe/Rome:20261126T113000
LOCATION:Via Larga 4
ORGANIZER;CN=Cleo Whitfield:mailto:cleo@acme.example
ATTENDEE;CN=Help;PARTSTAT={answer}:mailto:help@desk.example
{more}END:VEVENT
END:VCALENDAR
"""


def invitation(
    method: str = "REQUEST", answer: str = "NEEDS-ACTION", more: str = "", event: str = EVENT
) -> EmailMessage:
    """An invitation as Outlook and Google send it: a calendar part beside the text."""
    mail = letter("Please come.", subject="Site visit")
    text = event.format(method=method, answer=answer, more=more)
    mail.add_alternative(text, subtype="calendar", params={"method": method})
    return mail


def traits_of(mail: EmailMessage | bytes) -> MailTraits | None:
    return MailTraits.objects.filter(message=taken_in(mail).message).first()


def test_an_invitation_is_kept_beside_its_message_and_its_file_stays(cast: Cast) -> None:
    row = taken_in(invitation())
    kept = MailTraits.objects.get(message=row.message)
    assert kept.invitation == {
        "method": "request",
        "summary": "Site visit, second floor",
        "start": "2026-11-26T09:00:00+00:00",
        "end": "2026-11-26T10:30:00+00:00",
        "location": "Via Larga 4",
        "organiser": {"name": "Cleo Whitfield", "address": "cleo@acme.example"},
        "answers": [],
        "is_cancelled": False,
    }
    assert Attachment.objects.get(message=row.message).type == "text/calendar"


def test_a_cancelled_one_says_so_and_an_answer_says_whose_and_what(cast: Cast) -> None:
    cancelled, answer = traits_of(invitation("CANCEL")), traits_of(invitation("REPLY", "DECLINED"))
    assert cancelled is not None and cancelled.invitation["is_cancelled"] is True
    assert answer is not None
    assert answer.invitation["answers"] == [{"name": "Help", "address": "help@desk.example", "status": "declined"}]


@pytest.mark.parametrize("start", ["00010101T000000Z", "99991231T235959Z", "nonsense", ""])
def test_a_time_that_no_calendar_has_is_not_told(cast: Cast, start: str) -> None:
    event = EVENT.replace("DTSTART;TZID=Europe/Rome:20261126T100000", f"DTSTART:{start}")
    kept = traits_of(invitation(event=event))
    assert kept is not None and kept.invitation["start"] == ""


def test_a_mail_like_any_has_no_row(cast: Cast) -> None:
    assert traits_of(letter()) is None


def test_signed_and_encrypted_mail_is_marked(cast: Cast) -> None:
    signed = (
        "From: cleo@acme.example\nTo: help@desk.example\nSubject: Signed\nMessage-ID: <s@acme.example>\n"
        'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b\n\n'
        "--b\nContent-Type: text/plain\n\nThe line is down.\n"
        "--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nMIIB\n--b--\n"
    )
    encrypted = (
        "From: cleo@acme.example\nTo: help@desk.example\nSubject: Secret\nMessage-ID: <e@acme.example>\n"
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\n\n'
        "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
        "--b\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n--b--\n"
    )
    first, second = traits_of(signed.encode()), traits_of(encrypted.encode())
    assert first is not None and second is not None
    assert (first.protection, first.is_signed, first.is_encrypted) == ("smime", True, False)
    assert (second.protection, second.is_signed, second.is_encrypted) == ("pgp", False, True)


def test_a_name_that_shows_another_address_is_kept_with_the_one_it_came_from(cast: Cast) -> None:
    row = taken_in(letter(sender='"billing@bank.example" <eve@elsewhere.example>'))
    kept = MailTraits.objects.get(message=row.message)
    # nor does the desk call them so
    assert row.ticket is not None and row.ticket.contact.name == ""
    assert (kept.poses_as, kept.came_from) == ("billing@bank.example", "eve@elsewhere.example")


def test_a_form_that_names_whom_it_writes_for_does_not_pose(cast: Cast) -> None:
    mail = letter(sender=f'"{CLEO}" <noreply@forms.example>', Reply_To=CLEO)
    row = taken_in(mail)
    assert row.ticket is not None and row.ticket.contact == cast.cleo
    assert not MailTraits.objects.filter(message=row.message).exists()


def test_a_report_about_our_mail_is_known_as_one_and_a_forged_one_is_not(cast: Cast) -> None:
    message = answered(cast)
    ours = traits_of(report(header_id(message), (CLEO, "failed", "5.1.1"), name="r1"))
    forged = traits_of(report("<made.up@desk.example>", (CLEO, "failed", "5.1.1"), name="r2"))
    assert ours is not None and ours.is_report
    assert forged is None


def test_it_is_forgotten_with_the_text(cast: Cast) -> None:
    erased, redacted, binned = (taken_in(invitation()) for _time in range(3))
    assert erased.message is not None and redacted.message is not None and binned.ticket is not None
    erase_text(erased.message.pk, by=cast.bo)
    redact_text(redacted.message.pk, "A visit.", by=cast.bo)
    forget_mails_of_ticket(binned.ticket.pk)
    assert not MailTraits.objects.exists()


def test_only_those_of_the_ticket_and_between_the_messages_are_read(cast: Cast) -> None:
    one, other = taken_in(invitation()), taken_in(invitation())
    assert one.message is not None and other.message is not None and one.ticket is not None
    found = traits_among(one.ticket.pk, 1, other.message.pk)
    assert [each.message_id for each in found] == [one.message.pk]
    assert traits_among(one.ticket.pk, one.message.pk + 1, other.message.pk) == []
