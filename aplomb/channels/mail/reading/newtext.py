"""The new text of a mail as a piece of its text: cut out of it, never put together anew."""

from aplomb.reading.quotes import split_quoted


def new_text_of(text: str, html: str | None = None) -> str:
    """Return what is new in a mail, always a piece of ``text``; all of it where the new part cannot be found in it.

    ``html`` is the same mail's HTML if it has one; its marks tell history apart from what was written.
    """
    found = split_quoted(text, html).new_text
    piece = piece_of(text, found)
    if piece is None and html:
        # The HTML says it in other words than the plain text beside it.
        piece = piece_of(text, split_quoted(text).new_text)
    return text.strip("\n") if piece is None else piece


def piece_of(text: str, wanted: str) -> str | None:
    """Return the piece of ``text`` that says ``wanted``, whatever its blanks; None if it is not there."""
    if wanted in text:
        return wanted
    letters = "".join(wanted.split())
    if not letters:
        return ""
    positions = [index for index, character in enumerate(text) if not character.isspace()]
    bare = "".join(text[index] for index in positions)
    start = bare.find(letters)
    return None if start < 0 else text[positions[start] : positions[start + len(letters) - 1] + 1]
