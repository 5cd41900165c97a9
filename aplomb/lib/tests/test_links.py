"""Where links really lead."""

import time

import pytest

from aplomb.lib.html import sanitise
from aplomb.lib.links import deceit, real_host


@pytest.mark.parametrize(
    ("address", "words", "target"),
    [
        ("https://evil.example/x", "https://bank.example/login", "evil.example"),
        ("https://evil.example/x", "Log in at www.bank.example now", "evil.example"),
        ("https://evil.example/x", "bank.example", "evil.example"),
        ("https://evil.example/x", "bank.exa\u200bmple", "evil.example"),
        ("https://evil.example/x", "Click here", ""),
        ("https://evil.example/x", "Mr. Smith", ""),
        ("https://bank.example.evil.example/", "bank.example", "bank.example.evil.example"),
        ("https://bank.example/", "www.bank.example", ""),
        ("https://mail.bank.example/", "https://bank.example/", ""),
        ("https://bank.example@evil.example/", "Log in", "evil.example"),
        ("https:\\\\evil.example\\@bank.example", "bank.example", "evil.example"),
        ("https://evil.example\t/", "bank.example", "evil.example"),
        ("https:evil.example", "bank.example", "evil.example"),
        ("https://EVIL.example:8443/", "bank.example", "evil.example"),
        ("https://b\u0430nk.example/", "Log in", "xn--bnk-6cd.example"),
        ("https://xn--bnk-6cd.example/", "Log in", "xn--bnk-6cd.example"),
        ("https://b\u0430nk.example/", "bank.example", "xn--bnk-6cd.example"),
        ("http://192.0.2.1/", "Log in", "192.0.2.1"),
        ("http://0x7f.1/", "Log in", "0x7f.1"),
        ("http://[2001:db8::1]:80/", "Log in", "[2001:db8::1]"),
        ("mailto:evil@evil.example", "help@bank.example", "evil@evil.example"),
        ("mailto:help@bank.example?subject=x", "Help@bank.example", ""),
        ("mailto:help@bank.example", "Write to us", ""),
        ("tel:+441632960001", "bank.example", ""),
        ("https://", "bank.example", ""),
    ],
)
def test_a_link_that_deceives_shows_where_it_leads(address: str, words: str, target: str) -> None:
    assert deceit(address, words) == target


def test_the_host_is_the_one_that_a_browser_goes_to() -> None:
    assert real_host("https://user:pw@host.example:80/p?q=@x") == ("host.example", True)
    assert real_host("http:///host.example/") == ("host.example", False)
    assert real_host("https://host.example?@evil.example") == ("host.example", False)


def test_the_mark_stands_on_the_link_and_nobody_else_can_set_it() -> None:
    html = (
        '<a href="https://evil.example/" title="https://bank.example" data-target="bank.example">'
        "<b>https://</b><i>bank.example</i></a> <a href='https://acme.example/'>ours</a>"
    )
    assert sanitise(html) == (
        '<a href="https://evil.example/" target="_blank" rel="noopener noreferrer nofollow" data-target="evil.example">'
        "<b>https://</b><i>bank.example</i></a> "
        '<a href="https://acme.example/" target="_blank" rel="noopener noreferrer nofollow">ours</a>'
    )


def test_a_mark_cannot_break_out_of_its_attribute() -> None:
    safe = sanitise("<a href='https://evil.example&quot;onclick=alert(1)//'>bank.example</a>")
    assert 'data-target="evil.example&quot;onclick=alert(1)"' in safe


def test_marking_takes_linear_time() -> None:
    start = time.process_time()
    for hostile in (
        "<a href='https://x.example'>" * 2_900,
        "<a href='https://x.example'>x</a>" * 20_000,
        '<p title="' + '"' * 100_000,
        "<a href='https://" + "@" * 200_000 + "'>www." + "a." * 100_000 + "</a>",
    ):
        sanitise(hostile)
    assert time.process_time() - start < 3
