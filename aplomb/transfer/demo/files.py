"""Small files for the demo's messages, made on the spot: a picture that is one, a document that opens."""

import io
import zlib

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "csv": "text/csv",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def small_file(name: str) -> tuple[str, bytes]:
    """The media type and the bytes of a small file of that name."""
    ending = name.rpartition(".")[2].lower()
    if ending in {"png", "jpg"}:
        return TYPES[ending], _picture(name, ending)
    if ending == "pdf":
        return TYPES[ending], _document(name)
    if ending == "ods":
        return TYPES[ending], _sheet(name)
    if ending == "csv":
        return TYPES[ending], b"item;amount\nline;29.90\nrouter;4.50\n"
    return TYPES.get(ending, "text/plain"), f"{name}\n".encode()


def _picture(name: str, ending: str) -> bytes:
    from PIL import Image, ImageDraw

    tint = zlib.crc32(name.encode())
    picture = Image.new("RGB", (480, 320), (200 - tint % 40, 205 - tint % 30, 210 - tint % 50))
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((60, 60, 420, 260), fill=(60, 66, 72))
    drawing.rectangle((80, 80, 400, 200), fill=(225, 228, 224))
    for place in range(5):
        drawing.ellipse((90 + place * 40, 222, 106 + place * 40, 238), fill=(90, 160 if place % 2 else 80, 90))
    out = io.BytesIO()
    picture.save(out, "PNG" if ending == "png" else "JPEG")
    return out.getvalue()


def _document(name: str) -> bytes:
    """A PDF of one page with its own name on it (ISO 32000-1, the least that readers accept)."""
    words = "".join(each if each.isascii() and each.isalnum() else " " for each in name)
    page = f"BT /F1 18 Tf 72 720 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def _sheet(name: str) -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", TYPES["ods"])
        archive.writestr("content.xml", f"<office><name>{name}</name></office>")
    return out.getvalue()
