"""Whether a mail comes from the domain that stands in its From, and what says so.

The mail server in front is believed where the mailbox names it (Authentication-Results, RFC 8601). Where it says nothing
the desk looks itself: SPF (RFC 7208) for mail that its own receiver took from a public address, DKIM (RFC 6376), and how
both agree with From (DMARC, RFC 7489). What the DNS does not answer is unknown, never a failure.
"""

import binascii
import ipaddress
import logging
import re
from dataclasses import dataclass
from typing import Final

import dkim
import structlog
from dkim.util import InvalidTagValueList, parse_tag_value

from aplomb.channels.mail.proof.authresults import Authentication, trusted_results
from aplomb.channels.mail.proof.dmarc import Policy, ascii_domain, find_policy, is_aligned
from aplomb.channels.mail.proof.nameservers import Dns, Names, NoAnswer
from aplomb.channels.mail.proof.spf import check_spf
from aplomb.channels.mail.reading.headers import Headers, read_addresses, read_headers, split_header

log = structlog.get_logger()

MOST_SIGNATURES: Final = 5
# an RSA key of 4096 bits is 736 letters; longer ones cost time and prove no more
LONGEST_KEY: Final = 1_200
SMALLEST_KEY_BITS: Final = 1_024
# dkimpy's patterns take the square of a field's length
LONGEST_SIGNATURE: Final = 8_000
LONGEST_HEADER: Final = 256_000

_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_BLANKS = re.compile(rb"[\t ]+")
# dkimpy says aloud what the verdict says anyway
_QUIET = logging.Logger("dkim", logging.CRITICAL + 1)
_DESK: Final = "desk"
_FAILS: Final = frozenset({"fail", "softfail", "policy", "permerror"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check gave, with the domain that it is about: `pass`, `fail`, `none` …"""

    result: str
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of a mail's origin. `is_authenticated`: the domain of From is proven, disproven, or (None) neither.

    `by` is the server that looked, or `desk`; `asks` what the domain wants done with mail that fails: none, quarantine,
    reject; empty where nobody looked.
    """

    is_authenticated: bool | None = None
    by: str = ""
    spf: Verdict | None = None
    dkim: tuple[Verdict, ...] = ()
    dmarc: str = ""
    asks: str = ""

    def as_verdicts(self) -> dict[str, object]:
        """For IncomingMail.verdicts: only what is known."""
        found: dict[str, object] = {}
        if self.by:
            found["by"] = self.by
        if self.spf is not None:
            found["spf"] = f"{self.spf.result} {self.spf.domain}".strip()
        if self.dkim:
            found["dkim"] = [f"{each.result} {each.domain}".strip() for each in self.dkim]
        if self.dmarc:
            found["dmarc"] = f"{self.dmarc} {self.asks}".strip()
        return found


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a mail reached our own receiver: the machine that brought it, what it called itself, and MAIL FROM."""

    peer: str = ""
    helo: str = ""
    sender: str = ""


def prove(raw: bytes, *, server: str, envelope: Envelope | None = None, names: Names | None = None) -> Proof:
    """What proves the origin of the mail `raw`. `server` is the mailbox's authserv_id, `envelope` None for fetched mail.

    Never raises; takes a few seconds at the most, and asks the DNS only where there is something to check.
    """
    headers = read_headers(split_header(raw)[0])
    author = author_domain(headers)
    told = trusted_results(headers, server)
    if told is not None:
        return _as_told(told, author, server)
    if not author:
        return Proof()
    try:
        return _looked_up(raw, headers, author, envelope, names or Dns())
    except Exception as error:
        log.warning("origin of a mail not checked", error=repr(error))
        return Proof()


def author_domain(headers: Headers) -> str:
    """The one domain of From. Empty where From stands twice or names several: then nothing can be proven of it."""
    fields = headers.get("from", [])
    if len(fields) != 1:
        return ""
    found = read_addresses(fields)
    return ascii_domain(found[0].address.rpartition("@")[2]) if len(found) == 1 else ""


def _as_told(told: Authentication, author: str, server: str) -> Proof:
    spf = next(
        (Verdict(each.result, _domain(each.properties.get("smtp.mailfrom", ""))) for each in told.of("spf")), None
    )
    signatures = tuple(
        Verdict(each.result, _domain(each.properties.get("header.d") or each.properties.get("header.i", "")))
        for each in told.of("dkim")
    )
    dmarc = {each.result for each in told.of("dmarc") if _is_about(each.properties.get("header.from", ""), author)}
    asks = next(
        (
            each.properties[name].lower()
            for each in told.of("dmarc")
            for name in ("policy.dmarc", "action")
            if name in each.properties
        ),
        "",
    )
    # two answers of one kind that differ: somebody wrote his own into the server's
    said = dmarc.pop() if len(dmarc) == 1 else ""
    return Proof(
        is_authenticated=_conclusion(author, said, spf, signatures, None),
        by=told.server or server,
        spf=spf,
        dkim=signatures,
        dmarc=said,
        asks=asks if asks in ("quarantine", "reject") else "",
    )


def _is_about(named: str, author: str) -> bool:
    return not named or _domain(named) == author


def _looked_up(raw: bytes, headers: Headers, author: str, envelope: Envelope | None, names: Names) -> Proof:
    spf = _spf(envelope, names)
    signatures = _signatures(raw, headers, names)
    if spf is None and not signatures:
        return Proof()
    try:
        policy = find_policy(author, names)
    except NoAnswer:
        return Proof(
            by=_DESK, spf=spf, dkim=signatures, is_authenticated=_passes(author, spf, signatures, None) or None
        )
    is_proven = _passes(author, spf, signatures, policy)
    is_known = all(each.result != "temperror" for each in (spf, *signatures) if each is not None)
    # without the machine that brought it SPF is unknown, and so is whether it would have passed
    dmarc = "none" if policy is None else "pass" if is_proven else "fail" if spf is not None and is_known else ""
    return Proof(
        is_authenticated=_conclusion(author, dmarc, spf, signatures, policy),
        by=_DESK,
        spf=spf,
        dkim=signatures,
        dmarc=dmarc,
        asks=policy.asks if policy is not None else "",
    )


def _conclusion(
    author: str, dmarc: str, spf: Verdict | None, signatures: tuple[Verdict, ...], policy: Policy | None
) -> bool | None:
    if not author or dmarc in ("temperror", "permerror"):
        return None
    if dmarc in ("pass", "fail"):
        return dmarc == "pass"
    if _passes(author, spf, signatures, policy):
        return True
    checks = [each for each in (spf, *signatures) if each is not None and is_aligned(each.domain, author)]
    return False if any(each.result in _FAILS for each in checks) and _all_known(checks) else None


def _all_known(checks: list[Verdict]) -> bool:
    return all(each.result != "temperror" for each in checks)


def _passes(author: str, spf: Verdict | None, signatures: tuple[Verdict, ...], policy: Policy | None) -> bool:
    strict_spf = policy is not None and policy.is_strict_spf
    strict_dkim = policy is not None and policy.is_strict_dkim
    if spf is not None and spf.result == "pass" and is_aligned(spf.domain, author, is_strict=strict_spf):
        return True
    return any(each.result == "pass" and is_aligned(each.domain, author, is_strict=strict_dkim) for each in signatures)


def _spf(envelope: Envelope | None, names: Names) -> Verdict | None:
    """None where a server of our own brought it: its address says nothing of the sender's."""
    if envelope is None or not _is_public(envelope.peer):
        return None
    sender = envelope.sender.strip("<> ")
    domain = _domain(sender) if sender else ascii_domain(envelope.helo)
    if not domain:
        return Verdict("none")
    local = sender.rpartition("@")[0]
    return Verdict(check_spf(envelope.peer, f"{local}@{domain}" if sender else "", domain, names), domain)


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_global
    except ValueError:
        return False


def _domain(text: str) -> str:
    return ascii_domain(text.strip().strip("<>").rpartition("@")[2])


def _signatures(raw: bytes, headers: Headers, names: Names) -> tuple[Verdict, ...]:
    if "dkim-signature" not in headers:
        return ()
    block, body = split_header(raw)
    if len(block) > LONGEST_HEADER:
        return ()
    try:
        header = block.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"
        signed = dkim.DKIM(header, logger=_QUIET, minkey=SMALLEST_KEY_BITS)
    except (dkim.DKIMException, IndexError):
        return ()
    written = [value for name, value in signed.headers if name.lower() == b"dkim-signature"][:MOST_SIGNATURES]
    plain = body if not _LINE_END.search(body) else _LINE_END.sub(b"\r\n", body)
    return tuple(_verified(signed, number, value, plain, names) for number, value in enumerate(written))


def _verified(signed: dkim.DKIM, number: int, value: bytes, body: bytes, names: Names) -> Verdict:
    if len(value) > LONGEST_SIGNATURE:
        return Verdict("permerror")
    try:
        tags = parse_tag_value(value)
    except InvalidTagValueList:
        return Verdict("permerror")
    domain = ascii_domain(tags.get(b"d", b"").decode("utf-8", "replace"))
    if b"l" in tags or tags.get(b"a") == b"rsa-sha1" or not domain:
        # only the beginning is signed: whoever has such a mail can put his own words below it; SHA-1: RFC 8301
        return Verdict("policy", domain)
    if b"from" not in {each.strip().lower() for each in tags.get(b"h", b"").split(b":")}:
        return Verdict("permerror", domain)
    # beforehand and in linear time what dkimpy would take the square for; doing it twice changes nothing
    is_relaxed = tags.get(b"c", b"").lower().endswith(b"/relaxed")
    signed.body = _BLANKS.sub(b" ", body).replace(b" \r\n", b"\r\n") if is_relaxed else body
    try:
        is_good = signed.verify(number, dnsfunc=_asking(names))
    except NoAnswer:
        return Verdict("temperror", domain)
    except (dkim.UnknownKeyTypeError, NameError):
        # Ed25519 without its library: such mails carry an RSA signature beside it (RFC 8463 section 3)
        return Verdict("neutral", domain)
    except (dkim.DKIMException, ValueError, TypeError, KeyError, IndexError, binascii.Error):
        return Verdict("fail", domain)
    return Verdict("pass" if is_good else "fail", domain)


def _asking(names: Names):  # type: ignore[no-untyped-def]  # dkimpy is untyped
    def key(name: bytes | str, timeout: int = 5) -> bytes | None:
        asked = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        found = names.texts(asked.rstrip("."))
        return found[0] if found and len(found[0]) <= LONGEST_KEY else None

    return key
