"""What proves that a mail comes from the domain in its From."""

import base64
import functools
import time
from typing import TypeVar

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from aplomb.channels.mail.proof.authresults import read_results, trusted_results
from aplomb.channels.mail.proof.dmarc import is_aligned, registered_domain
from aplomb.channels.mail.proof.nameservers import NoAnswer
from aplomb.channels.mail.proof.origin import Envelope, Proof, prove
from aplomb.channels.mail.proof.spf import check_spf

T = TypeVar("T")
HERE = "mx.desk.example"
PLAIN = (
    b"From: Ada <ada@desk.example>\r\nTo: help@desk.example\r\nSubject: About the line\r\n"
    b"Message-ID: <1@desk.example>\r\n\r\nIt works again.\r\n"
)


class Zone:
    """A DNS of the test: records by name. A name in `silent` does not answer."""

    def __init__(self, texts: dict[str, str] | None = None, **further: dict[str, list[str]]) -> None:
        self.text_records = {name: [value.encode()] for name, value in (texts or {}).items()}
        self.hosts = further.get("hosts", {})
        self.mail = further.get("mail", {})
        self.pointers = further.get("pointers", {})
        self.silent: set[str] = set()
        self.asked: list[str] = []

    def texts(self, name: str) -> list[bytes]:
        return self._found(name, self.text_records)

    def addresses(self, name: str) -> list[str]:
        return self._found(name, self.hosts)

    def exchangers(self, name: str) -> list[str]:
        return self._found(name, self.mail)

    def names_of(self, address: str) -> list[str]:
        return self._found(address, self.pointers)

    def _found(self, name: str, records: dict[str, list[T]]) -> list[T]:
        self.asked.append(name)
        if name in self.silent:
            raise NoAnswer(name)
        return records.get(name, [])


@functools.cache
def keys() -> tuple[bytes, str]:
    """A private key for signing and its record in the DNS."""
    key = rsa.generate_private_key(65537, 1024)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return private, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def signed(mail: bytes = PLAIN, domain: str = "desk.example", **options: object) -> bytes:
    return bytes(dkim.sign(mail, b"s1", domain.encode(), keys()[0], **options)) + mail


def zone(domain: str = "desk.example", policy: str = "v=DMARC1; p=reject") -> Zone:
    return Zone({f"s1._domainkey.{domain}": keys()[1], "_dmarc.desk.example": policy})


def looked(mail: bytes, names: Zone, envelope: Envelope | None = None) -> Proof:
    return prove(mail, server="", envelope=envelope, names=names)


def test_results_are_read_with_comments_versions_quotes_and_several_methods() -> None:
    found = read_results(
        'mx.desk.example (the one; in front) 1; spf=pass (a "comment" (within) another)\r\n smtp.mailfrom="a;b"@acme.example;'
        ' dkim/1=fail reason="bad key" header.d=acme.example header.b="ab=+/="; dkim=pass header.d = other.example'
    )
    assert found is not None and found.server == "mx.desk.example"
    assert [(each.method, each.result) for each in found.results] == [
        ("spf", "pass"),
        ("dkim", "fail"),
        ("dkim", "pass"),
    ]
    assert found.results[0].properties == {"smtp.mailfrom": "a;b@acme.example"}
    assert found.results[1].properties == {"reason": "bad key", "header.d": "acme.example", "header.b": "ab=+/="}
    assert found.results[2].properties == {"header.d": "other.example"}


@pytest.mark.parametrize("value", ["", ";", "mx.desk.example 2; spf=pass", "(only a comment", '"', "; ; ;"])
def test_what_is_no_result_gives_none(value: str) -> None:
    assert trusted_results({"authentication-results": [value]}, HERE) is None


def test_no_result_is_a_result_of_its_server() -> None:
    found = trusted_results({"authentication-results": ["MX.desk.example; none"]}, HERE)
    assert found is not None and found.results == ()


def with_results(*values: str, mail: bytes = PLAIN) -> bytes:
    return b"".join(f"Authentication-Results: {each}\r\n".encode() for each in values) + mail


def test_only_the_configured_server_is_believed() -> None:
    forged = with_results("mx.evil.example; dmarc=pass header.from=desk.example")
    assert prove(forged, server=HERE).is_authenticated is None
    assert prove(forged, server="").is_authenticated is None
    true = with_results(f"{HERE}; dmarc=pass header.from=desk.example")
    assert prove(true, server=HERE) == Proof(is_authenticated=True, by=HERE, dmarc="pass")
    assert prove(true, server="").is_authenticated is None


def test_of_the_configured_server_only_the_topmost_field_counts() -> None:
    mail = with_results(f"{HERE}; dmarc=fail header.from=desk.example", f"{HERE}; dmarc=pass header.from=desk.example")
    assert prove(mail, server=HERE).is_authenticated is False


def test_a_result_about_another_domain_proves_nothing() -> None:
    mail = with_results(f"{HERE}; dmarc=pass header.from=evil.example; dkim=pass header.d=evil.example")
    assert prove(mail, server=HERE).is_authenticated is None


def test_two_contrary_results_of_a_server_prove_nothing() -> None:
    mail = with_results(f"{HERE}; dmarc=fail header.from=desk.example; dmarc=pass header.from=desk.example")
    assert prove(mail, server=HERE).is_authenticated is not True


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("dkim=pass header.d=desk.example", True),
        ("dkim=pass header.i=@mail.desk.example", True),
        ("spf=pass smtp.mailfrom=bounce@mail.desk.example", True),
        ("spf=pass smtp.mailfrom=desk.example", True),
        ("spf=pass smtp.helo=desk.example", None),
        ("dkim=none; spf=fail smtp.mailfrom=ada@desk.example", False),
        ("dkim=fail header.d=desk.example", False),
        ("dkim=temperror header.d=desk.example", None),
        ("spf=pass smtp.mailfrom=list.example; dkim=fail header.d=list.example", None),
        ("dmarc=none header.from=desk.example; dkim=pass header.d=desk.example", True),
        ("dmarc=temperror header.from=desk.example; dkim=pass header.d=desk.example", None),
        ("none", None),
    ],
)
def test_without_dmarc_the_aligned_checks_decide(said: str, expected: bool | None) -> None:
    assert prove(with_results(f"{HERE}; {said}"), server=HERE).is_authenticated is expected


def test_a_field_that_names_no_server_is_microsofts_where_the_mailbox_says_so() -> None:
    mail = with_results(
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=desk.example; dkim=none (message not signed)"
        " header.d=none;dmarc=pass action=none header.from=desk.example;compauth=pass reason=100"
    )
    assert prove(mail, server="protection.outlook.com").is_authenticated is True
    assert prove(mail, server=HERE).is_authenticated is None


@pytest.mark.parametrize(
    "head",
    [
        b"From: evil@evil.example\r\nFrom: ada@desk.example\r\n",
        b"From: ada@desk.example, evil@evil.example\r\n",
        b"From: nobody\r\n",
        b"",
    ],
)
def test_nothing_is_proven_of_several_senders_or_none(head: bytes) -> None:
    mail = with_results(f"{HERE}; dmarc=pass; dkim=pass header.d=desk.example", mail=head + b"\r\nx\r\n")
    assert prove(mail, server=HERE).is_authenticated is None


def test_a_signature_of_the_senders_domain_proves_it() -> None:
    found = looked(signed(), zone())
    assert found.is_authenticated is True
    assert found.as_verdicts() == {"by": "desk", "dkim": ["pass desk.example"], "dmarc": "pass reject"}


def test_a_signature_holds_over_other_line_ends_and_blanks_where_it_is_relaxed() -> None:
    mail = signed(PLAIN + b"two  blanks \t\r\n\r\n\r\n", canonicalize=(b"relaxed", b"relaxed"))
    assert looked(mail.replace(b"two  blanks \t", b"two blanks"), zone()).is_authenticated is True
    assert looked(mail.replace(b"\r\n", b"\n"), zone()).is_authenticated is True


def test_a_signature_of_another_organisation_proves_nothing() -> None:
    names = zone("evil.example")
    assert looked(signed(domain="evil.example"), names).is_authenticated is None
    names = Zone({"s1._domainkey.desk.example": keys()[1]})
    assert looked(signed(), names).is_authenticated is True
    other = PLAIN.replace(b"ada@desk.example", b"ada@other.example")
    assert looked(signed(other), names).is_authenticated is None


def test_a_changed_mail_fails() -> None:
    names = Zone({"s1._domainkey.desk.example": keys()[1]})
    for change in ((b"works again", b"is broken"), (b"ada@", b"bo@"), (b"About", b"Above")):
        assert looked(signed().replace(*change), names).is_authenticated is False


def test_a_signature_over_the_beginning_only_counts_for_nothing() -> None:
    mail = signed(length=True) + b"Pay to this account.\r\n"
    assert looked(mail, zone()).is_authenticated is False
    assert looked(mail, zone()).as_verdicts()["dkim"] == ["policy desk.example"]


def test_a_second_from_added_to_a_signed_mail_proves_nothing() -> None:
    assert looked(b"From: bo@desk.example\r\n" + signed(), zone()).is_authenticated is None


def test_a_missing_key_fails_and_a_silent_dns_leaves_it_open() -> None:
    mail = signed()
    assert looked(mail, Zone()).is_authenticated is False
    silent = zone()
    silent.silent = {"s1._domainkey.desk.example"}
    assert looked(mail, silent).is_authenticated is None
    assert looked(mail, silent).as_verdicts()["dkim"] == ["temperror desk.example"]


def test_a_policy_that_does_not_answer_leaves_what_is_proven() -> None:
    silent = zone()
    silent.silent = {"_dmarc.desk.example"}
    assert looked(signed(), silent).is_authenticated is True


def test_strict_alignment_wants_the_very_domain() -> None:
    mail = PLAIN.replace(b"ada@desk.example", b"ada@mail.desk.example")
    for policy, expected in (("v=DMARC1; p=none", True), ("v=DMARC1; p=none; adkim=s", None)):
        names = zone(policy=policy)
        assert looked(signed(mail), names).is_authenticated is expected


def test_nothing_is_asked_where_there_is_nothing_to_check() -> None:
    names = zone()
    assert looked(PLAIN, names) == Proof()
    assert looked(PLAIN, names, Envelope("127.0.0.1", "localhost", "ada@desk.example")) == Proof()
    assert looked(PLAIN, names, Envelope("10.0.0.7", "inside", "ada@desk.example")) == Proof()
    assert names.asked == []


def test_the_machine_that_brought_it_proves_the_envelope_and_with_it_from() -> None:
    names = Zone({"desk.example": "v=spf1 ip4:8.8.8.0/24 -all", "_dmarc.desk.example": "v=DMARC1; p=reject"})
    good = looked(PLAIN, names, Envelope("8.8.8.8", "mx.desk.example", "ada@desk.example"))
    assert (good.is_authenticated, good.dmarc) == (True, "pass")
    bad = looked(PLAIN, names, Envelope("9.9.9.9", "mx.desk.example", "ada@desk.example"))
    assert (bad.is_authenticated, bad.dmarc, bad.asks) == (False, "fail", "reject")
    other = looked(PLAIN, names, Envelope("9.9.9.9", "mx.evil.example", "x@evil.example"))
    assert (other.is_authenticated, other.dmarc) == (False, "fail")


def test_hostile_signatures_cost_no_time() -> None:
    start = time.process_time()
    for field in (b" " * 60_000 + b"!", b"v=1; b=" + b" " * 60_000 + b"!", b"v=1;" * 20_000):
        looked(b"DKIM-Signature:" + field + b"\r\n" + PLAIN, zone())
    body = b" " * 2_000_000 + b"x\r\n"
    looked(signed(canonicalize=(b"relaxed", b"relaxed")) + body, zone())
    assert time.process_time() - start < 5


SPF = {
    "a.example": "v=spf1 a mx include:b.example ?all",
    "b.example": "v=spf1 ip6:2001:db8::/32 -all",
    "c.example": "v=spf1 redirect=a.example",
    "d.example": "v=spf1 include:nowhere.example -all",
    "e.example": "v=spf1 exists:%{ir}.%{v}.%{l1r-}.ok.example ~all",
    "f.example": "v=spf1 ip4:nonsense -all",
    "g.example": "v=spf1 include:g.example -all",
    "h.example": "v=spf1 ptr -all",
    "i.example": "v=spf1 a:one.example a:two.example a:three.example -all",
    "j.example": "v=spf1 a/24 mx/16//64 -all",
    "k.example": "v=spf1 unknown:thing -all",
    "l.example": "v=spf1 exp=why.example -ALL",
    "quiet.example": "v=spf1 a -all",
}


@pytest.mark.parametrize(
    ("address", "sender", "expected"),
    [
        ("192.0.2.10", "x@a.example", "pass"),
        ("192.0.2.20", "x@a.example", "pass"),
        ("2001:db8::5", "x@a.example", "pass"),
        ("::ffff:192.0.2.10", "x@a.example", "pass"),
        ("192.0.2.99", "x@a.example", "neutral"),
        ("192.0.2.10", "x@c.example", "pass"),
        ("192.0.2.10", "x@d.example", "permerror"),
        ("192.0.2.10", "some-body@e.example", "pass"),
        ("192.0.2.11", "some-body@e.example", "softfail"),
        ("192.0.2.10", "x@f.example", "permerror"),
        ("192.0.2.10", "x@g.example", "permerror"),
        ("192.0.2.10", "x@h.example", "pass"),
        ("192.0.2.11", "x@h.example", "fail"),
        ("192.0.2.10", "x@i.example", "permerror"),
        ("192.0.2.99", "x@j.example", "pass"),
        ("2001:db8:0:0:1::1", "x@j.example", "fail"),
        ("192.0.2.10", "x@k.example", "permerror"),
        ("192.0.2.10", "x@l.example", "fail"),
        ("192.0.2.10", "x@none.example", "none"),
        ("192.0.2.10", "", "pass"),
        ("192.0.2.10", "x@quiet.example", "temperror"),
        ("nonsense", "x@a.example", "none"),
        ("192.0.2.10", "x@" + "a" * 300, "none"),
    ],
)
def test_spf(address: str, sender: str, expected: str) -> None:
    names = Zone(
        SPF,
        hosts={
            "a.example": ["192.0.2.10"],
            "mx1.a.example": ["192.0.2.20"],
            "j.example": ["192.0.2.1"],
            "host.h.example": ["192.0.2.10"],
            "10.2.0.192.in-addr.some.ok.example": ["127.0.0.2"],
        },
        mail={"a.example": ["mx1.a.example"], "j.example": ["mx1.a.example"]},
        pointers={"192.0.2.10": ["host.h.example"], "192.0.2.11": ["host.h.example"]},
    )
    if "quiet" in sender:
        names.silent = {"quiet.example"}
    assert check_spf(address, sender, "a.example", names) == expected


def test_two_spf_records_are_an_error() -> None:
    names = Zone()
    names.text_records["a.example"] = [b"v=spf1 -all", b"v=spf1 +all", b"something else"]
    assert check_spf("192.0.2.1", "x@a.example", "", names) == "permerror"


def test_domains_are_aligned_by_organisation_never_by_public_suffix() -> None:
    assert registered_domain("mail.acme.co.uk") == "acme.co.uk"
    assert is_aligned("news.acme.co.uk", "acme.co.uk")
    assert not is_aligned("evil.co.uk", "acme.co.uk")
    assert not is_aligned("co.uk", "acme.co.uk")
    assert is_aligned("xn--bcher-kva.example", "Bücher.example")
    assert not is_aligned("", "")
    assert not is_aligned("acme.example", "acme.example.evil.example")
