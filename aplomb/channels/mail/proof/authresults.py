"""Authentication-Results (RFC 8601): what the mail server in front found of a mail's origin. Pure.

Only what the configured server wrote counts, and of that only the topmost field: whoever sends a mail can write such
fields too, but never above those that the server puts on top.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from aplomb.channels.mail.reading.headers import Headers

MAX_VALUE: Final = 20_000
MAX_RESULTS: Final = 50
# Microsoft 365 names no server in its field (RFC 8601 asks for one): this is how a mailbox behind it is configured
NAMELESS: Final = "protection.outlook.com"

_WORD = re.compile(r'[^\s;=("]+')
_VALUE = re.compile(r'[^\s;("]+')


@dataclass(frozen=True, slots=True)
class Result:
    """One method and what it gave: `dkim`, `pass`, and its properties such as `header.d`."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Authentication:
    """A field as it was read: the server that wrote it (empty if it names none) and its results in order."""

    server: str
    results: tuple[Result, ...] = ()

    def of(self, method: str) -> list[Result]:
        """The results of one method, in order."""
        return [each for each in self.results if each.method == method]


def trusted_results(headers: Headers, server: str) -> Authentication | None:
    """The topmost Authentication-Results that this server wrote; None if there is none, or none is configured."""
    wanted = server.strip().lower().rstrip(".")
    if not wanted:
        return None
    for value in headers.get("authentication-results", [])[:50]:
        found = read_results(value)
        if found is None:
            continue
        if found.server == wanted or (not found.server and wanted.endswith(NAMELESS)):
            return found
    return None


def read_results(value: str) -> Authentication | None:
    """The field's value read; None if it is not one, or of a version that nobody has written down yet."""
    segments = _segments(value[:MAX_VALUE])
    head = next(segments, [])
    server = ""
    results: list[Result] = []
    if "=" in [text for text, is_quoted in head if not is_quoted]:
        if (found := _result(head)) is not None:
            results.append(found)
    elif head:
        server = head[0][0].lower().rstrip(".")
        if len(head) > 1 and head[1][0] != "1":
            return None
    for segment in segments:
        if (found := _result(segment)) is not None:
            results.append(found)
        if len(results) >= MAX_RESULTS:
            break
    return Authentication(server, tuple(results)) if server or results else None


def _result(segment: list[tuple[str, bool]]) -> Result | None:
    pairs = list(_pairs(segment))
    if not pairs:
        return None
    method, result = pairs[0]
    method, _slash, version = method.partition("/")
    if not method or not result or version not in ("", "1"):
        return None
    properties: dict[str, str] = {}
    for name, value in pairs[1:]:
        properties.setdefault(name, value)
    return Result(method, result.lower(), properties)


def _pairs(segment: list[tuple[str, bool]]) -> Iterator[tuple[str, str]]:
    """Names and values. A name may stand in pieces (`smtp . mailfrom`), a value never does."""
    name = ""
    position = 0
    while position < len(segment):
        text, is_quoted = segment[position]
        if text == "=" and not is_quoted:
            value = segment[position + 1][0] if position + 1 < len(segment) else ""
            if name:
                yield name.lower(), value
            name = ""
            position += 2
        else:
            name += text if not is_quoted else ""
            position += 1


def _segments(value: str) -> Iterator[list[tuple[str, bool]]]:
    """The words between semicolons, comments left out: each with whether it was quoted."""
    segment: list[tuple[str, bool]] = []
    position, length = 0, len(value)
    while position < length:
        character = value[position]
        if character == "(":
            position = _after_comment(value, position)
        elif character == ";":
            yield segment
            segment = []
            position += 1
        elif character.isspace():
            position += 1
        elif character == "=" and (not segment or segment[-1] != ("=", False)):
            segment.append(("=", False))
            position += 1
        else:
            is_value = bool(segment) and segment[-1] == ("=", False)
            text, is_quoted, position = _word(value, position, is_value)
            segment.append((text, is_quoted))
    yield segment


def _word(value: str, position: int, is_value: bool) -> tuple[str, bool, int]:
    """A word, a quoted string, or both in one as in `"two words"@host.example`."""
    text: list[str] = []
    is_quoted = False
    length = len(value)
    while position < length:
        if value[position] == '"':
            inner, position = _quoted(value, position)
            text.append(inner)
            is_quoted = True
            continue
        found = (_VALUE if is_value else _WORD).match(value, position)
        if found is None:
            break
        text.append(found.group())
        position = found.end()
    return "".join(text), is_quoted, position


def _quoted(value: str, position: int) -> tuple[str, int]:
    text: list[str] = []
    position += 1
    while position < len(value):
        character = value[position]
        if character == "\\" and position + 1 < len(value):
            text.append(value[position + 1])
            position += 2
        elif character == '"':
            return "".join(text), position + 1
        else:
            text.append(character)
            position += 1
    return "".join(text), position


def _after_comment(value: str, position: int) -> int:
    """Where a comment ends, comments within it included; the end of the value if it never does."""
    depth = 0
    while position < len(value):
        character = value[position]
        if character == "\\":
            position += 2
            continue
        depth += (character == "(") - (character == ")")
        position += 1
        if depth == 0:
            break
    return position
