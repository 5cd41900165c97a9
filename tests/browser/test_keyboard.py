"""An hour at the queue with the keyboard alone, and nothing that arrives takes the focus away."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Arrives, Open, number_in, shown, written
from tests.parts.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# what Tab should reach, in the order of the page; what is in a closed menu or not shown is not among it
TABBABLE = """() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const closed = (each) => each.closest("details:not([open])") && !each.matches("details:not([open]) > summary");
  // of radio buttons, Tab knows the one that is chosen
  const other = (each) => each.type === "radio" && !each.checked;
  window.tabbable = [...document.querySelectorAll(all)].filter((each) => !other(each) &&
    each.tabIndex >= 0 && !each.disabled && each.checkVisibility({ contentVisibilityAuto: false }) && !closed(each));
  return window.tabbable.map((each) => each.outerHTML.slice(0, 90));
}"""
FOCUSED = """() => {
  const now = document.activeElement;
  const outlines = [getComputedStyle(now), getComputedStyle(now, "::after"), getComputedStyle(now.parentElement)];
  return { at: window.tabbable.indexOf(now), is_seen: outlines.some((each) => each.outlineStyle !== "none") };
}"""


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused_row(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('.row')?.dataset.number ?? ''"))


def rows(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all("#list .row", "all => all.map((each) => each.dataset.number)")
    return found


def message(page: Page, kind: str, text: str) -> Locator:
    return page.locator(f"#messages .msg.{kind}", has_text=text)


def test_j_and_k_walk_through_the_queue_and_enter_opens(opens: Open) -> None:
    page = opens("/")
    numbers = rows(page)
    press(page, "j")
    assert focused_row(page) == numbers[0]
    press(page, "j", "j")
    assert focused_row(page) == numbers[2]
    press(page, "k")
    assert focused_row(page) == numbers[1]
    press(page, "k", "k", "k")
    assert focused_row(page) == numbers[0]
    press(page, "Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{numbers[0]}$"))


def test_a_reply_is_written_sent_and_undone_by_keys(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Kestrel keys")))
    press(page, "r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type("We look into it today.")
    press(page, "Control+Enter")
    expect(message(page, "reply", "We look into it today.")).to_be_visible()
    expect(page.locator("#reply-text")).to_be_focused()
    expect(page.locator("#reply-text")).to_have_value("")
    press(page, "Escape", "u")
    expect(page.locator("#reply-text")).to_have_value("We look into it today.")
    expect(page.locator("#messages .msg.gone")).to_be_visible()
    expect(message(page, "reply", "We look into it today.")).to_have_count(0)


def test_an_undo_that_news_overtakes_still_brings_the_text_back(opens: Open, arrives: Arrives, desk: Desk) -> None:
    path = arrives(written("Osprey keys"))
    page = opens(path)
    held: list[Route] = []
    page.route("**/undo", lambda route: held.append(route))
    page.locator("#reply-text").fill("Too early.")
    page.locator("#reply-form [data-send]").click()
    expect(message(page, "reply", "Too early.")).to_be_visible()
    with page.expect_request("**/undo"):
        page.get_by_role("button", name="Undo").click()
    desk.send(written(f"Re: Osprey keys [#{shown(number_in(path))}]", "One more thing."), sender="rosa@luna.example")
    expect(message(page, "customer", "One more thing.")).to_be_visible()
    held[0].continue_()
    expect(page.locator("#reply-text")).to_have_value("Too early.")
    expect(page.locator("#messages .msg.gone")).to_be_visible()


def test_a_note_is_kept_the_ticket_taken_and_resolved_by_keys(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Bittern keys")))
    press(page, "n")
    expect(page.locator("#note-text")).to_be_focused()
    expect(page.locator("#reply-form")).to_be_hidden()
    page.keyboard.type("Rang them: nobody there.")
    press(page, "Control+Enter")
    expect(message(page, "note", "Rang them: nobody there.")).to_be_visible()
    press(page, "Escape", "a")
    expect(page.locator("#ticket-head .facts")).to_contain_text("Maeve")
    press(page, "e")
    expect(page.locator("#ticket-head .facts")).to_contain_text("resolved")


def test_a_ticket_is_found_by_its_number_from_anywhere(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Curlew keys"))
    for typed in (shown(number_in(path)), f"#{number_in(path)}"):
        page = opens("/customers")
        press(page, "/")
        expect(page.locator("#find")).to_be_focused()
        page.keyboard.type(typed)
        press(page, "Enter")
        expect(page).to_have_url(re.compile(f"{path}$"))


def test_the_sheet_of_keys_opens_and_closes(opens: Open) -> None:
    page = opens("/")
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press(page, "j")
    assert focused_row(page) == ""
    press(page, "Escape")
    expect(page.locator("#keys-sheet")).to_be_hidden()


def test_escape_closes_a_menu_and_gives_the_focus_back(opens: Open) -> None:
    page = opens("/")
    summary = page.locator(".bar details summary")
    summary.focus()
    press(page, "Enter")
    expect(page.locator(".bar .menu-body")).to_be_visible()
    press(page, "ArrowDown")
    expect(page.locator(".bar .menu-body a").first).to_be_focused()
    press(page, "Escape")
    expect(page.locator(".bar .menu-body")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_first_tab_stop_leads_past_the_frame(opens: Open) -> None:
    page = opens("/")
    press(page, "Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    press(page, "Enter")
    expect(page.locator("main")).to_be_focused()
    press(page, "Tab")
    expect(page.locator("main .queue-head a, main .queue-head summary").first).to_be_focused()


@pytest.mark.parametrize("place", ["queue", "ticket", "new ticket", "settings"])
def test_tab_reaches_every_control_in_the_order_of_the_page(opens: Open, arrives: Arrives, place: str) -> None:
    paths = {"queue": "/?stage=bin", "new ticket": "/tickets/new?way=mail", "settings": "/settings"}
    page = opens(paths.get(place) or arrives(written("Dunlin tabs")))
    page.locator(".skip").focus()
    controls = page.evaluate(TABBABLE)
    reached, unseen = [], []
    for _ in controls:
        focused = page.evaluate(FOCUSED)
        press(page, "Tab")
        reached.append(focused["at"])
        if not focused["is_seen"]:
            unseen.append(controls[focused["at"]])
    assert [controls[at] if at >= 0 else "elsewhere" for at in reached] == controls
    assert unseen == []


def test_what_arrives_while_somebody_types_moves_neither_text_nor_caret_nor_focus(
    opens: Open, arrives: Arrives, desk: Desk
) -> None:
    path = arrives(written("Plover typing"))
    page = opens(path)
    text = page.locator("#reply-text")
    press(page, "r")
    page.keyboard.type("Good morning Rosa")
    press(page, *["ArrowLeft"] * 5)
    again = written(f"Re: Plover typing [#{shown(number_in(path))}]", "It blinks red now.")
    desk.send(again, sender="rosa@luna.example")
    expect(message(page, "customer", "It blinks red now.")).to_be_visible()
    expect(page.locator("#reply-says")).to_contain_text("Rosa Luna wrote meanwhile.")
    expect(text).to_be_focused()
    assert text.evaluate("each => [each.selectionStart, each.selectionEnd]") == [12, 12]
    page.keyboard.type(" dear")
    expect(text).to_have_value("Good morning dear Rosa")


def test_what_arrives_in_the_queue_leaves_the_focus_on_its_row(opens: Open, desk: Desk) -> None:
    page = opens("/")
    count = page.locator("#side a[href='/'] .count")
    open_before = count.inner_text()
    press(page, "j", "j")
    held, before = focused_row(page), rows(page)
    desk.send(written("Sandpiper arrives"), sender="rosa@luna.example")
    expect(count).not_to_have_text(open_before)
    assert focused_row(page) == held
    assert rows(page) == before
