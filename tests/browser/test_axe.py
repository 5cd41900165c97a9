"""Every page, in every theme, wide and narrow: nothing for axe to find, no word in the console, nothing cut off."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.conftest import NARROW, PATIENCE, WIDE, Open
from tests.parts.desk import Desk
from tests.parts.empty_database import empty_database

# what a page looks like does not hang on the database
pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.xdist_group("browser")]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES = [("dark", "dark"), ("contrast", "light"), ("contrast", "dark")]
# the sixth row of a list is made as the first was: whoever looks at all of them waits for minutes
FEWER = """() => document.querySelectorAll(
  ".rows > li:nth-child(n+6):not(.older), tbody > tr:nth-child(n+6), select > option:nth-child(n+6)"
).forEach((each) => each.remove())"""
LANGUAGES = ["es", "it", "ro", "el"]
# what lies in a box that scrolls by itself is cut off as surely as what lies outside the window
TOO_WIDE = """() => {
  const found = [];
  const boxes = [document.scrollingElement, ...document.querySelectorAll("main, .talk, .rail, .write, .side")];
  for (const box of boxes) {
    const room = box === document.scrollingElement ? innerWidth : box.clientWidth;
    if (!room || box.scrollWidth <= room) continue;
    const edge = box.getBoundingClientRect().left + room;
    const out = [...box.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > edge + 1
      && !each.closest(".scroll, .sr, .skip"));
    found.push(`${box.className || box.localName} is ${box.scrollWidth} wide, room is ${room}: `
      + out.slice(0, 3).map((each) => each.outerHTML.slice(0, 120)).join(" | "));
  }
  return found;
}"""


class Stop(NamedTuple):
    """A page to look at, and what is done on it first."""

    path: str
    open: Callable[[Page], None] | None = None


def note_composer(page: Page) -> None:
    page.locator("[data-tab=note]").click()
    expect(page.locator("#note-text")).to_be_focused()


def filters(page: Page) -> None:
    page.locator(".queue-head details summary").click()
    expect(page.locator("#f-status")).to_be_visible()


def rail(page: Page) -> None:
    # beside the conversation where there is room, a page of its own where there is none
    link = page.locator("[data-page=rail]")
    if link.is_visible():
        link.click()
    expect(page.locator("#rail .props")).to_be_visible()


def tags(page: Page) -> None:
    rail(page)
    page.locator('#rail details[hx-get$="/pick/tags"] summary').click()
    expect(page.locator("#rail .tag-form")).to_be_visible()


def keys_sheet(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keys-sheet")).to_be_visible()


def own_menu(page: Page) -> None:
    page.locator(".bar details summary").click()


def recipients(page: Page) -> None:
    page.locator("#reply-text").focus()
    page.locator(".recipients summary").click()
    expect(page.locator("#reply-to")).to_be_visible()


def wrong_form(page: Page) -> None:
    page.locator("main form button.button").last.click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()


def wrong_password(page: Page) -> None:
    page.locator("[name=login]").fill("nobody@nowhere.example")
    page.locator("[name=password]").fill("wrong")
    page.locator("main form button.button").first.click()
    expect(page.locator("main [role=alert]")).to_be_visible()


def stops_of_an_administrator(page: Page) -> list[Stop]:
    """Every page; of those that show one thing, the page of the first in its list."""

    def first(path: str, like: str) -> str:
        page.goto(path, wait_until="domcontentloaded")
        links: list[str] = page.eval_on_selector_all(
            "main a[href]", "all => all.map((each) => each.getAttribute('href'))"
        )
        return next(link for link in links if re.fullmatch(like, link))

    ticket = first("/", r"/tickets/\d+")
    binned, done = first("/?stage=bin", r"/tickets/\d+"), first("/?stage=done", r"/tickets/\d+")
    paths = ["/", "/?assignee=me", "/?assignee=none", "/?stage=bin", "/?stage=done", "/?tag=nothing&status=new"]
    paths += ["/find?q=laptop", "/find?q=nothing+like+it", ticket, binned, done]
    paths += [f"{ticket}/pick/assignee", f"{ticket}/pick/tags", f"{ticket}/history"]
    paths += ["/tasks", "/?with=me", "/?stage=snoozed", f"{ticket}/snooze", f"{ticket}/hand-over"]
    paths += [f"{ticket}/people/co-worker"]
    paths += ["/tickets/new", "/tickets/new?way=mail", "/customers", "/customers?find=zzzz", "/customers/add"]
    paths += stops_of_places(first)
    paths += stops_of_joined(first)
    paths += stops_of_sides(first)
    paths += [first("/customers", r"/customers/\d+"), "/customers/organisations", "/customers/organisations/add"]
    paths += [first("/customers/organisations", r"/customers/organisations/\d+"), "/mail/in?state=all", "/mail/out"]
    paths += [first("/mail/out", r"/mail/out/\d+"), "/settings", "/settings/tokens", "/settings/people"]
    paths += [first("/settings/people", r"/settings/people/\d+"), "/settings/people/add", "/settings/teams"]
    paths += [first("/settings/teams", r"/settings/teams/\d+"), "/settings/teams/add", "/settings/mailboxes"]
    paths += [first("/settings/mailboxes", r"/settings/mailboxes/\d+"), "/settings/mailboxes/add", "/settings/desk"]
    paths += [
        "/settings/calendars",
        "/settings/calendars/add",
        first("/settings/calendars", r"/settings/calendars/\d+"),
    ]
    paths += [first("/settings/calendars", r"/settings/calendars/\d+/days"), "/settings/times/all", "/presence"]
    paths += [first("/settings/times/all", r"/settings/times/\d+")]
    paths += ["/account/2fa/", "/account/2fa/totp/activate/", "/account/password/set/", "/account/logout/"]
    paths += ["/approvals", f"{ticket}/decision", "/settings/reads", "/settings/changes"]
    paths += ["/notices", "/notices?show=unseen", "/settings/notices", "/nothing/here"]
    states = [Stop("/", filters), Stop("/", keys_sheet), Stop("/", own_menu), Stop("/tickets/new", wrong_form)]
    states += [Stop("/", ticked_row), Stop(ticket, message_menu)]
    states += [Stop(ticket, note_composer), Stop(ticket, rail), Stop(ticket, tags), Stop(ticket, recipients)]
    return [*(Stop(path) for path in paths), *states, *stops_of_letters(page, first)]


def stops_of_places(first: Callable[[str, str], str]) -> list[str]:
    """A customer's tabs, one site and one device of theirs, what a ticket may be about, and the catalogue."""
    firm = first("/find?q=BP620-4471", r"/customers/equipment/\d+")
    owner = first(firm, r"/customers/organisations/\d+")
    paths = [firm, *(f"{owner}/{tab}" for tab in ("requests", "notes", "sites", "equipment", "people"))]
    paths += [f"{owner}/sites?add=1", f"{owner}/equipment?add=1", first(f"{owner}/sites", r"/customers/sites/\d+")]
    paths += [f"{first(f'{owner}/requests', r'/tickets/[0-9]+')}/about", "/find?q=BP620-4471"]
    return [*paths, "/settings/catalogue", "/settings/catalogue/add"]


def stops_of_joined(first: Callable[[str, str], str]) -> list[str]:
    """A ticket with one that was merged into it, that one, and the pages of merging, splitting off and linking."""
    stays = first("/find?q=wifi+again", r"/tickets/\d+")
    merged, split = first(stays, r"/tickets/(?!new)\d+#message-\d+"), first(stays, r"/messages/\d+/split")
    waits = first("/find?q=cauzione", r"/tickets/\d+")
    paths = [stays, merged.partition("#")[0], split, waits, f"{waits}/links", f"{waits}/merge", f"{waits}/merge?q=wifi"]
    paths += [f"{waits}/merge?into={stays.rsplit('/', 1)[1]}", f"{waits}/links?q=wifi"]
    person = first("/customers", r"/customers/\d+")
    return [*paths, f"{person}/merge", f"{person}/merge?q=a"]


def stops_of_sides(first: Callable[[str, str], str]) -> list[str]:
    """A ticket about which a supplier was asked, the page of asking, and paper with everything on it."""
    asked = first("/find?q=corriere", r"/tickets/\d+")
    return [asked, f"{asked}/ask", f"{asked}/print", f"{asked}/print?notes=1&sides=1"]


def ticked_row(page: Page) -> None:
    page.locator("#list .pick").first.click()
    expect(page.locator(".bulk-bar")).to_be_visible()


def message_menu(page: Page) -> None:
    page.locator("#messages .msg-menu summary").first.click()
    expect(page.locator("#messages .msg-menu .menu-body").first).to_be_visible()


def stops_of_letters(page: Page, first: Callable[[str, str], str]) -> list[Stop]:
    """The list of letters, one of the desk's own with its versions, the editor with its preview, canned replies of a ticket."""
    own = first("/settings/letters", r"/settings/letters/router[^/]*")
    ticket = first("/?assignee=none", r"/tickets/\d+")
    paths = ["/settings/letters", "/settings/letters/add", own, f"{own}/in/it", f"{own}/versions/2"]
    paths += ["/settings/letters/serial-number/in/en", "/settings/letters/signature", f"{ticket}/canned"]

    def chosen(page: Page) -> None:
        page.locator("#reply-text").click()
        page.locator("[data-canned]").click()
        page.locator("#canned-list [role=option]").first.click()
        expect(page.locator("[data-marks] button").first).to_be_visible()

    def list_open(page: Page) -> None:
        page.locator("#reply-text").click()
        page.locator("[data-canned]").click()
        expect(page.locator("#canned-list [role=option]").first).to_be_visible()

    return [*(Stop(path) for path in paths), Stop(ticket, list_open), Stop(ticket, chosen)]


def stops_of_an_auditor(page: Page) -> list[Stop]:
    page.goto("/", wait_until="domcontentloaded")
    ticket = page.locator("#list a.subject").first.get_attribute("href")
    return [Stop("/"), Stop(ticket or ""), Stop("/customers"), Stop("/settings")]


def stops_of_a_stranger(link: str) -> list[Stop]:
    paths = ["/account/login/", "/in", "/in/sent", link, "/in/none-such", "/account/password/reset/"]
    paths += ["/account/password/reset/done/", "/account/inactive/", "/nothing/here"]
    return [*(Stop(path) for path in paths), Stop("/account/login/", wrong_password)]


class Look:
    """Goes from page to page and keeps what it found."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        self.at = ""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.found.append(f"{self.at}: {error}"))

    def go(self, stop: Stop) -> None:
        # the same address twice would be no new page
        self.at = f"{stop.path} {stop.open.__name__ if stop.open else ''}".strip()
        self.page.goto(stop.path, wait_until="domcontentloaded")
        if stop.open:
            stop.open(self.page)

    def _heard(self, message: ConsoleMessage) -> None:
        # an answer that is 404 or 400 by intent is said by the browser itself
        is_answer = "server responded with a status of 4" in message.text
        if message.type in ("error", "warning") and not (is_answer and message.location.get("url") == self.page.url):
            self.found.append(f"{self.at}: the console says {message.text}")

    def by_axe(self) -> None:
        """All rules in the light; the contrast of colours in the other themes."""
        self.page.evaluate(FEWER)
        self.page.evaluate(AXE_SCRIPT)
        self._run("light", {"type": "tag", "values": RULES})
        own = self.page.evaluate("document.documentElement.dataset.theme")
        for theme, scheme in THEMES:
            self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            self.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            self._run(f"{theme} {scheme}", {"type": "rule", "values": ["color-contrast"]})
        self.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", own)
        self.page.emulate_media(color_scheme="light")

    def too_wide(self, language: str = "en") -> None:
        self.found += [f"{self.at} ({language}): {each}" for each in self.page.evaluate(TOO_WIDE)]

    def _run(self, theme: str, rules: dict[str, Any]) -> None:
        result = self.page.evaluate(
            "rules => axe.run(document, { resultTypes: ['violations'], runOnly: rules })", rules
        )
        for violation in result["violations"]:
            for node in violation["nodes"][:3]:
                why = (node["any"] + node["all"] + node["none"])[0]["message"]
                self.found.append(f"{self.at} ({theme}) {violation['id']}: {node['html'][:160]} {why}")


def nothing(found: list[str]) -> None:
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_on_the_pages_of_an_administrator(opens: Open, size: dict[str, int]) -> None:
    look = Look(opens("/", role="administrator", viewport=size))
    for stop in stops_of_an_administrator(look.page):
        look.go(stop)
        look.by_axe()
        look.too_wide()
    nothing(look.found)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_on_the_pages_of_an_auditor_and_of_a_stranger(
    opens: Open, desk: Desk, size: dict[str, int]
) -> None:
    look = Look(opens("/", role="auditor", viewport=size))
    for stop in stops_of_an_auditor(look.page):
        look.go(stop)
        look.by_axe()
        look.too_wide()
    stranger = Look(opens("/account/login/", role="", viewport=size))
    for stop in stops_of_a_stranger(desk.link("legal").removeprefix(desk.url)):
        stranger.go(stop)
        stranger.by_axe()
        stranger.too_wide()
    nothing(look.found + stranger.found)


def test_axe_finds_nothing_on_the_page_of_the_api(opens: Open) -> None:
    look = Look(opens("/api/v1/docs"))
    look.at = "/api/v1/docs"
    look.by_axe()
    nothing(look.found)


@pytest.fixture
def english(opens: Open) -> Iterator[Page]:
    """A page of the administrator, whose language is English again afterwards."""
    page = opens("/settings", role="administrator", viewport=NARROW)
    yield page
    choose_language(page, "en")


def choose_language(page: Page, language: str) -> None:
    page.goto("/settings", wait_until="domcontentloaded")
    token = page.locator("main [name=csrfmiddlewaretoken]").first.input_value()
    answer = page.request.post(
        "/settings/language",
        form={"language": language, "csrfmiddlewaretoken": token},
        headers={"Referer": page.url},
    )
    assert answer.ok
    page.goto("/settings", wait_until="domcontentloaded")
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_no_page_is_wider_than_a_phone_in_any_language(english: Page) -> None:
    look = Look(english)
    stops = stops_of_an_administrator(english)
    for language in LANGUAGES:
        choose_language(english, language)
        for stop in stops:
            look.go(stop)
            look.too_wide(language)
    nothing(look.found)


def test_the_themes_are_those_that_a_person_chooses(opens: Open) -> None:
    page = opens("/settings", role="owner", color_scheme="light")
    grounds = {}
    for theme in ("dark", "contrast", "light"):
        own_menu(page)
        page.locator(f".bar button[name=theme][value={theme}]").click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        grounds[theme] = page.locator("body").evaluate("each => getComputedStyle(each).backgroundColor")
    assert grounds == {"dark": "rgb(23, 24, 26)", "contrast": "rgb(255, 255, 255)", "light": "rgb(246, 246, 244)"}


def test_the_first_page_of_an_empty_desk(browser: Browser) -> None:
    with empty_database() as database, Desk(empty_database=database, APLOMB_DEMO="0") as empty:
        context = browser.new_context(
            base_url=empty.url, locale="en-GB", viewport={"width": 390, "height": 844}, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        look = Look(context.new_page())
        look.go(Stop("/"))
        expect(look.page).to_have_url(f"{empty.url}/setup")
        look.by_axe()
        for language in LANGUAGES:
            look.page.locator(f"footer button[value={language}]").click()
            expect(look.page.locator("html")).to_have_attribute("lang", language)
            look.too_wide(language)
        look.page.set_viewport_size({"width": 1280, "height": 900})
        look.by_axe()
        context.close()
    nothing(look.found)
