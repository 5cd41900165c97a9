"""A mail that somebody forwards to the desk, and whose ticket it becomes."""

from email.message import EmailMessage

import pytest

from aplomb.channels.mail.coming_in import applying
from aplomb.channels.mail.coming_in.forwarding import customer_inside
from aplomb.channels.mail.coming_in.storing import Arrival, store
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.proof import evidence
from aplomb.channels.mail.tests.letters import HELP, letter
from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import add_person
from aplomb.people.models import Role
from aplomb.reading.forwarded import read_forwarded
from aplomb.tickets.models import Kind, Message, Ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db

State = IncomingMail.State
INSIDE = (
    "---------- Forwarded message ---------\nFrom: Nia Vale <nia@shop.example>\nDate: Tue, 3 Nov 2026 at 10:11\n"
    "Subject: Door sensor\nTo: Ada <ada@desk.example>\n\n\nThe sensor beeps all night.\n\nNia\n"
)
ADA = "Ada <ada@desk.example>"


def forwarded(
    above: str = "Can somebody ring her?", *, sender: str = ADA, inside: str = INSIDE, subject: str = "Fwd: Door sensor"
) -> EmailMessage:
    return letter(f"{above}\n\n{inside}" if above else inside, sender=sender, subject=subject)


def applied(mail: EmailMessage, *, is_authenticated: bool | None, monkeypatch: pytest.MonkeyPatch) -> IncomingMail:
    """Take the mail in as if its origin had been checked with that result."""

    def gather(row: IncomingMail, *_: object) -> None:
        row.is_authenticated = is_authenticated

    monkeypatch.setattr(evidence, "gather", gather)
    row = store([Arrival(content=mail.as_bytes(), source="smtp", envelope_to=(HELP,))])[0]
    applying.apply(row.pk)
    return IncomingMail.objects.select_related("ticket__contact", "message").get(pk=row.pk)


def notes_on(ticket: Ticket | None) -> list[tuple[str, object]]:
    return [(each.text, each.person) for each in Message.objects.filter(ticket=ticket, kind=Kind.NOTE)]


def test_what_an_agent_forwards_is_the_customers_ticket_with_the_agents_words_as_a_note(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = applied(forwarded(), is_authenticated=True, monkeypatch=monkeypatch)

    assert row.state == State.APPLIED and row.ticket is not None and row.message is not None
    assert (row.ticket.contact.name, row.ticket.subject) == ("Nia Vale", "Door sensor")
    assert row.message.text == "The sensor beeps all night.\n\nNia"
    assert row.message.contact == row.ticket.contact
    assert row.message.answer_to == "nia@shop.example"
    assert notes_on(row.ticket) == [("Can somebody ring her?", cast.ada)]


def test_the_agents_words_are_nowhere_in_what_the_customer_is_shown_to_have_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = forwarded("She is the difficult one.")
    mail.add_alternative("<p>She is the difficult one.</p><div>…</div>", subtype="html")
    row = applied(mail, is_authenticated=True, monkeypatch=monkeypatch)

    assert row.message is not None
    assert "difficult" not in row.message.text + row.message.quoted + row.message.html


def test_the_acknowledgement_goes_to_the_customer(cast: Cast, monkeypatch: pytest.MonkeyPatch, drain: object) -> None:
    from aplomb.channels.mail.going_out.acknowledging import acknowledge

    row = applied(forwarded(), is_authenticated=True, monkeypatch=monkeypatch)
    assert row.message is not None
    acknowledge(row.message.pk)

    receipt = Message.objects.get(ticket=row.ticket, kind=Kind.SYSTEM)
    assert receipt.to == ["nia@shop.example"]


@pytest.mark.parametrize("proof", [None, False])
def test_without_proof_nobody_gains_an_agents_rights(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, proof: bool | None
) -> None:
    row = applied(forwarded(), is_authenticated=proof, monkeypatch=monkeypatch)

    assert row.state == (State.APPLIED if proof is None else State.HELD)
    if row.ticket is not None:
        assert row.message is not None
        assert row.ticket.contact.name == "Ada"
        assert "Can somebody ring her?" in row.message.text and "The sensor beeps" in row.message.text


def test_without_proof_a_note_names_who_may_be_the_customer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = applied(forwarded(), is_authenticated=None, monkeypatch=monkeypatch)

    assert notes_on(row.ticket) == [
        (
            "This mail says that it is from ada, which nothing proves. It forwards one of Nia Vale <nia@shop.example>,"
            " who may be the customer.".replace("ada", cast.ada.work_name),
            None,
        )
    ]


def test_what_a_customer_forwards_is_their_own_request(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = applied(
        forwarded(sender="Cleo Whitfield <cleo@acme.example>"), is_authenticated=True, monkeypatch=monkeypatch
    )

    assert row.ticket is not None and row.message is not None
    assert row.ticket.contact == cast.cleo
    assert "The sensor beeps all night." in row.message.text
    assert notes_on(row.ticket) == []


def test_who_left_the_desk_or_does_not_work_tickets_forwards_as_a_customer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = applied(forwarded(sender="Olga <olga@desk.example>"), is_authenticated=True, monkeypatch=monkeypatch)
    assert row.ticket is not None and row.ticket.contact.name == "Olga"

    cast.ada.is_active = False
    cast.ada.save(update_fields=["is_active"])
    row = applied(forwarded("Again."), is_authenticated=True, monkeypatch=monkeypatch)
    assert row.ticket is not None and row.ticket.contact.name == "Ada"


def test_of_mails_forwarded_within_each_other_the_first_from_outside_counts(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = (
        "---------- Forwarded message ---------\nFrom: Bo <bo@desk.example>\nDate: Tue, 3 Nov 2026 at 11:00\n"
        f"Subject: Fwd: Door sensor\nTo: Ada <ada@desk.example>\n\nAda, yours?\n\n{INSIDE}"
    )
    row = applied(forwarded("Mine.", inside=inside), is_authenticated=True, monkeypatch=monkeypatch)

    assert row.ticket is not None and row.ticket.contact.name == "Nia Vale"
    assert notes_on(row.ticket) == [("Mine.\n\nAda, yours?", cast.ada)]


def test_a_forward_of_nobody_from_outside_is_the_agents_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = INSIDE.replace("Nia Vale <nia@shop.example>", "Help <help+anything@desk.example>")
    row = applied(forwarded(inside=inside), is_authenticated=True, monkeypatch=monkeypatch)

    assert row.ticket is not None and row.ticket.contact.name == "Ada"


def test_an_answer_that_quotes_is_no_forward(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Hello\n\nFrom: Nia Vale <nia@shop.example>\nSent: Tuesday\nTo: Ada\nSubject: Door sensor\n\nIt beeps."
    row = applied(letter(text, sender=ADA, subject="RE: Door sensor"), is_authenticated=True, monkeypatch=monkeypatch)

    assert row.ticket is not None and row.ticket.contact.name == "Ada"


def test_a_known_customer_keeps_their_ticket_when_the_agent_forwards_their_answer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = INSIDE.replace("Nia Vale <nia@shop.example>", "Cleo <cleo@acme.example>").replace(
        "Door sensor", "No dial tone"
    )
    row = applied(forwarded(inside=inside, subject="Fwd: No dial tone"), is_authenticated=True, monkeypatch=monkeypatch)

    assert (row.ticket, row.signal) == (cast.ticket, "recent")
    assert notes_on(cast.ticket) == [("Can somebody ring her?", cast.ada)]


def test_forwarding_without_a_word_leaves_a_note_all_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = applied(forwarded(""), is_authenticated=True, monkeypatch=monkeypatch)

    assert notes_on(row.ticket) == [("I forwarded this mail to the desk.", cast.ada)]


def test_words_for_a_team_that_the_agent_does_not_see_are_written_down_by_the_desk(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.mailbox.team = cast.trust
    cast.mailbox.save(update_fields=["team"])
    row = applied(forwarded(), is_authenticated=True, monkeypatch=monkeypatch)

    assert row.ticket is not None and row.ticket.team == cast.trust
    name = cast.ada.work_name
    assert notes_on(row.ticket) == [(f"{name} forwarded this mail and wrote: Can somebody ring her?", None)]


def test_the_same_forward_twice_is_one_message(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = forwarded()
    first = applied(mail, is_authenticated=True, monkeypatch=monkeypatch)
    second = applied(mail, is_authenticated=True, monkeypatch=monkeypatch)

    assert (first.state, second.state) == (State.APPLIED, State.DUPLICATE)
    assert len(notes_on(first.ticket)) == 1


def test_files_come_along(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = forwarded()
    mail.add_attachment(b"%PDF-1.4 bytes", maintype="application", subtype="pdf", filename="sensor.pdf")
    row = applied(mail, is_authenticated=True, monkeypatch=monkeypatch)

    assert row.message is not None
    assert [each.name for each in row.message.attachments.all()] == ["sensor.pdf"]


def test_the_decision_needs_an_address_from_outside() -> None:
    found = read_forwarded(INSIDE, None, "Fwd: Door sensor")

    assert customer_inside(None, lambda _: False) is None
    assert customer_inside(found, lambda _: True) is None
    inside = customer_inside(found, lambda address: address.endswith("@desk.example"))
    assert inside is not None and (inside.name, inside.address) == ("Nia Vale", "nia@shop.example")


def test_every_agent_may_forward(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    add_person(email="ivo@desk.example", full_name="Ivo Dan", roles=[Role.AGENT], by=SYSTEM)
    row = applied(forwarded(sender="IVO@desk.example"), is_authenticated=True, monkeypatch=monkeypatch)

    assert row.ticket is not None and row.ticket.contact.name == "Nia Vale"
