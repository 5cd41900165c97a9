"""Reports of delivery are read, whoever wrote them and in whatever words; what only looks like one is none."""

import time

import pytest

from aplomb.channels.mail.reading import automatic_words, bounce_words
from aplomb.channels.mail.reading.automatic import Automatic
from aplomb.channels.mail.reading.bounces import Bounce, BouncedRecipient
from aplomb.channels.mail.reading.folding import folded
from aplomb.channels.mail.reading.parse import ParsedMail, parse_mail


def mail(
    *header: bytes, sender: bytes = b"ana@x.example", subject: str = "Pump", text: bytes = b"It is loud."
) -> ParsedMail:
    head = [b"From: " + sender, b"Subject: " + subject.encode(), *header]
    return parse_mail(b"\r\n".join(head) + b"\r\n\r\n" + text)


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
            BouncedRecipient("ana@x.example", "failed", "5.1.1", "550 5.1.1 unknown"),
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


def notice(text: str, subject: str = "Mail delivery failed", sender: bytes = b"MAILER-DAEMON@mx.example") -> Bounce:
    return mail(sender=sender, subject=subject, text=text.encode()).bounce


def test_the_words_of_the_server_are_kept_with_the_address() -> None:
    found = notice("<ana@x.example>: host mx said: 550 5.1.1 nobody\n    of that name\n\nSorry.").recipients
    assert found == (
        BouncedRecipient("ana@x.example", "failed", "5.1.1", "host mx said: 550 5.1.1 nobody of that name"),
    )


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("550 5.1.1 nobody", "5.1.1"),
        ("550 nobody", "5.0.0"),
        ("452 full", "4.0.0"),
        ("host [5.1.1.7] is silent", ""),
        ("Exim 4.94.2 gave up", ""),
        ("it took 550 seconds", ""),
    ],
)
def test_a_status_is_the_enhanced_one_else_what_the_reply_is_worth(said: str, status: str) -> None:
    assert notice(f"Could not be delivered to:\n\n  ana@x.example\n    {said}\n").recipients[0].status == status


def test_neither_we_nor_the_report_itself_are_the_address_that_failed() -> None:
    parsed = mail(
        b"To: help@desk.example",
        sender=b"postmaster@mx.example",
        subject="Undeliverable",
        text=b"From help@desk.example, contact postmaster@mx.example:\n\nana@x.example could not be reached: 550 no\n",
    )
    assert [each.address for each in parsed.bounce.recipients] == ["ana@x.example"]


def test_where_the_notice_names_nobody_it_is_the_one_recipient_of_the_original() -> None:
    original = "\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <d1@desk.example>\nTo: "
    one = notice("Your message could not be delivered. 550 no" + original + "ana@x.example\n")
    two = notice("Your message could not be delivered. 550 no" + original + "ana@x.example, bob@x.example\n")
    assert [each.address for each in one.recipients] == ["ana@x.example"]
    assert (two.recipients, two.is_bounce, two.original_message_id) == ((), True, "<d1@desk.example>")


def test_who_else_stands_in_the_original_is_not_named_by_the_notice() -> None:
    text = (
        "<ana@x.example>: 550 no such user\n\n----- Original message -----\n\n"
        "To: ana@x.example, bob@x.example\nCc: carl@x.example\n\nWrite to dora@x.example.\n"
    )
    assert [each.address for each in notice(text).recipients] == ["ana@x.example"]


def test_an_address_in_xtext_or_in_letters_of_the_world_is_read() -> None:
    parsed = report(
        b"Original-Recipient: rfc822; ana+2Bdesk@x.example\r\nFinal-Recipient: rfc822; other@y.example\r\nStatus: 5.0.0"
        b"\r\n\r\nFinal-Recipient: utf-8; \\x{3B1}@x.example\r\nAction: failed\r\n"
    )
    assert [each.address for each in parsed.bounce.recipients] == ["ana+desk@x.example", "α@x.example"]


@pytest.mark.parametrize(
    "piece",
    [
        "a@",
        "<",
        '"',
        "<a@b>:",
        "\n",
        "\n ",
        "Final-Recipient: rfc822; a@b\n",
        "550 ",
        "5.1.",
        "To: ",
        " " * 50,
        "é",
        "--",
    ],
)
def test_hostile_notices_and_reports_take_no_time(piece: str) -> None:
    begun = time.perf_counter()
    notice(piece * (400_000 // len(piece)))
    report((piece * (400_000 // len(piece))).encode())
    assert time.perf_counter() - begun < 2


def test_a_recipient_of_a_thousand_letters_and_an_empty_report_are_survived() -> None:
    assert report(b"").bounce.is_bounce
    assert report(b"Final-Recipient: rfc822; " + b"a" * 5_000 + b"@x.example\r\nAction: failed").bounce.is_bounce
    assert report(b"Final-Recipient: rfc822; \x00\xff@\r\nAction: failed").bounce.is_bounce


def test_no_phrase_is_empty_or_stands_twice() -> None:
    for module in (bounce_words, automatic_words):
        for name, phrases in vars(module).items():
            if name.isupper():
                assert all(folded(each) for each in phrases)
                assert len(set(phrases)) == len(phrases), name
