"""Calendars as an administrator keeps them, presence as an agent says it, absence as a colleague meets it."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, Arrives, Open, written

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.xdist_group("browser")]


def test_an_administrator_makes_a_calendar_with_the_keyboard_alone_on_a_phone(opens: Open) -> None:
    page = opens("/settings/calendars/add", role="administrator", viewport=NARROW)
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Saturdays")
    saturday = page.get_by_role("group", name="Saturday", exact=True)
    saturday.get_by_label("Saturday, from").first.fill("10:00")
    saturday.get_by_label("Saturday, to").first.fill("14:00")
    saturday.get_by_label("Saturday, from").nth(1).fill("13:00")
    saturday.get_by_label("Saturday, to").nth(1).fill("15:00")
    page.keyboard.press("Enter")
    # what overlaps is said at its field, and nothing of what was entered is lost
    expect(page.locator("main [role=alert]")).to_contain_text("overlaps other hours")
    expect(page.get_by_role("group", name="Saturday", exact=True).locator(".errorlist")).to_contain_text("13:00–15:00")
    page.get_by_role("group", name="Saturday", exact=True).get_by_label("Saturday, from").nth(1).fill("14:00")
    page.get_by_label("Public holidays of").select_option("GR")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name="Saturdays")).to_be_visible()
    page.get_by_role("link", name="Days off").click()
    expect(page.locator("main")).to_contain_text("Ohi Day")
    # a holiday on which the desk works, and a day off of its own
    next_year = str(dt.datetime.now(dt.UTC).year + 1)
    row = page.get_by_role("listitem").filter(has_text="Independence Day").filter(has_text=next_year)
    row.get_by_role("button", name="Work on it").click()
    expect(row).to_contain_text("worked as usual")
    page.get_by_label("Date").fill(f"{next_year}-12-24")
    page.get_by_label("What for").fill("Stock-taking")
    page.get_by_label("other hours").check()
    page.get_by_label("Hours, from").first.fill("10:00")
    page.get_by_label("Hours, to").first.fill("12:00")
    page.get_by_role("button", name="Save the day").click()
    expect(page.get_by_role("listitem").filter(has_text="Stock-taking")).to_contain_text("10:00–12:00")
    page.set_input_files("#id_file", {"name": "x.ics", "mimeType": "text/calendar", "buffer": b"nonsense"})
    page.get_by_role("button", name="Take the days off").click()
    expect(page.locator("main [role=alert]")).to_contain_text("no calendar file")
    page.goto("/settings/calendars")
    page.get_by_role("link", name="Saturdays", exact=True).click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="Saturdays", exact=True)).to_have_count(0)


def test_an_agent_says_how_they_can_be_reached_and_a_colleague_sees_it_where_they_assign(
    opens: Open, arrives: Arrives
) -> None:
    path = arrives(written("A shutter that sticks"))
    agent = opens("/", role="agent")
    agent.locator(".bar .menu-of > summary", has_text="My menu").click()
    agent.locator("#presence-minutes").select_option("60")
    agent.get_by_role("button", name="on a break").click()
    expect(agent.locator("#own-mark")).to_contain_text("on a break")
    expect(agent.locator("#presence-break")).to_be_focused()
    name = agent.locator(".bar .menu-of > summary .whole").inner_text()

    colleague = opens(path, role="supervisor")
    colleague.locator('#rail details[hx-get$="/pick/assignee"] summary').click()
    option = colleague.locator("#rail button[name=assignee]").filter(has_text=name)
    expect(option).to_contain_text("on a break until")

    agent.get_by_role("button", name="as my working hours say").click()
    expect(agent.locator("#own-mark")).to_have_text("")


def test_whoever_assigns_to_somebody_absent_is_told_until_when_and_who_stands_in(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("A hinge that squeaks"))
    page = opens(path, role="supervisor")
    page.locator('#rail details[hx-get$="/pick/assignee"] summary').click()
    option = page.locator("#rail button[name=assignee]").filter(has_text="Chiara")
    expect(option).to_contain_text("on leave until")
    option.click()
    expect(page.locator("#says")).to_contain_text("Chiara Bonfigli is absent")
    expect(page.locator("#says")).to_contain_text("Lucía Herranz stands in")
    expect(page.locator("#rail")).to_contain_text("Chiara Bonfigli")


def test_an_agent_notes_an_absence_and_takes_it_back(opens: Open) -> None:
    page = opens("/settings/times", role="agent")
    later = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=60)
    page.get_by_label("First day").fill(later.isoformat())
    page.get_by_label("Last day").fill((later - dt.timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Note the absence").click()
    expect(page.locator("main [role=alert]")).to_contain_text("The last day is before the first.")
    page.get_by_label("Last day").fill(later.isoformat())
    page.get_by_role("button", name="Note the absence").click()
    row = page.get_by_role("listitem").filter(has_text=str(later.year)).filter(has_text="on leave")
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
