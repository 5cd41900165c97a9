"""Agents who answer from their own mail program, and those who only pretend to be agents."""

from email.message import EmailMessage

import pytest

from aplomb.channels.mail.coming_in import applying
from aplomb.channels.mail.coming_in.staffmail import answer_address_for
from aplomb.channels.mail.holding import release_mail
from aplomb.channels.mail.models import IncomingMail, ThreadMark
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.channels.mail.tokens import new_token, signing_key
from aplomb.journal.models import OutgoingMail
from aplomb.people.errors import NotAllowed
from aplomb.people.models import Person
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.files import read_file
from aplomb.tickets.models import Attachment, Draft, Kind, Message, Ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db

State, Hold = IncomingMail.State, IncomingMail.Hold
ADA = "Ada Lindqvist <ada@desk.example>"
PASS = "mx.desk.example; dmarc=pass header.from=desk.example"
FAIL = "mx.desk.example; dkim=fail header.d=desk.example; dmarc=fail header.from=desk.example"


@pytest.fixture(autouse=True)
def behind_a_server(cast: Cast) -> None:
    cast.mailbox.authserv_id, cast.mailbox.has_plus = "mx.desk.example", True
    cast.mailbox.save()


def address_with_token(ticket: Ticket) -> str:
    """Where customers answer: whoever has a mail of the ticket knows it."""
    return f"help+{new_token(ticket.number, signing_key())}@desk.example"


def from_ada(text: str = "It is mended.", *, results: str = PASS, **headers: str) -> EmailMessage:
    if results:
        headers["Authentication_Results"] = results
    return letter(text, sender=ADA, **headers)


def said_on(ticket: Ticket) -> list[tuple[str, str]]:
    rows = Message.objects.filter(ticket=ticket).order_by("id")
    return [(each.kind, each.text.strip()) for each in rows][1:]


def notices() -> list[str]:
    found = OutgoingMail.objects.filter(purpose="notice").order_by("id")
    return [each.recipients[0].partition("@")[0] for each in found]


def test_a_proven_agent_at_the_tickets_address_answers_the_customer(cast: Cast) -> None:
    mail = from_ada("It is mended.\n\nOn Monday Cleo wrote:\n> The line is down\n", subject="Re: No dial tone")
    row = taken_in(mail, to=address_with_token(cast.ticket))
    assert (row.state, row.ticket, row.signal) == (State.APPLIED, cast.ticket, "staff")
    assert row.message is not None and row.message.person == cast.ada
    assert said_on(cast.ticket) == [("reply", "It is mended.")]
    left = OutgoingMail.objects.get(purpose="reply")
    assert left.recipients == ["cleo@acme.example"]
    assert ThreadMark.objects.filter(header_id=row.header_id, ticket=cast.ticket).exists()


def test_the_answer_leaves_once_however_often_the_mail_is_read(cast: Cast) -> None:
    mail = from_ada(to=address_with_token(cast.ticket))
    row = taken_in(mail)
    applying.apply(row.pk)
    assert taken_in(mail).state == State.DUPLICATE
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1


def test_files_go_along_and_what_was_begun_on_the_page_stays(cast: Cast) -> None:
    from aplomb.tickets.actions.draft import keep_draft

    keep_draft(cast.ada, cast.ticket, Kind.REPLY, text="Begun on the page")
    mail = from_ada("See the file.")
    mail.add_attachment(b"%PDF-1.4 plan", maintype="application", subtype="pdf", filename="plan.pdf")
    row = taken_in(mail, to=address_with_token(cast.ticket))
    kept = Attachment.objects.get(message=row.message)
    assert (kept.name, read_file(kept.path)) == ("plan.pdf", b"%PDF-1.4 plan")
    assert Draft.objects.get(person=cast.ada, ticket=cast.ticket).text == "Begun on the page"


def test_a_file_leaves_no_empty_draft_behind(cast: Cast) -> None:
    mail = from_ada("See the file.")
    mail.add_attachment(b"%PDF-1.4 plan", maintype="application", subtype="pdf", filename="plan.pdf")
    taken_in(mail, to=address_with_token(cast.ticket))
    assert not Draft.objects.exists()


def test_an_address_of_ones_own_takes_only_ones_own_answer(cast: Cast) -> None:
    own = answer_address_for(cast.ada, cast.ticket)
    assert taken_in(from_ada(), to=own).state == State.APPLIED
    bo = letter("I too", sender="bo@desk.example", Authentication_Results=PASS)
    assert taken_in(bo, to=own).state == State.APPLIED
    assert said_on(cast.ticket) == [("reply", "It is mended.")]
    assert Ticket.objects.count() == 4


def test_the_note_address_keeps_a_note_among_colleagues(cast: Cast) -> None:
    row = taken_in(from_ada("Careful with this one."), to=answer_address_for(cast.ada, cast.ticket, is_note=True))
    assert row.state == State.APPLIED
    assert said_on(cast.ticket) == [("note", "Careful with this one.")]
    assert not OutgoingMail.objects.exists()


def test_there_is_no_address_of_ones_own_where_the_server_knows_no_plus(cast: Cast) -> None:
    cast.mailbox.has_plus = False
    cast.mailbox.save()
    assert answer_address_for(cast.ada, cast.ticket) == ""


@pytest.mark.parametrize(
    ("results", "known"),
    [
        ("", None),
        (FAIL, False),
        ("mx.desk.example; spf=pass smtp.mailfrom=evil.example; dmarc=none", None),
        ("mx.evil.example; dmarc=pass header.from=desk.example", None),
        ("mx.desk.example; dmarc=pass header.from=evil.example", None),
    ],
)
def test_a_token_without_proof_is_held_and_both_are_told(cast: Cast, results: str, known: bool | None) -> None:
    row = taken_in(from_ada("Send us your password.", results=results), to=address_with_token(cast.ticket))
    assert (row.state, row.hold, row.is_authenticated, row.ticket) == (State.HELD, Hold.UNPROVEN, known, cast.ticket)
    assert "Ada" in row.reason
    assert said_on(cast.ticket) == []
    assert notices() == ["ada", "bo"]
    assert not OutgoingMail.objects.filter(purpose="reply").exists()


def test_proof_without_a_token_is_held(cast: Cast) -> None:
    mails = [
        from_ada(subject=f"Re: No dial tone [#{cast.ticket.shown_number}]"),
        from_ada(In_Reply_To=f"<{new_token(cast.ticket.number, signing_key())}@desk.example>"),
    ]
    for mail in mails:
        row = taken_in(mail)
        assert (row.state, row.hold, row.ticket) == (State.HELD, Hold.UNPROVEN, cast.ticket)
    assert said_on(cast.ticket) == []
    assert notices() == ["ada", "bo"]


def test_a_forged_agent_with_a_stolen_number_gains_nothing(cast: Cast) -> None:
    row = taken_in(from_ada(results=FAIL, subject=f"[#{cast.ticket.shown_number}]"), envelope_from="x@evil.example")
    assert (row.state, row.hold) == (State.HELD, Hold.UNPROVEN)
    assert said_on(cast.ticket) == [] and Ticket.objects.count() == 3


def test_a_forged_agent_without_a_number_is_held_where_the_domain_says_so(cast: Cast) -> None:
    assert taken_in(from_ada(results=FAIL)).state == State.HELD
    assert Ticket.objects.count() == 3


def test_an_agent_who_asks_something_is_a_customer_like_any(cast: Cast) -> None:
    row = taken_in(from_ada("My chair is broken.", subject="A chair"))
    assert row.state == State.APPLIED and row.message is not None and row.ticket is not None
    assert (row.message.kind, row.message.person) == (Kind.CUSTOMER, None)
    further = taken_in(
        from_ada("Still broken.", subject=f"Re: A chair [#{row.ticket.shown_number}]"),
        to=address_with_token(row.ticket),
    )
    assert further.message is not None
    assert (further.ticket, further.message.kind) == (row.ticket, Kind.CUSTOMER)


def test_where_nothing_tells_of_the_origin_a_new_request_is_taken_as_a_customers(cast: Cast) -> None:
    row = taken_in(from_ada(results=""))
    assert row.state == State.APPLIED and row.message is not None and row.message.kind == Kind.CUSTOMER


def test_the_token_of_another_ticket_leads_to_that_ticket_only(cast: Cast) -> None:
    mail = from_ada(subject=f"Re: [#{cast.ticket.shown_number}]")
    row = taken_in(mail, to=address_with_token(cast.greek))
    assert row.ticket == cast.greek
    assert said_on(cast.ticket) == []
    assert said_on(cast.greek) == [("reply", "It is mended.")]


def test_a_ticket_of_a_closed_team_out_of_sight_is_not_answered(cast: Cast) -> None:
    row = taken_in(from_ada("I should not be here."), to=address_with_token(cast.hidden))
    assert (row.state, row.hold, row.ticket) == (State.HELD, Hold.UNPROVEN, cast.hidden)
    assert said_on(cast.hidden) == []
    to_ada = OutgoingMail.objects.get(purpose="notice", recipients=["ada@desk.example"])
    said = bytes(to_ada.content).decode()
    assert cast.hidden.shown_number not in said and "A breach" not in said
    # Max sees no closed team
    assert notices() == ["ada", "bo"]


def test_who_has_left_or_does_not_answer_customers_is_held(cast: Cast) -> None:
    Person.objects.filter(pk=cast.ada.pk).update(is_active=False)
    assert taken_in(from_ada(), to=address_with_token(cast.ticket)).hold == Hold.UNPROVEN
    aud = letter("I say", sender="aud@desk.example", Authentication_Results=PASS)
    assert taken_in(aud, to=address_with_token(cast.ticket)).hold == Hold.UNPROVEN
    assert said_on(cast.ticket) == []


def test_a_ticket_in_the_bin_is_not_answered(cast: Cast) -> None:
    bin_ticket(cast.ticket.number, "mistake", by=cast.bo)
    row = taken_in(from_ada(), to=address_with_token(cast.ticket))
    assert (row.state, row.hold) == (State.HELD, Hold.UNPROVEN)


def test_an_agents_machine_never_answers_a_customer_and_is_not_answered(cast: Cast) -> None:
    row = taken_in(from_ada("I am away.", Auto_Submitted="auto-replied"), to=address_with_token(cast.ticket))
    assert (row.state, row.hold) == (State.HELD, Hold.UNPROVEN)
    assert notices() == []


def test_nobody_is_told_twice_within_the_hour(cast: Cast) -> None:
    for number in range(3):
        taken_in(from_ada(f"Mail {number}", results=""), to=address_with_token(cast.ticket))
    assert notices() == ["ada", "bo"]
    content = OutgoingMail.objects.filter(purpose="notice").first()
    assert content is not None and b"Auto-Submitted: auto-generated" in bytes(content.content)


def test_a_supervisor_releases_it_and_it_goes_on_as_the_agents(cast: Cast) -> None:
    row = taken_in(from_ada(results=""), to=address_with_token(cast.ticket))
    with pytest.raises(NotAllowed):
        release_mail(row, by=cast.ada)
    assert release_mail(row, by=cast.bo)
    applying.apply(row.pk)
    row.refresh_from_db()
    assert row.state == State.APPLIED
    assert said_on(cast.ticket) == [("reply", "It is mended.")]


def test_letting_spam_through_vouches_for_nobody(cast: Cast) -> None:
    row = taken_in(from_ada(results="", X_Spam_Flag="YES"))
    assert (row.state, row.hold) == (State.HELD, Hold.SPAM)
    IncomingMail.objects.filter(pk=row.pk).update(envelope_to=[address_with_token(cast.ticket)])
    release_mail(row, by=cast.ada)
    applying.apply(row.pk)
    row.refresh_from_db()
    assert (row.state, row.hold, row.is_released) == (State.HELD, Hold.UNPROVEN, False)


def test_a_customer_who_forges_an_agent_with_their_own_token_is_held(cast: Cast) -> None:
    mail = from_ada(
        "We pay you back: give us your card.", results="mx.desk.example; spf=pass smtp.mailfrom=acme.example"
    )
    row = taken_in(mail, envelope_from="cleo@acme.example", to=address_with_token(cast.ticket))
    assert (row.state, row.hold) == (State.HELD, Hold.UNPROVEN)


def test_an_agents_name_over_another_address_is_no_agent(cast: Cast) -> None:
    row = taken_in(
        letter("Hi", sender='"Ada ada@desk.example" <cleo@acme.example>'), to=address_with_token(cast.ticket)
    )
    assert row.message is not None and row.message.kind == Kind.CUSTOMER
    two = taken_in(letter("Hi", sender="cleo@acme.example", Sender="ada@desk.example", Reply_To="ada@desk.example"))
    assert two.message is not None and two.message.kind == Kind.CUSTOMER
