"""The desk on a phone: the three columns are three pages, and the composer is under the thumb."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Arrives, Open, written

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHONE = {"viewport": NARROW, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def on_a_phone(opens: Open, path: str) -> Page:
    return opens(path, **PHONE)


def test_from_the_list_to_a_ticket_to_an_answer(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Siskin phone", "The line is dead.\n" * 60))
    page = on_a_phone(opens, "/find?q=Siskin")
    page.locator("#list .row", has_text="Siskin phone").tap()
    expect(page).to_have_url(re.compile(f"{path}$"))
    field = page.locator("#reply-text")
    expect(field).to_be_in_viewport(ratio=1)
    box = field.bounding_box()
    # a thumb reaches the lower third
    assert box is not None and box["y"] > NARROW["height"] * 2 / 3
    field.tap()
    field.press_sequentially("A technician comes at ten.")
    send = page.get_by_role("button", name="Send to Rosa Luna")
    expect(send).to_be_in_viewport(ratio=1)
    send.tap()
    expect(page.locator("#messages .msg.reply", has_text="A technician comes at ten.")).to_be_in_viewport()


def test_the_three_columns_are_three_pages(opens: Open, arrives: Arrives) -> None:
    page = on_a_phone(opens, arrives(written("Linnet phone")))
    talk, rail, side = page.locator("#talk"), page.locator("#rail"), page.locator("#side")
    expect(talk).to_be_visible()
    expect(rail).to_be_hidden()
    expect(side).to_be_hidden()
    page.get_by_role("link", name="Customer and details").tap()
    expect(rail).to_be_visible()
    expect(rail.get_by_role("heading", name="Customer")).to_be_in_viewport()
    expect(talk).to_be_hidden()
    expect(page.locator("#write")).to_be_hidden()
    page.get_by_role("link", name="Conversation").tap()
    expect(talk).to_be_visible()
    expect(rail).to_be_hidden()
    page.get_by_role("button", name="Queues").tap()
    expect(side).to_be_visible()
    side.get_by_role("link", name="Bin").tap()
    expect(page).to_have_url(re.compile(r"/\?stage=bin$"))
    expect(side).to_be_hidden()


def test_a_note_is_written_on_a_phone(opens: Open, arrives: Arrives) -> None:
    page = on_a_phone(opens, arrives(written("Brambling phone")))
    page.get_by_role("tab", name="Note").tap()
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("Rang back.")
    keep = page.get_by_role("button", name="Keep the note")
    expect(keep).to_be_in_viewport(ratio=1)
    keep.tap()
    expect(page.locator("#messages .msg.note", has_text="Rang back.")).to_be_in_viewport()


def test_a_property_is_changed_with_a_thumb(opens: Open, arrives: Arrives) -> None:
    page = on_a_phone(opens, arrives(written("Serin phone")))
    page.get_by_role("link", name="Customer and details").tap()
    page.locator("#rail .props summary").first.tap()
    choice = page.locator("#rail .props [name=status][value=resolved]")
    box = choice.bounding_box()
    assert box is not None and box["height"] >= 40
    choice.tap()
    expect(page.locator("#rail .props summary").first).to_contain_text("resolved")
