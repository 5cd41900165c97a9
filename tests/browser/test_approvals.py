"""A decision between two people at once: one asks, the other decides in another window, the first sees it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrives, Open, written

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.xdist_group("browser")]


def ask(page: Page, ticket: str, question: str) -> None:
    page.goto(f"{ticket}/decision", wait_until="domcontentloaded")
    page.get_by_label("What is to be decided?").fill(question)
    page.get_by_label("Why?").fill("The customer has waited for three weeks.")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#rail .approval h3", has_text=question)).to_be_attached()


def test_an_agent_asks_a_supervisor_decides_and_the_agent_sees_it(opens: Open, arrives: Arrives) -> None:
    ticket = arrives(written("Bittern decision"))
    agent, supervisor = opens(ticket), opens("/approvals", role="supervisor")
    expect(supervisor.locator("h1")).to_have_text("Decisions")
    ask(agent, ticket, "May we send a new router?")

    card = supervisor.locator(".approval", has_text="May we send a new router?")
    expect(card).to_be_visible()
    expect(card).to_contain_text("The customer has waited for three weeks.")
    expect(card).to_contain_text("Bittern decision")
    card.focus()
    supervisor.keyboard.press("x")
    expect(card.locator("textarea")).to_be_focused()
    supervisor.keyboard.type("Send the newer model.")
    card.get_by_role("button", name="Agree").press("Enter")
    expect(card.locator(".end-approved")).to_be_visible()

    own = agent.locator("#rail .approval", has_text="May we send a new router?")
    expect(own).to_contain_text("Send the newer model.")
    expect(own.locator(".end-approved")).to_be_visible()


def test_a_refusal_without_reason_stays_open_and_says_so(opens: Open, arrives: Arrives) -> None:
    ticket = arrives(written("Dunlin decision"))
    ask(opens(ticket), ticket, "May we pay twice?")
    supervisor = opens("/approvals", role="supervisor")
    card = supervisor.locator(".approval", has_text="May we pay twice?")
    card.get_by_role("button", name="Refuse").click()
    expect(supervisor.locator("#says")).to_contain_text("A refusal needs a reason.")
    card.locator("textarea").fill("Once is enough.")
    card.get_by_role("button", name="Refuse").click()
    expect(card.locator(".end-refused")).to_be_visible()


def test_a_supervisors_own_request_waits_for_another(opens: Open, arrives: Arrives) -> None:
    ticket = arrives(written("Egret decision"))
    page = opens(ticket, role="supervisor")
    ask(page, ticket, "May I do this alone?")
    page.goto("/approvals", wait_until="domcontentloaded")
    own = page.locator(".approval", has_text="May I do this alone?")
    expect(own).to_have_count(1)
    expect(own.get_by_role("button", name="Agree")).to_have_count(0)
    own.get_by_role("button", name="Take it back").click()
    expect(own).to_contain_text("withdrawn")
