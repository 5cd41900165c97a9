"""Where a link really leads, shown where its words pretend something else. Pure, in linear time.

Browsers read addresses by the URL Standard of the WHATWG, more loosely than RFC 3986: a backslash is a slash, blanks and
control characters fall out, what stands before @ is no host. So is it read here.
"""

import ipaddress
import re
import unicodedata
from html import escape, unescape
from typing import Final

LONGEST_WORDS: Final = 2_000

# as nh3 writes it: every attribute in double quotes, href first
_LINK = re.compile(r'<a href="([^"]*+)"((?: [a-z-]++="[^"]*+")*+)>')
_TAG = re.compile(r'<(?:[^<>"]++|"[^"]*+")*+>')
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,20}):", re.I)
_DROPPED = re.compile(r"[\x00-\x20\x7f]+")
_NAMED = re.compile(r"(?:https?:[/\\]+|\bwww\.)[^\s<>\"']{1,300}", re.I)
_BARE = re.compile(r"[^\s/@:<>\"'\\]{1,253}\.[^\W\d_]{2,24}\.?(?:[/?#:]\S*)?")
_MAILBOX = re.compile(r"[^\s@<>\"']{1,64}@[^\s@<>\"']{1,253}")


def mark_links(html: str) -> str:
    """Put ``data-target`` on each link that could deceive: only for the output of nh3."""
    pieces: list[str] = []
    end = 0
    for link in _LINK.finditer(html):
        close = html.find("</a>", link.end(), link.end() + LONGEST_WORDS)
        words = html[link.end() : close if close >= 0 else link.end() + LONGEST_WORDS]
        target = deceit(unescape(link[1]), unescape(_TAG.sub("", words)))
        if target:
            pieces += [html[end : link.end() - 1], f' data-target="{escape(target)}">']
            end = link.end()
    pieces.append(html[end:])
    return "".join(pieces)


def deceit(address: str, words: str) -> str:
    """Where the link leads, if its words name another place or the place itself deceives; else empty."""
    shown = _plain(words)
    scheme = _SCHEME.match(address)
    if scheme is not None and scheme[1].lower() == "mailto":
        real = address[len("mailto:") :].partition("?")[0].strip().lower()
        named = _MAILBOX.fullmatch(shown)
        return real if named and shown.lower() != real else ""
    if scheme is None or scheme[1].lower() not in ("http", "https"):
        return ""
    host, is_dressed_up = real_host(address)
    if not host:
        return ""
    if is_dressed_up or "xn--" in host or _is_number(host):
        return host
    named_host = _named_host(shown)
    return host if named_host and not _is_same_place(named_host, host) else ""


def real_host(address: str) -> tuple[str, bool]:
    """The host that a browser goes to, in the letters of the DNS, and whether a name before @ pretends to be one."""
    rest = _DROPPED.sub("", address).replace("\\", "/").partition(":")[2].lstrip("/")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    dressing, at, place = authority.rpartition("@")
    host = place.partition("]")[0] + "]" if place.startswith("[") else place.partition(":")[0]
    return dns_letters(host), bool(at and dressing)


def dns_letters(host: str) -> str:
    """A host in lower case and Punycode, so that letters of another alphabet are seen; as it is where that fails."""
    plain = unicodedata.normalize("NFKC", host).strip(".").lower()
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain.encode("ascii", "backslashreplace").decode("ascii")


def _plain(words: str) -> str:
    visible = "".join(each for each in words if unicodedata.category(each) not in ("Cf", "Cc") or each.isspace())
    return " ".join(visible.split())[:500]


def _named_host(shown: str) -> str:
    """The host that the words name: in an address anywhere in them, or as all that they are."""
    found = _NAMED.search(shown)
    if found is not None:
        text = found.group()
        return real_host(text if ":" in text[:7] else f"https:{text}")[0]
    bare = _BARE.fullmatch(shown.strip("()[]<>.,;:!\u201c\u201d\u00ab\u00bb"))
    return real_host(f"https:{bare.group()}")[0] if bare else ""


def _is_same_place(named: str, host: str) -> bool:
    one, other = named.removeprefix("www."), host.removeprefix("www.")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        # one number, in hexadecimal or octal too, is an address for a browser
        return re.fullmatch(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", host) is not None
    return True
