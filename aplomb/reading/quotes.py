"""What a mail says anew, apart from the history that it quotes and from its signature.

The structure of the HTML is read first, since mail programs mark there what they quoted; then lines in the words of
some thirty languages. In doubt text is kept: a sentence too many is read past, a sentence lost is a customer not heard.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from aplomb.lib.html import too_complex
from aplomb.reading.attributions import attribution_ending_at, may_end
from aplomb.reading.folding import folded, plain_line, with_hyphens
from aplomb.reading.forward_words import is_forward_marker
from aplomb.reading.header_block import read_block, read_label
from aplomb.reading.header_words import OTHER
from aplomb.reading.html_history import has_history, history_of_html
from aplomb.reading.quote_words import ORIGINAL_MESSAGE
from aplomb.reading.signatures import is_mobile, is_rule, signature_start

MARKER: Final = re.compile(r"[\s>*|]*##-.{1,300}-##[\s*|]*")
_QUOTE_MARK = re.compile(r" {0,3}>(?!\s?[=\d.,]{1,4}(?:\s|$))")
_TITLED_RULE = re.compile(r"\s{0,6}[-=_]{4,40}[^-=_<>@]{0,50}[-=_]{4,40}\s?")
_BLANKS_BELOW: Final = 3
# a quoted line as long as this may have been broken by a program that put no mark before the rest
_FULL: Final = 60
_LIST_FOOTER: Final = 8
# so many lines that look like the head of a history and are none stand in no mail of a person
_MOST_TRIED: Final = 2_000
_MOST_ANSWERS: Final = 500
_HEAD: Final = 80
_SHORT_HEAD: Final = 12


@dataclass(frozen=True, slots=True)
class Trimmed:
    """The parts of a mail's text; ``new_text`` is a piece of it (of the HTML's where the text says something else),
    and never empty when the mail has text."""

    new_text: str
    quoted: str
    signature: str


def split_quoted(text: str, html: str | None = None) -> Trimmed:
    """Return what is new in a mail, the history quoted in it and its signature.

    ``text`` is the plain text, ``html`` the unsanitised or sanitised HTML of the same mail if it has one. Answers
    written between quoted lines keep everything, since they say nothing without their questions.
    """
    by_words = _split(text)
    if not html or not has_history(html) or too_complex(html):
        return by_words
    found = history_of_html(html)
    if found is None:
        return by_words
    source, quoted = found
    by_structure = _split(source, quoted)
    if not text.strip():
        return by_structure
    position = _end_of_words(text, source, by_structure.new_text)
    if position is None and not by_words.quoted:
        position = _start_of_history(text, source, quoted)
        if position is None:
            return by_structure if by_structure.quoted else by_words
    return by_words if position is None else _split(text, stop=position)


def _end_of_words(text: str, source: str, new_text: str) -> int | None:
    """Return where the words of ``new_text`` end in ``text`` if it begins with them: marks and blanks count for nothing.

    None where the new part is not at the beginning or the whole of it.
    """
    if new_text == source.strip() or not source.lstrip().startswith(new_text):
        return None
    wanted = [each for each in new_text if each.isalnum()]
    found = 0
    for end, character in enumerate(text):
        if found == len(wanted):
            line_end = text.find("\n", end)
            rest = text[end : len(text) if line_end < 0 else line_end]
            return None if any(each.isalnum() for each in rest) else end + len(rest)
        if character.isalnum():
            if character != wanted[found]:
                return None
            found += 1
    return None


def _start_of_history(text: str, source: str, quoted: Sequence[bool]) -> int | None:
    """Return where the line with which the history begins in the HTML stands in ``text``."""
    lines = source.split("\n")
    head = next((line for line, is_quoted in zip(lines, quoted, strict=True) if is_quoted and line.strip("> ")), "")
    wanted = "".join(each for each in head if each.isalnum())[:_HEAD]
    places = [index for index, each in enumerate(text) if each.isalnum()]
    start = "".join(text[index] for index in places).find(wanted) if len(wanted) > _SHORT_HEAD else -1
    if start < 0:
        return None
    line_start = text.rfind("\n", 0, places[start]) + 1
    return None if any(each.isalnum() for each in text[line_start : places[start]]) else line_start


class _Lines:
    """A text in lines: as they came, where they stand, and as they are compared."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.raw = text.split("\n")
        self.starts: list[int] = []
        position = 0
        for line in self.raw:
            self.starts.append(position)
            position += len(line) + 1
        self.plain = [plain_line(line) for line in self.raw]
        self.exact = [line.rstrip("\r") in ("-- ", "--\u00a0") for line in self.raw]

    def piece(self, part: range) -> str:
        """The lines of ``part`` as they stand in the text, without blank ones around them."""
        start, stop = part.start, part.stop
        while start < stop and not self.plain[start].strip():
            start += 1
        while stop > start and not self.plain[stop - 1].strip():
            stop -= 1
        if start >= stop:
            return ""
        last = stop - 1
        return self.text[self.starts[start] : self.starts[last] + len(self.raw[last])].rstrip()

    def without(self, start: int, *left: range) -> str:
        """All lines from ``start`` on but those of ``left``."""
        taken: set[int] = set()
        for part in left:
            taken.update(part)
        kept = [self.raw[index].rstrip() for index in range(start, len(self.raw)) if index not in taken]
        return "\n".join(kept).strip("\n")


def _split(text: str, quoted: Sequence[bool] | None = None, *, stop: int | None = None) -> Trimmed:
    """``quoted`` tells the lines that are history by their structure; ``stop`` the place from which all is history."""
    lines = _Lines(text)
    marked = [_QUOTE_MARK.match(line) is not None for line in lines.plain]
    if quoted is not None:
        marked = [each or other for each, other in zip(marked, quoted, strict=True)]
    _quote_wrapped(lines.plain, marked)
    first = _past_marker(lines.plain, marked)
    if stop is None:
        end = _end_of_new(lines.plain, marked, first)
    else:
        end = next((index for index, start in enumerate(lines.starts) if start >= stop), len(lines.raw))
    _quote_attributions(lines.plain, marked, first, end)
    kept, signature = _kept(lines, marked, first, end)
    new_text = lines.piece(kept)
    if not new_text:
        return Trimmed(text.strip("\r\n").rstrip(), "", "")
    is_delimited = bool(signature) and lines.plain[signature.start].strip() in ("--", "—")
    shown = range(signature.start + 1, signature.stop) if is_delimited else signature
    return Trimmed(new_text, lines.without(first, kept, signature), lines.piece(shown))


def _quote_wrapped(lines: Sequence[str], quoted: list[bool]) -> None:
    """Count the rest of a quoted line that a program broke, without a mark before it, to the quote."""
    for index in range(1, len(lines) - 1):
        if quoted[index] or not quoted[index - 1] or not quoted[index + 1]:
            continue
        above, line = lines[index - 1], lines[index]
        if line and len(above) >= _FULL and len(line) < len(above) and not above.endswith((".", "!", "?", ":", ";")):
            quoted[index] = True


def _past_marker(lines: Sequence[str], quoted: Sequence[bool]) -> int:
    """Skip our own marker at the top of a mail: there it belongs to the text that it heads (our own mail)."""
    for index, line in enumerate(lines):
        if line.strip():
            return index + 1 if MARKER.fullmatch(line) and not quoted[index] else 0
    return 0


def _end_of_new(lines: Sequence[str], quoted: Sequence[bool], first: int) -> int:
    """Return the line from which everything is history, whatever its marks."""
    tried = 0
    for index in range(first, len(lines)):
        line = lines[index]
        if not line:
            continue
        if "##-" in line and MARKER.fullmatch(line):
            return _before_attribution(lines, index, first)
        if quoted[index]:
            continue
        if is_forward_marker(line):
            # what somebody forwards they send on purpose
            return len(lines)
        if _is_separator(line):
            return _above_rules(lines, index, first)
        if ":" not in line and "：" not in line:
            continue
        if (tried := tried + 1) > _MOST_TRIED:
            break
        label = read_label(line)
        if label is not None and label.kind != OTHER and read_block(lines, index) is not None:
            return _above_rules(lines, index, first)
        if may_end(line):
            below = _next_spoken(lines, index + 1)
            if below < len(lines) and quoted[below]:
                continue
            found = attribution_ending_at(lines, index, first, quote_below=False)
            if found is not None and found.certain:
                return _above_rules(lines, found.start, first)
    return len(lines)


def _is_separator(line: str) -> bool:
    if len(line) > 120:
        return False
    flat = with_hyphens(line)
    return ("--" in flat or "__" in flat or "==" in flat) and ORIGINAL_MESSAGE.fullmatch(folded(flat)) is not None


def _next_spoken(lines: Sequence[str], start: int) -> int:
    for index in range(start, min(len(lines), start + _BLANKS_BELOW)):
        if lines[index].strip():
            return index
    return next((index for index in range(start, len(lines)) if lines[index].strip()), len(lines))


def _above_rules(lines: Sequence[str], index: int, first: int) -> int:
    """The lines drawn above the head of the history belong to it."""
    while index > first and (not lines[index - 1].strip() or _is_drawn(lines[index - 1])):
        index -= 1
    return index


def _is_drawn(line: str) -> bool:
    """A rule, also one with a title in it: '----- Original mail -----'."""
    return is_rule(line) or _TITLED_RULE.fullmatch(line) is not None


def _before_attribution(lines: Sequence[str], index: int, first: int) -> int:
    above = index
    while above > first and not lines[above - 1].strip("> "):
        above -= 1
    if above <= first:
        return above
    found = attribution_ending_at(lines, above - 1, first, quote_below=True) if may_end(lines[above - 1]) else None
    return above if found is None else found.start


def _quote_attributions(lines: Sequence[str], quoted: list[bool], first: int, end: int) -> None:
    """Count the 'on … wrote:' and the header above a run of quoted lines to the run."""
    tried = 0
    for index in range(first + 1, end):
        if not quoted[index] or quoted[index - 1] or tried > _MOST_TRIED:
            continue
        above = index - 1
        while above > first and index - above < _BLANKS_BELOW and not lines[above].strip():
            above -= 1
        if quoted[above] or not may_end(lines[above]):
            continue
        tried += 1
        found = attribution_ending_at(lines, above, first, quote_below=True)
        if found is not None and not any(quoted[found.start : index]):
            quoted[found.start : index] = [True] * (index - found.start)


def _kept(lines: _Lines, quoted: Sequence[bool], first: int, end: int) -> tuple[range, range]:
    """Return the lines that are new and those of the signature, by how own and quoted lines follow each other."""
    spoken = (index for index in range(first, end) if lines.plain[index].strip())
    runs = [(is_quoted, list(group)) for is_quoted, group in groupby(spoken, key=quoted.__getitem__)]
    own = [group for is_quoted, group in runs if not is_quoted]
    if len(own) == len(runs):
        return _unsigned(lines, range(first, end)) if own else (range(0), range(0))
    is_top = not runs[0][0]
    if len(own) > _MOST_ANSWERS:
        return range(first, end), range(0)
    said = [group for group in own if not _is_unspoken(lines.plain, group)] or own[:1]
    if is_top and own and said[0] is not own[0]:
        said.insert(0, own[0])
    if not said:
        return range(0), range(0)
    if len(said) == 1:
        # above what it answers, or below it
        return _unsigned(lines, range(first if is_top else said[0][0], said[0][-1] + 1))
    if is_top and len(said) == 2:
        below, signed_below = _unsigned(lines, range(said[1][0], said[1][-1] + 1), may_be_all=True)
        if not lines.piece(below) or _is_list_footer(lines.plain, said[1]):
            above, signature = _unsigned(lines, range(first, said[0][-1] + 1))
            return above, signature or signed_below
    return _unsigned(lines, range(first, end)) if not runs[-1][0] else (range(first, end), range(0))


def _is_unspoken(lines: Sequence[str], group: Sequence[int]) -> bool:
    """Whether between quoted lines only drawn lines or what a phone's program adds is left."""
    return all(is_rule(lines[index]) or is_mobile(lines[index]) for index in group)


def _is_list_footer(lines: Sequence[str], group: Sequence[int]) -> bool:
    """What a mailing list writes below all: a drawn line, then its name and links, no sentence."""
    if len(group) > _LIST_FOOTER or not is_rule(lines[group[0]]):
        return False
    rest = [lines[index] for index in group[1:]]
    return any("://" in line or "@" in line for line in rest) or not rest


def _unsigned(lines: _Lines, part: range, *, may_be_all: bool = False) -> tuple[range, range]:
    """Split the signature off."""
    start = signature_start(lines.plain, lines.exact, part, may_be_all=may_be_all)
    return range(part.start, start), range(start, part.stop) if start < part.stop else range(0)
