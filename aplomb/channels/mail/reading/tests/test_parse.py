"""Mail as it really arrives: right, wrong, damaged and hostile."""

import base64
from datetime import UTC, datetime

import pytest

from aplomb.channels.mail.reading.parse import Address, ParsedMail, Unparsable, parse_mail

HEADER = b"From: Ana Ruiz <ana@customer.example>\r\nTo: help@desk.example\r\nSubject: Pump\r\n"


def mail(*lines: bytes, header: bytes = HEADER) -> ParsedMail:
    return parse_mail(header + b"\r\n".join(lines) + b"\r\n")


def test_a_plain_mail_is_read() -> None:
    raw = (
        b"Return-Path: <ana@customer.example>\r\n"
        b"Delivered-To: help+k7@desk.example\r\n"
        b"X-Original-To: help@desk.example\r\n"
        b"From: Ana Ruiz <ana@Customer.example>\r\n"
        b"To: Desk <help@desk.example>, Bob <bob@customer.example>\r\n"
        b"Cc: carol@customer.example\r\n"
        b"Reply-To: Ana <ana.ruiz@customer.example>\r\n"
        b"Subject: The pump is loud\r\n"
        b"Date: Tue, 3 Nov 2026 10:11:12 +0200\r\n"
        b"Message-ID: <m1@customer.example>\r\n"
        b"In-Reply-To: <d2@desk.example>\r\n"
        b"References: <d1@desk.example>\r\n <d2@desk.example>\r\n"
        b"\r\n"
        b"Hello,\r\nthe pump is loud.\r\n\r\n-- \r\nAna\r\n"
    )
    parsed = parse_mail(raw)

    assert parsed.sender == Address("Ana Ruiz", "ana@customer.example")
    assert parsed.to == (Address("Desk", "help@desk.example"), Address("Bob", "bob@customer.example"))
    assert parsed.cc == (Address("", "carol@customer.example"),)
    assert parsed.reply_to == (Address("Ana", "ana.ruiz@customer.example"),)
    assert parsed.recipients_seen == ("help+k7@desk.example", "help@desk.example")
    assert parsed.subject == "The pump is loud"
    assert parsed.date == datetime(2026, 11, 3, 8, 11, 12, tzinfo=UTC)
    assert parsed.message_id == "<m1@customer.example>"
    assert parsed.in_reply_to == ("<d2@desk.example>",)
    assert parsed.references == ("<d1@desk.example>", "<d2@desk.example>")
    assert parsed.text == "Hello,\nthe pump is loud.\n\n-- \nAna"
    assert parsed.new_text == "Hello,\nthe pump is loud."
    assert parsed.html is None
    assert parsed.attachments == ()
    assert not parsed.automatic.is_automatic
    assert not parsed.bounce.is_bounce
    assert parsed.lang == "en"
    assert parsed.size == len(raw)


@pytest.mark.parametrize("raw", [b"", b"  \r\n\r\n", b"\x00\x00"])
def test_only_nothing_is_unparsable(raw: bytes) -> None:
    with pytest.raises(Unparsable) as caught:
        parse_mail(raw)
    assert caught.value.reason == "empty"


def test_a_mail_without_any_header_is_its_text() -> None:
    parsed = parse_mail(b"just some words\nwithout a header\n")

    assert (parsed.sender, parsed.date, parsed.message_id, parsed.subject) == (None, None, None, "")
    assert parsed.text == "just some words\nwithout a header"


def test_header_and_nothing_else_is_an_empty_text() -> None:
    parsed = parse_mail(b"From: a@x.example\nSubject: only this")

    assert (parsed.subject, parsed.text, parsed.new_text, parsed.lang) == ("only this", "", "", "en")


def test_a_separator_of_mailbox_files_and_bare_line_ends_are_overlooked() -> None:
    parsed = parse_mail(b"From ana@x Mon Nov  2 08:00:00 2026\nFrom: ana@x.example\nSubject: s\n\nwords\n")

    assert (parsed.sender, parsed.subject, parsed.text) == (Address("", "ana@x.example"), "s", "words")


@pytest.mark.parametrize("date", [b"", b"yesterday", b"Tue, 99 Foo 2026", b"Tue, 3 Nov 99999 10:11:12 +0000", b"\xff"])
def test_a_date_that_is_none_is_none(date: bytes) -> None:
    assert mail(b"Date: " + date, b"", b"x").date is None


def test_a_date_without_a_zone_is_utc() -> None:
    assert mail(b"Date: Tue, 3 Nov 2026 10:11:12 -0000", b"", b"x").date == datetime(
        2026, 11, 3, 10, 11, 12, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        (b'"Ruiz, Ana" <ana@x.example>', "Ruiz, Ana", "ana@x.example"),
        (b"=?utf-8?Q?Garc=C3=ADa,_Ana?= <ana@x.example>", "García, Ana", "ana@x.example"),
        ("Ελένη <ana@x.example>".encode(), "Ελένη", "ana@x.example"),
        ("Ελένη Ψαρρά <ana@x.example>".encode("cp1253"), "Ελένη Ψαρρά", "ana@x.example"),
        (b"ana@x.example (Ana Ruiz)", "Ana Ruiz", "ana@x.example"),
        (b"Ana Ruiz ana@x.example", "Ana Ruiz", "ana@x.example"),
        (b"<@relay.example:ana@x.example>", "", "ana@x.example"),
        (b"Desk: Ana <ana@x.example>, b@x.example;", "Ana", "ana@x.example"),
        (b"Ana: sales <ana@x.example>", "Ana: sales", "ana@x.example"),
        (b"'Ana' <'ana@x.example'>", "Ana", "ana@x.example"),
        (b'<"ana@x.example">', "", "ana@x.example"),
        (b"<ana@x.example;>", "", "ana@x.example"),
        (b'"<boss@bank.example>" <ana@x.example>', "<boss@bank.example>", "ana@x.example"),
        (b'"Ana <ana@x.example>', '"Ana', "ana@x.example"),
        (b'"ana ruiz"@x.example', "", '"ana ruiz"@x.example'),
        ("άννα@δοκιμή.example".encode(), "", "άννα@δοκιμή.example"),
        (b"=?utf-8?b?zprO?= =?utf-8?b?sc67zrc=?= <ana@x.example>", "Καλη", "ana@x.example"),
    ],
)
def test_senders_are_read(written: bytes, name: str, address: str) -> None:
    assert parse_mail(b"From: " + written + b"\r\n\r\nx").sender == Address(name, address)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (b"=?utf-8?q?boss=40bank.example?= <thief@x.example>", "thief@x.example"),
        (b"=?utf-8?q?Boss_=3Cboss=40bank.example=3E=2C?= <thief@x.example>", "thief@x.example"),
        (b'"boss@bank.example" <thief@x.example>', "thief@x.example"),
        (b"boss@bank.example <thief@x.example>", "thief@x.example"),
        (b"thief@x.example=?utf-8?q?=40bank.example?=", "thief@x.example"),
        (b"=?utf-8?q?boss=40bank.example?=", None),
        (b"boss=?utf-8?q?=40?=bank.example", None),
        (b"<=?utf-8?q?boss=40bank.example?=>", None),
    ],
)
def test_an_encoded_name_never_becomes_the_address(written: bytes, address: str | None) -> None:
    sender = parse_mail(b"From: " + written + b"\r\n\r\nx").sender

    assert (sender.address if sender else None) == address


def test_a_name_that_poses_as_another_address_is_told() -> None:
    sender = parse_mail(b'From: "boss@bank.example" <thief@x.example>\r\n\r\nx').sender

    assert sender is not None
    assert (sender.address, sender.poses_as) == ("thief@x.example", "boss@bank.example")
    assert Address("ana@x.example", "Ana@x.example").poses_as == ""
    assert Address("Ana @ home", "ana@x.example").poses_as == ""


def test_all_authors_are_kept() -> None:
    parsed = parse_mail(b"From: Ana <a@x.example>, Bob <b@x.example>\r\nSender: Bob <b@x.example>\r\n\r\nx")

    assert parsed.sender == Address("Ana", "a@x.example")
    assert parsed.authors == (Address("Ana", "a@x.example"), Address("Bob", "b@x.example"))


def test_the_sender_field_stands_in_for_a_missing_from() -> None:
    assert parse_mail(b"Sender: a@x.example\r\n\r\nx").sender == Address("", "a@x.example")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"=?utf-8?B?zprOsc67?=\r\n =?utf-8?B?zrc=?=", "Καλη"),
        (b"=?utf-8?Q?a?=\r\n =?utf-8?Q?_b?=", "a b"),
        ("Ερώτηση για την παραγγελία".encode(), "Ερώτηση για την παραγγελία"),
        ("Ερώτηση για την παραγγελία".encode("iso8859_7"), "Ερώτηση για την παραγγελία"),
        (b"=?utf-8?Q?x=0D=0ABcc:_all=40x.example?=", "x Bcc: all@x.example"),
        (b"=?utf-8?B?eAB5?=", "x y"),
        (b"=?utf-8?Q?safe=E2=80=AEcod.exe?=", "safecod.exe"),
        (b"folded\r\n\tsubject", "folded subject"),
        (b"=?x-none?Q?a=C3=B1o?=", "año"),
        (b"Cafe\xcc\x81", "Café"),
    ],
)
def test_subjects_are_one_clean_line(written: bytes, read: str) -> None:
    assert parse_mail(b"From: a@x.example\r\nSubject: " + written + b"\r\n\r\nx").subject == read


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        (b"iso-8859-7", "iso8859_7"),
        (b"windows-1253", "cp1253"),
        (b"utf-8", "utf-8"),
        (b"utf-8", "cp1253"),
        (b"iso-8859-1", "utf-8"),
        (b"x-user-defined", "cp1253"),
        (b"", "cp1253"),
    ],
)
def test_greek_is_read_under_right_and_wrong_labels(charset: bytes, codec: str) -> None:
    text = "Καλημέρα σας, δεν έχω λάβει ακόμη την παραγγελία μου."
    parsed = mail(b"Content-Type: text/plain; charset=" + charset, b"", text.encode(codec))

    assert parsed.text == text
    assert parsed.lang == "el"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"quoted-printable", b"a=C3=B1o =\r\nnuevo"),
        (b"base64", base64.b64encode("año nuevo".encode())),
        (b"base64", base64.b64encode("año nuevo".encode()).rstrip(b"=")),
        (b"8bit", "año nuevo".encode()),
        (b"x-uuencode", b"begin 644 x\r\n*8<.Q;R!N=65V;P  \r\n`\r\nend"),
    ],
)
def test_transfer_encodings_are_undone(encoding: bytes, body: bytes) -> None:
    parsed = mail(b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: " + encoding, b"", body)

    assert parsed.text == "año nuevo"


def test_nul_bytes_and_controls_do_not_survive() -> None:
    parsed = parse_mail(b"From: A\x00na <a@x.example>\r\nSubject: a\x00b\r\n\r\nwo\x00rds\x08\r\n")

    assert parsed.sender == Address("A na", "a@x.example")
    assert (parsed.subject, parsed.text) == ("a b", "words")


def test_soft_line_ends_are_joined() -> None:
    parsed = mail(
        b"Content-Type: text/plain; format=flowed",
        b"",
        b"one ",
        b"two",
        b" indented",
        b"> old ",
        b"-- ",
        b"Ana",
    )

    assert parsed.text == "one two\nindented\n> old \n-- \nAna"


def alternative(plain: bytes, html: bytes) -> ParsedMail:
    return mail(
        b'Content-Type: multipart/alternative; boundary="b1"',
        b"",
        b"preamble that nobody reads",
        b"--b1",
        b"Content-Type: text/plain; charset=utf-8",
        b"",
        plain,
        b"--b1",
        b"Content-Type: text/html; charset=utf-8",
        b"",
        html,
        b"--b1--",
        b"epilogue",
    )


def test_alternatives_are_one_text_and_one_html() -> None:
    parsed = alternative(b"Hello you", b"<p>Hello <b>you</b><script>x</script></p>")

    assert (parsed.text, parsed.html) == ("Hello you", "<p>Hello <b>you</b></p>")


def test_an_empty_plain_alternative_gives_way_to_the_html() -> None:
    assert alternative(b" ", b"<p>Hello</p><p>you</p>").text == "Hello\n\nyou"


def test_html_alone_is_read_as_text() -> None:
    parsed = mail(b"Content-Type: text/html; charset=utf-8", b"", "<p>Καλή<br>μέρα</p>".encode())

    assert parsed.text == "Καλή\nμέρα"


def test_quoted_history_of_the_html_is_left_out_of_the_new_text() -> None:
    parsed = alternative(b"new\r\n\r\nold without a mark", b'<p>new</p><blockquote type="cite">old</blockquote>')

    assert parsed.new_text == "new"
    assert parsed.text == "new\n\nold without a mark"


def test_a_forwarded_mail_is_new_as_a_whole() -> None:
    parsed = parse_mail(
        b"From: a@x.example\r\nSubject: Fwd: broken\r\n\r\n"
        b"see\r\n\r\n-----Original Message-----\r\nFrom: b@x.example\r\n"
    )

    assert parsed.new_text == parsed.text == "see\n\n-----Original Message-----\nFrom: b@x.example"


def with_file(*header: bytes, content: bytes = b"%PDF-1.4\nx", html: bytes = b"") -> ParsedMail:
    body = [b"Content-Type: text/html", b"", html] if html else [b"", b"see file"]
    return mail(
        b"Content-Type: multipart/mixed; boundary=b",
        b"",
        b"--b",
        *body,
        b"--b",
        *header,
        b"Content-Transfer-Encoding: base64",
        b"",
        base64.encodebytes(content),
        b"--b--",
    )


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="a b.pdf"', "a b.pdf"),
        (b"attachment; filename*=UTF-8''%CF%84%CE%B9%CE%BC%CE%AE.pdf", "τιμή.pdf"),
        (b"attachment; filename*0*=UTF-8'el'%CF%84%CE; filename*1*=%B9; filename*2=\".pdf\"", "τι.pdf"),
        (b'attachment; filename="=?utf-8?B?z4TOuc68zq4=?=.pdf"', "τιμή.pdf"),
        (b"attachment; filename*=windows-1253''%F4%E9%EC%DE.pdf; filename=x.pdf", "τιμή.pdf"),
        ('attachment; filename="τιμή.pdf"'.encode(), "τιμή.pdf"),
        (b"attachment; filename=no quotes here.pdf", "no quotes here.pdf"),
        (b'attachment; filename="..\\..\\win\\a.pdf"', "a.pdf"),
        (b'attachment; filename="../../etc/passwd"', "passwd"),
        (b'attachment; filename="C:\\\\x\\\\a.pdf"', "a.pdf"),
        ('attachment; filename="fdp.\N{RIGHT-TO-LEFT OVERRIDE}exe"'.encode(), "fdp.exe"),
        (b'attachment; filename="a\\"b;c.pdf"', "a_b;c.pdf"),
        (b'attachment; filename=""', "attachment-1.pdf"),
        (b"attachment", "attachment-1.pdf"),
        (b'attachment; filename="' + b"x" * 300 + b'.pdf"', "x" * 146 + ".pdf"),
    ],
)
def test_file_names_are_read_and_harmless(disposition: bytes, name: str) -> None:
    (file,) = with_file(b"Content-Type: application/pdf", b"Content-Disposition: " + disposition).attachments

    assert file.name == name
    assert (file.content, file.size, file.type, file.inline) == (b"%PDF-1.4\nx", 10, "application/pdf", False)


@pytest.mark.parametrize(
    ("declared", "content", "found"),
    [
        (b"image/png", b"%PDF-1.4\nx", "application/pdf"),
        (b"image/png", b"<html><script>alert(1)</script>", "text/html"),
        (b"image/png", b"  <!DOCTYPE html><p>", "text/html"),
        (b"image/png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"image/png", b"just words", "text/plain"),
        (b"image/png", b"\x00\x01\x02\x03nothing", "application/octet-stream"),
        (b"application/octet-stream", b"\x89PNG\r\n\x1a\n" + b"x" * 50, "image/png"),
        (b"text/csv", b"a,b\n1,2\n", "text/csv"),
        (b"application/vnd.acme", b"\x00\x01\x02\x03acme", "application/vnd.acme"),
        (b"nonsense", b"words", "text/plain"),
        (b"application/pdf", b"", "application/pdf"),
    ],
)
def test_bytes_decide_what_a_file_is(declared: bytes, content: bytes, found: str) -> None:
    (file,) = with_file(b"Content-Type: " + declared + b"; name=f", content=content).attachments

    assert file.type == found
    assert file.content == content


def test_a_picture_that_the_html_shows_is_inline() -> None:
    parsed = with_file(
        b"Content-Type: image/png; name=logo.png",
        b"Content-ID: <Logo@x.example>",
        content=b"\x89PNG\r\n\x1a\n" + b"x" * 50,
        html=b'<img src="cid:logo@x.example">',
    )

    assert parsed.html == '<img src="cid:logo@x.example">'
    assert (parsed.attachments[0].inline, parsed.attachments[0].content_id) == (True, "Logo@x.example")


def test_a_picture_that_nothing_shows_is_a_file() -> None:
    parsed = with_file(
        b"Content-Type: image/png; name=p.png",
        b"Content-Disposition: inline",
        b"Content-ID: <p>",
        html=b"<p>x</p>",
    )

    assert not parsed.attachments[0].inline


def test_a_mail_within_a_mail_is_a_file() -> None:
    inner = b"From: b@x.example\r\nSubject: Inner =?utf-8?Q?=C3=B1?=\r\n\r\ninner words\r\n"
    parsed = mail(
        b"Content-Type: multipart/mixed; boundary=b",
        b"",
        b"--b",
        b"",
        b"outer",
        b"--b",
        b"Content-Type: message/rfc822",
        b"",
        inner + b"--b--",
    )

    assert parsed.text == "outer"
    assert (parsed.attachments[0].name, parsed.attachments[0].type) == ("Inner ñ.eml", "message/rfc822")
    assert parsed.attachments[0].content == inner.removesuffix(b"\r\n")


def test_parts_in_a_row_are_read_one_after_the_other() -> None:
    parsed = mail(
        b"Content-Type: multipart/mixed; boundary=b", b"", b"--b", b"", b"one", b"--b",
        b"Content-Type: text/html", b"", b"<b>two</b>", b"--b", b"", b"three", b"--b--",
    )  # fmt: skip

    assert parsed.text == "one\n\ntwo\n\nthree"
    assert parsed.html == "<p>one</p><hr><b>two</b><hr><p>three</p>"


@pytest.mark.parametrize(
    "lines",
    [
        [b"Content-Type: multipart/mixed; boundary=b", b"", b"--b", b"", b"words"],
        [b"Content-Type: multipart/mixed", b"", b"--b", b"", b"words", b"--b--"],
        [b"Content-Type: multipart/mixed; boundary=c", b"", b"words"],
        [b'Content-Type: multipart/mixed; boundary="b', b"", b"--b", b"", b"words", b"--b--"],
        [b"Content-Type: multipart/mixed; boundary=b", b"", b"--b  ", b"", b"words", b"--b--  "],
        [b"Content-Type: multipart/mixed; boundary=b", b"", b"--b", b"words", b"--b--"],
        [b"Content-Type: text", b"", b"words"],
        [b"Content-Type: ///", b"", b"words"],
        [b"Content-Type: text/plain; charset", b"", b"words"],
        [b"Content-Transfer-Encoding: none", b"", b"words"],
    ],
    ids=[
        "no end",
        "no boundary",
        "wrong boundary",
        "open quote",
        "blanks",
        "no part header",
        "text",
        "///",
        "charset",
        "cte",
    ],
)
def test_broken_structure_still_gives_its_words(lines: list[bytes]) -> None:
    assert mail(*lines).text == "words"


def test_message_ids_are_brought_into_one_form() -> None:
    parsed = mail(
        b"Message-ID: bare@x.example",
        b"In-Reply-To: your mail of Monday <a@x.example>",
        b"References: <a@x.example><b @x.example>\t<a@x.example>",
        b"",
        b"x",
    )

    assert parsed.message_id == "<bare@x.example>"
    assert parsed.in_reply_to == ("<a@x.example>",)
    assert parsed.references == ("<a@x.example>", "<b@x.example>")


def test_a_declared_language_decides_what_words_do_not() -> None:
    assert mail(b"Content-Language: es-ES", b"", b"Problema urgente").lang == "es"
    assert mail(b"Content-Language: es-ES", b"", b"The parcel has not arrived yet").lang == "en"
