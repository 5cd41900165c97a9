"""The demo's world as data: every reference resolves, nothing in it is real, and the day it shows adds up."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

Row = dict[str, Any]

WORLD = Path(__file__).resolve().parent.parent / "world"
LANGUAGES = {"en", "es", "it", "ro", "el"}
ROLES = {"agent", "supervisor", "auditor", "owner", "administrator", "legal", "technician"}
REQUEST_TYPES = {"fault", "question", "billing", "order", "change", "complaint", "praise"}
PRIORITIES = {"low", "normal", "high", "urgent"}
STATUSES = {"new", "open", "waiting_customer", "waiting_third_party", "resolved", "closed"}
TAGS = {
    "outage", "invoice", "printer", "router", "line", "laptop", "delivery", "contract", "vip", "came_back",
}  # fmt: skip
DAY = 24 * 60  # minutes

TICKET_KEYS = {
    "key", "subject", "contact", "team", "assignee", "request_type", "priority",
    "status", "tags", "channel", "bin", "messages",
}  # fmt: skip
MESSAGE_KEYS = {"kind", "by", "minutes_ago", "text", "attachments", "cc", "quoted"}

# 01632 960xxx and 07700 900xxx are reserved for fiction by Ofcom; the others are too long to reach anyone.
FICTIONAL_PHONE = re.compile(
    r"\+44 1632 960\d{3}|\+44 7700 900\d{3}|\+34 900 00 555 01\d\d|\+39 051 00 555 01\d\d"
    r"|\+40 264 00 555 01\d\d|\+30 2310 00 555 01\d\d"
)
PHONE_LIKE = re.compile(r"(?<![\w.,:/-])\+?\(?\d[\d ()\-]{7,}\d")
ADDRESS_LIKE = re.compile(r"[\w.+-]+@[\w.-]+\w")
WEB_LIKE = re.compile(r"https?://|www\.|\w\.(?:com|net|org|es|it|ro|gr|uk|eu)\b")

REAL_FIRMS = re.compile(
    r"\b(?:BT|Openreach|Vodafone|Virgin Media|TalkTalk|Telefónica|Movistar|Orange|Yoigo|TIM|Fastweb|Iliad|"
    r"Digi|RDS|Telekom|Cosmote|OTE|Nova|Microsoft|Windows|Google|Gmail|Chrome|Apple|iPhone|Amazon|Outlook|"
    r"WhatsApp|Zoom|Skype|Teams|Facebook|HP|Canon|Epson|Brother|Xerox|Lexmark|Kyocera|Ricoh|Dell|Lenovo|"
    r"Asus|Acer|Cisco|MikroTik|Netgear|Huawei|DHL|UPS|FedEx|Seur|Correos|Bartolini|Fan Courier|ACS|"
    r"PayPal|Bancomat|Satispay|Visa|Mastercard)\b"
)
QUOTE_HEADERS = re.compile(
    r"^(?:On .+ wrote:|El .+ escribió:|Il giorno .+ ha scritto:|În .+ a scris:|Στις .+ έγραψε:|Da: .+)$",
    re.MULTILINE,
)
# Words by which the desk would slip out of the formal address. Bare "ti", "te", "ta" mean too much else.
FAMILIAR = {
    "es": re.compile(r"\b(?:tú|tus|contigo|tienes|puedes|quieres|vosotros|os)\b", re.IGNORECASE),
    "it": re.compile(r"\b(?:tuo|tua|tuoi|tue|ciao|puoi|vuoi|hai)\b", re.IGNORECASE),
    "ro": re.compile(r"\b(?:tu|tău|ție|îți|poți|vrei|ești)\b", re.IGNORECASE),
    "el": re.compile(r"\b(?:εσύ|εσένα|σου|είσαι|έχεις|μπορείς|θέλεις)\b", re.IGNORECASE),
}
GREEK_WORD = re.compile(r"[\u0370-\u03ff]+")
MIXED_WORD = re.compile(r"[A-Za-z][\u0370-\u03ff]|(?!ΔE)[\u0370-\u03ff][A-Za-z]")  # ΔE: a colour difference
ROMANIAN_BARE = re.compile(
    r"\b(?:si|in|ca sa|pana|maine|astazi|multumesc|dumneavoastra|doamna|raspuns|fara|cand|sunteti)\b",
    re.IGNORECASE,
)


def rows_of(name: str, kind: str) -> list[Row]:
    rows: list[Row] = tomllib.loads((WORLD / name).read_text(encoding="utf-8"))[kind]
    return rows


TICKET_FILES = sorted(path.name for path in (WORLD / "tickets").glob("*.toml"))
TEAMS = {row["key"]: row for row in rows_of("people.toml", "teams")}
PEOPLE = {row["key"]: row for row in rows_of("people.toml", "people")}
ORGANISATIONS = {row["key"]: row for row in rows_of("customers.toml", "organisations")}
CONTACTS = {row["key"]: row for row in rows_of("customers.toml", "contacts")}
TICKETS = [ticket for name in TICKET_FILES for ticket in rows_of(f"tickets/{name}", "tickets")]
LIVING = [ticket for ticket in TICKETS if "bin" not in ticket]

each_ticket = pytest.mark.parametrize("ticket", TICKETS, ids=[ticket["key"] for ticket in TICKETS])


def language_of(ticket: Row) -> str:
    return str(CONTACTS[ticket["contact"]]["language"])


def public(ticket: Row) -> list[Row]:
    """The messages that the customer wrote or can read."""
    return [message for message in ticket["messages"] if message["kind"] in {"customer", "reply"}]


def replies() -> Iterator[tuple[Row, Row]]:
    for ticket in TICKETS:
        for message in ticket["messages"]:
            if message["kind"] == "reply":
                yield ticket, message


each_reply = pytest.mark.parametrize(
    ("ticket", "message"),
    [pytest.param(*pair, id=f"{pair[0]['key']}-{pair[1]['minutes_ago']}") for pair in replies()],
)


def waits_for_us(ticket: Row) -> int | None:
    """Minutes since the customer spoke last, if nobody has answered; else None."""
    last = public(ticket)[-1]
    return int(last["minutes_ago"]) if last["kind"] == "customer" else None


def status_faults(ticket: Row) -> list[str]:
    """What speaks against the ticket's status, given who spoke last."""
    spoken = public(ticket)
    last, answered = spoken[-1]["kind"], any(message["kind"] == "reply" for message in spoken)
    status, faults = ticket["status"], []
    if status == "new" and any(message["kind"] != "customer" for message in ticket["messages"]):
        faults.append("new, but somebody of the desk has written")
    if status == "open" and "assignee" not in ticket and not answered:
        faults.append("open, but nobody has taken it")
    if status in {"waiting_customer", "waiting_third_party", "resolved", "closed"} and last != "reply":
        faults.append(f"{status}, but the customer spoke last")
    if status in {"open", "waiting_third_party"} and last == "reply" and spoken[-1]["minutes_ago"] > DAY:
        faults.append(f"{status}, but silent for more than a day")
    return faults


def phone_faults(text: str) -> list[str]:
    """Everything in the text that could be dialled and is not from a range reserved for fiction."""
    found = [match.group().strip() for match in PHONE_LIKE.finditer(text)]
    return [
        number for number in found
        if len(re.sub(r"\D", "", number)) >= 9 and not FICTIONAL_PHONE.fullmatch(number)
    ]  # fmt: skip


def all_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from all_strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from all_strings(inner)


def everything_written() -> list[str]:
    return list(all_strings([TEAMS, PEOPLE, ORGANISATIONS, CONTACTS, TICKETS]))


# People and customers


def test_keys_are_unique() -> None:
    for name, kind in (
        ("people.toml", "teams"), ("people.toml", "people"),
        ("customers.toml", "organisations"), ("customers.toml", "contacts"),
    ):  # fmt: skip
        counts = Counter(row["key"] for row in rows_of(name, kind))
        assert [key for key, count in counts.items() if count > 1] == []
    assert len({ticket["key"] for ticket in TICKETS}) == len(TICKETS)
    assert set(PEOPLE) & set(CONTACTS) == set()


def test_only_trust_and_legal_is_a_closed_team() -> None:
    assert [team["name"] for team in TEAMS.values() if not team["open"]] == ["Trust and legal"]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_is_held_by_somebody(role: str) -> None:
    assert [person for person in PEOPLE.values() if role in person["roles"]] != []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_an_agent_and_customers(language: str) -> None:
    assert [one for one in PEOPLE.values() if one["language"] == language and "agent" in one["roles"]] != []
    assert len([one for one in CONTACTS.values() if one["language"] == language]) >= 5


def test_people_are_complete_and_their_teams_exist() -> None:
    fields = {"key", "email", "full_name", "work_name", "language", "time_zone", "roles", "teams"}
    for person in PEOPLE.values():
        assert set(person) == fields
        assert person["email"].endswith("@borealis.example")
        assert person["roles"] != [] and set(person["roles"]) <= ROLES
        assert set(person["teams"]) <= set(TEAMS)


def test_contacts_are_complete_and_their_organisations_exist() -> None:
    fields = {
        "key", "name", "given_name", "family_name", "address_as", "emails", "phones", "language",
        "time_zone", "note",
    }  # fmt: skip
    for contact in CONTACTS.values():
        assert set(contact) - {"organisation"} == fields
        assert contact["emails"] != []
        if "organisation" in contact:
            organisation = ORGANISATIONS[contact["organisation"]]
            assert all(email.endswith("@" + organisation["domain"]) for email in contact["emails"])


def test_no_address_or_number_belongs_to_two_contacts() -> None:
    for field in ("emails", "phones"):
        counts = Counter(value for contact in CONTACTS.values() for value in contact[field])
        assert [value for value, count in counts.items() if count > 1] == []


def test_languages_and_time_zones_exist() -> None:
    for row in [*PEOPLE.values(), *ORGANISATIONS.values(), *CONTACTS.values()]:
        assert row["language"] in LANGUAGES
        assert ZoneInfo(row["time_zone"]).key == row["time_zone"]


# Nothing is real


def test_phone_numbers_come_from_fiction() -> None:
    assert [fault for text in everything_written() for fault in phone_faults(text)] == []
    for contact in CONTACTS.values():
        assert all(FICTIONAL_PHONE.fullmatch(phone) for phone in contact["phones"])


@pytest.mark.parametrize(
    "number", ["020 7946 0018", "+44 1632 961000", "+34 912 345 678", "+40 264 123 456", "+30 2310 555 0114"]
)
def test_a_number_that_might_ring_is_found(number: str) -> None:
    assert phone_faults(f"Call {number} now") == [number]


def test_addresses_are_examples_only() -> None:
    written = everything_written()
    addresses = [found for text in written for found in ADDRESS_LIKE.findall(text)]
    assert len(addresses) > 30
    assert [address for address in addresses if not address.endswith(".example")] == []
    assert all(organisation["domain"].endswith(".example") for organisation in ORGANISATIONS.values())
    assert [text for text in written if WEB_LIKE.search(text)] == []


def test_no_real_firm_is_named() -> None:
    assert [found for text in everything_written() for found in REAL_FIRMS.findall(text)] == []


# Tickets


@each_ticket
def test_a_ticket_uses_the_desks_own_words(ticket: Row) -> None:
    assert set(ticket) <= TICKET_KEYS
    assert ticket["request_type"] in REQUEST_TYPES
    assert ticket["priority"] in PRIORITIES
    assert ticket["status"] in STATUSES
    assert set(ticket["tags"]) <= TAGS and len(set(ticket["tags"])) == len(ticket["tags"])
    assert ticket["channel"] in {"mail", "call"}
    assert ticket.get("bin", "spam") in {"spam", "mistake"}
    assert 1 <= len(ticket["messages"]) <= 7


@each_ticket
def test_a_message_uses_the_desks_own_words(ticket: Row) -> None:
    for message in ticket["messages"]:
        assert set(message) <= MESSAGE_KEYS
        assert message["kind"] in {"customer", "reply", "note", "system"}
        assert message["text"] == message["text"].strip() != ""
        for name in message.get("attachments", []):
            assert re.fullmatch(r"[\w-]+\.(?:jpg|png|pdf|txt|csv|ods)", name)


@each_ticket
def test_who_writes_on_a_ticket_exists_and_may_see_it(ticket: Row) -> None:
    team = TEAMS[ticket["team"]]
    assert ticket["contact"] in CONTACTS
    for message in ticket["messages"]:
        if message["kind"] == "customer":
            assert message["by"] in CONTACTS
        else:
            person = PEOPLE[message["by"]]
            member = team["key"] in person["teams"] or "supervisor" in person["roles"]
            assert team["open"] or member
        if message["kind"] == "reply":
            assert "agent" in PEOPLE[message["by"]]["roles"]
    if "assignee" in ticket:
        assert team["key"] in PEOPLE[ticket["assignee"]]["teams"]
        assert "agent" in PEOPLE[ticket["assignee"]]["roles"]


@each_ticket
def test_a_ticket_begins_with_the_customer_and_time_only_moves_forward(ticket: Row) -> None:
    first = ticket["messages"][0]
    assert (first["kind"], first["by"]) == ("customer", ticket["contact"])
    times = [message["minutes_ago"] for message in ticket["messages"]]
    assert all(type(minutes) is int and minutes >= 5 for minutes in times)
    assert all(earlier > later for earlier, later in pairwise(times))


@each_ticket
def test_a_status_agrees_with_who_spoke_last(ticket: Row) -> None:
    assert status_faults(ticket) == []


@pytest.mark.parametrize(
    ("status", "kinds", "fault"),
    [
        ("new", ["customer", "reply"], "new, but somebody of the desk has written"),
        ("new", ["customer", "note"], "new, but somebody of the desk has written"),
        ("open", ["customer"], "open, but nobody has taken it"),
        ("waiting_customer", ["reply", "customer"], "waiting_customer, but the customer spoke last"),
        ("closed", ["customer", "note"], "closed, but the customer spoke last"),
        ("waiting_third_party", ["customer", "reply"], "waiting_third_party, but silent for more than a day"),
    ],
)
def test_a_wrong_status_is_found(status: str, kinds: list[str], fault: str) -> None:
    messages = [{"kind": kind, "minutes_ago": 2000 - place} for place, kind in enumerate(kinds)]
    assert status_faults({"status": status, "messages": messages}) == [fault]


@each_ticket
def test_a_call_was_taken_by_somebody(ticket: Row) -> None:
    assert ticket["channel"] == "mail" or "assignee" in ticket


# The working day that the demo shows


def test_languages_are_spread_evenly() -> None:
    counts = Counter(language_of(ticket) for ticket in LIVING)
    assert set(counts) == LANGUAGES
    assert min(counts.values()) >= 9 and max(counts.values()) - min(counts.values()) <= 1


def test_every_word_for_a_ticket_is_used_at_least_once() -> None:
    assert {ticket["request_type"] for ticket in LIVING} == REQUEST_TYPES
    assert {ticket["priority"] for ticket in LIVING} == PRIORITIES
    assert {ticket["status"] for ticket in LIVING} == STATUSES
    assert {tag for ticket in LIVING for tag in ticket["tags"]} == TAGS
    assert {ticket["team"] for ticket in LIVING} == set(TEAMS)
    assert {message["kind"] for ticket in LIVING for message in ticket["messages"]} == {
        "customer", "reply", "note", "system",
    }  # fmt: skip


def test_exactly_two_tickets_are_overdue() -> None:
    late = [minutes for ticket in LIVING if (minutes := waits_for_us(ticket)) is not None and minutes > DAY]
    assert len(late) == 2
    assert all(26 * 60 <= minutes <= 30 * 60 for minutes in late)


def test_several_tickets_are_due_within_two_hours_in_several_languages() -> None:
    soon = [ticket for ticket in LIVING if 22 * 60 <= (waits_for_us(ticket) or 0) <= 1434]
    assert len(soon) >= 4
    assert len({language_of(ticket) for ticket in soon}) >= 4


def test_several_tickets_are_fresh() -> None:
    fresh = [ticket for ticket in LIVING if 5 <= (waits_for_us(ticket) or 0) <= 90]
    assert len(fresh) >= 6
    assert len({language_of(ticket) for ticket in fresh}) == 5


def test_every_reply_came_within_a_day_of_the_question() -> None:
    slow = []
    for ticket in LIVING:
        asked = None
        for message in public(ticket):
            if message["kind"] == "customer":
                asked = asked or message["minutes_ago"]
            elif asked is not None:
                slow += [ticket["key"]] if asked - message["minutes_ago"] > DAY else []
                asked = None
    assert slow == []


def test_one_outage_in_thessaloniki_is_reported_by_several_customers() -> None:
    reports = [ticket for ticket in LIVING if "outage" in ticket["tags"]]
    assert len({ticket["contact"] for ticket in reports}) >= 3
    assert {language_of(ticket) for ticket in reports} == {"el"}


def test_the_bin_holds_one_spam_and_one_mistake() -> None:
    assert sorted(ticket["bin"] for ticket in TICKETS if "bin" in ticket) == ["mistake", "spam"]


def test_quoted_history_is_marked_where_it_is_and_only_there() -> None:
    quoted = []
    for ticket in TICKETS:
        for message in ticket["messages"]:
            has_history = bool(QUOTE_HEADERS.search(message["text"]))
            assert message.get("quoted", False) == has_history
            assert has_history or not re.search(r"^>", message["text"], re.MULTILINE)
            quoted += [language_of(ticket)] if has_history else []
    assert set(quoted) == LANGUAGES


# Language


@each_reply
def test_a_reply_greets_the_customer_as_they_like_and_is_no_one_liner(ticket: Row, message: Row) -> None:
    greeting = message["text"].splitlines()[0]
    assert CONTACTS[ticket["contact"]]["address_as"] in greeting
    assert len(message["text"]) > 150


@each_reply
def test_the_desk_keeps_the_formal_address(ticket: Row, message: Row) -> None:
    familiar = FAMILIAR.get(language_of(ticket))
    assert familiar is None or familiar.findall(message["text"]) == []


def test_text_is_composed_unicode_with_the_right_romanian_letters() -> None:
    for text in everything_written():
        assert unicodedata.is_normalized("NFC", text)
        assert set(text) & set("şţŞŢ\u00a0\u200b\ufeff") == set()


def test_greek_words_hold_no_latin_letters_and_end_in_the_final_sigma() -> None:
    for text in everything_written():
        assert MIXED_WORD.findall(text) == []
        assert [word for word in GREEK_WORD.findall(text) if len(word) > 1 and word.endswith("σ")] == []


def test_greek_of_the_desk_carries_its_accents() -> None:
    bare = []
    for ticket in TICKETS:
        for message in ticket["messages"]:
            if message["kind"] != "customer":
                for word in GREEK_WORD.findall(message["text"]):
                    vowels = re.findall(r"[αεηιουωάέήίόύώϊϋΐΰΑΕΗΙΟΥΩΆΈΉΊΌΎΏ]+", word)
                    accented = re.search(r"[άέήίόύώΐΰΆΈΉΊΌΎΏ]", word)
                    if len(vowels) > 1 and not accented and not word.isupper():
                        bare.append(word)
    assert bare == []


def test_romanian_of_the_desk_carries_its_diacritics() -> None:
    bare = [
        word
        for ticket, message in replies()
        if language_of(ticket) == "ro"
        for word in ROMANIAN_BARE.findall(message["text"])
    ]
    assert bare == []
