"""Two people at once: what one does is told to the other, in the page that they have open and by mail."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Arrives, Open, number_in, shown, written

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def name_of(page: Page) -> str:
    return page.locator(".bar details .whole").inner_text()


def see_all(page: Page) -> None:
    """Nothing that other tests told this person stands in the way."""
    page.goto("/notices", wait_until="domcontentloaded")
    button = page.get_by_role("button", name="Mark all as seen")
    if button.is_visible():
        button.click()
        expect(button).to_have_count(0)
    expect(page.locator("#bell .count")).to_have_count(0)


def give(page: Page, path: str, name: str) -> None:
    """Assign the ticket to somebody, in the rail."""
    page.goto(path, wait_until="domcontentloaded")
    picker = page.locator('#rail details[hx-get$="/pick/assignee"]')
    picker.locator("summary").click()
    picker.get_by_role("button", name=name).first.click()
    expect(picker.locator("summary")).to_contain_text(name)


def test_a_ticket_that_becomes_mine_rings_the_bell_and_takes_no_focus(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Zimbalist rings"))
    mine = opens("/")
    see_all(mine)
    mine.goto("/", wait_until="domcontentloaded")
    mine.locator("#find").fill("half a w")
    give(opens("/", role="supervisor"), path, name_of(mine))
    expect(mine.locator("#bell .count")).to_have_text("1")
    expect(mine.locator("#announce")).to_contain_text("gave it to you. Zimbalist rings")
    expect(mine.locator("#find")).to_be_focused()
    expect(mine.locator("#find")).to_have_value("half a w")

    mine.keyboard.press("Escape")
    mine.keyboard.press("g")
    mine.keyboard.press("n")
    expect(mine.locator(".notice.unseen")).to_have_count(1)
    row = mine.locator(".notice.unseen")
    expect(row).to_contain_text(shown(number_in(path)))
    row.get_by_role("link", name="Zimbalist rings").click()
    expect(mine).to_have_url(re.compile(path))
    expect(mine.locator("#bell .count")).to_have_count(0)


def test_the_list_grows_while_it_is_open_and_moves_nothing_under_the_hand(opens: Open, arrives: Arrives) -> None:
    first, second = arrives(written("Quillon breaks")), arrives(written("Quarrel begins"))
    mine, other = opens("/"), opens("/", role="supervisor")
    see_all(mine)
    give(other, first, name_of(mine))
    expect(mine.locator(".notice.unseen")).to_have_count(1)
    mine.locator(".notice.unseen a").focus()
    give(other, second, name_of(mine))
    bar = mine.get_by_role("button", name="New notices: show them")
    expect(bar).to_be_visible()
    expect(mine.locator(".notice.unseen")).to_have_count(1)
    expect(mine.locator(".notice.unseen a")).to_be_focused()
    bar.click()
    expect(mine.locator(".notice.unseen")).to_have_count(2)

    mine.locator(".notice.unseen").first.get_by_role("button", name="Mark as seen").click()
    expect(mine.locator("#bell .count")).to_have_text("1")
    expect(mine.get_by_role("button", name="Keep for later").first).to_be_focused()
    mine.get_by_role("button", name="Keep for later").first.click()
    expect(mine.locator("#bell .count")).to_have_text("2")
    mine.locator("h1").click()
    mine.keyboard.press("s")
    expect(mine.locator("#bell .count")).to_have_count(0)
    expect(mine.locator(".notice.unseen")).to_have_count(0)


def test_what_comes_on_the_ticket_that_one_looks_at_is_seen_by_looking(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Xebec sinks"))
    mine, other = opens("/"), opens("/", role="supervisor")
    see_all(mine)
    mine.goto(path, wait_until="domcontentloaded")
    give(other, path, name_of(mine))
    # nobody has moved yet: it may be that nobody is there
    expect(mine.locator("#bell .count")).to_have_text("1")
    mine.mouse.move(300, 300)
    mine.mouse.move(320, 310)
    expect(mine.locator("#bell .count")).to_have_count(0)


def test_two_tabs_of_one_person_agree(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Yaffle laughs"))
    mine = opens("/")
    see_all(mine)
    twin = mine.context.new_page()
    twin.goto("/", wait_until="domcontentloaded")
    give(opens("/", role="supervisor"), path, name_of(mine))
    expect(mine.locator("#bell .count")).to_have_text("1")
    expect(twin.locator("#bell .count")).to_have_text("1")
    twin.goto(path, wait_until="domcontentloaded")
    expect(twin.locator("#bell .count")).to_have_count(0)
    expect(mine.locator("#bell .count")).to_have_count(0)


def test_one_chooses_on_a_phone_what_one_wants_to_hear(opens: Open) -> None:
    page = opens("/notices", role="owner", viewport=NARROW)
    page.get_by_role("link", name="What I want to hear").click()
    kind = page.locator(".kinds li", has_text="A customer writes on a ticket of mine")
    kind.get_by_label("by mail").select_option("once a day")
    page.get_by_label("Quiet from").fill("21:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Quiet hours need a beginning and an end.")
    expect(kind.get_by_label("by mail")).to_have_value("daily")
    page.get_by_label("Quiet until").fill("07:30")
    page.get_by_label("Sunday").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#says")).to_contain_text("Saved.")
    expect(page.get_by_label("Quiet until")).to_have_value("07:30")
    expect(page.get_by_label("Sunday")).to_be_checked()
    expect(kind.get_by_label("by mail")).to_have_value("daily")
