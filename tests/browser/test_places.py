"""An agent keeps where a customer is and what they have, and opens a ticket about it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Open
from tests.browser.test_axe import choose_language

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.xdist_group("browser")]


def new_organisation(page: Page, name: str) -> None:
    """Adds it, and stands on its page."""
    page.goto("/customers/organisations/add")
    page.locator("[name=name]").fill(name)
    page.locator("main form button.button").last.click()
    expect(page.locator("h1")).to_have_text(name)


def add_shop(page: Page) -> None:
    """A site of the customer whose page this is, with one wrong answer on the way."""
    page.get_by_role("link", name="Sites", exact=True).click()
    page.locator("#id_name").fill("Shop")
    page.locator("#id_town").fill("Otley")
    page.locator("#id_opener").fill("Wren")
    page.locator("#id_code").fill("8844#")
    page.locator("#id_day0").fill("nine to five")
    page.get_by_role("button", name="Add the site").click()
    # what is wrong is said at its day, and nothing that was typed is lost
    expect(page.locator(".summary")).to_contain_text("These are no hours: nine to five")
    expect(page.locator("#id_opener")).to_have_value("Wren")
    page.locator("#id_day0").fill("9-17")
    page.get_by_role("button", name="Add the site").click()
    expect(page.locator(".cards")).to_contain_text("9:00–17:00")
    expect(page.locator("body")).not_to_contain_text("8844#")
    page.get_by_role("button", name="Show the code").click()
    expect(page.locator(".code")).to_have_text("8844#")


def add_printer(page: Page, owner: str) -> None:
    """A printer of the catalogue, in the shop."""
    page.goto(f"{owner}/equipment")
    page.locator("#id_product").select_option(label="Borealis BP-620")
    page.locator("#id_model").fill("BP-620 N")
    page.locator("#id_serial").fill("fx 77-o1")
    page.locator("#id_site").select_option(label="Shop")
    page.get_by_role("button", name="Add it", exact=True).click()


def test_a_site_with_access_a_printer_and_a_ticket_about_it(opens: Open) -> None:
    page = opens("/customers/organisations/add")
    new_organisation(page, "Foxglove Florists")
    owner = re.sub(r"https?://[^/]+", "", page.url)

    add_shop(page)
    add_printer(page, owner)
    page.locator(".rows").get_by_role("link", name="Borealis BP-620 N").click()
    page.get_by_role("link", name="New ticket about it").click()
    expect(page.locator("#id_equipment")).to_be_checked()
    # nobody of theirs is known yet: somebody else's printer is no matter of this caller
    page.locator("#id_reach").fill("wren@foxglove.example")
    page.locator("#id_subject").fill("The counter printer is out")
    page.locator("#id_text").fill("Nothing comes out.")
    page.get_by_role("button", name="Open the ticket").click()
    expect(page.locator("main [role=alert]")).to_contain_text("nothing of this ticket's customer")
    expect(page.locator("#id_text")).to_have_value("Nothing comes out.")

    page.goto(f"/customers/add?organisation={owner.rsplit('/', 1)[1]}")
    page.locator("#id_name").fill("Wren Ashby")
    page.locator("#id_email").fill("wren@foxglove.example")
    page.get_by_role("button", name="Add the contact").click()
    page.goto(f"{owner}/equipment")
    page.locator(".rows").get_by_role("link", name="Borealis BP-620 N").click()
    page.get_by_role("link", name="New ticket about it").click()
    page.locator("#id_reach").fill("wren@foxglove.example")
    page.locator("#id_subject").fill("The counter printer is out")
    page.locator("#id_text").fill("Nothing comes out.")
    page.get_by_role("button", name="Open the ticket").click()
    about = page.locator("#rail .about")
    expect(about).to_contain_text("Borealis BP-620 N")
    expect(about).to_contain_text("Wren")

    # another choice, without a mouse
    page.locator("#main").focus()
    page.keyboard.press("b")
    expect(about.get_by_role("button", name="no place")).to_be_visible()
    about.get_by_role("button", name="no place").press("Enter")
    expect(about.locator("a", has_text="Shop")).to_have_count(0)
    expect(about).to_contain_text("fx 77-o1")

    page.locator("#find").fill("FX7701")
    page.locator("#find").press("Enter")
    page.get_by_role("link", name="Borealis BP-620 N").click()
    expect(page.locator("main")).to_contain_text("The counter printer is out")


def test_on_a_phone_a_note_is_pinned_and_seen_beside_the_ticket(opens: Open) -> None:
    page = opens("/find?q=grey+stripes", viewport=NARROW)
    page.locator("a.subject").first.click()
    page.locator("[data-page=rail]").click()
    page.locator("#rail .person a[href*='/organisations/']").click()
    page.get_by_role("link", name="Notes", exact=True).click()
    page.locator("#new_text").fill("Ring twice, then wait.")
    page.locator("#new_is_pinned").check()
    page.get_by_role("button", name="Add the note").click()
    note = page.locator(".notes > li", has_text="Ring twice")
    expect(note).to_contain_text("pinned")
    assert page.evaluate("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth")
    page.goto("/find?q=grey+stripes")
    page.locator("a.subject").first.click()
    page.locator("[data-page=rail]").click()
    expect(page.locator("#rail .pinned")).to_contain_text("Ring twice, then wait.")
    page.go_back()
    page.goto("/customers?find=Pennygate")
    page.locator("main a[href*='/organisations/']").first.click()
    page.get_by_role("link", name="Notes", exact=True).click()
    note.get_by_role("button", name="Strike").click()
    expect(note).to_contain_text("Struck by")


def test_in_greek_the_pages_hold_and_the_catalogue_speaks_greek(opens: Open) -> None:
    page = opens("/settings", role="administrator", viewport=NARROW)
    choose_language(page, "el")
    try:
        page.goto("/customers/organisations?find=Ξενώνας")
        page.locator("main .rows a").first.click()
        owner = page.url
        page.goto(f"{owner}/equipment?add=1")
        expect(page.locator("#id_product")).to_contain_text("Γραμμή σπιτιού")
        expect(page.locator("main .rows")).to_contain_text("Ρεσεψιόν")
        for tab in ("", "/notes", "/sites?add=1", "/equipment?add=1", "/requests", "/people"):
            page.goto(f"{owner}{tab}")
            assert page.evaluate(
                "document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth"
            )
    finally:
        choose_language(page, "en")
