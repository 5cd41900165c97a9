"""What Outlook packs into winmail.dat, whole and damaged."""

import struct

import pytest

from aplomb.channels.mail.reading.tnef import read_tnef, text_of_rtf, unpacked_rtf

HEAD = b"\x78\x9f\x3e\x22\x01\x00"


def attribute(level: int, tag: int, content: bytes) -> bytes:
    return struct.pack("<BII", level, tag, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)


def wide(tag: int, text: str) -> bytes:
    raw = text.encode("utf-16-le") + b"\x00\x00"
    return struct.pack("<HHII", 0x1F, tag, 1, len(raw)) + raw + b"\x00" * (-len(raw) % 4)


def properties(*each: bytes) -> bytes:
    return struct.pack("<I", len(each)) + b"".join(each)


NAMED = struct.pack("<HH", 0x03, 0x8001) + b"g" * 16 + struct.pack("<II", 0, 7) + struct.pack("<I", 5)
FILE = (
    attribute(2, 0x00069002, b"\x01\x00" + b"\xff" * 12)
    + attribute(2, 0x00018010, b"SCAN~1.PDF\x00")
    + attribute(2, 0x0006800F, b"%PDF-1.4")
    + attribute(2, 0x00069005, properties(NAMED, wide(0x3707, "τιμή.pdf"), wide(0x3712, "pic@1")))
)
PACKET = (
    HEAD
    + attribute(1, 0x00069007, struct.pack("<II", 1253, 0))
    + attribute(1, 0x0002800C, "Ναι, παρακαλώ".encode("cp1253"))
    + FILE
)


def test_files_and_text_are_read() -> None:
    found = read_tnef(PACKET)

    assert found is not None
    assert found.text == "Ναι, παρακαλώ"
    (file,) = found.files
    assert (file.name, file.content, file.content_id) == ("τιμή.pdf", b"%PDF-1.4", "pic@1")


def test_what_is_no_packet_is_none() -> None:
    assert read_tnef(b"") is None
    assert read_tnef(b"words") is None


@pytest.mark.parametrize("length", range(0, len(PACKET), 7))
def test_a_packet_cut_anywhere_gives_what_came(length: int) -> None:
    found = read_tnef(PACKET[:length])

    assert found is None or len(found.files) <= 1


def test_counts_and_lengths_that_lie_end_the_reading() -> None:
    huge = struct.pack("<I", 0xFFFFFFFF)
    lying = struct.pack("<HHII", 0x1F, 0x1000, 0xFFFFFFFF, 0xFFFFFFFF)

    assert read_tnef(HEAD + attribute(1, 0x00069003, huge + lying)) is not None
    assert read_tnef(HEAD + attribute(1, 0x00069003, properties(struct.pack("<HH", 0x99, 0x1000)))) is not None


def test_packed_rich_text_is_unpacked() -> None:
    # both examples of [MS-OXRTFCP] 3.1; in the second what is copied is still being written
    hello = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    letters = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"

    assert unpacked_rtf(bytes.fromhex(hello)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked_rtf(bytes.fromhex(letters)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert unpacked_rtf(b"short") == b""
    assert unpacked_rtf(b"\x00" * 40) == b""


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (
            rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}The pump is \b loud\b0 .\par Ma\'f1ana\tab x}",
            "The pump is loud.\nMañana\tx",
        ),
        (rb"{\rtf1\ansicpg1253 \'cd\'e1\'e9}", "Ναι"),
        (rb"{\rtf1\uc1 \u8364? and \u-10179?\u-8704?}", "€ and 😀"),
        (rb"{\rtf1 {\*\htmltag64 <p>}words\{\}\\}", "words{}\\"),
        (rb"{\rtf1 not closed", "not closed"),
        (b"}}}}", ""),
    ],
)
def test_rich_text_is_read_as_text(rtf: bytes, text: str) -> None:
    assert text_of_rtf(rtf) == text
