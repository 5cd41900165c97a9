"""One desk and one browser for all of these tests; each person of the demo signs in once.

The desk is shared, so a test works on tickets that it opened itself (`arrives`), and leaves its people's settings alone.
"""

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.parts.browser import browser as real_browser
from tests.parts.desk import Desk
from tests.parts.empty_database import empty_database
from tests.parts.ports import wait_for
from tests.parts.smtp_server import SmtpServer

# a busy machine is no failure
PATIENCE = 20_000
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}

Open = Callable[..., Page]
Arrives = Callable[..., str]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with real_browser() as found:
        yield found
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="package")
def desk() -> Iterator[Desk]:
    """A desk with the demo's world, whose mail leaves half a minute after it was sent."""
    with (
        empty_database() as database,
        SmtpServer() as server,
        Desk(empty_database=database, APLOMB_SMTP_OUT=server.address, APLOMB_UNDO_SECONDS="30") as found,
    ):
        yield found


@pytest.fixture(scope="package")
def sessions() -> dict[str, Any]:
    """Cookies by role, of those who have signed in."""
    return {}


@pytest.fixture
def signed_in(browser: Browser, desk: Desk, sessions: dict[str, Any]) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of somebody: `signed_in("agent")`, with Playwright's options; `signed_in("")` is a stranger's."""
    opened: list[BrowserContext] = []

    def context(role: str = "agent", **options: Any) -> BrowserContext:
        if role and role not in sessions:
            sessions[role] = _sign_in(browser, desk.link(role), speaks_english=role == "administrator")
        found = browser.new_context(
            **{
                "base_url": desk.url,
                "locale": "en-GB",
                "viewport": WIDE,
                "reduced_motion": "reduce",
                "storage_state": sessions.get(role),
                **options,
            }
        )
        found.set_default_timeout(PATIENCE)
        opened.append(found)
        return found

    yield context
    for each in opened:
        each.close()


@pytest.fixture
def opens(signed_in: Callable[..., BrowserContext]) -> Open:
    """A page in a browser of its own: `opens("/customers")`, `opens("/", role="auditor", viewport=NARROW)`."""

    def page(path: str, role: str = "agent", **options: Any) -> Page:
        found = signed_in(role, **options).new_page()
        found.goto(path, wait_until="domcontentloaded")
        return found

    return page


@pytest.fixture
def arrives(desk: Desk, signed_in: Callable[..., BrowserContext]) -> Arrives:
    """Hands a mail to the receiver and gives the path of the ticket it became. Its subject is a word of its own."""

    def ticket(mail: EmailMessage, sender: str = "rosa@luna.example") -> str:
        desk.send(mail, sender=sender)
        looking = signed_in("agent").request
        found: list[str] = []

        def is_there() -> bool:
            answer = looking.get("/find", params={"q": str(mail["Subject"]).partition(" <")[0]})
            found[:] = re.findall(r'href="(/tickets/\d{8})"', answer.text())
            return bool(found)

        wait_for(is_there, seconds=20, otherwise=lambda: f"no ticket is called {mail['Subject']}")
        return found[0]

    return ticket


def written(subject: str, text: str = "It has not worked since this morning.", **headers: str) -> EmailMessage:
    """A customer's mail in plain text."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Rosa Luna <rosa@luna.example>", "help@desk.example", subject
    mail["Message-ID"] = make_msgid(domain="luna.example")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def number_in(path: str) -> str:
    """The eight digits of a ticket's path."""
    return re.sub(r"\D", "", path.rsplit("/", 1)[1])


def shown(number: str) -> str:
    """A number as people read it."""
    return f"{number[:4]}-{number[4:]}"


def _sign_in(browser: Browser, link: str, *, speaks_english: bool = False) -> Any:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(link)
    page.locator("main form button").click()
    expect(page.locator("#side")).to_be_attached()
    if speaks_english:
        # somebody of the demo whose own language is another one
        page.goto(f"{link.partition('/in/')[0]}/settings")
        page.locator("main [name=language]").select_option("en")
        page.locator("main form button.button").first.click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
    kept = context.storage_state()
    context.close()
    return kept
