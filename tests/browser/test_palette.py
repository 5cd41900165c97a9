"""The palette of commands and macros, by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Arrives, Open, written

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def command(page: Page, words: str, option: str) -> None:
    """Open the palette, type, and take the line of that name once it is the marked one."""
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="What do you want to do?")
    expect(field).to_be_focused()
    field.fill(words)
    wanted = page.get_by_role("option", name=option)
    expect(wanted).to_be_visible()
    for _ in range(12):
        if wanted.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_a_ticket_is_found_by_its_words(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Cassowary hums in the archive"))
    page = opens("/")
    command(page, "cassowary hums", "Cassowary hums in the archive")
    expect(page).to_have_url(re.compile(f"{path}$"))


def test_what_the_page_offers_is_done_and_what_one_wrote_stays(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Bandicoot on the line")))
    page.get_by_role("textbox", name="Reply to the customer").fill("Half a sentence")
    command(page, "assign to me", "Assign to me")
    expect(page.locator("#ticket-head")).not_to_contain_text("nobody yet")
    expect(page.get_by_role("textbox", name="Reply to the customer")).to_have_value("Half a sentence")
    # without accents, and closed again by Escape
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="What do you want to do?").fill("zzzz-nothing")
    expect(page.get_by_text("Nothing of that name.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Commands")).to_be_hidden()


def test_a_macro_is_previewed_changed_and_run(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Dugong router"))
    admin = opens("/settings/macros/add", role="administrator")
    admin.get_by_label("Name", exact=True).fill("Quokka looks into it")
    admin.get_by_label("Who may run it").select_option(label="everybody")
    admin.get_by_label("Priority").select_option(label="high")
    admin.get_by_label("Reply", exact=True).select_option(index=1)
    admin.get_by_label("After the reply").select_option(label="waiting for the customer")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_role("link", name="Quokka looks into it")).to_be_visible()

    page = opens(path)
    command(page, "quokka", "Quokka looks into it")
    expect(page.get_by_role("heading", name="Quokka looks into it")).to_be_visible()
    expect(page.get_by_text("Nothing is done yet.")).to_be_visible()
    page.get_by_role("textbox", name="Reply to the customer").fill("We look into it and call you by noon.")
    page.get_by_role("button", name="Do it").click()
    expect(page).to_have_url(re.compile(f"{path}$"))
    expect(page.locator("#messages .msg.reply")).to_contain_text("We look into it and call you by noon.")
    expect(page.locator("#ticket-head")).to_contain_text("waiting for the customer")
    expect(page.locator("#ticket-head")).to_contain_text("high")


def test_on_a_phone_the_palette_fits_and_is_reached_by_touch(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Echidna by phone")), viewport=NARROW, has_touch=True)
    page.locator(".bar details.menu-of > summary").last.tap()
    page.get_by_role("button", name="Commands").tap()
    box = page.get_by_role("dialog", name="Commands").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
    expect(page.locator("#palette-list [role=option]").first).to_be_visible()
