"""The header of a mail, read by hand: tolerant of everything that real mail does, with bounded work.

Python's own address and parameter parsers decode before they split, are slow or stumble over hostile input;
here the structure is read from what stands on the wire, and only then are names decoded.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import unquote_to_bytes

from aplomb.lib.mailtext import clean_line, decode_bytes, decode_mixed, decode_words

MAX_HEADERS: Final = 2_000
MAX_HEADER_BYTES: Final = 1_000_000
MAX_VALUE: Final = 64_000
MAX_ADDRESSES: Final = 500
MAX_IDS: Final = 200
MAX_NAME: Final = 200

Headers = Mapping[str, list[str]]

_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:", re.M)
_NO_FIELD = re.compile(rb"^(?![!-9;-~]{1,200}[ \t]*:|[ \t\r\n]|>?From )[^\r\n]", re.M)
_CHARSET = re.compile(rb"charset\s*=\s*\"?([A-Za-z0-9_:.-]{2,40})", re.I)
_KNOWN_FIELD = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]{2,30}|received|return-path|reply-to|sender"
    rb"|delivered-to|references|in-reply-to)[ \t]*:",
    re.M | re.I,
)
_COMMENT = re.compile(r"\([^()]*\)")
_LINE = re.compile(rb"\r\n|\n|\r")
_MESSAGE_ID = re.compile(r"<([^<>]{1,990})>")
_SPACE = re.compile(r"\s+")
# a word is looked at from its beginning only: from each of its letters would cost the square of its length
_ADDRESS = re.compile(
    r"(?<![^\s@<>()\[\],;:\\\"])[^\s@<>()\[\],;:\\\"]++"
    r"@[^\s@<>()\\\",;:]+|\"(?:[^\"\\\r\n]|\\.){0,128}\"@[^\s@<>()\\\",;:]+"
)
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,40}\?[bBqQ]\?[^?]{0,2000}\?=")
_PARAMETER = re.compile(r';\s*([^\s=;*"]+)(\*\d{1,3})?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|"?([^;"]*))')


@dataclass(frozen=True, slots=True)
class Address:
    """A name as its owner wrote it, decoded, and a mail address as it stood on the wire."""

    name: str
    address: str

    @property
    def poses_as(self) -> str:
        """Another address that the name shows to whoever reads only names; empty if it shows none."""
        shown = _ADDRESS.search(self.name) if "@" in self.name else None
        address = (_wire_address(shown.group()) or "") if shown else ""
        is_other = "." in address.rpartition("@")[2] and address.lower() != self.address.lower()
        return address if is_other else ""


def split_header(raw: bytes) -> tuple[bytes, bytes]:
    """Return the header block and the body of a message or of a part."""
    if raw[:1] in (b"\n", b"\r"):
        return b"", raw.lstrip(b"\r\n") if raw[:2] in (b"\r\n", b"\n\n") else raw[1:]
    found = _blank_line(raw)
    block = raw if found is None else raw[: found.start()]
    if (cut := _end_of_fields(block)) is not None:
        return raw[:cut], raw[cut:]
    return block, b"" if found is None else raw[found.end() :]


def _blank_line(raw: bytes) -> re.Match[bytes] | None:
    """The line that ends the header. One of blanks does not if fields follow (RFC 5322 4.2)."""
    for found in _BLANK_LINE.finditer(raw, 0, MAX_HEADER_BYTES * 2):
        has_blanks = found.group().strip(b"\r\n") != b""
        if not has_blanks or not _goes_on(raw, found.end()):
            return found
    return None


def _goes_on(raw: bytes, position: int) -> bool:
    if raw[position : position + 1] in (b" ", b"\t"):
        return has_known_field(raw[position : position + 2_000])
    return _FIELD.match(raw, position) is not None


def _end_of_fields(block: bytes) -> int | None:
    """Where the text begins that follows the fields without an empty line; None if it is fields to the end."""
    if (found := _NO_FIELD.search(block[:MAX_HEADER_BYTES])) is None or found.start() == 0:
        return None
    return None if has_known_field(block[found.start() : MAX_HEADER_BYTES]) else found.start()


def has_known_field(block: bytes) -> bool:
    """True if a line of ``block`` is a field that every mail has."""
    return _KNOWN_FIELD.search(block) is not None


def read_headers(block: bytes, charset: str | None = None) -> dict[str, list[str]]:
    """Return the fields of a header block by lower-case name, unfolded, raw 8-bit decoded, encoded words
    untouched."""
    headers: dict[str, list[str]] = {}
    block = block[:MAX_HEADER_BYTES]
    if charset is None and not block.isascii() and (declared := _CHARSET.search(block)) is not None:
        # What stands raw in the header is mostly in the charset of the text.
        charset = declared.group(1).decode("ascii")
    if block.startswith((b"From ", b">From ")):
        block = block.partition(b"\n")[2]
    name = ""
    parts: list[bytes] = []
    count = 0
    for line in _LINE.split(block):
        if line[:1] in (b" ", b"\t"):
            parts.append(line)
            continue
        if name:
            headers.setdefault(name, []).append(_value(parts, charset))
            count += 1
            if count >= MAX_HEADERS:
                return headers
        found = _FIELD.match(line)
        name = found.group(1).decode("ascii").lower() if found else ""
        parts = [line[found.end() :]] if found else []
    if name:
        headers.setdefault(name, []).append(_value(parts, charset))
    return headers


def looks_like_header(block: bytes) -> bool:
    """True if the first line of ``block`` is a field or the separator of a mailbox file."""
    return _FIELD.match(block) is not None or block.startswith((b"From ", b">From "))


def _value(parts: list[bytes], charset: str | None) -> str:
    raw = (parts[0] if len(parts) == 1 else b"".join(parts))[:MAX_VALUE].strip()
    return raw.decode("ascii") if raw.isascii() and b"\x1b" not in raw else decode_mixed(raw, charset)


def first(headers: Headers, name: str) -> str:
    """Return the first field of that name, or an empty text."""
    values = headers.get(name)
    return values[0] if values else ""


def read_text(value: str, limit: int = 1_000) -> str:
    """Return an unstructured field (a subject) decoded, as one clean line."""
    return clean_line(decode_words(value), limit)


def read_ids(values: list[str]) -> tuple[str, ...]:
    """Return the message ids of In-Reply-To or References in angle brackets, in order, each once."""
    found: dict[str, None] = {}
    for value in values:
        if "=?" in value and "<" not in value:
            value = decode_words(value)
        ids = [_SPACE.sub("", each) for each in _MESSAGE_ID.findall(value)]
        if not ids:
            ids = [word for word in value.strip("<> ").split()[:MAX_IDS] if "@" in word and len(word) < 990]
        found.update(dict.fromkeys(f"<{_printable(each)}>" for each in ids if each))
    everything = tuple(found)
    return everything if len(everything) <= MAX_IDS else everything[:1] + everything[1 - MAX_IDS :]


def read_message_id(values: list[str]) -> str | None:
    """Return a mail's own id in angle brackets; a bare word counts too. None if there is none."""
    for value in values:
        if ids := read_ids([value]):
            return ids[0]
        word = _printable(_SPACE.sub("", value).strip("<>"))
        if word and len(word) < 990:
            return f"<{word}>"
    return None


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def read_date(value: str) -> datetime | None:
    """Return the instant of a Date field in UTC; None if it is not readable or before 1980 or after 2200."""
    try:
        when = parsedate_to_datetime(value[:200])
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return when if 1980 <= when.year <= 2200 else None


def read_addresses(values: list[str]) -> tuple[Address, ...]:
    """Return the mailboxes of address fields in order, groups opened, each address once.

    The address is what stood outside encoded words: a name that decodes to an address stays a name.
    """
    found: dict[str, Address] = {}
    for value in values:
        for mailbox in _mailboxes(value[:MAX_VALUE]):
            found.setdefault(mailbox.address.lower(), mailbox)
            if len(found) >= MAX_ADDRESSES:
                return tuple(found.values())
    return tuple(found.values())


class _Mailbox:
    """What was read of one mailbox so far: words of its name, comments, and the address in angle brackets."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.before_comma: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None

    def read(self) -> Address | None:
        if self.angle is not None:
            address = _wire_address(self.angle)
            if address is None:
                return None
            return Address(_name("".join([*self.before_comma, *self.words])) or _name(" ".join(self.comments)), address)
        bare = "".join(self.words)
        if "@" not in bare:
            return None
        for found in _ADDRESS.finditer(_ENCODED_WORD.sub(lambda word: " " * len(word.group()), bare)):
            if address := _wire_address(found.group()):
                rest = f"{bare[: found.start()]} {bare[found.end() :]}"
                return Address(_name(" ".join(self.comments)) or _name(rest), address)
        return None

    def goes_on(self) -> bool:
        """At a comma: true if it may stand within a name without quotes, as in 'Ruiz, Ana <ana@x>'."""
        if self.angle is not None or self.comments or not "".join(self.words).strip() or len(self.before_comma) > 20:
            return False
        return not any("@" in word for word in self.words)


def _mailboxes(value: str) -> Iterator[Address]:
    box = _Mailbox()
    for kind, token in _tokens(value):
        if (kind, token) == ("separator", ",") and box.goes_on():
            box.before_comma += [*box.words, ","]
            box.words = []
        elif kind == "separator":
            if (found := box.read()) is not None:
                yield found
            box = _Mailbox()
        elif kind == "group":
            # "Team: a@x, b@y;" names a group; but a name with a colon before <address> is only a name.
            if box.angle is None and "@" not in "".join(box.words):
                box.words.append(":" if _angle_is_next(value, int(token)) else "")
                if not box.words[-1]:
                    box = _Mailbox()
        elif kind == "angle":
            box.angle = token if box.angle is None else box.angle
        elif kind == "comment":
            box.comments.append(token)
        else:
            box.words.append(token)
    if (found := box.read()) is not None:
        yield found


def _angle_is_next(value: str, position: int) -> bool:
    rest = value[position + 1 : position + 300]
    angle = rest.find("<")
    return angle >= 0 and not set("@,") & set(rest[:angle]) and ";" not in rest


def _tokens(value: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, text): word, quoted words with their quotes, angle, comment, group (its position),
    separator."""
    position, length = 0, len(value)
    closes = {'"': True, "(": True, "<": True}
    while position < length:
        character = value[position]
        if closes.get(character):
            end = _closing(value, position)
            if end < 0:
                # Looked for once only, so that a field of nothing but openings costs no square of its length.
                closes[character] = False
                continue
            inner = value[position + 1 : end]
            kind = {'"': "word", "(": "comment", "<": "angle"}[character]
            if kind == "comment":
                inner = re.sub(r"\\(.)", r"\1", inner)
            yield kind, f'"{inner}"' if character == '"' else inner
            position = end + 1
        elif character in ",;":
            yield "separator", character
            position += 1
        elif character == ":":
            yield "group", str(position)
            position += 1
        elif character == "=" and (word := _ENCODED_WORD.match(value, position)):
            yield "word", word.group()
            position = word.end()
        else:
            start = position
            position += 1
            while position < length and value[position] not in '"(<,;:=':
                position += 1
            yield "word", value[start:position]


def _closing(value: str, start: int) -> int:
    opening = value[start]
    if opening == "<":
        return value.find(">", start)
    depth, position = 0, start
    while position < len(value):
        character = value[position]
        if character == "\\":
            position += 2
            continue
        if opening == '"' and character == '"' and position > start:
            return position
        if opening == "(":
            depth += (character == "(") - (character == ")")
            if depth == 0:
                return position
        position += 1
    return -1


def _wire_address(text: str) -> str | None:
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]  # a source route of RFC 822
    if "(" in text and '"' not in text:
        text = _COMMENT.sub("", text)
    text = _SPACE.sub("", text) if '"' not in text else text.strip()
    text = text.strip("<>'").rstrip(";,")
    if text[:1] == '"' == text[-1:]:
        text = text[1:-1]
    text = text.removeprefix("mailto:")
    local, at, domain = text.rpartition("@")
    domain = domain.strip(".").lower()
    usable = at and local and domain and len(text) <= 320 and "=?" not in text and text.isprintable()
    return f"{local}@{domain}" if usable and ".." not in domain else None


def _name(text: str) -> str:
    text = text.strip()
    if '"' in text:
        text = re.sub(r'"((?:[^"\\]|\\.)*+)"', lambda quoted: re.sub(r"\\(.)", r"\1", quoted.group(1)), text)
    # half an angle bracket is of an address that was cut
    if text.count("<") != text.count(">"):
        text = text.rstrip("<> ")
    name = clean_line(decode_words(text), MAX_NAME)
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return name


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return the lower-case word of a Content-Type or Content-Disposition, and its parameters (RFC 2231 and
    habit)."""
    word, _, rest = value[:MAX_VALUE].strip().partition(";")
    word = word.partition("(")[0].strip()
    if " " in word and "=" in word:
        # The semicolon was forgotten.
        word, _, forgotten = word.partition(" ")
        rest = f"{forgotten};{rest}"
    word = word.lower()
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for found in _PARAMETER.finditer(f";{rest}"):
        name, section, star, quoted, bare = found.groups()
        text = re.sub(r'\\(["\\])', r"\1", quoted) if quoted is not None else (bare or "").strip()
        name = name.lower()
        if section or star:
            number = int(section[1:]) if section else 0
            extended.setdefault(name, []).append((number, star is not None, text))
        else:
            plain.setdefault(name, text)
    for name, sections in extended.items():
        plain[name] = _joined_sections(sections)
    return word, plain


def _joined_sections(sections: list[tuple[int, bool, str]]) -> str:
    charset = ""
    raw: list[bytes] = []
    for position, (_number, encoded, text) in enumerate(sorted(sections, key=lambda each: each[0])):
        if encoded and position == 0 and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        raw.append(unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace"))
    return decode_bytes(b"".join(raw), charset or None)
