"""Small pictures of pictures: made anew from the dots alone, so that nothing else of the file goes along.

Only five well-known formats are opened, only the first frame, and none that would unpack beyond measure. It is done by the
process of `peek`, which ends by itself: a file that is made to hurt costs the desk no more than a few seconds elsewhere.
"""

from typing import Final

from aplomb.lib.peek import CannotPeek, drawn_small

PICTURE_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/x-ms-bmp"})
MOST_BYTES: Final = 30_000_000
PNG_BEGINS: Final = b"\x89PNG\r\n\x1a\n"


class NoPicture(Exception):
    """It cannot be shown as a picture: broken, too large, or of another kind."""


def small_picture(content: bytes, edge: int) -> tuple[bytes, str]:
    """The picture within a square of `edge` dots, upright, without metadata; and its media type. Raises NoPicture."""
    if len(content) > MOST_BYTES:
        raise NoPicture("too large")
    try:
        small = drawn_small(content, edge)
    except CannotPeek as error:
        raise NoPicture(str(error)) from error
    return small, "image/png" if small.startswith(PNG_BEGINS) else "image/jpeg"
