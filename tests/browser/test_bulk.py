"""Many rows at once: ticked by keys and mouse, one refused and named, all put back; and a picture looked at by keyboard."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Arrives, Open, written

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def ticked(page: Page) -> int:
    return page.locator("#list .pick input:checked").count()


def test_rows_are_ticked_acted_on_and_put_back(opens: Open, arrives: Arrives) -> None:
    for each in range(3):
        arrives(written(f"Bulkword {each}"))
    page = opens("/?q=Bulkword")
    expect(page.locator("#list .row")).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    assert ticked(page) == 3
    expect(page.locator("[data-bulk-count]")).to_have_text("3 ticked")

    # one of them changes under the reader: it is refused, named, and stays ticked
    other = page.locator("#list .pick input").nth(1)
    number, _colon, version = str(other.get_attribute("value")).partition(":")
    other.evaluate("(box, value) => { box.value = value }", f"{number}:{int(version) + 7}")
    page.locator(".bulk-bar summary", has_text="Status").click()
    page.get_by_role("button", name="resolved", exact=True).click()
    said = page.locator(".bulk-said")
    expect(said).to_contain_text("2 done.")
    expect(said.locator("li")).to_contain_text(f"{number[:4]}-{number[4:]}")
    expect(said.locator("li")).to_contain_text("changed since")

    page.locator("#main").focus()
    page.keyboard.press("u")
    expect(page.locator(".bulk-said")).to_contain_text("2 put back.")
    page.goto("/?q=Bulkword")
    expect(page.locator("#list .row .s")).to_have_text(["new", "new", "new"])


def test_ticks_survive_what_the_live_line_brings(opens: Open, arrives: Arrives) -> None:
    arrives(written("Tickword 1"))
    page = opens("/?q=Tickword")
    box = page.locator("#list .pick input").first
    box.check()
    page.evaluate("document.dispatchEvent(new CustomEvent('aplomb:tick'))")
    arrives(written("Tickword 2"))
    page.evaluate("document.dispatchEvent(new CustomEvent('aplomb:tick'))")
    expect(page.get_by_text(re.compile("Tickword 2|1 new or moved")).first).to_be_visible()
    if page.locator("#newer").is_visible():
        page.locator("#newer").click()
    expect(page.locator("#list .row")).to_have_count(2)
    assert ticked(page) == 1


def test_on_a_phone_the_bar_is_at_the_thumb(opens: Open, arrives: Arrives) -> None:
    arrives(written("Thumbword 1"))
    page = opens("/?q=Thumbword", viewport=NARROW)
    page.locator("#list .pick").first.click()
    bar = page.locator(".bulk-bar").bounding_box()
    assert bar is not None and bar["y"] + bar["height"] > 800
    page.locator(".bulk-bar summary", has_text="Assign").click()
    page.get_by_role("button", name="to me").click()
    expect(page.locator(".bulk-said")).to_contain_text("1 done.")


def test_a_picture_is_looked_at_by_keyboard(opens: Open, arrives: Arrives) -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "green").save(out, "PNG")
    mail = written("Lookword 1")
    mail.add_attachment(out.getvalue(), maintype="image", subtype="png", filename="green.png")
    mail.add_attachment("Καλημέρα", filename="words.txt")
    page = opens(arrives(mail))
    first = page.locator("a[data-preview]").first
    first.focus()
    page.keyboard.press("Enter")
    looking = page.locator("dialog.looking")
    expect(looking.locator("img")).to_be_visible()
    assert (
        looking.locator("img").evaluate("async (image) => { await image.decode(); return image.naturalWidth }") == 300
    )
    page.keyboard.press("ArrowRight")
    expect(looking).to_contain_text("Καλημέρα")
    page.keyboard.press("ArrowLeft")
    expect(looking.locator("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(looking).to_be_hidden()
    expect(first).to_be_focused()
