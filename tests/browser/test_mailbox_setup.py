"""Setting up a mailbox in a browser, by keyboard, on a phone's width: the pages lead from one to the next by themselves."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.test_axe import Look, nothing
from tests.parts.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.xdist_group("browser")]


def looked_at(look: Look) -> None:
    look.at = look.page.url
    look.by_axe()
    look.too_wide()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_from_an_address_to_what_is_wrong_with_its_server(opens: Open, size: dict[str, int]) -> None:
    page: Page = opens("/settings/mailboxes/new", role="administrator", viewport=size)
    look = Look(page)
    expect(page.locator("#id_address")).to_be_focused()
    looked_at(look)
    # a known service: nothing is asked of the network
    page.keyboard.type("some.desk@gmx.de")
    page.keyboard.press("Enter")
    expect(page.locator("#id_host")).to_have_value("imap.gmx.net")
    expect(page.locator("main .rows")).to_contain_text("GMX")
    looked_at(look)
    page.locator("#id_host").fill("127.0.0.1")
    page.locator("#id_port").fill(str(free_port()))
    page.locator("#id_out_host").fill("")
    page.locator("#id_out_host").press("Enter")
    expect(page.locator("#id_password")).to_be_visible()
    expect(page.locator("#redirect-url")).not_to_be_visible()
    looked_at(look)
    page.locator("[name=sign_in][value=oauth]").check()
    expect(page.locator("#redirect-url")).to_be_visible()
    expect(page.locator("#id_password")).not_to_be_visible()
    looked_at(look)
    page.locator("[name=sign_in][value=password]").check()
    page.locator("#id_password").fill("open sesame")
    page.locator("#id_password").press("Enter")
    expect(page.locator("#steps .is-wrong")).to_contain_text("127.0.0.1")
    expect(page.locator("#steps .say.wrong")).to_be_visible()
    looked_at(look)
    page.locator('#steps a[href$="/finish"]').click()
    expect(page.locator("#id_alias-0-address")).to_be_visible()
    looked_at(look)
    page.locator('form[action$="/discard"] button').click()
    expect(page.locator(".rows")).not_to_contain_text("some.desk@gmx.de")
    nothing(look.found)
