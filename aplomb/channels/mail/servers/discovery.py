"""Settings of a mailbox from its address alone: servers, the name to sign in with, and what the service wants for it.

In two rounds, the steps of each side by side, about fifteen seconds at most:

1. the domain is a known service's; its MX records name one; settings published at the domain itself (HTTPS);
   SRV records (RFC 6186, RFC 8314)
2. only where the first found nothing: settings published at the domain without HTTPS, or where its mail goes; names
   that such servers often have, tried

What is found is a proposal: a person looks at it before any password goes there.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol
from urllib.parse import quote

from aplomb.channels.mail.going_out.compose import BadAddress, wire_address
from aplomb.channels.mail.servers.autoconfig import Published, Unreadable, read_autoconfig
from aplomb.channels.mail.servers.providers import (
    Place,
    Provider,
    Ways,
    provider_of_domain,
    provider_of_mx,
    provider_of_server,
)

ROUND_SECONDS: Final = 6.0
MOST_CANDIDATES: Final = 6


class NoSuchDomain(Exception):
    """The DNS says that there is no such domain."""


class NotKnown(Exception):
    """Neither yes nor no: the DNS or the server did not answer."""


@dataclass(frozen=True)
class Service:
    """An SRV record (RFC 2782)."""

    priority: int
    weight: int
    host: str
    port: int


class Lookups(Protocol):
    """What is asked of the network; each answers within a few seconds."""

    def exchangers(self, domain: str) -> list[str]:
        """Hosts of the MX records, the preferred first; [""] for a domain that takes none (RFC 7505).

        Raises NoSuchDomain, NotKnown.
        """

    def services(self, name: str) -> list[Service]:
        """SRV records. Raises NotKnown."""

    def page(self, url: str) -> bytes | None:
        """What stands at an address of the web, None where nothing does. Raises NotKnown."""

    def greets(self, place: Place, kind: str) -> str:
        """trusted or untrusted (its certificate) where a server of that kind, imap or smtp, answers; else empty."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A proposal. `source`: domain, mx, autoconfig, srv or guess; `where` names it. `is_safe`: nobody on the way could
    have changed it, or its server has a certificate that holds."""

    source: str
    where: str
    imap: Place | None
    smtp: Place | None
    login: str
    ways: Ways = Ways.USUAL
    provider: str = ""
    is_safe: bool = True

    def row(self) -> dict[str, Any]:
        """As JSON keeps it; `candidate_of` reads it."""
        return {
            "source": self.source,
            "where": self.where,
            "imap": _place_row(self.imap),
            "smtp": _place_row(self.smtp),
            "login": self.login,
            "ways": str(self.ways),
            "provider": self.provider,
            "is_safe": self.is_safe,
        }


@dataclass(frozen=True)
class Search:
    """What was found, the best first. `note`: no-domain, no-mail (it takes no mail), no-dns, or empty."""

    candidates: tuple[Candidate, ...]
    note: str = ""


def candidate_of(row: dict[str, Any]) -> Candidate:
    imap, smtp = row["imap"], row["smtp"]
    return Candidate(
        source=row["source"],
        where=row["where"],
        imap=Place(*imap) if imap else None,
        smtp=Place(*smtp) if smtp else None,
        login=row["login"],
        ways=Ways(row["ways"]),
        provider=row["provider"],
        is_safe=row["is_safe"],
    )


def find_settings(address: str, lookups: Lookups, *, seconds: float = ROUND_SECONDS) -> Search:
    """Look for the settings of an address. `seconds` for each of the two rounds. Never raises for what networks do."""
    try:
        wire = wire_address(address).lower()
    except BadAddress:
        return Search((), "no-domain")
    domain = wire.rpartition("@")[2]
    known = provider_of_domain(domain)
    if known is not None:
        return Search((_of_provider(known, wire, "domain", domain),))
    pool = ThreadPoolExecutor(max_workers=20, thread_name_prefix="mailbox-search")
    try:
        return _search(wire, domain, lookups, pool, seconds)
    finally:
        # a step that hangs ends by its own time limit; nobody waits for it here
        pool.shutdown(wait=False, cancel_futures=True)


def _search(wire: str, domain: str, lookups: Lookups, pool: ThreadPoolExecutor, seconds: float) -> Search:
    asked = pool.submit(lookups.exchangers, domain)
    pages = [pool.submit(_published, lookups, url, wire) for url in _pages(domain, wire)]
    services = pool.submit(_services, lookups, wire, domain)
    _finish([asked, *pages, services], seconds)
    hosts, note = _exchangers(asked)
    if note == "no-domain":
        return Search((), note)
    found = [*_by_exchanger(hosts, wire), *_results(pages), *_results([services])]
    if not _complete(found):
        published = [pool.submit(_published, lookups, url, wire) for url in _further_pages(domain, hosts, wire)]
        guessed = pool.submit(_guess, lookups, pool, wire, domain, hosts, seconds - 1)
        _finish([*published, guessed], seconds)
        found += [*_results(published), *_results([guessed])]
    return Search(_ranked(found), note)


def _finish(futures: Sequence[Future[Any]], seconds: float) -> None:
    wait(futures, timeout=max(seconds, 0))


def _results(futures: Sequence[Future[Candidate | None]]) -> list[Candidate]:
    """What the steps that are over found; a step that failed found nothing."""
    over = [each for each in futures if each.done() and not each.cancelled() and each.exception() is None]
    return [found for each in over if (found := each.result()) is not None]


def _exchangers(asked: Future[list[str]]) -> tuple[list[str], str]:
    if not asked.done():
        return [], "no-dns"
    error = asked.exception()
    if isinstance(error, NoSuchDomain):
        return [], "no-domain"
    if error is not None:
        return [], "no-dns"
    hosts = [each.rstrip(".").lower() for each in asked.result()]
    return [each for each in hosts if each], "" if any(hosts) else "no-mail"


def _by_exchanger(hosts: list[str], wire: str) -> list[Candidate]:
    for host in hosts:
        provider = provider_of_mx(host)
        if provider is not None:
            return [_of_provider(provider, wire, "mx", host)]
    return []


def _of_provider(provider: Provider, wire: str, source: str, where: str) -> Candidate:
    local = wire.rpartition("@")[0]
    return Candidate(
        source=source,
        where=where,
        imap=provider.imap,
        smtp=provider.smtp,
        login=local if provider.login == "%EMAILLOCALPART%" else wire,
        ways=provider.ways,
        provider=provider.key,
    )


def _pages(domain: str, wire: str) -> tuple[str, str]:
    return (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={quote(wire, safe='@')}",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    )


def _further_pages(domain: str, hosts: list[str], wire: str) -> list[str]:
    """Where the firm that takes the domain's mail publishes settings: under its name with and without the first part."""
    bases: dict[str, None] = {}
    for host in hosts[:2]:
        labels = host.split(".")
        for base in (".".join(labels[1:]), ".".join(labels[-2:])):
            if "." in base and base != domain:
                bases[base] = None
    asked = f"?emailaddress={quote(wire, safe='@')}"
    https = [f"https://autoconfig.{base}/mail/config-v1.1.xml{asked}" for base in list(bases)[:4]]
    return [f"http://autoconfig.{domain}/mail/config-v1.1.xml{asked}", *https]


def _published(lookups: Lookups, url: str, wire: str) -> Candidate | None:
    content = lookups.page(url)
    if content is None:
        return None
    try:
        servers = read_autoconfig(content, wire)
    except Unreadable:
        return None
    imap, smtp = (_best([each for each in servers if each.kind == kind]) for kind in ("imap", "smtp"))
    if imap is None:
        return None
    methods = {each.lower() for each in imap.methods}
    return _enriched(
        Candidate(
            source="autoconfig",
            where=url.partition("?")[0],
            imap=imap.place,
            smtp=smtp.place if smtp else None,
            login=imap.login,
            ways=Ways.CONSENT if methods == {"oauth2"} else Ways.USUAL,
            is_safe=url.startswith("https:"),
        )
    )


def _best(servers: list[Published]) -> Published | None:
    """The first in the file's order that is encrypted, else the first."""
    return next((each for each in servers if each.place.security != "plain"), next(iter(servers), None))


def _enriched(candidate: Candidate) -> Candidate:
    """A server of a known service wants what that service wants, wherever its name was found."""
    provider = provider_of_server(candidate.imap.host) if candidate.imap else None
    if provider is None:
        return candidate
    return replace(candidate, ways=provider.ways, provider=provider.key)


def _services(lookups: Lookups, wire: str, domain: str) -> Candidate | None:
    def of(kinds: Iterable[tuple[str, str]]) -> Place | None:
        for name, security in kinds:
            rows = sorted(lookups.services(f"_{name}._tcp.{domain}"), key=lambda each: (each.priority, -each.weight))
            # a lone dot: decidedly not offered (RFC 6186 section 3.4)
            usable = [each for each in rows if each.host.rstrip(".") and 0 < each.port < 65536]
            if usable:
                return Place(usable[0].host.rstrip(".").lower(), usable[0].port, security)
        return None

    imap = of([("imaps", "tls"), ("imap", "starttls")])
    if imap is None:
        return None
    smtp = of([("submissions", "tls"), ("submission", "starttls")])
    return _enriched(Candidate(source="srv", where=domain, imap=imap, smtp=smtp, login=wire))


def _guess(
    lookups: Lookups, pool: ThreadPoolExecutor, wire: str, domain: str, hosts: list[str], seconds: float
) -> Candidate | None:
    """Names that mail servers often have, and where the domain's mail goes, tried side by side."""
    ends_at = time.monotonic() + seconds
    own = hosts[:1]
    imap_hosts = dict.fromkeys([f"imap.{domain}", f"mail.{domain}", *own])
    smtp_hosts = dict.fromkeys([f"smtp.{domain}", f"mail.{domain}", *own])
    imap = [Place(host, *way) for way in ((993, "tls"), (143, "starttls")) for host in imap_hosts]
    smtp = [Place(host, *way) for way in ((465, "tls"), (587, "starttls")) for host in smtp_hosts]
    tried = {
        (kind, place): pool.submit(lookups.greets, place, kind)
        for kind, places in (("imap", imap), ("smtp", smtp))
        for place in places
    }
    _finish(list(tried.values()), ends_at - time.monotonic())

    def answered(kind: str, places: list[Place]) -> tuple[Place, str] | None:
        said = {each: _said(tried[kind, each]) for each in places}
        for wanted in ("trusted", "untrusted"):
            for each in places:
                if said[each] == wanted:
                    return each, wanted
        return None

    way_in, way_out = answered("imap", imap), answered("smtp", smtp)
    if way_in is None:
        return None
    is_safe = way_in[1] == "trusted" and (way_out is None or way_out[1] == "trusted")
    return Candidate(
        source="guess",
        where=way_in[0].host,
        imap=way_in[0],
        smtp=way_out[0] if way_out else None,
        login=wire,
        is_safe=is_safe,
    )


def _said(future: Future[str]) -> str:
    return future.result() if future.done() and not future.cancelled() and future.exception() is None else ""


def _complete(found: list[Candidate]) -> bool:
    return any(each.imap is not None or each.ways in {Ways.BRIDGE, Ways.NONE} for each in found)


_RANKS: dict[str, Callable[[Candidate], int]] = {
    # where the mail really goes says more than a page that a web host may answer for every domain
    "domain": lambda each: 0,
    "mx": lambda each: 1,
    "autoconfig": lambda each: 2 if each.is_safe else 5,
    "srv": lambda each: 3,
    "guess": lambda each: 4 if each.is_safe else 6,
}


def _ranked(found: list[Candidate]) -> tuple[Candidate, ...]:
    """The best first, each pair of servers once."""
    best: dict[Any, Candidate] = {}
    for each in sorted(found, key=lambda one: _RANKS[one.source](one)):
        best.setdefault((each.imap, each.smtp), each)
    return tuple(best.values())[:MOST_CANDIDATES]


def _place_row(place: Place | None) -> list[Any] | None:
    return [place.host, place.port, place.security] if place else None
