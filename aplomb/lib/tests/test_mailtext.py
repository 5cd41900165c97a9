"""Charsets and encoded words as they arrive."""

import pytest

from aplomb.lib.mailtext import (
    charset_codec,
    clean_line,
    clean_text,
    decode_bytes,
    decode_words,
    loose_base64,
)

GREEK = "Καλημέρα σας, δεν έχω λάβει ακόμη την παραγγελία μου. Άλλη μια φορά!"
ROMANIAN = "Bună ziua, nu am primit încă comanda şi aştept răspunsul dumneavoastră în această săptămână."
SPANISH = "¿Cuándo llegará el envío? Mañana será el último día según la garantía."


@pytest.mark.parametrize("label", [None, "utf-8", "us-ascii", "iso-8859-1", "x-unknown", "none of yours"])
@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (GREEK, "utf-8"),
        (GREEK, "cp1253"),
        (GREEK, "iso8859_7"),
        (SPANISH, "utf-8"),
        (SPANISH, "cp1252"),
        (SPANISH, "iso8859_15"),
        (ROMANIAN, "utf-8"),
    ],
)
def test_text_is_read_whatever_its_label(text: str, codec: str, label: str | None) -> None:
    assert decode_bytes(text.encode(codec), label) == text


@pytest.mark.parametrize("codec", ["cp1250", "iso8859_2"])
def test_romanian_of_old_charsets_is_read_without_a_label(codec: str) -> None:
    comma = ROMANIAN.translate(str.maketrans("şţ", "șț"))

    assert decode_bytes(ROMANIAN.encode(codec)) in (ROMANIAN, comma)
    assert decode_bytes(comma.encode("iso8859_16")) == comma


def test_a_language_decides_the_ladder() -> None:
    assert decode_bytes("Ναι".encode("cp1253"), None, "el") == "Ναι"
    assert decode_bytes(b"\xbai \xfeara", None, "ro") == "și țara"


def test_utf8_with_one_broken_byte_stays_utf8() -> None:
    assert decode_bytes(GREEK.encode()[:-40] + b"\xff" + b" ok", "utf-8").startswith("Καλημέρα σας, δεν έχω")


@pytest.mark.parametrize(
    "label", ["hex", "rot13", "zlib", "idna", "unicode_escape", "undefined", "\x00", "", "x" * 999]
)
def test_labels_that_are_no_charsets_are_none(label: str) -> None:
    assert charset_codec(label) is None
    assert decode_bytes("ñandú".encode(), label) == "ñandú"


def test_every_byte_is_read() -> None:
    assert len(decode_bytes(bytes(range(256)))) > 200


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?B?zprOsc67zrc=?= =?utf-8?B?zrzOrc+BzrEh?=", "Καλημέρα!"),
        ("=?utf-8?B?zprO?= =?utf-8?B?sc67zrc=?=", "Καλη"),
        ("Re: =?iso-8859-1?Q?a=F1o_nuevo?= ok", "Re: año nuevo ok"),
        ("=?windows-1253?Q?=CA=E1=EB=E7?=", "Καλη"),
        ("=?utf-8*es?Q?a=C3=B1o?=", "año"),
        ("=?utf-8?Q?two words?=", "two words"),
        ("=?nonsense?Q?a=C3=B1o?=", "año"),
        ("=?utf-8?B?broken", "=?utf-8?B?broken"),
        ("=?utf-8?B??=", ""),
    ],
)
def test_encoded_words_are_decoded(written: str, read: str) -> None:
    assert decode_words(written) == read


def test_a_line_holds_no_line_ends_and_no_tricks() -> None:
    assert clean_line("a\r\nBcc: x\x00\tb\u2028c \u202eevil\u2066\ud800") == "a Bcc: x b c evil"
    assert clean_line("x" * 5_000) == "x" * 1_000


def test_text_is_composed_and_without_controls() -> None:
    assert clean_text("e\u0301\r\nb\rc\x00\x08\u202ed\ud800\tf") == "é\nb\ncd\tf"


@pytest.mark.parametrize("raw", [b"aGVsbG8=", b"aGVsbG8", b"aGVs\r\nbG8=", b"aGVs!bG8=", b"aGVsbG8=\r\n--x"])
def test_damaged_base64_gives_what_is_left(raw: bytes) -> None:
    assert loose_base64(raw)[:5] == b"hello"
