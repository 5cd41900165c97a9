"""Mail of machines is told from mail of people, and reports of delivery are read."""

import pytest

from aplomb.channels.mail.automatic import Automatic, Bounce, BouncedRecipient
from aplomb.channels.mail.parse import ParsedMail, parse_mail


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
        "Auto: Pump",
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


def report(status: bytes, original: bytes = b"", kind: bytes = b"delivery-status") -> ParsedMail:
    parts = [
        b"From: Mail <MAILER-DAEMON@mx.example>",
        b"Subject: Delivery Status Notification (Failure)",
        b'Content-Type: multipart/report; report-type="' + kind + b'"; boundary=b',
        b"",
        b"--b",
        b"",
        b"Your mail could not be delivered.",
        b"--b",
        b"Content-Type: message/" + kind,
        b"",
        status,
    ]
    if original:
        parts += [b"--b", b"Content-Type: message/rfc822", b"", original]
    return parse_mail(b"\r\n".join([*parts, b"--b--", b""]))


def test_a_delivery_report_names_whom_it_did_not_reach() -> None:
    parsed = report(
        b"Reporting-MTA: dns; mx.example\r\n\r\n"
        b"Final-Recipient: rfc822; ana@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 unknown\r\n\r\n"
        b"Original-Recipient: rfc822;bob@x.example\r\nFinal-Recipient: rfc822; x@y.example\r\n"
        b"Action: delayed\r\nStatus: 4.4.1 (timeout)\r\n",
        b"From: help@desk.example\r\nMessage-ID: <d1@desk.example>\r\n\r\nhello",
    )

    assert parsed.automatic == Automatic(True, "dsn")
    assert parsed.bounce == Bounce(
        True,
        (
            BouncedRecipient("ana@x.example", "failed", "5.1.1"),
            BouncedRecipient("bob@x.example", "delayed", "4.4.1"),
        ),
        "<d1@desk.example>",
    )


@pytest.mark.parametrize(
    ("action", "status", "read"),
    [
        (b"delayed", b"4.0.0", ("delayed", "4.0.0")),
        (b"delivered", b"2.0.0", ("delivered", "2.0.0")),
        (b"relayed (to x)", b"", ("relayed", "")),
    ],
)
def test_a_report_of_delay_or_success_is_no_bounce(action: bytes, status: bytes, read: tuple[str, str]) -> None:
    parsed = report(b"\r\n\r\nFinal-Recipient: rfc822; ana@x.example\r\nAction: " + action + b"\r\nStatus: " + status)

    assert not parsed.bounce.is_bounce
    assert parsed.bounce.recipients == (BouncedRecipient("ana@x.example", *read),)
    assert parsed.automatic == Automatic(True, "dsn")


def test_a_read_receipt_and_a_complaint_are_no_bounces() -> None:
    receipt = report(b"Final-Recipient: rfc822; ana@x.example", kind=b"disposition-notification")

    assert (receipt.automatic.why, receipt.bounce.is_bounce) == ("read-receipt", False)
    assert report(b"Feedback-Type: abuse", kind=b"feedback-report").automatic.why == "complaint"


def test_headers_of_the_original_alone_name_it() -> None:
    parsed = parse_mail(
        b"From: MAILER-DAEMON@mx.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"
        b"\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822;ana@x.example\r\n"
        b"Status: 5.2.2\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        b"Message-ID:\r\n <d1@desk.example>\r\n--b--"
    )

    assert parsed.bounce == Bounce(True, (BouncedRecipient("ana@x.example", "failed", "5.2.2"),), "<d1@desk.example>")


@pytest.mark.parametrize(
    ("header", "text"),
    [
        (
            b"X-Failed-Recipients: ana@x.example",
            b"A message that you sent could not be delivered.\r\n\r\n  ana@x.example",
        ),
        (b"X: y", b"Hi. This is the mail program.\r\n\r\n<ana@x.example>:\r\n550 5.1.1 unknown user\r\n"),
        (
            b"X: y",
            b"Recipient: ana@x.example\r\n\r\nRemote said: 554 no\r\n\r\nMessage-ID: <d1@desk.example>\r\n",
        ),
    ],
)
def test_reports_of_old_mail_servers_are_read(header: bytes, text: bytes) -> None:
    parsed = mail(
        header,
        b"In-Reply-To: <d1@desk.example>",
        sender=b"MAILER-DAEMON@mx.example",
        subject="failure notice",
        text=text,
    )

    assert parsed.bounce.is_bounce
    assert [each.address for each in parsed.bounce.recipients] == ["ana@x.example"]
    assert parsed.bounce.original_message_id == "<d1@desk.example>"
    assert parsed.automatic == Automatic(True, "dsn")


def test_a_person_who_writes_of_a_bounce_has_not_bounced() -> None:
    parsed = mail(subject="Undeliverable parcel", text=b"<bob@x.example>:\r\n550 unknown user\r\n")

    assert parsed.bounce == Bounce(False, (), None)
    assert parsed.automatic == Automatic(False, "")


def test_a_hostile_report_names_at_most_200_recipients() -> None:
    parsed = report(
        b"".join(b"\r\nFinal-Recipient: rfc822;a%d@x.example\r\nAction: failed\r\n" % n for n in range(9_999))
    )

    assert len(parsed.bounce.recipients) == 200
