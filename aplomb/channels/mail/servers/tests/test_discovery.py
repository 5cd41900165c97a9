"""Settings found from an address alone, without network: resolver, web and servers are played."""

import contextlib
import socket
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from aplomb.channels.mail.servers.autoconfig import MOST_BYTES, Unreadable, read_autoconfig
from aplomb.channels.mail.servers.discovery import NoSuchDomain, NotKnown, Service, candidate_of, find_settings
from aplomb.channels.mail.servers.explaining import candidate_in_words, note_in_words
from aplomb.channels.mail.servers.looking import NetworkLookups
from aplomb.channels.mail.servers.providers import PROVIDERS, Place, Ways, provider_of_domain, provider_of_mx
from aplomb.lib.net import PrivateAddress, open_connection

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1"><emailProvider id="firm.example"><domain>firm.example</domain>
<displayName>Firm &amp; Co</displayName>
<incomingServer type="pop3"><hostname>pop.firm.example</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
<incomingServer type="imap"><hostname>plain.firm.example</hostname><port>143</port><socketType>plain</socketType>
<username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></incomingServer>
<incomingServer type="imap"><hostname>Mail.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILLOCALPART%</username><authentication>OAuth2</authentication>
<authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>out.firm.example</hostname><port>587</port><socketType>STARTTLS</socketType>
<username>%EMAILADDRESS%</username></outgoingServer></emailProvider></clientConfig>"""


class Played:
    """A network in which only what is given is there; `asked` remembers what was looked for."""

    def __init__(
        self,
        *,
        mx: Mapping[str, list[str]] | None = None,
        srv: Mapping[str, list[Service]] | None = None,
        pages: Mapping[str, str | bytes] | None = None,
        servers: Mapping[Place, str] | None = None,
        gone: tuple[str, ...] = (),
    ) -> None:
        self.mx, self.srv, self.pages, self.servers = mx or {}, srv or {}, pages or {}, servers or {}
        self.gone, self.asked = gone, []  # type: tuple[str, ...], list[str]

    def exchangers(self, domain: str) -> list[str]:
        self.asked.append(domain)
        if domain in self.gone:
            raise NoSuchDomain(domain)
        return list(self.mx.get(domain, []))

    def services(self, name: str) -> list[Service]:
        self.asked.append(name)
        return list(self.srv.get(name, []))

    def page(self, url: str) -> bytes | None:
        self.asked.append(url)
        found = self.pages.get(url.partition("?")[0])
        return found.encode() if isinstance(found, str) else found

    def greets(self, place: Place, kind: str) -> str:
        self.asked.append(f"{kind}://{place.host}:{place.port}")
        return self.servers.get(place, "")


@pytest.mark.parametrize(
    ("address", "provider", "imap", "ways"),
    [
        ("desk@gmail.com", "google", "imap.gmail.com", Ways.CONSENT_OR_APP),
        ("Desk@GMAIL.com", "google", "imap.gmail.com", Ways.CONSENT_OR_APP),
        ("desk@hotmail.it", "outlook", "outlook.office365.com", Ways.CONSENT),
        ("desk@firm.onmicrosoft.com", "microsoft365", "outlook.office365.com", Ways.CONSENT),
        ("desk@yahoo.gr", "yahoo", "imap.mail.yahoo.com", Ways.APP),
        ("desk@libero.it", "libero", "imapmail.libero.it", Ways.USUAL),
        ("desk@pm.me", "proton", "127.0.0.1", Ways.BRIDGE),
        ("desk@orange.fr", "orange", "imap.orange.fr", Ways.USUAL),
    ],
)
def test_an_address_of_a_known_service_needs_no_network(address: str, provider: str, imap: str, ways: Ways) -> None:
    network = Played()
    (found,) = find_settings(address, network).candidates
    assert (found.provider, found.imap and found.imap.host, found.ways, found.source) == (
        provider,
        imap,
        ways,
        "domain",
    )
    assert found.login == address.lower()
    assert network.asked == []


def test_a_name_that_is_only_the_first_part_is_told() -> None:
    (found,) = find_settings("anne.martin@free.fr", Played()).candidates
    assert found.login == "anne.martin"


@pytest.mark.parametrize(
    ("mx", "provider"),
    [
        ("aspmx.l.google.com", "google"),
        ("smtp.google.com.", "google"),
        ("firm-example.mail.protection.outlook.com", "microsoft365"),
        ("firm-example.j-v1.mx.microsoft", "microsoft365"),
        ("hotmail-com.olc.protection.outlook.com", "outlook"),
        ("mta6.am0.yahoodns.net", "yahoo"),
        ("MX01.mail.icloud.com", "icloud"),
        ("in1-smtp.messagingengine.com", "fastmail"),
        ("mx.zoho.eu", "zoho.eu"),
        ("mx00.ionos.it", "ionos.it"),
        ("mx01.kundenserver.de", "kundenserver"),
        ("smtpin.rzone.de", "strato"),
        ("www123.your-server.de", "hetzner"),
        ("mta-gw.infomaniak.ch", "infomaniak"),
        ("mx1.mail.ovh.net", "ovh"),
        ("mx.pec.aruba.it", "pec.aruba"),
        ("mx.aruba.it", "aruba"),
        ("mail.protonmail.ch", "proton"),
        ("mail.tutanota.de", "tuta"),
    ],
)
def test_a_firms_own_domain_is_known_by_where_its_mail_goes(mx: str, provider: str) -> None:
    found = find_settings("info@firm.example", Played(mx={"firm.example": [mx]})).candidates[0]
    assert (found.provider, found.source, found.login) == (provider, "mx", "info@firm.example")


def test_a_name_that_only_looks_like_a_services_is_not_it() -> None:
    assert provider_of_mx("google.com.evil.example") is None
    assert provider_of_mx("notgoogle.com") is None
    assert provider_of_domain("gmail.com.evil.example") is None
    assert provider_of_mx("." * 5000) is None


def test_settings_published_at_the_domain_are_read_and_filled_in() -> None:
    network = Played(pages={"https://autoconfig.firm.example/mail/config-v1.1.xml": FILE})
    found = find_settings("info@firm.example", network).candidates[0]
    assert found.imap == Place("mail.firm.example", 993, "tls")
    assert found.smtp == Place("out.firm.example", 587, "starttls")
    assert (found.login, found.source, found.is_safe) == ("info", "autoconfig", True)
    assert not any(each.startswith(("http:", "imap:")) for each in network.asked)


def test_the_well_known_place_counts_as_much() -> None:
    network = Played(pages={"https://firm.example/.well-known/autoconfig/mail/config-v1.1.xml": FILE})
    assert (
        find_settings("info@firm.example", network).candidates[0].where.startswith("https://firm.example/.well-known")
    )


def test_settings_that_came_without_https_are_said_to_be_unsafe() -> None:
    network = Played(pages={"http://autoconfig.firm.example/mail/config-v1.1.xml": FILE})
    found = find_settings("info@firm.example", network).candidates[0]
    assert not found.is_safe
    assert "changed on its way" in candidate_in_words(found).caution


def test_where_the_mail_really_goes_says_more_than_a_page_of_the_web_host() -> None:
    network = Played(
        mx={"firm.example": ["aspmx.l.google.com"]},
        pages={"https://autoconfig.firm.example/mail/config-v1.1.xml": FILE},
    )
    first, second = find_settings("info@firm.example", network).candidates
    assert (first.source, second.source) == ("mx", "autoconfig")


def test_settings_of_the_firm_that_takes_the_mail_are_found() -> None:
    network = Played(
        mx={"firm.example": ["mx1.hoster.example"]},
        pages={"https://autoconfig.hoster.example/mail/config-v1.1.xml": FILE},
    )
    assert (
        find_settings("info@firm.example", network).candidates[0].where.startswith("https://autoconfig.hoster.example")
    )


def test_published_settings_that_lead_to_a_known_service_want_what_it_wants() -> None:
    page = FILE.replace("Mail.%EMAILDOMAIN%", "outlook.office365.com")
    network = Played(pages={"https://autoconfig.firm.example/mail/config-v1.1.xml": page})
    found = find_settings("info@firm.example", network).candidates[0]
    assert (found.ways, found.provider) == (Ways.CONSENT, "microsoft365")


def test_srv_records_are_taken_by_priority_and_then_weight() -> None:
    network = Played(
        srv={
            "_imaps._tcp.firm.example": [
                Service(20, 9, "late.firm.example.", 993),
                Service(10, 1, "seldom.firm.example.", 993),
                Service(10, 5, "often.firm.example.", 1993),
            ],
            "_submissions._tcp.firm.example": [Service(0, 0, ".", 0)],
            "_submission._tcp.firm.example": [Service(0, 0, "out.firm.example.", 587)],
        }
    )
    found = find_settings("info@firm.example", network).candidates[0]
    assert found.imap == Place("often.firm.example", 1993, "tls")
    assert found.smtp == Place("out.firm.example", 587, "starttls")


def test_usual_names_are_tried_last_and_a_certificate_that_holds_wins() -> None:
    network = Played(
        mx={"firm.example": ["mx.firm.example"]},
        servers={
            Place("imap.firm.example", 993, "tls"): "untrusted",
            Place("mail.firm.example", 143, "starttls"): "trusted",
            Place("mail.firm.example", 587, "starttls"): "trusted",
        },
    )
    found = find_settings("info@firm.example", network).candidates[0]
    assert (found.source, found.imap, found.smtp, found.is_safe) == (
        "guess",
        Place("mail.firm.example", 143, "starttls"),
        Place("mail.firm.example", 587, "starttls"),
        True,
    )


def test_a_server_whose_certificate_does_not_hold_is_proposed_with_a_warning() -> None:
    network = Played(servers={Place("imap.firm.example", 993, "tls"): "untrusted"})
    found = find_settings("info@firm.example", network).candidates[0]
    assert (found.is_safe, found.smtp) == (False, None)
    assert "certificate" in candidate_in_words(found).caution


def test_nothing_found_says_why() -> None:
    assert find_settings("info@gone.example", Played(gone=("gone.example",))).note == "no-domain"
    assert find_settings("info@firm.example", Played(mx={"firm.example": [""]})).note == "no-mail"
    assert find_settings("info@firm.example", Played()).candidates == ()
    assert find_settings("no address", Played()).note == "no-domain"
    assert all(note_in_words(each) for each in ("no-domain", "no-mail", "no-dns"))


def test_a_dns_that_fails_leaves_what_the_web_says() -> None:
    class Deaf(Played):
        def exchangers(self, domain: str) -> list[str]:
            raise NotKnown("timeout")

        def services(self, name: str) -> list[Service]:
            raise NotKnown("timeout")

    found = find_settings(
        "info@firm.example", Deaf(pages={"https://autoconfig.firm.example/mail/config-v1.1.xml": FILE})
    )
    assert (found.note, found.candidates[0].source) == ("no-dns", "autoconfig")


def test_steps_that_hang_are_not_waited_for() -> None:
    gate = threading.Event()

    class Hanging(Played):
        def page(self, url: str) -> bytes | None:
            gate.wait(20)
            return None

        def greets(self, place: Place, kind: str) -> str:
            gate.wait(20)
            return ""

    try:
        found = find_settings("info@firm.example", Hanging(mx={"firm.example": ["mx.zoho.eu"]}), seconds=0.2)
        assert found.candidates[0].provider == "zoho.eu"
        assert find_settings("info@firm.example", Hanging(), seconds=0.2).candidates == ()
    finally:
        gate.set()


def test_a_domain_of_another_alphabet_is_asked_for_in_its_ascii_form() -> None:
    network = Played(mx={"xn--mgbh0fb.xn--jxalpdlp": ["mx.zoho.eu"]})
    assert find_settings("info@مثال.δοκιμή", network).candidates[0].provider == "zoho.eu"
    assert all(each.isascii() for each in network.asked)


def test_a_candidate_survives_being_kept() -> None:
    found = find_settings("desk@free.fr", Played()).candidates[0]
    assert candidate_of(found.row()) == found


def test_every_known_service_is_told_in_words() -> None:
    for provider in PROVIDERS:
        names = [*(f"x@{each}" for each in provider.domains)]
        networks = [Played(), *(Played(mx={"firm.example": [f"mx.{end}"]}) for end in provider.mx)]
        for address, network in [
            *((each, networks[0]) for each in names),
            *(("x@firm.example", n) for n in networks[1:]),
        ]:
            found = find_settings(address, network).candidates[0]
            words = candidate_in_words(found)
            assert provider.name in words.source or found.provider != provider.key


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><clientConfig>&b;</clientConfig>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Not found</body></html>",
        b"<clientConfig><emailProvider>",
        LAUGHS.encode(),
        ('<?xml version="1.0" encoding="UTF-16"?>' + LAUGHS).encode("utf-16"),
        b'<!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><clientConfig/>',
        b"<clientConfig>" + b"<a>" * 1000,
        b"<clientConfig>" + b" " * MOST_BYTES + b"</clientConfig>",
        b'<?xml version="1.0" encoding="no-such"?><clientConfig/>',
        b"\x00\xff\xfe",
    ],
)
def test_what_is_no_settings_file_or_means_harm_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_autoconfig(content, "info@firm.example")


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("Mail.%EMAILDOMAIN%", "evil.example/path"),
        ("Mail.%EMAILDOMAIN%", ""),
        ("Mail.%EMAILDOMAIN%", "a" * 300),
        ("<port>993</port>", "<port>0</port>"),
        ("<port>993</port>", "<port>99999999999</port>"),
        ("<socketType>SSL</socketType>\n<username>", "<socketType>rot13</socketType>\n<username>"),
    ],
)
def test_a_server_that_cannot_be_understood_is_left_out(was: str, becomes: str) -> None:
    found = read_autoconfig(FILE.replace(was, becomes).encode(), "info@firm.example")
    assert [each.place.host for each in found if each.kind == "imap"] == ["plain.firm.example"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "[::1]", "192.168.1.1"])
def test_the_search_reaches_no_private_address(host: str) -> None:
    lookups = NetworkLookups(seconds=1)
    with pytest.raises(NotKnown):
        lookups.page(f"http://{host}/mail/config-v1.1.xml")
    assert lookups.greets(Place(host.strip("[]"), 993, "tls"), "imap") == ""


def test_a_redirect_to_a_private_address_or_out_of_https_is_not_followed(monkeypatch: Any) -> None:
    lookups = NetworkLookups(seconds=1)
    said = {"https://a.example/": "http://b.example/", "https://c.example/": "https://127.0.0.1/"}
    real = lookups._get

    def get(url: str, ends_at: float) -> bytes | str | None:
        return said[url] if url in said else real(url, ends_at)

    monkeypatch.setattr(lookups, "_get", get)
    assert lookups.page("https://a.example/") is None
    with pytest.raises(NotKnown):
        lookups.page("https://c.example/")


def test_a_page_that_drips_is_cut_in_time_and_one_that_is_too_large_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        lookups = NetworkLookups(allowed=["127.0.0.1"], seconds=0.5)
        answers = [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MOST_BYTES + 10)]
        over = threading.Event()

        def serve() -> None:
            for answer in answers:
                line, _where = server.accept()
                with line, contextlib.suppress(OSError):
                    line.recv(4096)
                    line.sendall(answer)
                    if answer is answers[0]:
                        over.wait(10)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            with pytest.raises(NotKnown):
                lookups.page(f"http://127.0.0.1:{port}/")
        finally:
            over.set()
        assert NetworkLookups(allowed=["127.0.0.1"], seconds=5).page(f"http://127.0.0.1:{port}/") is None
        thread.join(10)


def test_a_connection_goes_where_was_looked(monkeypatch: Any) -> None:
    """A name that answers with another address the second time (DNS rebinding) is asked only once."""
    asked = []

    def answered(host: str, port: int, **_more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1" if len(asked) == 1 else "127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answered)
    with pytest.raises(PrivateAddress):
        open_connection("rebinding.example", 80, allowed=(), timeout=1)
    assert asked == ["rebinding.example"]
