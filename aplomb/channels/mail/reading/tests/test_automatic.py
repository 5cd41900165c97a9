"""Mail of machines is told from mail of people."""

import time

import pytest

from aplomb.channels.mail.reading.automatic import Automatic
from aplomb.channels.mail.reading.parse import ParsedMail, parse_mail


def mail(
    *header: bytes, sender: bytes = b"ana@x.example", subject: str = "Pump", text: bytes = b"It is loud."
) -> ParsedMail:
    head = [b"From: " + sender, b"Subject: " + subject.encode(), *header]
    return parse_mail(b"\r\n".join(head) + b"\r\n\r\n" + text)


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (b"Auto-Submitted: auto-replied", "auto-submitted"),
        (b"Auto-Submitted: auto-generated; owner-email=x", "auto-submitted"),
        (b"Auto-Submitted: AUTO-NOTIFIED (vacation)", "auto-submitted"),
        (b"X-Autoreply: yes", "auto-reply"),
        (b"X-Autorespond: Re: Pump", "auto-reply"),
        (b"Precedence: bulk", "precedence"),
        (b"Precedence: Auto_Reply", "precedence"),
        (b"List-Id: News <news.x.example>", "list"),
        (b"List-Unsubscribe: <https://x.example/u>", "list"),
        (b"X-Auto-Response-Suppress: DR, OOF, AutoReply", "suppress"),
        (b"X-Auto-Response-Suppress: All", "suppress"),
        (b"Return-Path: <>", "null-sender"),
    ],
)
def test_headers_of_machines_are_recognised(header: bytes, why: str) -> None:
    assert mail(header).automatic == Automatic(True, why)


@pytest.mark.parametrize(
    "header",
    [
        b"Auto-Submitted: no",
        b"Auto-Submitted:",
        b"X-Autoreply: no",
        b"Precedence: normal",
        b"Precedence: first-class",
        b"X-Auto-Response-Suppress: DR",
        b"Return-Path: <ana@x.example>",
        b"X-Mailer: Auto",
    ],
)
def test_headers_of_people_are_not(header: bytes) -> None:
    assert mail(header).automatic == Automatic(False, "")


@pytest.mark.parametrize(
    "sender",
    [b"MAILER-DAEMON@x.example", b"no-reply@x.example", b"noreply+7@x.example", b"do_not_reply@x.example",
     b"postmaster@x.example", b"no.reply@x.example", b"bounces-12@x.example"],
)  # fmt: skip
def test_addresses_of_machines_are_recognised(sender: bytes) -> None:
    assert mail(sender=sender).automatic == Automatic(True, "sender")


@pytest.mark.parametrize("sender", [b"noreen@x.example", b"rootes@x.example", b"daemona@x.example", b"reply@x.example"])
def test_addresses_of_people_that_begin_alike_are_not(sender: bytes) -> None:
    assert mail(sender=sender).automatic == Automatic(False, "")


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Pump",
        "Out of Office: Pump",
        "Auto: Re: Pump [#4041-2271]",
        "AUTO: Ana Pop is out of the office (returning 7 Jan)",
        "Re: Out of the office until Monday",
        "Respuesta automática: Pump",
        "Fuera de la oficina",
        "Risposta automatica: Pump",
        "Fuori ufficio fino a lunedì",
        "Răspuns automat: Pump",
        "Raspuns automat: Pump",
        "În afara biroului",
        "Αυτόματη απάντηση: Pump",
        "Εκτός γραφείου",
        "ΑΥΤΟΜΑΤΗ ΑΠΑΝΤΗΣΗ: Pump",
        "Réponse automatique : Pump",
        "Automatische Antwort: Pump",
        "Abwesenheitsnotiz: Pump",
    ],
)
def test_subjects_of_auto_replies_are_recognised(subject: str) -> None:
    assert mail(subject=subject).automatic == Automatic(True, "subject")


@pytest.mark.parametrize(
    "subject",
    ["Automatic door does not open", "The reply: automatic?", "Automobile", "Oficina nueva", "Γραφείο"],
)
def test_subjects_of_people_are_not(subject: str) -> None:
    assert mail(subject=subject).automatic == Automatic(False, "")


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office until Monday.",
        "This is an automated response.",
        "Estoy fuera de la oficina hasta el lunes.",
        "Questa è una risposta automatica.",
        "Acesta este un mesaj generat automat.",
        "Είμαι εκτός γραφείου έως τη Δευτέρα.",
    ],
)
def test_short_texts_of_auto_replies_are_recognised(text: str) -> None:
    assert mail(text=text.encode()).automatic == Automatic(True, "text")
    assert mail(text=("A long letter. " * 80 + text).encode()).automatic == Automatic(False, "")


def test_an_answer_that_quotes_an_auto_reply_is_of_a_person() -> None:
    text = b"Call me.\r\n\r\nOn 3 Nov 2026 10:11, Ana wrote:\r\n> I am out of the office until Monday.\r\n"

    assert mail(text=text).automatic == Automatic(False, "")


def test_a_form_that_sends_for_a_person_is_that_persons() -> None:
    form = mail(b"Reply-To: Ana <ana@x.example>", sender=b"noreply@form.example")
    assert form.automatic == Automatic(False, "")
    assert mail(sender=b"noreply@form.example").automatic == Automatic(True, "sender")
    assert mail(b"Reply-To: noreply@form.example", sender=b"noreply@form.example").automatic.is_automatic


@pytest.mark.parametrize("subject", ["Auto: Kupplung rutscht", "Out of office phones do not ring", "Concediu medical"])
def test_subjects_that_only_begin_alike_are_of_people(subject: str) -> None:
    assert mail(subject=subject).automatic == Automatic(False, "")


@pytest.mark.parametrize(
    "text",
    [
        "I will be on holiday from Monday, can you come before?",
        "I am out of the office until Friday, so please call me on my mobile.",
        "Estaré fuera de la oficina hasta el lunes. No funciona la línea.",
        "Sunt în concediu până luni, puteți veni marți?",
    ],
)
def test_who_asks_for_something_is_a_person_whatever_they_say_of_their_holiday(text: str) -> None:
    assert mail(text=text.encode()).automatic == Automatic(False, "")


@pytest.mark.parametrize("piece", ["out of office ", "re: ", "[a] ", "auto: ", "(", "until ", "?"])
def test_hostile_subjects_and_texts_take_no_time(piece: str) -> None:
    begun = time.perf_counter()
    mail(subject=(piece * 300)[:900], text=(piece * 200_000).encode())
    assert time.perf_counter() - begun < 2
