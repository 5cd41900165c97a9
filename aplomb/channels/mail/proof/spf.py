"""Sender Policy Framework (RFC 7208): may this machine send for that domain? The DNS is handed in.

Explanations (`exp`) are not fetched: nobody is refused, so nobody is told why.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from aplomb.channels.mail.proof.nameservers import Names, NoAnswer

# limits of RFC 7208 section 4.6.4
MOST_LOOKUPS: Final = 10
MOST_EMPTY: Final = 2
MOST_HOSTS: Final = 10

_RESULTS: Final = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_MACRO = re.compile(r"%(?:\{([slodiphcrtv])(\d{0,3})(r?)([.\-+,/_=]*)\}|([%_-]))", re.I)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.I)
_LENGTHS = re.compile(r"(.*?)(?:/(\d{1,2}))?(?://(\d{1,3}))?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class _Wrong(Exception):
    """The domain's record cannot be followed: permerror."""


@dataclass
class _Question:
    address: Address
    sender: str
    helo: str
    names: Names
    lookups: int = 0
    empty: int = 0


def check_spf(address: str, sender: str, helo: str, names: Names) -> str:
    """Whether the machine at `address` may send for the domain of `sender` (the envelope's; helo's if it is empty).

    Returns pass, fail, softfail, neutral, none, permerror or temperror (RFC 7208 section 2.6). Never raises.
    """
    domain = (sender.rpartition("@")[2] or helo).strip().lower().rstrip(".")
    local = sender.rpartition("@")[0] or "postmaster"
    try:
        machine = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "none"
    if isinstance(machine, ipaddress.IPv6Address) and machine.ipv4_mapped is not None:
        machine = machine.ipv4_mapped
    question = _Question(machine, f"{local}@{domain}", helo, names)
    try:
        return _check(question, domain)
    except NoAnswer:
        return "temperror"
    except _Wrong:
        return "permerror"


def _check(question: _Question, domain: str) -> str:
    record = _record(question, domain)
    if record is None:
        return "none"
    redirect = ""
    for term in record.split()[1:]:
        modifier = _MODIFIER.fullmatch(term)
        if modifier is not None and term[0] not in "+-~?":
            redirect = modifier[2] if modifier[1].lower() == "redirect" else redirect
            continue
        result = _RESULTS.get(term[0], "pass")
        if _matches(question, domain, term.lstrip("+-~?") if term[0] in _RESULTS else term):
            return result
    if not redirect:
        return "neutral"
    _count(question)
    found = _check(question, _expanded(question, domain, redirect))
    if found == "none":
        raise _Wrong
    return found


def _record(question: _Question, domain: str) -> str | None:
    if (
        not domain
        or "." not in domain
        or len(domain) > 253
        or any(not 0 < len(each) < 64 for each in domain.split("."))
    ):
        return None
    texts = [
        each for each in question.names.texts(domain) if each[:6].lower() == b"v=spf1" and each[6:7] in (b"", b" ")
    ]
    if not texts:
        return None
    if len(texts) > 1 or not texts[0].isascii():
        raise _Wrong
    return texts[0][:8_000].decode("ascii")


def _matches(question: _Question, domain: str, term: str) -> bool:
    name, _colon, rest = term.partition(":")
    bare, slash, lengths = name.partition("/")
    kind = bare.lower()
    if kind == "all":
        return True
    if kind in ("ip4", "ip6"):
        return _in_network(question.address, kind, rest)
    if kind not in ("a", "mx", "ptr", "include", "exists"):
        raise _Wrong
    _count(question)
    given = rest if rest else f"{slash}{lengths}"
    if kind == "include":
        return _includes(question, _expanded(question, domain, rest))
    if kind == "exists":
        found = question.names.addresses(_expanded(question, domain, rest))
        return bool(_not_empty(question, [each for each in found if ":" not in each]))
    if kind == "ptr":
        return _has_name_under(question, _expanded(question, domain, rest) if rest else domain)
    place = _LENGTHS.fullmatch(given)
    if place is None:
        raise _Wrong
    target = _expanded(question, domain, place[1]) if place[1] else domain
    lengths_given = (int(place[2] or 32), int(place[3] or 128))
    if lengths_given[0] > 32 or lengths_given[1] > 128:
        raise _Wrong
    if kind == "a":
        return _is_at(question, [target], lengths_given)
    hosts = _not_empty(question, question.names.exchangers(target))
    if len(hosts) > MOST_HOSTS:
        raise _Wrong
    return _is_at(question, [each for each in hosts if each.strip(".")], lengths_given)


def _includes(question: _Question, domain: str) -> bool:
    found = _check(question, domain)
    if found in ("none", "permerror"):
        raise _Wrong
    return found == "pass"


def _in_network(address: Address, kind: str, text: str) -> bool:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise _Wrong from error
    if network.version != (4 if kind == "ip4" else 6):
        raise _Wrong
    return address.version == network.version and address in network


def _is_at(question: _Question, hosts: list[str], lengths: tuple[int, int]) -> bool:
    length = lengths[0] if question.address.version == 4 else lengths[1]
    for host in hosts:
        for text in _not_empty(question, question.names.addresses(host)):
            each = ipaddress.ip_address(text)
            if each.version != question.address.version:
                continue
            if question.address in ipaddress.ip_network(f"{each}/{length}", strict=False):
                return True
    return False


def _has_name_under(question: _Question, domain: str) -> bool:
    for name in _not_empty(question, question.names.names_of(str(question.address)))[:MOST_HOSTS]:
        lowered = name.lower().rstrip(".")
        if lowered != domain and not lowered.endswith(f".{domain}"):
            continue
        if str(question.address) in {str(ipaddress.ip_address(each)) for each in question.names.addresses(lowered)}:
            return True
    return False


def _count(question: _Question) -> None:
    question.lookups += 1
    if question.lookups > MOST_LOOKUPS:
        raise _Wrong


def _not_empty(question: _Question, found: list[str]) -> list[str]:
    """Answers with nothing in them are counted too: three end the search (section 4.6.4)."""
    if not found:
        question.empty += 1
        if question.empty > MOST_EMPTY:
            raise _Wrong
    return found


def _expanded(question: _Question, domain: str, text: str) -> str:
    """A domain with its macros filled in (section 7)."""
    if "%" in text:
        text = _MACRO.sub(lambda found: _filled(question, domain, found), text)
        if "%" in text.replace("%20", ""):
            raise _Wrong
    text = text.strip(".")
    while len(text) > 253 and "." in text:
        text = text.partition(".")[2]
    if not text or "." not in text:
        raise _Wrong
    return text.lower()


def _filled(question: _Question, domain: str, found: re.Match[str]) -> str:
    if found[5]:
        return {"%": "%", "_": " ", "-": "%20"}[found[5]]
    letter = found[1]
    local, _at, sender_domain = question.sender.rpartition("@")
    value = {
        "s": question.sender,
        "l": local,
        "o": sender_domain,
        "d": domain,
        "i": _dotted(question.address),
        "h": question.helo,
        "v": "in-addr" if question.address.version == 4 else "ip6",
        "c": str(question.address),
    }.get(letter.lower(), "unknown")
    parts = re.split(f"[{re.escape(found[4] or '.')}]", value)
    if found[3]:
        parts.reverse()
    if found[2]:
        if int(found[2]) == 0:
            raise _Wrong
        parts = parts[-int(found[2]) :]
    text = ".".join(parts)
    return quote(text, safe="") if letter.isupper() else text


def _dotted(address: Address) -> str:
    return str(address) if address.version == 4 else ".".join(address.exploded.replace(":", ""))
