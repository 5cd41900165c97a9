"""Small pictures of pictures, and of what only pretends to be one."""

import io
import struct
import zlib

import pytest
from PIL import Image

from aplomb.lib import peek
from aplomb.lib.pictures import MOST_BYTES, NoPicture, small_picture


def drawn(kind: str, size: tuple[int, int] = (800, 400), mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode != "P" else 1).save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_it_fits_into_the_square(kind: str) -> None:
    content, media_type = small_picture(drawn(kind), 200)
    assert Image.open(io.BytesIO(content)).size == (200, 100) and media_type == "image/jpeg"


def test_a_small_one_is_not_blown_up() -> None:
    assert Image.open(io.BytesIO(small_picture(drawn("PNG", (20, 10)), 200)[0])).size == (20, 10)


def test_what_can_be_seen_through_stays_so() -> None:
    assert small_picture(drawn("PNG", mode="RGBA"), 200)[1] == "image/png"


def test_it_stands_upright_and_says_nothing_of_its_place() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "at home"
    content, _type = small_picture(drawn("JPEG", exif=exif, comment=b"secret"), 200)
    found = Image.open(io.BytesIO(content))
    assert found.size == (100, 200) and not found.getexif() and b"secret" not in content and b"at home" not in content


def test_of_a_film_only_the_first_picture() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    found = Image.open(io.BytesIO(small_picture(out.getvalue(), 40)[0]))
    red, _green, blue = found.convert("RGB").getpixel((5, 5))  # type: ignore[misc]  # of RGB it is three
    assert red > 200 > blue and getattr(found, "n_frames", 1) == 1


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + name + content + struct.pack("!I", zlib.crc32(name + content))


def test_a_bomb_is_never_unpacked() -> None:
    head = chunk(b"IHDR", struct.pack("!IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000)) + chunk(b"IEND", b"")
    with pytest.raises(NoPicture):
        small_picture(bomb, 200)


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", drawn("PNG")[:60], drawn("JPEG")[:300], drawn("TIFF"), drawn("PDF"), b"<svg onload='x'/>"],
)
def test_what_is_broken_or_of_another_kind_is_none(content: bytes) -> None:
    with pytest.raises(NoPicture):
        small_picture(content, 200)


def test_what_is_too_large_is_not_even_opened() -> None:
    with pytest.raises(NoPicture):
        small_picture(bytes(MOST_BYTES + 1), 200)


def with_scans(picture: bytes, more: int) -> bytes:
    """The JPEG with its last scan so many times more."""
    return picture[:-2] + picture[picture.rindex(b"\xff\xda") : -2] * more + b"\xff\xd9"


def test_a_jpeg_that_goes_over_its_dots_without_end_is_none() -> None:
    plain = drawn("JPEG", progressive=True)
    assert small_picture(with_scans(plain, 20), 200)[1] == "image/jpeg"
    with pytest.raises(NoPicture):
        small_picture(with_scans(plain, 60), 200)


def test_what_a_camera_adds_around_the_dots_is_no_scan() -> None:
    plain, film = drawn("JPEG"), b"\xff\xda\0\2" * 100
    framed = plain[:2] + b"\xff\xed" + struct.pack("!H", len(film) + 2) + film + plain[2:] + film
    assert small_picture(framed, 200)[1] == "image/jpeg"


def test_a_large_photo_is_made_small_in_passing() -> None:
    whole, thumb = Image.new("RGB", (5200, 5000)), Image.new("RGB", (50, 50))
    out = io.BytesIO()
    whole.save(out, "MPO", save_all=True, append_images=[thumb])
    for photo in (out.getvalue(), drawn("JPEG", (5200, 5000))):
        assert Image.open(io.BytesIO(small_picture(photo, 520)[0])).size == (520, 500)


def test_a_large_one_in_many_passes_would_be_held_whole_and_is_none() -> None:
    with pytest.raises(NoPicture):
        small_picture(drawn("JPEG", (5200, 5000), progressive=True), 200)


def test_whatever_has_no_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peek, "SECONDS", 0.001)
    with pytest.raises(NoPicture):
        small_picture(drawn("PNG"), 200)
