"""Files that stand in the text of a mail."""

import binascii

import pytest

from aplomb.channels.mail.reading.uuencoded import split_uuencoded, uudecoded

CONTENT = bytes(range(256)) * 2
LINES = b"".join(binascii.b2a_uu(CONTENT[start : start + 45]) for start in range(0, len(CONTENT), 45))


def test_a_file_is_taken_out_of_the_text() -> None:
    text, files = split_uuencoded(b"above\n\nbegin 644 a b.bin\n" + LINES + b"`\nend\nbelow\n")

    assert text == b"above\n\nbelow\n"
    assert [(file.name, file.content) for file in files] == [(b"a b.bin", CONTENT)]


def test_two_files_and_windows_line_ends() -> None:
    one = b"begin 755 x\r\n" + LINES.replace(b"\n", b"\r\n") + b" \r\nend\r\n"
    text, files = split_uuencoded(one + b"between\r\n" + one)

    assert text == b"between\r\n"
    assert [file.content for file in files] == [CONTENT, CONTENT]


def test_a_file_cut_off_by_the_end_counts() -> None:
    _text, files = split_uuencoded(b"begin 644 x\n" + LINES)

    assert files[0].content == CONTENT


@pytest.mark.parametrize(
    "text", [b"begin 644 words\nthat say nothing more\n", b"begin 999 x\n", b"to begin 644 x\nend\n", b"begin 644 x\nM"]
)
def test_what_only_looks_like_a_file_stays(text: bytes) -> None:
    assert split_uuencoded(text) == (text, [])


def test_a_part_in_this_encoding_is_undone() -> None:
    assert uudecoded(b"begin 644 x\n" + LINES + b"`\nend\n") == CONTENT
    assert uudecoded(b"no line of it is right \xff\n") == b""
