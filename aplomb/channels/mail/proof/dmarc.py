"""DMARC (RFC 7489): does what proves a mail's origin belong to the domain that stands in From, and what does it ask for?

The organisational domain is the registered one by the Public Suffix List that the package `publicsuffixlist` brings.
Left out: reports, and `pct`: a share of mails is no ground for a verdict on one.
"""

from dataclasses import dataclass
from functools import cache

from publicsuffixlist import PublicSuffixList

from aplomb.channels.mail.proof.nameservers import Names


@dataclass(frozen=True, slots=True)
class Policy:
    """What a domain asks for: `none`, `quarantine` or `reject`, and how strictly SPF and DKIM must agree with it."""

    asks: str
    is_strict_spf: bool = False
    is_strict_dkim: bool = False


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def ascii_domain(domain: str) -> str:
    """The domain in lower case and in the letters of the DNS (IDNA); empty if it is none."""
    lowered = domain.strip().strip(".").lower()
    if not lowered.isascii():
        try:
            lowered = lowered.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return lowered if "." in lowered and len(lowered) <= 253 else ""


def registered_domain(domain: str) -> str:
    """The organisational domain (RFC 7489 section 3.2): `acme.example` of `mail.acme.example`."""
    plain = ascii_domain(domain)
    return str(_suffixes().privatesuffix(plain) or plain)


def is_public_suffix(domain: str) -> bool:
    """Whether many organisations have their domains under it, such as `co.uk`."""
    return _suffixes().privatesuffix(ascii_domain(domain)) is None


def is_aligned(domain: str, author: str, *, is_strict: bool = False) -> bool:
    """Whether a proven domain stands for the author's: the same one, or (relaxed) of the same organisation."""
    one, other = ascii_domain(domain), ascii_domain(author)
    if not one or not other:
        return False
    return one == other if is_strict else registered_domain(one) == registered_domain(other)


def find_policy(author: str, names: Names) -> Policy | None:
    """The policy of the author's domain, else of its organisation (section 6.6.3). None: there is none. Raises NoAnswer."""
    domain = ascii_domain(author)
    if not domain:
        return None
    tags = _record(domain, names)
    is_own = tags is not None
    organisation = registered_domain(domain)
    if tags is None and organisation != domain:
        tags = _record(organisation, names)
    if tags is None:
        return None
    asks = tags.get("p", "none")
    if not is_own:
        asks = tags.get("sp", asks)
    return Policy(
        asks if asks in ("quarantine", "reject") else "none",
        is_strict_spf=tags.get("aspf") == "s",
        is_strict_dkim=tags.get("adkim") == "s",
    )


def _record(domain: str, names: Names) -> dict[str, str] | None:
    found = [each for each in names.texts(f"_dmarc.{domain}") if each.replace(b" ", b"")[:8].lower() == b"v=dmarc1"]
    if len(found) != 1:
        return None
    tags: dict[str, str] = {}
    for part in found[0][:4_000].decode("ascii", "replace").split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip().lower())
    return tags
