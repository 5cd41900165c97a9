"""Signed and encrypted mail: marked, and readable where it can be read."""

import base64

import pytest

from aplomb.channels.mail.reading.parse import Protection, parse_mail
from aplomb.channels.mail.reading.protection import signed_content, unwrapped

HEADER = b"From: a@x.example\r\nSubject: s\r\n"
SIGNED = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")
INNER = b"Content-Type: text/plain\r\n\r\ninner words\r\n"


def element(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


WHOLE = element(
    0x30,
    SIGNED,
    element(
        0xA0,
        element(
            0x30,
            b"\x02\x01\x01",
            element(0x31),
            element(0x30, DATA, element(0xA0, element(0x04, INNER))),
            element(0x31),
        ),
    ),
)
PIECES = (
    b"\x30\x80" + SIGNED + b"\xa0\x80\x30\x80\x02\x01\x01" + element(0x31) + b"\x30\x80" + DATA + b"\xa0\x80\x24\x80"
    + element(0x04, INNER[:9]) + element(0x04, INNER[9:]) + b"\x00" * 6 + element(0x31) + b"\x00" * 6
)  # fmt: skip


@pytest.mark.parametrize("cms", [WHOLE, PIECES])
def test_an_opaque_signature_is_opened(cms: bytes) -> None:
    parsed = parse_mail(
        HEADER + b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(cms)
    )

    assert signed_content(cms) == INNER
    assert (parsed.text, parsed.attachments) == ("inner words", ())
    assert parsed.protection == Protection("smime", is_signed=True)


@pytest.mark.parametrize("length", range(0, len(WHOLE), 5))
def test_a_signature_cut_anywhere_breaks_nothing(length: int) -> None:
    content = signed_content(WHOLE[:length])

    assert content is None or INNER.startswith(content)


@pytest.mark.parametrize(
    ("head", "protection"),
    [
        (b'multipart/signed; protocol="application/pgp-signature"; boundary=b', Protection("pgp", is_signed=True)),
        (b'multipart/signed; protocol="application/pkcs7-signature"; boundary=b', Protection("smime", is_signed=True)),
        (
            b'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
            Protection("pgp", is_encrypted=True),
        ),
        (b"multipart/mixed; boundary=b", None),
    ],
)
def test_protection_is_marked(head: bytes, protection: Protection | None) -> None:
    parsed = parse_mail(HEADER + b"Content-Type: " + head + b"\r\n\r\n--b\r\n\r\nwords\r\n--b--\r\n")

    assert parsed.protection == protection
    assert parsed.text == "words"


def test_an_encrypted_mail_says_so() -> None:
    parsed = parse_mail(HEADER + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx")

    assert parsed.protection == Protection("smime", is_encrypted=True)
    assert len(parsed.attachments) == 1


@pytest.mark.parametrize(
    ("text", "read", "protection"),
    [
        ("plain", "plain", None),
        (
            "above\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nwords\n- -- \n"
            "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\nbelow",
            "above\nwords\n-- \n\nbelow",
            Protection("pgp", is_signed=True),
        ),
        (
            "-----BEGIN PGP SIGNED MESSAGE-----\n\nno end",
            "-----BEGIN PGP SIGNED MESSAGE-----\n\nno end",
            Protection("pgp", is_signed=True),
        ),
        (
            "-----BEGIN PGP MESSAGE-----\n\nx",
            "-----BEGIN PGP MESSAGE-----\n\nx",
            Protection("pgp", is_encrypted=True),
        ),
    ],
)
def test_armour_is_taken_off(text: str, read: str, protection: Protection | None) -> None:
    assert unwrapped(text) == (read, protection)
