"""Colleagues named in a note: @ and a name, found by the longest name that fits. Pure; linear in the text.

No mention: what stands in an e-mail address or a web address, and what stands in `code` or between ``` lines.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

MOST_MENTIONS = 50
# after one of these an @ belongs to an address
_OF_AN_ADDRESS = frozenset("._%+-/@:=&'")


@dataclass(frozen=True)
class Named:
    """Somebody who can be named, as the desk knows them."""

    id: int
    work_name: str
    full_name: str
    email: str


@dataclass
class _Node:
    """A place in the tree of names. `ids`: whose name ends here."""

    next: dict[str, "_Node"] = field(default_factory=dict)
    ids: set[int] = field(default_factory=set)


def handles(people: Iterable[Named]) -> Mapping[int, str]:
    """How to write each of them so that nobody else is meant: the work name; else the full one; else with the address."""
    known = list(people)
    works, fulls = _counted(each.work_name for each in known), _counted(each.full_name for each in known)
    found: dict[int, str] = {}
    for each in known:
        work, full = _folded(each.work_name), _folded(each.full_name)
        if works[work] == 1 and fulls.get(work, 0) <= (1 if work == full else 0):
            found[each.id] = each.work_name
        elif fulls[full] == 1 and works.get(full, 0) <= (1 if work == full else 0):
            found[each.id] = each.full_name
        else:
            found[each.id] = f"{each.work_name} ({each.email})"
    return found


def mentioned(text: str, people: Iterable[Named]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Who is named in the text, each once in the order of the text, and the names that more than one person has.

    At most fifty; alphabets and letters large or small as they come.
    """
    root = _tree(people)
    clean = unicodedata.normalize("NFC", text)
    ids: dict[int, None] = {}
    unclear: dict[str, None] = {}
    for at in _signs(clean):
        end, found = _longest(clean, at + 1, root)
        if len(found) == 1:
            ids.setdefault(next(iter(found)))
        elif found:
            unclear.setdefault(clean[at + 1 : end])
        if len(ids) + len(unclear) >= MOST_MENTIONS:
            break
    return tuple(ids), tuple(unclear)


def _counted(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[_folded(name)] = found.get(_folded(name), 0) + 1
    return found


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _tree(people: Iterable[Named]) -> _Node:
    root = _Node()
    for each in people:
        for name in {each.work_name, each.full_name, f"{each.work_name} ({each.email})"}:
            node = root
            for letter in _folded(name):
                node = node.next.setdefault(letter, _Node())
            if node is not root:
                node.ids.add(each.id)
    return root


def _signs(text: str) -> Iterator[int]:
    """Where an @ stands that can begin a mention."""
    code = _code(text)
    until = -1
    for at, letter in enumerate(text):
        if at <= until:
            continue
        if letter == "`" and at in code:
            until = code[at]
        elif letter == "@":
            before = text[at - 1] if at else " "
            if not before.isalnum() and before not in _OF_AN_ADDRESS:
                yield at


def _code(text: str) -> dict[int, int]:
    """Where code begins, by the place of its first backtick, and where it ends: runs of backticks pair with the next run
    as long, those of one or two only within their line."""
    runs: list[tuple[int, int, int]] = []
    line = at = 0
    while at < len(text):
        if text[at] == "\n":
            line += 1
        if text[at] != "`":
            at += 1
            continue
        start = at
        while at < len(text) and text[at] == "`":
            at += 1
        length = at - start
        runs.append((start, length, -1 if length >= 3 else line))
    later: dict[tuple[int, int], int] = {}
    closes: dict[int, int] = {}
    for start, length, where in reversed(runs):
        if (length, where) in later:
            closes[start] = later[length, where] + length - 1
        later[length, where] = start
    return closes


def _longest(text: str, at: int, root: _Node) -> tuple[int, set[int]]:
    """The longest name that begins here and ends with its word: where it ends, and whose it is."""
    node, end, found = root, at, set[int]()
    while at < len(text):
        for letter in " " if text[at].isspace() and text[at] != "\n" else text[at].casefold():
            after = node.next.get(letter)
            if after is None:
                return end, found
            node = after
        at += 1
        if node.ids and _ends(text, at):
            end, found = at, node.ids
    return end, found


def _ends(text: str, at: int) -> bool:
    """Whether a word ends here: no letter follows, and nothing that makes an address of it."""
    if at >= len(text):
        return True
    if text[at].isalnum() or text[at] in "_@":
        return False
    # combining marks belong to the letter before them
    if unicodedata.combining(text[at]):
        return False
    return not (text[at] in ".-" and at + 1 < len(text) and text[at + 1].isalnum())
