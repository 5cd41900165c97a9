"""Files that could harm whoever opens them."""

import io
import zipfile

import pytest

from aplomb.lib.dangers import danger_of, marked_type

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def zipped(*names: str, is_locked: bool = False) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    content = bytearray(stream.getvalue())
    content[6] |= is_locked
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "media_type", "kind"),
    [
        ("report.pdf", "application/pdf", ""),
        ("Rechnung 3.11.2026.pdf", "application/pdf", ""),
        ("photo.jpg", "image/jpeg", ""),
        ("archive.tar.gz", "application/gzip", ""),
        ("letter", "text/plain", ""),
        ("", "", ""),
        ("setup.exe", "application/octet-stream", "program"),
        ("SETUP.EXE ", "application/octet-stream", "program"),
        ("tool.msi", "application/octet-stream", "program"),
        ("open.lnk", "application/octet-stream", "program"),
        ("run.ps1", "text/plain", "script"),
        ("page.html", "text/plain", "page"),
        ("drawing.svg", "image/svg+xml", "page"),
        ("letter.txt", "text/html", "page"),
        ("sheet.xlsm", "application/zip", "macros"),
        ("sheet.xlsx", "application/vnd.ms-excel.sheet.macroenabled.12", "macros"),
        ("disk.iso", "application/octet-stream", "disk"),
        ("invoice.pdf.exe", "application/octet-stream", "disguised"),
        ("invoice.pdf       .exe", "application/octet-stream", "disguised"),
        ("invoice.pdf.html", "text/html", "disguised"),
        ("invoice\u202efdp.exe", "application/octet-stream", "disguised"),
        ("invoice\uff0eexe", "application/octet-stream", "program"),
        ("invoice.pdf", "application/x-dosexec", "disguised"),
        ("tool", "application/x-dosexec", "program"),
        ("a.zip", "application/zip; danger=locked", "locked"),
        ("a.zip", "application/zip; danger=nonsense", ""),
    ],
)
def test_a_file_is_known_by_name_and_type(name: str, media_type: str, kind: str) -> None:
    assert danger_of(name, media_type) == kind


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.zip", zipped("letter.docx", "photo.jpg"), ""),
        ("a.zip", zipped("deep/invoice.js"), "holds"),
        ("a.zip", zipped("letter.docx", is_locked=True), "locked"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), ""),
        ("a.docx", zipped("[Content_Types].xml", "word/vbaProject.bin"), "macros"),
        ("a.odt", zipped("mimetype", "content.xml"), ""),
        ("a.doc", OLE, ""),
        ("a.doc", OLE + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "locked"),
        ("a.pdf", b"MZ" + b"\x00" * 100, "disguised"),
        ("a", b"\x7fELF" + b"\x00" * 100, "program"),
        ("a.txt", b"#!/bin/sh\nrm -r x\n", "script"),
        ("a.txt", b"MZ is how it begins", ""),
        ("a.bak", b"\x00" * 32_769 + b"CD001", "disk"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00" + b"\x00\x00\x00\x00\x10\x04\x00", "locked"),
        ("a.rar", b"Rar!\x1a\x07\x00\x00\x00\x73\x80\x00\x0d\x00", "locked"),
        ("a.rar", b"Rar!\x1a\x07\x00\x00\x00\x73\x00\x00\x0d\x00" + b"\x00" * 20, ""),
        ("a.zip", b"PK\x03\x04", ""),
        ("a.zip", b"PK\x03\x04" * 10_000, None),
        ("a", b"", ""),
    ],
)
def test_bytes_tell_what_names_hide(name: str, content: bytes, kind: str | None) -> None:
    found = marked_type(name, "application/octet-stream", content)
    assert kind is None or danger_of(name, found) == kind
    assert kind != "" or found == "application/octet-stream"


def test_a_mark_fits_its_column_and_replaces_other_parameters() -> None:
    found = marked_type("a.exe", "application/" + "x" * 200 + "; charset=utf-8", b"MZ")
    assert len(found) <= 127 and found.endswith("; danger=program")
