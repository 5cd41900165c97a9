"""What stands below the words of a mail: a signature under '-- ', the line of a phone, notices of programs."""

import re
from collections.abc import Sequence
from typing import Final

from aplomb.reading.folding import folded
from aplomb.reading.signature_words import (
    MAX_MOBILE,
    MOBILE,
    NOTICE_HEAD,
    SCANNED,
    is_notice,
    is_plea,
    without_links,
)

_DELIMITER = re.compile(r"\s?(?:--|—)\s?")
_MAX_EXACT: Final = 30
_MAX_LOOSE: Final = 15
_MOST_MOBILE_LINES: Final = 3
_MOST_NOTICE_LINES: Final = 25
_ROUNDS: Final = 4
_RULE: Final = frozenset("-_=*–—─ ")
_SHORTEST_RULE: Final = 5


def signature_start(lines: Sequence[str], exact: Sequence[bool], part: range, *, may_be_all: bool = False) -> int:
    """Return the line of ``part`` where the signature begins, ``part.stop`` if there is none.

    ``exact`` tells the lines that are '-- ' to the letter (RFC 3676). Unless ``may_be_all``, something is left above.
    """
    stop = part.stop
    for _ in range(_ROUNDS):
        start = _one_less(lines, exact, range(part.start, stop))
        if start == stop or not (may_be_all or any(lines[index].strip() for index in range(part.start, start))):
            break
        stop = start
    return stop


def _one_less(lines: Sequence[str], exact: Sequence[bool], part: range) -> int:
    stop = part.stop
    end = stop
    while end > part.start and not lines[end - 1].strip():
        end -= 1
    below_delimiter = _delimiter(lines, exact, range(part.start, end))
    if below_delimiter is not None:
        return below_delimiter
    if (start := _mobile(lines, range(part.start, end))) < end:
        return start
    return start if (start := _notice(lines, range(part.start, end))) < end else stop


def _delimiter(lines: Sequence[str], exact: Sequence[bool], part: range) -> int | None:
    for index in range(max(part.start, part.stop - _MAX_EXACT), part.stop):
        if exact[index]:
            return index
    for index in range(max(part.start, part.stop - _MAX_LOOSE), part.stop):
        if _DELIMITER.fullmatch(lines[index]):
            return index
    return None


def _mobile(lines: Sequence[str], part: range) -> int:
    """The last one to three lines, wrapped or one below the other, if they are what a phone's program adds."""
    start = part.stop
    while start > part.start and part.stop - start < _MOST_MOBILE_LINES:
        above = start - 1
        while above > part.start and not lines[above].strip():
            above -= 1
        below = start
        start = _mobile_at(lines, above, part.start)
        if start > above:
            return below
    return start


def _mobile_at(lines: Sequence[str], index: int, first: int) -> int:
    """Where the line of a phone begins that ends at ``index``, broken in two or with its link below; behind it if none."""
    if is_mobile(lines[index]):
        return index
    above = lines[index - 1] if index > first else ""
    if above.strip() and (_is_link(lines[index]) if is_mobile(above) else is_mobile(f"{above} {lines[index]}")):
        return index - 1
    return index + 1


def is_mobile(line: str) -> bool:
    """Whether a line is the one that a phone's program adds below a mail."""
    if not 0 < len(line) <= 2 * MAX_MOBILE:
        return False
    words = folded(without_links(line))
    return len(words) <= MAX_MOBILE and MOBILE.fullmatch(words) is not None


def _is_link(line: str) -> bool:
    bare = line.strip(" <>()[]")
    return bare.startswith(("http://", "https://")) and " " not in bare


def _notice(lines: Sequence[str], part: range) -> int:
    """The last paragraph, if it is a legal notice or an advertisement: of some length, in set words."""
    start = part.stop
    while start > part.start and part.stop - start < _MOST_NOTICE_LINES and lines[start - 1].strip():
        start -= 1
    if start > part.start and lines[start - 1].strip():
        return part.stop
    paragraph = folded(" ".join(line.strip() for line in lines[start : part.stop]).strip(" *_=-#|"))
    if not (SCANNED.fullmatch(paragraph) or is_plea(paragraph) or is_notice(paragraph)):
        return part.stop
    return _with_heading(lines, range(part.start, start))


def _with_heading(lines: Sequence[str], above: range) -> int:
    """A notice's heading or a rule right above it belongs to it."""
    start = above.stop
    index = start - 1
    while index >= above.start and not lines[index].strip():
        index -= 1
    if index < above.start:
        return start
    line = lines[index]
    is_heading = len(line) < 60 and NOTICE_HEAD.fullmatch(folded(line).strip()) is not None and len(line) < 40
    return index if is_heading or is_rule(line) else start


def is_rule(line: str) -> bool:
    """Whether a line is drawn, not written: five or more hyphens, underscores, asterisks."""
    bare = line.strip()
    return len(bare) >= _SHORTEST_RULE and bare[0] in _RULE and len(set(bare)) <= 2 and _RULE.issuperset(bare)
