"""A passkey is made, signs in alone, is the second proof after a password, and can be taken away: with Chromium's own key."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.parts.desk import Desk

PASSWORD = "four plain words here"


@pytest.fixture
def key(signed_in: Callable[..., BrowserContext], desk: Desk) -> Page:
    """A stranger's page in a browser that has a key which says yes by itself. Passkeys want a name: localhost."""
    context = signed_in("")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def at(desk: Desk, path: str) -> str:
    return desk.url.replace("127.0.0.1", "localhost") + path


def test_a_passkey_signs_in_alone_and_proves_who_has_only_the_password(key: Page, desk: Desk) -> None:
    desk.command("user", "add", "petra@desk.example", "--name", "Petra Key", "--role", "agent")
    link = desk.command("user", "login-link", "petra@desk.example")["link"]
    key.goto(link.replace("127.0.0.1", "localhost"))
    key.get_by_role("button").first.click()
    key.wait_for_url(at(desk, "/"))
    key.goto(at(desk, "/account/password/set/"))
    key.get_by_label("New password", exact=True).fill(PASSWORD)
    key.get_by_role("main").get_by_role("button").last.click()
    key.wait_for_url(at(desk, "/settings"))

    key.goto(at(desk, "/account/2fa/passkeys/add/"))
    # this touches how one signs in
    key.get_by_label("Password", exact=True).fill(PASSWORD)
    key.get_by_role("button", name="Go on").click()
    key.get_by_label("Name of this passkey").fill("Laptop <b>of</b> Petra")
    key.get_by_role("button", name="Go on").click()
    expect(key.get_by_text("The passkey is added.")).to_be_visible()
    key.goto(at(desk, "/account/2fa/passkeys/"))
    expect(key.get_by_text("Laptop <b>of</b> Petra", exact=True)).to_be_visible()

    # alone
    key.context.clear_cookies()
    key.goto(at(desk, "/account/login/"))
    key.get_by_role("button", name="Sign in with a passkey").click()
    key.wait_for_url(at(desk, "/"))

    # after a password it is the second proof
    key.context.clear_cookies()
    key.goto(at(desk, "/account/login/"))
    key.get_by_label("E-mail address").fill("petra@desk.example")
    key.get_by_label("Password", exact=True).fill(PASSWORD)
    key.get_by_role("button", name="Sign in", exact=True).click()
    expect(key.get_by_role("heading", name="A second proof")).to_be_visible()
    key.get_by_role("button", name="Use a passkey").click()
    key.wait_for_url(at(desk, "/"))

    # taken away, it opens nothing
    key.goto(at(desk, "/account/2fa/passkeys/"))
    key.get_by_role("link", name="Remove").click()
    key.get_by_role("link", name="Use a passkey instead").click()
    key.get_by_role("button", name="Use a passkey").click()
    key.get_by_role("button", name="Remove").click()
    expect(key.get_by_text("You have none yet.")).to_be_visible()
    key.context.clear_cookies()
    key.goto(at(desk, "/account/login/"))
    key.get_by_role("button", name="Sign in with a passkey").click()
    expect(key.get_by_text("This did not prove that it is you")).to_be_visible()
    assert key.url == at(desk, "/account/login/")


def test_on_an_address_without_a_name_it_says_why(key: Page, desk: Desk) -> None:
    key.goto(f"{desk.url}/account/login/")
    key.get_by_role("button", name="Sign in with a passkey").click()
    expect(key.get_by_role("alert")).to_contain_text("localhost")
