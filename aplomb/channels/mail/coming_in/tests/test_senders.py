"""Who is meant by a mail from a machine's address, and who takes part in a conversation by it."""

import pytest

from aplomb.channels.mail.coming_in import loops
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.tests.letters import HELP, letter, taken_in
from aplomb.channels.mail.tests.reports import answered, header_id, report
from aplomb.customers.models import ContactPoint
from aplomb.tickets.models import Participant
from tests.cast import CLEO, Cast

pytestmark = pytest.mark.django_db

FORM = "Contact form <noreply@shop.example>"


def asker(address: str) -> str:
    return ContactPoint.objects.get(contact__points__value=address, value=address).contact.name


def test_what_a_form_sends_is_the_request_of_whom_it_names(cast: Cast) -> None:
    row = taken_in(letter(sender=FORM, Reply_To="Iris Vale <iris@elsewhere.example>"))
    assert row.ticket is not None and row.message is not None
    assert row.ticket.contact.name == "Iris Vale"
    assert row.message.answer_to == "iris@elsewhere.example"
    assert asker("iris@elsewhere.example") == "Iris Vale"


@pytest.mark.parametrize(
    "further",
    [
        {"Reply_To": "iris@elsewhere.example", "Auto_Submitted": "auto-generated"},
        {"Reply_To": "iris@elsewhere.example", "List_Id": "<news.shop.example>"},
        {"Reply_To": "iris@elsewhere.example", "Precedence": "bulk"},
        {"Reply_To": "iris@elsewhere.example, jo@elsewhere.example"},
        {"Reply_To": "bounces@shop.example"},
        {"Reply_To": HELP},
        {"Reply_To": "help+more@desk.example"},
        {},
    ],
)
def test_a_machine_that_writes_for_itself_stays_the_sender(cast: Cast, further: dict[str, str]) -> None:
    row = taken_in(letter(sender=FORM, **further))
    assert row.message is not None and row.message.contact is not None
    assert [each.value for each in row.message.contact.points.all()] == ["noreply@shop.example"]


def test_a_person_who_wants_the_answer_elsewhere_stays_the_sender(cast: Cast) -> None:
    row = taken_in(letter(Reply_To="iris@elsewhere.example"))
    assert row.ticket is not None and row.ticket.contact == cast.cleo


def test_a_report_of_delivery_seats_nobody(cast: Cast) -> None:
    message = answered(cast)
    before = list(Participant.objects.filter(ticket=cast.ticket))
    for action, status in (("delayed", "4.4.1"), ("failed", "5.1.1")):
        row = taken_in(report(header_id(message), (CLEO, action, status), name=action))
        assert row.ticket == cast.ticket
    assert list(Participant.objects.filter(ticket=cast.ticket)) == before


def test_reports_of_our_own_mails_are_no_flood(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "MOST_AUTOMATIC", 3)
    for number in range(5):
        message = answered(cast)
        row = taken_in(report(header_id(message), (CLEO, "failed", "5.1.1"), name=f"r{number}", words=f"no {number}"))
        assert row.state == IncomingMail.State.APPLIED
    # nor do they fill the measure of what else that machine writes
    stray = [
        taken_in(report("<made.up@desk.example>", (CLEO, "failed", "5.1.1"), name=f"s{number}", words=word))
        for number, word in enumerate(["full", "gone", "moved", "closed"])
    ]
    assert [each.state for each in stray] == [*[IncomingMail.State.APPLIED] * 3, IncomingMail.State.HELD]
    assert stray[-1].hold == IncomingMail.Hold.LOOP
