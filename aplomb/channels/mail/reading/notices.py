"""Notices of mail servers in their own words: whom they name, with what code, and where the mail that came back begins.
Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from aplomb.channels.mail.reading import bounce_words as words
from aplomb.channels.mail.reading.folding import folded

NOTICE_READ: Final = 12_000
MAX_REASON: Final = 400
_FULL_STATUS = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?!\d|\.\d)")
_SMTP_REPLY = re.compile(
    r"(?:^[ \t>|]{0,16}|(?:said:|returned:?|replied:?|responded:?|response:?|was:|error:?|code:?|reason:|smtp;|rcpt to:?|data:?"
    r"|status:?|antwort:?|risposto:?|respondio:?|with|--|[:#('\"<=>])[ \t]{0,3})[#('\"<\[]{0,2}"
    r"(4[2-7]\d|5[0-7]\d)(?=[ \-:;.,)'\"#_>]|$)",
    re.I | re.M,
)
ADDRESS = re.compile(
    r"(?<![^\s<>\"'(),;:\[\]=|`*«»“”‘’：（【])[^\s<>\"(),;:\[\]@=|`*«»“”‘’：（）【】]{1,64}@[^\s<>\"'(),;:\[\]@=|`*«»“”‘’?&]{1,255}"
)
_QUOTED_ADDRESS = re.compile(r"\"[^\"@\r\n]{1,64}\"@[^\s<>\"'(),;:\[\]@]{1,255}")
_BULLET = re.compile(r"[ \t>|*•·\-–‣▪<\"'(\[«“`]{0,24}")
_AFTER = re.compile(r"[>\"')\]»”`]{0,3}(?:\s*$|\s*[:(<\[\-–]|\.\.\.|\s+[45]\d\d|\s*,\s*$)")
_RCPT = re.compile(r"rcpt[ ]{1,3}to:", re.I)
_TO_LABEL = re.compile(r"(?:to|a|para|an|pour|catre|προσ|naar|do|кому|till|til)[ ]?:")
_NO_RECIPIENT = re.compile(
    r"(?:postmaster|mailer-?daemon|abuse|hostmaster|noc|mail-?daemon|no-?reply)(?:[-+.].*)?", re.I
)


def says(text: str, phrases: Iterable[str]) -> bool:
    return any(phrase in text for phrase in phrases)


def split_notice(text: str) -> tuple[str, str]:
    """The notice, and what stands from the line on that begins the mail that came back."""
    position = 0
    for number, line in enumerate(text[:NOTICE_READ].split("\n")):
        plain = folded(line[:200])
        if number and _begins_original(plain):
            return text[:position], text[position:]
        position += len(line) + 1
    return text[:NOTICE_READ], text


def _begins_original(plain: str) -> bool:
    """Whether a folded line stands over the mail that came back: little more than one of the marks."""
    bare = plain.strip(" -:*=>.#_")
    if "@" in bare and not bare.startswith("received: from"):
        return False
    return any(mark in bare and len(bare) <= len(mark) + 40 for mark in words.ORIGINAL_MARKS)


def places_in(notice: str, own: set[str]) -> tuple[dict[str, int], bool]:
    """The addresses that the notice names as not reached, in order, each with its line: those of the surest kind of naming;
    and whether that kind is sure (a label, an address that begins its line)."""
    ranked: dict[int, dict[str, int]] = {}
    keys: dict[int, set[str]] = {}
    is_told = False
    for number, line in enumerate(notice.split("\n")):
        plain = folded(line[:1_000])
        label = _label(plain)
        if label in words.OTHER_LABELS and label not in words.RECIPIENT_LABELS:
            continue
        is_telling = says(plain, words.FAILED_WORDS) or says(plain, words.DELAYED_WORDS) or bool(code_in(line[:1_000]))
        for position, address in enumerate(_addresses(line[:2_000])):
            rank = _rank(line, plain, label, address, position, is_telling=is_telling or is_told)
            key = address.lower()
            if key in own or (rank > 0 and _NO_RECIPIENT.fullmatch(address.rpartition("@")[0])):
                continue
            if key not in keys.setdefault(rank, set()):
                keys[rank].add(key)
                ranked.setdefault(rank, {})[address] = number
        is_told = is_telling and plain.endswith(":")
    best = min(ranked, default=3)
    return ranked.get(best, {}), best == 0


def _label(plain: str) -> str:
    """What stands before the colon of a folded line, if one does near its beginning."""
    before, colon, _rest = plain[:60].replace("：", ":").lstrip(" >|*-").partition(":")
    return before.strip() if colon else ""


def _rank(line: str, plain: str, label: str, address: str, position: int, *, is_telling: bool) -> int:
    if label in words.RECIPIENT_LABELS or _RCPT.search(line):
        return 0
    if position == 0 and _stands_first(line, address):
        return 0
    if _TO_LABEL.match(plain.lstrip(" >|*")):
        return 2
    return 1 if is_telling else 3


def _stands_first(line: str, address: str) -> bool:
    start = _BULLET.match(line)
    begin = start.end() if start else 0
    return line.startswith(address, begin) and _AFTER.match(line, begin + len(address)) is not None


def _addresses(line: str) -> Iterator[str]:
    if "@" not in line:
        return
    for found in (*_QUOTED_ADDRESS.finditer(line), *ADDRESS.finditer(line)):
        address = found.group().strip().rstrip(".…!?'’»”}>").removeprefix("mailto:").lstrip("'{")
        local, _at, domain = address.rpartition("@")
        if local and domain and not domain.startswith((".", "-")) and not local.lower().startswith(("http", "id=")):
            yield address


def has_full_status(text: str) -> bool:
    """Whether an enhanced status stands in it (RFC 3463)."""
    return _FULL_STATUS.search(text) is not None


def code_in(text: str) -> str:
    """The status that a text tells: the enhanced one, else what an SMTP reply is worth; '' if it tells none."""
    if found := _FULL_STATUS.search(text):
        return found.group(1)
    reply = _SMTP_REPLY.search(text)
    return f"{reply.group(1)[0]}.0.0" if reply else ""


def reason_in(piece: str, address: str) -> str:
    """What the server said: the line with its code and those that go on with it, else the first that tells; or ''."""
    lines = [" ".join(line.split()) for line in piece.split("\n")[:60]]
    coded = (n for n, line in enumerate(lines) if _FULL_STATUS.search(line) or _SMTP_REPLY.search(line))
    telling = (n for n, line in enumerate(lines) if says(folded(line[:300]), words.FAILED_WORDS))
    told = next(coded, next(telling, 1 if len(lines) > 1 else 0))
    said: list[str] = []
    for line in lines[told : told + 6]:
        if (not line and said) or line.startswith("---"):
            break
        said.append(line)
    begun = " ".join(said).strip().removeprefix(f"<{address}>").removeprefix(address)
    return begun.lstrip(" :")[:MAX_REASON]
