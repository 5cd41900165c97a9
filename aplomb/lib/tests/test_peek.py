"""Looks into files that may be made to hurt: text, names, and an end to whatever has none."""

import io
import zipfile

import pytest

from aplomb.lib import peek
from aplomb.lib.peek import CannotPeek, first_page, names_inside


def pdf(stream: bytes, *, further: bytes = b"") -> bytes:
    """A PDF of one page with that content."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF"
    return body + end % (table, further, len(body))


def test_the_first_page_of_a_pdf_is_read() -> None:
    assert first_page(pdf(b"BT /F 12 Tf 20 100 Td (Invoice 17) Tj ET")).strip() == "Invoice 17"


def test_a_page_without_text_is_empty() -> None:
    assert first_page(pdf(b"0 0 10 10 re f")).strip() == ""


def test_a_ring_of_pages_comes_to_an_end() -> None:
    ring = pdf(b"").replace(b"/Kids[3 0 R]/Count 1", b"/Kids[2 0 R]/Count 1")
    with pytest.raises(CannotPeek):
        first_page(ring)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"no pdf at all", bytes(1000)])
def test_what_is_broken_says_so(content: bytes) -> None:
    with pytest.raises(CannotPeek):
        first_page(content)
    with pytest.raises(CannotPeek):
        names_inside(content)


def test_a_locked_pdf_is_not_read() -> None:
    locked = pdf(b"x", further=b"/Encrypt<</Filter/Standard/V 1/R 2/O(x)/U(y)/P -1>>/ID[(a)(a)]")
    with pytest.raises(CannotPeek):
        first_page(locked)


def test_whatever_has_no_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peek, "SECONDS", 0.001)
    with pytest.raises(CannotPeek):
        first_page(pdf(b"x"))


def test_names_in_a_zip_without_what_would_move_a_cursor() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("a/b.txt", "Ελλάδα.csv", "x\x1b[2J\n.txt"):
            archive.writestr(name, "x")
    assert names_inside(out.getvalue()) == ["a/b.txt", "Ελλάδα.csv", "x\ufffd[2J\ufffd.txt"]


def test_of_many_names_the_first_are_told() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(1000):
            archive.writestr(f"{number}.txt", "")
    assert len(names_inside(out.getvalue())) == 200
