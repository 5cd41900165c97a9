"""What a mail says anew, apart from the history that it quotes and from its signature.

The structure of the HTML is read first, since mail programs mark there what they quoted; then lines in the
words of
ten languages. In doubt text is kept: a sentence too many is read past, a sentence lost is a customer not
heard.
"""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from aplomb.lib.html import too_complex
from aplomb.lib.htmltext import QUOTED, REST, Line, html_lines
from aplomb.reading.quote_words import (
    ATTRIBUTION_START,
    CC_LABEL,
    FORWARDED,
    FROM_LABEL,
    MOBILE_SIGNATURE,
    ORIGINAL_MESSAGE,
    SENT_LABEL,
    SUBJECT_LABEL,
    TO_LABEL,
    WROTE,
)

MARKER: Final = re.compile(r"[\s>*|]*##-.{1,300}-##[\s*|]*")
MAX_LINES: Final = 10_000
_MAX_SIGNATURE: Final = 15
_MAX_ATTRIBUTION: Final = 500

_MAIL = re.compile(r"[\w.+'-]{1,64}@[\w.-]{2,250}")
_TIME = re.compile(r"\b\d{1,2}[:.]\d{2}\b|\b\d{1,2}h\d{2}\b")
_DAY = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\b(?:19|20)\d{2}\b|\b\d{1,2}\.?\s+(?:de\s+)?[^\W\d]{3,12}")
_RULE = re.compile(r"\s*(?:[_=*-]{5,}|—{3,}|─{3,})\s*")
_QUOTE_MARK = re.compile(r"[ \t]{0,3}>|[ \t]{0,3}\|[ \t]")
_DELIMITER = re.compile(r"\s?(?:--|—)\s?")
_HISTORY_SIGNS: Final = (
    "gmail_quote",
    "divrplyfwdmsg",
    "appendonsend",
    "moz-cite-prefix",
    "yahoo_quoted",
    "protonmail_quote",
    "aplomb_when",
    "mail-editor-reference",
    "olk_src_body",
    "<blockquote",
    "border-top:solid #",
)
_QUOTED_CLASSES: Final = frozenset(
    {"gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "aplomb_when", "zmail_extra"}
)
_REST_IDS: Final = frozenset({"divrplyfwdmsg", "appendonsend", "olk_src_body_section"})
_OUTLOOK_RULE = re.compile(r"border:none;border-top:solid#(?:e1e1e1|b5c4df)", re.I)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """The parts of a mail's text; ``new_text`` is never empty when the mail has text."""

    new_text: str
    quoted: str
    signature: str


def split_quoted(text: str, html: str | None = None) -> Trimmed:
    """Return what is new in a mail, the history quoted in it and its signature.

    ``text`` is the plain text, ``html`` the unsanitised or sanitised HTML of the same mail if it has one.
    Answers
    written between quoted lines keep everything, since they say nothing without their questions.
    """
    if html and _has_history(html) and not too_complex(html):
        lines = html_lines(html, _judge)
        if any(line.quoted for line in lines):
            return _in_the_words_of(text, _split(lines))
    return _split([Line(line, False) for line in text.split("\n")])


def _has_history(html: str) -> bool:
    lowered = html.lower()
    return any(sign in lowered for sign in _HISTORY_SIGNS)


def _judge(tag: str, attributes: dict[str, str | None]) -> str | None:
    if tag == "blockquote" and (attributes.get("type") or "").lower() == "cite":
        return QUOTED
    classes = (attributes.get("class") or "").split()
    if not _QUOTED_CLASSES.isdisjoint(classes) or (tag == "blockquote" and "gmail_quote" in classes):
        return QUOTED
    identity = (attributes.get("id") or "").lower()
    if identity in _REST_IDS or identity.startswith("mail-editor-reference"):
        return REST
    style = (attributes.get("style") or "").replace(" ", "")
    return REST if tag == "div" and style and _OUTLOOK_RULE.search(style) else None


def _in_the_words_of(text: str, trimmed: Trimmed) -> Trimmed:
    """Take the new part from the plain text if it begins with the same words: it is what the sender typed."""
    wanted = "".join(trimmed.new_text.split())
    position = 0
    for end, character in enumerate(text):
        if position == len(wanted):
            return Trimmed(text[:end].strip("\n").rstrip(), trimmed.quoted, trimmed.signature)
        if character.isspace():
            continue
        if character != wanted[position]:
            return trimmed
        position += 1
    return Trimmed(text.strip("\n").rstrip(), trimmed.quoted, trimmed.signature) if position == len(wanted) else trimmed


def _split(given: list[Line]) -> Trimmed:
    lines = [line.text.rstrip() for line in given]
    looked_at = lines[:MAX_LINES]
    quoted = [line.quoted or _QUOTE_MARK.match(line.text) is not None for line in given[:MAX_LINES]]
    first = _past_marker(looked_at, quoted)
    end = _end_of_new(looked_at, quoted, first)
    _quote_attributions(looked_at, quoted, first, end)
    kept, signature = _kept(looked_at, quoted, first, end)
    new_text = _joined(lines, kept)
    if not new_text:
        return Trimmed("\n".join(lines).strip("\n"), "", "")
    taken = {*kept, *signature, signature.start - 1}
    rest = [line for index, line in enumerate(lines) if index >= first and index not in taken]
    return Trimmed(new_text, "\n".join(rest).strip("\n"), _joined(lines, signature))


def _joined(lines: list[str], part: range) -> str:
    text = "\n".join(lines[part.start : part.stop]).strip("\n")
    return text if text.strip() else ""


def _past_marker(lines: list[str], quoted: list[bool]) -> int:
    """Skip our own marker at the top of a mail: there it belongs to the text that it heads (our own mail)."""
    for index, line in enumerate(lines):
        if line.strip():
            return index + 1 if MARKER.fullmatch(line) and not quoted[index] else 0
    return 0


def _end_of_new(lines: list[str], quoted: list[bool], first: int) -> int:
    """Return the line from which everything is history, whatever its marks."""
    for index in range(first, len(lines)):
        line = lines[index]
        if "##-" in line and MARKER.fullmatch(line):
            return _before_attribution(lines, index, first)
        if quoted[index] or not line:
            continue
        if ("-" in line or "_" in line) and ORIGINAL_MESSAGE.fullmatch(line):
            return index
        if ":" not in line:
            continue
        if FROM_LABEL.match(line) and _is_header_block(lines, index):
            return index
        if line.rstrip("* ").endswith((":", "：")) and WROTE.search(line):
            start = _attribution_start(lines, index, first)
            if start is not None and _is_sure(lines, quoted, start, index):
                return start
    return len(lines)


def _is_header_block(lines: list[str], index: int) -> bool:
    if index and FORWARDED.search(" ".join(lines[max(0, index - 2) : index])):
        return False
    following = lines[index + 1 : index + 9]
    found = (any(label.match(line) for line in following) for label in (SENT_LABEL, TO_LABEL, SUBJECT_LABEL, CC_LABEL))
    return sum(found) >= 2


def _before_attribution(lines: list[str], index: int, first: int) -> int:
    above = index
    while above > first and not lines[above - 1].strip("> "):
        above -= 1
    start = _attribution_start(lines, above - 1, first) if above > first else None
    return above if start is None else start


def _is_sure(lines: list[str], quoted: list[bool], start: int, end: int) -> bool:
    """Without quote marks below, a line is history's head only with an address or an hour: people write 'you
    wrote:'."""
    joined = " ".join(lines[start : end + 1])
    if not (_MAIL.search(joined) or (_TIME.search(joined) and _DAY.search(joined))):
        return False
    for index in range(end + 1, len(lines)):
        if lines[index].strip():
            return not quoted[index]
    return False


def _attribution_start(lines: list[str], index: int, first: int) -> int | None:
    """Return where an attribution that ends at ``index`` begins: up to four lines, wrapped by a mail
    program."""
    joined = ""
    dated: int | None = None
    for start in range(index, max(first, index - 3) - 1, -1):
        line = lines[start].strip("> *\t")
        if not line or (start < index and len(lines[start]) < 20 and not ATTRIBUTION_START.match(line)):
            break
        joined = f"{line} {joined}"
        if len(joined) > _MAX_ATTRIBUTION:
            break
        wrote = WROTE.search(joined)
        if not wrote and not (_MAIL.search(joined) and _DAY.search(joined)):
            continue
        if not (_DAY.search(joined) or _MAIL.search(joined)):
            continue
        if ATTRIBUTION_START.match(line):
            return start
        if start == index and wrote:
            dated = start
    return dated


def _quote_attributions(lines: list[str], quoted: list[bool], first: int, end: int) -> None:
    """Count the 'on … wrote:' above a run of quoted lines to the run."""
    for index in range(first + 1, end):
        if not quoted[index] or quoted[index - 1]:
            continue
        above = index - 1
        while above > first and index - above < 3 and not lines[above].strip():
            above -= 1
        line = lines[above].rstrip("* ")
        if not line.endswith((":", "：", "-:")):
            continue
        start = _attribution_start(lines, above, first)
        if start is None and _DAY.search(line) and _TIME.search(line):
            start = above
        if start is not None:
            quoted[start:index] = [True] * (index - start)


def _kept(lines: list[str], quoted: list[bool], first: int, end: int) -> tuple[range, range]:
    """Return the lines that are new and those of the signature, by how own and quoted lines follow each
    other."""
    spoken = (index for index in range(first, end) if lines[index].strip())
    runs = [(is_quoted, list(group)) for is_quoted, group in groupby(spoken, key=quoted.__getitem__)]
    everything = _unsigned(lines, range(first, end))
    if not any(is_quoted for is_quoted, _ in runs):
        return everything
    own = [group for is_quoted, group in runs if not is_quoted]
    if not own:
        return range(0), range(0)
    if not runs[0][0]:
        above, signature = _unsigned(lines, range(first, own[0][-1] + 1))
        if len(own) == 1:
            return above, signature
        below, signed_below = _unsigned(lines, range(own[1][0], end), may_be_all=True)
        if len(own) == 2 and not below:
            return above, signature or signed_below
    elif len(own) == 1:
        # Written below what it answers.
        return _unsigned(lines, range(own[0][0], own[0][-1] + 1))
    return everything


def _unsigned(lines: list[str], part: range, *, may_be_all: bool = False) -> tuple[range, range]:
    """Split the signature off: what stands below '-- ', or the line that a mobile program adds."""
    end = _without_rules(lines, part)
    for index in range(max(part.start, end - _MAX_SIGNATURE), end):
        if _DELIMITER.fullmatch(lines[index]) and (may_be_all or _joined(lines, range(part.start, index))):
            return range(part.start, _without_rules(lines, range(part.start, index))), range(index + 1, end)
    start = end
    while start > part.start and end - start < 3 and _is_mobile(lines[start - 1]):
        start -= 1
    if not (may_be_all or _joined(lines, range(part.start, start))) or not _joined(lines, range(start, end)):
        return range(part.start, end), range(0)
    return range(part.start, _without_rules(lines, range(part.start, start))), range(start, end)


def _is_mobile(line: str) -> bool:
    return not line.strip() or (len(line) < 200 and MOBILE_SIGNATURE.fullmatch(line) is not None)


def _without_rules(lines: list[str], part: range) -> int:
    end = part.stop
    while end > part.start and (not lines[end - 1].strip() or _RULE.fullmatch(lines[end - 1])):
        end -= 1
    return end
