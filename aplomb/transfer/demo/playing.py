"""Playing the demo's world: each story's steps in the order of time, through the real actions, as if it were then."""

import datetime as dt
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.going_out.acknowledging import acknowledge
from aplomb.channels.mail.models import Mailbox, TicketMailbox
from aplomb.customers.actions import add_contact, add_organisation
from aplomb.customers.models import Contact, ContactPoint, Organisation
from aplomb.journal.actors import SYSTEM
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox.actions import settle
from aplomb.lib.time import as_if_at, utc_now
from aplomb.people.actions import LANGUAGES, add_person, add_team, set_up_desk
from aplomb.people.models import Person, Team
from aplomb.reading.quotes import split_quoted
from aplomb.search.actions import index_tickets
from aplomb.tickets.actions.bin import bin_ticket
from aplomb.tickets.actions.change import Changes, change_ticket
from aplomb.tickets.actions.draft import upload_file
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.open import Opening
from aplomb.tickets.actions.receive import Incoming, as_call, receive_first_message, receive_message
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.models import Kind, Message, Priority, RequestType, Status, Tag, Ticket
from aplomb.transfer.demo.files import small_file

WORLD = Path(__file__).parent / "world"
SIGNATURES = {
    "en": "Borealis · help@desk.example",
}


@dataclass
class Cast:
    """Who is in the world, by the keys of its files."""

    teams: dict[str, Team] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One thing that happens in a story, at its instant."""

    at: dt.datetime
    story: dict[str, Any]
    message: dict[str, Any] | None


def play_world(say: Any) -> dict[str, int]:
    """The whole world. Returns how many of each there are."""
    now = utc_now()
    stories = [story for file in sorted((WORLD / "tickets").glob("*.toml")) for story in _read(file)["tickets"]]
    with transaction.atomic():
        cast = _people(now)
        _customers(cast, now)
        mailbox = add_mailbox(
            by=SYSTEM, name="Borealis", address="help@desk.example", signature=SIGNATURES["en"], language="en"
        )
        for step in _in_order(stories, now):
            with as_if_at(step.at):
                _play(step, cast, mailbox)
        for story in stories:
            _settle_story(story, cast, now)
        index_tickets([ticket.pk for ticket in cast.tickets.values()])
    say(f"{len(cast.tickets)} tickets of the demo's world")
    return {"people": len(cast.people), "contacts": len(cast.contacts), "tickets": len(cast.tickets)}


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _people(now: dt.datetime) -> Cast:
    cast, found = Cast(), _read(WORLD / "people.toml")
    with as_if_at(now - dt.timedelta(days=400)):
        set_up_desk(name="Borealis", languages=LANGUAGES, time_zone="Europe/Madrid", by=SYSTEM)
        for row in found["people"]:
            cast.people[row["key"]] = add_person(
                email=row["email"],
                full_name=row["full_name"],
                work_name=row["work_name"],
                language=row["language"],
                time_zone=row["time_zone"],
                roles=row["roles"],
                is_demo=True,
                by=SYSTEM,
            )
        for row in found["teams"]:
            members = [cast.people[each["key"]] for each in found["people"] if row["key"] in each["teams"]]
            cast.teams[row["key"]] = add_team(name=row["name"], is_open=row["open"], members=members, by=SYSTEM)
    return cast


def _customers(cast: Cast, now: dt.datetime) -> None:
    found = _read(WORLD / "customers.toml")
    with as_if_at(now - dt.timedelta(days=300)):
        for row in found["organisations"]:
            cast.organisations[row["key"]] = add_organisation(
                name=row["name"],
                domain=row.get("domain", ""),
                language=row.get("language", ""),
                time_zone=row.get("time_zone", ""),
                note=row.get("note", ""),
                by=SYSTEM,
            )
        for row in found["contacts"]:
            cast.contacts[row["key"]] = add_contact(
                name=row["name"],
                address_as=row.get("address_as", ""),
                organisation=cast.organisations.get(row.get("organisation", "")),
                emails=tuple(row.get("emails", ())),
                phones=tuple(row.get("phones", ())),
                language=row.get("language", ""),
                time_zone=row.get("time_zone", ""),
                note=row.get("note", ""),
                by=SYSTEM,
            )


def _in_order(stories: list[dict[str, Any]], now: dt.datetime) -> list[Step]:
    steps = [
        Step(now - dt.timedelta(minutes=message["minutes_ago"]), story, message)
        for story in stories
        for message in story["messages"]
    ]
    return sorted(steps, key=lambda step: step.at)


def _play(step: Step, cast: Cast, mailbox: Mailbox) -> None:
    message = step.message
    assert message is not None
    key = step.story["key"]
    if message["kind"] == "customer":
        _hear(step, message, cast, mailbox)
    elif key not in cast.tickets:
        raise ValueError(f"the story {key} begins without its customer")
    elif message["kind"] == "reply":
        _answer(step, message, cast)
    elif message["kind"] == "note":
        person = cast.people[message["by"]]
        add_note(cast.tickets[key].number, message["text"].strip(), by=person)


def _hear(step: Step, message: dict[str, Any], cast: Cast, mailbox: Mailbox) -> None:
    story, contact = step.story, cast.contacts[message["by"]]
    text, quoted = message["text"].strip(), ""
    if message.get("quoted"):
        trimmed = split_quoted(text)
        quoted, text = text[len(trimmed.new_text) :].strip(), trimmed.new_text
    incoming = Incoming(
        text=text,
        quoted=quoted,
        channel="mail",
        said_at=step.at,
        to=(mailbox.address,),
        cc=tuple(message.get("cc", ())),
        files=tuple(_file(name) for name in message.get("attachments", ())),
    )
    first = story["key"] not in cast.tickets
    if story["channel"] == "call" and first:
        incoming = as_call(incoming, cast.people[story["assignee"]])
    if not first:
        receive_message(cast.tickets[story["key"]], contact, incoming, by=contact)
        return
    opening = Opening(
        subject=story["subject"],
        contact=contact,
        channel=incoming.channel,
        language=contact.language,
        team=cast.teams[story["team"]],
        priority=Priority[story["priority"].upper()],
        request_type=RequestType.objects.get(key=story["request_type"]),
        tags=tuple(Tag.objects.filter(key__in=story.get("tags", ()))),
    )
    heard = receive_first_message(opening, incoming, by=contact)
    TicketMailbox.objects.create(ticket=heard.ticket, mailbox=mailbox)
    cast.tickets[story["key"]] = heard.ticket
    if incoming.channel == "mail" and not story.get("bin"):
        _acknowledged(heard)


def _acknowledged(message: Message) -> None:
    """The receipt that the customer got then, so that none goes out now."""
    acknowledge(message.pk)
    letter = Message.objects.filter(ticket=message.ticket, kind=Kind.SYSTEM).select_related("outgoing").first()
    if letter is not None and letter.outgoing is not None:
        settle(letter.outgoing, OutgoingMail.State.SENT, "")


def _file(name: str) -> IncomingFile:
    type_, content = small_file(name)
    return IncomingFile(name=name, type=type_, content=content)


def _answer(step: Step, message: dict[str, Any], cast: Cast) -> None:
    ticket, person = cast.tickets[step.story["key"]], cast.people[message["by"]]
    addresses = ContactPoint.objects.filter(contact=ticket.contact, kind=ContactPoint.Kind.EMAIL)
    if not addresses:
        add_note(ticket.number, message["text"].strip(), by=person)
        return
    uploads = tuple(
        upload_file(person, ticket, Kind.REPLY, name=name, content=small_file(name)[1]).pk
        for name in message.get("attachments", ())
    )
    last = message is step.story["messages"][-1]
    then = step.story["status"] if last else ""
    then = then if then in {Status.WAITING_CUSTOMER, Status.RESOLVED} else ""
    reply = Reply(
        text=message["text"].strip(), cc=tuple(message.get("cc", ())), then=then, uploads=uploads, confirmed=True
    )
    sent = reply_to_ticket(ticket.number, reply, by=person)
    if sent.outgoing is not None:
        with as_if_at(step.at + dt.timedelta(seconds=settings.UNDO_SECONDS + 2)):
            settle(sent.outgoing, OutgoingMail.State.SENT, "")


def _settle_story(story: dict[str, Any], cast: Cast, now: dt.datetime) -> None:
    """What the stories' ends say of who has the ticket and how it stands."""
    ticket = cast.tickets[story["key"]]
    last = Message.objects.filter(ticket=ticket).latest("id").sent_at
    with as_if_at(min(now, last + dt.timedelta(minutes=2))):
        assignee = cast.people.get(story.get("assignee", ""))
        ticket.refresh_from_db()
        changes: dict[str, Any] = {"assignee": assignee} if assignee is not None else {}
        if not story.get("bin") and ticket.status != story["status"] and story["status"] != Status.NEW:
            changes["status"] = story["status"]
        if changes:
            change_ticket(ticket.number, Changes(**changes), by=assignee or SYSTEM)
        if story.get("bin"):
            bin_ticket(ticket.number, story["bin"], by=SYSTEM)
