"""A look into a file that may be made to hurt: the text of a PDF's first page, the names in a zip, a small picture.

It is done by a process of its own, with an end to its time and memory: a ring of objects, a stream that unpacks to a terabyte
or a million entries end that process and nothing else. The process is this module: `python -m aplomb.lib.peek pdf < file`.
"""

import re
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Final

SECONDS: Final = 10
MEMORY: Final = 512 * 1024 * 1024
# a decoder holds the dots of a film's first frame three times over
MEMORY_OF_PICTURES: Final = 768 * 1024 * 1024
LONGEST_TEXT: Final = 20_000
MOST_NAMES: Final = 200

PICTURES: Final = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
MOST_DOTS: Final = 24_000_000
# a JPEG in one pass is unpacked at a fraction of its size; a progressive one is held whole before it is made small
MOST_DOTS_OF_JPEG: Final = 120_000_000
# a progressive JPEG has about ten scans; each goes over all the dots, however few its bytes
MOST_SCANS: Final = 40
# a marker of a JPEG (ITU-T T.81, B.1.1.2): neither a stuffed byte, nor a restart, nor a fill byte
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SCAN, _END, _BARE = 0xDA, 0xD9, (0x01, 0xD8)

# so that twenty readers at once do not start twenty processes
_turns = threading.BoundedSemaphore(2)


class CannotPeek(Exception):
    """Nothing can be shown of it: broken, locked, endless or of another kind."""


def first_page(content: bytes) -> str:
    """The text of a PDF's first page, at most 20 000 characters; empty for a scan. Raises CannotPeek."""
    return _peek(content, "pdf").decode("utf-8", "replace")


def names_inside(content: bytes) -> list[str]:
    """The names in a zip, in its order, at most 200. Raises CannotPeek."""
    return [line for line in _peek(content, "zip").decode("utf-8", "replace").split("\n") if line]


def drawn_small(content: bytes, edge: int) -> bytes:
    """The picture made anew within a square of `edge` dots: a PNG where it can be seen through, else a JPEG.

    Raises CannotPeek.
    """
    return _peek(content, "picture", str(edge))


def _peek(content: bytes, *what: str) -> bytes:
    if not _turns.acquire(timeout=SECONDS):
        raise CannotPeek("busy")
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__, *what], input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise CannotPeek(type(error).__name__) from error
    finally:
        _turns.release()
    if done.returncode != 0:
        raise CannotPeek(f"ended with {done.returncode}")
    return done.stdout


def _bound(memory: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS - 2, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _pdf(content: bytes) -> bytes:
    import io
    import logging

    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()[:LONGEST_TEXT]
    return text.encode("utf-8", "replace")


def _zip(content: bytes) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [each.filename for each in archive.infolist()[:MOST_NAMES]]
    shown = ("".join(letter if letter.isprintable() else "\ufffd" for letter in name) for name in names)
    return "\n".join(name[:300] for name in shown).encode("utf-8", "replace")


def _picture(content: bytes, edge: str) -> bytes:
    import io
    import warnings

    from PIL import Image, ImageOps

    # our own bound is lower than the library's warning
    warnings.simplefilter("ignore")
    square = (int(edge), int(edge))
    with Image.open(io.BytesIO(content), formats=PICTURES) as picture:
        is_jpeg = picture.format in ("JPEG", "MPO")
        is_one_pass = is_jpeg and not picture.info.get("progressive") and not picture.info.get("progression")
        if picture.width * picture.height > (MOST_DOTS_OF_JPEG if is_one_pass else MOST_DOTS):
            raise ValueError("too many dots")
        if is_jpeg and _scans(content) > MOST_SCANS:
            raise ValueError("too many scans")
        picture.draft("RGB", square)
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
        bare = upright.convert("RGBA" if has_alpha else "RGB")
    bare.thumbnail(square)
    bare.info = {}
    out = io.BytesIO()
    bare.save(out, **({"format": "PNG"} if has_alpha else {"format": "JPEG", "quality": 82}))
    return out.getvalue()


def _scans(content: bytes) -> int:
    """How often a JPEG goes over its dots. What a camera adds before them and after their end does not count."""
    count, at = 0, 2
    while count <= MOST_SCANS and (found := _MARKER.search(content, at)):
        at, kind = found.end(), found[0][1]
        if kind == _END:
            break
        count += kind == _SCAN
        if kind not in _BARE:
            at += int.from_bytes(content[at : at + 2], "big")
    return count


def _main() -> int:
    _bound(MEMORY_OF_PICTURES if sys.argv[1] == "picture" else MEMORY)
    looks: dict[str, Callable[..., bytes]] = {"pdf": _pdf, "zip": _zip, "picture": _picture}
    look = looks[sys.argv[1]]
    try:
        seen = look(sys.stdin.buffer.read(), *sys.argv[2:])
    except Exception:  # whatever a hostile file makes of the reader: there is nothing to show
        return 3
    sys.stdout.buffer.write(seen)
    return 0


if __name__ == "__main__":
    sys.exit(_main())
