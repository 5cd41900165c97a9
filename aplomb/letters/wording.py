"""The language in which letters are written: variables, fallbacks, and marks of what must be made personal. Pure.

    {address_as}                     the value, or the neutral form where there is none
    {agent_name|one of us}           the value, or the words after the bar
    [[the date of the visit]]        to be replaced by a person before the text goes

A text is read once, from left to right; what values contain is never read again, so that no customer can put a variable or
a mark into a letter: in values square brackets become round ones. A brace is always one of a variable: who is used to
`{{name}}` from elsewhere is told so, and no customer ever reads it. A line whose variables are all empty, and which says
nothing else, is left out.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

LONGEST_VALUE: Final = 500

_SIGN = re.compile(r"\[\[|\{|\}")
_END = re.compile(r"[{}\n]")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MARK = re.compile(r"\[\[([^\[\]\n]{1,300})\]\]")
_BRACKETS = str.maketrans("[]", "()")


@dataclass(frozen=True)
class Fault:
    """Why a text cannot be taken. `line` counts from 1; `code` is a stable word; `name` what it is about.

    unclosed, stray, bad-name, unknown (`near`: the variable that was perhaps meant), not-here, unclosed-mark, mark-not-here.
    """

    line: int
    code: str
    name: str = ""
    near: str = ""


@dataclass(frozen=True)
class Mark:
    """A place to make personal: what to write there, and where it stands."""

    words: str
    start: int
    end: int


@dataclass(frozen=True)
class _Literal:
    text: str


@dataclass(frozen=True)
class _Variable:
    name: str
    fallback: str | None


_Piece = _Literal | _Variable | Fault


def check_text(
    text: str, available: Collection[str], *, known: Collection[str] = (), marks_allowed: bool = False
) -> list[Fault]:
    """Everything that is wrong with a text, in its order. `available` are the variables of this letter, `known` all."""
    found = []
    for piece, line in _lines(text):
        if isinstance(piece, Fault):
            found.append(piece)
        elif isinstance(piece, _Variable) and piece.name not in available:
            near = get_close_matches(piece.name, sorted(available), n=1)
            code = "not-here" if piece.name in known else "unknown"
            found.append(Fault(line, code, piece.name, near[0] if near and code == "unknown" else ""))
    found += _faults_of_marks(text, marks_allowed=marks_allowed)
    return sorted(found, key=lambda each: each.line)


def variables_in(text: str) -> frozenset[str]:
    """The names of the variables that a text uses."""
    return frozenset(piece.name for piece in _pieces(text) if isinstance(piece, _Variable))


def fill_text(text: str, values: Mapping[str, str], neutral: Callable[[str], str] = lambda name: "") -> str:
    """The text with its values. Never raises: what is missing has its fallback, else its neutral form; what is wrong stays."""
    lines: list[str] = []
    current: list[str] = []
    empties = says = False

    def end_line() -> None:
        nonlocal current, empties, says
        whole = "".join(current)
        if not (empties and not says and not whole.strip()):
            lines.append(whole)
        current, empties, says = [], False, False

    for piece in _pieces(text):
        if isinstance(piece, _Variable):
            value = clean_value(values.get(piece.name, ""))
            if not value:
                value = piece.fallback if piece.fallback is not None else neutral(piece.name)
            empties = empties or not value.strip()
            says = says or bool(value.strip())
            current.append(value)
            continue
        said = text_of(piece)
        first, *rest = said.split("\n")
        current.append(first)
        says = says or bool(first.strip())
        for each in rest:
            end_line()
            current.append(each)
            says = bool(each.strip())
    end_line()
    return "\n".join(lines)


def text_of(piece: "_Literal | Fault") -> str:
    """What stands there when it is no variable: a piece that is wrong stands as it was written."""
    return piece.text if isinstance(piece, _Literal) else piece.name


def clean_value(value: str) -> str:
    """A value on one line, short, without controls and without square brackets, which would look like a mark."""
    plain = "".join(each if each.isprintable() else " " for each in value[: LONGEST_VALUE * 4])
    return " ".join(plain.split())[:LONGEST_VALUE].translate(_BRACKETS)


def marks_in(text: str) -> list[Mark]:
    """The places that are still to be made personal, in order."""
    return [Mark(found[1].strip(), found.start(), found.end()) for found in _MARK.finditer(text)]


def _faults_of_marks(text: str, *, marks_allowed: bool) -> Iterator[Fault]:
    for number, line in enumerate(text.split("\n"), 1):
        marks = marks_in(line)
        if marks and not marks_allowed:
            yield Fault(number, "mark-not-here", marks[0].words)
        if "[[" in _MARK.sub("", line) or "]]" in _MARK.sub("", line):
            yield Fault(number, "unclosed-mark")


def _lines(text: str) -> Iterator[tuple[_Piece, int]]:
    line = 1
    for piece in _pieces(text):
        if isinstance(piece, Fault):
            piece = Fault(line, piece.code, piece.name)
        yield piece, line
        if isinstance(piece, _Literal):
            line += piece.text.count("\n")
        elif isinstance(piece, Fault):
            line += piece.name.count("\n")


def _pieces(text: str) -> Iterator[_Piece]:
    """The text in pieces. A fault carries the text as it stands there in `name`."""
    at = 0
    while (found := _SIGN.search(text, at)) is not None:
        if found.start() > at:
            yield _Literal(text[at : found.start()])
        sign = found[0]
        at = found.end()
        if sign == "}":
            yield Fault(0, "stray", "}")
        elif sign == "[[":
            # words for a person: what stands in a mark is no variable
            mark = _MARK.match(text, found.start())
            at = mark.end() if mark else at
            yield _Literal(text[found.start() : at])
        else:
            piece, at = _variable(text, found.start())
            yield piece
    if at < len(text):
        yield _Literal(text[at:])


def _variable(text: str, start: int) -> tuple[_Piece, int]:
    """The variable whose brace opens there, and where it ends."""
    end = _END.search(text, start + 1)
    if end is None or end[0] != "}":
        return Fault(0, "unclosed", "{"), start + 1
    stop = end.start()
    name, bar, fallback = text[start + 1 : stop].partition("|")
    name = name.strip()
    if not _NAME.fullmatch(name):
        return Fault(0, "bad-name", text[start : stop + 1]), stop + 1
    return _Variable(name, fallback.strip() if bar else None), stop + 1
