"""A mail made to attack is shown, does nothing, and tells nobody that it was read."""

import base64
import re
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Arrives, Open, written
from tests.browser.test_drafts import PIXEL

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="top.hit=1"><script>top.hit=1</script></svg>'
HOSTILE = """<html><head><style>@import url(http://tracker.example/a.css);
body { background: url(http://tracker.example/b.png) } .x { position: fixed; inset: 0 }</style>
<meta http-equiv="refresh" content="0;url=http://tracker.example/gone">
<base href="http://tracker.example/"><link rel="stylesheet" href="http://tracker.example/c.css"></head>
<body onload="top.hit=1" background="http://tracker.example/d.png"><p>Your <b style="color: red">invoice</b> is due.</p>
<script>top.hit = 1; fetch("http://tracker.example/e")</script>
<img src="x" onerror="top.hit=1"><img src="http://tracker.example/remote.png" width="9" height="9" alt="remote">
<div style="background-image: url('http://tracker.example/f.png')">styled</div>
<a href="javascript:top.hit=1">press me</a><a href="http://shop.example/page" target="_top">shop</a>
<form action="http://tracker.example/g"><input name="password"><button>Sign in</button></form>
<iframe src="http://tracker.example/h"></iframe><object data="http://tracker.example/i"></object>
<embed src="http://tracker.example/j"><video src="http://tracker.example/k" autoplay></video>
<svg onload="top.hit=1"><image href="http://tracker.example/l.png"/></svg>
<img srcset="http://tracker.example/m.png 2x"><math><mtext><img src=1 onerror="top.hit=1"></mtext></math></body></html>"""


def hostile(subject: str) -> EmailMessage:
    mail = written(subject, "Your invoice is due.")
    mail.add_alternative(HOSTILE, subtype="html")
    mail.add_attachment("<script>top.hit = 1</script>", subtype="html", filename="invoice.html")
    mail.add_attachment(SVG.encode(), maintype="image", subtype="svg+xml", filename="logo.svg")
    return mail


def watched(page: Page) -> list[str]:
    """Every request of the browser; one to another host is answered here, and none leaves."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    def answer(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            route.fulfill(body=PIXEL, content_type="image/png")

    page.context.on("request", note)
    page.context.route("**/*", answer)
    return asked


def elsewhere(asked: list[str]) -> list[str]:
    return [url for url in asked if urlsplit(url).scheme.startswith("http") and urlsplit(url).hostname != "127.0.0.1"]


def test_a_hostile_mail_runs_nothing_and_asks_no_other_host(opens: Open, arrives: Arrives) -> None:
    path = arrives(hostile("Wryneck attack"))
    page = opens("/")
    asked = watched(page)
    page.goto(path)
    page.get_by_text("Show original formatting").click()
    mail = page.frame_locator(".original iframe")
    expect(mail.get_by_text("Your invoice is due.")).to_be_visible()
    assert page.evaluate("window.hit") is None
    frame = page.frames[-1]
    assert "/messages/" in frame.url
    for kind in ("script", "form", "iframe", "object", "embed", "video", "svg", "link", "base", "input", "[onerror]"):
        assert frame.locator(kind).count() == 0, kind
    assert mail.locator("a[href^='javascript']").count() == 0
    shop = mail.get_by_role("link", name="shop")
    expect(shop).to_have_attribute("target", "_blank")
    expect(shop).to_have_attribute("rel", re.compile("noopener"))
    assert elsewhere(asked) == []


def test_remote_images_come_only_when_they_are_asked_for(opens: Open, arrives: Arrives) -> None:
    path = arrives(hostile("Hoopoe picture"))
    page = opens("/")
    asked = watched(page)
    page.goto(path)
    page.get_by_text("Show original formatting").click()
    images = page.get_by_role("button", name="Show remote images")
    expect(images).to_be_visible()
    assert elsewhere(asked) == []
    with page.context.expect_event("requestfinished", lambda request: request.url.endswith("/remote.png")):
        images.click()
    picture = page.frame_locator(".original iframe").get_by_alt_text("remote")
    expect(picture).to_be_visible()
    assert set(elsewhere(asked)) == {"http://tracker.example/remote.png"}
    assert page.evaluate("window.hit") is None


def test_the_mail_alone_in_a_tab_runs_nothing_either(opens: Open, arrives: Arrives) -> None:
    path = arrives(hostile("Nightjar tab"))
    page = opens(path)
    address = page.locator(".original").get_attribute("data-frame")
    assert address is not None
    asked = watched(page)
    answer = page.goto(address)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "allow-scripts" not in policy
    assert "script-src" not in policy
    expect(page.get_by_text("invoice")).to_be_visible()
    assert page.evaluate("window.hit") is None
    assert elsewhere(asked) == []


@pytest.mark.parametrize("name", ["invoice.html", "logo.svg"])
def test_an_attachment_is_saved_and_never_shown_as_a_page(opens: Open, arrives: Arrives, name: str) -> None:
    page = opens(arrives(hostile(f"Roller {name.replace('.', ' ')}")))
    link = page.locator("#messages .files a", has_text=name)
    address = (link.get_attribute("href") or "").removesuffix("?save")
    link.click()
    expect(page.get_by_text("This file can do harm.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save it all the same").click()
    assert download.value.suggested_filename == name
    answer = page.request.get(f"{address}?save&sure")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_every_page_forbids_scripts_and_styles_that_are_not_its_own(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Bee-eater policy")))
    for path in (page.url, "/", "/settings", "/account/login/", "/nothing/here", "/api/v1/docs"):
        policy = page.request.get(path).headers["content-security-policy"]
        assert "unsafe" not in policy, path
        assert "default-src 'none'" in policy and "script-src 'self'" in policy, path
        assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy, path


def test_what_a_customer_calls_themselves_is_never_markup(opens: Open, arrives: Arrives) -> None:
    mail = written("Oriole <img src=x onerror=top.hit=1>", "<b>bold</b> <script>top.hit=1</script>")
    name = base64.b64encode(b'"><script>top.hit=1</script>').decode()
    del mail["From"]
    mail["From"] = f"=?utf-8?b?{name}?= <mallory@oriole.example>"
    page = opens(arrives(mail, sender="mallory@oriole.example"))
    expect(page.locator("h1")).to_have_text("Oriole <img src=x onerror=top.hit=1>")
    expect(page.get_by_text("<script>top.hit=1</script>").first).to_be_visible()
    page.goto("/customers?find=mallory")
    expect(page.locator("main")).to_contain_text("mallory@oriole.example")
    assert page.evaluate("window.hit") is None
