"""The header that programs repeat above a mail which they quote or forward: From, Sent, To, Subject, in any order."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from aplomb.reading.folding import folded
from aplomb.reading.header_words import CC, FROM, KINDS, MAX_LABEL, OTHER, SENT, SUBJECT, TO

MAIL: Final = re.compile(r"(?<![\w.+'-])[\w.+'&=/-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MARKS: Final = " *_\t"
_MOST_LINES: Final = 40
_MOST_WRAPPED: Final = 6
# a label inside a line: programs that turn a table into text glue the fields together
_GLUED = re.compile(r"(?:^|(?<=[>\]);\s\"'\d])|(?<=[^\W\d_]))([^\W\d_][^\W\d_ .'/-]{0,18}(?: [^\W\d_]{1,8})?)\s?[:：]")


class Field(NamedTuple):
    """One line of a header: ``kind`` is one of header_words' kinds, ``value`` what stands after the colon."""

    kind: str
    value: str


class Block(NamedTuple):
    """A header: its fields by kind (the first of each), and the line after its last one."""

    fields: dict[str, str]
    end: int


def read_label(line: str) -> Field | None:
    """Return the field that a line begins, bold marks left away; None if it begins none."""
    start = line.lstrip(_MARKS)
    position = _colon(start)
    if position <= 0:
        return None
    kind = KINDS.get(" ".join(folded(start[:position].strip(_MARKS)).split()))
    return None if kind is None else Field(kind, start[position + 1 :].strip(_MARKS))


def _colon(line: str) -> int:
    places = [place for place in (line.find(":", 0, MAX_LABEL), line.find("：", 0, MAX_LABEL)) if place > 0]
    return min(places, default=-1)


def read_block(lines: Sequence[str], start: int) -> Block | None:
    """Return the header that begins at ``start``; None if what stands there is none for certain.

    It has a sender and two further fields; a subject or an address must be among them, since people write
    'From: Athens, To: Rome, Date: …' about other things.
    """
    first = read_label(lines[start])
    if first is None or first.kind == OTHER:
        return None
    fields: dict[str, str] = {}
    end = start
    last = ""
    unread: list[str] = []
    blanks = 0
    for index in range(start, min(len(lines), start + _MOST_LINES)):
        line = lines[index]
        if not line.strip(_MARKS):
            blanks += 1
            if blanks > 1 or unread or (len(fields) > 2 and FROM in fields and SUBJECT in fields):
                break
            continue
        field = read_label(line)
        if field is None or (field.kind in fields and field.kind not in (CC, OTHER)):
            if blanks or len(unread) >= _MOST_WRAPPED or field is not None:
                break
            unread.append(line.strip())
            continue
        if unread:
            fields[last] = " ".join([fields[last], *unread])
            unread = []
        fields.setdefault(field.kind, field.value)
        last, end, blanks = field.kind, index + 1, 0
    return _certain(fields, end)


def _certain(fields: dict[str, str], end: int) -> Block | None:
    known = fields.keys() & {SENT, TO, CC, SUBJECT}
    if FROM not in fields or len(known) < 2:
        return None
    named = SUBJECT in known or any(MAIL.search(fields.get(kind, "")) for kind in (FROM, TO))
    return Block(fields, end) if named else None


def read_glued(line: str) -> dict[str, str]:
    """Return the fields of a header that stands in one line, without blanks between the fields."""
    found: list[tuple[int, int, str]] = []
    for match in _GLUED.finditer(line[:1_000]):
        label = match[1]
        kind, start = _known_end(label)
        if kind is not None and kind not in {each[2] for each in found}:
            found.append((match.start(1) + start, match.end(), kind))
    fields = {}
    for place, (_, value, kind) in enumerate(found):
        stop = found[place + 1][0] if place + 1 < len(found) else len(line)
        fields[kind] = line[value:stop].strip(" *;,")
    return fields


def _known_end(label: str) -> tuple[str | None, int]:
    """The kind of the longest end of ``label`` that is a label: 'CETSubject' ends in one."""
    for start in range(len(label)):
        begins = start == 0 or label[start].isupper() or label[start - 1] == " " or not label[start - 1].isalpha()
        if begins and (kind := KINDS.get(folded(label[start:]).strip())) is not None:
            return kind, start
    return None, 0
