"""What the proof of a mail's origin asks of the DNS, with a bound on time and number of questions."""

import time
from typing import Final, Protocol

import dns.exception
import dns.name
import dns.resolver
import dns.reversename

SECONDS: Final = 4.0
MOST_QUESTIONS: Final = 40
MOST_ANSWERS: Final = 50


class NoAnswer(Exception):
    """The DNS did not answer now: nothing is known, which is not the same as that there is nothing."""


class Names(Protocol):
    """The DNS. An empty list: there is no such record. Raises NoAnswer."""

    def texts(self, name: str) -> list[bytes]: ...

    def addresses(self, name: str) -> list[str]: ...

    def exchangers(self, name: str) -> list[str]: ...

    def names_of(self, address: str) -> list[str]: ...


class Dns:
    """The DNS of the machine, for one mail: a few seconds and forty questions in all, each asked once."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.ends_at = time.monotonic() + seconds
        self.known: dict[tuple[str, str], list[str] | list[bytes]] = {}

    def texts(self, name: str) -> list[bytes]:
        """TXT records, the pieces of each joined."""
        return [b"".join(each.strings) for each in self._ask(name, "TXT")]  # type: ignore[attr-defined]  # of that kind of record

    def addresses(self, name: str) -> list[str]:
        """IPv4 and IPv6 addresses."""
        found = [*self._ask(name, "A"), *self._ask(name, "AAAA")]
        return [each.address for each in found]  # type: ignore[attr-defined]  # of that kind of record

    def exchangers(self, name: str) -> list[str]:
        """The hosts that take mail, the preferred first."""
        found = sorted(self._ask(name, "MX"), key=lambda each: int(each.preference))  # type: ignore[attr-defined]  # of that kind of record
        return [each.exchange.to_text(omit_final_dot=True) for each in found]  # type: ignore[attr-defined]  # of that kind of record

    def names_of(self, address: str) -> list[str]:
        """The names of an address."""
        found = self._ask(dns.reversename.from_address(address).to_text(), "PTR")
        return [each.target.to_text(omit_final_dot=True) for each in found]  # type: ignore[attr-defined]  # of that kind of record

    def _ask(self, name: str, kind: str) -> list[object]:
        key = (name.rstrip(".").lower(), kind)
        if key in self.known:
            return list(self.known[key])
        left = self.ends_at - time.monotonic()
        if left <= 0 or len(self.known) >= MOST_QUESTIONS:
            raise NoAnswer("no time left")
        try:
            found = list(dns.resolver.resolve(name, kind, lifetime=left, search=False))[:MOST_ANSWERS]
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            found = []
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, dns.name.BadEscape, UnicodeError):
            found = []
        except (dns.exception.DNSException, OSError) as error:
            raise NoAnswer(str(error)) from error
        self.known[key] = found
        return list(found)
