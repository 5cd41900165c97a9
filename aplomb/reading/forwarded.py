"""A mail that somebody forwarded: who wrote the one inside, under which subject, and what.

Programs put a line above it ('---------- Forwarded message ---------'), a header (From, Sent, To, Subject, in any order
and some thirty languages), or only the line of an answer; then the subject must say that the mail is forwarded, since
an answer that quotes looks the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aplomb.lib.html import html_to_text
from aplomb.reading.attributions import attribution_ending_at, may_end
from aplomb.reading.folding import folded, plain_line, with_hyphens
from aplomb.reading.forward_words import (
    GLUED_MARKER,
    forward_prefix,
    is_forward_marker,
    may_be_answer,
    without_forward_prefix,
)
from aplomb.reading.header_block import MAIL, Block, read_block, read_glued, read_label
from aplomb.reading.header_words import CC, FROM, OTHER, SENT, SUBJECT, TO
from aplomb.reading.quote_words import ORIGINAL_MESSAGE
from aplomb.reading.quotes import split_quoted

MOST_DEEP: Final = 8
_MOST_LINES: Final = 20_000
_MOST_TRIED: Final = 2_000
_NEAR: Final = 5
_NEARLY_EMPTY: Final = 200
_QUOTED = re.compile(r"^\s{0,3}>\s?")
_LINKED = re.compile(r"[<\[]mailto:([^<>\[\]\s]{3,320})[>\]]", re.IGNORECASE)
_ON_BEHALF = re.compile(
    r"\s(?:on behalf of|im auftrag von|de la part de|en nombre de|per conto di|în numele|εκ μέρους)\s.*", re.I
)
_EDGE: Final = " \t*_\"'“”„«»‘’<>[]();,:"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail inside a forwarded one. Empty where it says nothing; ``text`` is as it stands there, without the header.

    ``above`` is what the one who forwarded it wrote above it.
    """

    from_name: str
    from_address: str
    subject: str
    text: str
    above: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the inner mail's header begins, where its text begins, and what the header says."""

    start: int
    body: int
    fields: dict[str, str]


def read_forwarded(text: str, html: str | None = None, subject: str = "") -> Forwarded | None:
    """Return the mail that a mail forwards, the outermost one; None if it forwards none.

    ``html`` is read only where the plain text is empty.
    """
    if not text.strip() and html:
        text = html_to_text(html)
    raw = text.split("\n")
    lines = [plain_line(line) for line in raw[:_MOST_LINES]]
    prefix = forward_prefix(subject)
    found = _by_marker(lines, _unquoted_first(lines, prefix)) or (_by_subject(lines, prefix) if prefix else None)
    if found is None:
        return None
    name, address = read_person(found.fields.get(FROM, ""))
    return Forwarded(
        from_name=name,
        from_address=address,
        subject=found.fields[SUBJECT].strip() if SUBJECT in found.fields else without_forward_prefix(subject),
        text=_inner_text(raw, lines, found),
        above="\n".join(raw[: found.start]).strip("\r\n").rstrip(),
    )


def is_nearly_empty(text: str) -> bool:
    """Whether hardly a word stands in a mail beside its signature: then a mail attached to it is what it forwards."""
    return len(split_quoted(text).new_text) <= _NEARLY_EMPTY


def chain_of(outermost: Forwarded | None) -> tuple[Forwarded, ...]:
    """Return the mails forwarded within each other, the outermost first, at most eight."""
    chain: list[Forwarded] = []
    found = outermost
    while found is not None and len(chain) < MOST_DEEP:
        chain.append(found)
        found = read_forwarded(found.text, None, found.subject)
    return tuple(chain)


def read_person(value: str) -> tuple[str, str]:
    """Return name and address of a header's value, in the ways in which programs write them; each may be empty."""
    value = _ON_BEHALF.sub("", " ".join(plain_line(value).split()))
    address = _LINKED.search(value)
    found = address[1] if address else ""
    spot = MAIL.search(value)
    if not found and spot is None:
        return value.strip(_EDGE), ""
    if not found and spot is not None:
        found = spot[0]
    before = value[: spot.start()] if spot is not None else value
    if address is not None and (spot is None or address.start() < spot.start()):
        before = value[: address.start()]
    name = before.replace("mailto:", "").strip(_EDGE)
    if not name and spot is not None:
        name = (
            value[spot.end() :].split(";")[0].split(",")[0].replace("mailto:", "").strip(_EDGE) if "(" in value else ""
        )
    return ("" if MAIL.fullmatch(name) else name), found.strip(_EDGE).rstrip(".")


def _unquoted_first(lines: Sequence[str], prefix: str) -> bool:
    """Whether marks of quotes may stand before the marker: Apple quotes what it forwards, but so does an answer."""
    return bool(prefix) or not any(line and not _QUOTED.match(line) for line in lines)


def _by_marker(lines: Sequence[str], may_be_quoted: bool) -> _Found | None:
    """The first line that says 'forwarded', if no other history stands above it."""
    tried = 0
    for index, line in enumerate(lines):
        if not line:
            continue
        is_quoted = line.lstrip().startswith(">")
        # Apple: the marker is quoted, and nothing heads the quote
        if is_quoted and not may_be_quoted and not _is_first_of_quote(lines, index):
            return None
        bare = _QUOTED.sub("", line, count=1) if is_quoted else line
        if is_forward_marker(bare):
            return _below(lines, index)
        glued = GLUED_MARKER.match(folded(with_hyphens(bare)))
        if glued is not None and (fields := read_glued(bare[_same_place(bare, glued.end()) :])) and FROM in fields:
            return _Found(index, index + 1, fields)
        tried += ":" in line or "：" in line
        if tried > _MOST_TRIED or (not is_quoted and _heads_history(lines, index)):
            return None
    return None


def _same_place(line: str, folded_end: int) -> int:
    """The place in ``line`` that ``folded_end`` is in its folded form: behind the second run of hyphens."""
    flat = with_hyphens(line)
    end = 0
    for _ in range(2):
        start = flat.find("----", end)
        if start < 0:
            return folded_end
        end = start
        while end < len(flat) and flat[end] == "-":
            end += 1
    return end


def _is_first_of_quote(lines: Sequence[str], index: int) -> bool:
    """Whether a quoted line is the first that says anything in a quote which no attribution heads."""
    above = index - 1
    while above >= 0 and not lines[above].strip("> "):
        above -= 1
    if above < 0:
        return True
    return not lines[above].lstrip().startswith(">") and not may_end(lines[above])


def _heads_history(lines: Sequence[str], index: int) -> bool:
    line = lines[index]
    if "--" in line and ORIGINAL_MESSAGE.fullmatch(folded(with_hyphens(line))):
        return True
    if may_end(line):
        below = next((at for at in range(index + 1, min(len(lines), index + 4)) if lines[at].strip()), len(lines))
        quote_below = below < len(lines) and lines[below].lstrip().startswith(">")
        if quote_below and is_forward_marker(_QUOTED.sub("", lines[below], count=1)):
            return False
        return attribution_ending_at(lines, index, 0, quote_below=quote_below) is not None
    if ":" not in line and "：" not in line:
        return False
    label = read_label(line)
    return label is not None and label.kind == FROM and read_block(lines, index) is not None


def _below(lines: Sequence[str], marker: int) -> _Found | None:
    """What stands below a marker: a header, within a few lines; without one it is no forwarded mail."""
    bare = [_QUOTED.sub("", line, count=1) for line in lines[marker : marker + 60]]
    for offset in range(1, min(len(bare), _NEAR)):
        if not bare[offset].strip():
            continue
        glued = read_glued(bare[offset])
        if len(glued.keys() & {FROM, TO, SUBJECT, SENT, CC}) >= 3 and FROM in glued:
            return _Found(marker, marker + offset + 1, glued)
        block = read_block(bare, offset) or _short_block(bare, offset)
        if block is not None:
            return _Found(marker, marker + _after_subject(bare, block), block.fields)
        if may_end(bare[offset]) and attribution_ending_at(bare, offset, 1, quote_below=True) is not None:
            return _Found(marker, marker + offset + 1, {FROM: _person_of(" ".join(bare[1 : offset + 1]))})
    return None


def _short_block(lines: Sequence[str], start: int) -> Block | None:
    """Below a marker one field is enough."""
    fields: dict[str, str] = {}
    end = start
    for index in range(start, min(len(lines), start + 12)):
        label = read_label(lines[index])
        if label is None:
            break
        fields.setdefault(label.kind, label.value)
        end = index + 1
    return Block(fields, end) if FROM in fields else None


def _after_subject(lines: Sequence[str], block: Block) -> int:
    """A subject that was broken goes on in the next line, if a blank one follows that."""
    end = block.end
    last = read_label(lines[end - 1])
    if last is None or last.kind not in (SUBJECT, TO, CC) or len(lines[end - 1]) < 60:
        return end
    if end + 1 < len(lines) and lines[end].strip() and not lines[end + 1].strip() and len(lines[end]) < 80:
        block.fields[last.kind] = f"{block.fields[last.kind]} {lines[end].strip()}"
        return end + 1
    return end


def _by_subject(lines: Sequence[str], prefix: str) -> _Found | None:
    """The subject says 'forwarded': the first header or attribution is the inner mail's."""
    bare = [_QUOTED.sub("", line, count=1) for line in lines]
    for index in [at for at, line in enumerate(bare) if ":" in line or "：" in line][:_MOST_TRIED]:
        line = bare[index]
        label = read_label(line)
        if label is not None and label.kind != OTHER:
            block = read_block(bare, index)
            if block is not None:
                if may_be_answer(prefix) and not _is_danish(bare[index : block.end]):
                    return None
                return _Found(_above(bare, index), _after_subject(bare, block), block.fields)
        if may_end(line) and (found := attribution_ending_at(bare, index, 0, quote_below=False)) and found.certain:
            if may_be_answer(prefix):
                return None
            joined = " ".join(each.strip() for each in bare[found.start : index + 1])
            return _Found(_above(bare, found.start), index + 1, {FROM: _person_of(joined)})
    return None


def _is_danish(block: Sequence[str]) -> bool:
    return any(folded(line).lstrip(" *").startswith("fra") for line in block)


def _above(lines: Sequence[str], index: int) -> int:
    """Blank and drawn lines, and 'Original Message', above a header belong to it."""
    while index > 0:
        line = with_hyphens(lines[index - 1])
        if line.strip(" -_=*>") and ORIGINAL_MESSAGE.fullmatch(folded(line)) is None:
            break
        index -= 1
    return index


def _person_of(attribution: str) -> str:
    """'Name <address>' as it stands in an attribution; of the name what stands right before the address."""
    spot = MAIL.search(attribution)
    if spot is None:
        return ""
    before = attribution[: spot.start()].rstrip(" <([\"'")
    before = before.removesuffix("mailto:").rstrip(" <([\"'")
    quoted = re.search(r"[\"“„«]([^\"“”„«»]{1,80})$", before)
    if quoted:
        return f"{quoted[1]} <{spot[0]}>"
    name: list[str] = []
    for word in reversed(before.split()[-6:]):
        bare = word.strip(",.;:")
        if (
            not bare
            or any(each.isdigit() for each in bare)
            or (not bare[0].isupper() and bare[0].lower() != bare[0].upper())
        ):
            break
        if name and word.endswith((",", ":", ";")):
            break
        name.insert(0, bare)
    return f"{' '.join(name)} <{spot[0]}>"


def _inner_text(raw: Sequence[str], lines: Sequence[str], found: _Found) -> str:
    """The lines below the header, as written; one level of quote marks goes where every line has one."""
    body = list(raw[found.body :])
    spoken = [line for line in lines[found.body :] if line.strip()]
    is_quoted = found.body > 0 and _QUOTED.match(lines[found.body - 1]) is not None
    if is_quoted or (spoken and all(_QUOTED.match(line) for line in spoken)):
        body = [_QUOTED.sub("", line, count=1) if _QUOTED.match(line) else line for line in body]
    return "\n".join(body).strip("\r\n").rstrip()
