"""Mail made to hold a reader is read in bounded time, and very large mail is read."""

import time

import pytest

from aplomb.channels.mail.reading.parse import parse_mail

HEADER = b"From: Ana Ruiz <ana@customer.example>\r\nTo: help@desk.example\r\nSubject: Pump\r\n"

HOSTILE = {
    "thousands of headers": HEADER + b"X-A: b\r\n" * 50_000 + b"\r\nwords",
    "thousands of addresses": b"From: a@x.example\r\nTo: " + b"b@x.example, " * 50_000 + b"\r\n\r\nwords",
    "thousands of parts": HEADER
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nwords\r\n" * 20_000,
    "thousands of files": HEADER
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nwords\r\n"
    + b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n" * 5_000,
    "deep nesting": HEADER
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2_000))
    + b"\r\nwords",
    "one boundary in itself": HEADER
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nwords\r\n"
    + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 3_000,
    "openings only": b"From: " + b'"(<' * 20_000 + b"\r\n\r\nwords",
    "one long word before an at sign": b"".join(
        name + b"a" * 63_000 + b" @\r\n" for name in (b"From: ", b"To: ", b"Cc: ", b"Reply-To: ")
    )
    + b"\r\nwords",
    "encoded words": b"From: a@x.example\r\nSubject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nwords",
    "commas in a name": b"From: " + b"a," * 30_000 + b"Ana <a@x.example>\r\n\r\nwords",
    "lines that are no fields": HEADER + b"rubbish line\r\n" * 100_000 + b"To: x\r\n\r\nwords",
    "lines of blanks in the header": HEADER + b" \r\nX: y\r\n" * 60_000 + b"\r\nwords",
    "files that never begin": HEADER + b"\r\nwords\n" + (b"begin 644 x\n" + b"M" + b"A" * 60 + b"\n") * 20_000,
    "armour in armour": HEADER + b"\r\nwords\n" + b"-----BEGIN PGP SIGNED MESSAGE-----\nA: b\n" * 30_000,
    "any bytes": HEADER + b"\r\nwords " + bytes(range(256)) * 4_000,
    "a signature in itself": HEADER
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n--b\r\n"
    + b"Content-Type: application/pkcs7-mime\r\n\r\n"
    + bytes.fromhex("308006092a864886f70d010702a08030800201013100308006092a864886f70d010701a080")
    + b"\x24\x80" * 300_000,
    "deep html": HEADER + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 50_000 + b"words",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mail_is_read_in_bounded_time(raw: bytes) -> None:
    before = time.process_time()
    parsed = parse_mail(raw)

    assert "words" in parsed.text
    assert len(parsed.attachments) <= 500
    assert time.process_time() - before < 4


def test_a_mail_of_60_megabytes_is_read() -> None:
    line = b"QUJD" * 19 + b"\r\n"
    raw = (
        HEADER
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n--b\r\n"
        + b"Content-Type: application/zip; name=big.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + line * (60_000_000 // len(line))
        + b"--b--\r\n"
    )
    parsed = parse_mail(raw)

    assert parsed.text == "words"
    assert parsed.size == len(raw)
    assert parsed.attachments[0].size == 60_000_000 // len(line) * 57
