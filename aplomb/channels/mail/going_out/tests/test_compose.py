"""What we send is clean on the wire and comes back as it was written."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aplomb.channels.mail.going_out.compose import (
    BadAddress,
    ComposedFile,
    OutgoingMail,
    QuotedHistory,
    compose_mail,
    needs_smtputf8,
    wire_address,
)
from aplomb.channels.mail.reading.parse import Address, parse_mail
from aplomb.lib.mailtext import clean_line
from aplomb.reading.quotes import split_quoted

MAIL = OutgoingMail(
    from_=Address("Ελένη (Υποστήριξη)", "help@desk.example"),
    to=(Address("Țăranu, Ana", "ana@x.example"), Address("", "bob@x.example")),
    cc=(Address('Carol "C" O\'Neil', "carol@x.example"),),
    reply_to=(Address("Desk", "help+k7@desk.example"),),
    subject="Re: Παραγγελία – șține 7 [#1234-5678]",
    text="Γεια σας\n\n  δείτε https://x.example/a?b=1&c=2\nok <b>",
    quoted=QuotedHistory("Στις 3 Νοε 2026, 10:11, Άννα έγραψε:", "παλιό\n> πιο παλιό\n\nτέλος"),
    signature="Ελένη\nhttps://desk.example",
    in_reply_to="<b@x.example>",
    references=("<a@x.example>",),
    message_id="<m@desk.example>",
    attachments=(),
    auto_submitted=None,
    language="el",
    marker="Απαντήστε πάνω από αυτή τη γραμμή",
    date=datetime(2026, 11, 3, 8, 11, 12, tzinfo=UTC),
)


def header_of(raw: bytes) -> bytes:
    return raw.partition(b"\r\n\r\n")[0]


def test_a_mail_comes_back_as_it_was_written() -> None:
    parsed = parse_mail(compose_mail(MAIL))

    assert parsed.sender == MAIL.from_
    assert (parsed.to, parsed.cc, parsed.reply_to) == (MAIL.to, MAIL.cc, MAIL.reply_to)
    assert parsed.subject == MAIL.subject
    assert (parsed.message_id, parsed.date) == (MAIL.message_id, MAIL.date)
    assert parsed.in_reply_to == ("<b@x.example>",)
    assert parsed.references == ("<a@x.example>", "<b@x.example>")
    assert parsed.new_text == MAIL.text
    assert not parsed.automatic.is_automatic


def test_the_plain_text_holds_marker_signature_and_history() -> None:
    assert parse_mail(compose_mail(MAIL)).text == (
        "##- Απαντήστε πάνω από αυτή τη γραμμή -##\n\n"
        "Γεια σας\n\n  δείτε https://x.example/a?b=1&c=2\nok <b>\n\n"
        "-- \nΕλένη\nhttps://desk.example\n\n"
        "Στις 3 Νοε 2026, 10:11, Άννα έγραψε:\n> παλιό\n>> πιο παλιό\n>\n> τέλος"
    )


def test_the_html_is_escaped_and_quotes_the_history() -> None:
    html = parse_mail(compose_mail(MAIL)).html or ""

    assert "ok &lt;b&gt;" in html
    assert '<blockquote type="cite"' in html
    assert 'href="https://x.example/a?b=1&amp;c=2"' in html


def test_plain_text_and_html_give_the_same_new_text() -> None:
    parsed = parse_mail(compose_mail(MAIL))

    assert split_quoted(parsed.text).new_text == MAIL.text
    assert split_quoted("other words", parsed.html).new_text.split() == MAIL.text.split()


def test_the_least_mail_has_only_what_it_must() -> None:
    raw = compose_mail(
        replace(
            MAIL,
            cc=(),
            reply_to=(),
            quoted=None,
            signature="",
            in_reply_to=None,
            references=(),
            text="",
            marker="",
            to=(),
        )
    )

    assert [line.partition(b":")[0] for line in header_of(raw).split(b"\r\n") if not line.startswith(b" ")] == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Content-Language", b"MIME-Version", b"Content-Type",
    ]  # fmt: skip
    assert b"To: undisclosed-recipients:;\r\n" in raw
    assert parse_mail(raw).text == ""


def test_an_automatic_mail_says_so() -> None:
    raw = compose_mail(replace(MAIL, auto_submitted="auto-replied"))

    assert b"\r\nAuto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n" in raw
    assert parse_mail(raw).automatic.why == "auto-submitted"


@pytest.mark.parametrize(
    "field", ["subject", "name", "language", "auto_submitted", "reference", "line", "file", "type"]
)
def test_no_field_can_add_a_header(field: str) -> None:
    evil = "x\r\nBcc: thief@x.example\r\n\r\nbody\nX-Evil: 1"
    file = ComposedFile("a.pdf", "application/pdf", b"x")
    changed = {
        "subject": replace(MAIL, subject=evil),
        "name": replace(MAIL, from_=Address(evil, "help@desk.example"), to=(Address(evil, "a@x.example"),)),
        "language": replace(MAIL, language=evil),
        "auto_submitted": replace(MAIL, auto_submitted=evil),
        "reference": replace(MAIL, in_reply_to=f"<{evil}>", references=(f"<{evil}>",)),
        "line": replace(MAIL, quoted=QuotedHistory(evil, "old")),
        "file": replace(MAIL, attachments=(replace(file, name=evil),)),
        "type": replace(MAIL, attachments=(replace(file, type=evil),)),
    }[field]
    read = message_from_bytes(compose_mail(changed), policy=policy.default)

    assert "bcc" not in read
    assert "x-evil" not in read
    assert all("bcc" not in part and "x-evil" not in part for part in read.walk())
    assert read["Message-ID"] == MAIL.message_id


@pytest.mark.parametrize(
    "address",
    [
        "a@x.example\r\nBcc: t@x.example",
        "a b@x.example",
        "a@x.example, b@x.example",
        "<a@x.example>",
        "a",
        "@x",
        "a@",
        "",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        compose_mail(replace(MAIL, to=(Address("A", address),)))


@pytest.mark.parametrize("message_id", ["m@desk.example", "<a b@x>", "<a@x>\r\nBcc: b@x", "", "<>"])
def test_what_is_no_message_id_is_refused(message_id: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        compose_mail(replace(MAIL, message_id=message_id))


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("ana@x.example", "ana@x.example"),
        ("ana@Δοκιμής.example", "ana@xn--jxalpdlpz.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("άννα@δοκιμή.example", "άννα@xn--jxalpdlp.example"),
        ('"ana ruiz"@x.example', '"ana ruiz"@x.example'),
        ("ana@[192.0.2.1]", "ana@[192.0.2.1]"),
    ],
)
def test_addresses_of_other_alphabets_keep_working(address: str, wire: str) -> None:
    assert wire_address(address) == wire
    parsed = parse_mail(compose_mail(replace(MAIL, to=(Address("Ана", address),))))
    assert parsed.to == (Address("Ана", wire),)


def test_only_a_local_part_of_another_alphabet_needs_smtputf8() -> None:
    assert needs_smtputf8("άννα@x.example")
    assert not needs_smtputf8("ana@δοκιμή.example")
    assert header_of(compose_mail(MAIL)).isascii()


def test_old_references_are_trimmed_to_the_first_and_the_last() -> None:
    ids = tuple(f"<{number}.abcdefghij@x.example>" for number in range(60))
    kept = parse_mail(compose_mail(replace(MAIL, references=ids, in_reply_to=ids[-1]))).references

    assert kept == (ids[0], *ids[-20:])


@pytest.mark.parametrize("length", [30, 200, 800])
def test_the_references_stay_under_900_bytes(length: int) -> None:
    ids = tuple(f"<{number:0{length}}@x.example>" for number in range(30))
    raw = compose_mail(replace(MAIL, references=ids, in_reply_to=ids[-1]))
    field = re.search(rb"\r\nReferences:(?:[^\r]|\r\n )*\r\n", raw)

    assert field is not None
    assert len(field.group()) <= 902
    assert parse_mail(raw).references[-1] == ids[-1]


@pytest.mark.parametrize(
    "name",
    [
        "τιμολόγιο Νοεμβρίου.pdf",
        "factură țară.pdf",
        'a "b"; c.pdf',
        "a" * 120 + ".pdf",
        "ψ" * 100 + ".pdf",
        "año.pdf",
    ],
)
def test_file_names_come_back(name: str) -> None:
    content = b"%PDF-1.4\n" + bytes(range(256)) * 20
    raw = compose_mail(replace(MAIL, attachments=(ComposedFile(name, "application/pdf", content),)))
    (file,) = parse_mail(raw).attachments

    assert (file.name, file.type, file.content) == (name.replace('"', "_"), "application/pdf", content)
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("declared", ["message/rfc822", "multipart/mixed", "nonsense", "a/b; c=d", ""])
def test_types_that_cannot_travel_go_as_bytes(declared: str) -> None:
    read = message_from_bytes(
        compose_mail(replace(MAIL, attachments=(ComposedFile("a.eml", declared, b"From: x\n\nhi"),))),
        policy=policy.default,
    )
    (file,) = read.iter_attachments()

    assert file.get_content_type() == "application/octet-stream"
    assert file.get_content() == b"From: x\n\nhi"


def test_long_lines_and_a_dot_alone_travel_within_the_limits_of_smtp() -> None:
    text = "x" * 5_000 + "\n.\nFrom here\n" + "ψ" * 3_000
    raw = compose_mail(replace(MAIL, text=text, subject="y" * 900, from_=Address("z" * 190, "help@desk.example")))

    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    parsed = parse_mail(raw)
    assert parsed.new_text == text
    assert parsed.subject == "y" * 900


ANYTHING = st.text(alphabet=st.characters(codec="utf-8"), max_size=120)


@settings(max_examples=150, deadline=None, database=None)
@given(name=ANYTHING, subject=ANYTHING, file=ANYTHING, text=ANYTHING)
def test_whatever_is_written_the_mail_is_sound(name: str, subject: str, file: str, text: str) -> None:
    mail = replace(
        MAIL,
        from_=Address(name, "help@desk.example"),
        subject=subject,
        text=text,
        attachments=(ComposedFile(file, "application/pdf", b"%PDF-1.4\nx"),),
    )
    raw = compose_mail(mail)
    parsed = parse_mail(raw)

    assert not message_from_bytes(raw, policy=policy.default).defects
    assert parsed.sender is not None
    assert parsed.sender.address == "help@desk.example"
    assert parsed.subject == clean_line(subject)
    assert parsed.to == MAIL.to
    assert [each.content for each in parsed.attachments] == [b"%PDF-1.4\nx"]


def test_the_answer_of_a_customer_to_our_mail_holds_only_what_is_new() -> None:
    ours = parse_mail(compose_mail(MAIL)).text
    quoted = "\n".join(f"> {line}" for line in ours.split("\n"))

    for head in (
        "Στις 3 Νοε 2026, 10:11, Ελένη έγραψε:",
        "On Tue, 3 Nov 2026 at 10:11, X <help@desk.example> wrote:",
        "",
    ):
        assert split_quoted(f"Ευχαριστώ!\n\n{head}\n\n{quoted}").new_text == "Ευχαριστώ!"
    assert split_quoted(f"Ευχαριστώ!\n\n{ours}").new_text == "Ευχαριστώ!"
