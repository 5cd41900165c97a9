"""The line above a quoted mail that says who wrote it and when: 'On …, Ana <ana@firm.example> wrote:'.

Programs break it over up to four lines and put the verb where their language wants it. People write such lines too
('On Monday Anna wrote: …'), so each needs evidence: an address, or a day and an hour.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from aplomb.reading.folding import folded
from aplomb.reading.header_block import MAIL
from aplomb.reading.quote_words import (
    DATE_FIRST,
    DAY,
    OPENING,
    PRONOUN,
    TIME,
    WROTE,
    WROTE_FIRST,
    WROTE_LAST,
    WROTE_THEN_WHEN,
)

MAX_ATTRIBUTION: Final = 500
MOST_LINES: Final = 4
_BARE_NAME = re.compile(r"(?:[^\W\d_][\w.'’-]{0,30} ){1,5}[^\W\d_]{3,20}[:：]")
_ENDS: Final = (":", "：")
_EDGE: Final = " *\t>\"'_"


class Attribution(NamedTuple):
    """Lines ``start`` to ``end`` (both of it). ``certain`` if it needs no quote marks below to be one."""

    start: int
    end: int
    certain: bool


def may_end(line: str) -> bool:
    """Whether an attribution may end with this line; cheap, for every line of a mail."""
    return line.rstrip(_EDGE + "-").endswith(_ENDS) or _is_ruled(line)


def _is_ruled(line: str) -> bool:
    """'---- On …, Ana <ana@firm.example> wrote ----'."""
    return line.startswith("---") and line.endswith("---") and "@" in line


def attribution_ending_at(lines: Sequence[str], end: int, first: int, *, quote_below: bool) -> Attribution | None:
    """Return the attribution whose last line is ``end`` and which begins at ``first`` or later, or None."""
    best: tuple[int, int, str] | None = None
    has_date = False
    joined = ""
    near = [*_upwards(lines, end, first)]
    if not any(each.isdigit() or each == "@" for _, line in near for each in line):
        near = []
    for start, line in near:
        joined = _joined(line, joined)
        strength = _strength(joined)
        if strength is None:
            continue
        opening = _opening(folded(joined))
        if opening == 2:
            best = (start, strength, joined)
            if strength == 3 or not _is_address_line(lines, start - 1, first):
                break
            continue
        if best is None or strength > best[1] or (opening == 1 and not has_date and strength == best[1]):
            best, has_date = (start, strength, joined), opening == 1
    if best is not None:
        start, strength, joined = best
        return _judged(start, end, strength, joined, quote_below=quote_below, lines=lines)
    if quote_below and _is_bare(lines, end, first):
        return Attribution(end, end, certain=False)
    return None


def _upwards(lines: Sequence[str], end: int, first: int) -> Iterator[tuple[int, str]]:
    """Yield the lines that may belong together, the lowest first."""
    total = 0
    for start in range(end, max(first, end - MOST_LINES + 1) - 1, -1):
        line = lines[start].strip(_EDGE)
        if _is_ruled(line):
            line = f"{line.strip('- ')}:"
        total += len(line)
        if not line or total > MAX_ATTRIBUTION:
            return
        if start < end and may_end(line) and line.rfind("(") <= line.rfind(")"):
            return
        yield start, line


def _is_address_line(lines: Sequence[str], index: int, first: int) -> bool:
    """A line that is nothing but 'Ana Pop <ana@firm.example>': the name of an attribution that goes on below."""
    return (
        index >= first and lines[index].rstrip(" ,、，").endswith((">", ")")) and MAIL.search(lines[index]) is not None
    )


def _joined(above: str, below: str) -> str:
    """A line that was broken inside an address is put together without a blank."""
    if not below:
        return above
    return f"{above}{below}" if above.endswith(("<", "(", "[mailto:")) else f"{above} {below}"


def _opening(words: str) -> int:
    """2: it begins as an attribution does and tells the day; 1: it begins with a date; 0: with a name."""
    if DAY.search(words) is None:
        return 0
    if OPENING.match(words):
        return 2
    return 1 if DATE_FIRST.match(words) else 0


def _strength(joined: str) -> int | None:
    """3: address and (day or hour), 2: a verb with an address, or with a day and an hour, 1: less; None: nothing."""
    words = folded(joined)
    address = MAIL.search(joined) is not None
    day, hour = DAY.search(words) is not None, TIME.search(words) is not None
    if not WROTE.search(words):
        dated = day and hour and address
        begins = OPENING.match(words) or DATE_FIRST.match(words)
        if not dated:
            return None
        return 3 if begins and _ends_in_address(joined) else 1
    if not _verb_fits(words, address=address):
        return None
    if address and (day or hour):
        return 3
    if address or (day and hour):
        return 2
    return 1 if day or hour else None


def _ends_in_address(joined: str) -> bool:
    return joined.rstrip(" :：*-").endswith((">", ")", "]"))


def _verb_fits(words: str, *, address: bool) -> bool:
    """The verb stands where programs put it, not in 'I wrote to help@desk.example:'."""
    last = WROTE_LAST.search(words)
    if last is not None:
        return address or PRONOUN.search(words[: last.start()]) is None
    if WROTE_THEN_WHEN.search(words) is not None:
        return True
    first = WROTE_FIRST.search(words)
    return first is not None and (address or TIME.search(words) is not None)


def _judged(
    start: int, end: int, strength: int, joined: str, *, quote_below: bool, lines: Sequence[str]
) -> Attribution | None:
    if quote_below:
        return Attribution(start, end, certain=False)
    if strength < 2:
        return None
    stands_alone = start == 0 or not lines[start - 1].strip(_EDGE)
    if strength == 2 and not (stands_alone and _opening(folded(joined)) and TIME.search(folded(joined))):
        # 'Support <help@desk.example> wrote:' needs no more, if nothing stands above it
        return Attribution(start, end, certain=True) if stands_alone and MAIL.search(joined) else None
    return Attribution(start, end, certain=True)


def _is_bare(lines: Sequence[str], end: int, first: int) -> bool:
    """'Ana Pop wrote:' above quote marks, with nothing above it."""
    line = lines[end].strip(_EDGE)
    if len(line) > 80 or (end > first and lines[end - 1].strip(_EDGE)) or not _BARE_NAME.fullmatch(line):
        return False
    words = folded(line)
    last = WROTE_LAST.search(words)
    return last is not None and PRONOUN.search(words[: last.start()]) is None
