"""Two mails about one matter become one conversation, and two again; a word beside the matter becomes its own."""

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_mail_to_answer import sign_in, wait_for_mail, written
from tests.parts.browser import browser as real_browser
from tests.parts.desk import Desk
from tests.parts.ports import wait_for
from tests.parts.smtp_server import SmtpServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

PATIENCE = 20_000
ANSWER = "Gracias por sus dos correos: el técnico va hoy antes de las 17:00."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # a busy machine is no failure
    expect.set_options(timeout=PATIENCE)
    with real_browser() as found:
        yield found
    expect.set_options(timeout=5_000)


@pytest.fixture
def agent(browser: Browser, desk: Desk) -> Iterator[Page]:
    context = browser.new_context(
        base_url=desk.url, locale="en-GB", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    sign_in(page, desk.link("agent"))
    yield page
    context.close()


def ticket_of(agent: Page, desk: Desk, mail: EmailMessage) -> str:
    """Hands the mail to the desk and gives the number of the ticket that it became."""
    desk.send(mail, sender="rosa@luna.example")
    words = str(mail["Subject"])
    link = agent.locator("a.subject", has_text=words).first

    def is_there() -> bool:
        agent.goto(f"/find?q={words}")
        return link.count() > 0

    wait_for(is_there, seconds=20, otherwise=lambda: f"no ticket is called {words}")
    number = re.sub(r"\D", "", str(link.get_attribute("href")).rsplit("/", 1)[1])
    assert len(number) == 8
    return number


def shown(number: str) -> str:
    return f"{number[:4]}-{number[4:]}"


def test_two_mails_become_one_conversation_and_two_again(desk: Desk, agent: Page, smtp_server: SmtpServer) -> None:
    first = written("La impresora no imprime.", "Impresora rota uno")
    second = written("¿Han recibido mi correo?", "Impresora rota dos")
    stays, goes = ticket_of(agent, desk, first), ticket_of(agent, desk, second)

    agent.goto(f"/tickets/{goes}/merge")
    agent.get_by_role("link", name="Impresora rota uno").click()
    expect(agent.get_by_role("heading", level=1)).to_have_text(f"{shown(goes)} goes on in {shown(stays)}")
    expect(agent.get_by_text("These are two customers.")).to_have_count(0)
    agent.get_by_role("button", name="Merge").click()

    expect(agent).to_have_url(re.compile(f"/tickets/{stays}$"))
    expect(agent.locator("#messages article.customer")).to_have_count(2)
    expect(agent.get_by_text(f"came with {shown(goes)}")).to_be_visible()
    agent.locator("#reply-text").fill(ANSWER)
    agent.locator("#reply-form [data-send]").click()
    mail = wait_for_mail(smtp_server, ANSWER)
    assert mail["In-Reply-To"] == second["Message-ID"]
    assert first["Message-ID"] in mail["References"]
    assert f"[#{shown(stays)}]" in mail["Subject"]

    agent.goto(f"/tickets/{goes}")
    expect(agent.get_by_text("It goes on in")).to_be_visible()
    expect(agent.locator("#reply-form")).to_have_count(0)
    agent.get_by_role("button", name="Undo the merge").click()
    expect(agent.get_by_text("stands alone again, as it was before.")).to_be_visible()
    expect(agent.locator("#reply-form")).to_be_attached()
    for number in (stays, goes):
        assert desk.command("record", "verify", number)[0]["broken"] is None


def test_a_word_beside_the_matter_becomes_its_own_ticket_and_the_matter_asks_before_it_closes(
    desk: Desk, agent: Page
) -> None:
    first = written("La impresora no imprime.", "Impresora tres")
    number = ticket_of(agent, desk, first)
    beside = written("Y la factura está mal.", "Re: Impresora tres", In_Reply_To=first["Message-ID"])
    desk.send(beside, sender="rosa@luna.example")
    said = agent.locator("#messages article", has_text="Y la factura está mal.")

    def has_come() -> bool:
        agent.goto(f"/tickets/{number}")
        return said.count() > 0

    wait_for(has_come, seconds=60, otherwise=lambda: "the second mail is not on the ticket")
    said.locator(".msg-menu summary").click()
    said.get_by_role("link", name="Split off as a new ticket").click()
    agent.get_by_label("Subject of the new ticket").fill("Factura equivocada")
    agent.get_by_role("button", name="Split off").click()
    expect(agent.get_by_role("heading", level=1)).to_have_text("Factura equivocada")
    new = re.sub(r"\D", "", agent.url.rsplit("/", 1)[1])

    agent.goto(f"/tickets/{number}")
    expect(agent.get_by_text(f"Goes on in {shown(new)}")).to_be_visible()
    agent.goto(f"/tickets/{number}/links?relation=child")
    agent.get_by_label("Number of the other one").fill(shown(new))
    agent.get_by_role("button", name="Link", exact=True).click()
    expect(agent.locator("#rail .joined")).to_contain_text("Factura equivocada")

    agent.locator("#rail .props details summary").first.click()
    agent.locator("#rail button[value=resolved]").click()
    expect(agent.get_by_text("1 ticket that belongs under this one is open")).to_be_visible()
    expect(agent.locator("#ticket-head .facts")).not_to_contain_text("resolved")


def test_two_entries_of_one_person_are_merged_and_two_again(desk: Desk, agent: Page) -> None:
    ticket_of(agent, desk, written("Una pregunta.", "Pregunta de Rosa"))
    other = written("Otra pregunta.", "Pregunta de casa")
    del other["From"]
    other["From"] = "Rosa Luna <rosa.luna@casa.example>"
    desk.send(other, sender="rosa.luna@casa.example")
    agent.goto("/customers?find=rosa@luna.example")
    agent.get_by_role("link", name="Rosa Luna").first.click()
    agent.get_by_role("link", name="The same person is entered twice").click()
    agent.get_by_label("Name, address or number").fill("rosa.luna@casa.example")
    agent.get_by_role("button", name="Find").click()
    agent.locator(".choose-ticket a").first.click()
    agent.get_by_role("button", name="Merge").click()
    expect(agent.get_by_text("Both entries are one contact now.")).to_be_visible()
    expect(agent.get_by_text("Pregunta de Rosa")).to_be_visible()
    expect(agent.get_by_text("Pregunta de casa")).to_be_visible()
    agent.get_by_role("button", name="Undo").click()
    expect(agent.get_by_text("They are two contacts again")).to_be_visible()
